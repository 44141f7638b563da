/* test_national_number.c - eleven digits, however they are written, and whether they check. */
#include <glib.h>

#include "common/national_number.h"

static const struct {
	const char *text, *digits; /* NULL: not eleven */
	bool is_one;
} rows[] = {
	{ "85073003328", "85073003328", true },
	{ "85.07.30-033.28", "85073003328", true },
	{ "85/07/30 033 28", "85073003328", true },
	{ "00.01.25-567.77", "00012556777", true }, /* from 2000 on */
	{ "85273003371", "85273003371", true },     /* bis numbers */
	{ "85473003317", "85473003317", true },
	{ "85000000138", "85000000138", true }, /* a birthday that nobody knows */
	{ "85073003329", "85073003329", false },
	{ "85673003360", "85673003360", false }, /* month 67, 13; day 32 */
	{ "85133003370", "85133003370", false },
	{ "85073203365", "85073203365", false },
	{ "00000000097", "00000000097", false },
	{ "8507300332", NULL, false },
	{ "850730033280", NULL, false },
	{ "85073003328x", NULL, false },
	{ "+5073003328", NULL, false },
	{ "85,07,30,033,28", NULL, false },
	{ "\xef\xbc\x98"
	  "5073003328",
	  NULL, false }, /* a full-width 8 */
	{ "", NULL, false },
	{ " .-/", NULL, false },
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *digits = national_number_digits(rows[i].text);

		g_test_message("\"%s\"", rows[i].text);
		g_assert_cmpstr(digits, ==, rows[i].digits);
		g_assert_cmpint(digits != NULL && national_number_is_one(digits), ==,
				rows[i].is_one);
	}
}

/* What is not in its plain form is none. */
static void test_plain_form(void)
{
	g_assert_false(national_number_is_one("85.07.30-033.28"));
	g_assert_false(national_number_is_one(" 5073003328"));
	g_assert_false(national_number_is_one("850730033280"));
	g_assert_false(national_number_is_one(""));
}

int main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/national-number/rows", test_rows);
	g_test_add_func("/national-number/plain-form", test_plain_form);
	return g_test_run();
}
