/* page_card.c - the electronic identity card as a way in.
 *
 * A browser would ask everybody for a certificate at an address that wants one, so the card is read
 * at another address, which has nothing else.  The way leads there and back: /card makes a random
 * token for this browser (a cookie) and sends its hash along; who was recognised comes back with a
 * code that counts once, for this browser alone, by the press of a button.
 */
#include "portal/inside.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "common/log.h"
#include "portal/card.h"
#include "portal/client.h"
#include "portal/cookie.h"
#include "portal/ways.h"
#include "store/handovers.h"

#define STATE_SECONDS (15 * 60)

bool page_card_is_door(const Request *request)
{
	const CardSettings *card = &request->portal->desk.settings->card;

	if (card->url == NULL)
		return false;
	if (request->portal->card != NULL)
		return MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_DAEMON)
			       ->daemon == request->portal->card;
	return client_host_is(
		MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Host"),
		card->url);
}

/* ---- the way there ---- */

/* The random token of this browser, NULL when it has none. */
static char *browser_token(const Request *request)
{
	g_autofree char *name = g_strconcat(request->portal->cookie, "-card", NULL);

	return cookie_token(request_header(request, "Cookie"), name);
}

static char *state_of(const Request *request, const char *token)
{
	return secret_hash(request->portal->desk.secret, 26, "card", token, NULL);
}

enum MHD_Result page_card(Request *request)
{
	g_autofree char *token = browser_token(request), *cookie = NULL, *state = NULL, *url = NULL;

	if (token == NULL)
		token = secret_token();
	cookie = page_cookie(request->portal, "-card", token, STATE_SECONDS);
	state = state_of(request, token);
	url = g_strdup_printf("%s/card/%s", request->portal->desk.settings->card.url, state);
	return answer_page_cookie(request, MHD_HTTP_OK, "page-card", json_pack("{s:s}", "url", url),
				  cookie);
}

/* ---- the card ---- */

typedef struct HeaderValue {
	const char *name, *value;
	guint count;
} HeaderValue;

static enum MHD_Result note_header(void *user, enum MHD_ValueKind kind, const char *key,
				   const char *value)
{
	HeaderValue *wanted = user;

	if (g_ascii_strcasecmp(key, wanted->name) == 0) {
		wanted->value = value;
		wanted->count++;
	}
	return MHD_YES;
}

/* Of a header that is there once; "" when it is not, or more often: then somebody else wrote one
 * too. */
static const char *only_header(const Request *request, const char *name)
{
	HeaderValue wanted = { .name = name };

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, note_header, &wanted);
	return wanted.count == 1 && wanted.value != NULL ? wanted.value : "";
}

/* What a proxy passes on: the certificate, and that its owner showed it to the proxy. */
static CardVerdict judge_header(const Request *request, char **ret_number)
{
	const CardSettings *card = &request->portal->desk.settings->card;
	const char *value = only_header(request, card->header);
	const char *verified = only_header(request, card->verify_header);
	g_autoptr(GBytes) der = NULL;
	gnutls_datum_t sent;
	CardVerdict verdict;
	gsize length;

	if (!client_is_proxy(request) || *value == '\0' || *verified == '\0' ||
	    strcmp(verified, "NONE") == 0)
		return CARD_NONE;
	der = card_header_read(value);
	if (der == NULL)
		return CARD_UNREADABLE;
	sent.data = (guchar *)g_bytes_get_data(der, &length);
	sent.size = (unsigned)length;
	verdict = card_judge(request->portal->judge, &sent, 1, request->now, ret_number);
	if (verdict != CARD_GOOD || strcmp(verified, "SUCCESS") == 0)
		return verdict;
	g_clear_pointer(ret_number, g_free);
	return CARD_FOREIGN;
}

static CardVerdict judge_handshake(const Request *request, char **ret_number)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const gnutls_datum_t *sent = NULL;
	unsigned count = 0;

	if (info != NULL && info->tls_session != NULL &&
	    gnutls_certificate_type_get2(info->tls_session, GNUTLS_CTYPE_CLIENT) == GNUTLS_CRT_X509)
		sent = gnutls_certificate_get_peers(info->tls_session, &count);
	return card_judge(request->portal->judge, sent, sent != NULL ? count : 0, request->now,
			  ret_number);
}

/* What a person can do about it; the log says it without saying of whom. */
static enum MHD_Result refuse(Request *request, guint status, const char *why)
{
	g_autofree char *key = g_strconcat("page.card-", why, NULL);
	json_t *data = json_pack("{s:s, s:s}", "text", page_word(request, key), "main",
				 request->portal->desk.settings->url);

	if (strcmp(why, card_verdict_name(CARD_NONE)) != 0)
		log_info("card: %s", why);
	return answer_page(request, status, "page-card-wrong", data);
}

/* NULL in ret_code: nobody, or not one person alone. */
static bool recognise(Request *request, const char *number, char **ret_code, GError **error)
{
	Store *store = request->portal->desk.store;
	g_autofree char *code = secret_token(), *hash = secret_token_hash(code), *holder = NULL;
	g_autoptr(Person) person = NULL;

	if (!people_find_national_number(store, number, &person, error))
		return false;
	if (person == NULL || person->left)
		return true;
	holder = g_strconcat("p:", person->number, NULL);
	if (!handover_put(store, hash, request->route.token, holder, request->now, error))
		return false;
	*ret_code = g_steal_pointer(&code);
	return true;
}

enum MHD_Result page_card_read(Request *request)
{
	const Portal *portal = request->portal;
	g_autofree char *number = NULL, *code = NULL, *url = NULL;
	g_autoptr(GError) error = NULL;
	CardVerdict verdict = portal->card != NULL ? judge_handshake(request, &number)
						   : judge_header(request, &number);

	if (request->route.is_head) /* changes nothing */
		return answer_page(request, MHD_HTTP_OK, "page-card-in", NULL);
	if (verdict != CARD_GOOD)
		return refuse(request,
			      verdict == CARD_UNCHECKED ? MHD_HTTP_SERVICE_UNAVAILABLE
							: MHD_HTTP_FORBIDDEN,
			      card_verdict_name(verdict));
	if (!recognise(request, number, &code, &error))
		return answer_fault(request, error);
	if (code == NULL)
		return refuse(request, MHD_HTTP_FORBIDDEN, "unknown");
	url = g_strdup_printf("%s/card/in/%s", portal->desk.settings->url, code);
	return answer_leave(request, url, NULL);
}

/* ---- and back ---- */

static bool take(Request *request, char **ret_cookie, GError **error)
{
	g_autofree char *token = browser_token(request), *state = NULL, *holder = NULL;
	g_autofree char *hash = secret_token_hash(request->route.token);

	if (token == NULL)
		return true;
	state = state_of(request, token);
	if (!handover_take(request->portal->desk.store, hash, state, request->now, &holder, error))
		return false;
	return holder == NULL || way_enter(request, holder, 0, WAY_CARD, ret_cookie, error);
}

enum MHD_Result page_card_in(Request *request)
{
	g_autofree char *cookie = NULL;
	g_autoptr(GError) error = NULL;

	if (!request->route.is_post)
		return answer_page(request, MHD_HTTP_OK, "page-card-in", NULL);
	if (!take(request, &cookie, &error))
		return answer_fault(request, error);
	if (cookie == NULL)
		return refuse(request, MHD_HTTP_BAD_REQUEST, "over");
	return answer_redirect(request, "/mine", cookie);
}
