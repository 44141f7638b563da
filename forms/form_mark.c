/* form_mark.c - how a mail says which form it is. */
#include "forms/form_fill.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "forms/fold.h"
#include "forms/form_labels.h"
#include "forms/form_words.h"

#define MARK_LINES 3 /* the first line of a template may be wrapped over so many */
#define MARK_BYTES 600

/* The form whose id stands in the last pair of open and close of folded text. */
static const Form *form_in(const Forms *forms, const char *text, char open, char close)
{
	for (const char *end = text + strlen(text); end > text;) {
		const char *last = g_strrstr_len(text, end - text, (char[]){ close, '\0' });
		const char *first =
			last ? g_strrstr_len(text, last - text, (char[]){ open, '\0' }) : NULL;

		if (first == NULL)
			return NULL;
		g_autofree char *inside = g_strndup(first + 1, (gsize)(last - first - 1));
		const Form *form = forms_find(forms, g_strstrip(inside));

		if (form != NULL)
			return form;
		end = first;
	}
	return NULL;
}

/* The language whose word for "form" stands before the separator of line, and what
 * stands behind it; NULL when it is no such line. */
static const char *mark_value(const char *line, Language *ret_language)
{
	const char *words = line_words(line);

	if (g_ascii_strncasecmp(words, "form", 4) != 0)
		return NULL;
	gsize length = strspn(words, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	const char *rest = words + length + strspn(words + length, " *_\t");
	g_autofree char *name = g_strndup(words, length);

	if (*rest == '\0' || strchr(":=-|", *rest) == NULL) {
		if (words[length] != '\t')
			return NULL;
		rest--;
	}
	for (int i = 0; i < LANGUAGES; i++)
		if (g_ascii_strcasecmp(form_words(i)->form, name) == 0) {
			*ret_language = i;
			return rest + 1 + strspn(rest + 1, " *_\t");
		}
	return NULL;
}

static const char *line_behind_quotes(const char *line)
{
	return line + strspn(line, " \t>");
}

/* value and the lines below it, as they may belong to it. */
static const Form *form_of_value(const Forms *forms, const char *value, char **lines, bool by_title)
{
	g_autoptr(GString) text = g_string_new(value);

	for (guint i = 0; i < MARK_LINES && text->len < MARK_BYTES; i++) {
		const Form *form = by_title ? forms_by_name(forms, text->str, NULL)
					    : form_in(forms, text->str, '(', ')');

		if (form != NULL || lines[i] == NULL || *line_behind_quotes(lines[i]) == '\0')
			return form;
		bool hyphen = text->len > 0 && text->str[text->len - 1] == '-';

		g_string_append_printf(text, "%s%s", hyphen ? "" : " ",
				       line_behind_quotes(lines[i]));
	}
	return NULL;
}

/* The form of the first line that names one by "(id)", or by title. */
static const Form *form_of_lines(const Forms *forms, char **lines, bool by_title,
				 Language *ret_language)
{
	for (guint i = 0; lines[i] != NULL; i++) {
		Language language;
		const char *value = mark_value(line_behind_quotes(lines[i]), &language);
		const Form *form =
			value ? form_of_value(forms, value, lines + i + 1, by_title) : NULL;

		if (form != NULL) {
			*ret_language = language;
			return form;
		}
	}
	return NULL;
}

const Form *forms_marked(const Forms *forms, const char *subject, const char *text,
			 Language *ret_language)
{
	const char *body = text ? text : "";
	g_autofree char *valid =
		g_utf8_make_valid(body, (gssize)MIN(strlen(body), MAIL_TEXT_BYTES));
	g_autofree char *folded = fold_plain(valid);
	g_autofree char *valid_subject = g_utf8_make_valid(subject ? subject : "", -1);
	g_autofree char *folded_subject = fold_plain(valid_subject);
	g_auto(GStrv) lines = g_strsplit(folded, "\n", -1);
	Language language = LANGUAGE_NONE;
	const Form *form = form_of_lines(forms, lines, false, &language);

	if (form == NULL)
		form = form_in(forms, folded_subject, '[', ']');
	if (form == NULL ||
	    language == LANGUAGE_NONE) { /* the language of the line counts in any case */
		const Form *titled = form_of_lines(forms, lines, true, &language);

		form = form ? form : titled;
	}
	if (form != NULL && ret_language != NULL)
		*ret_language = language;
	return form;
}
