/* test_notify.c - the datagram to the service manager. */
#include "common/notify.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "folder.h"

/* A manager's socket at path; '@' begins an abstract name. */
static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t length = strlen(path);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpuint(length, <, sizeof at.sun_path);
	memcpy(at.sun_path, path, length);
	if (*path == '@')
		at.sun_path[0] = '\0';
	g_assert_cmpint(bind(fd, (const struct sockaddr *)&at,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
			==, 0);
	return fd;
}

static void check_comes(const char *path)
{
	char got[64] = "";
	int fd = listen_at(path);

	g_setenv("NOTIFY_SOCKET", path, TRUE);
	g_assert_true(notify_send("READY=1"));
	g_assert_cmpint(recv(fd, got, sizeof got - 1, MSG_DONTWAIT), ==, strlen("READY=1"));
	g_assert_cmpstr(got, ==, "READY=1");
	close(fd);
}

static void test_sent(void)
{
	char *folder = folder_new();
	g_autofree char *path = g_build_filename(folder, "notify", NULL);
	g_autofree char *abstract = g_strdup_printf("@persocontact-test-%d", (int)getpid());

	check_comes(path);
	check_comes(abstract);
	g_unlink(path);
	folder_remove(folder);
}

static void test_nobody(void)
{
	g_autofree char *endless = g_strnfill(4096, '/');
	const char *wrong[] = { "/nonexistent/notify", "relative", endless };

	g_unsetenv("NOTIFY_SOCKET");
	g_assert_true(notify_send("READY=1"));
	g_setenv("NOTIFY_SOCKET", "", TRUE);
	g_assert_true(notify_send("READY=1"));
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_setenv("NOTIFY_SOCKET", wrong[i], TRUE);
		g_assert_false(notify_send("READY=1"));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/notify/sent", test_sent);
	g_test_add_func("/notify/nobody", test_nobody);
	return g_test_run();
}
