/* test_read_hostile.c - mails made to break a reader: none crashes it, hangs it, or takes much.
 *
 * Each row is made here: a beginning, something many times, an end.  What is
 * over the limits is refused or cut, and a warning says so.
 */
#include <sys/resource.h>

#include "common/limits.h"
#include "tests/unit/mail_of.h"

#define SECONDS 20.0 /* of the processor, for one mail; sanitizers are slow */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define MEGABYTES 4000 /* freed memory is kept to be watched */
#else
#define MEGABYTES 400
#endif
#define FROM "From: a@x.example\r\nMIME-Version: 1.0\r\n"
#define HTML FROM "Content-Type: text/html; charset=utf-8\r\n\r\n"
#define MIXED FROM "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

typedef enum { READS, WARNS, REFUSES } Outcome;

static const struct {
	const char *what, *before, *unit;
	guint count;
	const char *after;
	Outcome outcome;
} rows[] = {
	{ "nothing", "", "", 0, "", REFUSES },
	{ "line ends only", "", "\r\n", 10, "", REFUSES },
	{ "a million parts", MIXED, "--b\r\n\r\nx\r\n", 1000000, "--b--\r\n", WARNS },
	{ "more parts than are read", MIXED, "--b\r\n\r\nx\r\n", 3000, "--b--\r\n", WARNS },
	{ "one boundary within itself", FROM,
	  "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 10000, "\r\nx\r\n", WARNS },
	{ "messages within messages", FROM, "Content-Type: message/rfc822\r\n\r\n", 10000,
	  "Content-Type: text/plain\r\n\r\nx\r\n", READS },
	{ "messages within messages, deeper", FROM, "Content-Type: message/rfc822\r\n\r\n", 100000,
	  "Content-Type: text/plain\r\n\r\nx\r\n", WARNS },
	{ "more addresses than are read", FROM "Cc: ", "a@x.example,", 2500, "\r\n\r\nx\r\n",
	  WARNS },
	{ "a million fields", FROM, "X-H: v\r\n", 1000000, "\r\nx\r\n", WARNS },
	{ "fields of many parts", MIXED, "--b\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\n\r\nx\r\n",
	  10000, "--b--\r\n", WARNS },
	{ "a subject of 50 MB", FROM "Subject: ", "AAAAAAAAAA", 5000000, "\r\n\r\nx\r\n", WARNS },
	{ "a field of folds", FROM "Subject: a", "\r\n x", 2500000, "\r\n\r\nx\r\n", WARNS },
	{ "a long subject", FROM "Subject: ", "AAAAAAAAAA", 50000, "\r\n\r\nx\r\n", READS },
	{ "lines that are no fields", FROM, "garbage\r\n", 100000, "\r\nx\r\n", WARNS },
	{ "parameters without end", FROM "Content-Type: text/plain", ";\r\n p=v", 500000,
	  "\r\n\r\nx\r\n", WARNS },
	{ "pieces of one parameter", FROM "Content-Type: text/plain", "; name*1=v", 20000,
	  "\r\n\r\nx\r\n", READS },
	{ "addresses without end", "From: a@x.example\r\nTo: b@x.example", ",\r\n u@x.example",
	  200000, "\r\n\r\nx\r\n", WARNS },
	{ "groups within groups", "From: a@x.example\r\nTo: ", "a:", 50000, "\r\n\r\nx\r\n",
	  WARNS },
	{ "fewer groups within groups", "From: a@x.example\r\nTo: ", "a:", 40000, "\r\n\r\nx\r\n",
	  WARNS },
	{ "some groups within groups", "From: a@x.example\r\nTo: ", "a:", 1900, "\r\n\r\nx\r\n",
	  READS },
	{ "groups in an attached message", MIXED "--b\r\nContent-Type: message/rfc822\r\n\r\nTo: ",
	  "a:", 50000, "\r\n\r\nx\r\n--b--\r\n", REFUSES },
	{ "brackets within brackets", "From: ", "(", 60000, "a@x.example\r\n\r\nx\r\n", READS },
	{ "references without end", FROM "References:", "\r\n <1@x.example>", 50000,
	  "\r\n\r\nx\r\n", READS },
	{ "more references than a header has", FROM "References:", "\r\n <1@x.example>", 300000,
	  "\r\n\r\nx\r\n", WARNS },
	{ "encoded words without end", FROM "Subject:", "\r\n =?utf-8?Q?a?=", 50000,
	  "\r\n\r\nx\r\n", READS },
	{ "a charset name of 20 MB", FROM "Subject: =?", "AAAAAAAAAA", 2000000,
	  "?q?x?=\r\n\r\nx\r\n", WARNS },
	{ "a charset name of 900 kB", FROM "Subject: =?", "AAAAAAAAAA", 90000,
	  "?q?x?=\r\n\r\nx\r\n", READS },
	{ "the same as RFC 2231", FROM "Content-Type: text/plain; name*=", "AAAAAAAAAA", 90000,
	  "''x\r\n\r\nx\r\n", WARNS },
	{ "the same, of 20 MB", FROM "Content-Type: text/plain; name*=", "AAAAAAAAAA", 2000000,
	  "''x\r\n\r\nx\r\n", WARNS },
	{ "a parameter name of 70", FROM "Content-Type: multipart/mixed; ", "a", 70,
	  "=\"\xc3\xa9\"\r\n\r\nx\r\n", WARNS },
	{ "a parameter name of 71", FROM "Content-Type: multipart/mixed; ", "a", 71,
	  "=\"\xc3\xa9\"\r\n\r\nx\r\n", WARNS },
	{ "a parameter name of 72", FROM "Content-Type: multipart/mixed; ", "a", 72,
	  "=\"\xc3\xa9\"\r\n\r\nx\r\n", WARNS },
	{ "text before the first part, without end", MIXED, "text text text\r\n", 500000, "",
	  WARNS },
	{ "text after the last part, without end", MIXED "--b\r\n\r\nx\r\n--b--\r\n",
	  "text text text\r\n", 500000, "", WARNS },
	{ "lines like boundaries in a text", FROM "\r\n", "--\r\n-- a comment\r\n", 100000, "",
	  WARNS },
	{ "a patch", FROM "\r\n--- a/file\r\n", "+line: text\r\n", 20000, "", READS },
	{ "one line of base64",
	  FROM "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
	  "QUFBQUFB", 2000000, "\r\n", READS },
	{ "divs within divs", HTML, "<div>", 300000, "", READS },
	{ "open and close that do not match", HTML, "<b><i></u>", 100000, "", READS },
	{ "attributes without end", HTML "<div ", "a=1 ", 400000, ">x", READS },
	{ "tags without end", HTML, "<a href=x", 150000, "", READS },
	{ "quotes that never close", HTML, "<a \"", 300000, "", READS },
	{ "tables within tables", HTML, "<table><td>x", 100000, "", READS },
	{ "lists within lists", HTML, "<ul><li>", 150000, "", READS },
	{ "quotations within quotations", HTML, "<blockquote>x", 100000, "", READS },
	{ "brackets only", HTML, "<", 1000000, "", READS },
	{ "comments that never close", HTML, "<!--", 300000, "", READS },
	{ "headings of quotations", FROM "\r\n", "On 3 May 12:00 a@x wrote:\r\n", 30000, "",
	  READS },
	{ "half blocks", FROM "\r\n", "From: a@x\r\n\r\nTo: \r\n\r\n", 30000, "", READS },
	{ "labels", FROM "\r\n", "a: b c d e\r\n", 60000, "", READS },
	{ "one line of quotation marks", FROM "\r\n", "> ", 400000, "\r\n", READS },
	{ "flowed without end", FROM "Content-Type: text/plain; format=flowed\r\n\r\n", "x \r\n",
	  100000, "", READS },
	{ "addresses in a bounce", FROM "Return-Path: <>\r\nSubject: failure notice\r\n\r\n", "@",
	  500000, "", READS },
	{ "a report without end", FROM "Content-Type: message/delivery-status\r\n\r\n",
	  "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n\r\n", 5000, "", READS },
	{ "comments in results", "Authentication-Results: mx; ", "(", 30000,
	  "\r\nFrom: a@x.example\r\n\r\nx\r\n", READS },
	{ "NUL characters", "From: a@x.example\r\nSubject: x\r\n\r\nbo\1dy", "\1", 100, "\r\n",
	  READS },
};

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static long peak_megabytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static void read_all(const Mail *mail)
{
	g_assert_true(g_utf8_validate(mail->text, -1, NULL));
	g_assert_true(g_utf8_validate(mail->reply, -1, NULL));
	g_assert_true(g_utf8_validate(mail->subject, -1, NULL));
	g_assert_cmpuint(strlen(mail->text), <=, MAIL_TEXT_BYTES + 16);
	g_assert_cmpuint(mail->references != NULL ? g_strv_length(mail->references) : 0, <=,
			 MAIL_REFERENCES);
}

static void test_row(gconstpointer data)
{
	const gsize i = GPOINTER_TO_SIZE(data);
	static const ReadOptions options = { .trust_authserv = "mx" };
	g_autoptr(GString) bytes = g_string_new(rows[i].before);
	double before = cpu_seconds();
	g_autoptr(Mail) mail = NULL;

	for (guint k = 0; k < rows[i].count; k++)
		g_string_append(bytes, rows[i].unit);
	g_string_append(bytes, rows[i].after);
	for (gsize k = 0; k < bytes->len; k++)
		if (bytes->str[k] == '\1')
			bytes->str[k] = '\0';
	mail = mail_of_bytes(bytes->str, bytes->len, &options);
	read_all(mail);
	g_assert_cmpint(mail->unreadable, ==, rows[i].outcome == REFUSES);
	if (rows[i].outcome == WARNS)
		g_assert_cmpuint(mail->from->len, >, 0);
	if (rows[i].outcome != READS)
		g_assert_cmpuint(mail->warnings->len, >, 0);
	g_assert_cmpint(mail->size, ==, (gint64)bytes->len);
	g_assert_cmpfloat(cpu_seconds() - before, <, SECONDS);
	g_assert_cmpint(peak_megabytes(), <, MEGABYTES);
}

/* A header that is too much: what says who and what is read wherever it stands. */
static const struct {
	const char *what, *before, *unit;
	guint count;
	const char *after;
} headers[] = {
	{ "2,001 fields before", "", "X-A: y\r\n", 2001, "" },
	{ "2,001 fields behind", FROM "Subject: onderwerp\r\n", "X-A: y\r\n", 2001, "" },
	{ "a header of 2 MB", "", "X-Long: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 40000,
	  "" },
	{ "a field of 5 MB", "X-Long: ", "yyyyyyyyyy", 500000, "\r\n" },
	{ "a field of 100,000 lines", "X-Long: y", "\r\n yyyyyyyyyyyy", 100000, "\r\n" },
	{ "100,000 addresses", "To: desk@desk.example", ",\r\n u@x.example", 100000, "\r\n" },
	{ "groups in groups", "To: ", "a:", 50000, "\r\n" },
	{ "300,000 references", "References:", "\r\n <1@x.example>", 300000, "\r\n" },
	{ "a parameter of 20 MB", "Content-Disposition: inline; x=", "yyyyyyyyyy", 2000000,
	  "\r\n" },
	{ "5,000 verdicts", "", "Authentication-Results: x; dmarc=pass\r\n", 900, "" },
};

static void test_header(gconstpointer data)
{
	const gsize i = GPOINTER_TO_SIZE(data);
	static const ReadOptions options = { .trust_authserv = "mx" };
	g_autoptr(GString) bytes = g_string_new(headers[i].before);
	g_autoptr(Mail) mail = NULL;
	const Attachment *attachment;

	for (guint k = 0; k < headers[i].count; k++)
		g_string_append(bytes, headers[i].unit);
	g_string_append(bytes, headers[i].after);
	if (strstr(headers[i].before, "onderwerp") == NULL)
		g_string_append(bytes, FROM "Subject: onderwerp\r\n");
	g_string_append(bytes,
			"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntekst\r\n"
			"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1\r\n"
			"--b--\r\n");
	mail = mail_of_bytes(bytes->str, bytes->len, &options);
	read_all(mail);
	g_assert_false(mail->unreadable);
	g_assert_cmpstr(((Mailbox *)g_ptr_array_index(mail->from, 0))->address, ==, "a@x.example");
	g_assert_cmpstr(mail->subject, ==, "onderwerp");
	g_assert_cmpstr(mail->text, ==, "tekst");
	g_assert_cmpint(mail->size, ==, (gint64)bytes->len);
	if (strstr(headers[i].what, "verdicts") == NULL)
		g_assert_cmpuint(mail->warnings->len, >, 0);
	g_assert_cmpuint(mail->attachments->len, ==, 1);
	attachment = g_ptr_array_index(mail->attachments, 0);
	g_assert_cmpint(attachment->range.length, ==, 6);
	g_assert_true(strncmp(bytes->str + attachment->range.offset, "%PDF-1", 6) == 0);
}

/* A verdict that the sender forged stays behind the one of the mail server, and what names itself
 * automatic stays so. */
static void test_header_belief(void)
{
	static const ReadOptions options = { .trust_authserv = "mx" };
	g_autoptr(GString) bytes = g_string_new("Authentication-Results: mx; dmarc=fail\r\n");
	g_autoptr(Mail) mail = NULL;

	for (guint k = 0; k < 3000; k++)
		g_string_append(bytes, "X-A: y\r\n");
	g_string_append(bytes, "Authentication-Results: mx; dmarc=pass\r\n");
	for (guint k = 0; k < 3000; k++)
		g_string_append(bytes, "X-A: y\r\n");
	g_string_append(bytes, FROM "Auto-Submitted: auto-replied\r\nSubject: x\r\n\r\nx\r\n");
	mail = mail_of_bytes(bytes->str, bytes->len, &options);
	g_assert_false(mail->unreadable);
	g_assert_nonnull(mail->authenticated);
	g_assert_cmpstr(mail->authenticated->dmarc, ==, "fail");
	g_assert_cmpint(mail->automatic, ==, AUTOMATIC_AUTO_REPLY);
}

/* Different boundaries, each inside the other. */
static void test_nested(gconstpointer data)
{
	const guint depth = GPOINTER_TO_UINT(data);
	g_autoptr(GString) bytes = g_string_new(FROM);
	g_autoptr(Mail) mail = NULL;

	for (guint i = 0; i < depth; i++)
		g_string_append_printf(
			bytes, "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n--b%u\r\n", i,
			i);
	g_string_append(bytes, "Content-Type: text/plain\r\n\r\nx\r\n");
	mail = mail_of_bytes(bytes->str, bytes->len, NULL);
	read_all(mail);
	g_assert_cmpuint(mail->warnings->len, >, 0);
}

/* Messages in base64, each inside the other. */
static void test_nested_base64(void)
{
	g_autofree char *inner = g_strdup("Subject: x\r\n\r\nx\r\n");

	for (guint i = 0; i < 30; i++) {
		g_autofree char *coded = g_base64_encode((const guchar *)inner, strlen(inner));

		g_free(inner);
		inner = g_strdup_printf(
			"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			coded);
	}
	g_autoptr(Mail) mail = mail_of(inner);

	read_all(mail);
	g_assert_false(mail->unreadable);
}

/* A mail of which much is left out says whom it is from. */
static void test_left_out(void)
{
	g_autoptr(GString) bytes =
		g_string_new("From: Jan <jan@x.example>\r\nSubject: bom\r\nX-Long: ");
	g_autoptr(Mail) mail = NULL;

	for (guint i = 0; i < 200000; i++)
		g_string_append(bytes, "AAAAAAAAAA");
	g_string_append(bytes, "\r\n\r\nx\r\n");
	mail = mail_of_bytes(bytes->str, bytes->len, NULL);
	g_assert_false(mail->unreadable);
	g_assert_cmpstr(((Mailbox *)g_ptr_array_index(mail->from, 0))->address, ==,
			"jan@x.example");
	g_assert_cmpstr(mail->subject, ==, "bom");
}

/* winmail.dat cut at every byte. */
static void test_tnef(void)
{
	static const guint8 tnef[] = { 0x78, 0x9f, 0x3e, 0x22, 1,   0,   2,    2,    0x90, 6,   0,
				       4,    0,    0,    0,    1,   2,   3,    4,    0,    0,   2,
				       0x10, 0x80, 1,    0,    6,   0,   0,    0,    'a',  '.', 't',
				       'x',  't',  0,    0,    0,   2,   0x0f, 0x80, 6,    0,   3,
				       0,    0,    0,    'x',  'y', 'z', 0,    0 };

	for (gsize length = 0; length <= sizeof tnef; length++) {
		g_autofree char *coded = g_base64_encode(tnef, length);
		g_autofree char *text = g_strdup_printf(
			FROM "Content-Type: application/ms-tnef; name=winmail.dat\r\n"
			     "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			coded);
		g_autoptr(Mail) mail = mail_of(text);

		if (length == sizeof tnef) {
			Attachment *attachment = g_ptr_array_index(mail->attachments, 0);

			g_assert_cmpstr(attachment->name, ==, "a.txt");
			g_assert_cmpstr(attachment->from, ==, "tnef");
			g_assert_cmpint(attachment->size, ==, 3);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("/read/hostile/%02zu %s", i, rows[i].what);

		g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_row);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autofree char *name =
			g_strdup_printf("/read/header/%02zu %s", i, headers[i].what);

		g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_header);
	}
	g_test_add_func("/read/header/belief", test_header_belief);
	g_test_add_data_func("/read/hostile/nested", GUINT_TO_POINTER(10000), test_nested);
	g_test_add_data_func("/read/hostile/nested deeper", GUINT_TO_POINTER(100000), test_nested);
	g_test_add_func("/read/hostile/nested-base64", test_nested_base64);
	g_test_add_func("/read/hostile/left-out", test_left_out);
	g_test_add_func("/read/hostile/tnef", test_tnef);
	return g_test_run();
}
