/* test_form_amend.c - what is added to a request that is there already. */
#include "common/texts.h"
#include "forms/form_amend.h"

static Forms *forms;

static Amendment *amend(const char *form_id, const char *text, const char *field, const char *value,
			const char *missing)
{
	const Form *form = forms_find(forms, form_id);
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
	g_autoptr(GPtrArray) kinds = g_ptr_array_new(), types = g_ptr_array_new(),
			     files = g_ptr_array_new();
	AmendBefore before = { answers, problems, kinds, types };

	if (value != NULL)
		g_ptr_array_add(answers, answer_new(field, value, value));
	if (missing != NULL)
		g_ptr_array_add(problems, problem_new(missing, "missing", ""));
	return form_amend(form, form_fill(form, text), text, &before, files);
}

static const struct {
	const char *what, *form, *text, *field, *value, *missing, *after;
	guint fresh;
} rows[] = {
	{ "words are a message to a question that was asked", "question", "Bedankt, tot dan.",
	  "question", "Wanneer?", NULL, "Wanneer?", 0 },
	{ "words answer a question that is missing", "question", "Wanneer?", "question", NULL,
	  "question", "Wanneer?", 1 },
	{ "a label replaces what was answered", "question", "Vraag: En waar?", "question",
	  "Wanneer?", NULL, "En waar?", 1 },
	{ "the one date that is missing needs no label", "absence-long-personal", "30/6/2027",
	  "end", NULL, "end", "2027-06-30", 1 },
	{ "nothing", "question", "", "question", "Wanneer?", NULL, "Wanneer?", 0 },
};

static void test_amend(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Amendment) amendment = amend(rows[i].form, rows[i].text, rows[i].field,
						       rows[i].value, rows[i].missing);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(answers_get(amendment->answers, rows[i].field), ==, rows[i].after);
		g_assert_cmpuint(amendment->fresh->len, ==, rows[i].fresh);
	}
}

int main(int argc, char **argv)
{
	g_autofree char *folder = NULL;

	g_test_init(&argc, &argv, NULL);
	folder = data_folder("forms/definitions");
	forms = forms_open(folder, NULL, NULL);
	g_assert_nonnull(forms);
	g_test_add_func("/form-amend/rows", test_amend);
	return g_test_run();
}
