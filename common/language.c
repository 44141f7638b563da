/* language.c - codes of languages, and which one a text is written in. */
#include "common/language.h"

#include <string.h>

#include "common/text.h"

#define WORDS 1000	/* of a text are looked at */
#define WEIGHT_OWN 6	/* a word of one language alone */
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
		"aan aanvraag aanvragen al alvast als alstublieft attest af ander beste bij bijgevoegd bijlage "
		"bijlagen dag dagen dan dank dat de deze die dit doen door dossier een en er ga gaat geachte "
		"gedurende geen geldt gelieve geval goedemiddag goedemorgen goeiedag graag groet groeten heb "
		"hebben heeft help het hierbij hierover hoe hoeveel hulp ik in indienen is ja jaar januari "
		"februari maart mei juni juli augustus jullie kan kreeg krijg krijgen kunnen kunt laten loon "
		"maand maanden maar mag meer met mevrouw mij mijn mijnheer mits moet moeten mvg naar nee niet "
		"niets nieuw nieuwe nodig nog nu nieuws of om omdat onder ons ontvangen ook op opnemen over "
		"ouderschapsverlof rekeningnummer salaris sinds sturen stuur te tot toch uit uw van vanaf vanwege "
		"verlof veel vind volgende voor vraag vragen vriendelijke waar wanneer want waren was wat "
		"wanneer we week weken wel welke werd werk werken wij wil worden wordt wou zal ze zich zie "
		"ziek zijn zo zou zwanger zwangerschap moederschapsverlof telewerk telewerken thuis pensioen "
		"dochter zoon kind kinderen geboren geboorte vandaag morgen gisteren opzoeken stuurt bedankt "
		"dankjewel antwoord akkoord goedgekeurd mail heer collega vakantie weddefiche wedde toestemming",
	[LANGUAGE_FR] =
		"a accord ai ainsi apres annee annees attestation au aucun aussi aux avant avec avez avoir "
		"avons bien bonjour bonsoir car ce ceci cela ces cet cette chef ci combien comme comment concernant "
		"conge conges contrat cordialement d dans de demande demander depuis des deux dire dois dossier "
		"donc du elle en encore enfant enfants envoie envoyer est et ete etes etre eu fait faire fille "
		"fils fois grossesse ici il ils j jamais janvier fevrier mars avril juin juillet aout septembre "
		"octobre novembre decembre je joint jointe jour jours jusqu l la le les leur lors madame mais maladie "
		"maternite me medical merci mes messieurs moi mois mon monsieur n naissance ne non nos notre "
		"nouveau nouvelle nous nouvelles numero on ont or ou oui par parce parental pas paie pension pendant "
		"peut peux piece plus pour pouvez pourquoi prendre pris puis puisque prochain qu quand que quel quelle "
		"qui quoi recevoir recu reponse sa salaire salutations sans se ses semaine semaines sera si "
		"souhaite souhaiterais sont sous suis suite sur ta telle teletravail toujours travail travailler tres "
		"un une vers veuillez vos votre voudrais vous voici voir y bonne jointes annexe besoin "
		"aujourd hui demain hier renseignements responsable approuve",
	[LANGUAGE_DE] =
		"ab aber als alle am an anbei anhang antrag antworten antwort arbeit arbeiten arzt auch auf aus "
		"bei beantragen beantrage bekomme bekommen bescheinigung beste besten betreff bin bis bitte brauche "
		"da damen danke dank dann das dass dem den der des die dies diese diesem diesen dieser dieses "
		"dienst du durch ein eine einem einen einer eines elternurlaub er erhalten es etwas fur fuer fragen "
		"frage frau freundliche freundlichen gebeten geburt gehalt geehrte geehrter geht gerne gibt gruss "
		"grusse gruessen grussen gruesse guten habe haben hallo hat hatte hier herr herren ich ihm ihn ihnen ihr "
		"ihre ihren ihrer im in ist ja jahr jahre januar februar marz april mai juni juli kann kein keine kind kinder "
		"krank konnen konnte koennen konto kontonummer liebe mehr mein meine meinem meinen meiner mich "
		"mir mit mitteilen mochte moechte monat monate morgen mutterschaftsurlaub muss mussen nach nicht noch nur "
		"nun oder rente schicke schon schwanger sehr seit senden sich sie sind sohn sollte tag tage tochter uber "
		"ueber um und uns unser urlaub vielen viele vom von vor wann war waren warum was wegen welche wenn "
		"wer werde werden wie wird wir wo wochen woche wurde wunsche zu zum zur zwei zwischen genehmigt "
		"einverstanden geboren heute gestern krankmeldung vorgesetzter telearbeit unterlagen",
	[LANGUAGE_EN] =
		"a about after all also am an and any are as ask asking at attached attachment available be because "
		"been before best between but by can certificate child children could daughter day days dear did do does "
		"enclosed explain family february find for forward from get good had has have hello help her here hi his "
		"how i if in is it january july june just kind know last leave like manager march may maternity me medical "
		"month months more morning much my need new next no not now of on one or our out over paid parental "
		"pay payslip pension please pregnant question receive received regarding regards request salary "
		"send sick sickness since so some son soon still take thank thanks that the their them then there these "
		"they this those time to today tomorrow until up us was we week weeks were what when where which who "
		"why will wish with work working would year years yes yesterday you your sincerely yours approved agreed "
		"account bank change changed birth certificates home teleworking sent",
};

static GHashTable *dictionary; /* word to a bit for each language */

static gpointer dictionary_make(gpointer unused)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int l = 0; l < LANGUAGES; l++) {
		g_auto(GStrv) list = g_strsplit(words[l], " ", -1);

		for (char **word = list; *word != NULL; word++) {
			guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(table, *word));

			g_hash_table_insert(table, g_strdup(*word), GUINT_TO_POINTER(bits | 1u << l));
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
		{ "lijk", LANGUAGE_NL }, { "lijke", LANGUAGE_NL }, { "heid", LANGUAGE_NL },
		{ "verlof", LANGUAGE_NL }, { "aanvraag", LANGUAGE_NL }, { "attest", LANGUAGE_NL },
		{ "ung", LANGUAGE_DE }, { "ungen", LANGUAGE_DE }, { "keit", LANGUAGE_DE },
		{ "lich", LANGUAGE_DE }, { "liche", LANGUAGE_DE }, { "urlaub", LANGUAGE_DE },
		{ "eaux", LANGUAGE_FR }, { "ette", LANGUAGE_FR }, { "aire", LANGUAGE_FR },
		{ "eux", LANGUAGE_FR }, { "ness", LANGUAGE_EN }, { "ful", LANGUAGE_EN },
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
			score[l] += languages == 1 ? WEIGHT_OWN : languages == 2 ? WEIGHT_SHARED : 0;
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
