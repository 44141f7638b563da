/* inside.h - what the files of the notifier's loop share. */
#pragma once

#include "notifier/compose.h"
#include "notifier/sender.h"

#define CLAIM_SECONDS 90 /* for which claimed rows are ours; a batch is done well before */
#define CLAIM_ROWS 64

typedef struct Notifier {
	MailDesk desk;
	Sender *sender;
	RawWriter *writer; /* NULL until something is rendered */
	int stop_fd;
	/* of the server */
	guint away_tries;  /* batches in a row that could not be sent */
	gint64 away_until; /* seconds since 1970 */
	bool is_away;      /* in this batch */
	char *away_why;
	/* of the batch */
	GPtrArray *notices;              /* Notice */
	GPtrArray *jobs;                 /* SendJob, one a notice that is sent */
	GPtrArray *unsettled;            /* SendJob, lent: finished, not yet in the database */
	gint64 settled;                  /* monotonic time of the last commit */
	guint refused;                   /* since the loop asked: these may owe new notices */
	struct Helper *helper;           /* called when there is a backlog; or NULL */
	const struct Calendar *calendar; /* lent; NULL in the helper, which reminds nobody */
	gint64 remind_at;                /* monotonic */
} Notifier;

gint64 notifier_now(void); /* seconds since 1970 */

/* render.c: renders, makes durable and commits those of self->notices that were not yet; what
 * cannot be rendered is taken out.  False when the database or the disk fails: nothing was kept. */
bool notices_render(Notifier *self, gint64 now, GError **error);

/* A notice that cannot be sent for a reason of its own: said, put off, and nobody else waits. */
bool notice_put_off(Notifier *self, const Notice *notice, gint64 now, const GError *why,
		    GError **error);

/* settle.c: notes what became of the finished jobs, in one transaction; false: it is to be
 * called again, and nothing may be claimed before. */
bool jobs_settle(Notifier *self, GError **error);
/* Takes a finished job; commits when many wait or some time has gone by. */
void job_finished(SendJob *job, void *user);

/* notifier.c: what each thread that sends does. */
void notifier_begin(Notifier *self, const MailDesk *desk, Sender *sender,
		    int stop_fd); /* sender is given */
/* Claims and sends one batch; ret_count is how many rows were claimed. */
bool notifier_batch(Notifier *self, gint64 due, guint *ret_count, GError **error);
/* Waits; true when we are to stop. */
bool notifier_waits(const Notifier *self, int news_fd, int milliseconds);
/* Notes what was sent as far as that can be done, and frees all that is not lent. */
void notifier_end(Notifier *self);

/* helper.c: a second thread, with connections of its own to the database and the mail server,
 * that sends along while there is a backlog: one renders while the other waits for a server. */
typedef struct Helper Helper;
/* NULL when there are no connections for it, or it cannot be made; desk is lent. */
Helper *helper_start(const MailDesk *desk, int stop_fd);
/* How many of the connections are the helper's. */
guint helper_connections(const Settings *settings);
/* There is a backlog.  helper may be NULL. */
void helper_call(Helper *helper);
void helper_free(Helper *helper); /* waits until it has ended */
