/* absence.c - "I am away" and one thing more that such notes say. */
#include "gateway/absence.h"

#include <glib.h>
#include <string.h>

#include "common/text.h"

#define NOTE_BYTES 1500 /* of a text; notes are short, and begin with it */
#define NEAR 60         /* from "I am" to "away" */
#define PHRASES 16

/* As text_fold writes it. */
static const struct {
	const char *i_am[5], *away[PHRASES], *more[PHRASES];
} languages[] = {
	{ { "ik ben", "ben ik", "ik zal", "bij mijn afwezigheid" },
	  { "afwezig", "niet aanwezig", "niet op kantoor", "buiten kantoor", "met verlof",
	    "in verlof", "met vakantie", "op vakantie", "met ziekteverlof", "niet bereikbaar" },
	  { "tot en met", "terug op", "terug vanaf", "ben terug", "weer aanwezig",
	    "weer bereikbaar", "weer op kantoor", "dringend", "mijn afwezigheid", "bedankt voor uw",
	    "dank voor uw", "niet gelezen", "niet doorgestuurd" } },
	{ { "je suis", "je serai", "nous sommes" },
	  { "absent", "en conge", "en vacances", "hors du bureau", "hors bureau", "pas au bureau",
	    "indisponible", "injoignable" },
	  { "jusqu au", "de retour", "mon retour", "urgence", "urgent", "mon absence",
	    "merci pour votre message", "merci de votre message", "pas lu", "pas transfere" } },
	{ { "ich bin", "bin ich", "ich befinde mich" },
	  { "abwesend", "nicht im buro", "nicht im haus", "im urlaub", "ausser haus",
	    "nicht erreichbar", "nicht am arbeitsplatz" },
	  { "bis zum", "bis einschliesslich", "wieder erreichbar", "wieder im", "bin zuruck",
	    "zuruck bin", "dringend", "meiner abwesenheit", "ihre nachricht wird",
	    "ihre e mail wird", "nicht weitergeleitet", "danke fur ihre" } },
	{ { "i am", "i m", "i will be", "i ll be" },
	  { "out of the office", "out of office", "away from", "on leave", "on annual leave",
	    "on holiday", "on vacation", "not in the office", "currently away" },
	  { "until", "be back", "return on", "my return", "returning", "urgent", "my absence",
	    "thank you for your", "thanks for your", "limited access", "not be read" } },
};

/* Where a phrase stands as whole words from its beginning ("absent" begins "absente"), or NULL. */
static const char *find_phrase(const char *text, const char *phrase)
{
	for (const char *p = strstr(text, phrase); p != NULL; p = strstr(p + 1, phrase))
		if (p == text || p[-1] == ' ')
			return p;
	return NULL;
}

static bool has_any(const char *text, const char *const *phrases, gsize count)
{
	for (gsize i = 0; i < count && phrases[i] != NULL; i++)
		if (find_phrase(text, phrases[i]) != NULL)
			return true;
	return false;
}

/* "I am" with "away" soon behind it, at any of its places. */
static bool says_away(const char *text, const char *i_am, const char *const *away)
{
	for (const char *p = find_phrase(text, i_am); p != NULL; p = find_phrase(p + 1, i_am)) {
		g_autofree char *near = g_strndup(p, strlen(i_am) + NEAR);

		if (has_any(near + strlen(i_am), away, PHRASES))
			return true;
	}
	return false;
}

static bool has_command(const char *text)
{
	while (g_ascii_isspace(*text))
		text++;
	return *text == '#';
}

bool is_absence_note(const char *text)
{
	g_autofree char *begin = NULL, *folded = NULL;

	if (has_command(text))
		return false;
	begin = text_cut(text, NOTE_BYTES);
	folded = text_fold(begin);
	for (gsize l = 0; l < G_N_ELEMENTS(languages); l++) {
		if (!has_any(folded, languages[l].more, PHRASES))
			continue;
		for (gsize i = 0; i < G_N_ELEMENTS(languages[l].i_am); i++)
			if (languages[l].i_am[i] != NULL &&
			    says_away(folded, languages[l].i_am[i], languages[l].away))
				return true;
	}
	return false;
}
