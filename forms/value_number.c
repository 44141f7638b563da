/* value_number.c - numbers and amounts, with the separators of four languages. */
#include "forms/value.h"

#include <string.h>

#define DIGITS 12 /* before the decimal mark */

/* Where the decimal mark of text stands, or NULL.  One mark alone that three
 * digits follow divides thousands: "1.234"; a comma does so in amounts only. */
static const char *decimal_mark(const char *text, bool is_amount)
{
	const char *dot = strrchr(text, '.'), *comma = strrchr(text, ',');

	if (dot != NULL && comma != NULL)
		return MAX(dot, comma);
	const char *mark = dot ? dot : comma;

	if (mark == NULL ||
	    strchr(text, *mark) != mark) /* none, or several of one kind: thousands */
		return NULL;
	bool groups = strspn(mark + 1, "0123456789") == 3 && mark[4] == '\0' && mark > text &&
		      mark - text <= 3 && text[0] != '0';

	return groups && (*mark == '.' || is_amount) ? NULL : mark;
}

/* The digits of [from, to) without their separators, which stand before groups of
 * three; false when anything else is there. */
static bool digits_read(const char *from, const char *to, GString *out)
{
	char separator = '\0';
	gsize run = 0;

	for (const char *p = from; p < to; p++) {
		if (g_ascii_isdigit(*p)) {
			g_string_append_c(out, *p);
			run++;
			continue;
		}
		if (strchr(". ,'", *p) == NULL || run == 0 ||
		    (separator != '\0' && (*p != separator || run != 3)) || run > 3)
			return false;
		separator = *p;
		run = 0;
	}
	return (separator == '\0' || run == 3) && out->len > 0;
}

char *decimal_read(const char *folded, bool is_amount)
{
	bool negative = folded[0] == '-';
	const char *text = folded + (negative || folded[0] == '+' ? 1 : 0);
	const char *mark = decimal_mark(text, is_amount), *end = text + strlen(text);
	g_autoptr(GString) whole = g_string_new(NULL);
	g_autoptr(GString) part = g_string_new(NULL);

	if (mark == text) /* ",5" */
		g_string_append_c(whole, '0');
	else if (!digits_read(text, mark ? mark : end, whole))
		return NULL;
	if (mark != NULL) {
		if (mark[1] == '\0' || strspn(mark + 1, "0123456789") != strlen(mark + 1))
			return NULL;
		g_string_append(part, mark + 1);
	}
	while (whole->len > 1 && whole->str[0] == '0')
		g_string_erase(whole, 0, 1);
	while (part->len > 0 && part->str[part->len - 1] == '0')
		g_string_truncate(part, part->len - 1);
	if (whole->len > DIGITS || part->len > DIGITS)
		return NULL;
	if (strcmp(whole->str, "0") == 0 && part->len == 0)
		negative = false;
	return g_strdup_printf("%s%s%s%s", negative ? "-" : "", whole->str,
			       part->len > 0 ? "." : "", part->str);
}

/* Takes each of a NULL-ended list off the end of text, in its order, once. */
static void strip_endings(char *text, const char *const *endings)
{
	for (; *endings != NULL; endings++)
		if (g_str_has_suffix(text, *endings)) {
			text[strlen(text) - strlen(*endings)] = '\0';
			g_strchomp(text);
		}
}

const char *value_read_number(const FormField *field, const char *typed, char **ret_plain)
{
	static const char *const words[][5] = {
		{ "een", "un", "ein", "one", NULL },        { "twee", "deux", "zwei", "two", NULL },
		{ "drie", "trois", "drei", "three", NULL }, { "vier", "quatre", "four", NULL },
		{ "vijf", "cinq", "funf", "five", NULL },
	};
	static const char *const units[] = { "per week",   "a week", "par semaine", "pro woche",
					     "in de week", "week",   "dagen",       "dag",
					     "jours",      "jour",   "tage",        "tag",
					     "days",       "day",    NULL };
	g_autofree char *folded = value_fold(typed);

	strip_endings(folded, units);
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (word_is_in(folded, words[i])) {
			*ret_plain = g_strdup_printf("%u", i + 1);
			return NULL;
		}
	g_autofree char *plain = decimal_read(folded, false);

	if (plain == NULL)
		return "not-a-number";
	*ret_plain = g_steal_pointer(&plain);
	return NULL;
}

const char *value_read_amount(const FormField *field, const char *typed, char **ret_plain)
{
	static const char *const currency[] = { "euros", "euro", "eur", "€", NULL };
	static const char *const round[] = { ",--", ",-", ".--", ".-", "--", "-", NULL };
	g_autofree char *folded = value_fold(typed);
	char *text = folded;

	for (guint i = 0; currency[i] != NULL; i++)
		if (g_str_has_prefix(text, currency[i])) {
			text = g_strchug(text + strlen(currency[i]));
			break;
		}
	strip_endings(text, currency);
	strip_endings(text, round);
	g_autofree char *plain = decimal_read(text, true);
	const char *mark = plain ? strchr(plain, '.') : NULL;

	if (plain == NULL || (mark != NULL && strlen(mark + 1) > 2))
		return "not-an-amount";
	gsize decimals = mark ? strlen(mark + 1) : 0;

	*ret_plain = g_strdup_printf("%s%s%s", plain, mark ? "" : ".",
				     decimals == 2   ? ""
				     : decimals == 1 ? "0"
						     : "00");
	return NULL;
}
