/* act_request.c - a request opens a case. */
#include <string.h>

#include "common/text.h"
#include "forms/scanned.h"
#include "gateway/act.h"

/* "[absence-parental] Ouderschapsverlof" is "Ouderschapsverlof". */
static char *case_subject(const Mail *mail, const Form *form, Language language)
{
	g_autofree char *tag = g_strdup_printf("[%s]", form->id);
	const char *at = strstr(mail->subject, tag);
	g_autofree char *subject =
		text_one_line(at != NULL ? at + strlen(tag) : mail->subject, 200);

	return *subject != '\0' ? g_steal_pointer(&subject) : g_strdup(form->title[language]);
}

/* Whom an HR form is about: the person field that names somebody of HR's own organisation. */
static bool find_employee(Act *act, Person **ret_employee, GError **error)
{
	const Decision *decision = act->decision;
	const char *unknown;

	return people_asked_for(act->desk->store, decision->sender, decision->filled->answers,
				ret_employee, &unknown, error);
}

bool act_find_approver(Act *act, const Form *form, const Person *employee, Person **ret_approver,
		       GError **error)
{
	return !form->approval ||
	       people_approver_of(act->desk->store, employee, ret_approver, error);
}

const char *act_scanned_approval(const Act *act, const Form *form)
{
	if (form == NULL || !form->approval || form->levels > 1 ||
	    !act->desk->settings->scanned_approval)
		return NULL;
	for (guint i = 0; i < act->mail->attachments->len; i++) {
		const Attachment *attachment = act->mail->attachments->pdata[i];

		if (!attachment->is_inline && scanned_is_approval(attachment->name))
			return attachment->name;
	}
	return NULL;
}

static CaseState first_state(const Decision *decision, const char *scanned)
{
	if (decision->form->elsewhere != NULL)
		return CASE_REDIRECTED;
	if (decision->problems->len > 0)
		return CASE_INCOMPLETE;
	return decision->form->approval && scanned == NULL ? CASE_AWAITING_APPROVAL : CASE_OPEN;
}

bool act_request(Act *act, GError **error)
{
	const Decision *decision = act->decision;
	const Form *form = decision->form;
	const char *scanned = act_scanned_approval(act, form);
	g_autoptr(GPtrArray) documents = act_documents(act, decision->kinds);
	g_autofree char *subject = case_subject(act->mail, form, decision->language);
	g_autoptr(Person) employee = NULL, approver = NULL;
	CaseOpen open = {
		.form = form->id,
		.subject = subject,
		.team = form->team != NULL ? form->team : "",
		.comment = decision->filled->comment,
		.language = decision->language,
		.requester = decision->sender,
		.requester_address = decision->address,
		.verified = decision->verified,
		.state = first_state(decision, scanned),
		.answers = decision->filled->answers,
		.problems = form->elsewhere == NULL ? decision->problems : NULL,
		.documents = documents,
		.earlier = decision->about != NULL ? decision->about->id : 0,
		.warning = decision->verified ? NULL : "not-verified",
	};

	if (!find_employee(act, &employee, error) ||
	    !act_find_approver(act, form, employee != NULL ? employee : decision->sender, &approver,
			       error))
		return false;
	open.employee = employee;
	open.approver = approver;
	open.levels = form->levels;
	if (!case_open(act->desk->store, &open, &act->by, &act->case_id, error) ||
	    (scanned != NULL && open.state == CASE_OPEN &&
	     !case_event(act->desk->store, act->case_id, "approved-scan", scanned, &act->by,
			 error)))
		return false;
	return mails_set_case(act->desk->store, act->mail_id, act->case_id, true, error);
}
