/* approval.c - yes, no, or a doubt, in four languages.
 *
 * Only the first sentence counts; a salutation is none.  It is taken apart into clauses.  A clause
 * that decides may hold, beside the phrase that does, only words that change nothing, names and
 * the number of the case: "akkoord voor de eerste week" is no yes.  The other clauses may say what
 * they like as long as no word of doubt is in them.  A sentence that says both, neither, or has a
 * "but" decides nothing: the manager is asked again.
 */
#include "gateway/approval.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"
#include "gateway/approval_words.h"

#define GREETING_WORDS 6
#define SENTENCE_BYTES 2000 /* a longer one is not understood */

typedef struct Word {
	char *folded;
	bool is_name;  /* begins with a capital, within a clause */
	bool is_taken; /* part of a phrase */
} Word;

typedef struct Clause {
	GArray *words; /* Word */
	bool agrees, refuses;
} Clause;

static void word_clear(gpointer word)
{
	g_free(((Word *)word)->folded);
}

static void clause_free(gpointer clause)
{
	g_array_unref(((Clause *)clause)->words);
	g_free(clause);
}

static bool is_one_of(const char *const *list, const char *word)
{
	return g_strv_contains(list, word);
}

/* ---- the first sentence ---- */

static bool is_word(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* "No. 1005" goes on; "No. We need her here." is a no. */
static bool is_number_sign(const char *folded, const char *behind)
{
	return strcmp(folded, "no") != 0 || g_ascii_isdigit(*(behind + strspn(behind, " \t")));
}

/* A full stop behind "mevr" or within a date or a name ends nothing. */
static bool ends_sentence(const char *begin, const char *stop)
{
	const char *word = stop;
	g_autofree char *before = NULL, *folded = NULL;

	if (*stop != '.')
		return true;
	if (stop[1] != '\0' && !g_ascii_isspace(stop[1]))
		return strchr(".!?\"')", stop[1]) != NULL;
	while (word > begin && g_ascii_isalpha(word[-1]))
		word--;
	if (word > begin && !g_ascii_isspace(word[-1]))
		return true;
	before = g_strndup(word, stop - word);
	folded = text_fold(before);
	return !is_one_of(approval_short, folded) || !is_number_sign(folded, stop + 1);
}

/* Behind an empty line that does not follow a salutation's comma. */
static bool ends_paragraph(const char *begin, const char *line_end)
{
	const char *last = line_end;

	if (line_end[1 + strspn(line_end + 1, " \t")] != '\n')
		return false;
	while (last > begin && g_ascii_isspace(last[-1]))
		last--;
	return last > begin && last[-1] != ',';
}

/* Where the sentence that begins at begin ends. */
static const char *end_of_sentence(const char *begin)
{
	const char *end = begin;

	while (*end != '\0') {
		if (strchr(".!?", *end) != NULL && ends_sentence(begin, end))
			break;
		if (*end == '\n' && ends_paragraph(begin, end))
			break;
		end++;
	}
	return end;
}

/* "Dag Jan", "Bonjour Madame Dubois": behind it, or NULL. */
static const char *behind_greeting(const char *text)
{
	const char *end = text + strcspn(text, ",.!?:\n");
	g_autofree char *line = g_strndup(text, end - text), *folded = text_fold(line);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);

	if (words[0] == NULL || !is_one_of(approval_greeting, words[0]) ||
	    g_strv_length(words) > GREETING_WORDS)
		return NULL;
	for (char **word = words; *word != NULL; word++)
		if (is_one_of(approval_yes, *word) || is_one_of(approval_no, *word))
			return NULL;
	return end + strspn(end, ",.!: \t\n");
}

static char *first_sentence(const char *text, bool *ret_asks)
{
	const char *begin = text + strspn(text, " \t\n"), *behind = behind_greeting(begin), *end;

	if (behind != NULL && *behind != '\0')
		begin = behind;
	end = end_of_sentence(begin);
	*ret_asks = *end == '?';
	return g_strndup(begin, end - begin);
}

/* ---- its clauses ---- */

static Clause *clause_new(GPtrArray *clauses)
{
	Clause *clause = g_new0(Clause, 1);

	clause->words = g_array_new(FALSE, FALSE, sizeof(Word));
	g_array_set_clear_func(clause->words, word_clear);
	g_ptr_array_add(clauses, clause);
	return clause;
}

static bool ends_clause(const char *p)
{
	gunichar c = g_utf8_get_char(p);

	if (c == '-') /* a dash, not a hyphen */
		return g_ascii_isspace(p[1]);
	return c == 0x2013 || c == 0x2014 || (c < 128 && strchr(",;:()\n", (char)c) != NULL);
}

static bool joins_clauses(const char *folded)
{
	static const char *const joints[] = { "en", "et", "und", "and", NULL };

	return is_one_of(joints, folded);
}

static GPtrArray *clauses_of(const char *sentence)
{
	GPtrArray *clauses = g_ptr_array_new_with_free_func(clause_free);
	Clause *clause = clause_new(clauses);

	for (const char *p = sentence; *p != '\0';) {
		const char *end = p;
		g_autofree char *token = NULL, *folded = NULL;

		while (*end != '\0' && is_word(g_utf8_get_char(end)))
			end = g_utf8_next_char(end);
		if (end == p) {
			if (ends_clause(p))
				clause = clause_new(clauses);
			p = g_utf8_next_char(p);
			continue;
		}
		token = g_strndup(p, end - p);
		folded = text_fold(token);
		if (joins_clauses(folded)) {
			clause = clause_new(clauses);
		} else if (*folded != '\0') {
			bool is_capital =
				g_unichar_isupper(g_utf8_get_char(token)) &&
				!g_unichar_isupper(g_utf8_get_char(g_utf8_next_char(token)));
			Word word = { .is_name = is_capital && clause->words->len > 0 };

			word.folded = g_steal_pointer(&folded);
			g_array_append_val(clause->words, word);
		}
		p = end;
	}
	return clauses;
}

/* ---- what a clause says ---- */

static Word *word_at(const Clause *clause, guint i)
{
	return &g_array_index(clause->words, Word, i);
}

/* Marks the words of the phrase that begins at word i; false when it does not stand there. */
static bool take_at(const Clause *clause, char *const *phrase, guint i)
{
	guint places[8], count = 0;
	bool may_skip = false;

	for (; *phrase != NULL; phrase++) {
		if (strcmp(*phrase, "*") == 0) {
			may_skip = true;
			continue;
		}
		while (i < clause->words->len && may_skip && !word_at(clause, i)->is_taken &&
		       strcmp(word_at(clause, i)->folded, *phrase) != 0)
			i++;
		if (i >= clause->words->len || count == G_N_ELEMENTS(places) ||
		    word_at(clause, i)->is_taken ||
		    strcmp(word_at(clause, i)->folded, *phrase) != 0)
			return false;
		places[count++] = i++;
		may_skip = false;
	}
	while (count > 0)
		word_at(clause, places[--count])->is_taken = true;
	return true;
}

static bool take_any(const Clause *clause, const char *const *phrases)
{
	bool found = false;

	for (; *phrases != NULL; phrases++) {
		g_auto(GStrv) words = g_strsplit(*phrases, " ", -1);

		for (guint i = 0; i < clause->words->len; i++)
			found = take_at(clause, words, i) || found;
	}
	return found;
}

static void clause_read(Clause *clause)
{
	take_any(clause, approval_harmless);
	clause->agrees = take_any(clause, approval_willing);
	clause->refuses = take_any(clause, approval_no);
	clause->agrees = take_any(clause, approval_yes) || clause->agrees;
}

/* "PC-2026-000123": shorter numbers may be days or parts. */
static bool is_of_case_number(const char *word)
{
	return strcmp(word, "pc") == 0 ||
	       (strspn(word, "0123456789") == strlen(word) && strlen(word) >= 4);
}

/* Whether something beside the decision leaves a doubt. */
static bool decides_with_doubt(const Clause *clause)
{
	bool is_reason = false, was_decided = false;

	for (guint i = 0; i < clause->words->len; i++) {
		const Word *word = word_at(clause, i);

		was_decided = was_decided || word->is_taken;
		is_reason = is_reason || (was_decided && is_one_of(approval_reason, word->folded));
		if (word->is_taken || (is_reason && clause->refuses))
			continue;
		if (is_one_of(approval_doubt, word->folded))
			return true;
		if (!is_reason && !word->is_name && !is_of_case_number(word->folded) &&
		    !is_one_of(approval_plain, word->folded) &&
		    !(clause->refuses && is_one_of(approval_sorry, word->folded)))
			return true;
	}
	return false;
}

static bool has_any(const Clause *clause, const char *const *list)
{
	for (guint i = 0; i < clause->words->len; i++)
		if (!word_at(clause, i)->is_taken && is_one_of(list, word_at(clause, i)->folded))
			return true;
	return false;
}

Approval approval_read(const char *text)
{
	bool asks, agrees = false, refuses = false, doubts = false, doubtful = false;
	g_autofree char *first = first_sentence(text, &asks);
	g_autoptr(GPtrArray) clauses = NULL;

	if (strlen(first) > SENTENCE_BYTES)
		return APPROVAL_UNCLEAR;
	clauses = clauses_of(first);
	for (guint i = 0; i < clauses->len; i++) {
		Clause *clause = g_ptr_array_index(clauses, i);

		clause_read(clause);
		agrees = agrees || clause->agrees;
		refuses = refuses || clause->refuses;
		doubts = doubts || has_any(clause, approval_but);
		doubtful = doubtful || has_any(clause, approval_doubt);
		if (clause->agrees || clause->refuses)
			doubts = doubts || decides_with_doubt(clause);
	}
	if (agrees == refuses || doubts || asks || (agrees && doubtful))
		return APPROVAL_UNCLEAR;
	return agrees ? APPROVAL_YES : APPROVAL_NO;
}
