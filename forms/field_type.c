/* field_type.c - the table of field types, and the limits of a field. */
#include "forms/field_type.h"

#include <string.h>

#include "common/text.h"
#include "forms/fold.h"
#include "forms/value.h"

static const FieldType field_types[] = {
	{ "text", value_read_text, value_show_text, "too-long", "expected.text", ORDER_LENGTH, NULL,
	  "1000", true, false },
	{ "lines", value_read_lines, value_show_text, "too-long", "expected.lines", ORDER_LENGTH,
	  NULL, "60000", true, true },
	{ "date", value_read_date, value_show_date, "not-a-date", "expected.date", ORDER_TEXT, NULL,
	  NULL, false, false },
	{ "month", value_read_month, value_show_month, "not-a-date", "expected.month", ORDER_TEXT,
	  NULL, NULL, false, false },
	{ "year", value_read_year, value_show_text, "not-a-date", "expected.year", ORDER_TEXT, NULL,
	  NULL, false, false },
	{ "number", value_read_number, value_show_number, "not-a-number", "expected.number",
	  ORDER_NUMBER, "0", NULL, false, false },
	{ "amount", value_read_amount, value_show_amount, "not-an-amount", "expected.amount",
	  ORDER_NUMBER, "0", NULL, false, false },
	{ "percentage", value_read_percentage, value_show_percentage, "not-a-percentage",
	  "expected.percentage", ORDER_NUMBER, "0", "100", false, false },
	{ "fraction", value_read_fraction, value_show_text, "not-a-fraction", "expected.fraction",
	  ORDER_NONE, NULL, NULL, false, false },
	{ "choice", value_read_choice, value_show_choice, "unknown-choice", "expected.choice",
	  ORDER_NONE, NULL, NULL, false, false },
	{ "yes-no", value_read_yes_no, value_show_yes_no, "not-yes-or-no", "expected.yes-no",
	  ORDER_NONE, NULL, NULL, false, false },
	{ "national-number", value_read_national_number, value_show_national_number,
	  "wrong-national-number", "expected.national-number", ORDER_NONE, NULL, NULL, false,
	  false },
	{ "iban", value_read_iban, value_show_iban, "wrong-iban", "expected.iban", ORDER_NONE, NULL,
	  NULL, false, false },
	{ "email", value_read_email, value_show_text, "not-an-address", "expected.email",
	  ORDER_NONE, NULL, NULL, false, false },
	{ "telephone", value_read_telephone, value_show_text, "not-a-telephone",
	  "expected.telephone", ORDER_NONE, NULL, NULL, false, false },
	{ "person", value_read_text, value_show_text, "too-long", "expected.person", ORDER_LENGTH,
	  NULL, "200", true, false },
};

const FieldType *field_type_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(field_types); i++)
		if (strcmp(field_types[i].name, name) == 0)
			return &field_types[i];
	return NULL;
}

char *field_type_names(void)
{
	GString *names = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(field_types); i++)
		g_string_append_printf(names, "%s%s", i > 0 ? " " : "", field_types[i].name);
	return g_string_free(names, FALSE);
}

/* Below 0, 0 or above 0, as value lies below, at or above limit. */
static int value_compare(ValueOrder order, const char *value, const char *limit)
{
	double difference;

	switch (order) {
	case ORDER_TEXT:
		return strcmp(value, limit);
	case ORDER_NUMBER:
		difference = g_ascii_strtod(value, NULL) - g_ascii_strtod(limit, NULL);
		break;
	case ORDER_LENGTH:
		difference = (double)g_utf8_strlen(value, -1) - g_ascii_strtod(limit, NULL);
		break;
	default:
		return 0;
	}
	return difference < 0 ? -1 : difference > 0;
}

const char *field_read(const FormField *field, const char *typed, char **ret_plain)
{
	const FieldType *type = field->type;
	const char *min = field->min ? field->min : type->min;
	const char *max = field->max ? field->max : type->max;
	g_autofree char *plain = NULL;
	const char *code = type->read(field, typed, &plain);

	if (code != NULL)
		return code;
	if (min != NULL && value_compare(type->order, plain, min) < 0)
		return "too-small";
	if (max != NULL && value_compare(type->order, plain, max) > 0)
		return type->order == ORDER_LENGTH ? "too-long" : "too-large";
	*ret_plain = g_steal_pointer(&plain);
	return NULL;
}

bool field_type_accepts_limit(const FieldType *type, const char *text)
{
	static const FormField nothing = { 0 };
	g_autofree char *plain = NULL;

	switch (type->order) {
	case ORDER_TEXT:
		return type->read(&nothing, text, &plain) == NULL && strcmp(plain, text) == 0;
	case ORDER_NUMBER:
		plain = decimal_read(text, false);
		return plain != NULL && strcmp(plain, text) == 0;
	case ORDER_LENGTH:
		return *text != '\0' && strlen(text) <= 5 &&
		       strspn(text, "0123456789") == strlen(text);
	default:
		return false;
	}
}

bool field_says_nothing(const char *typed)
{
	static const char *const words[] = { "nvt",
					     "nietvantoepassing",
					     "geen",
					     "nihil",
					     "sansobjet",
					     "so",
					     "neant",
					     "aucun",
					     "aucune",
					     "na",
					     "entfallt",
					     "kein",
					     "keine",
					     "none",
					     "notapplicable",
					     "entfaellt",
					     "onbekend",
					     "inconnu",
					     "nichtzutreffend",
					     NULL };
	g_autofree char *folded = text_fold_tight(typed);

	return word_is_in(folded, words);
}
