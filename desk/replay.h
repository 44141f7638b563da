/* replay.h - a desk lives through its mails and actions once more, in another database. */
#pragma once

#include "desk/session.h"
#include "store/receipts.h"
#include "store/replay.h"

typedef struct Replay {
	Desk desk; /* of the new database */
	Store *old;
	GHashTable *first; /* ReplayFirst by mail */
	GPtrArray *mails;  /* the next ones of the old database: ReplayMail */
	guint next;        /* of them */
	gint64 behind;     /* the last mail of the old database that was taken */
	GPtrArray *left;   /* char *: actions that were not done again, and why */
	guint done_mails, done_actions;
} Replay;

/* Does everything again, in its order.  False: a database failed; an action that cannot be done is
 * a sentence in left.  desk, old, first and left are set by the caller, the rest is 0. */
bool replay_run(Replay *replay, GError **error);

/* replay_actions.c: what somebody did by a command or the page, or the notifier noted. */
bool replay_action(Replay *replay, const ReplayEvent *event, GError **error);

/* replay_page.c: what was written on the page, by the message that was kept of it. */
bool replay_page(Replay *replay, const ReplayFirst *first, GError **error);

/* replay_held.c: what became of held mails: let in, added to a case, let be. */
bool replay_let_in(Replay *replay, const ReplayEvent *event, gint64 receipt, GError **error);
bool replay_let_be(Replay *replay, GError **error);

/* A receipt of the new database; NULL in ret_receipt when there is none. */
bool replay_receipt_of(Replay *replay, gint64 id, Receipt **ret_receipt, GError **error);
/* Notes that an event was not done again; an error of what was tried is its reason, and cleared. */
void replay_leave(Replay *replay, const ReplayEvent *event, const char *why);
