/* test_mail_variant.c - a mail comes back as it was; bytes that no mail gives come back as nothing.
 */
#include <string.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/mail_variant.h"

#define LENGTH 100000 /* of the raw message */
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static Attachment *attachment(const char *name, gint64 offset, gint64 length)
{
	Attachment *a = g_new0(Attachment, 1);

	*a = (Attachment){
		.name = g_strdup(name),
		.type = g_strdup("application/pdf"),
		.size = 1234,
		.sha256 = g_strdup(HASH),
		.is_inline = true,
		.from = "tnef",
		.fault = "",
		.range = { .offset = offset, .length = length, .encoding = ENCODING_BASE64 },
	};
	return a;
}

static Mail *full_mail(guint depth)
{
	Mail *mail = mail_new();
	Bounce *bounce = bounce_new();

	mail->size = LENGTH - 1;
	g_free(mail->sha256);
	mail->sha256 = g_strdup(HASH);
	mail->message_id = g_strdup("a@b");
	g_strfreev(mail->references);
	mail->references = g_strsplit("x@y z@y", " ", -1);
	mail->date = 1795500000;
	g_ptr_array_add(mail->from, mailbox_new("Zoë", "zoe@example.org"));
	g_ptr_array_add(mail->to, mailbox_new("", "desk@example.org"));
	g_ptr_array_add(mail->cc, mailbox_new("", "c@example.org"));
	mail->sender = mailbox_new("S", "s@example.org");
	g_ptr_array_add(mail->delivered_to, g_strdup("d@example.org"));
	mail->return_path = g_strdup("");
	g_free(mail->subject);
	mail->subject = g_strdup("Verlof – août");
	g_free(mail->text);
	mail->text = g_strdup("een\ntwee\n");
	g_free(mail->reply);
	mail->reply = g_strdup("een\n");
	mail->text_is_html = true;
	g_ptr_array_add(mail->attachments, attachment("a.pdf", 10, 20));
	mail->forward = forward_new();
	g_ptr_array_add(mail->forward->cc, mailbox_new("F", "f@example.org"));
	mail->automatic = AUTOMATIC_LIST;
	g_free(bounce->status);
	bounce->status = g_strdup("5.1.1");
	bounce->original_message_id = g_strdup("o@b");
	g_ptr_array_add(mail->bounces, bounce);
	mail->signature = g_new0(Signature, 1);
	*mail->signature = (Signature){ "smime", true, g_strdup("An"), g_strdup("85073003328") };
	mail->authenticated = authenticated_new();
	mail->language = LANGUAGE_FR;
	mail_warn(mail, "odd");
	for (guint i = 0; depth > 0 && i < 2; i++)
		g_ptr_array_add(mail->messages, full_mail(depth - 1));
	return mail;
}

static GBytes *packed_of(Mail *mail)
{
	GBytes *bytes = mail_pack(mail);

	mail_free(mail);
	return bytes;
}

static Mail *unpacked(GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	Mail *mail = mail_unpack(bytes, LENGTH, &error);

	g_assert_no_error(error);
	return mail;
}

static void test_back(void)
{
	g_autoptr(GBytes) bytes = packed_of(full_mail(2));
	g_autoptr(Mail) mail = unpacked(bytes);
	g_autoptr(GBytes) again = mail_pack(mail);
	const Mail *inner =
		g_ptr_array_index(((Mail *)g_ptr_array_index(mail->messages, 1))->messages, 1);
	const Attachment *a = g_ptr_array_index(inner->attachments, 0);

	g_assert_true(g_bytes_equal(bytes, again));
	g_assert_cmpuint(mail->messages->len, ==, 2);
	g_assert_cmpstr(inner->subject, ==, "Verlof – août");
	g_assert_cmpstr(inner->references[1], ==, "z@y");
	g_assert_cmpstr(inner->return_path, ==, "");
	g_assert_cmpint(inner->language, ==, LANGUAGE_FR);
	g_assert_cmpint(a->range.encoding, ==, ENCODING_BASE64);
	g_assert_cmpstr(a->from, ==, "tnef");
	g_assert_cmpstr(inner->signature->national_number, ==, "85073003328");
	g_assert_cmpstr(((Bounce *)g_ptr_array_index(inner->bounces, 0))->original_message_id, ==,
			"o@b");
}

static void test_empty(void)
{
	g_autoptr(GBytes) bytes = packed_of(mail_new());
	g_autoptr(Mail) mail = unpacked(bytes);

	g_assert_null(mail->message_id);
	g_assert_null(mail->return_path);
	g_assert_null(mail->sender);
	g_assert_null(mail->forward);
	g_assert_cmpint(mail->language, ==, LANGUAGE_NONE);
	g_assert_cmpint(mail->date, ==, -1);
}

/* What a reader should never give, made from the inside: each breaks one promise of mail.h. */
static void break_size(Mail *mail)
{
	mail->size = LENGTH + 1;
}

static void break_negative_size(Mail *mail)
{
	mail->size = -1;
}

static void break_hash(Mail *mail)
{
	mail->sha256[0] = 'G';
}

static void break_offset(Mail *mail)
{
	g_ptr_array_add(mail->attachments, attachment("a", -1, 1));
}

static void break_length(Mail *mail)
{
	g_ptr_array_add(mail->attachments, attachment("a", LENGTH, 1));
}

static void break_sum(Mail *mail)
{
	g_ptr_array_add(mail->attachments, attachment("a", G_MAXINT64, G_MAXINT64));
}

static void break_folder(Mail *mail)
{
	g_ptr_array_add(mail->attachments, attachment("../a", 0, 1));
}

static void break_origin(Mail *mail)
{
	Attachment *a = attachment("a", 0, 1);

	a->from = "rar";
	g_ptr_array_add(mail->attachments, a);
}

static void break_encoding(Mail *mail)
{
	Attachment *a = attachment("a", 0, 1);

	a->range.encoding = (Encoding)9;
	g_ptr_array_add(mail->attachments, a);
}

static void break_kind(Mail *mail)
{
	mail->signature->kind = "x509";
}

static void break_automatic(Mail *mail)
{
	mail->automatic = (Automatic)99;
}

static void break_language(Mail *mail)
{
	mail->language = (Language)77;
}

static void break_date(Mail *mail)
{
	mail->date = -2;
}

static const struct {
	const char *what;
	void (*break_it)(Mail *mail);
} broken[] = {
	{ "a size beyond its bytes", break_size },
	{ "a size below nothing", break_negative_size },
	{ "a hash that is none", break_hash },
	{ "a range before the message", break_offset },
	{ "a range behind the message", break_length },
	{ "a range whose sum overflows", break_sum },
	{ "a folder in a name", break_folder },
	{ "an unknown origin", break_origin },
	{ "an unknown encoding", break_encoding },
	{ "an unknown signature", break_kind },
	{ "an unknown kind of mail", break_automatic },
	{ "an unknown language", break_language },
	{ "a date before the first", break_date },
};

static void test_broken(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autoptr(GError) error = NULL;
		Mail *bad = full_mail(1);

		broken[i].break_it(i % 2 == 0 ? bad : g_ptr_array_index(bad->messages, 0));
		if (i < 1)
			g_assert_cmpint(bad->size, ==, LENGTH + 1);
		g_autoptr(GBytes) bytes = packed_of(bad);
		g_assert_null(mail_unpack(bytes, LENGTH, &error));
		g_test_message("%s: %s", broken[i].what, error->message);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	}
}

/* What is over its limit is cut by the one end, so that the other may refuse it. */
static void test_over(void)
{
	Mail *mail = full_mail(0);

	for (guint i = 0; i < 3 * MAIL_ADDRESSES; i++)
		g_ptr_array_add(mail->to, mailbox_new("a\r\nBcc: b", "a@example.org"));
	g_free(mail->subject);
	mail->subject = g_strnfill(1000000, 's');
	g_free(mail->text);
	mail->text = g_strnfill(5 * MAIL_TEXT_BYTES, 't');
	g_free(mail->reply);
	mail->reply = g_strdup("not UTF-8: \xff\xfe");
	g_autoptr(GBytes) bytes = packed_of(mail);
	g_autoptr(Mail) back = unpacked(bytes);
	g_assert_cmpuint(back->to->len, ==, MAIL_ADDRESSES);
	g_assert_cmpstr(g_ptr_array_index(back->warnings, 0), ==,
			"a list of addresses, reports or files is cut");
	g_assert_null(strpbrk(((Mailbox *)g_ptr_array_index(back->to, 5))->name, "\r\n"));
	g_assert_true(g_utf8_validate(back->reply, -1, NULL));
}

/* 40 mails with a MiB of text each: their text is left out, and said so. */
static void test_too_much(void)
{
	Mail *mail = full_mail(0);

	for (guint i = 0; i < 40; i++) {
		Mail *inner = full_mail(0);

		g_free(inner->text);
		inner->text = g_strnfill(MAIL_TEXT_BYTES, 'x');
		g_ptr_array_add(mail->messages, inner);
	}
	g_autoptr(GBytes) bytes = packed_of(mail);
	g_autoptr(Mail) back = unpacked(bytes);
	const Mail *inner = g_ptr_array_index(back->messages, 39);
	g_assert_cmpuint(g_bytes_get_size(bytes), <=, MAIL_PACKED_BYTES);
	g_assert_cmpstr(inner->text, ==, "");
	g_assert_cmpstr(inner->subject, ==, "Verlof – août");
	g_assert_cmpstr(back->text, ==, "een\ntwee\n");
	g_assert_true(strstr(g_ptr_array_index(back->warnings, 0), "left out") != NULL);
}

/* Mails in mails without end: cut at a depth. */
static void test_deep(void)
{
	Mail *mail = mail_new();

	for (guint i = 0; i < 500; i++) {
		Mail *outer = mail_new();

		g_ptr_array_add(outer->messages, mail);
		mail = outer;
	}
	g_autoptr(GBytes) bytes = packed_of(mail);
	g_autoptr(Mail) back = unpacked(bytes);
	guint depth = 0;
	for (const Mail *m = back; m->messages->len > 0; m = g_ptr_array_index(m->messages, 0))
		depth++;
	g_assert_cmpuint(depth, >=, MAIL_DEPTH);
	g_assert_cmpuint(depth, <, 100);
}

/* Bytes changed at random, cut off, and lengthened: refused, or a mail that keeps its promises. */
static void test_mutated(void)
{
	g_autoptr(GBytes) bytes = packed_of(full_mail(2));
	gsize length;
	const guint8 *data = g_bytes_get_data(bytes, &length);
	guint refused = 0, rounds = g_test_slow() ? 200000 : 20000;

	for (guint round = 0; round < rounds; round++) {
		g_autofree guint8 *copy = g_memdup2(data, length);
		gsize size =
			round % 7 == 0 ? (gsize)g_test_rand_int_range(0, (gint32)length) : length;
		g_autoptr(GBytes) changed = NULL;
		g_autoptr(Mail) mail = NULL;
		g_autoptr(GError) error = NULL;

		for (gint32 i = g_test_rand_int_range(1, 6); i > 0; i--)
			copy[g_test_rand_int_range(0, (gint32)length)] =
				(guint8)g_test_rand_int_range(0, 256);
		changed = g_bytes_new(copy, size);
		mail = mail_unpack(changed, LENGTH, &error);
		g_assert_true((mail == NULL) == (error != NULL));
		refused += mail == NULL;
		if (mail != NULL) {
			g_autoptr(GBytes) again = mail_pack(mail);

			g_assert_true(g_bytes_equal(changed, again));
		}
	}
	g_test_message("%u of %u refused", refused, rounds);
	g_assert_cmpuint(refused, >, rounds / 4);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail-variant/back", test_back);
	g_test_add_func("/mail-variant/empty", test_empty);
	g_test_add_func("/mail-variant/broken", test_broken);
	g_test_add_func("/mail-variant/over", test_over);
	g_test_add_func("/mail-variant/too-much", test_too_much);
	g_test_add_func("/mail-variant/deep", test_deep);
	g_test_add_func("/mail-variant/mutated", test_mutated);
	return g_test_run();
}
