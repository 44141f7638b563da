/* listen.c - the sockets that the portal listens on.
 *
 * Those that are kept stand in the environment: "5 127.0.0.1:8025", a line each.
 */
#include "portal/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/error.h"

#define WAITING 128
#define KEPT "PERSOCONTACT_SOCKETS"

static int fail(const char *where, const char *why, int fd, GError **error)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "Listen=%s: %s", where, why);
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

/* ---- kept for the program that begins anew ---- */

static bool is_listening(int fd)
{
	int is = 0;
	socklen_t length = sizeof(is);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is, &length) == 0 && is != 0;
}

/* The kept socket of where, or -1; it is not there a second time. */
static int take_kept(const char *where)
{
	g_auto(GStrv) lines = g_strsplit(g_getenv(KEPT) != NULL ? g_getenv(KEPT) : "", "\n", -1);
	GString *left = g_string_new(NULL);
	int taken = -1;

	for (char **line = lines; *line != NULL; line++) {
		char *end = NULL;
		gint64 fd = g_ascii_strtoll(*line, &end, 10);

		if (end == *line || *end != ' ' || fd < 3 || fd > G_MAXINT)
			continue;
		if (taken < 0 && strcmp(end + 1, where) == 0 && is_listening((int)fd))
			taken = (int)fd;
		else
			g_string_append_printf(left, "%s\n", *line);
	}
	g_setenv(KEPT, left->str, TRUE);
	g_string_free(left, TRUE);
	if (taken >= 0)
		fcntl(taken, F_SETFD, FD_CLOEXEC);
	return taken;
}

void listen_keep(int fd, const char *where)
{
	const char *kept = g_getenv(KEPT);
	g_autofree char *all = g_strdup_printf("%s%d %s\n", kept != NULL ? kept : "", fd, where);

	fcntl(fd, F_SETFD, 0);
	g_setenv(KEPT, all, TRUE);
}

void listen_forget(void)
{
	g_auto(GStrv) lines = g_strsplit(g_getenv(KEPT) != NULL ? g_getenv(KEPT) : "", "\n", -1);

	g_unsetenv(KEPT);
	for (char **line = lines; *line != NULL; line++) {
		char *end = NULL;
		gint64 fd = g_ascii_strtoll(*line, &end, 10);

		if (end != *line && *end == ' ' && fd > 2 && fd <= G_MAXINT &&
		    is_listening((int)fd))
			listen_close((int)fd, end + 1);
	}
}

int listen_open(const char *group, const char *where, GError **error)
{
	int fd = take_kept(where);

	if (fd >= 0)
		return fd;
	fd = g_str_has_prefix(where, "unix:") ? open_unix(where, where + strlen("unix:"), error)
					      : open_tcp(where, error);
	if (fd < 0)
		g_prefix_error(error, "[%s] ", group);
	return fd;
}

void listen_close(int fd, const char *where)
{
	close(fd);
	if (g_str_has_prefix(where, "unix:"))
		unlink(where + strlen("unix:"));
}
