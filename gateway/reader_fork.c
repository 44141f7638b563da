/* reader_fork.c - a child for one document. */
#include "gateway/reader_fork.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mail_variant.h"
#include "gateway/pdf_read.h"
#include "gateway/reader_doors.h"
#include "gateway/reader_wire.h"

#define ANSWER_BYTES (PDF_TEXT_BYTES + 64 * 1024)
#define PIECE 4096

static bool send_all(int to, const guint8 *bytes, gsize length)
{
	while (length > 0) {
		ssize_t sent = send(to, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		length -= (gsize)sent;
	}
	return true;
}

/* Never returns. */
static void be_child(ReaderRead read, int to, int fd, gint64 offset, gint64 length,
		     guint cpu_seconds, const ReadOptions *options)
{
	const struct rlimit cpu = { cpu_seconds, cpu_seconds + 1 };
	guint doors = 0;
	GBytes *bytes;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(READER_SOCKET); /* what it says reaches nobody but its parent */
	if (setrlimit(RLIMIT_CPU, &cpu) != 0 || !doors_close(&doors))
		_exit(READER_NO_DOORS);
	bytes = mail_pack(read(fd, offset, length, options));
	_exit(send_all(to, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes))
		      ? 0
		      : READER_BAD_REQUEST);
}

/* All that it says, until it ends; NULL when it says too much. */
static GBytes *hear(int from)
{
	GByteArray *all = g_byte_array_new();
	guint8 piece[PIECE];
	ssize_t got;

	while ((got = recv(from, piece, sizeof(piece), 0)) != 0 && all->len <= ANSWER_BYTES) {
		if (got < 0 && errno != EINTR)
			break;
		g_byte_array_append(all, piece, (guint)MAX(got, 0));
	}
	if (got == 0 && all->len > 0 && all->len <= ANSWER_BYTES)
		return g_byte_array_free_to_bytes(all);
	g_byte_array_unref(all);
	return NULL;
}

static char *how_it_ended(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGXCPU
			       ? g_strdup("took too much processor time")
			       : g_strdup_printf("died of signal %d", WTERMSIG(status));
	return WEXITSTATUS(status) == READER_NO_MEMORY
		       ? g_strdup("ran out of memory")
		       : g_strdup_printf("ended with status %d", WEXITSTATUS(status));
}

static GBytes *hear_child(pid_t child, int from, char **ret_how)
{
	g_autoptr(GBytes) answer = hear(from);
	int status = 0;

	if (answer == NULL)
		kill(child, SIGKILL); /* does nothing to one that has ended */
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (answer != NULL && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return g_steal_pointer(&answer);
	*ret_how = how_it_ended(status);
	return NULL;
}

GBytes *read_in_child(ReaderRead read, int fd, gint64 offset, gint64 length, guint cpu_seconds,
		      const ReadOptions *options, char **ret_how)
{
	GBytes *answer = NULL;
	int sockets[2];
	pid_t child;

	*ret_how = NULL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
		*ret_how = g_strdup("could not be started");
		return NULL;
	}
	child = fork();
	if (child == 0) {
		close(sockets[0]);
		be_child(read, sockets[1], fd, offset, length, cpu_seconds, options);
	}
	close(sockets[1]);
	if (child > 0)
		answer = hear_child(child, sockets[0], ret_how);
	else
		*ret_how = g_strdup("could not be started");
	close(sockets[0]);
	return answer;
}
