/* form_lines.c - a mail's text as the lines that a template is read from. */
#include "forms/form_lines.h"

#include <string.h>

#include "common/text.h"
#include "forms/fold.h"

#define ROW_CELLS 50
#define HEADER_LINES 3 /* so many in a row, From and Subject among them, are a block */

static void line_free(void *data)
{
	TextLine *line = data;

	g_free(line->text);
	g_free(line);
}

/* line behind its quote marks: "> > " */
static const char *behind_quotes(const char *line)
{
	const char *p = line;

	for (;;) {
		p += strspn(p, " \t");
		if (*p != '>')
			break;
		line = ++p;
	}
	return line == p || p[-1] == ' ' ? p : line;
}

static void lines_add(GPtrArray *lines, const char *text, gsize length, guint width)
{
	TextLine *line = g_new0(TextLine, 1);

	while (length > 0 &&
	       text[length - 1] == ' ') /* a tab at the end divides a label from nothing */
		length--;
	line->text = g_strndup(text, length);
	line->width = width;
	line->blank = text[strspn(text, " \t")] == '\0' || length == 0;
	g_ptr_array_add(lines, line);
}

/* A row "Label<tab>value<tab>Label<tab>value" is cut before each label but the first. */
static void lines_add_row(GPtrArray *lines, const FormLabels *labels, const char *row, guint width)
{
	const char *start = row;
	guint cells = 0;

	for (const char *tab = strchr(row, '\t'); tab != NULL && cells < ROW_CELLS;
	     tab = strchr(tab + 1, '\t')) {
		LabelFound found;

		cells++;
		if (tab == start || !form_labels_find(labels, tab + 1, &found))
			continue;
		g_free(found.inside);
		if (found.bare && tab[1 + strcspn(tab + 1, "\t")] == '\0')
			continue;
		lines_add(lines, start, (gsize)(tab - start), width);
		start = tab + 1;
	}
	lines_add(lines, start, strlen(start), width);
}

/* 1 for the word of a sender, 2 for that of a subject, 4 for others of a header block. */
static guint header_word(const char *text)
{
	static const struct {
		const char *word;
		guint kind;
	} words[] = {
		{ "van", 1 },       { "from", 1 },        { "de", 1 },    { "von", 1 },
		{ "onderwerp", 2 }, { "subject", 2 },     { "objet", 2 }, { "betreff", 2 },
		{ "sujet", 2 },     { "verzonden", 4 },   { "sent", 4 },  { "envoye", 4 },
		{ "gesendet", 4 },  { "datum", 4 },       { "date", 4 },  { "aan", 4 },
		{ "to", 4 },        { "a", 4 },           { "an", 4 },    { "cc", 4 },
		{ "replyto", 4 },   { "organisatie", 4 },
	};
	const char *line = line_words(text), *colon = strchr(line, ':');

	if (colon == NULL || colon - line > 20)
		return 0;
	g_autofree char *name = g_strndup(line, (gsize)(colon - line));
	g_autofree char *folded = text_fold_tight(name);

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i].word, folded) == 0)
			return words[i].kind;
	return 0;
}

static void mark_headers(GPtrArray *lines)
{
	for (guint i = 0; i < lines->len;) {
		guint seen = 0, end = i, word;

		while (end < lines->len &&
		       (word = header_word(((TextLine *)lines->pdata[end])->text)) != 0) {
			seen |= word;
			end++;
		}
		bool block = end - i >= HEADER_LINES && (seen & 3) == 3;

		for (guint k = i; block && k < end; k++)
			((TextLine *)lines->pdata[k])->header = true;
		i = MAX(end, i + 1);
	}
}

GPtrArray *text_lines(const FormLabels *labels, const char *text)
{
	g_autofree char *visible = fold_visible(text);
	GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);

	for (char *line = visible, *end; line != NULL; line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		guint width = (guint)g_utf8_strlen(line, -1);
		const char *words = behind_quotes(line);

		if (strchr(words, '\t') != NULL)
			lines_add_row(lines, labels, words, width);
		else
			lines_add(lines, words, strlen(words), width);
	}
	mark_headers(lines);
	return lines;
}

static bool starts_item(const char *text)
{
	return *text != '\0' && line_words(text) != text && strchr("*_", *text) == NULL;
}

bool text_line_wraps(const TextLine *line, const TextLine *next)
{
	if (line->blank || next->blank || line->header || next->header || starts_item(next->text))
		return false;
	return line->width + 1 + fold_word_length(next->text + strspn(next->text, " \t")) >
	       WRAP_WIDTH;
}

void text_line_join(GString *text, const char *next)
{
	static const char *const joiners[] = { "en ",  "of ",   "et ",  "ou ",
					       "und ", "oder ", "and ", "or " };
	const char *p = text->str + text->len;
	bool hyphen = text->len > 1 && p[-1] == '-' && p[-2] != ' ';

	next += strspn(next, " \t");
	/* "thuis- en telewerk" keeps its blank */
	for (gsize i = 0; i < G_N_ELEMENTS(joiners); i++)
		hyphen = hyphen && g_ascii_strncasecmp(next, joiners[i], strlen(joiners[i])) != 0;
	if (text->len > 0 && !hyphen)
		g_string_append_c(text, ' ');
	g_string_append(text, next);
}
