/* test_read_reply.c - what a person wrote, what is quoted, what is forwarded. */
#include "gateway/read_reply.h"

#include "gateway/read_forward.h"
#include "gateway/read_quote.h"
#include "tests/unit/mail_of.h"

static void test_reply(void)
{
	static const struct {
		const char *what, *text, *reply;
	} rows[] = {
		{ "nothing quoted", "Dag,\n\nMijn verlof begint op 3 mei.\n\nJan\n",
		  "Dag,\n\nMijn verlof begint op 3 mei.\n\nJan\n" },
		{ "Dutch",
		  "Ja.\n\nOp ma 23 nov 2026 om 10:00 schreef Desk <desk@x.example>:\n> Klopt dit?\n",
		  "Ja.\n" },
		{ "French",
		  "Oui.\n\nLe lun. 23 nov. 2026 à 10:00, Desk <desk@x.example> a écrit :\n> D'accord ?\n",
		  "Oui.\n" },
		{ "German",
		  "Ja.\n\nAm 23.11.2026 um 10:00 schrieb Desk <desk@x.example>:\n> Gut?\n",
		  "Ja.\n" },
		{ "English over two lines",
		  "Yes.\n\nOn Mon, Nov 23, 2026 at 10:00 AM Personnel Desk With A Long Name\n<desk@x.example> wrote:\n\n> Right?\n",
		  "Yes.\n" },
		{ "a date and a name alone",
		  "Ja.\n\n23.11.2026, 10:00, \"Desk\" <desk@x.example>:\n\nKlopt dit?\n", "Ja.\n" },
		{ "the quoted mail without marks",
		  "Yes.\n\nOn 23 Nov 2026, at 10:00, Desk <desk@x.example> wrote:\n\nRight?\n",
		  "Yes.\n" },
		{ "Outlook, Dutch",
		  "Ja.\n\nVan: Desk <desk@x.example>\nVerzonden: maandag 23 november 2026 10:00\nAan: Jan <jan@x.example>\nOnderwerp: Vraag\n\nKlopt dit?\n",
		  "Ja.\n" },
		{ "Outlook, French",
		  "Oui.\n\nDe : Desk <desk@x.example>\nEnvoyé : lundi 23 novembre 2026 10:00\nÀ : Jan <jan@x.example>\nObjet : Question\n\nD'accord ?\n",
		  "Oui.\n" },
		{ "Outlook, German",
		  "Ja.\n\nVon: Desk <desk@x.example>\nGesendet: Montag, 23. November 2026 10:00\nAn: Jan <jan@x.example>\nBetreff: Frage\n\nGut?\n",
		  "Ja.\n" },
		{ "Outlook, English, bold",
		  "Yes.\n\n*From:* Desk <desk@x.example>\n*Sent:* Monday, November 23, 2026 10:00 AM\n*To:* Jan\n*Subject:* Question\n\nRight?\n",
		  "Yes.\n" },
		{ "Outlook on the web, below a rule",
		  "Yes.\n________________________________\nFrom: Desk <desk@x.example>\nSent: Monday, November 23, 2026 10:00 AM\nTo: Jan <jan@x.example>\nSubject: Question\n\nRight?\n",
		  "Yes.\n" },
		{ "original message",
		  "Ja.\n\n-----Oorspronkelijk bericht-----\nVan: Desk\n\nKlopt dit?\n", "Ja.\n" },
		{ "original message, German", "Ja.\n\n-----Ursprüngliche Nachricht-----\nText\n",
		  "Ja.\n" },
		{ "answers between quoted lines",
		  "On 23 Nov 2026 at 10:00, Desk <d@x.example> wrote:\n> Which day?\n\nThe third.\n\n> How long?\n\nA week.\n",
		  "The third.\n\n\nA week.\n" },
		{ "an answer below", "> Klopt dit?\n\nJa.\n", "Ja.\n" },
		{ "a signature", "Ja.\n\n-- \nJan Janssens\nTel. 02\n", "Ja.\n" },
		{ "a signature without a blank", "Ja.\n--\nJan\n", "Ja.\n" },
		{ "a telephone", "Ja.\n\nVerzonden vanaf mijn iPhone\n", "Ja.\n" },
		{ "a telephone, French, before the quotation",
		  "Oui.\n\nEnvoyé de mon iPhone\n\n> Le 23 nov. 2026 à 10:00, Desk <d@x.example> a écrit :\n> \n> D'accord ?\n",
		  "Oui.\n" },
		{ "an app, German", "Ja.\n\nVon meinem iPhone gesendet\n", "Ja.\n" },
		{ "a greeting is the person's", "Ja.\n\nMet vriendelijke groeten\nJan\n",
		  "Ja.\n\nMet vriendelijke groeten\nJan\n" },
		{ "all is quoted", "> a\n> b\n", "" },
		{ "a list is no signature", "Bijlagen:\n- attest\n- kopie\n",
		  "Bijlagen:\n- attest\n- kopie\n" },
		{ "labels of a form are no heading",
		  "Van: 1/2/2027\nTot: 5/2/2027\nDatum: 3/1/2027\nOnderwerp: verlof\n",
		  "Van: 1/2/2027\nTot: 5/2/2027\nDatum: 3/1/2027\nOnderwerp: verlof\n" },
		{ "a sentence with a verb is no heading", "Op 3 mei schreef ik u:\nik ben ziek.\n",
		  "Op 3 mei schreef ik u:\nik ben ziek.\n" },
		{ "a greeting just above the heading stays",
		  "Hi,\nOn Tue, 2026-11-24 at 18:02 +0100, Desk wrote:\n> a\n", "Hi,\n" },
		{ "nothing", "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *reply = reply_text(rows[i].text);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(reply, ==, rows[i].reply);
	}
}

static void test_forward(void)
{
	static const struct {
		const char *what, *subject, *text, *from, *about, *body, *above;
		bool is_answer;
	} rows[] = {
		{ "Gmail", "Fwd: Verlof",
		  "zie onder\n\n---------- Forwarded message ---------\nVan: Jan <jan@x.example>\nDate: ma 23 nov 2026 om 10:00\nSubject: Verlof\nTo: <hr@x.example>\n\n\nDag\n",
		  "Jan|jan@x.example", "Verlof", "Dag\n", "zie onder\n\n", false },
		{ "Apple Mail, quoted", "Fwd: Verlof",
		  "> Begin doorgestuurd bericht:\n> \n> Van: Jan <jan@x.example>\n> Onderwerp: Verlof\n> Datum: 23 november 2026 om 10:00:00 CET\n> Aan: hr@x.example\n> \n> Dag\n",
		  "Jan|jan@x.example", "Verlof", "Dag\n", "", false },
		{ "Thunderbird, French", "Fwd: Congé",
		  "-------- Message transféré --------\nSujet : \tCongé\nDate : \tMon, 23 Nov 2026 10:00:00 +0100\nDe : \tJan <jan@x.example>\nPour : \thr@x.example\n\nBonjour\n",
		  "Jan|jan@x.example", "Congé", "Bonjour\n", "", false },
		{ "Outlook, German", "WG: Urlaub",
		  "Zur Info\n\nVon: Jan <jan@x.example>\nGesendet: Montag, 23. November 2026 10:00\nAn: HR <hr@x.example>\nBetreff: Urlaub\n\nHallo\n",
		  "Jan|jan@x.example", "Urlaub", "Hallo\n", "Zur Info\n\n", false },
		{ "a heading in one line", "Fwd: x",
		  "  ----- Forwarded Message ----- From: Jan <jan@x.example>To: \"hr@x.example\" <hr@x.example>Sent: Monday, November 23, 2026Subject: Verlof\nDag\n",
		  "Jan|jan@x.example", "Verlof", "Dag\n", "", false },
		{ "the address of Outlook twice", "FW: x",
		  "From: Jan <jan@x.example<mailto:jan@x.example>>\nSent: Monday, 23 November 2026\nTo: HR\nSubject: Verlof\n\nDag\n",
		  "Jan|jan@x.example", "Verlof", "Dag\n", "", false },
		{ "an answer is not forwarded", "Re: Verlof",
		  "Ja.\n\nFrom: Jan <jan@x.example>\nSent: Monday, 23 November 2026\nTo: HR\nSubject: Verlof\n\nDag\n",
		  NULL, NULL, NULL, NULL, true },
		{ "a quotation that forwards is not ours", "Re: Verlof",
		  "Ja.\n\nOn 23 Nov 2026 at 10:00, A <a@x.example> wrote:\n> ---------- Forwarded message ---------\n> From: Jan <jan@x.example>\n> Subject: x\n> Dag\n",
		  NULL, NULL, NULL, NULL, true },
		{ "a plain request", "Verlof", "Dag,\nik wil verlof.\n", NULL, NULL, NULL, NULL,
		  false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *above = NULL, *from = NULL;
		Forward *forward =
			forward_read(rows[i].text, rows[i].subject, rows[i].is_answer, &above);

		g_test_message("%s", rows[i].what);
		g_assert_true((forward != NULL) == (rows[i].from != NULL));
		if (forward == NULL)
			continue;
		from = g_strconcat(forward->from.name, "|", forward->from.address, NULL);
		g_assert_cmpstr(from, ==, rows[i].from);
		g_assert_cmpstr(forward->subject, ==, rows[i].about);
		g_assert_cmpstr(forward->text, ==, rows[i].body);
		g_assert_cmpstr(above, ==, rows[i].above);
		g_assert_cmpuint(forward->to->len, ==, 1);
		g_assert_cmpstr(forward->date, !=, "");
		forward_free(forward);
	}
}

static void test_subject(void)
{
	g_assert_true(subject_is_forward("Fwd: x"));
	g_assert_true(subject_is_forward("TR : x"));
	g_assert_true(subject_is_forward("[EXTERN] WG: x"));
	g_assert_false(subject_is_forward("Verlof: x"));
	g_assert_true(subject_is_answer("Re[2]: x"));
	g_assert_true(subject_is_answer("Antw: x"));
	g_assert_true(subject_is_answer("AW: x"));
	g_assert_false(subject_is_answer("Regarding: x"));
	g_assert_cmpstr(subject_base("Re: Fwd: verlof"), ==, "verlof");
}

static void test_html_reply(void)
{
	g_autoptr(Mail) mail = mail_of(
		"From: a@x.example\r\nSubject: Re: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
		"<div dir=\"ltr\">Ja.</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">"
		"Op ma 23 nov 2026 om 10:00 schreef Desk &lt;<a href=\"mailto:d@x.example\">d@x.example</a>&gt;:<br></div>"
		"<blockquote class=\"gmail_quote\">Klopt dit?</blockquote></div>\r\n");

	g_assert_cmpstr(mail->reply, ==, "Ja.\n");
	g_assert_cmpint(mail->automatic, ==, AUTOMATIC_NO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add_func("/read/reply/text", test_reply);
	g_test_add_func("/read/reply/forward", test_forward);
	g_test_add_func("/read/reply/subject", test_subject);
	g_test_add_func("/read/reply/html", test_html_reply);
	return g_test_run();
}
