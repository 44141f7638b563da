/* act_request.c - a request opens a case. */
#include <string.h>

#include "common/text.h"
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
	const char *read = answers_get(decision->filled->answers, "employee");
	g_autoptr(GPtrArray) named = NULL;

	if (read == NULL || (decision->sender->roles & PERSON_HR) == 0)
		return true;
	if (!people_find_number(act->desk->store, read, ret_employee, error))
		return false;
	if (*ret_employee == NULL) {
		if (!people_find_name(act->desk->store, read, &named, error))
			return false;
		if (named->len == 1)
			*ret_employee = g_ptr_array_steal_index(named, 0);
	}
	if (*ret_employee != NULL &&
	    !person_is_hr_of(decision->sender, (*ret_employee)->organisation))
		g_clear_pointer(ret_employee, person_free);
	return true;
}

bool act_find_approver(Act *act, const Form *form, const Person *employee, Person **ret_approver,
		       GError **error)
{
	if (!form->approval || *employee->manager == '\0')
		return true;
	if (!people_find_number(act->desk->store, employee->manager, ret_approver, error))
		return false;
	if (*ret_approver != NULL &&
	    ((*ret_approver)->left || (*ret_approver)->addresses[0] == NULL))
		g_clear_pointer(ret_approver, person_free);
	return true;
}

static CaseState first_state(const Decision *decision)
{
	if (decision->form->elsewhere != NULL)
		return CASE_REDIRECTED;
	if (decision->problems->len > 0)
		return CASE_INCOMPLETE;
	return decision->form->approval ? CASE_AWAITING_APPROVAL : CASE_OPEN;
}

bool act_request(Act *act, GError **error)
{
	const Decision *decision = act->decision;
	const Form *form = decision->form;
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
		.state = first_state(decision),
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
	if (!case_open(act->desk->store, &open, &act->by, &act->case_id, error))
		return false;
	return mails_set_case(act->desk->store, act->mail_id, act->case_id, true, error);
}
