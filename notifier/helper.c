/* helper.c - a second thread that sends along while there is a backlog.
 *
 * It works as a notifier of its own on the same database, and leaves all that is not
 * urgent to the first: it wakes when a claim was full, and rests when its own is not.
 */
#include "notifier/inside.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"

#define FAULT_MILLISECONDS 1000

struct Helper {
	Notifier notifier;
	MailDesk desk;
	Settings settings; /* lent, but for the connections */
	Store *store;
	int news_fd;
	int is_over; /* atomic */
	GThread *thread;
};

guint helper_connections(const Settings *settings)
{
	return settings->database != NULL ? settings->smtp.connections / 2 : 0;
}

void helper_call(Helper *helper)
{
	guint64 one = 1;
	ssize_t written = helper != NULL ? write(helper->news_fd, &one, sizeof(one)) : 0;

	(void)written; /* full: it is readable already */
}

/* Sends batches until one is not full. */
static bool send_backlog(Helper *self, GError **error)
{
	guint count = CLAIM_ROWS;

	if (!jobs_settle(&self->notifier, error))
		return false;
	while (count == CLAIM_ROWS && !g_atomic_int_get(&self->is_over) &&
	       !notifier_waits(&self->notifier, -1, 0)) {
		if (!notifier_batch(&self->notifier, notifier_now(), &count, error))
			return false;
		if (self->notifier.is_away)
			break; /* the first finds out when the server is back */
	}
	return true;
}

static gpointer helper_main(gpointer data)
{
	Helper *self = data;
	int pause = -1;

	while (!notifier_waits(&self->notifier, self->news_fd, pause) &&
	       !g_atomic_int_get(&self->is_over)) {
		g_autoptr(GError) error = NULL;
		guint64 news;
		ssize_t got = read(self->news_fd, &news, sizeof(news));

		(void)got;
		pause = -1;
		if (send_backlog(self, &error))
			continue;
		log_warning_rarely(60, "it goes on by itself: %s", error->message);
		if (notifier_waits(&self->notifier, -1, FAULT_MILLISECONDS))
			break;
		pause = 0;
	}
	return NULL;
}

static bool open_own(Helper *self, Sender **ret_sender, GError **error)
{
	self->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (self->news_fd < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "eventfd");
		return false;
	}
	self->store = store_open(self->settings.database, STORE_EXISTING, error);
	if (self->store == NULL)
		return false;
	*ret_sender = sender_open(&self->settings, error);
	return *ret_sender != NULL;
}

Helper *helper_start(const MailDesk *desk, int stop_fd)
{
	g_autoptr(GError) error = NULL;
	Helper *self;
	Sender *sender = NULL;

	if (helper_connections(desk->settings) == 0)
		return NULL;
	self = g_new0(Helper, 1);
	self->settings = *desk->settings;
	self->settings.smtp.connections = helper_connections(desk->settings);
	if (!open_own(self, &sender, &error)) {
		log_warning("no second thread sends: %s", error->message);
		store_free(self->store);
		if (self->news_fd >= 0)
			close(self->news_fd);
		g_free(self);
		return NULL;
	}
	self->desk = *desk;
	self->desk.settings = &self->settings;
	self->desk.store = self->store;
	notifier_begin(&self->notifier, &self->desk, sender, stop_fd);
	self->thread = g_thread_new("helper", helper_main, self);
	return self;
}

void helper_free(Helper *helper)
{
	if (helper == NULL)
		return;
	g_atomic_int_set(&helper->is_over, 1);
	helper_call(helper);
	g_thread_join(helper->thread);
	notifier_end(&helper->notifier);
	store_free(helper->store);
	close(helper->news_fd);
	g_free(helper);
}
