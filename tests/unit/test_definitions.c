/* test_definitions.c - the forms that ship: each has what the contract fixes, and is found by
 * the words that people use for it. */
#include <locale.h>
#include <string.h>

#include "common/texts.h"
#include "forms/form.h"
#include "forms/form_fill.h"
#include "forms/form_match.h"

static Forms *forms;

static const struct {
	const char *id, *fields, *documents; /* "*": required, "?": required-if */
	bool approval;
} rows[] = {
	{ "pay-allowance", "period* allowance* amount question*", "", false },
	{ "pay-question", "month* question*", "loonfiche", false },
	{ "pay-tax-statement", "year* question* duplicate", "", false },
	{ "career-pecuniary", "subject* from to employer", "dienstattest", false },
	{ "data-household", "change* as-of* persons*", "attest gezinssamenstelling*", false },
	{ "data-telework-agreement", "start* end days* place*", "overeenkomst*", true },
	{ "data-bank-account", "iban* holder* as-of*", "bankattest*", false },
	{ "absence-telework-contract", "start* end days*", "contract*", true },
	{ "absence-traineeship", "start* end* service*", "benoeming tot stagiair*", true },
	{ "absence-maternity", "expected* start* multiple", "medisch attest*, geboorteattest",
	  false },
	{ "absence-parental", "child* born* start* end* regime*", "geboorteattest*", false },
	{ "absence-reduced-illness", "start* end* percentage*", "medisch attest*", false },
	{ "absence-long-personal", "start* end* reason", "", true },
	{ "absence-career-break-full", "start* end*", "formulier c61*", true },
	{ "absence-career-break-part", "start* end* fraction*", "formulier c61*", true },
	{ "absence-career-break-medical", "patient* relation* start* end* fraction*",
	  "attest behandelende arts*, formulier c61*", false },
	{ "absence-career-break-parental", "child* born* start* end* fraction*",
	  "geboorteattest*, formulier c61*", false },
	{ "absence-career-break-palliative", "start* end* fraction*",
	  "attest behandelende arts*, formulier c61*", false },
	{ "absence-four-day-week", "start* end* day-off premium", "", true },
	{ "absence-part-time-50-55", "born* start* from-age*", "bewijs zwaar beroep?", true },
	{ "absence-attestation", "absence* from* to", "attest*", false },
	{ "exit-after-65", "born* until*", "", true },
	{ "exit-pension", "born* pension-date*", "beslissing pensioendienst", false },
	{ "question", "question*", "", false },
	{ "hr-entry", "name* national-number* start* grade*", "benoemingsbesluit*", false },
	{ "hr-contract-change", "employee* as-of* change*", "besluit*", false },
	{ "hr-exemption", "employee* from* to* extent*", "", true },
	{ "hr-attestations", "", "attest*", false },
	{ "hr-cooperation", "subject* question*", "", false },
};

static char *fields_of(const Form *form)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = g_ptr_array_index(form->fields, i);

		if (strcmp(field->id, "comment") != 0)
			g_string_append_printf(out, "%s%s%s", out->len > 0 ? " " : "", field->id,
					       field->required ? "*" : "");
	}
	return g_string_free(out, FALSE);
}

static char *documents_of(const Form *form)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);

		g_string_append_printf(out, "%s%s%s", out->len > 0 ? ", " : "", document->kind,
				       document->required                    ? "*"
				       : document->required_if.field != NULL ? "?"
									     : "");
	}
	return g_string_free(out, FALSE);
}

static void test_contract(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Form *form = forms_find(forms, rows[i].id);

		g_test_message("%s", rows[i].id);
		g_assert_nonnull(form);
		g_autofree char *fields = fields_of(form), *documents = documents_of(form);

		g_assert_cmpstr(fields, ==, rows[i].fields);
		g_assert_cmpstr(documents, ==, rows[i].documents);
		g_assert_cmpint(form->approval, ==, rows[i].approval);
		g_assert_cmpint(form->roles == ROLE_HR, ==, g_str_has_prefix(form->id, "hr-"));
		g_assert_null(form->elsewhere);
	}
}

/* Whoever writes no more than a form's title is understood, in each language. */
static void test_titles(void)
{
	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = g_ptr_array_index(forms->all, i);

		for (int l = 0; strcmp(form->id, "question") != 0 && l < LANGUAGES; l++) {
			const Form *found =
				forms_guess(forms, ROLE_EMPLOYEE | ROLE_HR, "", form->title[l]);

			g_test_message("%s", form->title[l]);
			g_assert_nonnull(found);
			g_assert_cmpstr(found->id, ==, form->id);
		}
	}
}

static const struct {
	const char *subject, *text, *id; /* id NULL: nobody can tell */
} phrases[] = {
	{ "", "fiscale fiche", "pay-tax-statement" },
	{ "", "fiche fiscale", "pay-tax-statement" },
	{ "Fiscale fiche", "Ik kreeg geen fiscale fiche voor mijn wedde.", "pay-tax-statement" },
	{ "", "Where can I find my tax form 281.10?", "pay-tax-statement" },
	{ "", "ouderschapsverlof", "absence-parental" },
	{ "", "congé parental", "absence-parental" },
	{ "", "ouderschapsverlof (geen loopbaanonderbreking) voor mijn dochter",
	  "absence-parental" },
	{ "", "ouderschapsverlof in loopbaanonderbreking", "absence-career-break-parental" },
	{ "", "interruption de carrière pour congé parental", "absence-career-break-parental" },
	{ "", "loopbaanonderbreking", NULL },
	{ "", "voltijdse loopbaanonderbreking", "absence-career-break-full" },
	{ "", "Ik wil 1/5 loopbaanonderbreking", "absence-career-break-part" },
	{ "", "assistance médicale à ma mère gravement malade", "absence-career-break-medical" },
	{ "", "pensioen", "exit-pension" },
	{ "", "Je pars à la pension", "exit-pension" },
	{ "", "Ik ga nog niet met pensioen: na mijn 65 blijven werken, langer werken", NULL },
	{ "Blijven werken na 65", "Ik ga nog niet met pensioen.", "exit-after-65" },
	{ "", "weddevraag", "pay-question" },
	{ "", "Mon salaire de mai est faux.\nSPF Finances, Administration générale de la Fiscalité",
	  "pay-question" },
	{ "", "fietsvergoeding", "pay-allowance" },
	{ "", "telewerk", "data-telework-agreement" },
	{ "", "Telearbeit", "data-telework-agreement" },
	{ "", "telewerkcontract", "absence-telework-contract" },
	{ "", "occasioneel telewerk", "elsewhere-occasional-telework" },
	{ "Occasioneel telewerk", "Ik zou vrijdag willen telewerken.",
	  "elsewhere-occasional-telework" },
	{ "", "ziekteverlof", "elsewhere-sickness" },
	{ "", "Ik ben ziek, in bijlage mijn medisch attest.", "elsewhere-sickness" },
	{ "", "Ich bin krank", "elsewhere-sickness" },
	{ "", "verminderde prestaties wegens ziekte", "absence-reduced-illness" },
	{ "", "mi-temps médical", "absence-reduced-illness" },
	{ "", "In bijlage mijn attest.", "absence-attestation" },
	{ "", "Ik ben zwanger, in bijlage mijn medisch attest.", "absence-maternity" },
	{ "", "mijn loonfiche en mijn pensioen", NULL },
	{ "", "Goedendag, hoe gaat het?", NULL },
	{ "", "Indiensttreding", NULL }, /* HR's alone: see below */
};

static void test_phrases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
		const Form *form =
			forms_guess(forms, ROLE_EMPLOYEE, phrases[i].subject, phrases[i].text);

		g_test_message("%s | %s", phrases[i].subject, phrases[i].text);
		g_assert_cmpstr(form ? form->id : NULL, ==, phrases[i].id);
	}
	g_assert_cmpstr(forms_guess(forms, ROLE_HR, "", "Indiensttreding")->id, ==, "hr-entry");
}

/* Every word of a choice is read as that choice. */
static void test_words(void)
{
	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = g_ptr_array_index(forms->all, i);

		for (guint f = 0; f < form->fields->len; f++) {
			const FormField *field = g_ptr_array_index(form->fields, f);

			for (guint c = 0; c < field->choices->len; c++) {
				const FormChoice *choice = g_ptr_array_index(field->choices, c);

				for (guint a = 0; a < choice->aliases->len; a++) {
					g_autofree char *line = g_strdup_printf(
						"%s: %s\n", field->label[a % LANGUAGES],
						(const char *)choice->aliases->pdata[a]);
					g_autoptr(Filled) filled = form_fill(form, line);

					g_test_message("%s %s", form->id, line);
					g_assert_cmpstr(answers_get(filled->answers, field->id), ==,
							choice->id);
				}
			}
		}
	}
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = data_folder("forms/definitions");

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	forms = forms_open(folder, NULL, &error);
	g_assert_no_error(error);
	g_test_add_func("/definitions/contract", test_contract);
	g_test_add_func("/definitions/titles", test_titles);
	g_test_add_func("/definitions/phrases", test_phrases);
	g_test_add_func("/definitions/words", test_words);
	int status = g_test_run();

	forms_free(forms);
	return status;
}
