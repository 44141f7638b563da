/* test_form_read.c - definitions: what is read, and each mistake with its place. */
#include "folder.h"

#include <string.h>

#include "common/error.h"
#include "forms/form.h"

/* A right definition; a row replaces one of its lines. */
static const char *const lines[] = {
	"id: trial",                                                                /* 1 */
	"category: absence",                                                        /* 2 */
	"title: {nl: Proef, fr: Essai, de: Versuch, en: Trial}",                    /* 3 */
	"team: absence",                                                            /* 4 */
	"roles: [employee, hr]",                                                    /* 5 */
	"approval: yes",                                                            /* 6 */
	"fields:",                                                                  /* 7 */
	"  - id: start",                                                            /* 8 */
	"    type: date",                                                           /* 9 */
	"    required: yes",                                                        /* 10 */
	"    label: {nl: Begindatum, fr: Début, de: Beginn, en: Start date}",       /* 11 */
	"    aliases: {nl: [Startdatum, Vanaf]}",                                   /* 12 */
	"  - id: end",                                                              /* 13 */
	"    type: date",                                                           /* 14 */
	"    label: {nl: Einddatum, fr: Fin, de: Ende, en: End date}",              /* 15 */
	"    not-before: start",                                                    /* 16 */
	"  - id: extent",                                                           /* 17 */
	"    type: choice",                                                         /* 18 */
	"    label: {nl: Omvang, fr: Étendue, de: Umfang, en: Extent}",             /* 19 */
	"    choices:",                                                             /* 20 */
	"      - {id: full, label: {nl: voltijds, fr: plein, de: voll, en: full}}", /* 21 */
	"      - {id: half, label: {nl: halftijds, fr: mi-temps, de: halb, en: half}, aliases: [50 %]}", /* 22 */
	"documents:",                                                                   /* 23 */
	"  - kind: attest",                                                             /* 24 */
	"    label: {nl: Attest, fr: Attestation, de: Bescheinigung, en: Certificate}", /* 25 */
	"    required-if: {field: extent, is: half}",                                   /* 26 */
	"    types: [pdf, jpeg]",                                                       /* 27 */
	"match:",                                                                       /* 28 */
	"  nl: ['proef(?!ling)']",                                                      /* 29 */
};

static const struct {
	const char *what;
	guint line;
	const char *text, *place, *sentence;
} mistakes[] = {
	{ "unknown key of a form", 4, "teem: absence",
	  ":4:1: ", "\"teem\" is not known in a form: expected one of id, category" },
	{ "missing key", 2, "", ":1:1: ", "a form lacks \"category\"" },
	{ "missing team", 4, "", ":1:1: ", "a form lacks \"team\"" },
	{ "id in upper case", 1, "id: Trial", ":1:5: ", "lower-case letters" },
	{ "id that is not the file's", 1, "id: other", ":1:5: ", "expected other.yaml" },
	{ "language missing", 3, "title: {nl: Proef, fr: Essai, en: Trial}",
	  ":3:8: ", "the language de is missing" },
	{ "language unknown", 3, "title: {nl: P, fr: E, de: V, en: T, es: X}",
	  ":3:37: ", "\"es\" is no language of the desk" },
	{ "no localised text", 3, "title: Proef", ":3:8: ", "in each language" },
	{ "empty text", 3, "title: {nl: '', fr: E, de: V, en: T}", ":3:13: ", "not nothing" },
	{ "role unknown", 5, "roles: [boss]", ":5:9: ", "a role is expected" },
	{ "roles no list", 5, "roles: hr", ":5:8: ", "a list of roles" },
	{ "yes or no", 6, "approval: perhaps", ":6:11: ", "expected yes or no" },
	{ "type unknown", 9, "    type: day",
	  ":9:11: ", "\"day\" is no type of field: expected one of text lines date" },
	{ "unknown key of a field", 10, "    needed: yes",
	  ":10:5: ", "\"needed\" is not known in a field" },
	{ "field twice", 13, "  - id: start", ":13:9: ", "the field start stands twice" },
	{ "field of every form", 13, "  - id: comment", ":13:9: ", "by itself" },
	{ "relation to nothing", 16, "    not-before: begin",
	  ":16:17: ", "\"begin\" is no other field" },
	{ "relation to itself", 16, "    not-before: end",
	  ":16:17: ", "\"end\" is no other field" },
	{ "relation of other types", 16, "    not-before: extent",
	  ":16:17: ", "two dates together" },
	{ "label of another field", 15, "    label: {nl: Startdatum, fr: Fin, de: Ende, en: End}",
	  ":15:17: ", "already means something else" },
	{ "label of the comment", 15, "    label: {nl: Opmerking, fr: Fin, de: Ende, en: End}",
	  ":15:17: ", "already means something else" },
	{ "limit not plain", 16, "    min: 1/2/2027",
	  ":16:10: ", "is no limit for a field of type date" },
	{ "limit of a choice", 19, "    label: {nl: O, fr: E, de: U, en: X}\n    max: 5",
	  ":20:10: ", "is no limit" },
	{ "choice twice", 22, "      - {id: full, label: {nl: h, fr: m, de: b, en: a}}",
	  ":22:14: ", "stands twice" },
	{ "choices with one label", 22,
	  "      - {id: half, label: {nl: voltijds, fr: m, de: b, en: a}}",
	  ":22:9: ", "already means the choice full" },
	{ "a choice without choices", 9, "    type: choice", ":8:5: ", "needs two choices" },
	{ "choices without a choice", 18, "    type: text",
	  ":21:7: ", "only a choice has choices" },
	{ "condition on nothing", 26, "    required-if: {field: size, is: half}",
	  ":26:26: ", "\"size\" is no field" },
	{ "condition on no value", 26, "    required-if: {field: extent, is: most}",
	  ":26:38: ", "no plain value" },
	{ "required twice over", 26, "    required: no\n    required-if: {field: extent, is: half}",
	  ":27:18: ", "instead of required" },
	{ "type of file unknown", 27, "    types: [pdf, exe]",
	  ":27:18: ", "\"exe\" is no type of file" },
	{ "document without a label", 25, "", ":24:5: ", "a document lacks \"label\"" },
	{ "pattern wrong", 29, "  nl: ['proef(']",
	  ":29:8: ", "is wrong at its byte 6: missing closing parenthesis" },
	{ "pattern of no language", 29, "  xx: ['proef']", ":29:3: ", "\"xx\" is no language" },
	{ "key twice", 4, "category: absence", ":4:1: ", "" },
	{ "no YAML", 4, "team: [absence", "", "" },
	{ "elsewhere without explanation", 4, "elsewhere: scope", ":1:1: ", "belong together" },
};

static char *folder;

static char *write_form(guint changed, const char *text)
{
	GString *out = g_string_new(NULL);
	char *path = g_build_filename(folder, "trial.yaml", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
		if (i + 1 != changed)
			g_string_append_printf(out, "%s\n", lines[i]);
		else if (*text != '\0')
			g_string_append_printf(out, "%s\n", text);
	g_assert_true(g_file_set_contents(path, out->str, (gssize)out->len, NULL));
	g_string_free(out, TRUE);
	return path;
}

static void test_right(void)
{
	g_autofree char *path = write_form(0, "");
	g_autoptr(GError) error = NULL;
	g_autoptr(Form) form = form_read(path, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(form->id, ==, "trial");
	g_assert_cmpuint(form->roles, ==, ROLE_EMPLOYEE | ROLE_HR);
	g_assert_true(form->approval);
	g_assert_cmpuint(form->fields->len, ==, 4); /* and the comment */
	g_assert_true(form_field(form, "start")->required);
	g_assert_cmpstr(form_field(form, "comment")->label[LANGUAGE_FR], ==, "Commentaire");
	g_assert_cmpstr(form_field(form, "end")->not_before, ==, "start");
	g_assert_null(form_field(form, "nothing"));
	g_assert_cmpstr(form_document(form, "attest")->required_if.is, ==, "half");
	g_assert_cmpstr(form_document(form, "attest")->types[1], ==, "image/jpeg");
	g_assert_null(form_document(form, "nothing"));
}

static void test_mistakes(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++) {
		g_autofree char *path = write_form(mistakes[i].line, mistakes[i].text);
		g_autofree char *place = g_strdup_printf("%s%s", path, mistakes[i].place);
		g_autoptr(GError) error = NULL;
		Form *form = form_read(path, &error);

		g_test_message("%s: %s", mistakes[i].what, error ? error->message : "no error");
		g_assert_null(form);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_assert_true(g_str_has_prefix(error->message, place));
		g_assert_nonnull(strstr(error->message, mistakes[i].sentence));
	}
}

static void test_no_file(void)
{
	g_autofree char *path = g_build_filename(folder, "nowhere.yaml", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(form_read(path, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT);
	g_clear_error(&error);
	g_assert_null(forms_open(path, NULL, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT);
}

static void put(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* One set, then the ways in which a set can be wrong though each form is right. */
static void test_set(void)
{
	g_autoptr(GError) error = NULL;
	Language language;

	g_free(write_form(0, ""));
	put("categories.yaml",
	    "- {id: absence, title: {nl: Afwezigheid, fr: Absence, de: Abwesenheit, en: Absences}}\n");
	g_autoptr(Forms) forms = forms_open(folder, folder, &error); /* its own forms replace it */

	g_assert_no_error(error);
	g_assert_cmpuint(forms->all->len, ==, 1);
	g_assert_nonnull(forms_find(forms, "trial"));
	g_assert_true(forms_by_name(forms, " ESSAI ", &language) == forms_find(forms, "trial"));
	g_assert_cmpint(language, ==, LANGUAGE_FR);
	g_assert_null(forms_by_name(forms, "Essai clinique", &language));
	g_assert_nonnull(forms_category_by_name(forms, "abwesenheit", &language));
	g_assert_cmpint(language, ==, LANGUAGE_DE);
	put("twin.yaml",
	    "id: twin\ncategory: absence\ntitle: {nl: Tweeling, fr: Jumeau, de: Proef, en: Twin}\nteam: absence\n");
	g_assert_null(forms_open(folder, NULL, &error));
	g_assert_nonnull(strstr(error->message,
				"twin.yaml:3:39: the name \"Proef\" already means the form trial"));
	g_clear_error(&error);
	put("twin.yaml",
	    "id: twin\ncategory: other\ntitle: {nl: Tweeling, fr: Jumeau, de: Zwilling, en: Twin}\nteam: absence\n");
	g_assert_null(forms_open(folder, NULL, &error));
	g_assert_nonnull(strstr(error->message, "twin.yaml:2:11: \"other\" is no category"));
	g_clear_error(&error);
	put("categories.yaml", "- {id: absence}\n");
	g_assert_null(forms_open(folder, NULL, &error));
	g_assert_nonnull(strstr(error->message, "categories.yaml:1:3: a category lacks \"title\""));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	folder = folder_new();
	g_test_add_func("/form-read/right", test_right);
	g_test_add_func("/form-read/mistakes", test_mistakes);
	g_test_add_func("/form-read/no-file", test_no_file);
	g_test_add_func("/form-read/set", test_set);
	int status = g_test_run();

	folder_remove(folder);
	return status;
}
