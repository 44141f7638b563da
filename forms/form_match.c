/* form_match.c - which form a free text is about, by the forms' own patterns. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "forms/form_match.h"

#include <pcre2.h>
#include <string.h>

#include "common/limits.h"
#include "forms/fold.h"
#include "forms/form_pattern.h"

#define GUESS_BYTES (32 * 1024) /* what a mail is about stands in its beginning */
#define SUBJECT_POINTS 2
#define TEXT_POINTS 1
#define WORD_BYTES 3 /* shorter words stand in every text */

struct FormPattern {
	Language language;
	GPtrArray *words; /* one of these stands in every text that matches; NULL: not known */
	pcre2_code *code;
	pcre2_match_data *match; /* no groups are asked for */
	pcre2_match_context *limits;
};

/* ---- words without which a pattern cannot match: looked for first, as that is quick ---- */

static GPtrArray *words_of(const char *from, const char *to);

/* The end of the class or group that begins at p, behind its bracket; NULL when it has none. */
static const char *bracket_end(const char *p, const char *to)
{
	bool in_class = *p == '[';
	int depth = in_class ? 0 : 1;

	for (p++; p < to; p++) {
		if (*p == '\\')
			p++;
		else if (in_class && *p == ']' && depth == 0)
			return p + 1;
		else if (in_class && *p == ']')
			in_class = false;
		else if (!in_class && *p == '[')
			in_class = true;
		else if (!in_class && *p == '(')
			depth++;
		else if (!in_class && *p == ')' && --depth == 0)
			return p + 1;
	}
	return NULL;
}

static gsize shortest(const GPtrArray *words)
{
	gsize length = words != NULL && words->len > 0 ? G_MAXSIZE : 0;

	for (guint i = 0; words != NULL && i < words->len; i++)
		length = MIN(length, strlen(g_ptr_array_index(words, i)));
	return length;
}

/* Keeps of two lists the one that says more. */
static void keep_better(GPtrArray **best, GPtrArray *words)
{
	if (words == NULL)
		return;
	if (shortest(words) > shortest(*best)) {
		g_clear_pointer(best, g_ptr_array_unref);
		*best = words;
	} else {
		g_ptr_array_unref(words);
	}
}

static void keep_run(GPtrArray **best, GString *run)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(words, g_strdup(run->str));
	keep_better(best, words);
	g_string_truncate(run, 0);
}

/* The words of a group, which begins at p and ends at end; NULL for one that only looks around. */
static GPtrArray *words_of_group(const char *p, const char *end)
{
	if (p[1] != '?')
		return words_of(p + 1, end - 1);
	return p[2] == ':' ? words_of(p + 3, end - 1) : NULL;
}

/* One alternative: the longest run of letters that it cannot do without. */
static GPtrArray *words_of_sequence(const char *from, const char *to)
{
	g_autoptr(GString) run = g_string_new(NULL);
	GPtrArray *best = NULL;
	const char *end;

	for (const char *p = from; p < to; p = end) {
		bool letter = g_ascii_islower(*p) || g_ascii_isdigit(*p) || *p == ' ';
		bool bracket = *p == '(' || *p == '[';

		end = bracket ? bracket_end(p, to) : p + (*p == '\\' && p + 1 < to ? 2 : 1);
		if (end == NULL)
			break;
		bool optional = end < to && strchr("?*{", *end) != NULL;

		if (letter && !optional) {
			g_string_append_c(run, *p);
			continue;
		}
		keep_run(&best, run);
		if (*p == '(' && !optional)
			keep_better(&best, words_of_group(p, end));
		if (*p == '{') /* a count */
			end = memchr(p, '}', (gsize)(to - p))
				      ? (const char *)memchr(p, '}', (gsize)(to - p)) + 1
				      : to;
	}
	keep_run(&best, run);
	return best;
}

/* One word of each alternative; NULL when one of them has none. */
static GPtrArray *words_of(const char *from, const char *to)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	const char *start = from;

	for (const char *p = from; p <= to; p++) {
		const char *end = p < to && (*p == '(' || *p == '[') ? bracket_end(p, to) : NULL;

		if (end != NULL) {
			p = end - 1;
		} else if (p < to && *p == '\\') {
			p++;
		} else if (p == to || *p == '|') {
			g_autoptr(GPtrArray) words = words_of_sequence(start, p);

			if (shortest(words) < WORD_BYTES) {
				g_ptr_array_unref(all);
				return NULL;
			}
			g_ptr_array_extend_and_steal(all, g_steal_pointer(&words));
			start = p + 1;
		}
	}
	return all;
}

static bool words_stand_in(const GPtrArray *words, const char *folded)
{
	for (guint i = 0; i < words->len; i++)
		if (strstr(folded, g_ptr_array_index(words, i)) != NULL)
			return true;
	return false;
}

/* ---- patterns ---- */

/* Drops the accents of a pattern's letters, and nothing else. */
static char *pattern_without_accents(const char *source)
{
	g_autofree char *apart = g_utf8_normalize(source, -1, G_NORMALIZE_NFD);
	GString *out = g_string_new(NULL);

	for (const char *p = apart ? apart : source; *p != '\0'; p = g_utf8_next_char(p))
		if (!g_unichar_ismark(g_utf8_get_char(p)))
			g_string_append_unichar(out, g_utf8_get_char(p));
	return g_string_free(out, FALSE);
}

/* Whether a pattern asks for capitals, which the folded text has none of: then letters of
 * both cases are taken as one.  A letter behind "\\" is no capital. */
static bool has_capitals(const char *pattern)
{
	for (const char *p = pattern; *p != '\0'; p++)
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (g_ascii_isupper(*p) || (guchar)*p >= 0x80)
			return true;
	return false;
}

FormPattern *form_pattern_new(const char *source, Language language, char **ret_what,
			      gsize *ret_offset)
{
	g_autofree char *plain = pattern_without_accents(source);
	guint32 options =
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (has_capitals(plain) ? PCRE2_CASELESS : 0);
	int number;
	PCRE2_SIZE offset;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)plain, PCRE2_ZERO_TERMINATED, options, &number,
					 &offset, NULL);

	if (code == NULL) {
		PCRE2_UCHAR what[256] = { 0 };

		pcre2_get_error_message(number, what, sizeof what);
		*ret_what = g_strdup((const char *)what);
		*ret_offset = offset;
		return NULL;
	}
	FormPattern *pattern = g_new0(FormPattern, 1);

	pattern->language = language;
	pattern->code = code;
	pattern->words = options & PCRE2_CASELESS ? NULL : words_of(plain, plain + strlen(plain));
	pattern->match = pcre2_match_data_create(1, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(pattern->limits, PATTERN_MATCH_LIMIT);
	pcre2_set_depth_limit(pattern->limits, PATTERN_DEPTH_LIMIT);
	pcre2_set_heap_limit(pattern->limits, PATTERN_HEAP_KIB);
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it the interpreter serves */
	return pattern;
}

void form_pattern_free(FormPattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_match_context_free(pattern->limits);
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	g_clear_pointer(&pattern->words, g_ptr_array_unref);
	g_free(pattern);
}

bool form_pattern_matches(const FormPattern *pattern, const char *folded, gsize length)
{
	if (pattern->words != NULL && !words_stand_in(pattern->words, folded))
		return false;
	return pcre2_match(pattern->code, (PCRE2_SPTR)folded, length, 0, PCRE2_NO_UTF_CHECK,
			   pattern->match, pattern->limits) >= 0;
}

static bool form_speaks(const Form *form, const char *folded, gsize length)
{
	for (guint i = 0; i < form->patterns->len; i++)
		if (form_pattern_matches(g_ptr_array_index(form->patterns, i), folded, length))
			return true;
	return false;
}

/* The text as patterns see it: valid, cut, folded. */
static char *guess_fold(const char *text)
{
	const char *whole = text ? text : "";
	g_autofree char *valid = g_utf8_make_valid(whole, (gssize)MIN(strlen(whole), GUESS_BYTES));

	return fold_plain(valid);
}

const Form *forms_guess(const Forms *forms, guint roles, const char *subject, const char *text)
{
	g_autofree char *folded_subject = guess_fold(subject);
	g_autofree char *folded_text = guess_fold(text);
	gsize subject_length = strlen(folded_subject), text_length = strlen(folded_text);
	const Form *best = NULL;
	guint most = 0;

	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = g_ptr_array_index(forms->all, i);
		guint points = 0;

		if ((form->roles & roles) == 0 && form->elsewhere == NULL)
			continue;
		points += form_speaks(form, folded_subject, subject_length) ? SUBJECT_POINTS : 0;
		points += form_speaks(form, folded_text, text_length) ? TEXT_POINTS : 0;
		if (points > most)
			best = form;
		else if (points == most)
			best = NULL; /* two speak as clearly */
		most = MAX(most, points);
	}
	return best;
}
