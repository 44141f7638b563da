/* page_ask.c - "mail me a link": the same answer for every address, known or not. */
#include "portal/inside.h"

#include "common/address.h"
#include "portal/rate.h"
#include "portal/ways.h"
#include "store/bucket.h"
#include "store/logins.h"

#define ASKED_SECONDS (24 * 60 * 60) /* for which the browser keeps its cookie */

/* By one client within an hour, whomever they are for. */
static const Rate per_client = { 20, 60 * 60 };

/* The ways in that are configured; mistake NULL: none. */
static enum MHD_Result show(Request *request, const char *mistake, const char *address)
{
	bool mails = ways_mail_is_on(request->portal->desk.settings);
	json_t *buttons = ways_buttons(request);
	bool others = json_array_size(buttons) > 0;
	json_t *data = json_pack("{s:b, s:b, s:b, s:o, s:s}", "mails", mails, "others", others,
				 "none", !mails && !others, "ways", buttons, "typed", address);

	if (mistake != NULL)
		json_object_set_new(data, "mistake", json_string(mistake));
	return answer_page(request, mistake != NULL ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_OK,
			   "page-ask", data);
}

static enum MHD_Result ask_again(Request *request, const char *address)
{
	return show(request, page_word(request, "page.wrong-address"), address);
}

/* Whether this client and the whole desk may have one more mail; both whatever the address. */
static bool is_allowed(Request *request, bool *ret_allowed, GError **error)
{
	g_autofree char *key = g_strconcat("link ", request_client(request), NULL);

	*ret_allowed = rate_take(request->portal->rates, key, &per_client,
				 g_get_monotonic_time() / 1000, &request->wait);
	if (!*ret_allowed)
		return true;
	if (!bucket_take(request->portal->desk.store, LINK_BUCKET, request->now, &request->wait,
			 error))
		return false;
	*ret_allowed = request->wait == 0;
	return true;
}

static bool ask(Request *request, const char *address, char **ret_cookie, GError **error)
{
	const PortalDesk *desk = &request->portal->desk;
	g_autofree char *token = secret_token(), *hash = secret_token_hash(token);
	g_autoptr(Person) person = NULL;

	if (!people_find_address(desk->store, address, &person, error))
		return false;
	if (person != NULL && person->left)
		g_clear_pointer(&person, person_free);
	if (!login_ask(desk->store, person, address, hash, request->now,
		       (gint64)desk->settings->link_days * 24 * 60 * 60, error))
		return false;
	*ret_cookie = page_cookie(request->portal, "-link", token, ASKED_SECONDS);
	return true;
}

enum MHD_Result page_ask(Request *request)
{
	g_autofree char *address = NULL, *cookie = NULL;
	g_autoptr(GError) error = NULL;
	bool allowed;

	if (!request->route.is_post)
		return show(request, NULL, "");
	if (!ways_mail_is_on(request->portal->desk.settings))
		return answer_missing(request);
	address = address_normal(request_field(request, "address"));
	if (!g_utf8_validate(address, -1, NULL))
		return ask_again(request, "");
	if (!address_is_valid(address))
		return ask_again(request, address);
	if (!is_allowed(request, &allowed, &error))
		return answer_fault(request, error);
	if (!allowed)
		return answer_wrong(request, MHD_HTTP_TOO_MANY_REQUESTS, "often");
	if (!ask(request, address, &cookie, &error))
		return answer_fault(request, error);
	return answer_redirect(request, "/link/sent", cookie);
}
