/* act_by_hand.c - a held mail comes in after all, because somebody at the desk says so. */
#include "gateway/act.h"

#include <string.h>

#include "common/error.h"
#include "gateway/read.h"

/* The mail, and what is decided of it now that somebody has looked at it.  desk: with accepted. */
static bool read_again(const Desk *desk, const Receipt *receipt, Mail **ret_mail,
		       Decision **ret_decision, GError **error)
{
	ReadOptions options = { .trust_authserv = desk->settings->trust_authserv,
				.own_address = desk->settings->address,
				.own_separator = desk->settings->sub_address };
	g_autoptr(Mail) mail = NULL;
	int fd = raw_open(desk->store, &receipt->raw, error);

	if (fd < 0)
		return false;
	mail = mail_read(fd, receipt->raw.offset, receipt->raw.length, &options);
	if (!decide(desk, mail, ret_decision, error))
		return false;
	*ret_mail = g_steal_pointer(&mail);
	return true;
}

static bool settle_held(const Desk *desk, const Receipt *receipt, gint64 now, GError **error)
{
	g_autoptr(Held) held = NULL;

	if (!held_of_receipt(desk->store, receipt->id, &held, error))
		return false;
	if (held != NULL) /* refused when it is not held any more */
		return held_settle(desk->store, held->id, "added", "", "console", now, error);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "no mail %" G_GINT64_FORMAT " is held: see `persocontact held list`",
		    receipt->id);
	return false;
}

bool act_accepted(const Desk *desk, const Receipt *receipt, gint64 now, GError **error)
{
	Desk accepting = *desk;
	g_autoptr(Mail) mail = NULL;
	g_autoptr(Decision) decision = NULL;

	accepting.accepted = true;
	if (!read_again(&accepting, receipt, &mail, &decision, error))
		return false;
	if (decision->kind == DECISION_HELD || decision->kind == DECISION_IGNORED ||
	    decision->kind == DECISION_QUARANTINED) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "it belongs to no case (%s): say --case NUMBER", decision->why);
		return false;
	}
	return act(&accepting, mail, decision, receipt, now, error) &&
	       settle_held(desk, receipt, now, error);
}

/* ---- to a case ---- */

static bool note(Act *act, GError **error)
{
	g_autoptr(GPtrArray) documents = act_documents(act, NULL);

	return mails_set_case(act->desk->store, act->mail_id, act->decision->about->id, false,
			      error) &&
	       case_note(act->desk->store, act->decision->about->id, act->mail->reply, documents,
			 &act->by, error);
}

static bool add(Act *act, GError **error)
{
	const Person *sender = act->decision->sender;
	const Case *about = act->decision->about;

	if (sender != NULL && (sender->roles & PERSON_DOSSIER_MANAGER) != 0 &&
	    about->requester.person != sender->id)
		return note(act, error);
	return act_add(act, error);
}

bool act_by_hand(const Desk *desk, const Receipt *receipt, gint64 case_id, gint64 now,
		 GError **error)
{
	Desk accepting = *desk;
	g_autoptr(Mail) mail = NULL;
	g_autoptr(Decision) decision = NULL;
	g_autoptr(GPtrArray) parts = NULL;

	accepting.accepted = true;
	if (!read_again(&accepting, receipt, &mail, &decision, error))
		return false;
	if (receipt->mail_id == 0 || mail->unreadable) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the mail was not read: `persocontact mail show %s`",
			    receipt->raw.sha256);
		return false;
	}
	g_clear_pointer(&decision->about, case_free);
	if (!case_get(desk->store, case_id, &decision->about, error) ||
	    !parts_of_mail(desk->store, receipt->mail_id, &parts, error))
		return false;
	if (decision->about == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "there is no such case");
		return false;
	}
	decision->form = forms_find(desk->forms, decision->about->form);
	Act self = { .desk = &accepting,
		     .mail = mail,
		     .decision = decision,
		     .receipt = receipt,
		     .mail_id = receipt->mail_id,
		     .now = now,
		     .by = { .who = decision->sender != NULL ? decision->sender->number : "console",
			     .person = decision->sender != NULL ? decision->sender->id : 0,
			     .way = WAY_COMMAND,
			     .mail = receipt->mail_id,
			     .now = now },
		     .parts = parts };

	return add(&self, error) && settle_held(desk, receipt, now, error) &&
	       receipts_settle(desk->store, receipt->id, "done", "reply", "added by hand", case_id,
			       receipt->mail_id, error);
}
