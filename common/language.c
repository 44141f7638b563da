/* language.c - codes of languages, and which one a text is written in. */
#include "common/language.h"

#include <string.h>

#include "common/text.h"

#define WORDS 1000      /* of a text are looked at */
#define WEIGHT_OWN 6    /* a word of one language alone */
#define WEIGHT_SHARED 2 /* a word of two */

static const char *const codes[LANGUAGES] = {
	[LANGUAGE_NL] = "nl",
	[LANGUAGE_FR] = "fr",
	[LANGUAGE_DE] = "de",
	[LANGUAGE_EN] = "en",
};

/* Frequent words as text_fold writes them: of the language, and of the mails
 * of a personnel desk. A word of three languages weighs nothing. */
static const char *const words[LANGUAGES] = {
	[LANGUAGE_NL] =
		"aan aanvraag aanvragen af akkoord al als alstublieft alvast ander antwoord "
		"attest augustus bedankt beste bij bijgevoegd bijlage bijlagen collega dag dagen "
		"dan dank dankjewel dat de deze die dit dochter doen door dossier een en er "
		"februari ga gaat geachte geboorte geboren gedurende geen geldt gelieve geval "
		"gisteren goedemiddag goedemorgen goedgekeurd goeiedag graag groet groeten heb "
		"hebben heeft heer help het hierbij hierover hoe hoeveel hulp ik in indienen is "
		"ja jaar januari juli jullie juni kan kind kinderen kreeg krijg krijgen kunnen "
		"kunt laten loon maand maanden maar maart mag mail meer mei met mevrouw mij mijn "
		"mijnheer mits moederschapsverlof moet moeten morgen mvg naar nee niet niets "
		"nieuw nieuwe nieuws nodig nog nu of om omdat onder ons ontvangen ook op opnemen "
		"opzoeken ouderschapsverlof over pensioen rekeningnummer salaris sinds sturen "
		"stuur stuurt te telewerk telewerken thuis toch toestemming tot uit uw vakantie "
		"van vanaf vandaag vanwege veel verlof vind volgende voor vraag vragen "
		"vriendelijke waar wanneer want waren was wat we wedde weddefiche week weken wel "
		"welke werd werk werken wij wil worden wordt wou zal ze zich zie ziek zijn zo "
		"zoon zou zwanger zwangerschap",
	[LANGUAGE_FR] =
		"a accord ai ainsi annee annees annexe aout approuve apres attestation au aucun "
		"aujourd aussi aux avant avec avez avoir avons avril besoin bien bonjour bonne "
		"bonsoir car ce ceci cela ces cet cette chef ci combien comme comment concernant "
		"conge conges contrat cordialement d dans de decembre demain demande demander "
		"depuis des deux dire dois donc dossier du elle en encore enfant enfants envoie "
		"envoyer est et ete etes etre eu faire fait fevrier fille fils fois grossesse "
		"hier hui ici il ils j jamais janvier je joint jointe jointes jour jours juillet "
		"juin jusqu l la le les leur lors madame mais maladie mars maternite me medical "
		"merci mes messieurs moi mois mon monsieur n naissance ne non nos notre nous "
		"nouveau nouvelle nouvelles novembre numero octobre on ont or ou oui paie par "
		"parce parental pas pendant pension peut peux piece plus pour pourquoi pouvez "
		"prendre pris prochain puis puisque qu quand que quel quelle qui quoi recevoir "
		"recu renseignements reponse responsable sa salaire salutations sans se semaine "
		"semaines septembre sera ses si sont souhaite souhaiterais sous suis suite sur ta "
		"teletravail telle toujours travail travailler tres un une vers veuillez voici "
		"voir vos votre voudrais vous y",
	[LANGUAGE_DE] =
		"ab aber alle als am an anbei anhang antrag antwort antworten april arbeit "
		"arbeiten arzt auch auf aus beantrage beantragen bei bekomme bekommen "
		"bescheinigung beste besten betreff bin bis bitte brauche da damen dank danke "
		"dann das dass dem den der des die dienst dies diese diesem diesen dieser dieses "
		"du durch ein eine einem einen einer eines einverstanden elternurlaub er erhalten "
		"es etwas februar frage fragen frau freundliche freundlichen fuer fur gebeten "
		"geboren geburt geehrte geehrter gehalt geht genehmigt gerne gestern gibt gruesse "
		"gruessen gruss grusse grussen guten habe haben hallo hat hatte herr herren heute "
		"hier ich ihm ihn ihnen ihr ihre ihren ihrer im in ist ja jahr jahre januar juli "
		"juni kann kein keine kind kinder koennen konnen konnte konto kontonummer krank "
		"krankmeldung liebe mai marz mehr mein meine meinem meinen meiner mich mir mit "
		"mitteilen mochte moechte monat monate morgen muss mussen mutterschaftsurlaub "
		"nach nicht noch nun nur oder rente schicke schon schwanger sehr seit senden sich "
		"sie sind sohn sollte tag tage telearbeit tochter uber ueber um und uns unser "
		"unterlagen urlaub viele vielen vom von vor vorgesetzter wann war waren warum was "
		"wegen welche wenn wer werde werden wie wir wird wo woche wochen wunsche wurde zu "
		"zum zur zwei zwischen",
	[LANGUAGE_EN] =
		"a about account after agreed all also am an and any approved are as ask asking "
		"at attached attachment available bank be because been before best between birth "
		"but by can certificate certificates change changed child children could daughter "
		"day days dear did do does enclosed explain family february find for forward from "
		"get good had has have hello help her here hi his home how i if in is it january "
		"july june just kind know last leave like manager march maternity may me medical "
		"month months more morning much my need new next no not now of on one or our out "
		"over paid parental pay payslip pension please pregnant question receive received "
		"regarding regards request salary send sent sick sickness since sincerely so some "
		"son soon still take teleworking thank thanks that the their them then there "
		"these they this those time to today tomorrow until up us was we week weeks were "
		"what when where which who why will wish with work working would year years yes "
		"yesterday you your yours",
};

static GHashTable *dictionary; /* word to a bit for each language */

static gpointer dictionary_make(gpointer unused)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int l = 0; l < LANGUAGES; l++) {
		g_auto(GStrv) list = g_strsplit(words[l], " ", -1);

		for (char **word = list; *word != NULL; word++) {
			guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(table, *word));

			g_hash_table_insert(table, g_strdup(*word),
					    GUINT_TO_POINTER(bits | 1u << l));
		}
	}
	dictionary = table;
	return table;
}

const char *language_code(Language language)
{
	return language >= 0 && language < LANGUAGES ? codes[language] : "";
}

Language language_of_code(const char *code)
{
	if (code == NULL)
		return LANGUAGE_NONE;
	for (int l = 0; l < LANGUAGES; l++)
		if (g_ascii_strncasecmp(code, codes[l], 2) == 0 && !g_ascii_isalnum(code[2]))
			return (Language)l;
	return LANGUAGE_NONE;
}

/* Endings and letters that speak for a language where the word is not known. */
static void score_shape(const char *word, guint score[LANGUAGES])
{
	static const struct {
		const char *end;
		Language language;
	} ends[] = {
		{ "lijk", LANGUAGE_NL },   { "lijke", LANGUAGE_NL },    { "heid", LANGUAGE_NL },
		{ "verlof", LANGUAGE_NL }, { "aanvraag", LANGUAGE_NL }, { "attest", LANGUAGE_NL },
		{ "ung", LANGUAGE_DE },    { "ungen", LANGUAGE_DE },    { "keit", LANGUAGE_DE },
		{ "lich", LANGUAGE_DE },   { "liche", LANGUAGE_DE },    { "urlaub", LANGUAGE_DE },
		{ "eaux", LANGUAGE_FR },   { "ette", LANGUAGE_FR },     { "aire", LANGUAGE_FR },
		{ "eux", LANGUAGE_FR },    { "ness", LANGUAGE_EN },     { "ful", LANGUAGE_EN },
		{ "ly", LANGUAGE_EN },
	};

	if (strlen(word) < 5)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_str_has_suffix(word, ends[i].end))
			score[ends[i].language]++;
	if (strstr(word, "ij") != NULL || strstr(word, "aa") != NULL)
		score[LANGUAGE_NL]++;
}

static void score_word(const char *word, guint score[LANGUAGES])
{
	guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(dictionary, word));
	guint languages = (guint)__builtin_popcount(bits);

	if (languages == 0)
		score_shape(word, score);
	for (int l = 0; l < LANGUAGES; l++)
		if ((bits & 1u << l) != 0)
			score[l] += languages == 1   ? WEIGHT_OWN
				    : languages == 2 ? WEIGHT_SHARED
						     : 0;
}

Language language_guess(const char *text)
{
	static GOnce once = G_ONCE_INIT;
	g_autofree char *cut = text_cut(text != NULL ? text : "", WORDS * 20);
	g_autofree char *folded = text_fold(cut);
	g_auto(GStrv) list = g_strsplit(folded, " ", WORDS);
	guint score[LANGUAGES] = { 0 };
	Language best = LANGUAGE_NL;
	bool tie = false;

	g_once(&once, dictionary_make, NULL);
	for (char **word = list; *word != NULL; word++)
		score_word(*word, score);
	for (int l = LANGUAGE_NL + 1; l < LANGUAGES; l++) {
		if (score[l] > score[best]) {
			best = (Language)l;
			tie = false;
		} else if (score[l] == score[best]) {
			tie = true;
		}
	}
	return score[best] == 0 || tie ? LANGUAGE_NONE : best;
}
