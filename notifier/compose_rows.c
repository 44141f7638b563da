/* compose_rows.c - the tables of a mail: facts, answers, documents, problems. */
#include "notifier/compose_data.h"

#include <string.h>

#include "common/text.h"

#define VALUE_SHOWN 4000 /* bytes of one answer */

void rows_put(json_t *rows, const char *label, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	g_autofree char *line = text_one_line(value, VALUE_SHOWN);

	json_array_append_new(rows, json_pack("{s:s, s:s}", "label", label, "value", line));
}

json_t *wrap_rows(json_t *rows)
{
	if (json_array_size(rows) > 0)
		return json_pack("{s:o}", "rows", rows);
	json_decref(rows);
	return NULL;
}

static const Answer *answer_of(const MailPlan *plan, const char *field)
{
	for (guint i = 0; i < plan->facts->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(plan->facts->answers, i);

		if (strcmp(answer->field, field) == 0)
			return answer;
	}
	return NULL;
}

/* In the order of the form; what the form does not know (any more) comes after. */
json_t *rows_of_answers(const MailPlan *plan)
{
	const Form *form = plan_form(plan);
	Language language = plan->facts->language;
	json_t *rows = json_array();

	for (guint i = 0; form != NULL && form_field_at(form, i) != NULL; i++) {
		const FormField *field = form_field_at(form, i);
		const Answer *answer = answer_of(plan, field->id);

		if (strcmp(field->id, "comment") == 0) /* stands below, in its own lines */
			continue;
		g_autofree char *value = answer != NULL
						 ? answer_text(form, field->id, answer->value,
							       plan->desk->texts, language)
						 : NULL;

		rows_put(rows, field->label[language], value);
	}
	for (guint i = 0; i < plan->facts->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(plan->facts->answers, i);

		if (form == NULL || form_field(form, answer->field) == NULL)
			rows_put(rows, answer->field, answer->value);
	}
	return wrap_rows(rows);
}

json_t *rows_of_documents(const MailPlan *plan)
{
	const Form *form = plan_form(plan);
	Language language = plan->facts->language;
	json_t *rows = json_array();

	for (guint i = 0; i < plan->files->len; i++) {
		const CaseDocument *document =
			((MailFile *)g_ptr_array_index(plan->files, i))->document;
		const FormDocument *kind = form != NULL && *document->kind != '\0'
						   ? form_document(form, document->kind)
						   : NULL;
		g_autofree char *name = text_one_line(document->name, 200);
		g_autofree char *size =
			text_size(document->size, language == LANGUAGE_EN ? '.' : ',');

		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:s}", "kind",
						kind != NULL ? kind->label[language]
							     : plan_word(plan, "documents-extra"),
						"name", *name != '\0' ? name : document->type,
						"size", size));
	}
	return wrap_rows(rows);
}

json_t *rows_of_problems(const MailPlan *plan)
{
	const Form *form = plan_form(plan);
	json_t *rows = json_array();

	for (guint i = 0; i < plan->facts->problems->len; i++) {
		const Problem *kept = g_ptr_array_index(plan->facts->problems, i);
		Problem problem = { kept->field, kept->code, kept->read };
		g_autofree char *text = form != NULL
						? problem_text(&problem, form, plan->desk->texts,
							       plan->facts->language)
						: NULL;
		g_autofree char *line =
			text_one_line(text != NULL ? text : kept->field, VALUE_SHOWN);

		json_array_append_new(rows, json_pack("{s:s}", "text", line));
	}
	return wrap_rows(rows);
}

static const char *organisation_name(const MailPlan *plan, const Person *person)
{
	const OrganisationSettings *organisation;

	if (person == NULL || *person->organisation == '\0')
		return "";
	organisation = settings_organisation(plan->desk->settings, person->organisation);
	return organisation != NULL ? localised(organisation->name, plan->facts->language)
				    : person->organisation;
}

static bool is_other(const Party *a, const Party *b)
{
	return *b->name != '\0' && (a->person != b->person || strcmp(a->number, b->number) != 0);
}

json_t *rows_of_facts(const MailPlan *plan)
{
	const Case *about = plan->facts->about;
	json_t *rows = json_array();

	if (about != NULL) {
		g_autofree char *opened = plan_time(plan, about->opened);

		rows_put(rows, plan_word(plan, "label-number"), about->number);
		rows_put(rows, plan_word(plan, "label-form"), plan_form_title(plan));
		rows_put(rows, plan_word(plan, "label-opened"), opened);
		if (!plan_is_for_team(plan) && is_other(&about->requester, &about->employee))
			rows_put(rows, plan_word(plan, "label-employee"), about->employee.name);
	}
	return wrap_rows(rows);
}

/* About whom it is, for those who handle it. */
json_t *rows_of_person(const MailPlan *plan)
{
	const Case *about = plan->facts->about;
	json_t *rows = json_array();
	const Party *party;
	const Person *person;

	if (about == NULL)
		return wrap_rows(rows);
	party = *about->employee.name != '\0' ? &about->employee : &about->requester;
	person = party == &about->employee ? plan->facts->employee : plan->facts->requester;
	rows_put(rows, plan_word(plan, "label-employee"), party->name);
	rows_put(rows, plan_word(plan, "label-staff-number"), party->number);
	rows_put(rows, plan_word(plan, "label-organisation"), organisation_name(plan, person));
	rows_put(rows, plan_word(plan, "label-address"), party->address);
	if (is_other(party, &about->requester)) {
		rows_put(rows, plan_word(plan, "label-requester"), about->requester.name);
		rows_put(rows, plan_word(plan, "label-address"), about->requester.address);
	}
	rows_put(rows, plan_word(plan, "label-verified"),
		 plan_word(plan, about->verified ? "yes" : "no"));
	return wrap_rows(rows);
}
