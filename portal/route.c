/* route.c - paths against a table of patterns. */
#include "portal/route.h"

#include <string.h>

enum { GET = 1, POST = 2 };

/* T: a token, C: the number of a case, D: digits, F: the name of a form or a manual, P: of a
 * provider. */
static const struct {
	const char *pattern;
	PageKind page;
	guint methods;
} routes[] = {
	{ "/", PAGE_HOME, GET },
	{ "/style.css", PAGE_STYLE, GET },
	{ "/r/T", PAGE_LINK, GET | POST },
	{ "/a/T", PAGE_LINK, GET | POST },
	{ "/m/T", PAGE_LINK, GET | POST },
	{ "/link", PAGE_ASK, GET | POST },
	{ "/link/sent", PAGE_ASKED, GET },
	{ "/sessions", PAGE_SESSIONS, GET | POST },
	{ "/mine", PAGE_MINE, GET },
	{ "/team", PAGE_TEAM, GET },
	{ "/organisation", PAGE_ORGANISATION, GET },
	{ "/case/C/handle", PAGE_HANDLE, POST },
	{ "/leave", PAGE_LEAVE, POST },
	{ "/case/C", PAGE_CASE, GET },
	{ "/case/C/document/D", PAGE_DOCUMENT, GET },
	{ "/case/C/write", PAGE_WRITE, POST },
	{ "/case/C/complete", PAGE_COMPLETE, GET | POST },
	{ "/case/C/receipt", PAGE_RECEIPT, GET },
	{ "/case/C/withdraw", PAGE_WITHDRAW, GET | POST },
	{ "/case/C/reopen", PAGE_REOPEN, POST },
	{ "/case/C/approve", PAGE_APPROVE, POST },
	{ "/new", PAGE_NEW, GET },
	{ "/new/F", PAGE_FORM, GET | POST },
	{ "/new/F/draft.eml", PAGE_DRAFT, GET },
	{ "/content", PAGE_CONTENT, GET },
	{ "/me", PAGE_ME, GET },
	{ "/language", PAGE_LANGUAGE, POST },
	{ "/help", PAGE_HELP, GET },
	{ "/help/F", PAGE_MANUAL, GET },
	{ "/card", PAGE_CARD, GET },
	{ "/card/T", PAGE_CARD_READ, GET },
	{ "/card/in/T", PAGE_CARD_IN, GET | POST },
	{ "/elsewhere", PAGE_ELSEWHERE, GET },
	{ "/login/P", PAGE_LOGIN, GET },
	{ "/login/P/callback", PAGE_CALLBACK, GET },
	{ "/login/P/keys", PAGE_KEYS, GET },
};

static const char *const allowed[] = { "", "GET, HEAD", "POST", "GET, HEAD, POST" };

/* How many characters of path are a token of 26 of a-z2-7, else 0. */
static gsize token_length(const char *path, Route *route)
{
	gsize n = strspn(path, "abcdefghijklmnopqrstuvwxyz234567");

	if (n != sizeof(route->token) - 1)
		return 0;
	memcpy(route->token, path, n);
	return n;
}

static gsize digits(const char *text, gsize least, gsize most)
{
	gsize n = strspn(text, "0123456789");

	return n >= least && n <= most ? n : 0;
}

static gsize number_length(const char *path, Route *route)
{
	gsize year, count;

	if (strncmp(path, "PC-", 3) != 0 || (year = digits(path + 3, 4, 4)) == 0 ||
	    path[7] != '-' || (count = digits(path + 8, 6, 18)) == 0)
		return 0;
	memcpy(route->number, path, 8 + count);
	return 3 + year + 1 + count;
}

static gsize document_length(const char *path, Route *route)
{
	gsize n = digits(path, 1, 18);

	route->document = n > 0 ? g_ascii_strtoll(path, NULL, 10) : 0;
	return route->document > 0 ? n : 0;
}

static gsize word_length(const char *path, const char *characters, gsize most, Route *route)
{
	gsize n = strspn(path, characters);

	if (n == 0 || n > most)
		return 0;
	memcpy(route->word, path, n);
	return n;
}

static bool fits(const char *pattern, const char *path, Route *route)
{
	for (; *pattern != '\0'; pattern++) {
		gsize taken;

		if (*pattern == 'T')
			taken = token_length(path, route);
		else if (*pattern == 'C')
			taken = number_length(path, route);
		else if (*pattern == 'F')
			taken = word_length(path, G_CSET_a_2_z G_CSET_DIGITS "-", 63, route);
		else if (*pattern == 'P')
			taken = word_length(path, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", 64,
					    route);
		else if (*pattern == 'D')
			taken = document_length(path, route);
		else
			taken = *pattern == *path ? 1 : 0;
		if (taken == 0)
			return false;
		path += taken;
	}
	return *path == '\0';
}

static guint method_of(const char *method)
{
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return GET;
	return strcmp(method, "POST") == 0 ? POST : 0;
}

RouteResult route_find(const char *method, const char *path, Route *ret_route)
{
	guint asked = method_of(method);

	for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
		*ret_route = (Route){ .page = routes[i].page,
				      .is_post = asked == POST,
				      .is_head = strcmp(method, "HEAD") == 0,
				      .allow = allowed[routes[i].methods] };
		if (!fits(routes[i].pattern, path, ret_route))
			continue;
		if (routes[i].page == PAGE_LINK)
			ret_route->purpose = path[1];
		return (routes[i].methods & asked) != 0 ? ROUTE_FOUND : ROUTE_WRONG_METHOD;
	}
	*ret_route = (Route){ .allow = "" };
	return ROUTE_UNKNOWN;
}
