/* value_words.c - free text, choices, yes and no. */
#include "forms/value.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "forms/fold.h"

bool word_is_in(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

char *value_fold(const char *typed)
{
	g_autofree char *line = fold_one_line(typed);
	g_autofree char *folded = fold_plain(line);
	char *start = folded, *end = folded + strlen(folded);
	bool changed = true;

	while (changed && end > start) {
		changed = strchr(" .,;", end[-1]) != NULL ||
			  (end - start > 1 && *start == end[-1] && strchr("*_\"'`", *start)) ||
			  (*start == '(' && end[-1] == ')') || (*start == '[' && end[-1] == ']');
		if (!changed)
			break;
		if (strchr(" .,;", end[-1]) == NULL)
			start++;
		end--;
		while (start < end && *start == ' ')
			start++;
	}
	return g_strndup(start, (gsize)MAX(end - start, 0));
}

const char *value_read_text(const FormField *field, const char *typed, char **ret_plain)
{
	*ret_plain = fold_one_line(typed);
	return NULL;
}

const char *value_read_lines(const FormField *field, const char *typed, char **ret_plain)
{
	char *text = fold_visible(typed);

	*ret_plain = g_strstrip(text);
	return NULL;
}

/* Takes each spelling of a choice: its id, labels and aliases. */
typedef bool (*ChoiceSpelling)(const char *spelling, void *user);

static bool choice_any_spelling(const FormChoice *choice, ChoiceSpelling take, void *user)
{
	if (take(choice->id, user))
		return true;
	for (int i = 0; i < LANGUAGES; i++)
		if (take(choice->label[i], user))
			return true;
	for (guint i = 0; i < choice->aliases->len; i++)
		if (take(g_ptr_array_index(choice->aliases, i), user))
			return true;
	return false;
}

static bool spelling_is(const char *spelling, void *tight)
{
	g_autofree char *folded = text_fold_tight(spelling);

	return strcmp(folded, tight) == 0;
}

static bool spelling_begins(const char *spelling, void *tight)
{
	g_autofree char *folded = text_fold_tight(spelling);

	return g_str_has_prefix(folded, tight);
}

bool value_begins_choice(const FormField *field, const char *typed)
{
	g_autofree char *tight = text_fold_tight(typed);

	for (guint i = 0; *tight != '\0' && i < field->choices->len; i++)
		if (choice_any_spelling(g_ptr_array_index(field->choices, i), spelling_begins,
					tight))
			return true;
	return false;
}

/* Whether spelling stands in words, and besides it only words of courtesy. */
static bool spelling_stands_in(const char *spelling, void *words)
{
	static const char *const courtesies[] = {
		"graag",   "aub",    "a",      "u",        "b",       "svp",    "s",     "il",
		"vous",    "plait",  "te",     "please",   "bitte",   "merci",  "dank",  "dankje",
		"bedankt", "danke",  "thanks", "thank",    "you",     "ik",     "kies",  "wens",
		"neem",    "vraag",  "je",     "souhaite", "choisis", "ich",    "wahle", "mochte",
		"i",       "choose", "like",   "would",    "gerne",   "regime", NULL
	};
	g_autofree char *folded = text_fold(spelling);
	g_autofree char *bounded = g_strdup_printf(" %s ", folded);
	const char *place = *folded != '\0' ? strstr(words, bounded) : NULL;

	if (place == NULL)
		return false;
	g_autofree char *rest = g_strdup_printf("%.*s %s", (int)(place - (const char *)words),
						(const char *)words, place + strlen(bounded));
	g_auto(GStrv) others = g_strsplit(rest, " ", -1);

	for (guint i = 0; others[i] != NULL; i++)
		if (*others[i] != '\0' && !word_is_in(others[i], courtesies))
			return false;
	return true;
}

/* The one choice that stands among words of courtesy ("halftijds, graag"). */
static const FormChoice *choice_within(const FormField *field, const char *typed)
{
	g_autofree char *folded = text_fold(typed);
	g_autofree char *words = g_strdup_printf(" %s ", folded);
	const FormChoice *found = NULL;

	if (strlen(words) > 200)
		return NULL;
	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		if (!choice_any_spelling(choice, spelling_stands_in, words))
			continue;
		if (found != NULL)
			return NULL;
		found = choice;
	}
	return found;
}

const char *value_read_choice(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed);
	g_autofree char *tight = text_fold_tight(folded);

	for (guint i = 0; *tight != '\0' && i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		if (choice_any_spelling(choice, spelling_is, tight)) {
			*ret_plain = g_strdup(choice->id);
			return NULL;
		}
	}
	const FormChoice *within = choice_within(field, folded);

	if (within == NULL)
		return "unknown-choice";
	*ret_plain = g_strdup(within->id);
	return NULL;
}

const char *value_read_yes_no(const FormField *field, const char *typed, char **ret_plain)
{
	static const char *const yes[] = { "ja",      "oui", "yes",  "j",  "y", "o", "jawel",
					   "jazeker", "si",  "true", "ok", "x", NULL };
	static const char *const no[] = { "nee",  "neen",  "non", "nein", "no",    "n",
					  "niet", "nicht", "pas", "not",  "false", NULL };
	g_autofree char *folded = text_fold(typed);
	g_auto(GStrv) words = g_strsplit(folded, " ", 8);
	guint count = g_strv_length(words);
	bool says_yes = false, says_no = false;

	for (guint i = 0; i < count; i++) {
		says_yes = says_yes || word_is_in(words[i], yes);
		says_no = says_no || word_is_in(words[i], no);
	}
	/* "ja, graag": the first word says it, and nothing after it says otherwise */
	if (count == 0 || count > 6 || says_yes == says_no ||
	    (!word_is_in(words[0], yes) && !word_is_in(words[0], no)))
		return "not-yes-or-no";
	*ret_plain = g_strdup(says_yes ? "yes" : "no");
	return NULL;
}
