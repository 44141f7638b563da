/* test_texts.c - the catalogue: the same keys and places in every language. */
#include "common/texts.h"

#include <string.h>

#include "common/error.h"
#include "folder.h"

/* A folder with four catalogues that are alike but for the one of language. */
static char *catalogue(const char *language, const char *text)
{
	char *folder = folder_new();

	for (int l = 0; l < LANGUAGES; l++) {
		const char *code = language_code((Language)l);
		g_autofree char *name = g_strdup_printf("%s.yaml", code);
		g_autofree char *usual =
			g_strdup_printf("hello: \"%s hello {name}\"\nbye: %s bye\n", code, code);

		g_free(folder_put(folder, name, g_strcmp0(code, language) == 0 ? text : usual, -1));
	}
	return folder;
}

static void test_say(void)
{
	char *folder = catalogue("en", "hello: Hello {name}, {name} {!} {} {Not} {name\nbye: ''\n");
	g_autoptr(GError) error = NULL;
	g_autoptr(Texts) texts = NULL;
	g_autofree char *said = NULL, *filled = NULL, *empty = NULL;

	g_free(folder_put(folder, "ack.txt.mustache", "Case {{number}}\n", -1));
	g_free(folder_put(folder, "README", "no template", -1));
	texts = texts_open(folder, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(texts_get(texts, LANGUAGE_FR, "bye"), ==, "fr bye");
	g_assert_cmpstr(texts_get(texts, LANGUAGE_EN, "bye"), ==, "");
	g_assert_cmpstr(texts_get(texts, LANGUAGE_NONE, "bye"), ==, "nl bye");
	g_assert_cmpstr(texts_get(texts, LANGUAGE_FR, "no.such"), ==, "no.such");
	said = texts_say(texts, LANGUAGE_EN, "hello", "name", "{name}", "more", "x", NULL);
	g_assert_cmpstr(said, ==, "Hello {name}, {name} {!} {} {Not} {name");
	filled = texts_say(texts, LANGUAGE_NL, "hello", "name", "An", NULL);
	g_assert_cmpstr(filled, ==, "nl hello An");
	empty = texts_say(texts, LANGUAGE_NL, "hello", NULL);
	g_assert_cmpstr(empty, ==, "nl hello ");
	g_assert_cmpuint(g_hash_table_size(texts_all(texts, LANGUAGE_DE)), ==, 2);
	g_assert_cmpstr(texts_template(texts, "ack.txt.mustache"), ==, "Case {{number}}\n");
	g_assert_null(texts_template(texts, "README"));
	folder_remove(folder);
}

static void test_unequal(void)
{
	static const struct {
		const char *what, *language, *text, *message;
	} rows[] = {
		{ "a key is missing", "fr", "hello: a {name}\n",
		  "*/fr.yaml: lacks the key \"bye\", which nl.yaml has" },
		{ "a key is missing in the first", "nl", "bye: a\n",
		  "*/nl.yaml: lacks the key \"hello\", which fr.yaml has" },
		{ "a key too many", "de", "hello: a {name}\nbye: b\nmore: c\n",
		  "*/nl.yaml: lacks the key \"more\", which de.yaml has" },
		{ "a place is missing", "en", "hello: a\nbye: b\n",
		  "*/en.yaml: \"hello\" lacks the place {name}, which it has in nl.yaml" },
		{ "a place has another name", "en", "hello: a {nam}\nbye: b\n",
		  "*/en.yaml: \"hello\" lacks the place {name}, which it has in nl.yaml" },
		{ "a place too many", "en", "hello: a {name}\nbye: b {x}\n",
		  "*/nl.yaml: \"bye\" lacks the place {x}, which it has in en.yaml" },
		{ "a list for a sentence", "fr", "hello: a {name}\nbye: [b]\n",
		  "*/fr.yaml:2:6: the value of \"bye\" must be a sentence" },
		{ "a list", "fr", "- a\n", "*/fr.yaml:1:1: expected lines \"key: sentence\"" },
		{ "no YAML", "fr", "hello: \"a\n", "*/fr.yaml:*" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *folder = catalogue(rows[i].language, rows[i].text);
		g_autoptr(GError) error = NULL;
		g_autoptr(Texts) texts = texts_open(folder, &error);

		g_test_message("%s: %s", rows[i].what, error != NULL ? error->message : "opened");
		g_assert_null(texts);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_assert_true(g_pattern_match_simple(rows[i].message, error->message));
		folder_remove(folder);
	}
}

static void test_broken_folder(void)
{
	char *folder = catalogue(NULL, NULL);
	g_autoptr(GError) error = NULL, missing = NULL;

	g_free(folder_put(folder, "x.mustache", "caf\351", -1));
	g_assert_null(texts_open(folder, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_assert_nonnull(strstr(error->message, "x.mustache"));
	g_assert_null(texts_open("/nonexistent", &missing));
	g_assert_error(missing, DESK_ERROR, DESK_ERROR_NO_INPUT);
	folder_remove(folder);
}

static void test_data_folder(void)
{
	g_autofree char *own = NULL, *usual = NULL;

	g_setenv("PERSOCONTACT_DATA", "/some/where", TRUE);
	own = data_folder("texts");
	g_assert_cmpstr(own, ==, "/some/where/texts");
	g_unsetenv("PERSOCONTACT_DATA");
	usual = data_folder("texts");
	g_assert_true(g_str_has_suffix(usual, "/texts"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/texts/say", test_say);
	g_test_add_func("/texts/unequal", test_unequal);
	g_test_add_func("/texts/broken-folder", test_broken_folder);
	g_test_add_func("/texts/data-folder", test_data_folder);
	return g_test_run();
}
