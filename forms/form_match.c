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

struct FormPattern {
	Language language;
	pcre2_code *code;
	pcre2_match_data *match; /* no groups are asked for */
	pcre2_match_context *limits;
};

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

FormPattern *form_pattern_new(const char *source, Language language, char **ret_what,
			      gsize *ret_offset)
{
	g_autofree char *plain = pattern_without_accents(source);
	int number;
	PCRE2_SIZE offset;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)plain, PCRE2_ZERO_TERMINATED,
					 PCRE2_CASELESS | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C,
					 &number, &offset, NULL);

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
	g_free(pattern);
}

bool form_pattern_matches(const FormPattern *pattern, const char *folded, gsize length)
{
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
	g_autofree char *valid =
		g_utf8_make_valid(text ? text : "", (gssize)strnlen(text ? text : "", GUESS_BYTES));

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
