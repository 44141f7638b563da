/* replay.h - what a desk has been through, read from its database to be done once more in another.
 *
 * from: the database as it was.  to: the new one, whose raw folder has the same segments.
 */
#pragma once

#include "store/cases.h"

typedef struct ReplayMail { /* a row of mails, in the order in which they were dealt with or sent */
	gint64 id, receipt, at; /* at: when it was received */
	bool sent;              /* it went out */
	bool is_last; /* the receipt speaks of this row, and not of one that was read later */
} ReplayMail;

typedef struct ReplayEvent {
	gint64 id, case_id, at, mail;
	char *who, *way, *what, *text;
} ReplayEvent;

typedef struct ReplayFirst {
	gint64 mail, event, at;
} ReplayFirst; /* the first event that a mail caused */

typedef struct ReplayDrop {
	gint64 receipt, at;
	char *who, *why;
} ReplayDrop; /* a held mail that was let be */

void replay_event_free(ReplayEvent *event);
void replay_drop_free(ReplayDrop *drop);

/* The next rows behind an id, at most limit: GPtrArray of ReplayMail (g_free), ReplayEvent. */
bool replay_mails(Store *from, gint64 after, guint limit, GPtrArray **ret_mails, GError **error);
bool replay_events(Store *from, gint64 after, guint limit, GPtrArray **ret_events, GError **error);
/* ReplayFirst by &first->mail: to be made with g_int64_hash, and g_free for the values. */
bool replay_first_events(Store *from, GHashTable *ret_first, GError **error);
bool replay_drops(Store *from, GPtrArray **ret_drops, GError **error);
/* The next receipt behind an id that was settled without being kept as a mail (a duplicate); 0:
 * none. */
bool replay_unkept(Store *from, gint64 after, gint64 *ret_receipt, GError **error);

/* To which team an event handed its case on; NULL in ret_team when it cannot be told. Given. */
bool replay_team(Store *from, const ReplayEvent *event, char **ret_team, GError **error);
/* Whether an answer closed its case as well. */
bool replay_closes(Store *from, const ReplayEvent *event, bool *ret_closes, GError **error);

/* Organisations, teams and people as they are now, under the same numbers. */
bool replay_people(Store *from, Store *to, GError **error);
/* A receipt as it was when it came, to be read. */
bool replay_receipt(Store *from, Store *to, gint64 receipt, GError **error);
/* A mail that went out, as sent, with its notice. */
bool replay_sent(Store *from, Store *to, gint64 mail, GError **error);

/* compare.c: cases, answers, problems, documents, events, receipts of two databases, in the order
 * of their numbers.  Adds a sentence (char *) for each case or receipt that differs, 1000 at most;
 * ret_compared: how many rows of one were compared. */
bool replay_compare(Store *one, Store *other, GPtrArray *differences, guint *ret_compared,
		    GError **error);
