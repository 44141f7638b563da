/* test_canned.c - canned answers: reading them, and filling their places. */
#include <glib/gstdio.h>

#include "common/error.h"
#include "folder.h"
#include "forms/canned.h"

#define TITLE "title: {nl: a, fr: b, de: c, en: d}\n"
#define TEXT "text: {nl: 'Dag {requester} {', fr: b, de: c, en: 'Case {number}'}\n"

static char *answers(const char *name, const char *yaml)
{
	char *folder = folder_new();
	g_autofree char *inner = g_build_filename(folder, "answers", NULL);

	g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
	if (name != NULL)
		g_free(folder_put(inner, name, yaml, -1));
	return folder;
}

static void test_read(void)
{
	char *folder = answers("ok.yaml", TITLE TEXT "teams: [absence]\n");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) all = canned_read(folder, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(all->len, ==, 1);
	g_assert_nonnull(canned_find(all, "ok", "absence"));
	g_assert_null(canned_find(all, "ok", "pay"));
	g_assert_null(canned_find(all, "other", "absence"));
	folder_remove(folder);
}

static void test_none(void)
{
	char *folder = folder_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) all = canned_read(folder, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(all->len, ==, 0);
	folder_remove(folder);
}

static void test_wrong(void)
{
	static const struct {
		const char *what, *name, *yaml, *message;
	} rows[] = {
		{ "a language is missing", "ok.yaml", TITLE "text: {nl: a, fr: b, en: d}\n",
		  "*ok.yaml:2:7: *de*" },
		{ "no text", "ok.yaml", TITLE, "*ok.yaml:1:1: *text*" },
		{ "an unknown key", "ok.yaml", TITLE TEXT "team: pay\n", "*ok.yaml:3:1: *team*" },
		{ "no map", "ok.yaml", "- a\n", "*ok.yaml:1:1: *" },
		{ "no YAML", "ok.yaml", "title: \"a\n", "*ok.yaml:*" },
		{ "a name that cannot be typed", "Niet OK.yaml", TITLE TEXT,
		  "*Niet OK.yaml: the name of an answer*" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *folder = answers(rows[i].name, rows[i].yaml);
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) all = canned_read(folder, &error);

		g_test_message("%s: %s", rows[i].what, error != NULL ? error->message : "read");
		g_assert_null(all);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_assert_true(g_pattern_match_simple(rows[i].message, error->message));
		folder_remove(folder);
	}
}

static void test_fill(void)
{
	char *folder = answers("ok.yaml", TITLE TEXT);
	g_autoptr(GPtrArray) all = canned_read(folder, NULL);
	const Canned *canned = canned_find(all, "ok", "");
	g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *missing = NULL, *nl = NULL, *none = NULL;

	g_hash_table_insert(places, (gpointer) "requester", (gpointer) "{number}");
	nl = canned_text(canned, LANGUAGE_NL, places, &missing);
	g_assert_cmpstr(nl, ==, "Dag {number} {");
	g_assert_null(missing);
	none = canned_text(canned, LANGUAGE_EN, places, &missing);
	g_assert_null(none);
	g_assert_cmpstr(missing, ==, "number");
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/canned/read", test_read);
	g_test_add_func("/canned/none", test_none);
	g_test_add_func("/canned/wrong", test_wrong);
	g_test_add_func("/canned/fill", test_fill);
	return g_test_run();
}
