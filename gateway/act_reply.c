/* act_reply.c - a requester writes to a case that is there. */
#include <string.h>

#include "forms/form_amend.h"
#include "gateway/act.h"
#include "gateway/bulk.h"

static Amendment *read_reply(Act *act, GError **error)
{
	const Form *form = act->decision->form;
	const char *text = act->mail->reply;
	g_autoptr(CaseStands) stands = NULL;

	if (!case_stands(act->desk->store, act->decision->about->id, &stands, error))
		return NULL;
	AmendBefore before = { stands->answers, stands->problems, stands->kinds, stands->types };
	return form_amend(form, decision_fill(act->desk, act->decision, form, text), text, &before,
			  act->decision->documents);
}

/* A reply to a case that was finished long ago opens a new one that names it. */
static bool open_next(Act *act, GError **error)
{
	const Case *old = act->decision->about;
	g_autoptr(GPtrArray) documents = act_documents(act, NULL);
	CaseOpen open = {
		.form = old->form,
		.subject = old->subject,
		.team = old->team,
		.comment = act->mail->reply,
		.language = old->language,
		.requester = act->decision->sender,
		.requester_address = act->decision->address,
		.verified = act->decision->verified,
		.state = CASE_OPEN,
		.documents = documents,
		.earlier = old->id,
		.warning = act->decision->verified ? NULL : "not-verified",
	};

	return case_open(act->desk->store, &open, &act->by, &act->case_id, error) &&
	       mails_set_case(act->desk->store, act->mail_id, act->case_id, true, error);
}

bool act_reply(Act *act, GError **error)
{
	const Case *about = act->decision->about;
	const Form *form = act->decision->form; /* NULL: not known any more */
	g_autoptr(Amendment) amendment = NULL;
	g_autoptr(GPtrArray) documents = NULL;
	CaseAdd add = {
		.text = act->mail->reply,
		.needs_approval = form != NULL && form->approval,
		.warning = act->decision->verified ? NULL : "not-verified",
	};

	bool handled;

	if (!act_bulk_reply(act, &handled, error))
		return false;
	if (handled)
		return true;
	if (about->closed != 0 && act->now - about->closed > act->desk->settings->reopen)
		return open_next(act, error);
	if (form != NULL && (amendment = read_reply(act, error)) == NULL)
		return false;
	add.documents = documents = act_documents(act, amendment != NULL ? amendment->kinds : NULL);
	if (amendment != NULL)
		add.answers = amendment->fresh;
	if (amendment != NULL && about->state == CASE_INCOMPLETE) {
		add.problems = amendment->problems;
		add.completes = amendment->problems->len == 0;
	}
	if (!mails_set_case(act->desk->store, act->mail_id, about->id, true, error))
		return false;
	return case_add(act->desk->store, about->id, &add, &act->by, error);
}
