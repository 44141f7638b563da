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

/* The document that came counts: for what it completes, or for what waits for the approver. */
static bool approve_by_scan(Act *act, const CaseAdd *add, const char *name, GError **error)
{
	const Case *about = act->decision->about;
	CaseBy desk = act->by;

	if (!add->completes && about->state != CASE_AWAITING_APPROVAL)
		return true;
	if (!case_event(act->desk->store, about->id, "approved-scan", name, &act->by, error))
		return false;
	desk.person = 0;
	desk.who = "desk";
	return add->completes ||
	       case_approve(act->desk->store, about->id, true, name, &desk, error);
}

/* Whom HR's request is about may be what was missing or wrong. */
static bool check_employee(Act *act, const Form *form, Amendment *amendment, Person **ret_employee,
			   GError **error)
{
	const char *unknown;

	if (form_field(form, "employee") == NULL)
		return true;
	if (!people_asked_for(act->desk->store, act->decision->sender, amendment->answers,
			      ret_employee, &unknown, error))
		return false;
	if (unknown != NULL)
		g_ptr_array_add(amendment->problems,
				problem_new("employee", "unknown-person", unknown));
	return true;
}

bool act_add(Act *act, GError **error)
{
	const Case *about = act->decision->about;
	const Form *form = act->decision->form; /* NULL: not known any more */
	const char *scanned;
	g_autoptr(Amendment) amendment = NULL;
	g_autoptr(GPtrArray) documents = NULL;
	g_autoptr(Person) employee = NULL;
	CaseAdd add = {
		.text = act->mail->reply,
		.needs_approval = form != NULL && form->approval,
		.warning = act->decision->verified ? NULL : "not-verified",
	};

	if (form != NULL && (amendment = read_reply(act, error)) == NULL)
		return false;
	if (amendment != NULL && !check_employee(act, form, amendment, &employee, error))
		return false;
	add.employee = employee;
	add.documents = documents = act_documents(act, amendment != NULL ? amendment->kinds : NULL);
	if (amendment != NULL)
		add.answers = amendment->fresh;
	if (amendment != NULL && about->state == CASE_INCOMPLETE) {
		add.problems = amendment->problems;
		add.completes = amendment->problems->len == 0;
	}
	if (!mails_set_case(act->desk->store, act->mail_id, about->id, true, error))
		return false;
	scanned = act_scanned_approval(act, form);
	add.needs_approval = add.needs_approval && scanned == NULL;
	return case_add(act->desk->store, about->id, &add, &act->by, error) &&
	       (scanned == NULL || approve_by_scan(act, &add, scanned, error));
}

bool act_reply(Act *act, GError **error)
{
	const Case *about = act->decision->about;
	bool handled;

	if (!act_bulk_reply(act, &handled, error))
		return false;
	if (handled)
		return true;
	if (about->closed != 0 && act->now - about->closed > act->desk->settings->reopen)
		return open_next(act, error);
	return act_add(act, error);
}
