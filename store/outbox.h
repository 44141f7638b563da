/* outbox.h - the notices that are owed, and what became of them.
 *
 * A verb puts a row in the transaction of its change.  The notifier claims due rows, renders
 * each once (bytes into a raw segment, row in mails, Message-ID), commits that, sends those
 * bytes, and settles the row.  Rows are touched by primary key alone.
 *
 *   kind            to         about
 *   acknowledgement requester  opened, complete or not, awaiting approval
 *   completed       requester  what was added and that it is complete
 *   incomplete      requester  something came and something is still missing
 *   decided         requester  the approver said yes or no
 *   answered, question, closed, refused, redirected, reopened, withdrawn   requester
 *   new-case        team       a case to be handled (also after hand-on, with the note)
 *   wrote           whoever has it   the requester wrote
 *   withdrawn-team  whoever has it
 *   bounced         team
 *   held, quarantined   team or admins
 *   reminder   requester: a case waits for them;  approval-reminder   the approver
 *   late       whoever has it, and the team's lead: a case waits too long
 *   digest-mine  a dossier manager, once a day: what they have
 *   digest     a team, once a day;  overview   HR of an organisation, once a day
 *   reconcile   admins: what the daily look over the desk found
 *   approval        the approver (or who stands in)
 *   confirm-manager HR (or the team): who approves, where the directory does not say
 *   manager-refused requester: HR says that it is not who was named
 *   withdrawn-approver  the approver: the request is taken back
 *   stranger, menu, template, which-case    an address, no case
 *   command-error, command-help   the dossier manager who wrote
 *   unclear         the approver: neither yes nor no was understood
 *   bulk-digest     HR: what became of each attestation of a bulk mail
 *   bulk-filed      an employee: what HR sent, and the case of each
 *   link            a person who asked on the page for a link to My cases
 *   too-large       an address: the mail was larger than MAIL_BYTES and was not taken
 *
 * data of a kind (JSON object, absent keys are unknown):
 *   template        {"form": id}
 *   menu            {"category": id, "roles": number, "why": "form-not-for-this-role"}
 *   which-case      {"cases": [id, ...]}
 *   command-error   {"code": "unknown-command" | "missing-argument" | "contradiction" |
 * "unknown-team" | "unknown-form" | "not-your-team" | "nothing-written" | "not-possible", "line":
 * what was read, "state": the case's state} held            {"why": code, "receipt": id}
 *   quarantined     {"why": sentence, "receipt": id}
 *   confirm-manager {"read": what the requester wrote, "manager": "unnamed" | "nobody" | "several"
 * | "near" | "self" | "left" | "refused" | "unclear" | "", "hint": whom it may be, "reminder":
 * bool} too-large       {"size": bytes} link            {"login": id} of logins.h bulk-digest
 * {"filed", "known", "dropped", "open", "failed": [{"n", "name", "why", "hint", "person",
 * "number"}], "notes": [{"code", "text"}]} bulk-filed      {"hr": name, "filed": [{"name",
 * "number"}]} new-case        {"handed-on": true} after hand-on (the note is the event's text)
 */
#pragma once

#include "store/cases.h"
#include "store/raw.h"

typedef struct Notice {
	gint64 id, case_id, event,
		cause;   /* cases.id, events.id, mails.id of the mail that caused it; 0 */
	char *kind, *to; /* an address */
	char *holder;    /* to whom its keys are issued: "p:NUMBER", "t:TEAM", "a:ADDRESS"
			    (common/key.h) */
	char *data; /* JSON object with what the kind needs beside the case: {"form": …, "read": …}
		     */
	Language language;
	bool automatic; /* a mail caused it, and no person at the desk: counts for the limits */
	char *state;    /* "owed", "sent", "refused", "dropped" */
	gint64 tries, next, created;
	char *why, *message_id;
	gint64 mail;  /* mails.id of the rendered bytes, 0: not rendered */
	RawRange raw; /* of the rendered bytes */
} Notice;

void notice_free(Notice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notice, notice_free)

typedef struct NoticePut {
	gint64 case_id, event, cause;
	const char *kind, *to, *holder, *data; /* data NULL: "{}" */
	Language language;
	bool automatic;
	gint64 now;
} NoticePut;
/* Owes a notice, within the limits for automatic mail (3 an hour and 10 a day to one address for
 * one case, 20 an hour to one address): what is over is not put, and noted once (an event on the
 * case). */
bool outbox_put(Store *store, const NoticePut *what, GError **error);

/* A notice of this kind to this address since then, for "once a day". */
bool outbox_sent_since(Store *store, const char *kind, const char *to, gint64 since,
		       bool *ret_found, GError **error);

/* Claims up to limit due rows for this process until now + seconds; GPtrArray of Notice. */
bool outbox_claim(Store *store, gint64 now, guint seconds, guint limit, GPtrArray **ret_notices,
		  GError **error);
/* After the clock was set back: what waits for a time that is more than two days away is due now.
 */
bool outbox_clock_back(Store *store, gint64 now, GError **error);
/* When the next row is due; -1 when none is owed. */
bool outbox_next_due(Store *store, gint64 *ret_due, GError **error);
/* The rendered mail of a notice. */
bool outbox_rendered(Store *store, gint64 id, gint64 mail, const char *message_id, GError **error);
bool outbox_sent(Store *store, gint64 id, gint64 now, GError **error);
bool outbox_later(Store *store, gint64 id, gint64 next, const char *why, GError **error);
/* Refused for good; a notice about a case is noted on it and told to the team (case_bounced). */
bool outbox_refused(Store *store, gint64 id, const char *why, gint64 now, GError **error);

/* A sent notice came back: it is refused, as if its server had said so at once. */
bool outbox_came_back(Store *store, gint64 id, const char *why, GError **error);

/* state: "owed", "sent", "refused", "dropped", "all". */
bool outbox_list(Store *store, const char *state, GPtrArray **ret_notices, GError **error);
bool outbox_get(Store *store, gint64 id, Notice **ret_notice, GError **error);
bool outbox_retry(Store *store, gint64 id, gint64 now, GError **error); /* due at once */
bool outbox_drop(Store *store, gint64 id, const char *why, GError **error);

/* ---- tokens: the links of mails (only their hash is kept) ---- */
typedef enum { TOKEN_CASE = 'r', TOKEN_APPROVE = 'a', TOKEN_MINE = 'm' } TokenPurpose;
/* Keeps a token for person (0: for the holder as an address or team) and case (0 for TOKEN_MINE).
 */
bool token_put(Store *store, const char *token_hash, TokenPurpose purpose, gint64 case_id,
	       const char *holder, gint64 expires, GError **error);
/* A token of TOKEN_MINE that was asked for (logins.h). */
bool token_put_login(Store *store, const char *token_hash, gint64 login, const char *holder,
		     gint64 expires, GError **error);
/* All links of a holder lead nowhere from now on. */
bool tokens_revoke(Store *store, const char *holder, GError **error);
typedef struct Token {
	TokenPurpose purpose;
	gint64 case_id;
	char *holder;
	gint64 expires;
	gint64 login; /* that it was made for, 0: none */
} Token;
void token_free(Token *token);
/* NULL in ret_token when unknown, expired or revoked. */
bool token_find(Store *store, const char *token_hash, gint64 now, Token **ret_token,
		GError **error);
