/* test_form_fill.c - filled-in templates as people and mail programs leave them. */
#include <locale.h>
#include <string.h>

#include "forms/form_fill.h"
#include "forms/form_write.h"

static Forms *forms;
static Texts *texts;

/* What is read of a text, as lines "field=value", "field!code", "kind@name", "#comment". */
static char *summary(const Filled *filled)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < filled->answers->len; i++) {
		const Answer *answer = filled->answers->pdata[i];

		if (strcmp(answer->field, "comment") != 0)
			g_string_append_printf(out, "%s=%s\n", answer->field, answer->value);
	}
	for (guint i = 0; i < filled->problems->len; i++) {
		const Problem *problem = filled->problems->pdata[i];

		g_string_append_printf(out, "%s!%s %s\n", problem->field, problem->code,
				       problem->read);
	}
	for (guint i = 0; i < filled->documents->len; i++) {
		const DocumentLine *line = filled->documents->pdata[i];

		g_string_append_printf(out, "%s@%s\n", line->kind, line->name);
	}
	if (*filled->comment != '\0')
		g_string_append_printf(out, "#%s\n", filled->comment);
	return g_string_free(out, FALSE);
}

static const struct {
	const char *what, *form, *text, *summary;
} rows[] = {
	{ "plain", "absence-long-personal", "Begindatum: 1/2/2027\nEinddatum: 1/3/2027\n",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "quoted", "absence-long-personal", "> Begindatum: 1/2/2027\n>> Einddatum: 1/3/2027\n",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "another language", "absence-long-personal",
	  "Date de début : 1er février 2027\nEnde: 1. März 2027",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "case and accents", "absence-long-personal", "DATE DE DEBUT: 1/2/2027",
	  "start=2027-02-01\n" },
	{ "fullwidth colon", "absence-long-personal", "Begindatum：1/2/2027",
	  "start=2027-02-01\n" },
	{ "blank before the colon", "absence-long-personal",
	  "Begindatum\xc2\xa0:\xc2\xa0"
	  "1/2/2027",
	  "start=2027-02-01\n" },
	{ "equals", "absence-long-personal", "Begindatum = 1/2/2027", "start=2027-02-01\n" },
	{ "en dash", "absence-long-personal", "Begindatum – 1/2/2027", "start=2027-02-01\n" },
	{ "hyphen", "absence-long-personal", "Begindatum - 1/2/2027", "start=2027-02-01\n" },
	{ "table", "absence-long-personal", "Begindatum\t1/2/2027", "start=2027-02-01\n" },
	{ "row of two", "absence-long-personal", "Begindatum\t1/2/2027\tEinddatum\t1/3/2027",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "cells below each other", "absence-long-personal",
	  "Begindatum\n1/2/2027\nEinddatum\n\n1/3/2027", "start=2027-02-01\nend=2027-03-01\n" },
	{ "pipes", "absence-long-personal", "| Begindatum | 1/2/2027 |", "start=2027-02-01\n" },
	{ "bold label", "absence-long-personal",
	  "*Begindatum:* 1/2/2027\n**Einddatum**: **1/3/2027**",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "bullets", "absence-long-personal", "- Begindatum: 1/2/2027\n• Einddatum: 1/3/2027",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "numbered", "absence-long-personal", "1. Begindatum: 1/2/2027\n2) Einddatum: 1/3/2027",
	  "start=2027-02-01\nend=2027-03-01\n" },
	{ "star and hint", "absence-long-personal", "Begindatum *(dd/mm/jjjj): 1/2/2027",
	  "start=2027-02-01\n" },
	{ "hint as value", "absence-long-personal",
	  "Begindatum: (dd/mm/jjjj)\nEinddatum: dd/mm/jjjj", "" },
	{ "hint before the value", "absence-long-personal", "Begindatum: (dd/mm/jjjj) 1/2/2027",
	  "start=2027-02-01\n" },
	{ "filled in where the hint was", "absence-long-personal",
	  "Begindatum (1/2/2027):", "start=2027-02-01\n" },
	{ "nothing", "absence-long-personal", "Begindatum:\nEinddatum: ....\n", "" },
	{ "said to be nothing", "absence-long-personal", "Einddatum: n.v.t.",
	  "#Einddatum: n.v.t.\n" },
	{ "wrong", "absence-long-personal", "Begindatum: 30 februari 2027\nEinddatum: later",
	  "start!impossible-date 30 februari 2027\nend!not-a-date later\n" },
	{ "last one counts", "absence-long-personal",
	  "Begindatum: 1/2/2027\nBegindatum: 2/2/2027\nBegindatum:", "start=2027-02-02\n" },
	{ "own words around", "absence-long-personal",
	  "Beste,\n\nziehier.\nBegindatum: 1/2/2027\n\nMet vriendelijke groet\nJan",
	  "start=2027-02-01\n#Beste,\n\nziehier.\n\nMet vriendelijke groet\nJan\n" },
	{ "sentence below an empty field", "absence-long-personal",
	  "Begindatum:\nDat weet ik echt nog niet precies.",
	  "#Dat weet ik echt nog niet precies.\n" },
	{ "unknown label", "absence-long-personal", "Begindatum: 1/2/2027\nSchoenmaat: 43",
	  "start=2027-02-01\n#Schoenmaat: 43\n" },
	{ "label within a sentence", "absence-long-personal", "Mijn begindatum: 1/2/2027",
	  "#Mijn begindatum: 1/2/2027\n" },
	{ "comment", "absence-long-personal", "Opmerking: een\ntwee\n\ndrie\nBegindatum: 1/2/2027",
	  "start=2027-02-01\n#een\ntwee\n\ndrie\n" },
	{ "reply header is no template", "absence-attestation",
	  "Van: Jan <jan@x.example>\nVerzonden: 1/2/2027\nAan: desk@x.example\nOnderwerp: attest\n",
	  "#Van: Jan <jan@x.example>\nVerzonden: 1/2/2027\nAan: desk@x.example\nOnderwerp: attest\n" },
	{ "document", "absence-parental", "Geboorteattest *: scan 1.pdf\nRegime: halftijds",
	  "regime=half\ngeboorteattest@scan 1.pdf\n" },
	{ "wrapped value", "absence-parental",
	  "Naam van het kind: Emma Louise Josephine Antoinette van den\nBroeck\nVanaf: 1/2/2027",
	  NULL },
	{ "free text is the question", "question", "Goedendag,\n\nwanneer krijg ik\nmijn fiche?",
	  "question=Goedendag,\n\nwanneer krijg ik\nmijn fiche?\n" },
	{ "the question by its label", "question", "Vraag: wanneer\nkrijg ik mijn fiche?",
	  "question=wanneer\nkrijg ik mijn fiche?\n" },
	{ "nothing at all", "question", "", "" },
	{ "nothing but marks", "question", "> \n>> -- \n", "" },
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Filled) filled = form_fill(forms_find(forms, rows[i].form), rows[i].text);
		g_autofree char *read = summary(filled);

		g_test_message("%s", rows[i].what);
		if (rows[i].summary != NULL)
			g_assert_cmpstr(read, ==, rows[i].summary);
		else
			g_assert_cmpstr(answers_get(filled->answers, "child"), ==,
					"Emma Louise Josephine Antoinette van den Broeck");
	}
}

static void test_warning_and_language(void)
{
	g_autoptr(Filled) filled = form_fill(
		forms_find(forms, "absence-long-personal"),
		"Formulaire: Absence (absence-long-personal)\nBegindatum: 1/2/2027\nBegindatum: 1/3/2027");
	g_autoptr(Filled) labels = form_fill(forms_find(forms, "absence-long-personal"),
					     "Beginn: 1.2.2027\nEnde: 1.3.2027");
	g_autoptr(Filled) none = form_fill(forms_find(forms, "absence-long-personal"), "bonjour");

	g_assert_cmpint(filled->language, ==, LANGUAGE_FR);
	g_assert_cmpstr(filled->comment, ==, "");
	g_assert_cmpuint(filled->warnings->len, ==, 1);
	g_assert_cmpstr(filled->warnings->pdata[0], ==,
			"the field start stands twice, the last one counts");
	g_assert_cmpint(labels->language, ==, LANGUAGE_DE);
	g_assert_cmpint(none->language, ==, LANGUAGE_NONE);
	g_assert_cmpuint(none->labels, ==, 0);
}

static void test_marked(void)
{
	static const struct {
		const char *what, *subject, *text, *form;
		Language language;
	} marks[] = {
		{ "first line", "iets", "Formulier: Ouderschapsverlof (absence-parental)\n",
		  "absence-parental", LANGUAGE_NL },
		{ "quoted", "", "> Formulaire : Congé parental (absence-parental)",
		  "absence-parental", LANGUAGE_FR },
		{ "wrapped", "",
		  "Form: a title that is rather long, so that it is wrapped\n(absence-parental)",
		  "absence-parental", LANGUAGE_EN },
		{ "cut at a hyphen", "", "Form: a title (absence-\nparental)", "absence-parental",
		  LANGUAGE_EN },
		{ "smart dash, upper case", "", "FORMULAR: TITEL (ABSENCE–PARENTAL)",
		  "absence-parental", LANGUAGE_DE },
		{ "subject", "Re: [absence-parental] Ouderschapsverlof", "hallo",
		  "absence-parental", LANGUAGE_NONE },
		{ "line before subject", "[exit-pension] Pensioen",
		  "Formulier: x (absence-parental)", "absence-parental", LANGUAGE_NL },
		{ "title alone", "", "Formulier: Weddevraag", "pay-question", LANGUAGE_NL },
		{ "unknown id", "[no-form] x", "Formulier: iets (no-form)", NULL, LANGUAGE_NONE },
		{ "a word like it", "", "Formulieren: (absence-parental)", NULL, LANGUAGE_NONE },
		{ "case tag", "[PC-2026-000123 abc]", "hallo", NULL, LANGUAGE_NONE },
		{ "nothing", NULL, NULL, NULL, LANGUAGE_NONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		Language language = LANGUAGE_NONE;
		const Form *form = forms_marked(forms, marks[i].subject, marks[i].text, &language);

		g_test_message("%s", marks[i].what);
		g_assert_cmpstr(form ? form->id : NULL, ==, marks[i].form);
		g_assert_cmpint(language, ==, marks[i].language);
	}
}

static void test_known_writer(void)
{
	const Form *form = forms_find(forms, "absence-long-personal");
	TemplateFor writer = { .to = "d@x.example",
			       .name = "Jan Peeters",
			       .number = "12345678",
			       .organisation = "FOD" };
	g_autofree char *template = form_template_text(form, texts, LANGUAGE_NL, &writer);
	g_autoptr(Filled) own = form_fill_known(form, template, &writer, NULL);
	g_autoptr(Filled) unknown = form_fill(form, template);

	g_assert_cmpstr(own->comment, ==, "");
	g_assert_cmpstr(unknown->comment, ==, "Aanvrager: Jan Peeters (12345678), FOD");
}

static GPtrArray *list_of(const char *const *items)
{
	GPtrArray *list = g_ptr_array_new();

	for (; *items != NULL; items++)
		g_ptr_array_add(list, (char *)*items);
	return list;
}

static void test_documents(void)
{
	const Form *form = forms_find(forms, "absence-career-break-parental");
	static const struct {
		const char *what, *names[4], *have[2], *kinds[4];
	} cases[] = {
		{ "by name",
		  { "Geboorteattest Emma.pdf", "C61.pdf" },
		  { NULL },
		  { "geboorteattest", "formulier c61" } },
		{ "by a label in it", { "acte_de_naissance.jpg" }, { NULL }, { "geboorteattest" } },
		{ "two missing, one left", { "IMG_1.jpg" }, { NULL }, { NULL } },
		{ "one missing, one left",
		  { "IMG_1.jpg" },
		  { "geboorteattest" },
		  { "formulier c61" } },
		{ "one missing, two left",
		  { "IMG_1.jpg", "IMG_2.jpg" },
		  { "geboorteattest" },
		  { NULL, NULL } },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) names = list_of(cases[i].names), have = list_of(cases[i].have),
				     none = g_ptr_array_new();
		g_autoptr(GPtrArray) kinds = form_sort_documents(form, names, none, none, have);

		g_test_message("%s", cases[i].what);
		g_assert_cmpuint(kinds->len, ==, names->len);
		for (guint k = 0; k < kinds->len; k++)
			g_assert_cmpstr(kinds->pdata[k], ==, cases[i].kinds[k]);
	}
	DocumentLine line = { "formulier c61", "scan" };
	g_autoptr(GPtrArray)
		lines = g_ptr_array_new(),
		names = list_of((const char *const[]){ "geboorteattest.pdf", "scan.pdf", NULL });

	g_ptr_array_add(lines, &line);
	g_autoptr(GPtrArray) kinds = form_sort_documents(form, names, lines, NULL, NULL);

	g_assert_cmpstr(kinds->pdata[1], ==, "formulier c61");
}

/* Each problem as "field!code", in order. */
static char *check(const char *text, const char *kind, const char *type)
{
	const Form *form = forms_find(forms, "absence-parental");
	g_autoptr(Filled) filled = form_fill(form, text);
	g_autoptr(GPtrArray) kinds = g_ptr_array_new(), types = g_ptr_array_new();
	GString *out = g_string_new(NULL);

	if (kind != NULL) {
		g_ptr_array_add(kinds, (char *)kind);
		g_ptr_array_add(types, (char *)type);
	}
	g_autoptr(GPtrArray) problems =
		form_check(form, filled->answers, kinds, types, filled->problems);

	for (guint i = 0; i < problems->len; i++) {
		const Problem *problem = problems->pdata[i];

		g_string_append_printf(out, "%s!%s ", problem->field, problem->code);
		for (int l = 0; l < LANGUAGES; l++) {
			g_autofree char *sentence = problem_text(problem, form, texts, l);

			g_assert_null(strstr(sentence, "problem."));
			g_assert_true(strlen(sentence) > 20);
		}
	}
	return g_string_free(out, FALSE);
}

static void test_check(void)
{
	static const char whole[] =
		"Naam van het kind: E\nGeboortedatum van het kind: 1/1/2026\nBegindatum: 1/2/2027\nEinddatum: 1/3/2027\n"
		"Regime: voltijds\n";
	static const struct {
		const char *what, *text, *kind, *type, *problems;
	} cases[] = {
		{ "all is well", whole, "geboorteattest", "application/pdf", "" },
		{ "document missing", whole, NULL, NULL, "geboorteattest!missing-document " },
		{ "document of a wrong type", whole, "geboorteattest", "application/x-dosexec",
		  "geboorteattest!wrong-document-type " },
		{ "end before start",
		  "Naam van het kind: E\nGeboortedatum van het kind: 1/1/2026\nBegindatum: 1/2/2027\nEinddatum: 31/1/2027\nRegime: voltijds",
		  "geboorteattest", "image/jpeg", "end!before-start " },
		{ "same day",
		  "Naam van het kind: E\nGeboortedatum van het kind: 1/1/2026\nBegindatum: 1/2/2027\nEinddatum: 1/2/2027\nRegime: voltijds",
		  "geboorteattest", "image/png", "" },
		{ "each once", "Begindatum: 30/2/2027", "geboorteattest",
		  "application/pdf; charset=binary",
		  "child!missing born!missing start!impossible-date end!missing regime!missing " },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *problems = check(cases[i].text, cases[i].kind, cases[i].type);

		g_test_message("%s", cases[i].what);
		g_assert_cmpstr(problems, ==, cases[i].problems);
	}
}

/* A line that is one short number, below a label without a value: nothing is read behind its end
 * (seen by ASan). */
static void test_number_alone(void)
{
	static const char *const numbers[] = { "4", "50", "1.", "12)", "7 " };
	const Form *form = forms_find(forms, "absence-reduced-illness");

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *text = g_strdup_printf("Percentage:\n%s", numbers[i]);
		g_autoptr(Filled) filled = form_fill(form, text);

		g_assert_nonnull(filled);
	}
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
	g_test_add_func("/form-fill/rows", test_rows);
	g_test_add_func("/form-fill/warning-and-language", test_warning_and_language);
	g_test_add_func("/form-fill/marked", test_marked);
	g_test_add_func("/form-fill/known-writer", test_known_writer);
	g_test_add_func("/form-fill/documents", test_documents);
	g_test_add_func("/form-fill/check", test_check);
	g_test_add_func("/form-fill/number-alone", test_number_alone);
	int status = g_test_run();

	forms_free(forms);
	texts_free(texts);
	return status;
}
