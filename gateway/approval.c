/* approval.c - yes, no, or a doubt, in four languages.
 *
 * Only the first sentence counts.  A sentence that says both, neither, or has a "but" or a
 * loose negation decides nothing: the manager is asked again.
 */
#include "gateway/approval.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"

/* Folded (text_fold); longer phrases first, so that "niet akkoord" is not read as "akkoord". */
static const char *const no[] = {
	"niet akkoord",
	"pas d accord",
	"geweigerd",
	"refuse",
	"refus",
	"abgelehnt",
	"nein",
	"refused",
	"rejected",
	"nee",
	"non",
	"no",
	"niet eens",
	"neen",
	"afgewezen",
	"afgekeurd",
	"ik weiger",
	"refusee",
	"rejete",
	"rejetee",
	"n accepte pas",
	"defavorable",
	"nicht einverstanden",
	"lehne ab",
	"lehne ich ab",
	"stimme nicht zu",
	"do not agree",
	"don t agree",
	"disagree",
	"declined",
	"denied",
};
static const char *const yes[] = {
	"akkoord",    "goedgekeurd", "einverstanden", "genehmigt",     "d accord",
	"approuve",   "approved",    "agreed",        "oui",           "yes",
	"ja",         "ok",          "oke",           "okay",          "mee eens",
	"in orde",    "toegestaan",  "keur goed",     "keur dit goed", "keur het goed",
	"approuvee",  "j approuve",  "j accepte",     "accepte",       "acceptee",
	"autorise",   "autorisee",   "favorable",     "stimme zu",     "stimme dem zu",
	"zugestimmt", "bewilligt",   "genehmige",     "in ordnung",    "i agree",
	"i approve",  "approve",     "agree",         "accepted",      "granted",
};
/* A yes that has a no in it: looked for first. */
static const char *const willing[] = {
	"geen bezwaar",   "pas d objection", "aucune objection",
	"keine einwande", "no objection",    "no objections",
};
static const char *const but[] = { "maar", "mais", "aber", "but" };
/* Beside a yes these take it back or bind it to something; a no stays a no. */
static const char *const doubt[] = {
	"niet",        "nicht",      "not",        "pas approuve", "unless",
	"tenzij",      "sauf",       "indien",     "als",          "wenn",
	"if",          "nooit",      "never",      "jamais",       "niemals",
	"zonder",      "sans",       "ohne",       "without",      "cannot",
	"keinesfalls", "allerminst", "onmogelijk", "impossible",   "unmoglich",
};

/* Takes the phrase out of the sentence (" word word "); true when it was there. */
static bool take_out(GString *sentence, const char *phrase)
{
	g_autofree char *padded = g_strdup_printf(" %s ", phrase);
	bool found = false;

	for (char *at = strstr(sentence->str, padded); at != NULL;
	     at = strstr(sentence->str, padded)) {
		g_string_erase(sentence, at - sentence->str, strlen(padded) - 1);
		found = true;
	}
	return found;
}

static bool take_any(GString *sentence, const char *const *phrases, size_t count)
{
	bool found = false;

	for (size_t i = 0; i < count; i++)
		found = take_out(sentence, phrases[i]) || found;
	return found;
}

/* Up to the first . ! or ?, or an empty line that does not follow a salutation's comma. */
static char *first_sentence(const char *text, bool *ret_asks)
{
	const char *end = text + strspn(text, " \t\n");
	const char *begin = end;

	for (; *end != '\0' && strchr(".!?", *end) == NULL; end++) {
		const char *last = end;

		if (end[0] != '\n' || end[1 + strspn(end + 1, " \t")] != '\n')
			continue;
		while (last > begin && g_ascii_isspace(last[-1]))
			last--;
		if (last > begin && last[-1] != ',')
			break;
	}
	*ret_asks = *end == '?';
	return g_strndup(begin, end - begin);
}

Approval approval_read(const char *text)
{
	bool refuses, agrees, takes_back, doubts, asks;
	g_autofree char *first = first_sentence(text, &asks);
	g_autofree char *folded = text_fold(first);
	g_autoptr(GString) sentence = g_string_new(NULL);

	g_string_printf(sentence, " %s ", folded);
	agrees = take_any(sentence, willing, G_N_ELEMENTS(willing));
	refuses = take_any(sentence, no, G_N_ELEMENTS(no));
	takes_back = take_any(sentence, doubt, G_N_ELEMENTS(doubt)) || asks;
	agrees = take_any(sentence, yes, G_N_ELEMENTS(yes)) || agrees;
	doubts = take_any(sentence, but, G_N_ELEMENTS(but)) || (agrees && takes_back);
	if (refuses == agrees || doubts)
		return APPROVAL_UNCLEAR;
	return agrees ? APPROVAL_YES : APPROVAL_NO;
}
