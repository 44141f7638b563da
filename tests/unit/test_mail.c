/* test_mail.c - a new mail is whole, and is freed whole. */
#include "common/mail.h"

static Attachment *attachment_sample(void)
{
	Attachment *attachment = g_new0(Attachment, 1);

	attachment->name = g_strdup("scan.pdf");
	attachment->type = g_strdup("application/pdf");
	attachment->sha256 = g_strdup("00");
	attachment->from = "mime";
	return attachment;
}

static void test_new(void)
{
	g_autoptr(Mail) mail = mail_new();

	g_assert_cmpstr(mail->subject, ==, "");
	g_assert_cmpstr(mail->text, ==, "");
	g_assert_cmpstr(mail->reply, ==, "");
	g_assert_cmpstr(mail->sha256, ==, "");
	g_assert_null(mail->message_id);
	g_assert_null(mail->in_reply_to[0]);
	g_assert_null(mail->references[0]);
	g_assert_null(mail->return_path);
	g_assert_null(mail->sender);
	g_assert_cmpint(mail->date, ==, -1);
	g_assert_cmpint(mail->language, ==, LANGUAGE_NONE);
	g_assert_cmpint(mail->automatic, ==, AUTOMATIC_NO);
	g_assert_cmpuint(mail->from->len + mail->reply_to->len + mail->to->len + mail->cc->len, ==,
			 0);
	g_assert_cmpuint(mail->attachments->len + mail->messages->len + mail->bounces->len, ==, 0);
}

/* Leaks show under the address sanitizer. */
static void test_free(void)
{
	g_autoptr(Mail) mail = mail_new();
	Mail *inner = mail_new();

	g_ptr_array_add(mail->from, mailbox_new("An", "an@x.example"));
	mail->sender = mailbox_new(NULL, NULL);
	g_assert_cmpstr(mail->sender->name, ==, "");
	g_ptr_array_add(mail->delivered_to, g_strdup("desk@x.example"));
	g_ptr_array_add(mail->attachments, attachment_sample());
	g_ptr_array_add(inner->bounces, bounce_new());
	g_ptr_array_add(mail->messages, inner);
	mail->forward = forward_new();
	g_ptr_array_add(mail->forward->to, mailbox_new("", "b@x.example"));
	mail->authenticated = authenticated_new();
	g_assert_cmpstr(mail->authenticated->dmarc, ==, "none");
	mail->signature = g_new0(Signature, 1);
	mail->signature->by = g_strdup("");
	mail_free(NULL);
}

static void test_warn(void)
{
	g_autoptr(Mail) mail = mail_new();

	for (int i = 0; i < 150; i++)
		mail_warn(mail, "part %d is odd", i);
	g_assert_cmpuint(mail->warnings->len, ==, 100);
	g_assert_cmpstr(g_ptr_array_index(mail->warnings, 7), ==, "part 7 is odd");
}

static void test_automatic(void)
{
	g_assert_null(automatic_name(AUTOMATIC_NO));
	g_assert_cmpstr(automatic_name(AUTOMATIC_BOUNCE), ==, "bounce");
	g_assert_cmpstr(automatic_name(AUTOMATIC_DELAYED), ==, "delayed");
	g_assert_cmpstr(automatic_name(AUTOMATIC_AUTO_REPLY), ==, "auto-reply");
	g_assert_cmpstr(automatic_name(AUTOMATIC_LIST), ==, "list");
	g_assert_cmpstr(automatic_name(AUTOMATIC_RECEIPT), ==, "receipt");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/new", test_new);
	g_test_add_func("/mail/free", test_free);
	g_test_add_func("/mail/warn", test_warn);
	g_test_add_func("/mail/automatic", test_automatic);
	return g_test_run();
}
