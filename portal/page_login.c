/* page_login.c - to an OpenID provider, and back from it (OpenID Connect Core 3.1).
 *
 * What belongs to a sign-in stays on the server, under a state that the provider sends back and a
 * cookie of the browser that asked: both must fit, once.  Back from the provider the browser does
 * not send our own cookies, which are SameSite=Strict: the page that begins the session leads on
 * from here, so that the next request is one of ours; and the session that ends is the one that
 * was there when the sign-in began.
 */
#include "portal/inside.h"

#include <string.h>

#include "common/log.h"
#include "common/text.h"
#include "portal/cookie.h"
#include "portal/oidc_work.h"
#include "portal/rate.h"
#include "portal/ways.h"

#define CODE_BYTES 4096

/* By one client within an hour: an office of many people may be one. */
static const Rate per_client = { 600, 60 * 60 };

static char *redirect_uri(const Request *request)
{
	return g_strconcat(request->portal->desk.settings->url, "/login/", request->route.word,
			   "/callback", NULL);
}

static const char *title(const Request *request, const OidcProvider *provider)
{
	return localised(oidc_provider_settings(provider)->title, request->language);
}

/* What went wrong and what to do: page.login-CODE; and the other ways in. */
static enum MHD_Result answer_login(Request *request, const OidcProvider *provider, guint status,
				    const char *code)
{
	g_autofree char *key = g_strconcat("page.login-", code, NULL);
	g_autofree char *text = texts_say(request->portal->desk.texts, request->language, key,
					  "name", title(request, provider), NULL);

	log_info("login=%s result=%s", request->route.word, code);
	return answer_page(request, status, "page-login", json_pack("{s:s}", "text", text));
}

/* What came of a job that did not do what it was to. */
static enum MHD_Result answer_outcome(Request *request, const OidcProvider *provider)
{
	const OidcJob *job = request->job;

	log_warning_rarely(60, "login=%s %s", request->route.word,
			   job->error != NULL ? job->error->message : "failed");
	if (job->outcome == OIDC_AWAY)
		return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "away");
	if (job->outcome == OIDC_UNNAMED)
		return answer_login(request, provider, MHD_HTTP_FORBIDDEN, "unknown");
	return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "refused");
}

/* Suspends the request until the job is done. */
static enum MHD_Result work(Request *request, OidcProvider *provider, OidcJob *job)
{
	job->provider = provider;
	job->now = request->now;
	if (oidc_work_begin(request, job))
		return MHD_YES;
	request->wait = 10;
	return answer_login(request, provider, MHD_HTTP_SERVICE_UNAVAILABLE, "away");
}

/* ---- to the provider ---- */

static char *cookie_name(const Request *request)
{
	return g_strconcat(request->portal->cookie, "-login", NULL);
}

/* What the browser keeps for its sign-ins: the same for all that are under way; given, or NULL. */
static char *browser_token(const Request *request)
{
	g_autofree char *name = cookie_name(request);

	return cookie_token(request_header(request, "Cookie"), name);
}

static enum MHD_Result leave(Request *request, OidcProvider *provider)
{
	g_autofree char *state = secret_token(), *state_hash = secret_token_hash(state);
	g_autofree char *nonce = secret_token(), *half = secret_token(), *other = secret_token();
	g_autofree char *verifier = g_strconcat(half, other, NULL), *uri = redirect_uri(request);
	g_autofree char *kept = browser_token(request), *browser = NULL, *browser_hash = NULL;
	g_autofree char *address = NULL, *cookie = NULL;
	g_autofree char *before =
		request->token != NULL ? secret_token_hash(request->token) : g_strdup("");
	const OidcRequest ask = { .redirect_uri = uri,
				  .state = state,
				  .nonce = nonce,
				  .verifier = verifier,
				  .language = language_code(request->language) };
	const OpenIdAsk row = { .provider = request->route.word,
				.nonce = nonce,
				.verifier = verifier,
				.target = (char *)way_target(request),
				.before = before };
	g_autoptr(GError) error = NULL;

	browser = kept != NULL ? g_steal_pointer(&kept) : secret_token();
	browser_hash = secret_token_hash(browser);
	address = oidc_provider_address(provider, &ask);
	if (address == NULL)
		return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "away");
	if (!openid_put(request->portal->desk.store, state_hash, browser_hash, &row, request->now,
			&error))
		return answer_fault(request, error);
	cookie = page_cookie_lax(request->portal, "-login", browser, OPENID_SECONDS);
	return answer_leave(request, address, cookie);
}

/* Another site cannot begin a sign-in here (Fetch Metadata). */
static bool is_from_elsewhere(const Request *request)
{
	const char *site = request_header(request, "Sec-Fetch-Site");

	return *site != '\0' && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

static bool may_begin(Request *request)
{
	g_autofree char *key = g_strconcat("login ", request_client(request), NULL);

	return rate_take(request->portal->rates, key, &per_client, g_get_monotonic_time() / 1000,
			 &request->wait);
}

/* The page where a person presses the button; the target stays. */
static enum MHD_Result choose(Request *request)
{
	g_autofree char *path = way_path(request, "/link");

	return answer_redirect(request, path, NULL);
}

enum MHD_Result page_login(Request *request)
{
	OidcProvider *provider = oidc_work_provider(request->portal->oidc, request->route.word);

	if (provider == NULL)
		return answer_missing(request);
	if (request->job != NULL)
		return request->job->outcome == OIDC_DONE ? leave(request, provider)
							  : answer_outcome(request, provider);
	if (request->route.is_head || is_from_elsewhere(request))
		return choose(request);
	if (!may_begin(request))
		return answer_wrong(request, MHD_HTTP_TOO_MANY_REQUESTS, "often");
	if (oidc_provider_is_known(provider))
		return leave(request, provider);
	return work(request, provider, g_new0(OidcJob, 1)); /* JOB_DISCOVER */
}

/* ---- back from it ---- */

/* The sign-in that this answer belongs to; NULL in ret_ask: none. */
static bool take_ask(Request *request, OpenIdAsk **ret_ask, GError **error)
{
	const char *state = request_query(request, "state");
	g_autofree char *state_hash = secret_token_hash(state);
	g_autofree char *browser = browser_token(request), *browser_hash = NULL;

	if (browser == NULL || strlen(state) > 100)
		return true;
	browser_hash = secret_token_hash(browser);
	return openid_take(request->portal->desk.store, state_hash, browser_hash,
			   request->route.word, request->now, ret_ask, error);
}

/* RFC 9207: that the answer is of the provider that was asked. */
static bool is_of_issuer(const Request *request, OidcProvider *provider)
{
	const char *issuer =
		MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "iss");

	if (issuer == NULL)
		return !oidc_provider_names_issuer(provider);
	return strcmp(issuer, oidc_provider_settings(provider)->issuer) == 0;
}

/* OpenID Connect Core 3.1.2.6, RFC 6749 4.1.2.1. */
static enum MHD_Result answer_error(Request *request, const OidcProvider *provider,
				    const char *code)
{
	static const char *const cancelled[] = {
		"access_denied",        "login_required",
		"interaction_required", "account_selection_required",
		"consent_required",     NULL
	};
	static const char *const away[] = { "server_error", "temporarily_unavailable", NULL };
	g_autofree char *shown = text_one_line(code, 60);

	if (g_strv_contains(cancelled, code))
		return answer_login(request, provider, MHD_HTTP_OK, "cancelled");
	log_warning_rarely(60, "login=%s the provider says \"%s\"", request->route.word, shown);
	if (g_strv_contains(away, code))
		return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "away");
	return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "refused");
}

static enum MHD_Result receive(Request *request, OidcProvider *provider)
{
	const char *code = request_query(request, "code"), *wrong = request_query(request, "error");
	g_autoptr(OpenIdAsk) ask = NULL;
	g_autoptr(GError) error = NULL;
	OidcJob *job;

	if (request->route.is_head)
		return answer_login(request, provider, MHD_HTTP_BAD_REQUEST, "expired");
	if (!take_ask(request, &ask, &error))
		return answer_fault(request, error);
	if (ask == NULL)
		return answer_login(request, provider, MHD_HTTP_BAD_REQUEST, "expired");
	if (!is_of_issuer(request, provider))
		return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "refused");
	if (*wrong != '\0')
		return answer_error(request, provider, wrong);
	if (*code == '\0' || strlen(code) > CODE_BYTES)
		return answer_login(request, provider, MHD_HTTP_BAD_GATEWAY, "refused");
	job = g_new0(OidcJob, 1);
	job->kind = JOB_EXCHANGE;
	job->code = g_strdup(code);
	job->redirect_uri = redirect_uri(request);
	job->ask = g_steal_pointer(&ask);
	return work(request, provider, job);
}

static bool find_person(Request *request, const OpenIdSettings *openid, Person **ret_person,
			GError **error)
{
	Store *store = request->portal->desk.store;
	const char *who = request->job->who;

	if (openid->who == OPENID_NATIONAL_NUMBER)
		return people_find_national_number(store, who, ret_person, error);
	return people_find_address(store, who, ret_person, error);
}

static enum MHD_Result enter(Request *request, OidcProvider *provider)
{
	g_autofree char *holder = NULL, *way = NULL, *cookie = NULL, *text = NULL;
	g_autoptr(Person) person = NULL;
	g_autoptr(GError) error = NULL;

	if (!find_person(request, oidc_provider_settings(provider), &person, &error))
		return answer_fault(request, error);
	if (person == NULL || person->left)
		return answer_login(request, provider, MHD_HTTP_FORBIDDEN, "unknown");
	holder = g_strconcat("p:", person->number, NULL);
	way = g_strconcat(WAY_OPENID, request->route.word, NULL);
	if (!session_end(request->portal->desk.store, request->job->ask->before, &error) ||
	    !way_enter(request, holder, 0, way, &cookie, &error))
		return answer_fault(request, error);
	log_info("login=%s result=entered", request->route.word);
	text = texts_say(request->portal->desk.texts, request->language, "page.entered-text",
			 "name", title(request, provider), NULL);
	return answer_page_cookie(
		request, MHD_HTTP_OK, "page-entered",
		json_pack("{s:s, s:s}", "text", text, "onward", request->job->ask->target), cookie);
}

enum MHD_Result page_callback(Request *request)
{
	OidcProvider *provider = oidc_work_provider(request->portal->oidc, request->route.word);

	if (provider == NULL)
		return answer_missing(request);
	if (request->job == NULL)
		return receive(request, provider);
	return request->job->outcome == OIDC_DONE ? enter(request, provider)
						  : answer_outcome(request, provider);
}

/* ---- the desk's own keys ---- */

static enum MHD_Result answer_keys(Request *request, const char *keys)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(keys), (void *)keys, MHD_RESPMEM_MUST_COPY);

	MHD_add_response_header(response, "Content-Type", "application/jwk-set+json");
	return answer_queue(request, MHD_HTTP_OK, response);
}

enum MHD_Result page_keys(Request *request)
{
	OidcProvider *provider = oidc_work_provider(request->portal->oidc, request->route.word);
	g_autofree char *known = NULL;
	OidcJob *job;

	if (provider == NULL)
		return answer_missing(request);
	if (request->job != NULL && request->job->outcome != OIDC_DONE)
		return answer_fault(request, request->job->error);
	if (request->job != NULL)
		return answer_keys(request, request->job->keys);
	known = oidc_provider_own_keys_known(provider);
	if (known != NULL)
		return answer_keys(request, known);
	job = g_new0(OidcJob, 1);
	job->kind = JOB_KEYS;
	return work(request, provider, job);
}
