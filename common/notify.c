/* notify.c - one datagram to the service manager. */
#include "common/notify.h"

#include <glib.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool notify_send(const char *state)
{
	const char *path = g_getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t length = path != NULL ? strlen(path) : 0;
	ssize_t sent;
	int fd;

	if (length == 0)
		return true;
	if ((*path != '/' && *path != '@') || length >= sizeof to.sun_path)
		return false;
	memcpy(to.sun_path, path, length);
	if (*path == '@')
		to.sun_path[0] = '\0'; /* an abstract name */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		      (const struct sockaddr *)&to,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
	return sent == (ssize_t)strlen(state);
}
