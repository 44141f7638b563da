/* dial.c - names to addresses to a socket.
 *
 * A name service that is away makes getaddrinfo() wait for long, and nothing can wake it.
 * So it runs in a thread of its own, which is left behind when the program must stop.
 */
#include "gateway/dial.h"

#include "common/error.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* A question to the name service; it belongs to the asker and the thread, and to who is left. */
typedef struct Lookup {
	char *host, *service;
	int answer; /* of getaddrinfo() */
	struct addrinfo *found;
	int done_fd; /* readable when answered */
} Lookup;

static void lookup_clear(gpointer data)
{
	Lookup *lookup = data;

	if (lookup->found != NULL)
		freeaddrinfo(lookup->found);
	if (lookup->done_fd >= 0)
		close(lookup->done_fd);
	g_free(lookup->host);
	g_free(lookup->service);
}

static void lookup_release(Lookup *lookup)
{
	g_atomic_rc_box_release_full(lookup, lookup_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lookup, lookup_release)

Ready wait_ready(int fd, short events, int stop_fd, gint64 until)
{
	struct pollfd fds[2] = { { .fd = fd, .events = events },
				 { .fd = stop_fd, .events = POLLIN } };

	for (;;) {
		gint64 left = (until - g_get_monotonic_time() + 999) / 1000;
		int ready = poll(fds, 2, (int)CLAMP(left, 0, G_MAXINT));

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return READY_FAILED;
		if (fds[1].revents != 0)
			return READY_STOP;
		return ready > 0 ? READY_YES : READY_NOT;
	}
}

static void lookup_run(Lookup *lookup)
{
	struct addrinfo wish = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };

	if (g_hostname_is_ip_address(lookup->host))
		wish.ai_flags = AI_NUMERICHOST;
	lookup->answer = getaddrinfo(lookup->host, lookup->service, &wish, &lookup->found);
}

static gpointer lookup_thread(gpointer data)
{
	g_autoptr(Lookup) lookup = data;
	guint64 one = 1;

	lookup_run(lookup);
	if (write(lookup->done_fd, &one, sizeof one) < 0)
		g_error("eventfd: %s", g_strerror(errno));
	return NULL;
}

/* Asks, in a thread unless host is an address. */
static Ready lookup_wait(Lookup *lookup, int stop_fd, gint64 until)
{
	GThread *thread;
	guint64 done;
	Ready ready;

	if (g_hostname_is_ip_address(lookup->host)) {
		lookup_run(lookup);
		return READY_YES;
	}
	lookup->done_fd = eventfd(0, EFD_CLOEXEC);
	if (lookup->done_fd < 0)
		return READY_FAILED;
	thread = g_thread_try_new("lookup", lookup_thread, g_atomic_rc_box_acquire(lookup), NULL);
	if (thread == NULL) {
		lookup_release(lookup);
		errno = EAGAIN;
		return READY_FAILED;
	}
	g_thread_unref(thread);
	ready = wait_ready(lookup->done_fd, POLLIN, stop_fd, until);
	if (ready == READY_YES && read(lookup->done_fd, &done, sizeof done) < 0)
		return READY_FAILED;
	return ready;
}

/* A socket to one address: connected, or -1 with errno (ECANCELED: to stop). */
static int dial_address(const struct addrinfo *address, int stop_fd, gint64 until)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int why = 0, on = 1;
	socklen_t size = sizeof why;
	Ready ready;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	why = errno;
	if (why == EINPROGRESS) {
		ready = wait_ready(fd, POLLOUT, stop_fd, until);
		why = ready == READY_STOP ? ECANCELED : ready == READY_NOT ? ETIMEDOUT : errno;
		if (ready == READY_YES && getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) < 0)
			why = errno;
	}
	if (why == 0)
		return fd;
	close(fd);
	errno = why;
	return -1;
}

static int dial_failed(GError **error, DeskError code, const char *host, guint16 port,
		       const char *why)
{
	g_set_error(error, DESK_ERROR, code,
		    "%s port %u: cannot connect (%s): is the server up, and the port right?", host,
		    port, why);
	return -1;
}

int dial(const char *host, guint16 port, int stop_fd, guint seconds, GError **error)
{
	gint64 until = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
	g_autoptr(Lookup) lookup = g_atomic_rc_box_new0(Lookup);
	int fd = -1, why = 0;

	lookup->done_fd = -1;
	lookup->host = g_strdup(host);
	lookup->service = g_strdup_printf("%u", port);
	switch (lookup_wait(lookup, stop_fd, until)) {
	case READY_YES:
		break;
	case READY_STOP:
		return dial_failed(error, DESK_ERROR_TEMPFAIL, host, port, "stopped");
	case READY_NOT:
		return dial_failed(error, DESK_ERROR_UNAVAILABLE, host, port,
				   "the name service does not answer");
	default:
		return dial_failed(error, DESK_ERROR_UNAVAILABLE, host, port, g_strerror(errno));
	}
	if (lookup->answer != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "%s: no address for this server (%s): check its name, and the name "
			    "service",
			    host, gai_strerror(lookup->answer));
		return -1;
	}
	for (const struct addrinfo *a = lookup->found; a != NULL && fd < 0 && why != ECANCELED;
	     a = a->ai_next) {
		fd = dial_address(a, stop_fd, until);
		why = errno;
	}
	if (fd < 0)
		return dial_failed(error,
				   why == ECANCELED ? DESK_ERROR_TEMPFAIL : DESK_ERROR_UNAVAILABLE,
				   host, port, g_strerror(why));
	return fd;
}
