/* reconcile.h - every receipt against its outcome, every case against its acknowledgement.
 *
 * What is found is a sentence for people, and what it is about for the repair.
 */
#pragma once

#include "store/store.h"

typedef enum {
	FOUND_STUCK,      /* a receipt that nobody has dealt with for an hour: id is the receipt */
	FOUND_NO_OUTCOME, /* a receipt that is done, without decision, or without the case of it */
	FOUND_NOT_HELD,   /* a held receipt that no list of held mails shows */
	FOUND_NOT_TOLD,   /* a quarantined receipt of which no admin was told */
	FOUND_NO_ACKNOWLEDGEMENT, /* a case whose requester was never told: id is the case */
	FOUND_OWED, /* a notice that is owed for more than five days: id is the notice */
	FOUND_RAW,  /* a segment that is missing or too short; nothing repairs it but a backup */
} FindingKind;

typedef struct Finding {
	FindingKind kind;
	gint64 id;
	char *text;
} Finding;

void finding_free(Finding *finding);

/* Looks at the whole database.  GPtrArray of Finding; a kind with very many findings is cut off
 * after 1000 and says so. */
bool reconcile_look(Store *store, gint64 now, GPtrArray **ret_findings, GError **error);

/* Heals what can be healed in the database, in one transaction for each finding; what is to be read
 * again is given back to the gateway (intake) for it. */
bool reconcile_repair(Store *store, const Finding *finding, gint64 now, GError **error);

/* Owes the admins one mail about what was found: data is {"findings": [{"of", "text"}], "count":
 * n}.
 */
bool reconcile_alarm(Store *store, const char *data, gint64 now, GError **error);

/* The receipt of a mail in a mailbox: when it was received, or 0 when there is none. */
bool reconcile_receipt(Store *store, const char *mailbox, gint64 uidvalidity, const char *uid,
		       gint64 *ret_received, GError **error);
