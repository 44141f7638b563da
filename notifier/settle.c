/* settle.c - what became of the mails that were sent, noted in groups. */
#include "notifier/inside.h"

#include <string.h>

#include "common/failpoint.h"
#include "common/log.h"
#include "notifier/retry.h"

#define GROUP_JOBS 32
#define GROUP_MICROSECONDS (200 * 1000)

static const char *const names[] = {
	[SEND_DONE] = "sent", [SEND_LATER] = "later", [SEND_NEVER] = "refused"
};

static Notice *notice_of(const Notifier *self, const SendJob *job)
{
	for (guint i = 0; i < self->notices->len; i++) {
		Notice *notice = g_ptr_array_index(self->notices, i);

		if (notice->id == job->notice)
			return notice;
	}
	return NULL;
}

static double spread(const Notifier *self, double wait)
{
	return retry_spread(wait, g_random_double(), self->desk.settings->test_clock);
}

/* The server is away: once a batch, all of it waits. */
static void note_away(Notifier *self, const SendJob *job)
{
	double wait;

	if (self->is_away)
		return;
	self->is_away = true;
	self->away_tries++;
	wait = spread(self, retry_wait_away(self->away_tries));
	self->away_until = retry_due(notifier_now(), wait);
	g_free(self->away_why);
	self->away_why = g_strdup(job->reply);
	log_warning("the mail server is away: %s; tried again in %.0f s", job->reply, wait);
}

/* The codes that a reply begins with, without its words: those may name a person. */
static char *code_of(const char *reply)
{
	return g_strndup(reply, strspn(reply, "0123456789. -"));
}

static void log_job(const Notice *notice, const SendJob *job)
{
	g_autofree char *code = code_of(job->reply);

	if (job->is_untried)
		return;
	log_info("notice=%" G_GINT64_FORMAT " case=%" G_GINT64_FORMAT
		 " kind=%s result=%s try=%" G_GINT64_FORMAT " ms=%" G_GINT64_FORMAT " reply=%s",
		 notice->id, notice->case_id, notice->kind, names[job->result], notice->tries,
		 job->milliseconds, g_strchomp(code));
}

static bool settle_later(Notifier *self, const Notice *notice, const SendJob *job, gint64 now,
			 GError **error)
{
	Store *store = self->desk.store;

	/* five days may be over at the first try: the desk was away, or the clock was set forward
	 */
	if (!job->is_untried && notice->tries >= RETRY_LEAST &&
	    retry_is_over(notice->created, now, self->desk.settings->test_clock)) {
		g_autofree char *why = g_strdup_printf("given up after five days: %s", job->reply);

		self->refused++;
		return outbox_refused(store, notice->id, why, now, error);
	}
	if (job->away)
		return outbox_later(store, notice->id, self->away_until, job->reply, error);
	if (job->is_untried)
		return outbox_later(store, notice->id, now, "", error);
	return outbox_later(store, notice->id,
			    retry_due(now, spread(self, retry_wait((guint)notice->tries))),
			    job->reply, error);
}

static bool settle_one(Notifier *self, const SendJob *job, gint64 now, GError **error)
{
	const Notice *notice = notice_of(self, job);

	switch (job->result) {
	case SEND_DONE:
		return outbox_sent(self->desk.store, notice->id, now, error);
	case SEND_NEVER:
		self->refused++;
		return outbox_refused(self->desk.store, notice->id, job->reply, now, error);
	case SEND_LATER:
		break;
	}
	return settle_later(self, notice, job, now, error);
}

bool jobs_settle(Notifier *self, GError **error)
{
	gint64 now = notifier_now();
	bool good;

	self->settled = g_get_monotonic_time();
	if (self->unsettled->len == 0)
		return true;
	if (!store_begin(self->desk.store, error))
		return false;
	good = true;
	for (guint i = 0; i < self->unsettled->len && good; i++)
		good = settle_one(self, g_ptr_array_index(self->unsettled, i), now, error);
	if (good)
		FAILPOINT("notifier.settling");
	if (!good || !store_commit(self->desk.store, error)) {
		store_rollback(self->desk.store);
		return false;
	}
	FAILPOINT("notifier.settled");
	g_ptr_array_set_size(self->unsettled, 0);
	return true;
}

void job_finished(SendJob *job, void *user)
{
	Notifier *self = user;
	g_autoptr(GError) error = NULL;

	if (job->result == SEND_DONE)
		FAILPOINT("notifier.taken");
	if (job->away)
		note_away(self, job);
	else if (!job->is_untried)
		self->away_tries = 0;
	log_job(notice_of(self, job), job);
	g_ptr_array_add(self->unsettled, job);
	if (self->unsettled->len < GROUP_JOBS &&
	    g_get_monotonic_time() - self->settled < GROUP_MICROSECONDS)
		return;
	if (!jobs_settle(self, &error))
		log_warning_rarely(60, "what was sent cannot be noted yet: %s", error->message);
}
