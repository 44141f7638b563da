/* form_text.c - problems and answers as sentences for people. */
#include "forms/form_fill.h"

#include <string.h>

#include "forms/field_type.h"
#include "forms/fold.h"

#define READ_CHARACTERS 120 /* of what was read are quoted */

/* The labels of a field's choices: "voltijds, halftijds, een vijfde". */
static char *choice_labels(const FormField *field, Language language)
{
	GString *labels = g_string_new(NULL);

	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		g_string_append_printf(labels, "%s%s", i > 0 ? ", " : "", choice->label[language]);
	}
	return g_string_free(labels, FALSE);
}

/* What the field expects, in words. */
static char *expected_text(const FormField *field, const Texts *texts, Language language)
{
	g_autofree char *choices = choice_labels(field, language);

	return texts_say(texts, language, field->type->expected, "choices", choices, NULL);
}

static char *limit_text(const Form *form, const FormField *field, const char *limit,
			const Texts *texts, Language language)
{
	if (limit == NULL)
		return g_strdup("");
	if (field->type->order == ORDER_LENGTH)
		return g_strdup(limit);
	return answer_text(form, field->id, limit, texts, language);
}

static char *problem_of_field(const Problem *problem, const Form *form, const FormField *field,
			      const Texts *texts, Language language)
{
	bool before = g_str_has_prefix(problem->code, "before-");
	const FormField *other =
		before ? form_field(form, problem->code + strlen("before-")) : NULL;
	g_autofree char *key = g_strdup_printf("problem.%s", before ? "before" : problem->code);
	g_autofree char *expected = expected_text(field, texts, language);
	g_autofree char *min = limit_text(form, field, field->min ? field->min : field->type->min,
					  texts, language);
	g_autofree char *max = limit_text(form, field, field->max ? field->max : field->type->max,
					  texts, language);
	g_autofree char *line = fold_one_line(problem->read);
	g_autofree char *read =
		g_utf8_substring(line, 0, MIN(g_utf8_strlen(line, -1), READ_CHARACTERS));

	return texts_say(texts, language, key, "field", field->label[language], "read", read,
			 "expected", expected, "min", min, "max", max, "other",
			 other ? other->label[language] : "", NULL);
}

char *problem_text(const Problem *problem, const Form *form, const Texts *texts, Language language)
{
	const FormField *field = form_field(form, problem->field);
	const FormDocument *document = form_document(form, problem->field);
	g_autofree char *key = g_strdup_printf("problem.%s", problem->code);
	bool about_document = strcmp(problem->code, "missing-document") == 0 ||
			      strcmp(problem->code, "wrong-document-type") == 0;

	if (field != NULL && !about_document)
		return problem_of_field(problem, form, field, texts, language);
	return texts_say(texts, language, key, "field",
			 document ? document->label[language] : problem->field, "read",
			 problem->read, NULL);
}

char *answer_text(const Form *form, const char *field, const char *value, const Texts *texts,
		  Language language)
{
	const FormField *found = form_field(form, field);

	return found != NULL ? found->type->show(found, value, texts, language) : g_strdup(value);
}
