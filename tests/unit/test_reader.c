/* test_reader.c - readers that die, stall, swell, lie and try to get out: the mail is named, the
 * rest goes on.
 *
 * This program is also the reader: there it reads as the desk does, but does first what the mail
 * says.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mail_variant.h"
#include "gateway/reader.h"
#include "gateway/reader_child.h"
#include "gateway/reader_doors.h"
#include "gateway/reader_wire.h"

/* ---- in the reader ---- */

static void do_crash(void)
{
	raise(SIGKILL);
}

static void do_abort(void)
{
	abort();
}

static void do_hang(void)
{
	for (;;)
		g_usleep(G_USEC_PER_SEC);
}

static void do_spin(void)
{
	for (volatile guint turns = 0;; turns++)
		;
}

static void do_memory(void)
{
	for (;;)
		memset(g_malloc(1024 * 1024), 1, 1024 * 1024);
}

static void dig(volatile char *above)
{
	volatile char page[4096];

	page[0] = *above;
	if (page[0] != 'x')
		dig(page);
	*above = page[0];
}

static void do_stack(void)
{
	char first = 'a';

	dig(&first);
}

static void do_leave(void)
{
	_exit(3);
}

static void do_lie(void)
{
	static const char lie[] = "\1\0\0\0\10\0\0\0nonsense";

	send(READER_SOCKET, lie, sizeof(lie) - 1, MSG_NOSIGNAL);
	do_hang();
}

static void do_boast(void)
{
	static const ReaderWords words = { 1, G_MAXUINT32 };

	send(READER_SOCKET, &words, sizeof(words), MSG_NOSIGNAL);
	do_hang();
}

static void do_fork(void)
{
	syscall(__NR_clone, SIGCHLD, 0, 0, 0, 0);
}

static void do_clone3(void)
{
	syscall(__NR_clone3, NULL, 0);
}

static void do_exec(void)
{
	char *argv[] = { (char *)"/bin/true", NULL };

	execve(argv[0], argv, NULL);
}

static void do_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void do_unix_socket(void)
{
	socket(AF_UNIX, SOCK_STREAM, 0);
}

static void do_connect(void)
{
	struct sockaddr address = { .sa_family = AF_UNIX };

	connect(READER_SOCKET, &address, sizeof(address));
}

static void do_ptrace(void)
{
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void do_kill(void)
{
	kill(getppid(), SIGTERM);
}

static void do_look_into_gateway(void)
{
	syscall(__NR_process_vm_readv, 1, NULL, 0, NULL, 0, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} deeds[] = {
	{ "crash", do_crash },     { "abort", do_abort },
	{ "hang", do_hang },       { "spin", do_spin },
	{ "memory", do_memory },   { "stack", do_stack },
	{ "leave", do_leave },     { "lie", do_lie },
	{ "boast", do_boast },     { "fork", do_fork },
	{ "clone3", do_clone3 },   { "exec", do_exec },
	{ "socket", do_socket },   { "unix-socket", do_unix_socket },
	{ "connect", do_connect }, { "ptrace", do_ptrace },
	{ "kill", do_kill },       { "vm-read", do_look_into_gateway },
};

static void note(Mail *mail, const char *what, long result)
{
	mail_warn(mail, "%s: %s", what, result >= 0 ? "done" : g_strerror(errno));
}

/* Each call that fails without the end of the process. */
static void try_doors(Mail *mail, int fd)
{
	struct stat status;
	char byte = 'x';

	note(mail, "open", syscall(__NR_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
	note(mail, "open the mail anew", syscall(__NR_openat, AT_FDCWD, "/proc/self/fd/4", O_RDWR));
	note(mail, "create",
	     syscall(__NR_openat, AT_FDCWD, "/tmp/persocontact-reader", O_WRONLY | O_CREAT, 0600));
	note(mail, "stat", stat("/etc/passwd", &status));
	note(mail, "unlink", unlink("/nonexistent"));
	note(mail, "mkdir", mkdir("/tmp/persocontact-reader", 0700));
	note(mail, "chdir", chdir("/"));
	note(mail, "write the mail", pwrite(fd, &byte, 1, 0));
	note(mail, "truncate the mail", ftruncate(fd, 0));
	note(mail, "code",
	     mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			     MAP_FAILED
		     ? -1
		     : 0);
	note(mail, "privileges", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
	note(mail, "limits",
	     setrlimit(RLIMIT_CPU, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY }));
	note(mail, "environment",
	     g_getenv("PERSOCONTACT_TEST_SECRET") != NULL ? 0 : (errno = EPERM, -1));
	for (int other = READER_SOCKET + 1; other < 256; other++)
		if (other != fd && dup(other) >= 0)
			note(mail, "a descriptor left open", 0);
}

static Mail *read_and_do(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	char head[64] = "";
	Mail *mail;

	if (pread(fd, head, sizeof(head) - 1, offset) > 4 && g_str_has_prefix(head, "Do: ")) {
		head[strcspn(head, "\n")] = '\0';
		for (gsize i = 0; i < G_N_ELEMENTS(deeds); i++)
			if (strcmp(head + 4, deeds[i].name) == 0)
				deeds[i].run();
	}
	mail = mail_read(fd, offset, length, options);
	if (strcmp(head, "Do: doors") == 0)
		try_doors(mail, fd);
	return mail;
}

/* ---- in the gateway ---- */

typedef struct Fixture {
	ReaderPool *pool;
	int fd; /* of all mails, one after the other */
	gint64 end;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
	ReadOptions options = { .trust_authserv = "mx.example",
				.own_address = "desk@desk.example",
				.own_separator = "+" };

	f->pool = readers_new(&options, READERS, NULL);
	f->fd = memfd_create("mails", MFD_CLOEXEC);
	f->end = 0;
	g_assert_cmpint(f->fd, >=, 0);
}

static void tear_down(Fixture *f, gconstpointer unused)
{
	readers_free(f->pool);
	close(f->fd);
	/* no reader is left behind */
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
}

static void give_bytes(Fixture *f, const char *bytes, gsize length, guint tag, bool alone)
{
	GError *error = NULL;

	g_assert_cmpint(pwrite(f->fd, bytes, length, f->end), ==, (gssize)length);
	readers_give(f->pool, f->fd, f->end, (gint64)length, alone, GUINT_TO_POINTER(tag), &error);
	g_assert_no_error(error);
	f->end += (gint64)length;
}

static void give(Fixture *f, const char *deed, guint tag)
{
	g_autofree char *mail = g_strdup_printf(
		"Do: %s\nFrom: An <an@fin.example>\nSubject: mail %u\n\ntext\n", deed, tag);

	give_bytes(f, mail, strlen(mail), tag, false);
}

static ReaderOutcome *take(Fixture *f)
{
	ReaderOutcome *outcome = NULL;
	GError *error = NULL;

	while (outcome == NULL && readers_busy(f->pool) > 0) {
		readers_take(f->pool, 500, &outcome, &error);
		g_assert_no_error(error);
	}
	g_assert_nonnull(outcome);
	return outcome;
}

static void test_same(Fixture *f, gconstpointer unused)
{
	static const char mail[] =
		"From: =?iso-8859-15?Q?=A4?= <an@fin.example>\nSubject: =?gb18030?B?xOO6ww==?=\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=cp850\n\n"
		"<p>a\x82<p>b\n--b\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n--b--\n";
	ReadOptions options = { "mx.example", "desk@desk.example", "+", false };

	give_bytes(f, "noise", 5, 1, false);
	give_bytes(f, mail, sizeof(mail) - 1, 2, false);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(ReaderOutcome) outcome = take(f);

		if (GPOINTER_TO_UINT(outcome->tag) == 1)
			continue;
		g_autoptr(Mail) here = mail_read(f->fd, 5, sizeof(mail) - 1, &options);
		g_autoptr(GBytes) a = mail_pack(here), b = mail_pack(outcome->mail);
		g_assert_true(g_bytes_equal(a, b));
		g_assert_cmpstr(outcome->mail->subject, ==, "你好");
		g_assert_cmpstr(((Mailbox *)g_ptr_array_index(outcome->mail->from, 0))->name, ==,
				"€");
		g_assert_cmpuint(outcome->mail->attachments->len, ==, 1);
	}
}

static void test_many(Fixture *f, gconstpointer unused)
{
	bool seen[301] = { false };

	for (guint tag = 1; tag <= 300; tag++)
		give(f, "nothing", tag);
	for (guint i = 0; i < 300; i++) {
		g_autoptr(ReaderOutcome) outcome = take(f);
		guint tag = GPOINTER_TO_UINT(outcome->tag);
		g_autofree char *subject = g_strdup_printf("mail %u", tag);

		g_assert_false(seen[tag]);
		seen[tag] = true;
		g_assert_cmpstr(outcome->mail->subject, ==, subject);
	}
	g_assert_cmpuint(readers_busy(f->pool), ==, 0);
}

typedef struct Row {
	const char *deed, *why;
	bool not_with_sanitizers;
} Row;

static const Row deaths[] = {
	{ "crash", "its reader died of signal 9", false },
	{ "abort", "its reader died of signal 6", false },
	{ "stack", "its reader died of signal 11", true },
	{ "memory", "its reader ran out of memory", true },
	{ "leave", "its reader ended with status 3", false },
	{ "lie", "its reader made no sense", false },
	{ "boast", "its reader made no sense", false },
	{ "hang", "its reader was stopped after 3 s", false },
	{ "spin", "its reader was stopped after 1 s of processor time", false },
	{ "fork", "its reader was stopped: it did what a reader may not", false },
	{ "clone3", "its reader was stopped: it did what a reader may not", false },
	{ "exec", "its reader was stopped: it did what a reader may not", false },
	{ "socket", "its reader was stopped: it did what a reader may not", false },
	{ "unix-socket", "its reader was stopped: it did what a reader may not", false },
	{ "connect", "its reader was stopped: it did what a reader may not", false },
	{ "ptrace", "its reader was stopped: it did what a reader may not", false },
	{ "kill", "its reader was stopped: it did what a reader may not", false },
	{ "vm-read", "its reader was stopped: it did what a reader may not", false },
};

/* The bad one between others: it alone is blamed. */
static void test_death(Fixture *f, gconstpointer data)
{
	const Row *row = data;
	bool blamed = false;

	if (row->not_with_sanitizers && doors_have_sanitizers()) {
		g_test_skip("the sanitizers do this their own way");
		return;
	}
	readers_set_limits(f->pool, strcmp(row->deed, "spin") == 0 ? 60 : 3, 1);
	for (guint tag = 1; tag <= 20; tag++)
		give(f, tag == 5 ? row->deed : "nothing", tag);
	for (guint i = 0; i < 20; i++) {
		g_autoptr(ReaderOutcome) outcome = take(f);

		if (GPOINTER_TO_UINT(outcome->tag) != 5) {
			g_assert_nonnull(outcome->mail);
			continue;
		}
		blamed = true;
		g_assert_null(outcome->mail);
		g_test_message("%s: %s", row->deed, outcome->why);
		g_assert_true(g_str_has_prefix(outcome->why, row->why));
	}
	g_assert_true(blamed);
}

/* Three mails that hang, more than there are workers: the others are read meanwhile. */
static void test_not_delayed(Fixture *f, gconstpointer unused)
{
	gint64 begin = g_get_monotonic_time();
	guint hanging = 0;

	readers_set_limits(f->pool, 6, 6);
	for (guint tag = 1; tag <= 43; tag++)
		give(f, tag <= 3 ? "hang" : "nothing", tag);
	for (guint i = 0; i < 43; i++) {
		g_autoptr(ReaderOutcome) outcome = take(f);

		if (outcome->mail == NULL)
			hanging++;
		else
			g_assert_cmpuint(hanging, ==, 0);
		if (i == 39)
			g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
	}
	g_assert_cmpuint(hanging, ==, 3);
}

static void test_doors(Fixture *f, gconstpointer unused)
{
	g_autoptr(ReaderOutcome) outcome = NULL;
	guint count;

	if (doors_have_sanitizers()) {
		g_test_skip("the sanitizers need some doors open");
		return;
	}
	g_setenv("PERSOCONTACT_TEST_SECRET", "1", TRUE);
	give(f, "doors", 1);
	outcome = take(f);
	g_assert_nonnull(outcome->mail);
	count = outcome->mail->warnings->len;
	g_assert_cmpuint(count, ==, 13);
	for (guint i = 0; i < count; i++) {
		const char *warning = g_ptr_array_index(outcome->mail->warnings, i);

		g_test_message("%s", warning);
		g_assert_true(g_str_has_suffix(warning, g_strerror(EPERM)));
	}
}

/* A mail that is read alone has a new reader, and one at a time. */
static void test_alone(Fixture *f, gconstpointer unused)
{
	for (guint tag = 1; tag <= 30; tag++) {
		g_autofree char *mail = g_strdup_printf("Do: %s\nSubject: mail %u\n\ntext\n",
							tag % 10 == 5 ? "crash" : "-", tag);

		give_bytes(f, mail, strlen(mail), tag, tag % 10 == 5 || tag % 10 == 6);
	}
	for (guint i = 0; i < 30; i++) {
		g_autoptr(ReaderOutcome) outcome = take(f);

		g_assert_true((outcome->mail == NULL) ==
			      (GPOINTER_TO_UINT(outcome->tag) % 10 == 5));
	}
}

/* Somebody kills a reader that waits: no mail is blamed for it. */
static void test_killed_idle(Fixture *f, gconstpointer unused)
{
	for (guint tag = 1; tag <= 5; tag++) {
		siginfo_t info;

		give(f, "nothing", tag);
		g_autoptr(ReaderOutcome) outcome = take(f);
		g_assert_nonnull(outcome->mail);
		g_assert_cmpint(kill(readers_pid(f->pool), SIGKILL), ==, 0);
		waitid(P_PID, (id_t)readers_pid(f->pool), &info, WEXITED | WNOWAIT);
	}
}

static void test_cancel(Fixture *f, gconstpointer unused)
{
	g_autoptr(ReaderOutcome) none = NULL;
	guint sum = 0;
	gpointer tag;

	for (guint i = 1; i <= 10; i++)
		give(f, "hang", i);
	g_assert_true(readers_take(f->pool, 700, &none, NULL));
	g_assert_null(none);
	g_assert_cmpuint(readers_busy(f->pool), ==, 10);
	while ((tag = readers_cancel(f->pool)) != NULL)
		sum += GPOINTER_TO_UINT(tag);
	g_assert_cmpuint(sum, ==, 55);
	give(f, "nothing", 1);
	g_autoptr(ReaderOutcome) outcome = take(f);
	g_assert_nonnull(outcome->mail);
}

static void test_read_one(Fixture *f, gconstpointer unused)
{
	static const char bad[] = "Do: abort\n\n", good[] = "Subject: good\n\n";

	g_assert_cmpint(pwrite(f->fd, bad, sizeof(bad) - 1, 0), >, 0);
	g_assert_cmpint(pwrite(f->fd, good, sizeof(good) - 1, 100), >, 0);
	g_autoptr(Mail) first = readers_read(f->pool, f->fd, 0, sizeof(bad) - 1, NULL);
	g_autoptr(Mail) second = readers_read(f->pool, f->fd, 100, sizeof(good) - 1, NULL);
	g_assert_true(first->unreadable);
	g_assert_cmpstr(g_ptr_array_index(first->warnings, 0), ==,
			"not read: its reader died of signal 6");
	g_assert_cmpstr(second->subject, ==, "good");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], READER_ARGUMENT) == 0)
		return reader_child_main(read_and_do);
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add("/reader/same", Fixture, NULL, set_up, test_same, tear_down);
	g_test_add("/reader/many", Fixture, NULL, set_up, test_many, tear_down);
	for (gsize i = 0; i < G_N_ELEMENTS(deaths); i++) {
		g_autofree char *path = g_strconcat("/reader/death/", deaths[i].deed, NULL);

		g_test_add(path, Fixture, &deaths[i], set_up, test_death, tear_down);
	}
	g_test_add("/reader/not-delayed", Fixture, NULL, set_up, test_not_delayed, tear_down);
	g_test_add("/reader/doors", Fixture, NULL, set_up, test_doors, tear_down);
	g_test_add("/reader/alone", Fixture, NULL, set_up, test_alone, tear_down);
	g_test_add("/reader/killed-idle", Fixture, NULL, set_up, test_killed_idle, tear_down);
	g_test_add("/reader/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
	g_test_add("/reader/read-one", Fixture, NULL, set_up, test_read_one, tear_down);
	return g_test_run();
}
