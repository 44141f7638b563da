/* test_reader_fork.c - what a child that reads may do, and what becomes of one that does else. */
#include "gateway/reader_fork.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/mail_variant.h"
#include "gateway/reader_doors.h"

static Mail *mail_with(char *text)
{
	Mail *mail = mail_new();

	g_free(mail->text);
	mail->text = text;
	return mail;
}

static Mail *says_length(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	char bytes[8] = { 0 };
	ssize_t got = pread(fd, bytes, sizeof(bytes) - 1, offset);

	return mail_with(g_strdup_printf("%s %d", bytes, (int)got));
}

static Mail *dies(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	signal(SIGABRT, SIG_DFL);
	abort();
}

static Mail *works_for_ever(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	volatile guint i = 1;

	while (i != 0)
		i |= 1;
	return NULL;
}

static Mail *says_too_much(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	return mail_with(g_strnfill(900 * 1024, 'x'));
}

/* Mails are read by readers that may not open a file, nor a child of theirs. */
static Mail *opens_a_file(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	return mail_with(g_strdup(open("/etc/passwd", O_RDONLY) < 0 ? "refused" : "opened"));
}

static Mail *opens_a_socket(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	return mail_with(g_strdup(socket(AF_INET, SOCK_STREAM, 0) < 0 ? "refused" : "opened"));
}

static const struct {
	const char *what;
	ReaderRead read;
	const char *text; /* NULL: it did not survive */
	const char *how;
	bool by_doors;
} rows[] = {
	{ "a text", says_length, "bytes 5", NULL, false },
	{ "a child that dies", dies, NULL, "died of signal 6", false },
	{ "a child that does not end", works_for_ever, NULL, "took too much processor time",
	  false },
	{ "a child that says too much", says_too_much, NULL, "died of signal 9", false },
	{ "a child that opens a file", opens_a_file, "refused", NULL, true },
	{ "a child that opens a socket", opens_a_socket, NULL, "died of signal 31", true },
	{ "another text after all these", says_length, "bytes 5", NULL, false },
};

static void test_rows(void)
{
	const ReadOptions options = { .reads_pdf = true };
	g_autofree char *path = NULL;
	int first = g_file_open_tmp("persocontact-XXXXXX", &path, NULL);
	int fd = fcntl(first, F_DUPFD_CLOEXEC, 10); /* the child closes number 3 */

	g_assert_cmpint(write(fd, "bytes", 5), ==, 5);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *how = NULL;
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(Mail) mail = NULL;

		if (rows[i].by_doors && doors_have_sanitizers())
			continue; /* they need files and threads themselves */
		g_test_message("%s", rows[i].what);
		bytes = read_in_child(rows[i].read, fd, 0, 5, 1, &options, &how);
		g_assert_cmpstr(how, ==, rows[i].how);
		g_assert_cmpint(bytes != NULL, ==, rows[i].text != NULL);
		if (bytes == NULL)
			continue;
		mail = mail_unpack(bytes, 5, NULL);
		g_assert_nonnull(mail);
		g_assert_cmpstr(mail->text, ==, rows[i].text);
	}
	close(fd);
	unlink(path);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reader-fork/rows", test_rows);
	return g_test_run();
}
