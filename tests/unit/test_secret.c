/* test_secret.c - secrets, keyed hashes, tokens, and the keys of replies. */
#include "common/secret.h"

#include <string.h>

#include "common/error.h"
#include "common/key.h"
#include "folder.h"

#define BASE32 "abcdefghijklmnopqrstuvwxyz234567"
#define SECRET "0123456789abcdef0123456789abcdef"

static void test_read(void)
{
	static const struct {
		const char *what, *where, *secret;
	} rows[] = {
		{ "a file, without its last line end", "file:secret", "line one\nline two" },
		{ "a file with CRLF", "file:crlf", "word" },
		{ "only one line end goes", "file:two", "word\n" },
		{ "the environment", "env:PERSOCONTACT_TEST", "from outside" },
		{ "a command's first line", "command:printf 'first\\nsecond\\n'", "first" },
		{ "a command without line end", "command:printf 'a b'", "a b" },
		{ "a command is no shell line", "command:echo $HOME; ls", "$HOME; ls" },
		{ "a command runs in the folder", "command:cat crlf", "word" },
	};
	char *folder = folder_new();

	g_free(folder_put(folder, "secret", "line one\nline two\n", -1));
	g_free(folder_put(folder, "crlf", "word\r\n", -1));
	g_free(folder_put(folder, "two", "word\n\n", -1));
	g_setenv("PERSOCONTACT_TEST", "from outside", TRUE);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *secret = secret_read(rows[i].where, folder, &error);

		g_test_message("%s", rows[i].what);
		g_assert_no_error(error);
		g_assert_cmpstr(secret, ==, rows[i].secret);
	}
	folder_remove(folder);
}

static void test_read_refused(void)
{
	static const struct {
		const char *what, *where;
	} rows[] = {
		{ "a file that is not there", "file:missing" },
		{ "an empty file", "file:empty" },
		{ "a line end alone", "file:blank" },
		{ "a NUL inside", "file:binary" },
		{ "no file", "file:" },
		{ "a variable that is not set", "env:PERSOCONTACT_NOT_SET" },
		{ "a command that is not there", "command:/nonexistent/command" },
		{ "a command that fails", "command:false" },
		{ "a command that says nothing", "command:true" },
		{ "an open quote", "command:echo 'x" },
		{ "no command", "command:" },
		{ "a command that does not end", "command:sleep 60" },
	};
	char *folder = folder_new();
	g_autoptr(GError) bare = NULL;

	g_free(folder_put(folder, "empty", "", 0));
	g_free(folder_put(folder, "blank", "\n", -1));
	g_free(folder_put(folder, "binary", "a\0b", 3));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *secret = secret_read(rows[i].where, folder, &error);

		g_test_message("%s: %s", rows[i].what, error != NULL ? error->message : "read");
		g_assert_null(secret);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, rows[i].where));
	}
	g_assert_null(secret_read("hunter2", folder, &bare));
	g_assert_error(bare, DESK_ERROR, DESK_ERROR_CONFIG);
	g_assert_null(strstr(bare->message, "hunter2"));
	folder_remove(folder);
}

/* The value was made by other programs: printf 'a\0b\0' | openssl dgst
 * -sha256 -hmac ... -binary | base32. */
static void test_hash(void)
{
	g_autoptr(GError) error = NULL, too_short = NULL;
	g_autoptr(Secret) secret = secret_new(SECRET, strlen(SECRET), &error);
	g_autofree char *whole = secret_hash(secret, 51, "a", "b", NULL);
	g_autofree char *more = secret_hash(secret, 1000, "a", "b", NULL);
	g_autofree char *cut = secret_hash(secret, 13, "a", "b", NULL);
	g_autofree char *joined = secret_hash(secret, 13, "ab", NULL);

	g_assert_no_error(error);
	g_assert_cmpstr(whole, ==, "gsyakpt32wwdaaprujrvxgly62zdc2na77lo5ecwpolhpsk7s5o");
	g_assert_cmpstr(more, ==, whole);
	g_assert_cmpuint(strlen(cut), ==, 13);
	g_assert_true(g_str_has_prefix(whole, cut));
	g_assert_cmpstr(joined, !=, cut);
	g_assert_null(secret_new(SECRET, 31, &too_short));
	g_assert_error(too_short, DESK_ERROR, DESK_ERROR_CONFIG);
	secret_free(NULL);
}

static void test_token(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *hash = secret_token_hash("abc");

	for (int i = 0; i < 1000; i++) {
		char *token = secret_token();

		g_assert_cmpuint(strlen(token), ==, 26);
		g_assert_cmpuint(strspn(token, BASE32), ==, 26);
		g_assert_true(g_hash_table_add(seen, token));
	}
	g_assert_cmpstr(hash, ==,
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	g_assert_true(secret_equal("abc", "abc"));
	g_assert_true(secret_equal("", ""));
	g_assert_false(secret_equal("abc", "abd"));
	g_assert_false(secret_equal("abc", "ab"));
}

static void test_key(void)
{
	g_autoptr(Secret) secret = secret_new(SECRET, strlen(SECRET), NULL);
	g_autoptr(Secret) other = secret_new(SECRET "x", strlen(SECRET) + 1, NULL);
	g_autofree char *hash = key_hash(secret, KEY_CASE, 123, "p:12345678");
	g_autofree char *detail = key_detail(secret, KEY_CASE, 123, "p:12345678");
	g_autofree char *expected = g_strdup_printf("c123.%s", hash);

	g_assert_cmpuint(strlen(hash), ==, KEY_CHARACTERS);
	g_assert_cmpuint(strspn(hash, BASE32), ==, KEY_CHARACTERS);
	g_assert_cmpstr(detail, ==, expected);
	g_assert_true(key_verify(secret, KEY_CASE, 123, "p:12345678", hash));
	g_assert_false(key_verify(secret, KEY_BOUNCE, 123, "p:12345678", hash));
	g_assert_false(key_verify(secret, KEY_CASE, 124, "p:12345678", hash));
	g_assert_false(key_verify(secret, KEY_CASE, 123, "p:12345679", hash));
	g_assert_false(key_verify(other, KEY_CASE, 123, "p:12345678", hash));
	g_assert_false(key_verify(secret, KEY_CASE, 123, "p:12345678", ""));
	g_assert_false(key_verify(secret, KEY_CASE, 123, "p:12345678", NULL));
}

static void test_parse_detail(void)
{
	static const struct {
		const char *detail;
		gint64 id; /* 0: no key */
		KeyPurpose purpose;
	} rows[] = {
		{ "c123.abcdefghij234", 123, KEY_CASE },
		{ "b456.abcdefghij234", 456, KEY_BOUNCE },
		{ "C123.ABCDEFGHIJ234", 123, KEY_CASE },
		{ "c9223372036854775807.abcdefghij234", G_MAXINT64, KEY_CASE },
		{ "c9223372036854775808.abcdefghij234", 0, KEY_CASE },
		{ "c0.abcdefghij234", 0, KEY_CASE },
		{ "c012.abcdefghij234", 0, KEY_CASE },
		{ "c-1.abcdefghij234", 0, KEY_CASE },
		{ "c.abcdefghij234", 0, KEY_CASE },
		{ "c123.abcdefghij23", 0, KEY_CASE },
		{ "c123.abcdefghij2345", 0, KEY_CASE },
		{ "c123.abcdefghij231", 0, KEY_CASE },
		{ "c123.abcdefghij234.x", 0, KEY_CASE },
		{ "x123.abcdefghij234", 0, KEY_CASE },
		{ "career-break", 0, KEY_CASE },
		{ "c123", 0, KEY_CASE },
		{ "", 0, KEY_CASE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *hash = NULL;
		KeyPurpose purpose = KEY_CASE;
		gint64 id = 0;

		g_test_message("%s", rows[i].detail);
		g_assert_cmpint(key_parse_detail(rows[i].detail, &purpose, &id, &hash), ==,
				rows[i].id != 0);
		g_assert_cmpint(id, ==, rows[i].id);
		g_assert_cmpstr(hash, ==, rows[i].id != 0 ? "abcdefghij234" : NULL);
		g_assert_cmpint(purpose, ==, rows[i].purpose);
	}
}

static void test_parse_subject(void)
{
	static const struct {
		const char *subject, *number, *hash;
	} rows[] = {
		{ "[PC-2026-000123 abcdefghij234] Verlof", "PC-2026-000123", "abcdefghij234" },
		{ "Re: Antw: [PC-2026-000123]", "PC-2026-000123", NULL },
		{ "[pc-2026-000123  ABCDEFGHIJ234 ]", "PC-2026-000123", "abcdefghij234" },
		{ "[PC-2026-000123\302\240abcdefghij234]", "PC-2026-000123", "abcdefghij234" },
		{ "[x] [PC-26-1] [PC-2026-1000000]", "PC-2026-1000000", NULL },
		{ "[[PC-2026-000001 abcdefghij234]", "PC-2026-000001", "abcdefghij234" },
		{ "[PC-2026-000001] [PC-2026-000002]", "PC-2026-000001", NULL },
		{ "[PC-2026-000123 abcdefghij23]", NULL, NULL },
		{ "[PC-2026-000123 second]", NULL, NULL },
		{ "[PC-2026-000123abcdefghij234]", NULL, NULL },
		{ "[PC-2026-00012]", NULL, NULL },
		{ "[PC-2026-000123", NULL, NULL },
		{ "PC-2026-000123", NULL, NULL },
		{ "[absence-parental] Verlof", NULL, NULL },
		{ "[PC-", NULL, NULL },
		{ "[\351PC-2026-000123]", NULL, NULL },
		{ "", NULL, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *number = NULL, *hash = NULL;

		g_test_message("%s", rows[i].subject);
		g_assert_cmpint(key_parse_subject(rows[i].subject, &number, &hash), ==,
				rows[i].number != NULL);
		g_assert_cmpstr(number, ==, rows[i].number);
		g_assert_cmpstr(hash, ==, rows[i].hash);
	}
}

static void test_damaged(void)
{
	static const struct {
		const char *detail;
		bool damaged;
	} rows[] = {
		{ "c12.abcdefghijklm", false }, /* a key, right or not */
		{ "c12.abcdefghijkl", true },
		{ "c12.abcdefghijklmn", true },
		{ "c12.", true },
		{ "c12", true },
		{ "C12.x", true },
		{ "b7.1", true },
		{ "c12.abcdefghijk!m", true },
		{ "career", false },
		{ "c", false },
		{ "", false },
		{ "absence-parental", false },
		{ "c12x.abcdefghijklm", false },
		{ "12.abcdefghijklm", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].detail);
		g_assert_cmpint(key_is_damaged(rows[i].detail), ==, rows[i].damaged);
	}
}

static void test_hide(void)
{
	static const struct {
		const char *text, *hidden;
	} rows[] = {
		{ "", "" },
		{ "Dag [x] a/r/b +c12 https://x.example/r/kort", NULL },
		{ "Zie https://x.example/r/abcdefghijklmnopqrstuvwxyz daar", "Zie […] daar" },
		{ "<http://127.0.0.1:8025/desk/a/abcdefghijklmnopqrstuvwxyz?x=1#y>", "<[…]>" },
		{ "(https://x.example/m/ABCDEFGHIJKLMNOPQRSTUVWXYZ)\nen", "([…])\nen" },
		{ "no link: /r/abcdefghijklmnopqrstuvwxyz", NULL },
		{ "schrijf naar desk+c12.abcdefghijklm@desk.example.", "schrijf naar […]." },
		{ "<desk-c12.ABCDEFGHIJKLM@desk.example>", "<[…]>" },
		{ "desk+b9.abcdefghijklm@desk.example, x@y.example", "[…], x@y.example" },
		{ "desk+c12.abcdefghijkl@desk.example", NULL }, /* no whole hash */
		{ "Re: [PC-2026-000012 abcdefghijklm] vraag", "Re: [PC-2026-000012] vraag" },
		{ "[PC-2026-000012] [x abcdefghijklm]", NULL },
		{ "+", NULL },
		{ "é/r/€ +c +c1. [PC- ", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *hidden = key_hide(rows[i].text);

		g_assert_cmpstr(hidden, ==, rows[i].hidden != NULL ? rows[i].hidden : rows[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret/damaged", test_damaged);
	g_test_add_func("/secret/read", test_read);
	g_test_add_func("/secret/read-refused", test_read_refused);
	g_test_add_func("/secret/hash", test_hash);
	g_test_add_func("/secret/token", test_token);
	g_test_add_func("/key/verify", test_key);
	g_test_add_func("/key/hide", test_hide);
	g_test_add_func("/key/parse-detail", test_parse_detail);
	g_test_add_func("/key/parse-subject", test_parse_subject);
	return g_test_run();
}
