/* receipts.h - one row for each mail that reached a mailbox: UNIQUE(mailbox, uidvalidity, uid). */
#pragma once

#include "common/mail.h"
#include "store/cases.h"
#include "store/raw.h"

typedef struct Receipt {
	gint64 id;
	char *mailbox, *uid;
	gint64 uidvalidity;
	gint64 received;
	RawRange raw;
	char *state;      /* "received", "read", "quarantined", "held", "done" */
	char *decision;   /* "" until decided */
	char *why;        /* "" */
	char *message_id; /* "" until read */
	gint64 case_id;   /* 0 */
	gint64 mail_id;   /* mails.id once it is known, 0 */
	gint64 tries;     /* readings begun */
} Receipt;

/* How the why of a receipt begins whose mail was larger than MAIL_BYTES: only its header was kept.
 */
#define RECEIPT_TOO_LARGE "too large: "

void receipt_free(Receipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Receipt, receipt_free)

bool receipts_known(Store *store, const char *mailbox, gint64 uidvalidity, const char *uid,
		    bool *ret_known, GError **error);
/* Inserts; a receipt of the same mailbox, uidvalidity and uid is left as it is (two gateways). */
bool receipts_put(Store *store, const Receipt *receipt, GError **error);

/* Claims up to limit receipts that wait to be read for this worker until now + seconds, oldest
 * first, and counts the try. GPtrArray of Receipt. */
bool receipts_claim(Store *store, gint64 now, guint seconds, guint limit, GPtrArray **ret_receipts,
		    GError **error);

/* Another receipt, older and read, of the same bytes (raw hash): its id, else 0. */
bool receipts_duplicate(Store *store, const Receipt *receipt, gint64 *ret_id, GError **error);

/* The mail of this receipt came before, with first: "done", "ignored", "duplicate"; it is called by
 * the Message-ID of the first, since it is not read. */
bool receipts_repeat(Store *store, gint64 id, gint64 first, GError **error);
/* The outcome of a receipt; state "done", "held" or "quarantined". */
bool receipts_settle(Store *store, gint64 id, const char *state, const char *decision,
		     const char *why, gint64 case_id, gint64 mail_id, GError **error);
/* Whether a claimed receipt is still this worker's to settle: its claim may have run out and
 * another gateway have taken it.  To be asked inside the transaction that settles it. */
bool receipts_ours(Store *store, const Receipt *receipt, bool *ret_ours, GError **error);
/* Prolongs the claim of a receipt that is still this worker's. */
bool receipts_keep(Store *store, const Receipt *receipt, gint64 until, GError **error);
/* Gives a claimed receipt back (database fault while deciding). */
bool receipts_release(Store *store, gint64 id, GError **error);

/* state NULL: all. Newest first when limit > 0, else in order. */
bool receipts_list(Store *store, const char *state, guint limit, GPtrArray **ret_receipts,
		   GError **error);
/* By Message-ID, SHA-256 (8 or more digits) or number. */
bool receipts_find(Store *store, const char *what, GPtrArray **ret_receipts, GError **error);

/* What people did with a receipt that is on no case (quarantine.c); not part of the chain of
 * events.
 */
bool receipts_note(Store *store, gint64 receipt, const char *what, const char *text,
		   const CaseBy *by, GError **error);
bool receipts_notes(Store *store, gint64 receipt, GPtrArray **ret_events /* CaseEvent */,
		    GError **error);
/* Back to be read again; DESK_ERROR_DATA: it is not in quarantine, or only its header is here. */
bool quarantine_retry(Store *store, gint64 id, const CaseBy *by, GError **error);
/* Let be, for a reason; the bytes stay. */
bool quarantine_drop(Store *store, gint64 id, const char *why, const CaseBy *by, GError **error);

/* A mail as the desk keeps it: in or out. */
typedef struct MailRow {
	gint64 id;
	RawRange raw;
	char *message_id, *direction /* "in", "out" */, *from, *to, *subject, *text;
	gint64 at;
	gint64 case_id;
	bool is_public; /* the requester may see it */
	gint64 receipt; /* 0 for out */
} MailRow;

void mail_row_free(MailRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailRow, mail_row_free)

/* Inserts the mail, and its attachments as parts. Sets row->id. attachments: Attachment or NULL. */
bool mails_put(Store *store, MailRow *row, const GPtrArray *attachments, GError **error);
bool mails_get(Store *store, gint64 id, MailRow **ret_row, GError **error);
bool mails_of_case(Store *store, gint64 case_id, GPtrArray **ret_rows, GError **error);
/* What a person wrote to the desk, by whatever way, that belongs to a case; the newest first, with
 * an id below before (0: from the newest). */
bool mails_by_person(Store *store, gint64 person, gint64 before, guint limit, GPtrArray **ret_rows,
		     GError **error);
/* Up to limit mails in that have this Message-ID, the oldest first, without that of one receipt. */
bool mails_received_as(Store *store, const char *message_id, gint64 except_receipt, guint limit,
		       GPtrArray **ret_rows, GError **error);
bool mails_set_case(Store *store, gint64 mail_id, gint64 case_id, bool is_public, GError **error);
/* The outgoing mail (or the case's incoming one) with this Message-ID: its case, 0 when none.
 * Index. */
bool mails_find_message_id(Store *store, const char *message_id, gint64 *ret_case,
			   gint64 *ret_outbox, GError **error);

typedef struct PartRow { /* an attachment of a kept mail */
	gint64 id, mail_id;
	char *name, *type, *sha256;
	gint64 size;
	PartRange range;
	bool is_inline;
} PartRow;
void part_row_free(PartRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PartRow, part_row_free)
/* NULL in ret_part when there is none. */
bool parts_get(Store *store, gint64 id, PartRow **ret_part, GError **error);
bool parts_of_mail(Store *store, gint64 mail_id, GPtrArray **ret_parts, GError **error);

/* held: what waits for a dossier manager's eye. */
typedef struct Held {
	gint64 id, receipt, case_id; /* case 0: none */
	char *why, *state;           /* "held", "added", "dropped" */
	gint64 at;
} Held;
void held_free(Held *held);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Held, held_free)
/* Holds the receipt, and owes the team (or the admins) one notice ("held"). */
bool held_put(Store *store, gint64 receipt, gint64 case_id, gint64 mail_id, const char *why,
	      gint64 now, GError **error);
bool held_list(Store *store, GPtrArray **ret_held, GError **error);
bool held_of_case(Store *store, gint64 case_id, GPtrArray **ret_held, GError **error);
bool held_get(Store *store, gint64 id, Held **ret_held, GError **error);
/* The last time that a receipt was held, whatever became of it; NULL in ret_held: never. */
bool held_of_receipt(Store *store, gint64 receipt, Held **ret_held, GError **error);
bool held_settle(Store *store, gint64 id, const char *state, const char *why, const char *who,
		 gint64 now, GError **error);
