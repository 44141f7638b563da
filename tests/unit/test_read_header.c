/* test_read_header.c - encoded words, addresses, ids, dates, names of attachments. */
#include "gateway/read_header.h"

#include "common/limits.h"
#include "tests/unit/mail_of.h"

static void test_text(void)
{
	static const struct {
		const char *what, *raw, *text;
	} rows[] = {
		{ "plain text", " Verlof in mei\r\n", "Verlof in mei" },
		{ "a fold is a blank", " Verlof\r\n\tin mei\r\n", "Verlof in mei" },
		{ "a Q word", "=?utf-8?q?Cong=C3=A9_parental?=", "Congé parental" },
		{ "adjacent B words, the first padded",
		  "=?utf-8?B?SGVsbG8gd8O2cmxkIGE=?=\r\n =?utf-8?B?bmQgbW9yZQ==?=",
		  "Hello wörld and more" },
		{ "a character split over two words",
		  "=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café" },
		{ "words of two charsets",
		  "=?iso-8859-1?q?caf=E9?= =?utf-8?q?_=E2=82=AC?=", "café €" },
		{ "text between words keeps its blanks", "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c" },
		{ "windows-1252 under a latin label", "=?iso-8859-1?q?=80_5?=", "€ 5" },
		{ "raw UTF-8", "Zoë", "Zoë" },
		{ "raw latin-1", "Zo\xeb", "Zoë" },
		{ "a language tag", "=?utf-8*nl?q?dag?=", "dag" },
		{ "an unknown charset still shows", "=?x-none?q?dag?=", "dag" },
		{ "a broken word stays as it is", "=?utf-8?q?dag", "=?utf-8?q?dag" },
		{ "an encoded line end does not break the line",
		  "=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x" },
		{ "nothing", "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = header_text(rows[i].raw, 998);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_mailboxes(void)
{
	static const struct {
		const char *what, *raw, *shown; /* "name|address;..." */
	} rows[] = {
		{ "a name and an address", "Jan Janssens <jan@X.example>",
		  "Jan Janssens|jan@x.example;" },
		{ "an address alone", "jan@x.example", "|jan@x.example;" },
		{ "an encoded name with a comma",
		  "=?utf-8?q?Janssens=2C_Zo=C3=AB?= <z@x.example>, b@x.example",
		  "Janssens, Zoë|z@x.example;|b@x.example;" },
		{ "an encoded word inside quotes", "\"=?utf-8?b?Wm/Dqw==?=\" <z@x.example>",
		  "Zoë|z@x.example;" },
		{ "a group is opened", "Team: a@x.example, b@x.example;",
		  "|a@x.example;|b@x.example;" },
		{ "an empty group", "undisclosed-recipients:;", "" },
		{ "a comment as a name", "jan@x.example (Jan)", "Jan|jan@x.example;" },
		{ "nothing at all", " ", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) list =
			g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
		g_autoptr(GString) shown = g_string_new(NULL);

		g_test_message("%s", rows[i].what);
		header_mailboxes(rows[i].raw, list);
		for (guint k = 0; k < list->len; k++) {
			Mailbox *box = g_ptr_array_index(list, k);

			g_string_append_printf(shown, "%s|%s;", box->name, box->address);
		}
		g_assert_cmpstr(shown->str, ==, rows[i].shown);
	}
}

static void test_ids(void)
{
	static const struct {
		const char *what, *raw, *ids;
	} rows[] = {
		{ "two ids", "<a@x>\r\n <b@x>", "a@x b@x" },
		{ "an id twice", "<a@x> <a@x>", "a@x" },
		{ "folded inside", "<a\r\n @x>", "a@x" },
		{ "bare ids of old programs", "a@x.example", "a@x.example" },
		{ "words are no ids", "Your message of Monday", "" },
		{ "never closed", "<a@x", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
		g_autofree char *joined = NULL;

		g_test_message("%s", rows[i].what);
		header_ids(rows[i].raw, ids);
		g_ptr_array_add(ids, NULL);
		joined = g_strjoinv(" ", (char **)ids->pdata);
		g_assert_cmpstr(joined, ==, rows[i].ids);
	}
}

static void test_date(void)
{
	g_assert_cmpint(header_date(" Mon, 23 Nov 2026 11:00:00 +0100\r\n"), ==, 1795428000);
	g_assert_cmpint(header_date("23 Nov 2026 10:00:00 GMT"), ==, 1795428000);
	g_assert_cmpint(header_date("yesterday"), ==, -1);
	g_assert_cmpint(header_date(""), ==, -1);
}

static void test_fields(void)
{
	g_autoptr(Mail) mail = mail_of(
		"Return-Path: <jan@x.example>\r\nDelivered-To: desk+c1.k@desk.example\r\n"
		"From: Jan <jan@x.example>\r\nSender: An <an@x.example>\r\n"
		"To: desk@desk.example\r\nCc: b@x.example,\r\n c@x.example\r\n"
		"Message-ID: <m1@x.example>\r\nIn-Reply-To: <n1@desk.example>\r\n"
		"References: <n0@desk.example> <n1@desk.example>\r\n"
		"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nSubject: =?utf-8?q?=C3=A9t=C3=A9?=\r\n\r\nx\r\n");
	Mailbox *from = g_ptr_array_index(mail->from, 0);

	g_assert_cmpstr(from->name, ==, "Jan");
	g_assert_cmpstr(mail->sender->address, ==, "an@x.example");
	g_assert_cmpuint(mail->cc->len, ==, 2);
	g_assert_cmpstr(mail->message_id, ==, "m1@x.example");
	g_assert_cmpstr(mail->in_reply_to[0], ==, "n1@desk.example");
	g_assert_cmpuint(g_strv_length(mail->references), ==, 2);
	g_assert_cmpstr(mail->subject, ==, "été");
	g_assert_cmpstr(mail->return_path, ==, "jan@x.example");
	g_assert_cmpstr(g_ptr_array_index(mail->delivered_to, 0), ==, "desk+c1.k@desk.example");
	g_assert_cmpint(mail->date, ==, 1795428000);
	g_assert_cmpint(mail->size, >, 300);
	g_assert_cmpuint(strlen(mail->sha256), ==, 64);
	g_assert_false(mail->unreadable);
}

static void test_names(void)
{
	static const struct {
		const char *what, *fields, *name;
	} rows[] = {
		{ "a plain name", "Content-Disposition: attachment; filename=a.pdf", "a.pdf" },
		{ "RFC 2231", "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.pdf",
		  "café.pdf" },
		{ "RFC 2231 in pieces",
		  "Content-Disposition: attachment; filename*0=\"lang\";\r\n filename*1=\"naam.pdf\"",
		  "langnaam.pdf" },
		{ "adjacent encoded words",
		  "Content-Disposition: attachment;\r\n filename=\"=?utf-8?B?bGFuZ2UgbmFhbSA=?=\r\n =?utf-8?B?dmFuIGRvYy5wZGY=?=\"",
		  "lange naam van doc.pdf" },
		{ "a path is dropped",
		  "Content-Disposition: attachment; filename=\"../../etc/passwd\"", "passwd" },
		{ "a path of Windows",
		  "Content-Disposition: attachment; filename=\"C:\\\\Docs\\\\a.pdf\"", "a.pdf" },
		{ "only dots", "Content-Disposition: attachment; filename=\"..\"", "" },
		{ "the name of the type",
		  "Content-Disposition: attachment\r\nContent-Type: application/pdf; name=b.pdf",
		  "b.pdf" },
		{ "raw latin-1", "Content-Disposition: attachment; filename=\"caf\xe9.pdf\"",
		  "café.pdf" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
			"From: a@x.example\r\n%s\r\n\r\n%%PDF-1.4\r\n", rows[i].fields);
		g_autoptr(Mail) mail = mail_of(text);
		Attachment *attachment;

		g_test_message("%s", rows[i].what);
		g_assert_cmpuint(mail->attachments->len, ==, 1);
		attachment = g_ptr_array_index(mail->attachments, 0);
		g_assert_cmpstr(attachment->name, ==, rows[i].name);
		g_assert_cmpstr(attachment->type, ==, "application/pdf");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add_func("/read/header/text", test_text);
	g_test_add_func("/read/header/mailboxes", test_mailboxes);
	g_test_add_func("/read/header/ids", test_ids);
	g_test_add_func("/read/header/date", test_date);
	g_test_add_func("/read/header/fields", test_fields);
	g_test_add_func("/read/header/names", test_names);
	return g_test_run();
}
