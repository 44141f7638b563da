/* reader_process.c - starting, talking to and burying one reader. */
#include "gateway/reader_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "common/mail_variant.h"
#include "gateway/reader_doors.h"

#define PIECE (64 * 1024)

extern char **environ;

void reader_item_free(ReaderItem *item)
{
	if (item == NULL)
		return;
	close(item->fd);
	g_free(item);
}

/* Of the environment, only what the loader, the sanitizers and the failpoints want: no secrets. */
static char **reader_environment(void)
{
	static const char *const kept[] = {
		"LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=",
#ifdef ENABLE_FAILPOINTS
		"PERSOCONTACT_FAILPOINTS="
#endif
	};
	GPtrArray *words = g_ptr_array_new();

	for (char **word = environ; *word != NULL; word++)
		for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
			if (g_str_has_prefix(*word, kept[i]))
				g_ptr_array_add(words, *word);
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE); /* lent words */
}

/* posix_spawn: no lock of another thread of ours is inherited, as a fork would. */
static int spawn(int socket, pid_t *ret_pid)
{
	char *argv[] = { (char *)"persocontact", (char *)READER_ARGUMENT, NULL };
	g_autofree char **environment = reader_environment();
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&actions, socket, READER_SOCKET);
	/* nothing that a reader says reaches a log, but what the sanitizers find */
	for (int fd = STDIN_FILENO; fd <= (doors_have_sanitizers() ? STDOUT_FILENO : STDERR_FILENO);
	     fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	failed = posix_spawn(ret_pid, "/proc/self/exe", &actions, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static bool send_options(int fd, GVariant *options)
{
	ReaderWords words = { 0, (guint32)g_variant_get_size(options) };

	return send(fd, &words, sizeof(words), MSG_NOSIGNAL) == (ssize_t)sizeof(words) &&
	       send(fd, g_variant_get_data(options), words.length, MSG_NOSIGNAL) ==
		       (ssize_t)words.length;
}

Reader *reader_start(GVariant *options, GError **error)
{
	Reader *reader;
	int sockets[2], failed;
	pid_t pid = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "a reader cannot be started: %s", g_strerror(errno));
		return NULL;
	}
	/* dup2 of a number to itself would leave it to be closed: so it is never that one */
	if (sockets[1] == READER_SOCKET) {
		int other = fcntl(sockets[1], F_DUPFD_CLOEXEC, READER_SOCKET + 1);

		close(sockets[1]);
		sockets[1] = other;
	}
	failed = spawn(sockets[1], &pid);
	close(sockets[1]);
	if (failed != 0) {
		close(sockets[0]);
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "a reader cannot be started: %s", g_strerror(failed));
		return NULL;
	}
	reader = g_new0(Reader, 1);
	reader->pid = pid;
	reader->fd = sockets[0];
	reader->in = g_byte_array_new();
	reader->since = g_get_monotonic_time();
	send_options(
		reader->fd,
		options); /* a reader that is dead already is found so when it is listened to */
	return reader;
}

/* The kernel counts the time of the whole process: its limit moves on with each mail. */
static void limit_cpu(const Reader *reader, guint seconds)
{
	struct timespec used = { 0 };
	clockid_t clock;
	struct rlimit limit = { 0, RLIM_INFINITY };

	if (clock_getcpuclockid(reader->pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return;
	limit.rlim_cur = (rlim_t)used.tv_sec + 1 + seconds;
	prlimit(reader->pid, RLIMIT_CPU, &limit, NULL);
}

bool reader_send(Reader *reader, ReaderItem *item, guint cpu_seconds)
{
	ReaderRequest request = { ++reader->number, 0, item->offset, item->length };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec piece = { &request, sizeof(request) };
	struct msghdr message = { .msg_iov = &piece,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &item->fd, sizeof(int));
	limit_cpu(reader, cpu_seconds);
	if (sendmsg(reader->fd, &message, MSG_NOSIGNAL) != (ssize_t)sizeof(request))
		return false;
	reader->item = item;
	reader->since = g_get_monotonic_time();
	return true;
}

ReaderNews reader_receive(Reader *reader, guint32 *ret_number, GBytes **ret_bytes)
{
	ReaderWords words;

	for (;;) {
		guint had = reader->in->len;
		gsize want = sizeof(words);
		ssize_t got;

		if (had >= sizeof(words)) {
			memcpy(&words, reader->in->data, sizeof(words));
			if (words.length > MAIL_PACKED_BYTES)
				return READER_LIES;
			want += words.length;
			if (had == want)
				break;
		}
		g_byte_array_set_size(reader->in, had + (guint)MIN(want - had, PIECE));
		got = recv(reader->fd, reader->in->data + had, reader->in->len - had, MSG_DONTWAIT);
		g_byte_array_set_size(reader->in, had + (guint)MAX(got, 0));
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return READER_WAITS;
		if (got <= 0)
			return READER_DEAD;
	}
	g_autoptr(GBytes) all = g_byte_array_free_to_bytes(reader->in);
	reader->in = g_byte_array_new();
	*ret_number = words.number;
	*ret_bytes = g_bytes_new_from_bytes(all, sizeof(words), words.length);
	return READER_TOLD;
}

static char *end_told(int status, guint cpu_seconds)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == READER_NO_MEMORY)
		return g_strdup("ran out of memory");
	if (WIFEXITED(status))
		return g_strdup_printf("ended with status %d", WEXITSTATUS(status));
	if (WTERMSIG(status) == SIGXCPU)
		return g_strdup_printf("was stopped after %u s of processor time", cpu_seconds);
	if (WTERMSIG(status) == SIGSYS)
		return g_strdup("was stopped: it did what a reader may not");
	return g_strdup_printf("died of signal %d", WTERMSIG(status));
}

char *reader_end(Reader *reader, guint cpu_seconds, ReaderItem **ret_item)
{
	int status = 0;

	kill(reader->pid, SIGKILL); /* does nothing to one that has died: its status stays */
	while (waitpid(reader->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(reader->fd);
	if (ret_item != NULL)
		*ret_item = reader->item;
	else
		reader_item_free(reader->item);
	g_byte_array_unref(reader->in);
	g_free(reader);
	return end_told(status, cpu_seconds);
}
