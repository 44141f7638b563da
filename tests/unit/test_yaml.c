/* test_yaml.c - YAML as a tree with places, and all that is refused. */
#include "common/yaml.h"

#include <string.h>

#include "common/error.h"
#include "common/limits.h"
#include "folder.h"

static YamlNode *read_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	YamlNode *node = yaml_read("f.yaml", text, strlen(text), &error);

	g_assert_no_error(error);
	return node;
}

static void test_tree(void)
{
	g_autoptr(YamlNode) root = read_text("id: question\n"
					     "title:\n"
					     "  nl: Algemene vraag\n"
					     "  fr: \"Question g\303\251n\303\251rale\"\n"
					     "fields:\n"
					     "  - {id: a, limit: 010}\n"
					     "  - NO\n"
					     "text: |\n"
					     "  one\n"
					     "  two\n"
					     "nothing:\n");
	const YamlNode *title = yaml_get(root, "title");
	const YamlNode *fields = yaml_get(root, "fields");
	const YamlNode *first = g_ptr_array_index(fields->items, 0);
	const YamlNode *second = g_ptr_array_index(fields->items, 1);

	g_assert_cmpint(root->kind, ==, YAML_MAP);
	g_assert_cmpuint(root->keys->len, ==, 5);
	g_assert_cmpstr(yaml_get(root, "id")->text, ==, "question");
	g_assert_cmpuint(yaml_get(title, "fr")->line, ==, 4);
	g_assert_cmpuint(yaml_get(title, "fr")->column, ==, 7);
	g_assert_cmpstr(yaml_get(title, "fr")->text, ==, "Question g\303\251n\303\251rale");
	g_assert_cmpint(fields->kind, ==, YAML_LIST);
	g_assert_cmpstr(yaml_get(first, "limit")->text, ==, "010");
	g_assert_cmpstr(second->text, ==, "NO");
	g_assert_cmpstr(yaml_get(root, "text")->text, ==, "one\ntwo\n");
	g_assert_cmpstr(yaml_get(root, "nothing")->text, ==, "");
	g_assert_null(yaml_get(root, "missing"));
	g_assert_null(yaml_get(second, "id"));
	g_assert_null(yaml_get(NULL, "id"));
}

static void test_refused(void)
{
	static const struct {
		const char *what, *text, *message;
	} rows[] = {
		{ "nothing", "", "f.yaml:1:1: nothing stands in it" },
		{ "comments alone", "# a\n# b\n", "f.yaml:3:1: nothing stands in it" },
		{ "an anchor", "a: &x 1\n", "f.yaml:1:4: an anchor (&)*" },
		{ "an anchor on a list", "a: &x [1]\n", "f.yaml:1:4: an anchor (&)*" },
		{ "an alias", "a: 1\nb: *x\n", "f.yaml:2:4: an alias (*" },
		{ "an alias as key", "*x : 1\n", "f.yaml:1:1: an alias (*" },
		{ "a tag", "a: !!int 1\n", "f.yaml:1:4: a tag (!)*" },
		{ "a tag on a map", "a: !x {b: 1}\n", "f.yaml:1:4: a tag (!)*" },
		{ "a double key", "a: 1\nb: 2\na: 3\n",
		  "f.yaml:3:1: the key \"a\" stands here again; it was given in line 1, column 1" },
		{ "a double key, quoted", "m:\n  a: 1\n  \"a\": 3\n",
		  "f.yaml:3:3: the key \"a\"*line 2, column 3" },
		{ "a list as key", "? [a]\n: 1\n", "f.yaml:1:3: a key must be a word*" },
		{ "two documents", "a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document*" },
		{ "bad UTF-8", "a: caf\303\251\nb: \351t\303\251\n",
		  "f.yaml:2:4: this byte is not UTF-8*" },
		{ "a control", "a: 1\nb: x\001\n",
		  "f.yaml:2:5: control characters are not allowed" },
		{ "a NUL", "a: \"\\0\"\n", "f.yaml:1:4: a NUL character*" },
		{ "a tab for indentation", "a:\n\tb: 1\n", "f.yaml:2:1: *" },
		{ "an open list", "a: [1, 2\n", "f.yaml:2:1: *" },
		{ "an open string", "a: \"x\n", "f.yaml:2:1: *" },
		{ "a wrong indentation", "a: 1\n  b: 2\n", "f.yaml:2:4: *" },
		{ "two values", "a: 'x' y\n", "f.yaml:1:8: *" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(YamlNode) node =
			yaml_read("f.yaml", rows[i].text, strlen(rows[i].text), &error);

		g_test_message("%s: %s", rows[i].what, error != NULL ? error->message : "read");
		g_assert_null(node);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_assert_true(g_pattern_match_simple(rows[i].message, error->message));
	}
}

/* depth opening brackets, a word, and as many closing ones. */
static char *nest(guint depth)
{
	g_autofree char *open = g_strnfill(depth, '[');
	g_autofree char *close = g_strnfill(depth, ']');

	return g_strconcat(open, "x", close, NULL);
}

static void test_limits(void)
{
	g_autofree char *deep = nest(YAML_DEPTH);
	g_autofree char *deeper = nest(YAML_DEPTH + 1);
	g_autofree char *abyss = nest(100 * 1000);
	g_autofree char *filler = g_strnfill(YAML_BYTES, '#');
	g_autofree char *large = g_strconcat("a: 1\n", filler, NULL);
	const char *const too_much[] = { deeper, abyss, large };
	g_autoptr(YamlNode) node = read_text(deep);

	g_assert_cmpint(node->kind, ==, YAML_LIST);
	for (gsize i = 0; i < G_N_ELEMENTS(too_much); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(yaml_read("f.yaml", too_much[i], strlen(too_much[i]), &error));
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_assert_true(g_str_has_prefix(error->message, "f.yaml:1:"));
	}
}

static void test_files(void)
{
	char *folder = folder_new();
	g_autofree char *good = folder_put(folder, "good.yaml", "\357\273\277a: 1\r\nb: 2\r\n", -1);
	g_autofree char *empty = folder_put(folder, "empty.yaml", "", 0);
	g_autofree char *missing = g_build_filename(folder, "missing.yaml", NULL);
	g_autoptr(GError) error = NULL, no_input = NULL, nothing = NULL;
	g_autoptr(YamlNode) node = yaml_read_file(good, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(yaml_get(node, "a")->text, ==, "1");
	g_assert_cmpstr(yaml_get(node, "b")->text, ==, "2");
	g_assert_null(yaml_read_file(missing, &no_input));
	g_assert_error(no_input, DESK_ERROR, DESK_ERROR_NO_INPUT);
	g_assert_nonnull(strstr(no_input->message, missing));
	g_assert_null(yaml_read_file(empty, &nothing));
	g_assert_error(nothing, DESK_ERROR, DESK_ERROR_DATA);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/yaml/tree", test_tree);
	g_test_add_func("/yaml/refused", test_refused);
	g_test_add_func("/yaml/limits", test_limits);
	g_test_add_func("/yaml/files", test_files);
	return g_test_run();
}
