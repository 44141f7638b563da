/* form_labels.c - every label of one form, found at the start of a line by hash. */
#include "forms/form_labels.h"

#include <string.h>

#include "common/text.h"
#include "forms/fold.h"
#include "forms/form_words.h"

#define LABEL_BYTES 800   /* a label and its hint are not longer than this */
#define SEPARATORS 12     /* looked at in one line */
#define OWN_START_BYTES 6 /* shorter starts of our own text are no sign of it */

struct FormLabels {
	GHashTable *by_name; /* folded to FormLabel */
	GPtrArray *names;    /* of by_name, lent */
	GHashTable *hints;   /* folded, as a set */
	GHashTable *own;     /* folded paragraphs, as a set */
	GPtrArray *own_list; /* the same, lent */
	bool first[256];     /* bytes that a folded label starts with */
};

FormLabels *form_labels_new(void)
{
	FormLabels *labels = g_new0(FormLabels, 1);

	labels->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	labels->names = g_ptr_array_new();
	labels->hints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	labels->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	labels->own_list = g_ptr_array_new();
	for (int i = 0; i < LANGUAGES; i++) {
		const FormWords *words = form_words(i);

		form_labels_add(labels, words->form, LABEL_FORM, NULL, i);
		form_labels_add(labels, words->requester, LABEL_REQUESTER, NULL, i);
		form_labels_add_hint(labels, words->required);
		form_labels_add_hint(labels, words->optional);
		form_labels_add_own(labels, words->fill);
		form_labels_add_own(labels, words->documents);
	}
	return labels;
}

void form_labels_free(FormLabels *labels)
{
	if (labels == NULL)
		return;
	g_hash_table_unref(labels->by_name);
	g_ptr_array_unref(labels->names);
	g_hash_table_unref(labels->hints);
	g_hash_table_unref(labels->own);
	g_ptr_array_unref(labels->own_list);
	g_free(labels);
}

/* The first word of text, folded; given. */
static char *first_word(const char *text)
{
	g_autofree char *start = g_strndup(text, strcspn(text, " \t(:="));

	return text_fold_tight(start);
}

bool form_labels_add(FormLabels *labels, const char *text, LabelKind kind, const void *of,
		     Language language)
{
	g_autofree char *folded = text_fold_tight(text);
	FormLabel *label = g_hash_table_lookup(labels->by_name, folded);

	if (*folded == '\0' || (label != NULL && (label->kind != kind || label->of != of)))
		return false;
	if (label == NULL) {
		label = g_new0(FormLabel, 1);
		label->kind = kind;
		label->of = of;
		labels->first[(guchar)*folded] = true;
		g_ptr_array_add(labels->names, folded);
		g_hash_table_insert(labels->by_name, g_steal_pointer(&folded), label);
	}
	if (language != LANGUAGE_NONE)
		label->languages |= 1u << language;
	return true;
}

void form_labels_add_hint(FormLabels *labels, const char *text)
{
	g_hash_table_add(labels->hints, text_fold_tight(text));
}

static void add_paragraph(FormLabels *labels, const char *text)
{
	char *folded = text_fold_tight(text);

	if (*folded == '\0' || g_hash_table_contains(labels->own, folded)) {
		g_free(folded);
		return;
	}
	g_hash_table_add(labels->own, folded);
	g_ptr_array_add(labels->own_list, folded);
}

void form_labels_add_own(FormLabels *labels, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GString) paragraph = g_string_new(NULL);

	for (guint i = 0; lines[i] != NULL; i++) {
		add_paragraph(labels, lines[i]);
		if (fold_has_words(lines[i])) {
			g_string_append(paragraph, lines[i]);
			continue;
		}
		add_paragraph(labels, paragraph->str);
		g_string_truncate(paragraph, 0);
	}
	add_paragraph(labels, paragraph->str);
}

bool form_labels_is_hint(const FormLabels *labels, const char *text)
{
	g_autofree char *folded = text_fold_tight(text);

	return g_hash_table_contains(labels->hints, folded);
}

bool form_labels_is_own(const FormLabels *labels, const char *folded, bool *ret_start)
{
	gsize length = strlen(folded);

	*ret_start = false;
	if (g_hash_table_contains(labels->own, folded))
		return true;
	for (guint i = 0; length >= OWN_START_BYTES && !*ret_start && i < labels->own_list->len;
	     i++)
		*ret_start = strncmp(g_ptr_array_index(labels->own_list, i), folded, length) == 0;
	return false;
}

const char *line_words(const char *line)
{
	static const char *const bullets[] = { "- ",
					       "* ",
					       "+ ",
					       "\xe2\x80\xa2",
					       "\xe2\x80\x93 ",
					       "\xe2\x80\x94 ",
					       "\xc2\xb7",
					       "\xe2\x80\xa3",
					       "\xe2\x97\xa6",
					       "\xe2\x96\xaa",
					       "| ",
					       "|" };
	bool again = true;

	while (again) {
		again = false;
		line += strspn(line, " \t");
		for (gsize i = 0; i < G_N_ELEMENTS(bullets) && !again; i++)
			if (g_str_has_prefix(line, bullets[i])) {
				line += strlen(bullets[i]);
				again = true;
			}
	}
	return line + strspn(line, "*_");
}

/* The length of the separator at p, or 0.  line..p may be a label: a hyphen needs a
 * blank on one side, so that "e-mail" stays whole. */
static gsize separator_at(const char *line, const char *p)
{
	switch (*p) {
	case ':':
	case '=':
	case '\t':
	case '|':
		return 1;
	case '-':
		return p > line && (p[-1] == ' ' || p[1] == ' ') ? 1 : 0;
	case ' ':
		return p[1] == ' ' && p[2] == ' ' ? 3 : 0;
	case '\xef':
		return g_str_has_prefix(p, "\xef\xbc\x9a") ? 3 : 0;
	case '\xe2':
		return g_str_has_prefix(p, "\xe2\x80\x93") || g_str_has_prefix(p, "\xe2\x80\x94")
			       ? 3
			       : 0;
	default:
		return 0;
	}
}

bool form_labels_is_separator(const char *line)
{
	line += strspn(line, " ");
	return (*line == '-' && (line[1] == ' ' || line[1] == '\0')) ||
	       separator_at(line, line) > 0;
}

/* The "(" of the parentheses that end at end - 1, or the first "(" when one of them
 * is not closed; NULL when there is none. */
static const char *parenthesis(const char *start, const char *end)
{
	const char *open = memchr(start, '(', (gsize)(end - start));
	int depth = 0;

	if (end == start || end[-1] != ')')
		return memchr(start, ')', (gsize)(end - start)) == NULL ? open : NULL;
	for (const char *p = end - 1; p >= start; p--) {
		depth += *p == ')' ? 1 : *p == '(' ? -1 : 0;
		if (depth == 0)
			return p;
	}
	return NULL;
}

static const FormLabel *label_of(const FormLabels *labels, const char *start, const char *end)
{
	g_autofree char *text = g_strndup(start, (gsize)(end - start));
	g_autofree char *folded = text_fold_tight(text);

	return g_hash_table_lookup(labels->by_name, folded);
}

/* The label that [start, end) is, with its star and with what stands in parentheses. */
static const FormLabel *label_match(const FormLabels *labels, const char *start, const char *end,
				    char **ret_inside)
{
	*ret_inside = NULL;
	while (end > start && strchr(" *_\t", end[-1]) != NULL)
		end--;
	const FormLabel *label = end > start ? label_of(labels, start, end) : NULL;

	if (label != NULL || end == start)
		return label;
	const char *open = parenthesis(start, end);

	label = open != NULL && open > start ? label_of(labels, start, open) : NULL;
	if (label == NULL)
		return NULL;
	bool closed = end[-1] == ')';
	g_autofree char *inside = g_strndup(open + 1, (gsize)(end - open - (closed ? 2 : 1)));

	/* a hint that is not closed may end on the next line */
	if (!closed || (fold_has_words(inside) && !form_labels_is_hint(labels, inside)))
		*ret_inside = g_strstrip(g_steal_pointer(&inside));
	return label;
}

/* Whether the first letter of line can begin a label at all. */
static bool may_begin(const FormLabels *labels, const char *line)
{
	gunichar c = g_utf8_get_char(line);
	char letter[8] = { 0 };

	if (c < 0x80)
		return labels->first[(guchar)g_ascii_tolower((char)c)];
	if (c == 0xfffd || !g_unichar_isalnum(c))
		return false;
	g_unichar_to_utf8(c, letter);
	g_autofree char *folded = text_fold_tight(letter);

	return labels->first[(guchar)*folded];
}

/* Whether the first word of line can begin a label, or a label that word: what saves most lines of
 * a text from being compared in full. */
static bool word_may_begin(const FormLabels *labels, const char *line)
{
	g_autofree char *word = first_word(line);

	for (guint i = 0; i < labels->names->len; i++) {
		const char *name = g_ptr_array_index(labels->names, i), *p = word;

		while (*p != '\0' && *p == *name)
			p++, name++;
		if (*p == '\0' || *name == '\0')
			return true;
	}
	return false;
}

/* Whether a parenthesis of text is still open. */
static bool is_open(const char *text)
{
	int depth = 0;

	for (; *text != '\0'; text++)
		depth += *text == '(' ? 1 : *text == ')' ? -1 : 0;
	return depth > 0;
}

bool form_labels_may_go_on(const FormLabels *labels, const char *line)
{
	const char *words = line_words(line);

	if (strlen(words) >= LABEL_BYTES || !may_begin(labels, words) ||
	    !word_may_begin(labels, words))
		return false;
	g_autofree char *folded = text_fold_tight(words);
	bool open = is_open(words);

	for (guint i = 0; i < labels->names->len; i++) {
		const char *name = g_ptr_array_index(labels->names, i);

		if (g_str_has_prefix(name, folded) || (open && g_str_has_prefix(folded, name)))
			return true;
	}
	return false;
}

static bool find_at(const FormLabels *labels, const char *line, LabelFound *found)
{
	guint tried = 0;
	gsize step = 1;

	if (*line == '\0' || !may_begin(labels, line) || !word_may_begin(labels, line))
		return false;
	for (const char *p = line; *p != '\0' && p - line < LABEL_BYTES && tried < SEPARATORS;
	     p += step) {
		gsize length = separator_at(line, p);
		char *inside;

		step = MAX(length, 1);
		if (length == 0)
			continue;
		const FormLabel *label = label_match(labels, line, p, &inside);

		tried++;
		if (label == NULL || (found->label != NULL && inside != NULL)) {
			g_free(inside);
			continue;
		}
		g_free(found->inside);
		*found = (LabelFound){ .label = label, .value = p + length, .inside = inside };
		if (found->inside == NULL && *p == ':') /* nothing longer is meant */
			break;
	}
	if (found->label != NULL || strlen(line) > LABEL_BYTES)
		return found->label != NULL;
	found->label = label_match(labels, line, line + strlen(line), &found->inside);
	found->value = line + strlen(line);
	found->bare = true;
	found->marked = strpbrk(line, "*(") != NULL;
	return found->label != NULL;
}

bool form_labels_find(const FormLabels *labels, const char *line, LabelFound *ret_found)
{
	const char *words = line_words(line);
	gsize digits = strspn(words, "0123456789");

	*ret_found = (LabelFound){ 0 };
	if (find_at(labels, words, ret_found))
		return true;
	/* "1. Begindatum: ..." */
	if (digits < 1 || digits > 2 || (words[digits] != '.' && words[digits] != ')') ||
	    words[digits + 1] != ' ')
		return false;
	g_clear_pointer(&ret_found->inside, g_free);
	return find_at(labels, line_words(words + digits + 1), ret_found);
}
