/* test_form_match.c - free text finds its form, and hostile text finds an end. */
#include <locale.h>
#include <string.h>

#include "forms/form_match.h"
#include "forms/form_pattern.h"
#include "forms/fold.h"

static Forms *forms;

static const struct {
	const char *what, *subject, *text, *form;
} rows[] = {
	{ "tax statement nl", "", "Kan ik een kopie van mijn fiscale fiche krijgen?",
	  "pay-tax-statement" },
	{ "tax statement fr", "Fiche fiscale 2026", "Bonjour", "pay-tax-statement" },
	{ "parental nl", "Ouderschapsverlof", "Ik wil graag ouderschapsverlof nemen.",
	  "absence-parental" },
	{ "parental fr", "", "Je souhaite prendre un congé parental.", "absence-parental" },
	{ "without accents, in capitals", "CONGE PARENTAL", "", "absence-parental" },
	{ "pension", "pensioen", "wanneer kan ik met pensioen?", "exit-pension" },
	{ "pay", "Weddevraag", "", "pay-question" },
	{ "nothing", "Hallo", "Ik heb een vraag.", NULL },
	{ "two equally", "", "Ik heb een vraag over mijn pensioen en over mijn fiscale fiche.",
	  NULL },
	{ "the subject counts more", "pensioen", "en ook iets over de fiscale fiche",
	  "exit-pension" },
	{ "no text at all", NULL, NULL, NULL },
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Form *form = forms_guess(forms, ROLE_EMPLOYEE, rows[i].subject, rows[i].text);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(form ? form->id : NULL, ==, rows[i].form);
	}
}

/* Forms of the personnel service are not found for others; what is asked elsewhere is. */
static void test_roles(void)
{
	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = forms->all->pdata[i];

		for (int l = 0; l < LANGUAGES; l++) {
			const Form *guess = forms_guess(forms, ROLE_EMPLOYEE, form->title[l], "");

			g_assert_true(guess == NULL || guess->elsewhere != NULL ||
				      (guess->roles & ROLE_EMPLOYEE));
		}
	}
}

/* Each form's own title finds it, or at least no other. */
static void test_titles(void)
{
	guint found = 0, all = 0;

	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = forms->all->pdata[i];

		for (int l = 0; l < LANGUAGES; l++) {
			const Form *guess = forms_guess(forms, form->roles, form->title[l], "");

			if (guess != form)
				g_test_message("%s %s: \"%s\" gives %s", form->id, language_code(l),
					       form->title[l], guess ? guess->id : "nothing");
			all++;
			found += guess == form;
		}
	}
	g_test_message("%u of %u titles find their form", found, all);
	g_assert_cmpuint(found * 10, >=, all * 9);
}

static void test_limits(void)
{
	g_autofree char *what = NULL, *text = g_strnfill(30000, 'a');
	gsize offset;
	FormPattern *pattern = form_pattern_new("(a+)+$b", LANGUAGE_NL, &what, &offset);
	FormPattern *accents = form_pattern_new("congé", LANGUAGE_FR, &what, &offset);
	gint64 start = g_get_monotonic_time();

	g_assert_false(form_pattern_matches(pattern, text, strlen(text)));
	g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
	g_autofree char *folded = fold_plain("un CONGÉ");

	g_assert_true(form_pattern_matches(accents, folded, strlen(folded)));
	g_assert_null(form_pattern_new("(", LANGUAGE_NL, &what, &offset));
	g_assert_cmpuint(offset, ==, 1);
	form_pattern_free(pattern);
	form_pattern_free(accents);
	g_assert_null(forms_guess(forms, ROLE_EMPLOYEE, text, text));
}

static void test_fold(void)
{
	g_autofree char *folded = fold_plain("ÉÈ ß Œuvre “x” ‘y’ 1–2\xc2\xa0z\nZ");

	g_assert_cmpstr(folded, ==, "ee ss oeuvre \"x\" 'y' 1-2 z\nz");
}

int main(int argc, char **argv)
{
	g_autofree char *folder = data_folder("forms/definitions");

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	forms = forms_open(folder, NULL, NULL);
	g_assert_nonnull(forms);
	g_test_add_func("/form-match/rows", test_rows);
	g_test_add_func("/form-match/roles", test_roles);
	g_test_add_func("/form-match/titles", test_titles);
	g_test_add_func("/form-match/limits", test_limits);
	g_test_add_func("/form-match/fold", test_fold);
	int status = g_test_run();

	forms_free(forms);
	return status;
}
