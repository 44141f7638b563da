/* test_command.c - the commands in a dossier manager's mail, and a manager's yes or no. */
#include <string.h>

#include "gateway/approval.h"
#include "gateway/command.h"

static const struct {
	const char *what, *mail;
	guint given;
	const char *team, *form, *text, *wrong, *code; /* NULL: none */
} commands[] = {
	{ "no command: all is the answer", "Beste An,\n\nJa.", 0, NULL, NULL, "Beste An,\n\nJa.",
	  NULL, NULL },
	{ "one command", "#note\nGebeld.", COMMAND_NOTE, NULL, NULL, "Gebeld.", NULL, NULL },
	{ "several, each on its line", "#take\n#close\nKlaar.", COMMAND_TAKE | COMMAND_CLOSE, NULL,
	  NULL, "Klaar.", NULL, NULL },
	{ "any letter case, blanks around", "  #ClOsE  \nKlaar.", COMMAND_CLOSE, NULL, NULL,
	  "Klaar.", NULL, NULL },
	{ "blank lines above and between", "\n\n#take\n\n#note\nx", COMMAND_TAKE | COMMAND_NOTE,
	  NULL, NULL, "x", NULL, NULL },
	{ "an argument", "#to pay\n", COMMAND_TO, "pay", NULL, "", NULL, NULL },
	{ "an argument in capitals", "#form  Absence-Parental", COMMAND_FORM, NULL,
	  "absence-parental", "", NULL, NULL },
	{ "# below text is text", "Antwoord\n#close", 0, NULL, NULL, "Antwoord\n#close", NULL,
	  NULL },
	{ "# after the first text line is text", "#note\neen\n#close", COMMAND_NOTE, NULL, NULL,
	  "een\n#close", NULL, NULL },
	{ "unknown", "#shut\nKlaar.", 0, NULL, NULL, "Klaar.", "#shut", "unknown-command" },
	{ "unknown beside a known one", "#close\n#nu\nKlaar.", COMMAND_CLOSE, NULL, NULL, "Klaar.",
	  "#nu", "unknown-command" },
	{ "a number sign alone", "#\nKlaar.", 0, NULL, NULL, "Klaar.", "#", "unknown-command" },
	{ "argument missing", "#to\nKlaar.", COMMAND_TO, NULL, NULL, "Klaar.", "#to",
	  "missing-argument" },
	{ "contradiction", "#wait\n#close\nx", COMMAND_WAIT | COMMAND_CLOSE, NULL, NULL, "x",
	  "#close #wait", "contradiction" },
	{ "behind invisible signs", "\u00a0\u200b#note\ngeheim", COMMAND_NOTE, NULL, NULL, "geheim",
	  NULL, NULL },
	{ "a list's bullet, a wide number sign", "- #take\n＃note\ngeheim",
	  COMMAND_TAKE | COMMAND_NOTE, NULL, NULL, "geheim", NULL, NULL },
	{ "empty mail", "", 0, NULL, NULL, "", NULL, NULL },
	{ "arguments are no text", "#answer Parental-OK\n#due 1 december 2026\nGroeten",
	  COMMAND_ANSWER | COMMAND_DUE, NULL, NULL, "Groeten", NULL, NULL },
	{ "a day missing", "#due\n", COMMAND_DUE, NULL, NULL, "", "#due", "missing-argument" },
	{ "merged and closed", "#merge 12\n#close", COMMAND_MERGE | COMMAND_CLOSE, NULL, NULL, "",
	  "#close #merge", "contradiction" },
	{ "help", "#help", COMMAND_HELP, NULL, NULL, "", NULL, NULL },
};

static void test_commands(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(Commands) read = commands_read(commands[i].mail);

		g_test_message("%s", commands[i].what);
		g_assert_cmpuint(read->given, ==, commands[i].given);
		g_assert_cmpstr(read->team, ==, commands[i].team);
		g_assert_cmpstr(read->form, ==, commands[i].form);
		g_assert_cmpstr(read->text, ==, commands[i].text);
		g_assert_cmpstr(read->wrong, ==, commands[i].wrong);
		g_assert_cmpstr(read->code, ==, commands[i].code);
	}
}

static void test_arguments(void)
{
	g_autoptr(Commands) read = commands_read("#answer Parental-OK now\n#due 1 december 2026\n"
						 "#merge PC-2026-000012\n#split Pay-Question");

	g_assert_cmpstr(read->answer, ==, "parental-ok");
	g_assert_cmpstr(read->due, ==, "1 december 2026");
	g_assert_cmpstr(read->merge, ==, "pc-2026-000012");
	g_assert_cmpstr(read->split, ==, "pay-question");
}

static const struct {
	const char *mail;
	Approval approval;
} approvals[] = {
	{ "No. We need her in March.", APPROVAL_NO },
	{ "No.\nNobody can stand in.", APPROVAL_NO },
	{ "No. 12 approved", APPROVAL_UNCLEAR },
	{ "akkoord", APPROVAL_YES },
	{ "Akkoord.", APPROVAL_YES },
	{ "Goedgekeurd!\nGroeten", APPROVAL_YES },
	{ "Ja, dat mag.", APPROVAL_YES },
	{ "OK", APPROVAL_YES },
	{ "Einverstanden, mit freundlichen Grüßen", APPROVAL_YES },
	{ "Genehmigt", APPROVAL_YES },
	{ "D'accord", APPROVAL_YES },
	{ "Je suis d’accord avec cette demande.", APPROVAL_YES },
	{ "Approuvé", APPROVAL_YES },
	{ "Oui", APPROVAL_YES },
	{ "Approved. But tell her to call me.", APPROVAL_YES },
	{ "Yes", APPROVAL_YES },
	{ "Agreed", APPROVAL_YES },
	{ "Dag Jan,\n\nakkoord", APPROVAL_YES },
	{ "Niet akkoord", APPROVAL_NO },
	{ "Geweigerd wegens te weinig personeel.", APPROVAL_NO },
	{ "Nee", APPROVAL_NO },
	{ "Refusé.", APPROVAL_NO },
	{ "Refus", APPROVAL_NO },
	{ "Non, c'est impossible", APPROVAL_NO },
	{ "Pas d'accord", APPROVAL_NO },
	{ "Abgelehnt", APPROVAL_NO },
	{ "Nein", APPROVAL_NO },
	{ "Refused", APPROVAL_NO },
	{ "rejected", APPROVAL_NO },
	{ "No.", APPROVAL_NO },
	{ "Akkoord, maar pas vanaf april", APPROVAL_UNCLEAR },
	{ "D'accord mais à mi-temps", APPROVAL_UNCLEAR },
	{ "Einverstanden, aber später", APPROVAL_UNCLEAR },
	{ "Yes but no", APPROVAL_UNCLEAR },
	{ "Ja of nee?", APPROVAL_UNCLEAR },
	{ "Niet goedgekeurd", APPROVAL_UNCLEAR },
	{ "Nooit akkoord.", APPROVAL_UNCLEAR },
	{ "I cannot say yes to this.", APPROVAL_UNCLEAR },
	{ "Keinesfalls einverstanden.", APPROVAL_UNCLEAR },
	{ "Is dit ok?", APPROVAL_UNCLEAR },
	{ "Approved? Absolutely out of the question.", APPROVAL_UNCLEAR },
	{ "Ik bekijk het morgen. Akkoord", APPROVAL_UNCLEAR },
	{ "", APPROVAL_UNCLEAR },
	{ "Ja, geen probleem.", APPROVAL_YES },
	{ "Oui, pas de problème.", APPROVAL_YES },
	{ "Nee, dat kan niet.", APPROVAL_NO },
	{ "Je ne suis pas d'accord.", APPROVAL_NO },
	{ "Ce n'est pas approuvé.", APPROVAL_UNCLEAR },
	{ "Okapi jaguar", APPROVAL_UNCLEAR },
	{ "Voor mij in orde.", APPROVAL_YES },
	{ "Ik keur dit goed", APPROVAL_YES },
	{ "Daar ben ik het mee eens.", APPROVAL_YES },
	{ "Geen bezwaar.", APPROVAL_YES },
	{ "J'accepte cette demande", APPROVAL_YES },
	{ "Avis favorable.", APPROVAL_YES },
	{ "Aucune objection", APPROVAL_YES },
	{ "Ich stimme zu.", APPROVAL_YES },
	{ "Keine Einwände", APPROVAL_YES },
	{ "I approve this.", APPROVAL_YES },
	{ "No objection from me", APPROVAL_YES },
	{ "Afgewezen", APPROVAL_NO },
	{ "Ik ben het er niet eens mee", APPROVAL_NO },
	{ "Je n'accepte pas", APPROVAL_NO },
	{ "Avis défavorable", APPROVAL_NO },
	{ "Ich bin nicht einverstanden.", APPROVAL_NO },
	{ "Das lehne ich ab", APPROVAL_NO },
	{ "I don't agree.", APPROVAL_NO },
	{ "Declined", APPROVAL_NO },
	{ "No objection, but not in March", APPROVAL_UNCLEAR },
	{ "In orde als het na april is", APPROVAL_UNCLEAR },
	{ "I would approve if it were shorter", APPROVAL_UNCLEAR },
	{ "Ist das in Ordnung?", APPROVAL_UNCLEAR },
	/* a no with other words in it */
	{ "Je ne suis pas du tout d'accord.", APPROVAL_NO },
	{ "Je ne peux pas être d'accord avec cela", APPROVAL_UNCLEAR },
	{ "Je ne suis pas vraiment d'accord", APPROVAL_UNCLEAR },
	{ "Je n'approuve pas cette demande", APPROVAL_NO },
	{ "Ce n'est pas ok pour moi", APPROVAL_UNCLEAR },
	{ "Geen akkoord", APPROVAL_NO },
	{ "Ik ben allesbehalve akkoord", APPROVAL_UNCLEAR },
	{ "Ich bin keineswegs einverstanden", APPROVAL_UNCLEAR },
	{ "Kein ok von mir", APPROVAL_UNCLEAR },
	{ "I can't approve this", APPROVAL_UNCLEAR },
	{ "I won't approve", APPROVAL_UNCLEAR },
	{ "This isn't approved", APPROVAL_UNCLEAR },
	{ "Hardly agreed", APPROVAL_UNCLEAR },
	{ "Nog niet akkoord", APPROVAL_UNCLEAR },
	{ "Ik weiger niet", APPROVAL_UNCLEAR },
	{ "Je ne refuse pas", APPROVAL_UNCLEAR },
	{ "Das wird nicht abgelehnt", APPROVAL_UNCLEAR },
	{ "Dat is niet eens ingevuld", APPROVAL_UNCLEAR },
	{ "No idea what this is about", APPROVAL_UNCLEAR },
	{ "No, that is fine", APPROVAL_UNCLEAR },
	{ "Ik moet dit helaas weigeren", APPROVAL_NO },
	{ "Ich lehne den Antrag leider ab", APPROVAL_NO },
	{ "I reject this request because we are short of people", APPROVAL_NO },
	{ "Demande refusée pour raison de service", APPROVAL_NO },
	{ "Non, je ne suis pas d'accord", APPROVAL_NO },
	/* a part of it, a condition, a later time */
	{ "Akkoord voor de eerste week", APPROVAL_UNCLEAR },
	{ "Ja, voor de eerste week", APPROVAL_UNCLEAR },
	{ "Akkoord vanaf maart", APPROVAL_UNCLEAR },
	{ "Approved for March", APPROVAL_UNCLEAR },
	{ "Akkoord voor 50 %", APPROVAL_UNCLEAR },
	{ "Akkoord mits vervanging", APPROVAL_UNCLEAR },
	{ "D'accord à condition que Paul revienne", APPROVAL_UNCLEAR },
	{ "Unter Vorbehalt genehmigt", APPROVAL_UNCLEAR },
	{ "Approved as long as he is back by then", APPROVAL_UNCLEAR },
	{ "I would agree", APPROVAL_UNCLEAR },
	{ "Ik stuur morgen mijn akkoord", APPROVAL_UNCLEAR },
	{ "Ik wacht op het akkoord van mijn directeur", APPROVAL_UNCLEAR },
	{ "Ja, ik heb uw mail ontvangen", APPROVAL_UNCLEAR },
	{ "Ok, je regarde", APPROVAL_UNCLEAR },
	{ "I agree with you that this is not a good idea", APPROVAL_UNCLEAR },
	{ "Ok, laten we er even over praten", APPROVAL_UNCLEAR },
	{ "OK, I'll let you know", APPROVAL_UNCLEAR },
	{ "Ok, je te tiens au courant", APPROVAL_UNCLEAR },
	{ "Ok, bedankt voor de info", APPROVAL_UNCLEAR },
	{ "Akkoord met de weigering", APPROVAL_UNCLEAR },
	{ "Nee hoor, dat mag gerust", APPROVAL_UNCLEAR },
	{ "Nee, dat mag niet", APPROVAL_NO },
	{ "Nein, ich habe nichts dagegen", APPROVAL_UNCLEAR },
	{ "Non non, allez-y", APPROVAL_UNCLEAR },
	/* a yes as people write it */
	{ "Ja, geniet van je verlof", APPROVAL_YES },
	{ "Ga je gang!", APPROVAL_YES },
	{ "Ik heb er niets op tegen", APPROVAL_YES },
	{ "No worries", APPROVAL_YES },
	{ "Akkoord\n\nMia", APPROVAL_YES },
	{ "Akkoord\nMia Claes\nT +32 2 123 45 67", APPROVAL_YES },
	{ "Beste mevr. Claes, ik ga akkoord", APPROVAL_YES },
	{ "Dag Jan\n\nIk keur uw aanvraag goed.", APPROVAL_YES },
	{ "Bonjour !\n\nJe marque mon accord.", APPROVAL_YES },
	{ "Sehr geehrter Herr Peeters,\nich stimme dem Antrag zu.", APPROVAL_YES },
	{ "Hello. Fine by me.", APPROVAL_YES },
	{ "Akkoord met PC-2026-000012", APPROVAL_YES },
	{ "Akkoord met het ouderschapsverlof van Jan Peeters", APPROVAL_YES },
	{ "Akkoord, geen verdere opmerkingen, nog een fijne dag", APPROVAL_YES },
	{ "Oui, sans problème, à bientôt", APPROVAL_YES },
	{ "Ja en veel succes", APPROVAL_YES },
	{ "Je ne vois pas d’inconvénient", APPROVAL_YES },
	{ "Akkoord omdat de planning het toelaat", APPROVAL_YES },
	{ "Dat is goed voor mij", APPROVAL_YES },
	/* nothing, or nonsense */
	{ "\n \n", APPROVAL_UNCLEAR },
	{ ",,;:()", APPROVAL_UNCLEAR },
	{ "Dag Jan,", APPROVAL_UNCLEAR },
	{ "ja nee ja nee", APPROVAL_UNCLEAR },
};

static void test_approvals(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(approvals); i++) {
		g_test_message("\"%s\"", approvals[i].mail);
		g_assert_cmpint(approval_read(approvals[i].mail), ==, approvals[i].approval);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/command/arguments", test_arguments);
	g_test_add_func("/command/commands", test_commands);
	g_test_add_func("/command/approvals", test_approvals);
	return g_test_run();
}
