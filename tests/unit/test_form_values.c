/* test_form_values.c - every spelling of every type of value, and the broken ones. */
#include <locale.h>
#include <string.h>

#include "forms/field_type.h"

typedef struct Row {
	const char *what, *type, *typed, *plain, *code; /* plain or code */
} Row;

static const Row rows[] = {
	{ "slashes", "date", "1/2/2027", "2027-02-01", NULL },
	{ "dashes", "date", "01-02-2027", "2027-02-01", NULL },
	{ "dots, two digits", "date", "1.2.27", "2027-02-01", NULL },
	{ "two digits of the last century", "date", "30.7.85", "1985-07-30", NULL },
	{ "69 is to come", "date", "1/1/69", "2069-01-01", NULL },
	{ "70 is past", "date", "1/1/70", "1970-01-01", NULL },
	{ "ISO", "date", "2027-02-01", "2027-02-01", NULL },
	{ "ISO with slashes", "date", "2027/02/01", "2027-02-01", NULL },
	{ "nl", "date", "1 februari 2027", "2027-02-01", NULL },
	{ "fr, first day", "date", "1er février 2027", "2027-02-01", NULL },
	{ "fr without accents", "date", "1er FEVRIER 2027", "2027-02-01", NULL },
	{ "de", "date", "1. Februar 2027", "2027-02-01", NULL },
	{ "de, umlaut", "date", "3. März 2027", "2027-03-03", NULL },
	{ "de, umlaut spelled out", "date", "3. Maerz 2027", "2027-03-03", NULL },
	{ "en", "date", "1 February 2027", "2027-02-01", NULL },
	{ "en, month first", "date", "February 1, 2027", "2027-02-01", NULL },
	{ "en, ordinal", "date", "February 1st, 2027", "2027-02-01", NULL },
	{ "en, of", "date", "the 2nd of February 2027", "2027-02-02", NULL },
	{ "abbreviated with a dot", "date", "1 févr. 2027", "2027-02-01", NULL },
	{ "abbreviated", "date", "1 feb 2027", "2027-02-01", NULL },
	{ "abbreviated, joined", "date", "1-Feb-2027", "2027-02-01", NULL },
	{ "august in French", "date", "15 août 2027", "2027-08-15", NULL },
	{ "weekday nl", "date", "maandag 1 februari 2027", "2027-02-01", NULL },
	{ "weekday fr", "date", "lundi, 1er février 2027", "2027-02-01", NULL },
	{ "weekday de", "date", "Montag, den 1. Februar 2027", "2027-02-01", NULL },
	{ "weekday en", "date", "Mon 1 Feb 2027", "2027-02-01", NULL },
	{ "en dashes", "date", "01–02–2027", "2027-02-01", NULL },
	{ "no-break hyphens", "date",
	  "01\xe2\x80\x91"
	  "02\xe2\x80\x91"
	  "2027",
	  "2027-02-01", NULL },
	{ "no-break blanks", "date",
	  "1\xc2\xa0"
	  "februari\xe2\x80\xaf"
	  "2027",
	  "2027-02-01", NULL },
	{ "blanks around", "date", "  1 / 2 / 2027  ", "2027-02-01", NULL },
	{ "full stop", "date", "1/2/2027.", "2027-02-01", NULL },
	{ "bold", "date", "*1/2/2027*", "2027-02-01", NULL },
	{ "zero-width mark", "date", "1/2/2027\xe2\x80\x8b", "2027-02-01", NULL },
	{ "fullwidth digits", "date", "１/２/２０２７", "2027-02-01", NULL },
	{ "leap day", "date", "29/2/2028", "2028-02-29", NULL },
	{ "30 February", "date", "30/2/2027", NULL, "impossible-date" },
	{ "30 February in words", "date", "30 februari 2027", NULL, "impossible-date" },
	{ "no leap year", "date", "29/2/2027", NULL, "impossible-date" },
	{ "month 13", "date", "1/13/2027", NULL, "impossible-date" },
	{ "day 0", "date", "0/1/2027", NULL, "impossible-date" },
	{ "year 0", "date", "1/1/0000", NULL, "impossible-date" },
	{ "American", "date", "2/28/2027", NULL, "impossible-date" },
	{ "no year", "date", "1 februari", NULL, "not-a-date" },
	{ "no day", "date", "februari 2027", NULL, "not-a-date" },
	{ "two dates", "date", "1/2/2027 - 3/4/2027", NULL, "not-a-date" },
	{ "a word more", "date", "1/2/2027 ongeveer", NULL, "not-a-date" },
	{ "words", "date", "volgende week", NULL, "not-a-date" },
	{ "five digits", "date", "1/2/20227", NULL, "not-a-date" },
	{ "three digits of year", "date", "1/2/202", NULL, "not-a-date" },
	{ "nothing but marks", "date", "//", NULL, "not-a-date" },
	{ "nl", "month", "februari 2027", "2027-02", NULL },
	{ "fr", "month", "Août 2027", "2027-08", NULL },
	{ "figures", "month", "02/2027", "2027-02", NULL },
	{ "plain", "month", "2027-02", "2027-02", NULL },
	{ "year first", "month", "2027 februari", "2027-02", NULL },
	{ "short year", "month", "2/27", "2027-02", NULL },
	{ "with a day", "month", "15/2/2027", "2027-02", NULL },
	{ "month 13", "month", "13/2027", NULL, "impossible-date" },
	{ "no year", "month", "februari", NULL, "not-a-date" },
	{ "plain", "year", "2026", "2026", NULL },
	{ "short", "year", "26", "2026", NULL },
	{ "two years", "year", "2026-2027", NULL, "not-a-date" },
	{ "far away", "year", "9999", NULL, "impossible-date" },
	{ "plain", "number", "3", "3", NULL },
	{ "half", "number", "2,5", "2.5", NULL },
	{ "unit nl", "number", "2 dagen per week", "2", NULL },
	{ "unit fr", "number", "2 jours par semaine", "2", NULL },
	{ "in words", "number", "twee", "2", NULL },
	{ "in words with unit", "number", "zwei Tage", "2", NULL },
	{ "below nothing", "number", "-1", NULL, "too-small" },
	{ "two numbers", "number", "2 of 3", NULL, "not-a-number" },
	{ "words", "number", "veel", NULL, "not-a-number" },
	{ "twelve digits and more", "number", "99999999999999999999", NULL, "not-a-number" },
	{ "nl", "amount", "1.234,56", "1234.56", NULL },
	{ "fr", "amount", "1 234,56 €", "1234.56", NULL },
	{ "narrow blanks", "amount",
	  "1\xe2\x80\xaf"
	  "234,56\xc2\xa0€",
	  "1234.56", NULL },
	{ "en", "amount", "€ 1,234.56", "1234.56", NULL },
	{ "ch", "amount", "1'234.56", "1234.56", NULL },
	{ "smart apostrophe", "amount", "1’234.56", "1234.56", NULL },
	{ "plain", "amount", "1234.56", "1234.56", NULL },
	{ "no cents", "amount", "1234", "1234.00", NULL },
	{ "one decimal", "amount", "12,5", "12.50", NULL },
	{ "thousands", "amount", "1.234", "1234.00", NULL },
	{ "millions", "amount", "1.234.567,89 EUR", "1234567.89", NULL },
	{ "round", "amount", "250,- euro", "250.00", NULL },
	{ "currency word", "amount", "EUR 250", "250.00", NULL },
	{ "three decimals", "amount", "1,2345", NULL, "not-an-amount" },
	{ "groups of two", "amount", "1.23.45", NULL, "not-an-amount" },
	{ "two amounts", "amount", "100 of 200", NULL, "not-an-amount" },
	{ "words", "amount", "veel geld", NULL, "not-an-amount" },
	{ "sign", "percentage", "50 %", "50", NULL },
	{ "decimals of nothing", "percentage", "50,0 %", "50", NULL },
	{ "decimals", "percentage", "12,5%", "12.5", NULL },
	{ "bare", "percentage", "50", "50", NULL },
	{ "word nl", "percentage", "50 procent", "50", NULL },
	{ "word fr", "percentage", "50 pour cent", "50", NULL },
	{ "word de", "percentage", "50 Prozent", "50", NULL },
	{ "exact fraction", "percentage", "1/2", "50", NULL },
	{ "half-time", "percentage", "halftijds", "50", NULL },
	{ "four fifths", "percentage", "4/5", "80", NULL },
	{ "a third", "percentage", "1/3", NULL, "not-a-percentage" },
	{ "too much", "percentage", "150 %", NULL, "too-large" },
	{ "words", "percentage", "de helft min iets", NULL, "not-a-percentage" },
	{ "figures", "fraction", "1/5", "1/5", NULL },
	{ "with blanks", "fraction", "4 / 5", "4/5", NULL },
	{ "ordinal", "fraction", "1/5de", "1/5", NULL },
	{ "as time", "fraction", "1/2-tijds", "1/2", NULL },
	{ "per cent", "fraction", "20 %", "1/5", NULL },
	{ "decimal", "fraction", "0,2", "1/5", NULL },
	{ "reduced", "fraction", "2/10", "1/5", NULL },
	{ "one sign", "fraction", "½", "1/2", NULL },
	{ "nl", "fraction", "een vijfde", "1/5", NULL },
	{ "nl, four", "fraction", "vier vijfde", "4/5", NULL },
	{ "fr", "fraction", "un cinquième", "1/5", NULL },
	{ "fr, four", "fraction", "quatre cinquièmes", "4/5", NULL },
	{ "de", "fraction", "ein Fünftel", "1/5", NULL },
	{ "de, joined", "fraction", "Vierfünftel", "4/5", NULL },
	{ "en", "fraction", "one fifth", "1/5", NULL },
	{ "half nl", "fraction", "halftijds", "1/2", NULL },
	{ "half fr", "fraction", "à mi-temps", "1/2", NULL },
	{ "half de", "fraction", "Halbzeit", "1/2", NULL },
	{ "half en", "fraction", "half-time", "1/2", NULL },
	{ "half", "fraction", "de helft", "1/2", NULL },
	{ "a third", "fraction", "un tiers", "1/3", NULL },
	{ "full", "fraction", "voltijds", "1/1", NULL },
	{ "more than one", "fraction", "6/5", NULL, "not-a-fraction" },
	{ "nothing", "fraction", "0 %", NULL, "not-a-fraction" },
	{ "divided by nothing", "fraction", "1/0", NULL, "not-a-fraction" },
	{ "words", "fraction", "een stukje", NULL, "not-a-fraction" },
	{ "nl", "yes-no", "Ja", "yes", NULL },
	{ "fr", "yes-no", "oui", "yes", NULL },
	{ "polite", "yes-no", "ja, graag", "yes", NULL },
	{ "de", "yes-no", "Nein", "no", NULL },
	{ "nl", "yes-no", "neen", "no", NULL },
	{ "one letter", "yes-no", "n", "no", NULL },
	{ "both", "yes-no", "ja of nee", NULL, "not-yes-or-no" },
	{ "neither", "yes-no", "misschien", NULL, "not-yes-or-no" },
	{ "dots", "national-number", "85.07.30-033.28", "85073003328", NULL },
	{ "digits", "national-number", "85073003328", "85073003328", NULL },
	{ "wrong check", "national-number", "85.07.30-033.29", NULL, "wrong-national-number" },
	{ "ten digits", "national-number", "85.07.30-033.2", NULL, "wrong-national-number" },
	{ "zeros", "national-number", "00000000097", NULL, "wrong-national-number" },
	{ "letters", "national-number", "onbekend", NULL, "wrong-national-number" },
	{ "blanks", "iban", "be68 5390 0754 7034", "BE68539007547034", NULL },
	{ "word before", "iban", "IBAN: BE68 5390 0754 7034", "BE68539007547034", NULL },
	{ "Dutch", "iban", "NL91ABNA0417164300", "NL91ABNA0417164300", NULL },
	{ "French", "iban", "FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606",
	  NULL },
	{ "wrong check", "iban", "BE68 5390 0754 7035", NULL, "wrong-iban" },
	{ "too short for its country", "iban", "BE68 5390 0754 703", NULL, "wrong-iban" },
	{ "no country", "iban", "XX68 5390 0754 7034", NULL, "wrong-iban" },
	{ "old account number", "iban", "539-0075470-34", NULL, "wrong-iban" },
	{ "nothing", "iban", "?", NULL, "wrong-iban" },
	{ "plain", "email", "Ann@X.example", "ann@x.example", NULL },
	{ "with name", "email", "Ann <ann@x.example>", "ann@x.example", NULL },
	{ "as a link", "email", "ann@x.example <mailto:ann@x.example>", "ann@x.example", NULL },
	{ "two", "email", "ann@x.example, bob@x.example", NULL, "not-an-address" },
	{ "none", "email", "ann at x", NULL, "not-an-address" },
	{ "national", "telephone", "02/123.45.67", "021234567", NULL },
	{ "international", "telephone", "+32 (0)2 123 45 67", "+3221234567", NULL },
	{ "two zeros", "telephone", "0032 2 123 45 67", "+3221234567", NULL },
	{ "too short", "telephone", "12", NULL, "not-a-telephone" },
	{ "words", "telephone", "bel mij thuis", NULL, "not-a-telephone" },
	{ "trimmed", "person", "  12345678 ", "12345678", NULL },
	{ "name", "person", "Jan\xc2\xa0Peeters", "Jan Peeters", NULL },
	{ "one line", "text", " Rue de\n l’Église  12 ", "Rue de l’Église 12", NULL },
	{ "two lines", "lines", " a\n\n b ", "a\n\n b", NULL },
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		FormField field = { .type = field_type_find(rows[i].type) };
		g_autofree char *plain = NULL;

		g_test_message("%s: %s: \"%s\"", rows[i].type, rows[i].what, rows[i].typed);
		const char *code = field_read(&field, rows[i].typed, &plain);

		g_assert_cmpstr(code, ==, rows[i].code);
		g_assert_cmpstr(plain, ==, rows[i].plain);
	}
}

/* One whose two last digits are right for those who were born from 2000 on. */
static void test_national_number_of_2000(void)
{
	FormField field = { .type = field_type_find("national-number") };
	guint check = 97 - (guint)((2000000000u + 10125567u) % 97);
	g_autofree char *number = g_strdup_printf("%09u%02u", 10125567u, check);
	g_autofree char *plain = NULL;

	g_assert_null(field_read(&field, number, &plain));
	g_assert_cmpstr(plain, ==, number);
}

static void test_limits(void)
{
	static const struct {
		const char *type, *min, *max, *typed, *code;
	} limits[] = {
		{ "number", "1", "5", "1", NULL },
		{ "number", "1", "5", "6", "too-large" },
		{ "number", "1", "5", "0,5", "too-small" },
		{ "amount", NULL, "100", "100,01", "too-large" },
		{ "date", "2020-01-01", NULL, "31/12/2019", "too-small" },
		{ "date", NULL, "2030-12-31", "1 januari 2031", "too-large" },
		{ "text", NULL, "5", "é é é", NULL },
		{ "text", NULL, "5", "zes666", "too-long" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
		FormField field = { .type = field_type_find(limits[i].type),
				    .min = (char *)limits[i].min,
				    .max = (char *)limits[i].max };
		g_autofree char *plain = NULL;

		g_assert_cmpstr(field_read(&field, limits[i].typed, &plain), ==, limits[i].code);
	}
	g_assert_true(field_type_accepts_limit(field_type_find("date"), "2027-02-01"));
	g_assert_false(field_type_accepts_limit(field_type_find("date"), "1/2/2027"));
	g_assert_false(field_type_accepts_limit(field_type_find("choice"), "1"));
	g_assert_false(field_type_accepts_limit(field_type_find("number"), "1,5"));
}

static FormField *choice_field(FormChoice choices[3])
{
	FormField *field = g_new0(FormField, 1);

	field->type = field_type_find("choice");
	field->choices = g_ptr_array_new();
	for (guint i = 0; i < 3; i++) {
		choices[i].aliases = g_ptr_array_new();
		g_ptr_array_add(field->choices, &choices[i]);
	}
	g_ptr_array_add(choices[2].aliases, "1/5");
	return field;
}

static void test_choice(void)
{
	FormChoice choices[3] = {
		{ .id = "full", .label = { "Voltijds", "Temps plein", "Vollzeit", "Full-time" } },
		{ .id = "half", .label = { "Halftijds", "Mi-temps", "Halbzeit", "Half-time" } },
		{ .id = "fifth",
		  .label = { "Een vijfde", "Un cinquième", "Ein Fünftel", "One fifth" } },
	};
	static const struct {
		const char *typed, *id;
	} typed[] = {
		{ "voltijds", "full" },
		{ "TEMPS PLEIN", "full" },
		{ "mi temps", "half" },
		{ "un cinquieme", "fifth" },
		{ "Fünftel", NULL },
		{ "1/5", "fifth" },
		{ "half", "half" },
		{ "halftijds, graag", "half" },
		{ "niet halftijds", NULL },
		{ "*Halftijds*.", "half" },
		{ "", NULL },
		{ "voltijds of halftijds", NULL },
		{ "half\xc2\xad"
		  "tijds",
		  "half" },
	};
	FormField *field = choice_field(choices);

	for (gsize i = 0; i < G_N_ELEMENTS(typed); i++) {
		g_autofree char *plain = NULL;
		const char *code = field_read(field, typed[i].typed, &plain);

		g_assert_cmpstr(plain, ==, typed[i].id);
		g_assert_cmpstr(code, ==, typed[i].id ? NULL : "unknown-choice");
	}
	for (guint i = 0; i < 3; i++)
		g_ptr_array_unref(choices[i].aliases);
	g_ptr_array_unref(field->choices);
	g_free(field);
}

static void test_nothing(void)
{
	static const char *const nothing[] = { "n.v.t.", "Sans objet", "s.o.", "entfällt",
					       "N/A",    "geen",       "néant" };

	for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++)
		g_assert_true(field_says_nothing(nothing[i]));
	g_assert_false(field_says_nothing("1/2/2027"));
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/values/spellings", test_rows);
	g_test_add_func("/values/national-number-2000", test_national_number_of_2000);
	g_test_add_func("/values/limits", test_limits);
	g_test_add_func("/values/choice", test_choice);
	g_test_add_func("/values/nothing", test_nothing);
	return g_test_run();
}
