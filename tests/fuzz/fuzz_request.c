/* fuzz_request.c - what a stranger writes in a request, read by our own parts, one at a time: path,
 * cookie, range, forwarded addresses, host, browser, first bytes of a document.
 *
 * The first byte chooses the part.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portal/client.h"
#include "portal/cookie.h"
#include "portal/range.h"
#include "portal/sniff.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyz"
#define OTHER "zyxwvutsrqponmlkjihgfedcba"
#define TOKEN_SET "abcdefghijklmnopqrstuvwxyz234567"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool all_of(const char *text, const char *set)
{
	return text[strspn(text, set)] == '\0';
}

/* What was found in a path says the same path again: nothing in it was passed over. */
static void check_found(const Route *route, const char *path)
{
	g_autofree char *document = g_strdup_printf("/document/%" G_GINT64_FORMAT, route->document);
	const char *words[] = { route->token, route->number, route->word };

	must(all_of(path, "abcdefghijklmnopqrstuvwxyz0123456789-./PC"));
	must(strstr(path, "..") == NULL && strstr(path, "//") == NULL && strlen(path) < 200);
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		must(strstr(path, words[i]) != NULL);
	must(*route->token == '\0' ||
	     (strlen(route->token) == 26 && all_of(route->token, TOKEN_SET)));
	must((route->page == PAGE_LINK || route->page == PAGE_CARD_READ ||
	      route->page == PAGE_CARD_IN) == (*route->token != '\0') &&
	     (route->page == PAGE_LINK) == (route->purpose != '\0'));
	must((route->page == PAGE_DOCUMENT) == (route->document > 0));
	must(*route->number == '\0' ||
	     (g_str_has_prefix(route->number, "PC-") && all_of(route->number + 3, "0123456789-")));
	if (route->document > 0 && strstr(path, "/document/0") == NULL)
		must(g_str_has_suffix(path, document));
}

static void try_route(const char *path, gsize length)
{
	Route get, head, post, odd;
	RouteResult found = route_find("GET", path, &get);
	RouteResult posted = route_find("POST", path, &post);

	must(route_find("HEAD", path, &head) == found && head.page == get.page);
	must((found == ROUTE_UNKNOWN) == (posted == ROUTE_UNKNOWN));
	must(route_find("PUT", path, &odd) ==
	     (found == ROUTE_UNKNOWN ? ROUTE_UNKNOWN : ROUTE_WRONG_METHOD));
	if (found == ROUTE_UNKNOWN) {
		must(*get.token == '\0' && *get.number == '\0' && *get.word == '\0');
		return;
	}
	must((found == ROUTE_FOUND) == (strstr(get.allow, "GET, HEAD") != NULL));
	must((posted == ROUTE_FOUND) == (strstr(get.allow, "POST") != NULL));
	must(!get.is_post && post.is_post);
	check_found(&get, path);
}

static void try_cookie(const char *header, gsize length)
{
	g_autofree char *found = cookie_token(header, "persocontact");
	g_autofree char *pair = g_strconcat("persocontact=", found != NULL ? found : TOKEN, NULL);
	g_autofree char *more = g_strconcat(header, "; ", pair, NULL);
	g_autofree char *tossed =
		g_strconcat(header, "; persocontact=",
			    found != NULL && strcmp(found, OTHER) == 0 ? TOKEN : OTHER, NULL);
	g_autofree char *again = cookie_token(more, "persocontact");
	g_autofree char *two = cookie_token(tossed, "persocontact");
	g_autofree char *elsewhere = cookie_token(header, "__Host-persocontact");

	must(found == NULL ||
	     (strlen(found) == 26 && all_of(found, TOKEN_SET) && strstr(header, pair) != NULL));
	must(elsewhere == NULL || strstr(header, "__Host-persocontact=") != NULL);
	if (found == NULL || strlen(more) > COOKIE_BYTES)
		return;
	must(again != NULL && strcmp(again, found) == 0);
	must(two == NULL);
}

/* The first eight bytes are the document's size. */
static void try_range(const char *header, gsize length)
{
	ByteRange range, whole;
	gint64 size = 0;
	RangeResult result;

	if (length < sizeof(size))
		return;
	memcpy(&size, header, sizeof(size));
	size = (gint64)((guint64)size % ((guint64)1 << (length % 62 + 1)));
	header += sizeof(size);
	result = range_find(header, "", "\"a\"", size, &range);
	must(range_find(header, "\"b\"", "\"a\"", size, &whole) == RANGE_WHOLE &&
	     whole.first == 0 && whole.length == size);
	if (result == RANGE_WHOLE)
		must(range.first == 0 && range.length == size);
	if (result != RANGE_PART)
		return;
	must(range.first >= 0 && range.length > 0 && range.first <= size - range.length);
	g_autofree char *same = g_strdup_printf("bytes=%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
						range.first, range.first + range.length - 1);

	must(range_find(same, "\"a\"", "\"a\"", size, &whole) == RANGE_PART &&
	     whole.first == range.first && whole.length == range.length);
}

static bool is_address(const char *text)
{
	struct in6_addr wide;

	return inet_pton(AF_INET, text, &wide) == 1 || inet_pton(AF_INET6, text, &wide) == 1;
}

/* An X-Forwarded-For counts only from a proxy of ours, and only from its end: what a client wrote
 * in front of it changes nothing. */
static void try_forwarded(const char *header, gsize length)
{
	static char *networks[] = { (char *)"127.0.0.0/8", (char *)"10.0.0.0/8", (char *)"fd00::/8",
				    NULL };
	g_autoptr(GPtrArray) proxies = client_proxies(networks);
	g_autofree char *forged = g_strconcat("no address, 203.0.113.9, x, ", header, NULL);
	g_autofree char *behind = client_behind(proxies, "127.0.0.1", header);
	g_autofree char *same = client_behind(proxies, "127.0.0.1", forged);
	g_autofree char *direct = client_behind(proxies, "198.51.100.7", header);
	g_autofree char *local = client_behind(proxies, NULL, header);

	must(is_address(behind));
	must(strcmp(behind, same) == 0);
	must(strcmp(direct, "198.51.100.7") == 0);
	must(strcmp(local, "unix") == 0 || is_address(local));
}

/* A name that is let in is the desk's, this machine's, or an address. */
static void try_host(const char *host, gsize length)
{
	static const char url[] = "https://desk.example/base";
	g_autofree char *lower = g_ascii_strdown(host, -1);
	g_autofree char *bare = g_strndup(lower, strcspn(lower, ":/"));
	const char *inside = lower + (*lower == '[' ? 1 : 0);
	g_autofree char *number = g_strndup(inside, strcspn(inside, *lower == '[' ? "]" : ":/"));

	if (client_host_is_ours(host, url))
		must(strcmp(bare, "desk.example") == 0 || strcmp(number, "desk.example") == 0 ||
		     strcmp(number, "localhost") == 0 || is_address(number) ||
		     g_hostname_is_ip_address(number));
	must(!client_host_is_ours("desk.example.evil.example", url));
}

static void try_browser(const char *agent, gsize length)
{
	g_autofree char *browser = client_browser(agent);

	must(strlen(browser) < 20);
	must(all_of(browser, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz, "));
}

/* A document is never served as something that a browser runs, whatever its name says. */
static void try_sniff(const char *bytes, gsize length)
{
	const guint8 *head = (const guint8 *)bytes;
	static const char *const names[] = { "a.html", "a.svg", "a.docx", "a.DOC", "" };
	gsize n = MIN(length, SNIFF_BYTES);

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *type = sniff_type(head, n, names[i]);
		const char *served = sniff_served(type);

		must(strstr(served, "html") == NULL && strstr(served, "svg") == NULL &&
		     strstr(served, "script") == NULL && strcmp(served, "text/xml") != 0);
		must(strcmp(sniff_served(served), served) == 0);
		if (n > 0 && *head == '<')
			must(strcmp(served, "text/plain") == 0 ||
			     strcmp(served, "application/octet-stream") == 0 ||
			     strcmp(served, "image/heic") == 0);
	}
	must(strcmp(sniff_served(bytes), "text/html") != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static void (*const parts[])(const char *text, gsize length) = {
		try_route, try_cookie, try_range, try_forwarded, try_host, try_browser, try_sniff,
	};

	if (length == 0)
		return 0;
	g_autofree char *text = g_malloc(length);

	memcpy(text, bytes + 1, length - 1);
	text[length - 1] = '\0';
	parts[*bytes % G_N_ELEMENTS(parts)](text, length - 1);
	return 0;
}
