/* form_check.c - all that is still wrong with a request. */
#include "forms/form_fill.h"

#include <string.h>

#include "forms/form_rules.h"

static bool condition_holds(const FormCondition *condition, const GPtrArray *answers)
{
	return condition->field != NULL &&
	       g_strcmp0(answers_get(answers, condition->field), condition->is) == 0;
}

bool field_is_required(const FormField *field, const GPtrArray *answers)
{
	return field->required || condition_holds(&field->required_if, answers);
}

bool document_is_required(const FormDocument *document, const GPtrArray *answers)
{
	return document->required || condition_holds(&document->required_if, answers);
}

bool document_accepts(const FormDocument *document, const char *type)
{
	g_autofree char *plain = g_strndup(type, strcspn(type, "; "));

	if (document->types == NULL || document->types[0] == NULL || *plain == '\0')
		return true;
	for (char **accepted = document->types; *accepted != NULL; accepted++)
		if (g_ascii_strcasecmp(*accepted, plain) == 0)
			return true;
	return false;
}

/* The problem of a field, or NULL. */
static const Problem *problem_of(const GPtrArray *problems, const char *field)
{
	for (guint i = 0; problems != NULL && i < problems->len; i++) {
		const Problem *problem = g_ptr_array_index(problems, i);

		if (strcmp(problem->field, field) == 0)
			return problem;
	}
	return NULL;
}

static const char *read_of(const GPtrArray *answers, const char *field)
{
	for (guint i = 0; answers != NULL && i < answers->len; i++) {
		const Answer *answer = g_ptr_array_index(answers, i);

		if (strcmp(answer->field, field) == 0)
			return answer->read ? answer->read : answer->value;
	}
	return "";
}

static void check_field(const FormField *field, const GPtrArray *answers, const GPtrArray *found,
			GPtrArray *problems)
{
	const char *value = answers_get(answers, field->id);
	const Problem *problem = problem_of(found, field->id);

	if (value == NULL && problem != NULL) {
		g_ptr_array_add(problems,
				problem_new(problem->field, problem->code, problem->read));
	} else if (value == NULL && field_is_required(field, answers)) {
		g_ptr_array_add(problems, problem_new(field->id, "missing", ""));
	} else if (value != NULL && field->not_before != NULL) {
		const char *other = answers_get(answers, field->not_before);
		g_autofree char *code = g_strdup_printf("before-%s", field->not_before);

		if (other != NULL && strcmp(value, other) < 0)
			g_ptr_array_add(problems,
					problem_new(field->id, code, read_of(answers, field->id)));
	}
}

static void check_document(const FormDocument *document, const GPtrArray *answers,
			   const GPtrArray *kinds, const GPtrArray *types, GPtrArray *problems)
{
	const char *wrong = NULL;

	for (guint i = 0; kinds != NULL && i < kinds->len; i++) {
		const char *type =
			types != NULL && i < types->len ? g_ptr_array_index(types, i) : NULL;

		if (g_strcmp0(g_ptr_array_index(kinds, i), document->kind) != 0)
			continue;
		if (type == NULL || document_accepts(document, type))
			return;
		wrong = type;
	}
	if (wrong != NULL)
		g_ptr_array_add(problems,
				problem_new(document->kind, "wrong-document-type", wrong));
	else if (document_is_required(document, answers))
		g_ptr_array_add(problems, problem_new(document->kind, "missing-document", ""));
}

GPtrArray *form_check(const Form *form, const GPtrArray *answers, const GPtrArray *kinds,
		      const GPtrArray *types, const GPtrArray *found)
{
	GPtrArray *problems = g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);

	for (guint i = 0; i < form->fields->len; i++)
		check_field(g_ptr_array_index(form->fields, i), answers, found, problems);
	for (guint i = 0; i < form->documents->len; i++)
		check_document(g_ptr_array_index(form->documents, i), answers, kinds, types,
			       problems);
	/* what was found about nothing that the form knows */
	for (guint i = 0; found != NULL && i < found->len; i++) {
		const Problem *problem = g_ptr_array_index(found, i);

		if (form_field(form, problem->field) == NULL &&
		    form_document(form, problem->field) == NULL &&
		    problem_of(problems, problem->field) == NULL)
			g_ptr_array_add(problems,
					problem_new(problem->field, problem->code, problem->read));
	}
	return problems;
}
