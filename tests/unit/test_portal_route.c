/* test_portal_route.c - paths, cookies and types of documents of the page: what is read from a
 * request. */
#include "portal/cookie.h"
#include "portal/route.h"
#include "portal/sniff.h"

#include <string.h>

#define TOKEN "abcdefghijklmnopqrstuvwx27"
#define OTHER "bbcdefghijklmnopqrstuvwx27"

static void test_routes(void)
{
	static const struct {
		const char *what, *method, *path;
		RouteResult result;
		PageKind page;
		const char *number;
		gint64 document;
	} rows[] = {
		{ "the home", "GET", "/", ROUTE_FOUND, PAGE_HOME, "", 0 },
		{ "HEAD is as GET", "HEAD", "/", ROUTE_FOUND, PAGE_HOME, "", 0 },
		{ "a link", "GET", "/r/" TOKEN, ROUTE_FOUND, PAGE_LINK, "", 0 },
		{ "its button", "POST", "/a/" TOKEN, ROUTE_FOUND, PAGE_LINK, "", 0 },
		{ "of no such purpose", "GET", "/x/" TOKEN, ROUTE_UNKNOWN, 0, "", 0 },
		{ "a token too short", "GET", "/r/abc", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a token too long", "GET", "/r/" TOKEN "a", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a token in capitals", "GET", "/r/ABCDEFGHIJKLMNOPQRSTUVWX27", ROUTE_UNKNOWN, 0,
		  "", 0 },
		{ "a slash behind", "GET", "/r/" TOKEN "/", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a case", "GET", "/case/PC-2026-000123", ROUTE_FOUND, PAGE_CASE, "PC-2026-000123",
		  0 },
		{ "in small letters", "GET", "/case/pc-2026-000123", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a short number", "GET", "/case/PC-2026-123", ROUTE_UNKNOWN, 0, "", 0 },
		{ "the longest number", "GET", "/case/PC-2026-123456789012345678", ROUTE_FOUND,
		  PAGE_CASE, "PC-2026-123456789012345678", 0 },
		{ "a number too long", "GET", "/case/PC-2026-1234567890123456789", ROUTE_UNKNOWN, 0,
		  "", 0 },
		{ "a document", "GET", "/case/PC-2026-000123/document/45", ROUTE_FOUND,
		  PAGE_DOCUMENT, "PC-2026-000123", 45 },
		{ "document 0", "GET", "/case/PC-2026-000123/document/0", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a negative one", "GET", "/case/PC-2026-000123/document/-1", ROUTE_UNKNOWN, 0, "",
		  0 },
		{ "one that is too large", "GET",
		  "/case/PC-2026-000123/document/9999999999999999999", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a verb", "POST", "/case/PC-2026-000123/withdraw", ROUTE_FOUND, PAGE_WITHDRAW,
		  "PC-2026-000123", 0 },
		{ "its question", "GET", "/case/PC-2026-000123/withdraw", ROUTE_FOUND,
		  PAGE_WITHDRAW, "PC-2026-000123", 0 },
		{ "a verb by GET", "GET", "/case/PC-2026-000123/reopen", ROUTE_WRONG_METHOD, 0, "",
		  0 },
		{ "what is missing", "GET", "/case/PC-2026-000123/complete", ROUTE_FOUND,
		  PAGE_COMPLETE, "PC-2026-000123", 0 },
		{ "a form", "POST", "/new/absence-parental", ROUTE_FOUND, PAGE_FORM, "", 0 },
		{ "its draft", "GET", "/new/absence-parental/draft.eml", ROUTE_FOUND, PAGE_DRAFT,
		  "", 0 },
		{ "a form in capitals", "GET", "/new/ABSENCE", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a form without a name", "GET", "/new/", ROUTE_UNKNOWN, 0, "", 0 },
		{ "the longest name", "GET",
		  "/help/abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-012345678",
		  ROUTE_FOUND, PAGE_MANUAL, "", 0 },
		{ "a name too long", "GET",
		  "/help/abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-0123456789",
		  ROUTE_UNKNOWN, 0, "", 0 },
		{ "a provider", "GET", "/login/itsme", ROUTE_FOUND, PAGE_LOGIN, "", 0 },
		{ "any name of a group", "GET", "/login/My_Own-1.x/callback", ROUTE_FOUND,
		  PAGE_CALLBACK, "", 0 },
		{ "its keys", "HEAD", "/login/itsme/keys", ROUTE_FOUND, PAGE_KEYS, "", 0 },
		{ "a provider by POST", "POST", "/login/itsme", ROUTE_WRONG_METHOD, 0, "", 0 },
		{ "no provider", "GET", "/login/", ROUTE_UNKNOWN, 0, "", 0 },
		{ "something else of it", "GET", "/login/itsme/other", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a name too long", "GET",
		  "/login/abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-012345678901",
		  ROUTE_UNKNOWN, 0, "", 0 },
		{ "another method", "DELETE", "/case/PC-2026-000123", ROUTE_WRONG_METHOD, 0, "",
		  0 },
		{ "no path", "GET", "", ROUTE_UNKNOWN, 0, "", 0 },
		{ "going up", "GET", "/case/../mine", ROUTE_UNKNOWN, 0, "", 0 },
		{ "two slashes", "GET", "//mine", ROUTE_UNKNOWN, 0, "", 0 },
		{ "a letter of a pattern", "GET", "/r/T", ROUTE_UNKNOWN, 0, "", 0 },
		{ "not UTF-8", "GET", "/\xff\xfe", ROUTE_UNKNOWN, 0, "", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Route route;

		g_test_message("%s", rows[i].what);
		g_assert_cmpint(route_find(rows[i].method, rows[i].path, &route), ==,
				rows[i].result);
		if (rows[i].result != ROUTE_FOUND)
			continue;
		g_assert_cmpint(route.page, ==, rows[i].page);
		g_assert_cmpstr(route.number, ==, rows[i].number);
		g_assert_cmpint(route.document, ==, rows[i].document);
		g_assert_cmpint(route.is_post, ==, strcmp(rows[i].method, "POST") == 0);
		if (route.page == PAGE_LINK) {
			g_assert_cmpstr(route.token, ==, TOKEN);
			g_assert_cmpint(route.purpose, ==, rows[i].path[1]);
		}
	}
}

static void test_allow(void)
{
	Route route;

	g_assert_cmpint(route_find("PUT", "/r/" TOKEN, &route), ==, ROUTE_WRONG_METHOD);
	g_assert_cmpstr(route.allow, ==, "GET, HEAD, POST");
	g_assert_cmpint(route_find("GET", "/leave", &route), ==, ROUTE_WRONG_METHOD);
	g_assert_cmpstr(route.allow, ==, "POST");
}

static void test_cookies(void)
{
	static const struct {
		const char *what, *header, *token;
	} rows[] = {
		{ "no header", NULL, NULL },
		{ "nothing in it", "", NULL },
		{ "the one cookie", "s=" TOKEN, TOKEN },
		{ "among others", "a=b; s=" TOKEN "; c=d", TOKEN },
		{ "with blanks and tabs", " \t; ;; s=" TOKEN " \t;", TOKEN },
		{ "twice the same", "s=" TOKEN ";s=" TOKEN, TOKEN },
		{ "two different ones", "s=" TOKEN "; s=" OTHER, NULL },
		{ "and one that is none", "s=x; s=" TOKEN, TOKEN },
		{ "a name that ends alike", "ss=" TOKEN, NULL },
		{ "a name that begins alike", "sa=" TOKEN, NULL },
		{ "in quotes", "s=\"" TOKEN "\"", NULL },
		{ "too short", "s=abc", NULL },
		{ "too long", "s=" TOKEN "a", NULL },
		{ "no value", "s=", NULL },
		{ "no equals sign", "s", NULL },
		{ "only signs", ";=;=;==", NULL },
		{ "not UTF-8", "s=\xff\xfe; s=" TOKEN, TOKEN },
		{ "a blank before the sign", "s =" TOKEN, NULL },
	};
	g_autofree char *long_one = g_strnfill(COOKIE_BYTES, ';');
	g_autofree char *too_long = g_strconcat(long_one, "s=" TOKEN, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *token = cookie_token(rows[i].header, "s");

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(token, ==, rows[i].token);
	}
	g_assert_null(cookie_token(too_long, "s"));
}

static void test_types(void)
{
	static const struct {
		const char *what, *head;
		gsize length;
		const char *name, *type, *served;
	} rows[] = {
		{ "PDF", "%PDF-1.7", 8, "a.html", "application/pdf", "application/pdf" },
		{ "PNG", "\x89PNG\r\n\x1a\n", 8, "", "image/png", "image/png" },
		{ "HEIC",
		  "\0\0\0\x18"
		  "ftypheic",
		  12, "", "image/heic", "image/heic" },
		{ "HTML is text", "<html><script>", 14, "a.html", "text/plain", "text/plain" },
		{ "SVG is text", "<svg xmlns=", 11, "a.svg", "text/plain", "text/plain" },
		{ "a ZIP", "PK\3\4....", 8, "a.zip", "application/zip",
		  "application/octet-stream" },
		{ "Word", "PK\3\4....", 8, "A.DOCX",
		  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		  "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ "old Word", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "a.doc", "application/msword",
		  "application/msword" },
		{ "a name alone", "\1\2\3", 3, "a.pdf", "application/octet-stream",
		  "application/octet-stream" },
		{ "nothing", "", 0, "a.pdf", "application/octet-stream",
		  "application/octet-stream" },
		{ "cut in a signature", "%PD", 3, "", "text/plain", "text/plain" },
		{ "not UTF-8", "caf\xe9", 4, "", "application/octet-stream",
		  "application/octet-stream" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *type =
			sniff_type((const guint8 *)rows[i].head, rows[i].length, rows[i].name);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(type, ==, rows[i].type);
		g_assert_cmpstr(sniff_served(type), ==, rows[i].served);
	}
	g_assert_cmpstr(sniff_served("text/html"), ==, "application/octet-stream");
	g_assert_cmpstr(sniff_served("image/svg+xml"), ==, "application/octet-stream");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/portal/routes", test_routes);
	g_test_add_func("/portal/allow", test_allow);
	g_test_add_func("/portal/cookies", test_cookies);
	g_test_add_func("/portal/types", test_types);
	return g_test_run();
}
