/* service.c - the protocol of sd_notify(3). */
#include "common/service.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/error.h"

/* A path, or "@" and a name that is no file.  0: it is neither, or too long. */
static socklen_t address_of(const char *name, struct sockaddr_un *ret_address)
{
	gsize length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length >= sizeof(ret_address->sun_path))
		return 0;
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, name, length);
	if (name[0] == '@')
		ret_address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

void service_notify(const char *state)
{
	const char *name = g_getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t length = name != NULL ? address_of(name, &address) : 0;
	int fd = length > 0 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;

	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address, length);
	close(fd);
}

/* Microseconds between two signs of life; 0: nobody waits for them. */
static gint64 period(void)
{
	const char *text = g_getenv("WATCHDOG_USEC"), *pid = g_getenv("WATCHDOG_PID");

	if (text == NULL || (pid != NULL && g_ascii_strtoll(pid, NULL, 10) != (gint64)getpid()))
		return 0;
	return (gint64)MIN(g_ascii_strtoull(text, NULL, 10), (guint64)G_MAXINT64) / 3;
}

void service_alive(void)
{
	static gint64 every = -1, next;
	gint64 now = g_get_monotonic_time();

	if (every < 0)
		every = period();
	if (every == 0 || now < next)
		return;
	next = now + every;
	service_notify("WATCHDOG=1");
}

int service_listen(char **ret_address, GError **error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t length = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* the kernel gives it a name that is no file (unix(7), autobind) */
	if (fd >= 0 &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address.sun_family)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &length) == 0) {
		gsize name = length - offsetof(struct sockaddr_un, sun_path);

		*ret_address = g_strdup_printf("@%.*s", (int)name - 1, address.sun_path + 1);
		return fd;
	}
	g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "no socket: %s", g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool service_heard(int fd)
{
	char words[256];
	bool heard = false;

	while (recv(fd, words, sizeof(words), MSG_DONTWAIT) >= 0)
		heard = true;
	return heard;
}
