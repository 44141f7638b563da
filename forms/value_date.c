/* value_date.c - dates, months and years as people type them.
 *
 * The text is taken apart into numbers and month names; what stands between them
 * does not matter, other words do.
 */
#include "forms/value.h"

#include <string.h>

#define TOKENS 4

typedef struct Token {
	bool is_month; /* a month by its name */
	guint value, digits;
} Token;

typedef struct Tokens {
	Token all[TOKENS];
	guint count;
} Tokens;

static const char *const months[12][12] = {
	{ "januari", "janvier", "januar", "january", "jan", "janv", "janner", "jaenner" },
	{ "februari", "fevrier", "februar", "february", "feb", "fev", "fevr", "febr" },
	{ "maart", "mars", "marz", "maerz", "march", "mrt", "mar", "maa" },
	{ "april", "avril", "apr", "avr" },
	{ "mei", "mai", "may" },
	{ "juni", "juin", "june", "jun" },
	{ "juli", "juillet", "july", "jul", "juil" },
	{ "augustus", "aout", "august", "aug" },
	{ "september", "septembre", "sep", "sept" },
	{ "oktober", "octobre", "october", "okt", "oct" },
	{ "november", "novembre", "nov" },
	{ "december", "decembre", "dezember", "dec", "dez" },
};

static const char *const ordinals[] = { "er", "ere", "e",  "eme", "ste", "de",
					"te", "st",  "nd", "rd",  "th",  NULL };

static const char *const fillers[] = { "de", "den", "der", "le", "la",  "the", "of",
				       "op", "on",  "am",  "du", "van", NULL };

static const char *const weekdays[] = {
	"maandag",  "dinsdag",   "woensdag",   "donderdag", "vrijdag",  "zaterdag",  "zondag",
	"ma",       "di",        "wo",         "do",        "vr",       "za",        "zo",
	"lundi",    "mardi",     "mercredi",   "jeudi",     "vendredi", "samedi",    "dimanche",
	"lun",      "mer",       "jeu",        "ven",       "sam",      "dim",       "montag",
	"dienstag", "mittwoch",  "donnerstag", "freitag",   "samstag",  "sonnabend", "sonntag",
	"mo",       "die",       "mi",         "fr",        "sa",       "so",        "monday",
	"tuesday",  "wednesday", "thursday",   "friday",    "saturday", "sunday",    "mon",
	"tue",      "tues",      "wed",        "thu",       "thur",     "thurs",     "fri",
	"sat",      "sun",       NULL
};

static guint month_of_name(const char *word)
{
	for (guint i = 0; i < 12; i++)
		if (word_is_in(word, months[i]))
			return i + 1;
	return 0;
}

static bool tokens_add(Tokens *tokens, bool is_month, guint value, guint digits)
{
	if (tokens->count == TOKENS)
		return false;
	tokens->all[tokens->count++] = (Token){ is_month, value, digits };
	return true;
}

/* A word: a month, a weekday before all else, the end of an ordinal, or a filler. */
static bool tokens_add_word(Tokens *tokens, const char *word, bool after_digit)
{
	guint month = month_of_name(word);

	if (month != 0)
		return tokens_add(tokens, true, month, 0);
	return (after_digit && word_is_in(word, ordinals)) ||
	       (tokens->count == 0 && word_is_in(word, weekdays)) || word_is_in(word, fillers);
}

static bool tokens_read(const char *folded, Tokens *tokens)
{
	bool after_digit = false;

	for (const char *p = folded; *p != '\0';) {
		gsize digits = strspn(p, "0123456789");
		gsize letters = strspn(p, "abcdefghijklmnopqrstuvwxyz");

		if (digits > 4)
			return false;
		if (digits > 0) {
			if (!tokens_add(tokens, false, (guint)g_ascii_strtoull(p, NULL, 10),
					(guint)digits))
				return false;
		} else if (letters > 0) {
			g_autofree char *word = g_strndup(p, letters);

			if (!tokens_add_word(tokens, word, after_digit))
				return false;
		} else if (strchr(" ./,-'()", *p) == NULL) {
			return false;
		}
		after_digit = digits > 0;
		p += MAX(digits + letters, 1);
	}
	return true;
}

static bool is_year(const Token *token)
{
	return !token->is_month && (token->digits == 4 || token->digits == 2);
}

/* The year of a token: as it is, or of two digits 00-69 in 2000, 70-99 in 1900. */
static guint year_of(const Token *token)
{
	if (token->digits == 4)
		return token->value;
	return token->value + (token->value < 70 ? 2000 : 1900);
}

/* Puts the tokens in the order day, month, year. */
static bool tokens_order(const Tokens *tokens, const Token **ret_day, const Token **ret_month,
			 const Token **ret_year)
{
	const Token *all = tokens->all;

	if (tokens->count != 3 || all[2].is_month || (all[0].is_month && all[1].is_month))
		return false;
	bool year_first = !all[0].is_month && all[0].digits == 4;
	bool month_first = all[0].is_month;

	*ret_year = year_first ? &all[0] : &all[2];
	*ret_month = month_first ? &all[0] : &all[1];
	*ret_day = year_first ? &all[2] : month_first ? &all[1] : &all[0];
	return (*ret_day)->digits <= 2 && (*ret_month)->digits <= 2 && is_year(*ret_year);
}

static bool year_is_likely(guint year)
{
	return year >= 1900 && year <= 2199;
}

const char *value_read_date(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed);
	const Token *day, *month, *year;
	Tokens tokens = { 0 };

	if (!tokens_read(folded, &tokens) || !tokens_order(&tokens, &day, &month, &year))
		return "not-a-date";
	guint y = year_of(year);

	if (month->value < 1 || month->value > 12 || !year_is_likely(y) ||
	    !g_date_valid_dmy((GDateDay)day->value, (GDateMonth)month->value, (GDateYear)y))
		return "impossible-date";
	*ret_plain = g_strdup_printf("%04u-%02u-%02u", y, month->value, day->value);
	return NULL;
}

const char *value_read_month(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed);
	g_autofree char *date = NULL;
	Tokens tokens = { 0 };

	if (!tokens_read(folded, &tokens))
		return "not-a-date";
	if (tokens.count == 3) { /* a day in it */
		const char *code = value_read_date(field, typed, &date);

		if (code == NULL)
			*ret_plain = g_strndup(date, 7);
		return code;
	}
	if (tokens.count != 2)
		return "not-a-date";
	bool year_first =
		!tokens.all[0].is_month && (tokens.all[0].digits == 4 || tokens.all[1].is_month);
	const Token *year = &tokens.all[year_first ? 0 : 1],
		    *month = &tokens.all[year_first ? 1 : 0];
	guint y = year_of(year);

	if (!is_year(year) || month->digits > 2)
		return "not-a-date";
	if (month->value < 1 || month->value > 12 || !year_is_likely(y))
		return "impossible-date";
	*ret_plain = g_strdup_printf("%04u-%02u", y, month->value);
	return NULL;
}

const char *value_read_year(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed);
	Tokens tokens = { 0 };

	if (!tokens_read(folded, &tokens) || tokens.count != 1 || !is_year(&tokens.all[0]))
		return "not-a-date";
	guint year = year_of(&tokens.all[0]);

	if (!year_is_likely(year))
		return "impossible-date";
	*ret_plain = g_strdup_printf("%04u", year);
	return NULL;
}
