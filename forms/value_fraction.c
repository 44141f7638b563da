/* value_fraction.c - fractions and percentages: "1/5", "20 %", "0,2", "een vijfde". */
#include "forms/value.h"

#include <string.h>

#include "common/text.h"

typedef struct Ratio {
	guint64 over, under;
} Ratio;

typedef struct RatioWord {
	guint value;
	const char *words[14];
} RatioWord;

static const RatioWord numerators[] = {
	{ 1, { "een", "un", "une", "ein", "eine", "einem", "one", "a" } },
	{ 2, { "twee", "deux", "zwei", "two" } },
	{ 3, { "drie", "trois", "drei", "three" } },
	{ 4, { "vier", "quatre", "four" } },
};

static const RatioWord denominators[] = {
	{ 2, { "half", "halve", "tweede", "demi", "halb", "halbe", "half" } },
	{ 3, { "derde", "tiers", "drittel", "third" } },
	{ 4, { "vierde", "kwart", "quart", "viertel", "quarter", "fourth" } },
	{ 5, { "vijfde", "cinquieme", "funftel", "fuenftel", "fifth" } },
	{ 10, { "tiende", "dixieme", "zehntel", "tenth" } },
};

static const char *const halves[] = { "half",    "halftijds", "halftijdse", "halftime",
				      "halve",   "helft",     "dehelft",    "demi",
				      "mitemps", "amitemps",  "moitie",     "lamoitie",
				      "halb",    "halbe",     "halbzeit",   "halbtags",
				      "halfte",  "diehalfte", "onehalf",    "parttimehalf",
				      "undemi",  "halbtagig", "halbzeitig", NULL };

static const char *const wholes[] = { "voltijds",    "voltijdse", "volledig", "tempsplein",
				      "atempsplein", "aplein",    "vollzeit", "ganztags",
				      "vollzeitig",  "fulltime",  "full",     NULL };

/* What may follow a fraction in words or figures and adds nothing. */
static const char *const endings[] = { "",    "s",     "n",     "de",   "e",    "th", "eme",
				       "ste", "tijds", "temps", "tijd", "zeit", NULL };

static Ratio ratio_reduced(guint64 over, guint64 under)
{
	guint64 a = over, b = under;

	while (b != 0) {
		guint64 rest = a % b;

		a = b;
		b = rest;
	}
	return a == 0 ? (Ratio){ 0, 1 } : (Ratio){ over / a, under / a };
}

/* Whether text is word with one of the endings. */
static bool is_word_with_ending(const char *text, const char *word)
{
	gsize length = strlen(word);

	return strncmp(text, word, length) == 0 && word_is_in(text + length, endings);
}

static bool denominator_read(const char *text, guint *ret_under)
{
	for (gsize i = 0; i < G_N_ELEMENTS(denominators); i++)
		for (const char *const *word = denominators[i].words; *word != NULL; word++)
			if (is_word_with_ending(text, *word)) {
				*ret_under = denominators[i].value;
				return true;
			}
	return false;
}

static bool ratio_of_words(const char *folded, Ratio *ret)
{
	g_autofree char *text = text_fold_tight(folded);
	guint under;

	if (word_is_in(text, halves) || word_is_in(text, wholes)) {
		*ret = (Ratio){ 1, word_is_in(text, halves) ? 2 : 1 };
		return true;
	}
	if (denominator_read(text, &under)) {
		*ret = (Ratio){ 1, under };
		return true;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(numerators); i++)
		for (const char *const *word = numerators[i].words; *word != NULL; word++)
			if (g_str_has_prefix(text, *word) &&
			    denominator_read(text + strlen(*word), &under)) {
				*ret = ratio_reduced(numerators[i].value, under);
				return true;
			}
	return false;
}

/* "1/5", "4 / 5", "1/5de", "1/2-tijds" */
static bool ratio_of_figures(const char *folded, Ratio *ret)
{
	char *end;

	if (!g_ascii_isdigit(*folded))
		return false;
	guint64 over = g_ascii_strtoull(folded, &end, 10);

	end += strspn(end, " ");
	if (*end != '/' || over > 10000)
		return false;
	end++;
	end += strspn(end, " ");
	if (!g_ascii_isdigit(*end))
		return false;
	guint64 under = g_ascii_strtoull(end, &end, 10);
	g_autofree char *rest = text_fold_tight(end);

	if (under == 0 || under > 10000 || !word_is_in(rest, endings))
		return false;
	*ret = ratio_reduced(over, under);
	return true;
}

/* A plain decimal as a ratio of whole numbers, divided by divisor. */
static bool ratio_of_decimal(const char *plain, guint divisor, Ratio *ret)
{
	const char *mark = strchr(plain, '.');
	gsize decimals = mark ? strlen(mark + 1) : 0;
	guint64 under = divisor;

	if (*plain == '-' || strlen(plain) > 9)
		return false;
	g_autofree char *digits =
		g_strdup_printf("%.*s%s", (int)(mark ? mark - plain : (gssize)strlen(plain)), plain,
				mark ? mark + 1 : "");

	for (gsize i = 0; i < decimals; i++)
		under *= 10;
	*ret = ratio_reduced(g_ascii_strtoull(digits, NULL, 10), under);
	return true;
}

/* Takes "%", "procent", ... off the end; false when there is none. */
static bool percent_strip(char *text)
{
	static const char *const signs[] = { "%",         "procent",  "percent", "per cent",
					     "pour cent", "pourcent", "prozent", "pct" };

	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
		if (g_str_has_suffix(text, signs[i])) {
			text[strlen(text) - strlen(signs[i])] = '\0';
			g_strchomp(text);
			return true;
		}
	return false;
}

const char *value_read_percentage(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed);
	bool has_sign = percent_strip(folded);
	g_autofree char *plain = decimal_read(folded, false);
	Ratio ratio;

	if (plain != NULL) {
		*ret_plain = g_steal_pointer(&plain);
		return NULL;
	}
	if (has_sign || (!ratio_of_figures(folded, &ratio) && !ratio_of_words(folded, &ratio)) ||
	    ratio.over * 100 % ratio.under != 0) /* a third is no percentage */
		return "not-a-percentage";
	*ret_plain = g_strdup_printf("%" G_GUINT64_FORMAT, ratio.over * 100 / ratio.under);
	return NULL;
}

const char *value_read_fraction(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed);
	Ratio ratio;
	bool is_percent = percent_strip(folded);
	g_autofree char *plain = decimal_read(folded, false);
	bool found = plain != NULL ? ratio_of_decimal(plain, is_percent ? 100 : 1, &ratio)
				   : !is_percent && (ratio_of_figures(folded, &ratio) ||
						     ratio_of_words(folded, &ratio));

	if (!found || ratio.over == 0 || ratio.over > ratio.under)
		return "not-a-fraction";
	*ret_plain = g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, ratio.over,
				     ratio.under);
	return NULL;
}
