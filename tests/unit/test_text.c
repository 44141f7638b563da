/* test_text.c - cutting, cleaning and folding text. */
#include "common/text.h"

#include <string.h>

typedef struct Row {
	const char *what, *in, *out;
} Row;

static void check(const Row *row, char *got)
{
	g_test_message("%s", row->what);
	g_assert_cmpstr(got, ==, row->out);
	g_assert_true(g_utf8_validate(got, -1, NULL));
	g_free(got);
}

static void test_one_line(void)
{
	static const Row rows[] = {
		{ "plain text stays", "Vraag over verlof", "Vraag over verlof" },
		{ "NULL is nothing", NULL, "" },
		{ "nothing is nothing", "", "" },
		{ "line ends become blanks", "a\r\nBcc: x@y\nc", "a Bcc: x@y c" },
		{ "runs of blanks become one", "  a \t b\302\240\302\240c  ", "a b c" },
		{ "line and paragraph separators are blanks", "a\342\200\250b\342\200\251c",
		  "a b c" },
		{ "controls go", "a\001b\033[1mc\177d", "ab[1mcd" },
		{ "C1 controls go, NEL is a blank", "a\302\205b\302\233c", "a bc" },
		{ "what turns the order of writing goes", "fdp\342\200\256exe.\342\201\246a",
		  "fdpexe.a" },
		{ "a wrong byte is replaced", "caf\351!", "caf\357\277\275!" },
		{ "only blanks are nothing", " \n\t ", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(&rows[i], text_one_line(rows[i].in, 1000));
}

static void test_one_line_cut(void)
{
	static const struct {
		const char *what, *in;
		gsize max;
		const char *out;
	} rows[] = {
		{ "cut in ASCII", "abcdef", 3, "abc" },
		{ "not in the middle of a character", "a\303\251\303\251", 4, "a\303\251" },
		{ "no blank is left at the end", "abc def", 4, "abc" },
		{ "exactly as long", "abc", 3, "abc" },
		{ "nothing fits", "\360\237\230\200", 3, "" },
		{ "zero", "abc", 0, "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = text_one_line(rows[i].in, rows[i].max);
		g_autofree char *cut = text_cut(rows[i].in, rows[i].max);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(line, ==, rows[i].out);
		g_assert_true(g_str_has_prefix(rows[i].in, cut));
		g_assert_cmpuint(strlen(cut), <=, rows[i].max);
		g_assert_true(g_utf8_validate(cut, -1, NULL));
	}
}

static void test_valid(void)
{
	static const struct {
		const char *what, *in;
		gssize length;
		const char *out;
	} rows[] = {
		{ "until the NUL", "abc", -1, "abc" },
		{ "a NUL inside goes", "a\0b", 3, "ab" },
		{ "only NULs", "\0\0", 2, "" },
		{ "CRLF and CR are line ends", "a\r\nb\rc\n", -1, "a\nb\nc\n" },
		{ "CR CR LF is two line ends", "a\r\r\nb", -1, "a\n\nb" },
		{ "tabs stay, controls go", "a\tb\001\014c\177", -1, "a\tbc" },
		{ "C1 controls go", "a\302\200b\302\237c\302\240d", -1, "abc\302\240d" },
		{ "what turns the order of writing goes", "a\342\200\256b\342\201\251c\342\200\246",
		  -1, "abc\342\200\246" },
		{ "a wrong byte is replaced", "\351t\351", -1, "\357\277\275t\357\277\275" },
		{ "a character that is cut off", "ab\303", -1, "ab\357\277\275" },
		{ "an overlong form", "\300\200", -1, "\357\277\275\357\277\275" },
		{ "a surrogate", "a\355\240\200", -1, "a\357\277\275\357\277\275\357\277\275" },
		{ "length ends it", "abcdef", 2, "ab" },
		{ "nothing", "", 0, "" },
	};
	g_autofree char *none = text_valid(NULL, 5);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_valid(rows[i].in, rows[i].length);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(got, ==, rows[i].out);
	}
	g_assert_cmpstr(none, ==, "");
}

static void test_fold(void)
{
	static const Row rows[] = {
		{ "case, accents, dashes", "Datum - v\303\241n  geboorte:", "datum van geboorte" },
		{ "accents by combining marks", "e\314\201te\314\201", "ete" },
		{ "sharp s", "Gr\303\274\303\237e", "grusse" },
		{ "capital sharp s", "STRA\341\272\236E", "strasse" },
		{ "ligatures", "c\305\223ur \357\254\201n", "coeur fin" },
		{ "no-break spaces, curly quotes", "d\342\200\231accord\302\240!", "d accord" },
		{ "a soft hyphen is nothing", "ver\302\255lof", "verlof" },
		{ "a zero-width space is nothing", "ver\342\200\213lof", "verlof" },
		{ "digits stay", "50/55 jaar", "50 55 jaar" },
		{ "full width digits", "\357\274\221\357\274\222", "12" },
		{ "nothing but signs", " -- * : ", "" },
		{ "nothing", "", "" },
	};
	g_autofree char *tight = text_fold_tight("Datum - v\303\241n  geboorte:");

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(&rows[i], text_fold(rows[i].in));
	g_assert_cmpstr(tight, ==, "datumvangeboorte");
}

static void test_time(void)
{
	static const struct {
		const char *what;
		gint64 seconds;
		const char *out;
	} rows[] = {
		{ "the first second", 0, "1970-01-01T00:00:00Z" },
		{ "a day", 1795428000, "2026-11-23T10:00:00Z" },
		{ "before 1970", -1, "1969-12-31T23:59:59Z" },
		{ "beyond all calendars", G_MAXINT64, "9999-12-31T23:59:59Z" },
		{ "before all calendars", G_MININT64, "0001-01-01T00:00:00Z" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_time(rows[i].seconds);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(got, ==, rows[i].out);
	}
}

static void test_file_name(void)
{
	static const Row rows[] = {
		{ "a good name stays", "Geboorteattest L\303\251a.pdf",
		  "Geboorteattest L\303\251a.pdf" },
		{ "no folder", "../../etc/passwd", "passwd" },
		{ "no folder of Windows", "C:\\Users\\an\\scan.pdf", "scan.pdf" },
		{ "no leading dots", "...htaccess", "htaccess" },
		{ "no signs that shells and Windows know", "a<b>:\"c|d?e*.txt",
		  "a_b___c_d_e_.txt" },
		{ "no controls", "a\nb\001c.pdf", "a bc.pdf" },
		{ "no turned text", "factuur\342\200\256fdp.exe", "factuurfdp.exe" },
		{ "what is read again stays", "a \357\273\277 b.pdf", "a b.pdf" },
		{ "no dots and blanks at the end", "a.pdf. .", "a.pdf" },
		{ "nothing left", "...", "document" },
		{ "a folder alone", "a/b/", "document" },
		{ "only bad signs", "???", "document" },
		{ "NULL", NULL, "document" },
	};
	g_autofree char *stem = g_strnfill(300, 'x');
	g_autofree char *name = g_strconcat(stem, ".pdf", NULL);
	g_autofree char *cut = text_file_name(name);
	g_autofree char *start = g_strnfill(199, 'x');
	g_autofree char *words = g_strconcat(start, " yy", NULL);
	g_autofree char *word = text_file_name(words);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check(&rows[i], text_file_name(rows[i].in));
	g_assert_cmpstr(word, ==, start);
	g_assert_cmpuint(strlen(cut), ==, 200);
	g_assert_true(g_str_has_suffix(cut, "x.pdf"));
}

static void test_size(void)
{
	static const struct {
		gint64 bytes;
		const char *out;
	} rows[] = {
		{ 0, "0 B" },          { 999, "999 B" },         { 1000, "1,0 kB" },
		{ 1234567, "1,2 MB" }, { 99949, "99,9 kB" },     { 123456, "123 kB" },
		{ 999499, "999 kB" },  { 999500, "1,0 MB" },     { 52428800, "52,4 MB" },
		{ -5, "0 B" },         { G_MAXINT64, "9,2 EB" },
	};
	g_autofree char *english = text_size(1234567, '.');

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_size(rows[i].bytes, ',');

		g_assert_cmpstr(got, ==, rows[i].out);
	}
	g_assert_cmpstr(english, ==, "1.2 MB");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/one-line", test_one_line);
	g_test_add_func("/text/one-line-cut", test_one_line_cut);
	g_test_add_func("/text/valid", test_valid);
	g_test_add_func("/text/fold", test_fold);
	g_test_add_func("/text/time", test_time);
	g_test_add_func("/text/file-name", test_file_name);
	g_test_add_func("/text/size", test_size);
	return g_test_run();
}
