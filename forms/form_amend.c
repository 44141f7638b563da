/* form_amend.c - one piece that was missing, without its label, completes a request. */
#include "forms/form_amend.h"

#include <string.h>

#include "common/text.h"

#define BARE_LINES 40
#define BARE_BYTES 500

/* The one field that is missing or wrong, or NULL: none, or several. */
static const FormField *only_missing(const Form *form, const GPtrArray *problems)
{
	const FormField *missing = NULL;

	for (guint i = 0; i < problems->len; i++) {
		const Problem *problem = g_ptr_array_index(problems, i);
		const FormField *field = form_field(form, problem->field);

		if (field == NULL || field == missing)
			continue;
		if (missing != NULL)
			return NULL;
		missing = field;
	}
	return missing;
}

/* "30/6/2027" alone answers the one field that is missing: each line is tried as its value. */
static void try_bare_value(Amendment *self, const Form *form, const FormField *field,
			   const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", BARE_LINES);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *line = text_one_line(lines[i], BARE_BYTES);
		g_autofree char *labelled =
			g_strdup_printf("%s: %s", field->label[LANGUAGE_NL], line);
		g_autoptr(Filled) filled = *line != '\0' ? form_fill(form, labelled) : NULL;

		if (filled == NULL || answers_get(filled->answers, field->id) == NULL)
			continue;
		filled_free(self->filled);
		self->filled = g_steal_pointer(&filled);
		return;
	}
}

static void add_answer(GPtrArray *answers, const Answer *answer)
{
	g_ptr_array_add(answers, answer_new(answer->field, answer->value, answer->read));
}

static void merge_answers(Amendment *self, const GPtrArray *old)
{
	for (guint i = 0; i < self->filled->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(self->filled->answers, i);

		if (strcmp(answer->field, "comment") == 0)
			continue;
		if (self->filled->labels == 0 && answers_get(old, answer->field) != NULL)
			continue; /* words without a label are a message, and replace no answer */
		add_answer(self->answers, answer);
		add_answer(self->fresh, answer);
	}
	for (guint i = 0; i < old->len; i++) {
		const Answer *answer = g_ptr_array_index(old, i);

		if (answers_get(self->answers, answer->field) == NULL)
			add_answer(self->answers, answer);
	}
}

/* Values that were wrong before stay wrong until they are answered again; what is missing and how
 * dates relate is looked at anew. */
static void carry_problems(const GPtrArray *old, GPtrArray *found)
{
	for (guint i = 0; i < old->len; i++) {
		const Problem *problem = g_ptr_array_index(old, i);
		bool again = g_str_has_prefix(problem->code, "missing") ||
			     g_str_has_prefix(problem->code, "before-");

		for (guint k = 0; k < found->len && !again; k++)
			again = strcmp(((Problem *)g_ptr_array_index(found, k))->field,
				       problem->field) == 0;
		if (!again)
			g_ptr_array_add(found,
					problem_new(problem->field, problem->code, problem->read));
	}
}

static GPtrArray *copy(const GPtrArray *lent)
{
	GPtrArray *all = g_ptr_array_new();

	for (guint i = 0; i < lent->len; i++)
		g_ptr_array_add(all, g_ptr_array_index(lent, i));
	return all;
}

static void check(Amendment *self, const Form *form, const AmendBefore *before,
		  const GPtrArray *files)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GPtrArray) kinds = copy(before->kinds), types = copy(before->types);

	for (guint i = 0; i < files->len; i++)
		g_ptr_array_add(names, ((Attachment *)g_ptr_array_index(files, i))->name);
	self->kinds =
		form_sort_documents(form, names, self->filled->documents, self->answers, kinds);
	for (guint i = 0; i < files->len; i++) {
		gpointer kind = g_ptr_array_index(self->kinds, i);

		if (kind == NULL)
			continue;
		g_ptr_array_add(kinds, kind);
		g_ptr_array_add(types, ((Attachment *)g_ptr_array_index(files, i))->type);
	}
	carry_problems(before->problems, self->filled->problems);
	self->problems = form_check(form, self->answers, kinds, types, self->filled->problems);
}

Amendment *form_amend(const Form *form, Filled *filled, const char *text, const AmendBefore *before,
		      const GPtrArray *files)
{
	Amendment *self = g_new0(Amendment, 1);
	const FormField *missing = only_missing(form, before->problems);

	self->filled = filled;
	self->answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	self->fresh = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	if (filled->labels == 0 && missing != NULL)
		try_bare_value(self, form, missing, text);
	merge_answers(self, before->answers);
	check(self, form, before, files);
	return self;
}

void amendment_free(Amendment *self)
{
	if (self == NULL)
		return;
	filled_free(self->filled);
	g_ptr_array_unref(self->answers);
	g_ptr_array_unref(self->fresh);
	g_clear_pointer(&self->kinds, g_ptr_array_unref);
	g_clear_pointer(&self->problems, g_ptr_array_unref);
	g_free(self);
}
