/* gateway.c - who runs beside whom, and what happens when something is away.
 *
 * Each mailbox has a thread with a database connection and a segment of its own.  It tells
 * the deciding thread by an eventfd that receipts wait; receipts of other gateways on the
 * same database are found by looking now and then.
 */
#include "gateway/gateway.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "common/service.h"
#include "gateway/intake.h"
#include "gateway/read.h"
#include "gateway/receive.h"
#include "gateway/source.h"

#define RETRY_FIRST 1.0
#define RETRY_LAST 60.0
#define LOOK_SECONDS 5.0 /* for receipts that others put */

typedef struct Watcher { /* one mailbox */
	const Desk *desk;
	const MailboxSettings *mailbox;
	bool once;
	int stop_fd, news_fd;
	GThread *thread;
	GError *error; /* once: what went wrong */
} Watcher;

static gint64 now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static void tell(int fd)
{
	guint64 one = 1;
	ssize_t written = write(fd, &one, sizeof(one));

	(void)written; /* full: it is readable already */
}

/* Waits for milliseconds (-1: for ever) on stop_fd and, when it is not -1, on news_fd; true: stop.
 */
static bool wait_or_stop(int stop_fd, int news_fd, int milliseconds)
{
	struct pollfd fds[] = { { stop_fd, POLLIN, 0 }, { news_fd, POLLIN, 0 } };
	guint64 count;

	if (poll(fds, news_fd >= 0 ? 2 : 1, milliseconds) > 0 && (fds[1].revents & POLLIN) != 0) {
		ssize_t got = read(news_fd, &count, sizeof(count));

		(void)got;
	}
	return fds[0].revents != 0;
}

/* A group was received: it can be read while the next one comes. */
static void tell_of_group(gpointer watcher)
{
	tell(((Watcher *)watcher)->news_fd);
}

/* One visit: everything that is there is received. */
static bool visit(Source *source, Receiver *receiver, GError **error)
{
	guint taken = 0;

	return source->take(source, receiver_sink(receiver), &taken, error);
}

static void watch(Watcher *self, Source *source, Receiver *receiver)
{
	double pause = RETRY_FIRST;

	while (!wait_or_stop(self->stop_fd, -1, 0)) {
		g_autoptr(GError) error = NULL;

		if (visit(source, receiver, &error) &&
		    source->wait(source, self->mailbox->poll, self->stop_fd, &error)) {
			pause = RETRY_FIRST;
			continue;
		}
		if (wait_or_stop(self->stop_fd, -1, 0))
			return;
		log_warning_rarely(60, "mailbox=%s %s", self->mailbox->name, error->message);
		if (wait_or_stop(self->stop_fd, -1,
				 settings_pause(self->desk->settings,
						pause * g_random_double_range(0.75, 1.25))))
			return;
		pause = MIN(pause * 2, RETRY_LAST);
	}
}

static gpointer watcher_main(gpointer data)
{
	Watcher *self = data;
	g_autoptr(Store) store = NULL;
	g_autoptr(Receiver) receiver = NULL;
	Source *source = NULL;
	double pause = RETRY_FIRST;

	while (receiver == NULL) {
		g_autoptr(GError) error = NULL;

		if (store == NULL)
			store = store_open(self->desk->settings->database, STORE_EXISTING, &error);
		if (store != NULL)
			receiver = receiver_new(store, now_seconds, &error);
		if (receiver != NULL)
			break;
		if (self->once) {
			self->error = g_steal_pointer(&error);
			return NULL;
		}
		log_warning_rarely(60, "mailbox=%s %s", self->mailbox->name, error->message);
		if (wait_or_stop(self->stop_fd, -1, settings_pause(self->desk->settings, pause)))
			return NULL;
		pause = MIN(pause * 2, RETRY_LAST);
	}
	receiver_on_kept(receiver, tell_of_group, self);
	source = source_open(self->desk->settings, self->mailbox, &self->error);
	if (source != NULL)
		source->stop_fd = self->stop_fd;
	if (source == NULL) {
		if (!self->once)
			log_error("mailbox=%s %s", self->mailbox->name, self->error->message);
		return NULL;
	}
	if (self->once)
		visit(source, receiver, &self->error);
	else
		watch(self, source, receiver);
	source_free(source);
	return NULL;
}

ReaderPool *gateway_readers(const Settings *settings, GError **error)
{
	ReadOptions options = {
		.trust_authserv = settings->trust_authserv,
		.own_address = settings->address,
		.own_separator = settings->sub_address,
	};

	return readers_new(&options, READERS, error);
}

bool gateway_drain(const Desk *desk, guint *ret_done, GError **error)
{
	guint done = 0;

	*ret_done = 0;
	do {
		if (!intake_run(desk, now_seconds(), &done, error))
			return false;
		*ret_done += done;
	} while (done > 0 || intake_waits(desk));
	return true;
}

typedef struct Once {
	Watcher *watcher;
	int *ended;
} Once;

static gpointer once_main(gpointer data)
{
	Once *self = data;

	watcher_main(self->watcher);
	g_atomic_int_inc(self->ended);
	tell(self->watcher->news_fd);
	return NULL;
}

/* All mailboxes at the same time, while what they bring is read and decided here. */
static bool run_once(const Desk *desk, GPtrArray *watchers, int news_fd, int stop_fd,
		     GError **error)
{
	g_autofree Once *once = g_new0(Once, MAX(watchers->len, 1));
	int ended = 0;
	guint done;
	bool all, fine = true;

	for (guint i = 0; i < watchers->len; i++) {
		once[i] = (Once){ g_ptr_array_index(watchers, i), &ended };
		once[i].watcher->thread = g_thread_new("mailbox", once_main, &once[i]);
	}
	do {
		all = g_atomic_int_get(&ended) >= (int)watchers->len;
		fine = fine && gateway_drain(desk, &done, error);
		if (!all)
			wait_or_stop(stop_fd, news_fd, 1000);
	} while (!all);
	for (guint i = 0; i < watchers->len; i++) {
		Watcher *watcher = g_ptr_array_index(watchers, i);

		g_thread_join(g_steal_pointer(&watcher->thread));
		if (watcher->error == NULL)
			continue;
		log_warning("mailbox=%s %s", watcher->mailbox->name, watcher->error->message);
		if (fine)
			g_propagate_error(error, g_steal_pointer(&watcher->error));
		fine = false;
	}
	return fine;
}

static void run_until_stopped(const Desk *desk, GPtrArray *watchers, int news_fd, int stop_fd)
{
	int look = settings_pause(desk->settings, LOOK_SECONDS);

	for (guint i = 0; i < watchers->len; i++) {
		Watcher *watcher = g_ptr_array_index(watchers, i);

		watcher->thread = g_thread_new("mailbox", watcher_main, watcher);
	}
	do {
		g_autoptr(GError) error = NULL;
		guint done = 0;

		service_alive();
		while (intake_run(desk, now_seconds(), &done, &error) &&
		       (done > 0 || intake_waits(desk)) && !wait_or_stop(stop_fd, -1, 0))
			service_alive();
		if (error != NULL)
			log_warning_rarely(60, "%s", error->message);
	} while (!wait_or_stop(stop_fd, news_fd, look));
	for (guint i = 0; i < watchers->len; i++)
		g_thread_join(((Watcher *)g_ptr_array_index(watchers, i))->thread);
}

static void watcher_free(Watcher *watcher)
{
	g_clear_error(&watcher->error);
	g_free(watcher);
}

bool gateway_run(const Desk *desk, bool once, int stop_fd, GError **error)
{
	g_autoptr(GPtrArray) watchers =
		g_ptr_array_new_with_free_func((GDestroyNotify)watcher_free);
	int news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	bool done = true;

	if (news_fd < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "eventfd: %s",
			    g_strerror(errno));
		return false;
	}
	for (guint i = 0; i < desk->settings->mailboxes->len; i++) {
		Watcher *watcher = g_new0(Watcher, 1);

		*watcher = (Watcher){ desk,    g_ptr_array_index(desk->settings->mailboxes, i),
				      once,    stop_fd,
				      news_fd, NULL,
				      NULL };
		g_ptr_array_add(watchers, watcher);
	}
	mail_read_init();
	if (once)
		done = run_once(desk, watchers, news_fd, stop_fd, error);
	else
		run_until_stopped(desk, watchers, news_fd, stop_fd);
	intake_give_back(desk);
	close(news_fd);
	return done;
}
