/* test_mustache.c - what a template does, feature by feature. */
#include "common/mustache.h"

#include <string.h>

#include "common/error.h"

/* Partials are the strings of the object "partials" of the data. */
static const char *partial_of(const char *name, void *user)
{
	return json_string_value(json_object_get(user, name));
}

static char *render(const char *source, MustacheEscape escape, const char *json, GError **error)
{
	g_autoptr(Mustache) mustache = mustache_new("t", source, error);
	json_t *data = json_loads(json, JSON_DECODE_ANY, NULL);
	char *text = NULL;

	g_assert_nonnull(data);
	if (mustache != NULL)
		text = mustache_render(mustache, escape, data, partial_of,
				       json_object_get(data, "partials"), error);
	json_decref(data);
	return text;
}

typedef struct Row {
	const char *what, *source, *json, *out;
} Row;

static void check(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = render(rows[i].source, MUSTACHE_HTML, rows[i].json, &error);

		g_test_message("%s", rows[i].what);
		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, rows[i].out);
	}
}

static void test_values(void)
{
	static const Row rows[] = {
		{ "no tag at all", "Beste\n{ } }} {", "{}", "Beste\n{ } }} {" },
		{ "a value", "Case {{number}}.", "{\"number\":\"PC-1\"}", "Case PC-1." },
		{ "blanks in the tag", "{{ number\t}}", "{\"number\":7}", "7" },
		{ "HTML is escaped", "{{x}}", "{\"x\":\"<a href='x'>\\\"&\\\"</a>\"}",
		  "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;" },
		{ "three braces: as it is", "{{{x}}}", "{\"x\":\"<b>\"}", "<b>" },
		{ "ampersand: as it is", "{{& x }}", "{\"x\":\"<b>\"}", "<b>" },
		{ "a result is not read again", "{{x}}", "{\"x\":\"{{y}}\",\"y\":1}", "{{y}}" },
		{ "missing is nothing", "[{{x}}]", "{}", "[]" },
		{ "null is nothing", "[{{x}}]", "{\"x\":null}", "[]" },
		{ "numbers", "{{i}} {{r}} {{t}}", "{\"i\":-3,\"r\":1234.56,\"t\":0.1}",
		  "-3 1234.56 0.1" },
		{ "truth", "{{a}} {{b}}", "{\"a\":true,\"b\":false}", "true false" },
		{ "dotted", "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":1}}}", "1" },
		{ "dotted, broken off", "[{{a.b.c}}]", "{\"a\":{\"b\":1}}", "[]" },
		{ "a value stands on its line", "  {{x}}\n", "{\"x\":1}", "  1\n" },
		{ "the data itself", "{{.}}", "\"a & b\"", "a &amp; b" },
		{ "not in lists and objects", "[{{x}}{{y}}]", "{\"x\":[1],\"y\":{}}", "[]" },
	};
	g_autofree char *text = render("{{x}}", MUSTACHE_TEXT, "{\"x\":\"<'&'>\"}", NULL);

	check(rows, G_N_ELEMENTS(rows));
	g_assert_cmpstr(text, ==, "<'&'>");
}

static void test_sections(void)
{
	static const Row rows[] = {
		{ "shown for true", "{{#x}}yes{{/x}}", "{\"x\":true}", "yes" },
		{ "not for false", "{{#x}}yes{{/x}}", "{\"x\":false}", "" },
		{ "not when missing", "{{#x}}yes{{/x}}", "{}", "" },
		{ "not for an empty text", "{{#x}}yes{{/x}}", "{\"x\":\"\"}", "" },
		{ "not for an empty list", "{{#x}}yes{{/x}}", "{\"x\":[]}", "" },
		{ "for the number 0", "{{#x}}yes{{/x}}", "{\"x\":0}", "yes" },
		{ "once an item", "{{#x}}<{{.}}>{{/x}}", "{\"x\":[1,\"b\",3]}", "<1><b><3>" },
		{ "items that are objects", "{{#x}}{{n}},{{/x}}", "{\"x\":[{\"n\":1},{\"n\":2}]}",
		  "1,2," },
		{ "inside an object", "{{#a}}{{b}}{{c}}{{/a}}", "{\"a\":{\"b\":1},\"c\":2}", "12" },
		{ "the inner name hides the outer", "{{#a}}{{b}}{{/a}}",
		  "{\"a\":{\"b\":1},\"b\":2}", "1" },
		{ "a broken dotted name looks no further", "[{{#a}}{{b.c}}{{/a}}]",
		  "{\"a\":{\"b\":{}},\"b\":{\"c\":1}}", "[]" },
		{ "lists in lists", "{{#x}}({{#.}}{{.}}{{/.}}){{/x}}", "{\"x\":[[1,2],[3]]}",
		  "(12)(3)" },
		{ "the same name inside", "{{#x}}a{{#x}}b{{/x}}{{/x}}", "{\"x\":true}", "ab" },
		{ "dotted", "{{#a.b}}yes{{/a.b}}", "{\"a\":{\"b\":1}}", "yes" },
		{ "inverted for false", "{{^x}}no{{/x}}", "{\"x\":false}", "no" },
		{ "inverted when missing", "{{^x}}no{{/x}}", "{}", "no" },
		{ "inverted for an empty list", "{{^x}}no{{/x}}", "{\"x\":[]}", "no" },
		{ "not inverted for a text", "{{^x}}no{{/x}}", "{\"x\":\"a\"}", "" },
		{ "a line of its own goes", "a\n  {{#x}}  \nb\n{{/x}}\nc", "{\"x\":true}",
		  "a\nb\nc" },
		{ "with CRLF too", "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\n", "{\"x\":true}", "a\r\nb\r\n" },
		{ "at the very end", "{{#x}}\nb\n  {{/x}}", "{\"x\":true}", "b\n" },
		{ "two on a line stay", "{{#x}} {{/x}}\n", "{\"x\":true}", " \n" },
		{ "with other text the line stays", "- {{#x}}\nb{{/x}}\n", "{\"x\":true}",
		  "- \nb\n" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void test_comments_delimiters(void)
{
	static const Row rows[] = {
		{ "a comment", "a{{! never shown }}b", "{}", "ab" },
		{ "a comment of several lines", "a\n{{! one\n two }}\nb", "{}", "a\nb" },
		{ "other delimiters", "{{=<% %>=}}<%x%>{{x}}", "{\"x\":1}", "1{{x}}" },
		{ "and back", "{{=| |=}}|x||={{ }}=|{{x}}", "{\"x\":1}", "11" },
		{ "with blanks", "{{= | |  =}}|x|", "{\"x\":1}", "1" },
		{ "on a line of their own", "a\n{{=| |=}}\n|x|", "{\"x\":1}", "a\n1" },
		{ "sections with them", "{{=| |=}}|#x||.||/x|", "{\"x\":[1,2]}", "12" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void test_partials(void)
{
	static const Row rows[] = {
		{ "a partial", "<{{>p}}>", "{\"partials\":{\"p\":\"{{x}}\"},\"x\":1}", "<1>" },
		{ "a missing one is nothing", "<{{>p}}>", "{}", "<>" },
		{ "sees the data around it", "{{#l}}{{>p}}{{/l}}",
		  "{\"partials\":{\"p\":\"{{.}};\"},\"l\":[1,2]}", "1;2;" },
		{ "keeps to the delimiters of its own", "{{=| |=}}|>p|",
		  "{\"partials\":{\"p\":\"{{x}}|x|\"},\"x\":1}", "1|x|" },
		{ "on a line of its own is indented", "a\n  {{>p}}\nb",
		  "{\"partials\":{\"p\":\"1\\n2\\n\"}}", "a\n  1\n  2\nb" },
		{ "what is filled in is not", " {{>p}}\n",
		  "{\"partials\":{\"p\":\"{{{x}}}\\n\"},\"x\":\"1\\n2\"}", " 1\n2\n" },
		{ "within a line is not", "a {{>p}}\n", "{\"partials\":{\"p\":\"1\\n2\"}}",
		  "a 1\n2\n" },
		{ "within itself", "{{>p}}",
		  "{\"partials\":{\"p\":\"{{n}}{{#c}}({{>p}}){{/c}}\"},\"n\":1,\"c\":{\"n\":2,\"c\":false}}",
		  "1(2)" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void test_mistakes(void)
{
	static const struct {
		const char *what, *source, *message;
	} rows[] = {
		{ "a tag without end", "a\nb {{x", "t:2:3: this tag has no end; expected \"}}\"" },
		{ "three braces without end", "{{{x}}",
		  "t:1:1: this tag has no end; expected \"}}}\"" },
		{ "an open section", "\303\251{{#x}}a", "t:1:2: the section \"x\" is never ended" },
		{ "an inner open section", "{{#x}}{{#y}}{{/x}}",
		  "t:1:13: \"x\" ends here, but \"y\" is open" },
		{ "an end without start", "{{/x}}", "t:1:1: \"x\" ends here, but did not start" },
		{ "no name", "{{}}", "t:1:1: expected a name, not \"\"" },
		{ "two names", "{{a b}}", "t:1:1: expected a name, not \"a b\"" },
		{ "one delimiter", "{{=x=}}", "t:1:1: expected two delimiters, not \"x\"" },
		{ "three delimiters", "{{=x y z=}}",
		  "t:1:1: expected two delimiters, not \"x y z\"" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Mustache) mustache = mustache_new("t", rows[i].source, &error);

		g_test_message("%s", rows[i].what);
		g_assert_null(mustache);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_assert_cmpstr(error->message, ==, rows[i].message);
	}
}

static void test_limits(void)
{
	static const struct {
		const char *what, *source, *json;
	} rows[] = {
		{ "a partial that is wrong", "{{>p}}", "{\"partials\":{\"p\":\"{{#x}}\"}}" },
		{ "a partial without end", "{{>p}}", "{\"partials\":{\"p\":\"a{{>p}}\"}}" },
		{ "partials that double", "{{>p}}",
		  "{\"partials\":{\"p\":\"{{#l}}{{>q}}{{/l}}\","
		  "\"q\":\"{{#l}}{{>p}}{{/l}}\"},\"l\":[1,2]}" },
	};
	g_autofree char *large = g_strnfill(1024 * 1024, 'x');
	g_autofree char *json = g_strdup_printf("{\"l\":[1,2,3,4,5],\"x\":\"%s\"}", large);
	g_autoptr(GError) error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) why = NULL;

		g_test_message("%s", rows[i].what);
		g_assert_null(render(rows[i].source, MUSTACHE_HTML, rows[i].json, &why));
		g_assert_error(why, DESK_ERROR, DESK_ERROR_DATA);
	}
	g_assert_null(render("{{#l}}{{x}}{{/l}}", MUSTACHE_HTML, json, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mustache/values", test_values);
	g_test_add_func("/mustache/sections", test_sections);
	g_test_add_func("/mustache/comments-delimiters", test_comments_delimiters);
	g_test_add_func("/mustache/partials", test_partials);
	g_test_add_func("/mustache/mistakes", test_mistakes);
	g_test_add_func("/mustache/limits", test_limits);
	return g_test_run();
}
