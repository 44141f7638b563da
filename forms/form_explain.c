/* form_explain.c - where to go with a request that belongs to another application, and why. */
#include "forms/form_write.h"

#include <string.h>

/* ", or by telephone: {telephone}" loses what stands before a place that has no value. */
static void without_place(GString *text, const char *place)
{
	static const char *const before[] = { "\u00a0: ", "\u202f: ", " : ", ": " };

	for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
		g_autofree char *whole = g_strconcat(before[i], place, NULL);

		g_string_replace(text, whole, "", 0);
	}
}

static void fill(GString *text, const char *place, const char *value)
{
	if (value == NULL)
		without_place(text, place);
	g_string_replace(text, place, value != NULL ? value : "", 0);
}

char *form_explanation(const Form *form, Language language, const char *name, const char *url,
		       const char *telephone)
{
	GString *text;

	if (form->explanation[language] == NULL)
		return NULL;
	text = g_string_new(form->explanation[language]);
	fill(text, "{name}", name);
	fill(text, "{url}", url);
	fill(text, "{telephone}", telephone);
	return g_string_free(text, FALSE);
}
