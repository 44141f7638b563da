/* page_link.c - the link of a mail: a button, and what it opens.
 *
 * Scanners of mail systems open every link with GET and HEAD: these change nothing, and what
 * they show is the same for every link that is good.
 */
#include "portal/inside.h"

#include <string.h>

#include "portal/cookie.h"
#include "portal/ways.h"
#include "store/logins.h"
#include "store/outbox.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Token, token_free)

/* NULL in ret_token: wrong, expired, revoked, or of another purpose. */
static bool find_token(Request *request, Token **ret_token, GError **error)
{
	g_autofree char *hash = secret_token_hash(request->route.token);
	g_autoptr(Token) token = NULL;

	if (!token_find(request->portal->desk.store, hash, request->now, &token, error))
		return false;
	if (token != NULL && (char)token->purpose == request->route.purpose)
		*ret_token = g_steal_pointer(&token);
	return true;
}

/* Where the session leads, "" when there is nothing (any more) for its holder. */
static bool find_target(Request *request, const Token *token, char **ret_path, GError **error)
{
	Store *store = request->portal->desk.store;
	g_autoptr(Person) person = NULL;
	g_autoptr(Case) c = NULL;
	Viewer viewer = { .holder = token->holder, .case_id = token->case_id };

	*ret_path = g_strdup("");
	if (g_str_has_prefix(token->holder, "p:") &&
	    !people_find_number(store, token->holder + 2, &person, error))
		return false;
	viewer.person = person;
	if (token->case_id != 0 && !case_get(store, token->case_id, &c, error))
		return false;
	if (c != NULL && access_may(&viewer, c, ACT_VIEW, request->now, 0)) {
		g_free(*ret_path);
		*ret_path = g_strconcat("/case/", c->number, NULL);
	} else if (token->case_id == 0 && person != NULL && !person->left) {
		g_free(*ret_path);
		/* the link of a daily digest was asked for by nobody */
		*ret_path = g_strdup(
			token->login == 0 && access_handles(&viewer) ? "/team?show=mine" : "/mine");
	}
	return true;
}

static char *cookie_text(const Portal *portal, const char *suffix, const char *value,
			 gint64 seconds, const char *site)
{
	g_autofree char *age = seconds >= 0
				       ? g_strdup_printf("; Max-Age=%" G_GINT64_FORMAT, seconds)
				       : g_strdup("");

	return g_strdup_printf("%s%s=%s; Path=/; HttpOnly; SameSite=%s%s%s", portal->cookie, suffix,
			       value, site, age, portal->is_https ? "; Secure" : "");
}

char *page_cookie(const Portal *portal, const char *suffix, const char *value, gint64 seconds)
{
	return cookie_text(portal, suffix, value, seconds, "Strict");
}

char *page_cookie_lax(const Portal *portal, const char *suffix, const char *value, gint64 seconds)
{
	return cookie_text(portal, suffix, value, seconds, "Lax");
}

/* ---- a link that was asked for on the page ---- */

typedef enum { CODE_RIGHT, CODE_ASKED, CODE_WRONG } CodeResult;

static bool is_browser_that_asked(const Request *request, const Login *login)
{
	g_autofree char *name = g_strconcat(request->portal->cookie, "-link", NULL);
	g_autofree char *token = cookie_token(request_header(request, "Cookie"), name);
	g_autofree char *hash = token != NULL ? secret_token_hash(token) : NULL;

	return hash != NULL && secret_equal(hash, login->browser);
}

static bool check_code(Request *request, const Login *login, CodeResult *ret_result, GError **error)
{
	const char *typed = request_field(request, "code");

	if (is_browser_that_asked(request, login) ||
	    login_is_code(request->portal->desk.secret, login->id, typed)) {
		*ret_result = CODE_RIGHT;
		return true;
	}
	*ret_result = *typed != '\0' ? CODE_WRONG : CODE_ASKED;
	return *typed == '\0' || login_failed(request->portal->desk.store, login->id, error);
}

static bool nowhere(char **ret_path)
{
	g_free(*ret_path);
	*ret_path = g_strdup("");
	return true;
}

static bool follow(Request *request, char **ret_path, char **ret_cookie, CodeResult *ret_code,
		   GError **error)
{
	Store *store = request->portal->desk.store;
	g_autoptr(Token) token = NULL;
	g_autoptr(Login) login = NULL;

	if (!find_token(request, &token, error) ||
	    (token != NULL && token->login != 0 && !login_find(store, token->login, &login, error)))
		return false;
	if (token == NULL ||
	    (token->login != 0 && (login == NULL || strcmp(login->holder, token->holder) != 0)))
		return nowhere(ret_path);
	if (!find_target(request, token, ret_path, error))
		return false;
	if (**ret_path == '\0' || !request->route.is_post)
		return true;
	if (login != NULL && !check_code(request, login, ret_code, error))
		return false;
	if (*ret_code == CODE_WRONG && login->tries + 1 >= LOGIN_TRIES)
		return nowhere(ret_path);
	return *ret_code != CODE_RIGHT ||
	       way_enter(request, token->holder, token->case_id, WAY_MAIL, ret_cookie, error);
}

static enum MHD_Result ask_code(Request *request, bool is_wrong)
{
	json_t *data = json_object();

	if (is_wrong)
		json_object_set_new(data, "mistake",
				    json_string(page_word(request, "page.wrong-code")));
	return answer_page(request, is_wrong ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_OK, "page-code",
			   data);
}

enum MHD_Result page_link(Request *request)
{
	g_autofree char *path = NULL, *cookie = NULL;
	CodeResult code = CODE_RIGHT;
	g_autoptr(GError) error = NULL;

	if (!follow(request, &path, &cookie, &code, &error))
		return answer_fault(request, error);
	if (*path == '\0')
		return answer_missing(request);
	if (code != CODE_RIGHT)
		return ask_code(request, code == CODE_WRONG);
	if (request->route.is_post)
		return answer_redirect(request, path, cookie);
	return answer_page(request, MHD_HTTP_OK, "page-link", NULL);
}

enum MHD_Result page_leave(Request *request)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = NULL, *cookie = NULL;

	if (request->token != NULL) {
		hash = secret_token_hash(request->token);
		if (!session_end(request->portal->desk.store, hash, &error))
			return answer_fault(request, error);
	}
	cookie = page_cookie(request->portal, "", "", 0);
	return answer_redirect(request, "/", cookie);
}
