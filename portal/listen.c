/* listen.c - the socket that the portal listens on. */
#include "portal/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/error.h"

#define WAITING 128

static int fail(const char *where, const char *why, int fd, GError **error)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "[Portal] Listen=%s: %s", where,
		    why);
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool is_alive(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool alive =
		fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0)
		close(fd);
	return alive;
}

static int open_unix(const char *where, const char *path, GError **error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;
	mode_t mask;
	bool bound;

	if (strlen(path) >= sizeof(address.sun_path))
		return fail(where, "the path is too long for a socket", -1, error);
	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	if (is_alive(&address))
		return fail(where, "somebody listens there already", -1, error);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(where, g_strerror(errno), -1, error);
	mask = umask(0117);
	bound = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	umask(mask);
	if (!bound || listen(fd, WAITING) != 0)
		return fail(where, g_strerror(errno), fd, error);
	return fd;
}

static int open_address(const char *where, const struct addrinfo *address, GError **error)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int on = 1;

	if (fd < 0)
		return fail(where, g_strerror(errno), -1, error);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, WAITING) != 0)
		return fail(where, g_strerror(errno), fd, error);
	return fd;
}

static int open_tcp(const char *where, GError **error)
{
	const struct addrinfo hints = { .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(where, ':');
	g_autofree char *host = NULL;
	struct addrinfo *found = NULL;
	gsize length;
	int fd, status;

	if (colon == NULL)
		return fail(where, "expected host:port", -1, error);
	length = (gsize)(colon - where);
	host = where[0] == '[' && length > 2 ? g_strndup(where + 1, length - 2)
					     : g_strndup(where, length);
	status = getaddrinfo(*host != '\0' ? host : NULL, colon + 1, &hints, &found);
	if (status != 0)
		return fail(where, gai_strerror(status), -1, error);
	fd = open_address(where, found, error);
	freeaddrinfo(found);
	return fd;
}

int listen_open(const char *where, GError **error)
{
	return g_str_has_prefix(where, "unix:") ? open_unix(where, where + strlen("unix:"), error)
						: open_tcp(where, error);
}

void listen_close(const char *where)
{
	if (g_str_has_prefix(where, "unix:"))
		unlink(where + strlen("unix:"));
}
