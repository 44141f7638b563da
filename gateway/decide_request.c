/* decide_request.c - which form a new request is on, what it says, and which files it brings. */
#include <string.h>

#include "common/text.h"
#include "forms/form_match.h"
#include "forms/form_write.h"
#include "gateway/bulk_items.h"
#include "gateway/decide.h"

#define ALL_ROLES (~0u)

/* The form that the sub-address, the template or the words of a mail speak of. */
static const Form *find_form(const Desk *desk, const Mail *mail, guint roles,
			     Language *ret_language)
{
	g_autoptr(GPtrArray) details = mail_details(desk, mail);
	const Form *form = NULL;
	g_autofree char *said = NULL;

	*ret_language = LANGUAGE_NONE;
	for (guint i = 0; i < details->len && form == NULL; i++)
		form = forms_find(desk->forms, g_ptr_array_index(details, i));
	if (form == NULL)
		form = forms_marked(desk->forms, mail->subject, mail->text, ret_language);
	if (form != NULL)
		return form;
	said = mail->forward != NULL ? g_strconcat(mail->reply, "\n", mail->forward->text, NULL)
				     : g_strdup(mail->reply);
	form = forms_guess(desk->forms, roles, mail->subject, said);
	return form != NULL ? form : forms_find(desk->forms, "question");
}

Filled *decision_fill(const Desk *desk, const Decision *decision, const Form *form,
		      const char *text)
{
	const Person *sender = decision->sender;
	const OrganisationSettings *organisation =
		sender != NULL ? settings_organisation(desk->settings, sender->organisation) : NULL;
	TemplateFor writer = {
		.name = sender != NULL ? sender->name : NULL,
		.number = sender != NULL ? sender->number : NULL,
		.organisation = organisation != NULL
					? localised(organisation->name, decision->language)
					: NULL,
	};

	return form_fill_known(form, text, sender != NULL ? &writer : NULL, desk->sentences);
}

/* What was filled in: read from all of the text where a template may stand in a quote, from
 * what the person wrote now where there are no labels. */
static Filled *fill(const Desk *desk, const Decision *decision, const Mail *mail)
{
	g_autoptr(Filled) whole = decision_fill(desk, decision, decision->form, mail->text);
	g_autoptr(Filled) reply = decision_fill(desk, decision, decision->form, mail->reply);

	return whole->labels > reply->labels ? g_steal_pointer(&whole) : g_steal_pointer(&reply);
}

static void sort_documents(Decision *decision, const GPtrArray *answers, const GPtrArray *have)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < decision->documents->len; i++) {
		const Attachment *attachment = g_ptr_array_index(decision->documents, i);

		g_ptr_array_add(names, attachment->name);
	}
	g_ptr_array_unref(decision->kinds);
	decision->kinds = form_sort_documents(decision->form, names, decision->filled->documents,
					      answers, have);
}

static GPtrArray *check(const Decision *decision)
{
	g_autoptr(GPtrArray) kinds = g_ptr_array_new(), types = g_ptr_array_new();

	for (guint i = 0; i < decision->documents->len; i++) {
		const Attachment *attachment = g_ptr_array_index(decision->documents, i);
		const char *kind = g_ptr_array_index(decision->kinds, i);

		if (kind == NULL)
			continue;
		g_ptr_array_add(kinds, (gpointer)kind);
		g_ptr_array_add(types, attachment->type);
	}
	return form_check(decision->form, decision->filled->answers, kinds, types,
			  decision->filled->problems);
}

/* HR speaks for those of its own organisation alone. */
static bool check_employee(const Desk *desk, const Decision *decision, GError **error)
{
	g_autoptr(Person) employee = NULL;
	const char *unknown;

	if (desk->store == NULL || form_field(decision->form, "employee") == NULL)
		return true;
	if (!people_asked_for(desk->store, decision->sender, decision->filled->answers, &employee,
			      &unknown, error))
		return false;
	if (unknown != NULL)
		g_ptr_array_add(decision->problems,
				problem_new("employee", "unknown-person", unknown));
	return true;
}

/* HR sends two items or more: they are of others. */
static bool looks_like_bulk(const Desk *desk, const Mail *mail, const Decision *decision)
{
	return decision->sender != NULL && (decision->sender->roles & PERSON_HR) != 0 &&
	       bulk_count(mail) >= 2 && forms_find(desk->forms, "hr-attestations") != NULL;
}

/* A file without a word, from somebody with cases that wait for one. */
static Step decide_attestation_alone(const Desk *desk, const Mail *mail, Decision *decision,
				     GError **error)
{
	g_autoptr(GPtrArray) waiting = NULL;
	g_autofree char *text = text_fold(mail->reply);

	if (desk->store == NULL || decision->documents->len == 0 || strlen(text) > 200)
		return STEP_NEXT;
	if (decision->form != NULL && strcmp(decision->form->id, "question") != 0)
		return STEP_NEXT;
	if (looks_like_bulk(desk, mail, decision))
		return STEP_NEXT;
	if (!case_waiting_of(desk->store, decision->sender->id, &waiting, error))
		return STEP_FAILED;
	if (waiting->len == 0)
		return STEP_NEXT;
	if (waiting->len > 1) {
		decision->waiting = g_steal_pointer(&waiting);
		decision->notice = "which-case";
		return decided(decision, DECISION_HELP, "several-cases-wait");
	}
	if (!decision->verified && desk->settings->unverified != UNVERIFIED_ACCEPT)
		return decided(decision, DECISION_HELD, "not-verified");
	decision->about = g_ptr_array_steal_index(waiting, 0);
	decision->form = forms_find(desk->forms, decision->about->form);
	return decided(decision, DECISION_REPLY, "");
}

static Step may_ask(const Desk *desk, Decision *decision)
{
	const Person *sender = decision->sender;

	if (sender == NULL)
		return STEP_NEXT;
	if ((sender->roles & (PERSON_EMPLOYEE | PERSON_MANAGER | PERSON_HR)) == 0)
		return decided(decision, DECISION_HELD, "no-case-named");
	if (decision->form->elsewhere == NULL && (decision->form->roles & sender->roles) == 0) {
		decision->notice = "menu";
		return decided(decision, DECISION_HELP, "form-not-for-this-role");
	}
	if (decision->form->roles == ROLE_HR && !decision->verified)
		return decided(decision, DECISION_HELD, "hr-not-verified");
	if (!decision->verified && desk->settings->unverified == UNVERIFIED_HOLD)
		return decided(decision, DECISION_HELD, "not-verified");
	return STEP_NEXT;
}

static bool is_bulk(const Desk *desk, const Mail *mail, const Decision *decision)
{
	if (strcmp(decision->form->id, "hr-attestations") == 0)
		return true;
	return decision->verified && looks_like_bulk(desk, mail, decision) &&
	       (decision->filled == NULL || decision->filled->labels == 0);
}

/* In bulk every file is an attestation. */
static void sort_bulk(Decision *decision)
{
	const FormDocument *document = decision->form->documents->len > 0
					       ? g_ptr_array_index(decision->form->documents, 0)
					       : NULL;

	for (guint i = 0; document != NULL && i < decision->kinds->len; i++)
		g_ptr_array_index(decision->kinds, i) = document->kind;
}

Step decide_request(const Desk *desk, const Mail *mail, Decision *decision, GError **error)
{
	guint roles = decision->sender != NULL ? decision->sender->roles : ALL_ROLES;
	Language language;
	Step step;

	decision->form = find_form(desk, mail, roles, &language);
	step = decide_attestation_alone(desk, mail, decision, error);
	if (step == STEP_NEXT)
		step = may_ask(desk, decision);
	if (step != STEP_NEXT)
		return step;
	decision->filled = fill(desk, decision, mail);
	if (!decision->verified && decision->filled->labels == 0 &&
	    looks_like_bulk(desk, mail, decision))
		return decided(decision, DECISION_HELD, "hr-not-verified");
	if (is_bulk(desk, mail, decision) && strcmp(decision->form->id, "hr-attestations") != 0) {
		decision->form = forms_find(desk->forms, "hr-attestations");
		filled_free(decision->filled);
		decision->filled = fill(desk, decision, mail);
	}
	if (decision->filled->language != LANGUAGE_NONE)
		language = decision->filled->language;
	if (language != LANGUAGE_NONE)
		decision->language = language;
	sort_documents(decision, decision->filled->answers, NULL);
	if (is_bulk(desk, mail, decision))
		sort_bulk(decision);
	decision->problems = check(decision);
	if (!check_employee(desk, decision, error))
		return STEP_FAILED;
	return decided(decision,
		       is_bulk(desk, mail, decision) ? DECISION_ATTESTATIONS : DECISION_REQUEST,
		       "");
}
