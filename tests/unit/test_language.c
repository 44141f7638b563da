/* test_language.c - codes, and guessing what a short mail is written in. */
#include "common/language.h"

static void test_codes(void)
{
	static const struct {
		const char *code;
		Language language;
	} rows[] = {
		{ "nl", LANGUAGE_NL },    { "fr", LANGUAGE_FR },    { "de", LANGUAGE_DE },
		{ "en", LANGUAGE_EN },    { "NL", LANGUAGE_NL },    { "nl-BE", LANGUAGE_NL },
		{ "fr_BE", LANGUAGE_FR }, { "nld", LANGUAGE_NONE }, { "n", LANGUAGE_NONE },
		{ "", LANGUAGE_NONE },    { "es", LANGUAGE_NONE },  { NULL, LANGUAGE_NONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(language_of_code(rows[i].code), ==, rows[i].language);
	for (int l = 0; l < LANGUAGES; l++)
		g_assert_cmpint(language_of_code(language_code((Language)l)), ==, l);
	g_assert_cmpstr(language_code(LANGUAGE_NONE), ==, "");
}

static void test_guess(void)
{
	static const struct {
		const char *text;
		Language language;
	} rows[] = {
		{ "Ik wil graag ouderschapsverlof aanvragen vanaf 1 februari 2027.", LANGUAGE_NL },
		{ "In bijlage het attest.", LANGUAGE_NL },
		{ "Mijn rekeningnummer is veranderd.", LANGUAGE_NL },
		{ "Wanneer krijg ik mijn fiscale fiche?", LANGUAGE_NL },
		{ "Hallo, ik heb een vraag over mijn wedde. Mvg, An", LANGUAGE_NL },
		{ "Hoeveel dagen telewerk mag ik per week doen", LANGUAGE_NL },
		{ "akkoord", LANGUAGE_NL },
		{ "Geachte mevrouw", LANGUAGE_NL },
		{ "Loonfiche maand maart ontbreekt", LANGUAGE_NL },
		{ "Kan u mij de loonbrief bezorgen aub?", LANGUAGE_NL },
		{ "Zwangerschapsverlof", LANGUAGE_NL },
		{ "Je voudrais demander un cong\303\251 parental \303\240 partir du 1er f\303\251vrier 2027.",
		  LANGUAGE_FR },
		{ "Veuillez trouver en annexe mon certificat m\303\251dical.", LANGUAGE_FR },
		{ "Quand vais-je recevoir ma fiche fiscale ?", LANGUAGE_FR },
		{ "Bonjour, mon num\303\251ro de compte a chang\303\251. Merci.", LANGUAGE_FR },
		{ "d\342\200\231accord", LANGUAGE_FR },
		{ "J'ai une question sur mon salaire", LANGUAGE_FR },
		{ "Attestation ci-jointe.", LANGUAGE_FR },
		{ "Combien de jours de teletravail par semaine ?", LANGUAGE_FR },
		{ "Demande de pension", LANGUAGE_FR },
		{ "Ich m\303\266chte Elternurlaub ab dem 1. Februar 2027 beantragen.",
		  LANGUAGE_DE },
		{ "Anbei die Bescheinigung.", LANGUAGE_DE },
		{ "Wann bekomme ich meine Steuerbescheinigung?", LANGUAGE_DE },
		{ "Sehr geehrte Damen und Herren", LANGUAGE_DE },
		{ "einverstanden", LANGUAGE_DE },
		{ "Meine Kontonummer hat sich ge\303\244ndert", LANGUAGE_DE },
		{ "Ich moechte im Maerz in Pension gehen. Mit freundlichen Gruessen", LANGUAGE_DE },
		{ "Mutterschaftsurlaub", LANGUAGE_DE },
		{ "I would like to request parental leave from 1 February 2027.", LANGUAGE_EN },
		{ "Please find attached my medical certificate.", LANGUAGE_EN },
		{ "When will I receive my tax statement?", LANGUAGE_EN },
		{ "My bank account has changed", LANGUAGE_EN },
		{ "Approved, thanks", LANGUAGE_EN },
		{ "How many days can I work from home?", LANGUAGE_EN },
		{ "Question about my pay", LANGUAGE_EN },
		{ "Dear all, see the attached document. Kind regards", LANGUAGE_EN },
		{ "", LANGUAGE_NONE },
		{ "12345 67/89 ---", LANGUAGE_NONE },
		{ "Xyzzy Plugh", LANGUAGE_NONE },
		{ NULL, LANGUAGE_NONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(language_guess(rows[i].text), ==, rows[i].language);
	}
}

static void test_guess_broken(void)
{
	g_autofree char *endless = g_strnfill(10 * 1000 * 1000, 'a');

	g_assert_cmpint(language_guess("\377\376 caf\351"), >=, LANGUAGE_NONE);
	g_assert_cmpint(language_guess(endless), >=, LANGUAGE_NONE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/language/codes", test_codes);
	g_test_add_func("/language/guess", test_guess);
	g_test_add_func("/language/guess-broken", test_guess_broken);
	return g_test_run();
}
