/* test_read_bounce.c - mail that no person wrote: reports, bounces, notes of absence, lists. */
#include "tests/unit/mail_of.h"

#define DSN                                                                                                                           \
	"From: MAILER-DAEMON@mx.example\r\nTo: desk@desk.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n" \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"                 \
	"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
#define RETURNED \
	"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <n1@desk.example>\r\n\r\n--b--\r\n"
#define PERSON "From: jan@x.example\r\nTo: desk@desk.example\r\n"

static void test_bounces(void)
{
	static const struct {
		const char *what, *mail;
		Automatic kind;
		const char *bounces; /* "recipient action status id;" */
	} rows[] = {
		{ "failed",
		  DSN
		  "Final-Recipient: rfc822; jan@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 none\r\n" RETURNED,
		  AUTOMATIC_BOUNCE, "jan@x.example failed 5.1.1 n1@desk.example;" },
		{ "delayed",
		  DSN
		  "Final-Recipient: rfc822; jan@x.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n" RETURNED,
		  AUTOMATIC_DELAYED, "jan@x.example delayed 4.4.1 n1@desk.example;" },
		{ "delivered",
		  DSN
		  "Final-Recipient: rfc822; jan@x.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n" RETURNED,
		  AUTOMATIC_RECEIPT, "jan@x.example delivered 2.0.0 n1@desk.example;" },
		{ "the address that was written to",
		  DSN
		  "Original-Recipient: rfc822;jan@x.example\r\nFinal-Recipient: rfc822;j1@host.example\r\nAction: failed\r\nStatus: 5.0.0\r\n" RETURNED,
		  AUTOMATIC_BOUNCE, "jan@x.example failed 5.0.0 n1@desk.example;" },
		{ "the code of the diagnostic says more",
		  DSN
		  "Final-Recipient: rfc822;jan@x.example\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550\r\n 5.2.2 full\r\n" RETURNED,
		  AUTOMATIC_BOUNCE, "jan@x.example failed 5.2.2 n1@desk.example;" },
		{ "two recipients",
		  DSN
		  "Final-Recipient: rfc822;a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: rfc822;b@x.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n" RETURNED,
		  AUTOMATIC_BOUNCE,
		  "a@x.example failed 5.1.1 n1@desk.example;b@x.example delayed 4.2.2 n1@desk.example;" },
		{ "a free form",
		  "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: desk@desk.example\r\nSubject: failure notice\r\n\r\nSorry, I could not deliver.\r\n\r\n<jan@x.example>:\r\n550 5.1.1 User unknown\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <n1@desk.example>\r\nTo: jan@x.example\r\n",
		  AUTOMATIC_BOUNCE, "jan@x.example failed 5.1.1 n1@desk.example;" },
		{ "a free form with a reply code only",
		  "From: MAILER-DAEMON@mx.example\r\nTo: desk@desk.example\r\nSubject: Returned mail: User unknown\r\n\r\n<jan@x.example>... 550 User unknown\r\n",
		  AUTOMATIC_BOUNCE, "jan@x.example failed 5.0.0 ;" },
		{ "X-Failed-Recipients",
		  "From: Mail Delivery System <Mailer-Daemon@mx.example>\r\nX-Failed-Recipients: jan@x.example\r\nSubject: Mail delivery failed\r\n\r\nx\r\n",
		  AUTOMATIC_BOUNCE, "jan@x.example failed  ;" },
		{ "a warning",
		  "From: MAILER-DAEMON@mx.example\r\nTo: desk@desk.example\r\nSubject: Warning: message delayed\r\n\r\n<jan@x.example>: still trying\r\n",
		  AUTOMATIC_DELAYED, "jan@x.example delayed 4.0.0 ;" },
		{ "a person forwards a bounce",
		  PERSON "Subject: Fwd: Undelivered Mail Returned to Sender\r\n\r\nWat is dit?\r\n",
		  AUTOMATIC_NO, "" },
		{ "a person speaks of it",
		  PERSON "Subject: mijn mail kwam terug\r\n\r\nUser unknown, zei hij.\r\n",
		  AUTOMATIC_NO, "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Mail) mail = mail_of(rows[i].mail);
		g_autoptr(GString) shown = g_string_new(NULL);

		g_test_message("%s", rows[i].what);
		for (guint k = 0; k < mail->bounces->len; k++) {
			Bounce *bounce = g_ptr_array_index(mail->bounces, k);

			g_string_append_printf(shown, "%s %s %s %s;", bounce->recipient,
					       bounce->action, bounce->status,
					       bounce->original_message_id != NULL
						       ? bounce->original_message_id
						       : "");
		}
		g_assert_cmpstr(shown->str, ==, rows[i].bounces);
		g_assert_cmpint(mail->automatic, ==, rows[i].kind);
	}
}

static void test_automatic(void)
{
	static const struct {
		const char *what, *mail;
		Automatic kind;
	} rows[] = {
		{ "a person", PERSON "Subject: Verlof\r\n\r\nx\r\n", AUTOMATIC_NO },
		{ "auto-replied", PERSON "Auto-Submitted: auto-replied\r\n\r\nx\r\n",
		  AUTOMATIC_AUTO_REPLY },
		{ "auto-generated with a comment",
		  PERSON "Auto-Submitted: auto-generated (x)\r\n\r\nx\r\n", AUTOMATIC_AUTO_REPLY },
		{ "not automatic by its own word", PERSON "Auto-Submitted: no\r\n\r\nx\r\n",
		  AUTOMATIC_NO },
		{ "an absence note of Exchange",
		  PERSON "X-Auto-Response-Suppress: All\r\n\r\nx\r\n", AUTOMATIC_AUTO_REPLY },
		{ "an absence note by its subject",
		  PERSON "Subject: Automatisch antwoord: Uw dossier\r\n\r\nx\r\n",
		  AUTOMATIC_AUTO_REPLY },
		{ "an absence note behind a gateway's tag",
		  PERSON "Subject: [EXTERNAL] Automatic reply: Uw dossier\r\n\r\nx\r\n",
		  AUTOMATIC_AUTO_REPLY },
		{ "an absence note before our tag",
		  PERSON "Subject: Out of office [PC-2026-000001 abc]\r\n\r\nx\r\n",
		  AUTOMATIC_AUTO_REPLY },
		{ "an answer to one", PERSON "Subject: Re: Automatic reply: x\r\n\r\nx\r\n",
		  AUTOMATIC_NO },
		{ "absent for illness is a request",
		  PERSON "Subject: Afwezig door ziekte op 3 mei: attest\r\n\r\nx\r\n",
		  AUTOMATIC_NO },
		{ "a list", PERSON "List-Id: <l.x.example>\r\n\r\nx\r\n", AUTOMATIC_LIST },
		{ "bulk", PERSON "Precedence: bulk\r\n\r\nx\r\n", AUTOMATIC_LIST },
		{ "a loop", PERSON "X-Loop: desk@desk.example\r\n\r\nx\r\n", AUTOMATIC_AUTO_REPLY },
		{ "the null sender", PERSON "Return-Path: <>\r\n\r\nx\r\n", AUTOMATIC_AUTO_REPLY },
		{ "our own mail", "From: Desk <desk+c1.k@desk.example>\r\n\r\nx\r\n",
		  AUTOMATIC_AUTO_REPLY },
		{ "a receipt",
		  PERSON
		  "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n",
		  AUTOMATIC_RECEIPT },
	};
	static const ReadOptions options = { .own_address = "desk@desk.example",
					     .own_separator = "+" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Mail) mail = mail_of_bytes(rows[i].mail, strlen(rows[i].mail), &options);

		g_test_message("%s", rows[i].what);
		g_assert_cmpint(mail->automatic, ==, rows[i].kind);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add_func("/read/bounce/bounces", test_bounces);
	g_test_add_func("/read/bounce/automatic", test_automatic);
	return g_test_run();
}
