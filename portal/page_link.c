/* page_link.c - the link of a mail: a button, and what it opens.
 *
 * Scanners of mail systems open every link with GET and HEAD: these change nothing, and what
 * they show is the same for every link that is good.
 */
#include "portal/inside.h"

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
		*ret_path = g_strdup("/mine");
	}
	return true;
}

/* A new session each time; the one before ends. */
static bool begin(Request *request, const Token *token, char **ret_cookie, GError **error)
{
	Portal *portal = request->portal;
	g_autofree char *id = secret_token(), *hash = secret_token_hash(id), *old = NULL;

	if (request->token != NULL) {
		old = secret_token_hash(request->token);
		if (!session_end(portal->desk.store, old, error))
			return false;
	}
	if (!session_begin(portal->desk.store, hash, token->holder, token->case_id, request->now,
			   error))
		return false;
	*ret_cookie = g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Strict%s", portal->cookie,
				      id, portal->is_https ? "; Secure" : "");
	return true;
}

static bool follow(Request *request, char **ret_path, char **ret_cookie, GError **error)
{
	g_autoptr(Token) token = NULL;

	if (!find_token(request, &token, error))
		return false;
	if (token == NULL) {
		*ret_path = g_strdup("");
		return true;
	}
	return find_target(request, token, ret_path, error) &&
	       (**ret_path == '\0' || !request->route.is_post ||
		begin(request, token, ret_cookie, error));
}

enum MHD_Result page_link(Request *request)
{
	g_autofree char *path = NULL, *cookie = NULL;
	g_autoptr(GError) error = NULL;

	if (!follow(request, &path, &cookie, &error))
		return answer_fault(request, error);
	if (*path == '\0')
		return answer_missing(request);
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
	cookie = g_strdup_printf("%s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0%s",
				 request->portal->cookie,
				 request->portal->is_https ? "; Secure" : "");
	return answer_redirect(request, "/", cookie);
}
