/* test_read_body.c - which part is the text, charsets, HTML, RFC 3676, documents. */
#include "gateway/read_body.h"

#include "gateway/read_charset.h"
#include "gateway/read_html.h"
#include "gateway/read_type.h"
#include "tests/unit/mail_of.h"

#define FROM "From: a@x.example\r\nMIME-Version: 1.0\r\n"

static void test_charset(void)
{
	static const struct {
		const char *bytes, *label, *text;
	} rows[] = {
		{ "caf\xc3\xa9", NULL, "café" },
		{ "caf\xe9", NULL, "café" },
		{ "caf\xe9 \x80", "us-ascii", "café €" },
		{ "\x93q\x94", "iso-8859-1", "“q”" },
		{ "caf\xe9", "utf-8", "café" },
		{ "caf\xe9", "bogus-99", "café" },
		{ "caf\xc3\xa9", "bogus-99", "café" },
		{ "caf\xc3\xa9", "iso-8859-1", "café" },
		{ "\x1b$B$3$s\x1b(B", "iso-2022-jp", "こん" },
		{ "\xd0\xd2", "koi8-r", "пр" },
		{ "a\r\nb\rc", "utf-8", "a\nb\nc" },
		{ "caf\xc3\xa9 na\xc3\xafve \xff", "utf-8", "café naïve \xef\xbf\xbd" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text =
			charset_text(rows[i].bytes, strlen(rows[i].bytes), rows[i].label);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_html(void)
{
	static const struct {
		const char *what, *html, *text;
	} rows[] = {
		{ "paragraphs", "<p>a</p><p>b</p>", "a\n\nb\n" },
		{ "line breaks", "a<br>b<br><br>c", "a\nb\n\nc\n" },
		{ "blocks", "<div>a</div><div>b</div>", "a\nb\n" },
		{ "blanks are one", "a \n\t b&nbsp;&nbsp;c", "a b  c\n" },
		{ "a row is a line",
		  "<table><tr><td>Naam</td><td>Jan</td></tr><tr><td><p>Van</p></td><td><p>1/2</p></td></tr></table>",
		  "Naam\tJan\nVan\t1/2\n" },
		{ "an empty cell keeps its place",
		  "<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a\t\tc\n" },
		{ "lists", "<ul><li>a</li><li>b</li></ul>", "- a\n- b\n" },
		{ "numbered lists", "<ol start=3><li>a<li>b</ol>", "3. a\n4. b\n" },
		{ "quotations",
		  "a<blockquote type=cite>b<blockquote type=cite>c</blockquote></blockquote>d",
		  "a\n\n> b\n> > c\nd\n" },
		{ "indented is not quoted",
		  "<blockquote style=\"margin:0 0 0 40px;border:none\">a</blockquote>", "a\n" },
		{ "scripts and styles are dropped",
		  "<style>p{}</style><script>x</script><title>t</title>a<!-- b -->", "a\n" },
		{ "links",
		  "<a href=\"https://x.example/a\">hier</a> <a href=\"https://x.example\">https://x.example</a>",
		  "hier <https://x.example/a> https://x.example\n" },
		{ "entities", "&lt;b&gt; &amp; &eacute;&#8364;", "<b> & é€\n" },
		{ "a rule", "a<hr>b", "a\n\n________________________________\nb\n" },
		{ "not displayed",
		  "<p>a</p><div style='display: NONE !important'>#close<p>b</p></div>c",
		  "a\n\nc\n" },
		{ "a hidden element", "a<span hidden>b</span>c<ul hidden><li>d</ul><hr hidden>e",
		  "ac\n\ne\n" },
		{ "of no size", "a<span style=\"color:red;font-size:0.0px\">b</span>c", "ac\n" },
		{ "with a size again",
		  "<td style=\"font-size:0px\">b<div style=\"font-size:13px\">a</div></td>",
		  "a\n" },
		{ "small is not nothing", "<span style=\"font-size:0.5em\">a</span>", "a\n" },
		{ "not visible, and again",
		  "<p style=\"visibility:hidden\">a<b style=\"visibility:visible\">b</b></p>",
		  "b\n" },
		{ "white on white", "a<font color=white>b</font><b style='color:#FFF'>c</b>d",
		  "ad\n" },
		{ "white on blue",
		  "<table bgcolor=\"#0000ff\"><tr><td style=\"color:#fff\">a</td></tr></table>",
		  "a\n" },
		{ "white on who knows",
		  "<style>td { background: blue }</style><b style='color:white'>a</b>", "a\n" },
		{ "a colour on the same", "a<i style='color:#123456; background:#123456'>b</i>",
		  "a\n" },
		{ "no colour", "a<i style='color:rgba(0, 0, 0, 0)'>b</i>", "a\n" },
		{ "what only looks like it",
		  "<p style=\"mso-hide:none;display:block;opacity:1\">a</p>", "a\n" },
		{ "never closed", "<div><b>a<p>b", "a\n\nb\n" },
		{ "nothing", "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = html_text(rows[i].html, strlen(rows[i].html));

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_flowed(void)
{
	g_autofree char *text = flowed_text("a \nb\n> c \n> d\n e\n-- \nf\n", false);
	g_autofree char *deleted = flowed_text("ab \ncd\n", true);

	g_assert_cmpstr(text, ==, "a b\n> c d\ne\n-- \nf\n");
	g_assert_cmpstr(deleted, ==, "abcd\n");
}

static void test_choice(void)
{
	static const struct {
		const char *what, *mail, *text;
		guint attachments, messages;
	} rows[] = {
		{ "no type at all", FROM "\r\nhallo\r\n", "hallo\n", 0, 0 },
		{ "no header at all", "hallo daar, dit is tekst\r\nzonder kop\r\n",
		  "hallo daar, dit is tekst\nzonder kop\n", 0, 0 },
		{ "plain before HTML",
		  FROM
		  "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplat\r\n--b\r\n"
		  "Content-Type: text/html\r\n\r\n<p>rijk</p>\r\n--b--\r\n",
		  "plat", 0, 0 },
		{ "HTML where plain is empty",
		  FROM
		  "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\n"
		  "Content-Type: text/html\r\n\r\n<p>rijk</p>\r\n--b--\r\n",
		  "rijk\n", 0, 0 },
		{ "a document inside an alternative is not lost",
		  FROM
		  "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplat\r\n--b\r\n"
		  "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>rijk</p>\r\n"
		  "--c\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\r\n--c--\r\n--b--\r\n",
		  "plat", 1, 0 },
		{ "texts of a mixed follow each other",
		  FROM
		  "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\neen\r\n--b\r\n\r\ntwee\r\n--b--\r\n",
		  "een\ntwee", 0, 0 },
		{ "a text with a name is a document",
		  FROM "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\neen\r\n--b\r\n"
		       "Content-Type: text/plain; name=a.txt\r\n\r\ntwee\r\n--b--\r\n",
		  "een", 1, 0 },
		{ "no boundary", FROM "Content-Type: multipart/mixed\r\n\r\nhallo\r\n", "hallo\n",
		  0, 0 },
		{ "a boundary that never comes",
		  FROM "Content-Type: multipart/mixed; boundary=b\r\n\r\nhallo\r\n", "hallo\n", 0,
		  0 },
		{ "the end is missing",
		  FROM "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhallo\r\n",
		  "hallo\n", 0, 0 },
		{ "an attached message",
		  FROM
		  "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nzie\r\n--b\r\n"
		  "Content-Type: message/rfc822\r\n\r\nFrom: c@x.example\r\nSubject: binnen\r\n\r\nin\r\n--b--\r\n",
		  "zie", 0, 1 },
		{ "an attached message in base64",
		  FROM "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		       "U3ViamVjdDogYmlubmVuDQoNCmluDQo=\r\n",
		  "", 0, 1 },
		{ "lines that end in CR", "From: a@x.example\rSubject: x\r\rhallo\r", "hallo\n", 0,
		  0 },
		{ "a line of an mbox before it",
		  "From a@x.example Mon Nov 23 10:00:00 2026\r\n" FROM "\r\nhallo\r\n", "hallo\n",
		  0, 0 },
		{ "quoted-printable of latin-1",
		  FROM
		  "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9=\r\n!\r\n",
		  "café!\n", 0, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Mail) mail = mail_of(rows[i].mail);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(mail->text, ==, rows[i].text);
		g_assert_cmpuint(mail->attachments->len, ==, rows[i].attachments);
		g_assert_cmpuint(mail->messages->len, ==, rows[i].messages);
		if (rows[i].messages > 0)
			g_assert_cmpstr(((Mail *)g_ptr_array_index(mail->messages, 0))->subject, ==,
					"binnen");
	}
}

/* Base64 in pieces, padded in the middle, is one content; its range decodes to the same. */
static void test_attachment(void)
{
	static const char text[] = FROM
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
		"Content-Type: image/png; name=\"a.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\nV29ybGQ=\r\n--b--\r\n";
	g_autoptr(Mail) mail = mail_of(text);
	Attachment *attachment = g_ptr_array_index(mail->attachments, 0);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "HelloWorld", -1);
	int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
	char decoded[32] = "";
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(attachment->size, ==, 10);
	g_assert_cmpstr(attachment->sha256, ==, sum);
	g_assert_cmpstr(attachment->type, ==, "text/plain"); /* by content, not by claim */
	g_assert_cmpint(write(in, "....", 4), ==, 4);
	g_assert_cmpint(write(in, text, sizeof text - 1), ==, (gssize)sizeof text - 1);
	g_assert_true(part_decode(in, 4, &attachment->range, out, &error));
	g_assert_no_error(error);
	g_assert_cmpint(pread(out, decoded, sizeof decoded - 1, 0), ==, 10);
	g_assert_cmpstr(decoded, ==, "HelloWorld");
	close(in);
	close(out);
}

static void test_types(void)
{
	static const char docx[] =
		"PK\3\4..........................[Content_Types].xml....PK\3\4..........................word/document.xml";
	static const char odt[] =
		"PK\3\4..........................mimetypeapplication/vnd.oasis.opendocument.textPK\3\4";
	static const struct {
		const char *bytes;
		gsize length;
		const char *declared, *name, *type;
	} rows[] = {
		{ "%PDF-1.7\n", 9, "application/octet-stream", "a.doc", "application/pdf" },
		{ "\xff\xd8\xff\xe0....", 8, "application/pdf", "a.pdf", "image/jpeg" },
		{ "\0\0\0\x18"
		  "ftypheic....",
		  16, "image/jpeg", "", "image/heic" },
		{ docx, sizeof docx - 1, "application/zip", "",
		  "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ odt, sizeof odt - 1, "application/zip", "",
		  "application/vnd.oasis.opendocument.text" },
		{ "a;b\n1;2\n", 8, "text/csv", "a.csv", "text/csv" },
		{ "", 0, "image/png", "", "image/png" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(type_of_content((const guint8 *)rows[i].bytes, rows[i].length,
						rows[i].declared, rows[i].name),
				==, rows[i].type);
}

static void test_inline(void)
{
	g_autoptr(Mail) mail = mail_of(
		FROM
		"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
		"<p>a<img src=\"cid:logo\"></p>\r\n--b\r\nContent-Type: image/gif; name=l.gif\r\nContent-ID: <logo>\r\n\r\nGIF89a\r\n--b--\r\n");
	Attachment *attachment = g_ptr_array_index(mail->attachments, 0);

	g_assert_true(mail->text_is_html);
	g_assert_true(attachment->is_inline);
	g_assert_cmpstr(attachment->type, ==, "image/gif");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add_func("/read/body/charset", test_charset);
	g_test_add_func("/read/body/html", test_html);
	g_test_add_func("/read/body/flowed", test_flowed);
	g_test_add_func("/read/body/choice", test_choice);
	g_test_add_func("/read/body/attachment", test_attachment);
	g_test_add_func("/read/body/types", test_types);
	g_test_add_func("/read/body/inline", test_inline);
	return g_test_run();
}
