/* test_copy.c - what differs by its path alone is one mail; all else is two. */
#include <fcntl.h>

#include "common/error.h"
#include "gateway/copy.h"
#include "tests/unit/mail_of.h"

static MailBytes bytes_of(const char *text, gsize length)
{
	MailBytes bytes = { .fd = memfd_create("mail", MFD_CLOEXEC) };

	g_assert_cmpint(write(bytes.fd, text, length), ==, (gssize)length);
	g_assert_true(mail_bytes_open(&bytes, bytes.fd, 0, (gint64)length, NULL));
	return bytes;
}

static bool is_copy_of_bytes(const char *left, gsize left_length, const char *right,
			     gsize right_length)
{
	MailBytes one = bytes_of(left, left_length), other = bytes_of(right, right_length);
	int one_fd = one.fd, other_fd = other.fd;
	bool is = false, back = false;

	g_assert_true(copy_is(&one, &other, "+", &is, NULL));
	g_assert_true(copy_is(&other, &one, "+", &back, NULL));
	g_assert_cmpint(is, ==, back);
	mail_bytes_close(&one);
	mail_bytes_close(&other);
	close(one_fd);
	close(other_fd);
	return is;
}

static bool is_copy(const char *left, const char *right)
{
	return is_copy_of_bytes(left, strlen(left), right, strlen(right));
}

#define MAIL "From: a@x.example\r\nSubject: s\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n"

static const struct {
	const char *what, *left, *right;
	bool is;
} rows[] = {
	{ "the same", MAIL, MAIL, true },
	{ "other hops", "Received: from a by b; Mon, 1 Jan\r\n" MAIL,
	  "Return-Path: <a@x.example>\r\nReceived: from c\r\n\tby d;\r\n Tue, 2 Jan\r\n"
	  "Received: from a by b\r\n" MAIL,
	  true },
	{ "other recipients", "Delivered-To: one@desk.example\r\n" MAIL,
	  "X-Original-To: <two@desk.example>\r\ndelivered-to: two@desk.example\r\n" MAIL, true },
	{ "what a filter wrote", "ARC-Seal: i=1; t=1\r\nX-Spam-Score: 1\r\n" MAIL,
	  "ARC-Seal: i=1; t=2\r\nX-MS-Exchange-Organization-SCL: 1\r\n" MAIL, true },
	{ "a recipient with a key", "Delivered-To: desk@desk.example\r\n" MAIL,
	  "Delivered-To: desk+abc@desk.example\r\n" MAIL, false },
	{ "a recipient with a key, folded", "Delivered-To: desk@desk.example\r\n" MAIL,
	  "Delivered-To:\r\n desk+abc@desk.example\r\n" MAIL, false },
	{ "a recipient that is none", "Delivered-To: desk\r\n" MAIL, MAIL, false },
	{ "another verdict", "Authentication-Results: mx; dmarc=fail\r\n" MAIL,
	  "Authentication-Results: mx; dmarc=pass\r\n" MAIL, false },
	{ "a verdict more", MAIL, "Authentication-Results: mx; dmarc=pass\r\n" MAIL, false },
	{ "a name that begins like a hop", "Received-By: me\r\n" MAIL, MAIL, false },
	{ "a hop without its colon", "Received\r\n" MAIL, MAIL, false },
	{ "another subject", MAIL,
	  "From: a@x.example\r\nSubject: t\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n", false },
	{ "another body", MAIL,
	  "From: a@x.example\r\nSubject: s\r\nMessage-ID: <1@x>\r\n\r\ntexT\r\n", false },
	{ "a longer body", MAIL, MAIL "more\r\n", false },
	{ "a hop in the body is text", MAIL, MAIL "Received: from a\r\n", false },
	{ "a fold that is not the hop's", "Received: a\r\nSubject: s\r\n x\r\n\r\n",
	  "Received: a\r\n x\r\nSubject: s\r\n\r\n", false },
	{ "bare line feeds", "Received: a\n b\nSubject: s\n\nx\n", "Subject: s\n\nx\n", true },
	{ "no body", "Received: a\r\nSubject: s\r\n", "Subject: s\r\n", true },
	{ "no line end", "Received: a", "", true },
	{ "the end of the header is missing in one", "Subject: s\r\n", "Subject: s\r\n\r\n",
	  false },
	{ "nothing but line ends", "\r\n\r\n", "\r\n", false },
	{ "begins with a fold", " x\r\nSubject: s\r\n\r\n", "Subject: s\r\n\r\n", false },
};

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(is_copy(rows[i].left, rows[i].right), ==, rows[i].is);
	}
}

static char *long_mail(const char *top, gsize body, char last, gsize *ret_length)
{
	g_autoptr(GString) text = g_string_new(top);

	g_string_append(text, "Subject: s\r\n\r\n");
	for (gsize i = 0; i < body; i++)
		g_string_append_c(text, (char)('a' + i % 26));
	g_string_append_c(text, last);
	*ret_length = text->len;
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Read piece by piece from the file: larger than what is held, and a last piece of every size. */
static void test_long_bodies(void)
{
	static const gsize sizes[] = { 0, 65534, 65535, 65536, 131071, SOURCE_MEMORY + 5 };

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		gsize one, same, other;
		g_autofree char *left = long_mail("", sizes[i], '1', &one);
		g_autofree char *right = long_mail("Received: x\r\n", sizes[i], '1', &same);
		g_autofree char *differs = long_mail("Received: x\r\n", sizes[i], '2', &other);

		g_assert_true(is_copy_of_bytes(left, one, right, same));
		g_assert_false(is_copy_of_bytes(left, one, differs, other));
	}
}

/* Of a header without end only what is read of any header is looked at; the rest counts as body. */
static void test_endless_header(void)
{
	g_autoptr(GString) left = g_string_new("Received: a\r\n");
	g_autoptr(GString) right = NULL;

	while (left->len < 3 * 1024 * 1024)
		g_string_append(left, "X-Long: 0123456789\r\n");
	right = g_string_new_len(left->str, (gssize)left->len);
	g_assert_true(is_copy_of_bytes(left->str, left->len, right->str, right->len));
	right->str[right->len - 5] = 'x';
	g_assert_false(is_copy_of_bytes(left->str, left->len, right->str, right->len));
}

static void test_zeros(void)
{
	static const char left[] = "Received: a\0b\r\nSubject: \0s\r\n\r\nx\0y";
	static const char right[] = "Subject: \0s\r\n\r\nx\0y";
	static const char other[] = "Subject: \0s\r\n\r\nx\0z";

	g_assert_true(is_copy_of_bytes(left, sizeof(left) - 1, right, sizeof(right) - 1));
	g_assert_false(is_copy_of_bytes(left, sizeof(left) - 1, other, sizeof(other) - 1));
}

static void test_unreadable(void)
{
	MailBytes one = bytes_of(MAIL, strlen(MAIL));
	MailBytes gone = { .fd = -1, .length = 10 };
	GError *error = NULL;
	int fd = one.fd;
	bool is = true;

	g_assert_false(copy_is(&one, &gone, "+", &is, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_IO);
	g_assert_false(is);
	g_clear_error(&error);
	mail_bytes_close(&one);
	close(fd);
}

int main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/copy/rows", test_rows);
	g_test_add_func("/copy/long-bodies", test_long_bodies);
	g_test_add_func("/copy/endless-header", test_endless_header);
	g_test_add_func("/copy/zeros", test_zeros);
	g_test_add_func("/copy/unreadable", test_unreadable);
	return g_test_run();
}
