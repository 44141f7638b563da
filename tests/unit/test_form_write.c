/* test_form_write.c - empty templates as a body, a URL and a draft; answers for people. */
#include <locale.h>
#include <string.h>

#include "forms/form_fill.h"
#include "forms/form_write.h"

static Forms *forms;
static Texts *texts;

static void test_text(void)
{
	const Form *form = forms_find(forms, "absence-parental");
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	TemplateFor writer = { .to = "desk+absence-parental@x.example",
			       .name = "Jan\r\nBcc: x",
			       .number = "1",
			       .answers = answers };

	g_ptr_array_add(answers, answer_new("start", "2027-02-01", ""));
	g_ptr_array_add(answers, answer_new("regime", "half", ""));
	g_autofree char *text = form_template_text(form, texts, LANGUAGE_NL, &writer);
	g_autofree char *subject = form_template_subject(form, LANGUAGE_NL);
	g_autoptr(Filled) filled = form_fill_known(form, text, &writer, NULL);

	g_assert_true(g_str_has_prefix(text, "Formulier: "));
	g_assert_nonnull(strstr(text, "(absence-parental)\n"));
	g_assert_nonnull(strstr(text, "Begindatum * (dd/mm/jjjj): 1 februari 2027\n"));
	g_assert_nonnull(strstr(text, "\nAanvrager: Jan Bcc: x (1)\n"));
	g_assert_nonnull(strstr(text, "\nGeboorteattest *: \n"));
	g_assert_nonnull(strstr(text, "\nOpmerking ("));
	g_assert_true(g_str_has_prefix(subject, "[absence-parental] "));
	g_assert_cmpstr(answers_get(filled->answers, "start"), ==, "2027-02-01");
	g_assert_cmpstr(answers_get(filled->answers, "regime"), ==, "half");
	g_assert_cmpstr(filled->comment, ==, "");
}

/* Every template in every language leaves nothing behind when it is read back empty. */
static void test_empty(void)
{
	TemplateFor writer = { .to = "desk@x.example" };

	for (guint i = 0; i < forms->all->len; i++)
		for (int l = 0; l < LANGUAGES; l++) {
			const Form *form = forms->all->pdata[i];
			g_autofree char *text = form_template_text(form, texts, l, &writer);
			g_autoptr(Filled) filled = form_fill(form, text);
			Language language = LANGUAGE_NONE;

			g_assert_true(forms_marked(forms, "", text, &language) == form);
			g_assert_cmpint(language, ==, l);
			g_assert_cmpstr(filled->comment, ==, "");
			g_assert_cmpuint(filled->answers->len, ==, 0);
			g_assert_cmpuint(filled->problems->len, ==, 0);
			g_assert_cmpint(filled->language, ==, l);
		}
}

static void test_mailto(void)
{
	for (guint i = 0; i < forms->all->len; i++)
		for (int l = 0; l < LANGUAGES; l++) {
			const Form *form = forms->all->pdata[i];
			g_autofree char *to = g_strdup_printf("desk+%s@desk.example", form->id);
			TemplateFor writer = { .to = to,
					       .name = "Zoë & Jan",
					       .number = "12345678" };
			g_autofree char *url = form_template_mailto(form, texts, l, &writer);
			g_autofree char *start =
				g_strdup_printf("mailto:desk%%2B%s@desk.example?subject=%%5B%s%%5D",
						form->id, form->id);

			g_assert_cmpuint(strlen(url), <=, MAILTO_BYTES);
			g_assert_true(g_str_has_prefix(url, start));
			g_assert_null(strpbrk(url, " \r\n\"<>+#"));
			const char *body = strstr(url, "&body=");

			g_assert_nonnull(body);
			g_autofree char *text =
				g_uri_unescape_string(body + strlen("&body="), NULL);

			g_assert_nonnull(strstr(text, "\r\n"));
			g_assert_true(forms_marked(forms, "", text, NULL) == form);
		}
}

/* A form too long for a URL falls back to its address. */
static void test_mailto_long(void)
{
	const Form *form = forms_find(forms, "absence-parental");
	g_autofree char *name = g_strnfill(190, 'x'),
			*to = g_strdup_printf("%s@desk.example", name);
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	g_autofree char *child = g_strnfill(1500, 'e');
	TemplateFor writer = { .to = to, .answers = answers };

	g_ptr_array_add(answers, answer_new("child", child, ""));
	g_autofree char *url = form_template_mailto(form, texts, LANGUAGE_DE, &writer);

	g_assert_cmpuint(strlen(url), <=, MAILTO_BYTES);
	g_assert_null(strstr(url, "&body="));
	g_assert_nonnull(strstr(url, "?subject=%5Babsence-parental%5D"));
}

static void test_eml(void)
{
	const Form *form = forms_find(forms, "absence-parental");
	TemplateFor writer = { .to = "desk+x@desk.example\r\nBcc: a@b", .name = "Zoë" };
	g_autofree char *draft = form_template_eml(form, texts, LANGUAGE_FR, &writer, 1800000000);
	g_auto(GStrv) lines = g_strsplit(draft, "\r\n", -1);

	g_assert_cmpstr(lines[0], ==, "X-Unsent: 1");
	g_assert_null(strstr(draft, "\nBcc:"));
	g_assert_nonnull(strstr(draft, "\r\nDate: Fri, 15 Jan 2027 08:00:00 +0000\r\n"));
	g_assert_nonnull(strstr(draft, "\r\nSubject: =?UTF-8?B?"));
	g_assert_nonnull(strstr(
		draft,
		"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nFormulaire: Cong=C3=A9 parental"));
	for (guint i = 0; lines[i] != NULL; i++) {
		g_assert_cmpuint(strlen(lines[i]), <=, 76);
		g_assert_null(strchr(lines[i], '\n'));
		g_assert_true(g_str_is_ascii(lines[i]));
		g_assert_false(g_str_has_suffix(lines[i], " "));
	}
}

static void test_answers(void)
{
	static const struct {
		const char *form, *field, *value, *shown[LANGUAGES];
	} rows[] = {
		{ "absence-parental",
		  "start",
		  "2027-02-01",
		  { "1 februari 2027", "1er février 2027", "1. Februar 2027", "1 February 2027" } },
		{ "absence-parental",
		  "start",
		  "2027-03-12",
		  { "12 maart 2027", "12 mars 2027", "12. März 2027", "12 March 2027" } },
		{ "pay-question",
		  "month",
		  "2027-08",
		  { "augustus 2027", "août 2027", "August 2027", "August 2027" } },
		{ "pay-allowance",
		  "amount",
		  "1234567.50",
		  { "1.234.567,50\xc2\xa0€",
		    "1\xc2\xa0"
		    "234\xc2\xa0"
		    "567,50\xc2\xa0€",
		    "1.234.567,50\xc2\xa0€",
		    "€\xc2\xa0"
		    "1,234,567.50" } },
		{ "pay-tax-statement", "duplicate", "yes", { "ja", "oui", "ja", "yes" } },
		{ "data-bank-account",
		  "iban",
		  "BE68539007547034",
		  { "BE68 5390 0754 7034", "BE68 5390 0754 7034", "BE68 5390 0754 7034",
		    "BE68 5390 0754 7034" } },
		{ "hr-entry",
		  "national-number",
		  "85073003328",
		  { "85.07.30-033.28", "85.07.30-033.28", "85.07.30-033.28", "85.07.30-033.28" } },
		{ "absence-parental", "regime", "half", { "Halftijds", "Mi-temps", NULL, NULL } },
		{ "absence-parental", "nothing", "x", { "x", "x", "x", "x" } },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int l = 0; l < LANGUAGES; l++) {
			g_autofree char *shown =
				answer_text(forms_find(forms, rows[i].form), rows[i].field,
					    rows[i].value, texts, l);

			if (rows[i].shown[l] != NULL)
				g_assert_cmpstr(shown, ==, rows[i].shown[l]);
		}
}

static void test_problems(void)
{
	const Form *form = forms_find(forms, "absence-parental");
	Problem impossible = { "start", "impossible-date", "30/2/2027" },
		before = { "end", "before-start", "1/1/2027" };
	g_autofree char *one = problem_text(&impossible, form, texts, LANGUAGE_NL);
	g_autofree char *other = problem_text(&before, form, texts, LANGUAGE_EN);

	g_assert_cmpstr(
		one, ==,
		"Begindatum: “30/2/2027” bestaat niet als datum. Verwacht wordt een datum zoals 1/2/2027 of 1 februari 2027.");
	g_assert_cmpstr(
		other, ==,
		"End date: “1/1/2027” is before the date in the field “Start date”; it cannot be earlier.");
}

int main(int argc, char **argv)
{
	g_autofree char *folder = data_folder("forms/definitions"), *words = data_folder("texts");

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	forms = forms_open(folder, NULL, NULL);
	texts = texts_open(words, NULL);
	g_assert_nonnull(forms);
	g_assert_nonnull(texts);
	g_test_add_func("/form-write/text", test_text);
	g_test_add_func("/form-write/empty", test_empty);
	g_test_add_func("/form-write/mailto", test_mailto);
	g_test_add_func("/form-write/mailto-long", test_mailto_long);
	g_test_add_func("/form-write/eml", test_eml);
	g_test_add_func("/form-write/answers", test_answers);
	g_test_add_func("/form-write/problems", test_problems);
	int status = g_test_run();

	forms_free(forms);
	texts_free(texts);
	return status;
}
