/* value_show.c - plain values for people, in their language. */
#include "forms/value.h"

#include <stdio.h>
#include <string.h>

char *value_show_text(const FormField *field, const char *value, const Texts *texts,
		      Language language)
{
	return g_strdup(value);
}

static const char *month_name(const Texts *texts, Language language, guint month)
{
	g_autofree char *key = g_strdup_printf("month.%u", month);

	return texts_get(texts, language, key);
}

char *value_show_date(const FormField *field, const char *value, const Texts *texts,
		      Language language)
{
	guint year, month, day;

	if (sscanf(value, "%4u-%2u-%2u", &year, &month, &day) != 3 || month < 1 || month > 12)
		return g_strdup(value);
	g_autofree char *y = g_strdup_printf("%u", year);
	g_autofree char *d = g_strdup_printf("%u", day);

	return texts_say(texts, language, day == 1 ? "form.first-day" : "form.day", "day", d,
			 "month", month_name(texts, language, month), "year", y, NULL);
}

char *value_show_month(const FormField *field, const char *value, const Texts *texts,
		       Language language)
{
	guint year, month;

	if (sscanf(value, "%4u-%2u", &year, &month) != 2 || month < 1 || month > 12)
		return g_strdup(value);
	return g_strdup_printf("%s %u", month_name(texts, language, month), year);
}

/* The digits before the mark in groups of three, with the marks of the language. */
static char *show_decimal(const char *value, bool grouped, const Texts *texts, Language language)
{
	const char *mark = strchr(value, '.');
	gsize whole = mark ? (gsize)(mark - value) : strlen(value);
	GString *out = g_string_new(NULL);

	for (gsize i = 0; i < whole; i++) {
		if (grouped && i > 0 && (whole - i) % 3 == 0 && g_ascii_isdigit(value[i - 1]))
			g_string_append(out, texts_get(texts, language, "form.thousands"));
		g_string_append_c(out, value[i]);
	}
	if (mark != NULL)
		g_string_append_printf(out, "%s%s", texts_get(texts, language, "form.decimal"),
				       mark + 1);
	return g_string_free(out, FALSE);
}

char *value_show_number(const FormField *field, const char *value, const Texts *texts,
			Language language)
{
	return show_decimal(value, false, texts, language);
}

char *value_show_amount(const FormField *field, const char *value, const Texts *texts,
			Language language)
{
	g_autofree char *amount = show_decimal(value, true, texts, language);

	return texts_say(texts, language, "form.amount", "amount", amount, NULL);
}

char *value_show_percentage(const FormField *field, const char *value, const Texts *texts,
			    Language language)
{
	g_autofree char *number = show_decimal(value, false, texts, language);

	return texts_say(texts, language, "form.percentage", "number", number, NULL);
}

char *value_show_choice(const FormField *field, const char *value, const Texts *texts,
			Language language)
{
	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		if (strcmp(choice->id, value) == 0)
			return g_strdup(choice->label[language]);
	}
	return g_strdup(value);
}

char *value_show_yes_no(const FormField *field, const char *value, const Texts *texts,
			Language language)
{
	return g_strdup(
		texts_get(texts, language, strcmp(value, "yes") == 0 ? "word.yes" : "word.no"));
}

char *value_show_national_number(const FormField *field, const char *value, const Texts *texts,
				 Language language)
{
	if (strlen(value) != 11)
		return g_strdup(value);
	return g_strdup_printf("%.2s.%.2s.%.2s-%.3s.%.2s", value, value + 2, value + 4, value + 6,
			       value + 9);
}

char *value_show_iban(const FormField *field, const char *value, const Texts *texts,
		      Language language)
{
	GString *out = g_string_new(NULL);

	for (gsize i = 0; value[i] != '\0'; i++)
		g_string_append_printf(out, "%s%c", i > 0 && i % 4 == 0 ? " " : "", value[i]);
	return g_string_free(out, FALSE);
}
