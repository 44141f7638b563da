/* bulk_words.c - a file name taken apart. */
#include "gateway/bulk_words.h"

#include <string.h>

#include "common/text.h"

#define WORDS 40
#define NAME_WORDS 10
#define LETTERS 60

static void word_free(gpointer data)
{
	BulkWord *word = data;

	g_free(word->text);
	g_free(word);
}

static void add_word(GPtrArray *words, const char *begin, const char *end, bool is_number,
		     bool hyphened)
{
	g_autofree char *raw = g_strndup(begin, (gsize)(end - begin));
	const BulkWord *before = words->len > 0 ? g_ptr_array_index(words, words->len - 1) : NULL;
	char *text = is_number ? g_strdup(raw) : text_fold_tight(raw);
	BulkWord *word;

	if (*text == '\0' || words->len >= WORDS) {
		g_free(text);
		return;
	}
	word = g_new0(BulkWord, 1);
	word->text = text;
	word->is_number = is_number;
	word->hyphened = hyphened;
	word->follows = before != NULL && !before->is_number;
	word->is_noise = !is_number && bulk_is_noise(text);
	word->is_particle = !is_number && bulk_is_particle(text);
	g_ptr_array_add(words, word);
}

static gsize stem_length(const char *text, bool is_file)
{
	const char *dot = is_file ? strrchr(text, '.') : NULL;
	gsize ending = dot != NULL ? strlen(dot + 1) : 0;

	if (ending == 0 || ending > 5 || dot == text)
		return strlen(text);
	for (const char *p = dot + 1; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p))
			return strlen(text);
	return (gsize)(dot - text);
}

/* ---- numbers that may be something else ---- */

static bool is_day(guint day, guint month, guint year)
{
	return year >= 1940 && year <= 2035 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static guint piece(const char *digits, gsize at, gsize length)
{
	guint number = 0;

	for (gsize i = at; i < at + length; i++)
		number = number * 10 + (guint)(digits[i] - '0');
	return number;
}

static bool is_date_or_phone(const char *digits)
{
	gsize length = strlen(digits);

	if (length == 4)
		return is_day(1, 1, piece(digits, 0, 4));
	if (length == 8)
		return is_day(piece(digits, 0, 2), piece(digits, 2, 2), piece(digits, 4, 4)) ||
		       is_day(piece(digits, 6, 2), piece(digits, 4, 2), piece(digits, 0, 4));
	if (length == 6)
		return is_day(piece(digits, 0, 2), piece(digits, 2, 2),
			      2000 + piece(digits, 4, 2)) ||
		       is_day(piece(digits, 4, 2), piece(digits, 2, 2), 2000 + piece(digits, 0, 2));
	return (length == 9 || length == 10) && digits[0] == '0';
}

/* A short run beside another: 23-11-2026, 0475 12 34 56. */
static void mark_weak(GPtrArray *words)
{
	for (guint i = 0; i < words->len; i++) {
		BulkWord *word = g_ptr_array_index(words, i);
		const BulkWord *before = i > 0 ? g_ptr_array_index(words, i - 1) : NULL;
		const BulkWord *after = i + 1 < words->len ? g_ptr_array_index(words, i + 1) : NULL;
		bool beside = (before != NULL && before->is_number) ||
			      (after != NULL && after->is_number);

		if (word->is_number)
			word->is_weak =
				is_date_or_phone(word->text) || (beside && strlen(word->text) <= 4);
	}
}

GPtrArray *bulk_words(const char *text, bool is_file)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(word_free);
	g_autofree char *stem = g_strndup(text, stem_length(text, is_file));
	g_autofree char *composed = g_utf8_normalize(stem, -1, G_NORMALIZE_NFC);
	const char *p = composed != NULL ? composed : "";
	bool hyphened = false;

	while (*p != '\0') {
		const char *begin = p;
		bool is_number = g_ascii_isdigit(*p), was_lower = false;

		for (; *p != '\0'; p = g_utf8_next_char(p)) {
			gunichar letter = g_utf8_get_char(p);

			if (is_number ? !g_ascii_isdigit(*p)
				      : !(g_unichar_isalpha(letter) || g_unichar_ismark(letter)))
				break;
			if (!is_number && was_lower && g_unichar_isupper(letter))
				break; /* PeetersJan */
			was_lower = g_unichar_islower(letter);
		}
		if (p > begin) {
			add_word(words, begin, p, is_number, hyphened);
			hyphened = false;
			continue;
		}
		hyphened = *p == '-' || g_utf8_get_char(p) == 0x2010;
		p = g_utf8_next_char(p);
	}
	mark_weak(words);
	return words;
}

/* ---- names ---- */

static bool composes_rest(const char *tight, char **words, guint used)
{
	if (*tight == '\0') {
		for (guint i = 0; words[i] != NULL; i++)
			if ((used & 1u << i) == 0)
				return false;
		return true;
	}
	for (guint i = 0; words[i] != NULL; i++)
		if ((used & 1u << i) == 0 && *words[i] != '\0' &&
		    g_str_has_prefix(tight, words[i]) &&
		    composes_rest(tight + strlen(words[i]), words, used | 1u << i))
			return true;
	return false;
}

bool bulk_composes(const char *tight, const char *name)
{
	g_autofree char *folded = text_fold(name);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);

	return g_strv_length(words) <= NAME_WORDS && composes_rest(tight, words, 0);
}

guint bulk_distance(const char *a, const char *b, guint most)
{
	gsize rows = MIN(strlen(a), LETTERS), columns = MIN(strlen(b), LETTERS);
	guint cost[LETTERS + 1][LETTERS + 1];

	if (rows > columns + most || columns > rows + most)
		return most + 1;
	for (gsize i = 0; i <= rows; i++)
		for (gsize j = 0; j <= columns; j++) {
			guint best;

			if (i == 0 || j == 0) {
				cost[i][j] = (guint)(i + j);
				continue;
			}
			best = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = MIN(best, MIN(cost[i - 1][j], cost[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, cost[i - 2][j - 2] + 1);
			cost[i][j] = best;
		}
	return MIN(cost[rows][columns], most + 1);
}
