/* notifier.c - the loop: when to look, what to claim, and living through faults. */
#include "notifier/notifier.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/service.h"
#include "notifier/inside.h"
#include "notifier/remind.h"

#define LOOK_SECONDS 0.25 /* between looks at the database's version */
#define FAULT_SECONDS 1.0 /* after a fault of the database or the disk */
#define REMIND_SECONDS 60.0
#define CLOCK_MOST (10 * G_USEC_PER_SEC) /* a clock is corrected by less without further ado */
#define ONCE_ROUNDS 3                    /* of notices that were owed by sending others */

gint64 notifier_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static guint claim_seconds(const Notifier *self)
{
	return (guint)MAX(CLAIM_SECONDS / self->desk.settings->test_clock, 5);
}

void notifier_begin(Notifier *self, const MailDesk *desk, Sender *sender, int stop_fd)
{
	*self = (Notifier){ .desk = *desk, .sender = sender, .stop_fd = stop_fd };
	self->desk.cache = mail_cache_new();
	self->notices = g_ptr_array_new();
	self->jobs = g_ptr_array_new_with_free_func((GDestroyNotify)send_job_free);
	self->unsettled = g_ptr_array_new();
}

/* What was sent must not be sent again: before we end, a locked database gets some more seconds. */
static void settle_at_last(Notifier *self)
{
	for (guint i = 0; i < 8 && self->unsettled->len > 0; i++)
		if (!jobs_settle(self, NULL))
			g_usleep(G_USEC_PER_SEC / 2);
}

void notifier_end(Notifier *self)
{
	settle_at_last(self);
	g_ptr_array_unref(self->unsettled);
	g_ptr_array_unref(self->jobs);
	g_ptr_array_unref(self->notices);
	sender_free(self->sender);
	raw_writer_free(self->writer);
	mail_cache_free(self->desk.cache);
	g_free(self->away_why);
}

bool notifier_waits(const Notifier *self, int news_fd, int milliseconds)
{
	struct pollfd fds[] = { { self->stop_fd, POLLIN, 0 }, { news_fd, POLLIN, 0 } };

	return poll(fds, G_N_ELEMENTS(fds), milliseconds) > 0 && fds[0].revents != 0;
}

/* ---- one batch ---- */

static SendJob *job_of(Notifier *self, const Notice *notice, GError **error)
{
	SendJob *job = send_job_new();
	int fd = raw_open_checked(self->desk.store, &notice->raw, error);

	if (fd < 0) {
		send_job_free(job);
		return NULL;
	}
	job->notice = notice->id;
	job->kind = notice->kind;
	job->to = notice->to;
	job->fd = fd;
	job->offset = notice->raw.offset;
	job->length = notice->raw.length;
	return job;
}

static bool make_jobs(Notifier *self, GPtrArray *words, GError **error)
{
	for (guint i = 0; i < self->notices->len;) {
		const Notice *notice = g_ptr_array_index(self->notices, i);
		g_autoptr(Case) about = NULL;
		g_autoptr(GError) why = NULL;
		char *number;
		SendJob *job;

		if (notice->case_id != 0 &&
		    !case_get(self->desk.store, notice->case_id, &about, error))
			return false;
		job = job_of(self, notice, &why);
		if (job == NULL && g_error_matches(why, DESK_ERROR, DESK_ERROR_DATA)) {
			if (!notice_put_off(self, notice, notifier_now(), why, error))
				return false; /* its bytes are damaged; the others go on */
			g_ptr_array_remove_index(self->notices, i);
			continue;
		}
		if (job == NULL) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		i++;
		number = g_strdup(about != NULL ? about->number : "");
		job->number = number;
		job->from = compose_envelope(&self->desk, notice);
		g_ptr_array_add(words, number);
		g_ptr_array_add(words, (gpointer)job->from);
		g_ptr_array_add(self->jobs, job);
	}
	return true;
}

/* Gives claimed rows back as they were, so that they need not wait until the claim ends. */
static void release(Notifier *self, gint64 now)
{
	for (guint i = 0; i < self->notices->len; i++) {
		const Notice *notice = g_ptr_array_index(self->notices, i);

		if (!outbox_later(self->desk.store, notice->id, now, notice->why, NULL))
			return;
	}
}

/* Claims and sends one batch; ret_count is how many rows were claimed. */
bool notifier_batch(Notifier *self, gint64 due, guint *ret_count, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	gint64 now = notifier_now();

	g_ptr_array_set_size(self->jobs, 0);
	g_clear_pointer(&self->notices, g_ptr_array_unref);
	self->is_away = false;
	if (!outbox_claim(self->desk.store, due, claim_seconds(self),
			  self->away_tries > 0 ? 1 : CLAIM_ROWS, &self->notices, error)) {
		self->notices = g_ptr_array_new();
		return false;
	}
	*ret_count = self->notices->len;
	if (self->notices->len > 0)
		FAILPOINT("notifier.claimed");
	if (self->notices->len == CLAIM_ROWS)
		helper_call(self->helper);
	if (self->notices->len == 0)
		return true;
	if (!notices_render(self, now, error) || !make_jobs(self, words, error)) {
		release(self, now);
		g_ptr_array_set_size(self->jobs, 0);
		return false;
	}
	self->settled = g_get_monotonic_time();
	FAILPOINT("notifier.rendered");
	self->sender->send(self->sender, self->jobs, self->stop_fd, job_finished, self);
	return jobs_settle(self, error);
}

/* ---- once ---- */

static bool run_once(Notifier *self, GError **error)
{
	gint64 due = notifier_now();
	guint count = 0;

	if (!outbox_clock_back(self->desk.store, due, error))
		return false;
	for (guint round = 0; round < ONCE_ROUNDS;) {
		if (!notifier_batch(self, due, &count, error))
			return false;
		if (self->is_away) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
				    "the mail server is away: %s", self->away_why);
			return false;
		}
		if (count > 0)
			continue;
		if (self->refused == 0)
			break;
		self->refused = 0;
		due = notifier_now();
		round++;
	}
	return true;
}

/* ---- for ever ---- */

typedef struct Watch {     /* what decides whether to look into the outbox */
	gint64 version;    /* of the database, when we last looked */
	gint64 due;        /* of the next row; -1: none */
	gint64 not_before; /* monotonic */
	gint64 ahead;      /* microseconds of the clock before the monotonic one */
} Watch;

/* Waits are kept as times of the clock: when that is set back, they would be too long. */
static bool heed_clock(Notifier *self, Watch *watch, GError **error)
{
	gint64 ahead = g_get_real_time() - g_get_monotonic_time();

	if (ahead < watch->ahead - CLOCK_MOST) {
		if (watch->ahead != G_MAXINT64)
			log_warning("the clock was set back: what is owed is due anew");
		if (!outbox_clock_back(self->desk.store, notifier_now(), error))
			return false;
		self->away_until = 0;
		watch->version = -1;
	}
	watch->ahead = ahead;
	return true;
}

static bool is_time(Notifier *self, Watch *watch, bool *ret_time, GError **error)
{
	gint64 version = 0, now = notifier_now();

	*ret_time = false;
	if (g_get_monotonic_time() < watch->not_before ||
	    (self->away_tries > 0 && now < self->away_until))
		return true;
	if (!store_data_version(self->desk.store, &version, error))
		return false;
	if (version != watch->version && !outbox_next_due(self->desk.store, &watch->due, error))
		return false;
	watch->version = version;
	*ret_time = watch->due >= 0 && watch->due <= now;
	return true;
}

/* One look: a batch when something is due. */
static bool look(Notifier *self, Watch *watch, bool *ret_more, GError **error)
{
	bool time = false;
	guint count = 0;

	*ret_more = false;
	if (!jobs_settle(self, error) || !heed_clock(self, watch, error) ||
	    !is_time(self, watch, &time, error))
		return false;
	if (!time)
		return true;
	if (!notifier_batch(self, notifier_now(), &count, error) ||
	    !outbox_next_due(self->desk.store, &watch->due, error))
		return false;
	*ret_more = count > 0 && !self->is_away;
	if (count == 0) /* due, but claimed by somebody else */
		watch->not_before = g_get_monotonic_time() + G_USEC_PER_SEC / 2;
	return true;
}

/* The database is asked rarely whether somebody is to be reminded. */
static bool remind_sometimes(Notifier *self, GError **error)
{
	gint64 now = g_get_monotonic_time();

	if (now < self->remind_at)
		return true;
	self->remind_at = now + (gint64)settings_pause(self->desk.settings, REMIND_SECONDS) * 1000;
	return remind_when_due(&self->desk, self->calendar, false, notifier_now(), error);
}

static void run_always(Notifier *self)
{
	/* what was before we began is not known */
	Watch watch = { .version = -1, .due = -1, .ahead = G_MAXINT64 };
	guint pause = 0;

	while (!notifier_waits(self, -1, (int)pause)) {
		g_autoptr(GError) error = NULL;
		bool more = false;

		service_alive();
		if (remind_sometimes(self, &error) && look(self, &watch, &more, &error)) {
			pause = more ? 0 : settings_pause(self->desk.settings, LOOK_SECONDS);
			continue;
		}
		log_warning_rarely(60, "it goes on by itself: %s", error->message);
		watch.version = -1;
		pause = settings_pause(self->desk.settings, FAULT_SECONDS);
	}
}

bool notifier_run(const Settings *settings, Store *store, const Forms *forms, const Texts *texts,
		  const Secret *secret, bool once, int stop_fd, GError **error)
{
	/* GLib reads a zone from the disk anew when nobody holds it. */
	g_autoptr(GTimeZone) zone G_GNUC_UNUSED = g_time_zone_new_identifier(settings->time_zone);
	MailDesk desk = { .settings = settings,
			  .forms = forms,
			  .texts = texts,
			  .secret = secret,
			  .store = store };
	Settings ours = *settings; /* lent, but for the connections */
	g_autoptr(Calendar) calendar = NULL;
	Sender *sender;
	Notifier self;
	bool good = true;

	calendar = remind_calendar(settings, error);
	if (calendar == NULL)
		return false;
	if (!once)
		ours.smtp.connections -= helper_connections(settings);
	sender = sender_open(&ours, error);
	if (sender == NULL)
		return false;
	notifier_begin(&self, &desk, sender, stop_fd);
	self.calendar = calendar;
	if (once) {
		good = remind_when_due(&self.desk, calendar, true, notifier_now(), error) &&
		       run_once(&self, error);
	} else {
		self.helper = helper_start(&desk, stop_fd);
		run_always(&self);
		helper_free(self.helper);
	}
	notifier_end(&self);
	return good;
}
