/* http.c - a request from its first line to its answer.
 *
 * Who asks is known before a body is read: a stranger's upload is refused at its header.
 */
#include "portal/http.h"

#include <string.h>

#include "common/log.h"
#include "portal/client.h"
#include "portal/connections.h"
#include "portal/drafts.h"
#include "portal/rate.h"
#include "portal/upload.h"

#define SMALL_BODY (64 * 1024) /* of a form without documents */
#define POST_BUFFER (32 * 1024)

/* ---- the body ---- */

static bool is_genuine(Request *request)
{
	g_autofree char *expected = request_csrf(request);

	request->is_genuine =
		request->is_genuine || secret_equal(expected, request_field(request, "csrf"));
	return request->is_genuine;
}

static void take_text(Request *request, const char *key, const char *bytes, guint64 at,
		      gsize length)
{
	GString *field = g_hash_table_lookup(request->fields, key);

	request->typed += length;
	if (request->typed > FIELD_BYTES || g_hash_table_size(request->fields) > 100) {
		request->is_too_large = true;
		return;
	}
	if (field == NULL) {
		field = g_string_new(NULL);
		g_hash_table_insert(request->fields, g_strdup(key), field);
	}
	if (at == 0)
		g_string_truncate(field, 0);
	g_string_append_len(field, bytes, (gssize)length);
}

static bool takes_files(const Request *request)
{
	PageKind page = request->route.page;

	return page == PAGE_WRITE || page == PAGE_FORM || page == PAGE_COMPLETE ||
	       page == PAGE_HANDLE;
}

/* The fields of the form stand before its files: what comes without them is not kept. */
static void take_file(Request *request, const char *key, const char *name, const char *bytes,
		      guint64 at, gsize length)
{
	if (!takes_files(request) || request->fault != NULL || !is_genuine(request))
		return;
	if (!drafts_open(request))
		return;
	if (at == 0 && !upload_begin_file(request->upload, key, name, &request->fault))
		return;
	upload_bytes(request->upload, bytes, length, &request->fault);
}

static enum MHD_Result on_field(void *user, enum MHD_ValueKind kind, const char *key,
				const char *file, const char *type, const char *encoding,
				const char *bytes, uint64_t at, size_t length)
{
	Request *request = user;

	if (file == NULL)
		take_text(request, key, bytes, at, length);
	else if (*file != '\0' || length > 0)
		take_file(request, key, file, bytes, at, length);
	return MHD_YES;
}

static gsize largest_body(const Request *request)
{
	if (!request->route.is_post)
		return 0;
	return takes_files(request) ? BODY_BYTES : SMALL_BODY;
}

/* Gives up a connection that sends what nobody asked for. */
static enum MHD_Result take_body(Request *request, const char *bytes, size_t *length)
{
	request->body += *length;
	connection_came(request->connection, request->body);
	if (request->body > largest_body(request))
		return MHD_NO;
	if (request->post != NULL && MHD_post_process(request->post, bytes, *length) != MHD_YES) {
		g_clear_pointer(&request->post, MHD_destroy_post_processor);
		request->is_garbled = true;
	}
	*length = 0;
	return MHD_YES;
}

/* ---- before the body ---- */

/* A browser says where a form came from (Fetch Metadata; else RFC 6454 7); a program need not. */
static bool is_from_elsewhere(const Request *request)
{
	const char *site = request_header(request, "Sec-Fetch-Site");
	const char *origin = request_header(request, "Origin");

	if (*site != '\0')
		return strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
	return *origin != '\0' && !client_origin_is_ours(origin, request_header(request, "Host"),
							 request->portal->desk.settings->url);
}

static PageAct act_of(PageKind page)
{
	switch (page) {
	case PAGE_WITHDRAW:
		return ACT_WITHDRAW;
	case PAGE_REOPEN:
		return ACT_REOPEN;
	case PAGE_APPROVE:
		return ACT_APPROVE;
	case PAGE_HANDLE:
		return ACT_NOTE;
	default:
		return ACT_WRITE;
	}
}

static bool is_about_case(const Request *request)
{
	return request->route.number[0] != '\0';
}

static void field_free(gpointer field)
{
	g_string_free(field, TRUE);
}

static enum MHD_Result prepare_post(Request *request)
{
	if (is_about_case(request) && request->about == NULL)
		return answer_missing(request);
	if (request->route.page == PAGE_FORM && !request_may_ask(request))
		return answer_missing(request);
	if (is_from_elsewhere(request))
		return answer_wrong(request, MHD_HTTP_FORBIDDEN, "form");
	if (is_about_case(request) && !request_may(request, act_of(request->route.page)))
		return answer_wrong(request, MHD_HTTP_CONFLICT, "state");
	if (g_ascii_strtoull(request_header(request, "Content-Length"), NULL, 10) >
	    largest_body(request))
		return answer_wrong(request, MHD_HTTP_CONTENT_TOO_LARGE, "too-large");
	request->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, field_free);
	request->post =
		MHD_create_post_processor(request->connection, POST_BUFFER, on_field, request);
	return MHD_YES; /* without a form that can be read the fields stay empty */
}

/* The path below the desk's own, or NULL. */
static const char *below_base(const Portal *portal, const char *path)
{
	if (!g_str_has_prefix(path, portal->base))
		return NULL;
	return path + strlen(portal->base);
}

/* Somebody with a session is known, and is not held up. */
static bool is_too_often(Request *request)
{
	const Rate rate = { request->portal->desk.settings->requests_per_minute, 60 };

	return request->session == NULL &&
	       !rate_take(request->portal->rates, request_client(request), &rate,
			  g_get_monotonic_time() / 1000, &request->wait);
}

/* At the address that asks for the card there is only that; elsewhere it is not. */
static bool is_here(const Request *request)
{
	PageKind page = request->route.page;

	if (page == PAGE_CARD || page == PAGE_CARD_IN)
		return request->portal->judge != NULL && !request->at_card;
	return request->at_card == (page == PAGE_CARD_READ);
}

static bool is_our_host(const Request *request)
{
	const Settings *settings = request->portal->desk.settings;

	return client_host_is_ours(
		MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Host"),
		request->at_card ? settings->card.url : settings->url);
}

static enum MHD_Result begin(Request *request, const char *path, const char *method)
{
	const char *below;
	g_autoptr(GError) error = NULL;
	RouteResult result;
	bool is_known;

	connection_came(request->connection, 0);
	request_speak(request);
	request->ends = request_is_ambiguous(request);
	if (request->ends)
		return answer_wrong(request, MHD_HTTP_BAD_REQUEST, "form");
	request->at_card = page_card_is_door(request);
	below = request->at_card ? path : below_base(request->portal, path);
	result = route_find(method, below != NULL ? below : "", &request->route);
	if (!is_our_host(request))
		return answer_wrong(request, MHD_HTTP_MISDIRECTED_REQUEST, "host");
	if (result == ROUTE_FOUND && request->route.page == PAGE_STYLE)
		return MHD_YES;
	is_known = request->at_card || request_identify(request, &error);
	if (!is_known)
		log_warning_rarely(60, "page: %s", error->message);
	if (is_too_often(request))
		return answer_wrong(request, MHD_HTTP_TOO_MANY_REQUESTS, "often");
	if (result == ROUTE_UNKNOWN || !is_here(request))
		return answer_missing(request);
	if (result == ROUTE_WRONG_METHOD)
		return answer_wrong(request, MHD_HTTP_METHOD_NOT_ALLOWED, "method");
	if (!is_known)
		return answer_wrong(request, MHD_HTTP_SERVICE_UNAVAILABLE, "fault");
	return request->route.is_post ? prepare_post(request) : MHD_YES;
}

/* ---- when all of it is there ---- */

static enum MHD_Result page_home(Request *request)
{
	return answer_page(request, MHD_HTTP_OK, "page-home", NULL);
}

static enum MHD_Result page_asked(Request *request)
{
	return answer_page(request, MHD_HTTP_OK, "page-asked", NULL);
}

static enum MHD_Result page_case_as_it_stands(Request *request)
{
	return page_case(request, MHD_HTTP_OK, NULL);
}

/* What answers each route.  A method that route.c does not let through is NULL here. */
static const struct {
	enum MHD_Result (*get)(Request *request), (*post)(Request *request);
	bool is_way_in; /* posted without a session */
} pages[PAGES] = {
	[PAGE_HOME] = { page_home, NULL, false },
	[PAGE_STYLE] = { answer_style, NULL, false },
	[PAGE_LINK] = { page_link, page_link, true },
	[PAGE_ASK] = { page_ask, page_ask, true },
	[PAGE_ASKED] = { page_asked, NULL, false },
	[PAGE_SESSIONS] = { page_sessions, page_sessions, false },
	[PAGE_MINE] = { page_mine, NULL, false },
	[PAGE_TEAM] = { page_team, NULL, false },
	[PAGE_ORGANISATION] = { page_organisation, NULL, false },
	[PAGE_HANDLE] = { NULL, page_handle, false },
	[PAGE_LEAVE] = { NULL, page_leave, false },
	[PAGE_CASE] = { page_case_as_it_stands, NULL, false },
	[PAGE_DOCUMENT] = { page_document, NULL, false },
	[PAGE_WRITE] = { NULL, page_write, false },
	[PAGE_WITHDRAW] = { page_withdraw, page_verb, false },
	[PAGE_REOPEN] = { NULL, page_verb, false },
	[PAGE_APPROVE] = { NULL, page_verb, false },
	[PAGE_COMPLETE] = { page_complete, page_complete, false },
	[PAGE_RECEIPT] = { page_receipt, NULL, false },
	[PAGE_NEW] = { page_new, NULL, false },
	[PAGE_FORM] = { page_form, page_form, false },
	[PAGE_DRAFT] = { page_draft, NULL, false },
	[PAGE_CONTENT] = { page_content, NULL, false },
	[PAGE_ME] = { page_me, NULL, false },
	[PAGE_LANGUAGE] = { NULL, page_language, false },
	[PAGE_HELP] = { page_help, NULL, false },
	[PAGE_MANUAL] = { page_manual, NULL, false },
	[PAGE_CARD] = { page_card, NULL, false },
	[PAGE_CARD_READ] = { page_card_read, NULL, false },
	[PAGE_CARD_IN] = { page_card_in, page_card_in, true },
	[PAGE_ELSEWHERE] = { page_elsewhere, NULL, false },
	[PAGE_LOGIN] = { page_login, NULL, false },
	[PAGE_CALLBACK] = { page_callback, NULL, false },
	[PAGE_KEYS] = { page_keys, NULL, false },
};

static enum MHD_Result finish_post(Request *request)
{
	if (request->is_too_large)
		return answer_wrong(request, MHD_HTTP_CONTENT_TOO_LARGE, "too-large");
	if (request->is_garbled)
		return answer_wrong(request, MHD_HTTP_BAD_REQUEST, "form");
	if (!pages[request->route.page].is_way_in &&
	    (request->session == NULL || !is_genuine(request)))
		return answer_wrong(request, MHD_HTTP_FORBIDDEN, "form");
	return pages[request->route.page].post(request);
}

static enum MHD_Result finish(Request *request)
{
	connection_answers(request->connection);
	if (request->post != NULL) {
		MHD_destroy_post_processor(request->post); /* brings the last field */
		request->post = NULL;
	}
	return request->route.is_post ? finish_post(request)
				      : pages[request->route.page].get(request);
}

enum MHD_Result http_request(void *user, struct MHD_Connection *connection, const char *path,
			     const char *method, const char *version, const char *bytes,
			     size_t *length, void **context)
{
	Request *request = *context;

	if (request == NULL) {
		request = request_new(user, connection);
		*context = request;
		return begin(request, path, method);
	}
	return *length > 0 ? take_body(request, bytes, length) : finish(request);
}

void http_completed(void *user, struct MHD_Connection *connection, void **context,
		    enum MHD_RequestTerminationCode code)
{
	request_free(*context);
	*context = NULL;
	connection_waits(connection);
}
