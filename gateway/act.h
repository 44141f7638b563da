/* act.h - does what was decided about a mail, in the transaction that is open. */
#pragma once

#include "gateway/decide.h"
#include "store/receipts.h"

#include <jansson.h>

/* Keeps the mail (mails, parts), moves the case, owes the notices, settles the receipt.  Called
 * inside store_begin; on failure the caller rolls back.  DESK_ERROR_DATA and
 * DESK_ERROR_SOFTWARE speak of this mail, all else of the database. */
bool act(const Desk *desk, const Mail *mail, const Decision *decision, const Receipt *receipt,
	 gint64 now, GError **error);

/* Adds a held mail to a case because somebody says so, as its requester's addition: what is missing
 * from the case is read from it; what a dossier manager wrote becomes a note.  Settles the receipt
 * and the held mail.  Called inside store_begin, mail_read_init() before. */
bool act_by_hand(const Desk *desk, const Receipt *receipt, gint64 case_id, gint64 now,
		 GError **error);
/* As if the sender of a held mail were verified; DESK_ERROR_DATA: it belongs to no case all the
 * same. */
bool act_accepted(const Desk *desk, const Receipt *receipt, gint64 now, GError **error);

/* The parts of act, each in its file. */
typedef struct Act {
	const Desk *desk;
	const Mail *mail;
	const Decision *decision;
	const Receipt *receipt;
	gint64 mail_id;
	gint64 now;
	CaseBy by;
	GPtrArray *parts;    /* PartRow, as kept, in the order of act_attachments */
	const char *decided; /* decision and why as they are settled */
	char *why;
	const char *state;
	gint64 case_id;
} Act;

/* CaseDocument for each document of the decision that names kind (NULL: an extra one); given. */
GPtrArray *act_documents(const Act *act, const GPtrArray *kinds);
/* All attachments of the mail and of the mails in it, beside parts; lent Attachment, given array.
 */
GPtrArray *act_attachments(const Act *act);
bool act_request(Act *act, GError **error); /* act_request.c */
bool act_reply(Act *act, GError **error);   /* act_reply.c */
/* What the mail says and brings, added to the case that it is about. */
bool act_add(Act *act, GError **error);
bool act_command(Act *act, GError **error); /* act_command.c */
/* Whether a dossier manager may handle the case: of its team, has it, or an admin. */
bool act_may_handle(const Person *person, const Case *about);
/* Who approves a request on form for employee, or NULL: nobody has to, or nobody is known. */
/* The name of a document that counts as the approval that the form asks for; lent, NULL: none. */
const char *act_scanned_approval(const Act *act, const Form *form);
bool act_find_approver(Act *act, const Form *form, const Person *employee, Person **ret_approver,
		       GError **error);
bool act_approval(Act *act, GError **error); /* act_approval.c */
bool act_ignored(Act *act, GError **error);  /* act_ignored.c: bounces are noted here */
/* Owes a notice to the writer of the mail that belongs to no case, or to the case when case_id is
 * not 0. */
bool act_notice(Act *act, const char *kind, json_t *data, gint64 case_id, GError **error);
/* The same, about an event. */
bool act_notice_of(Act *act, const char *kind, gint64 event, json_t *data, gint64 case_id,
		   GError **error);
/* Holds the mail for a dossier manager. */
bool act_held(Act *act, const char *why, gint64 case_id, GError **error);
