/* request.c - who asks, and about which case. */
#include "portal/inside.h"

#include <string.h>

#include "portal/client.h"
#include "portal/cookie.h"
#include "portal/oidc_work.h"
#include "portal/upload.h"

Request *request_new(Portal *portal, struct MHD_Connection *connection)
{
	Request *request = g_new0(Request, 1);

	request->portal = portal;
	request->connection = connection;
	request->language = LANGUAGE_NONE;
	request->now = g_get_real_time() / G_USEC_PER_SEC;
	return request;
}

void request_free(Request *request)
{
	if (request == NULL)
		return;
	if (request->post != NULL)
		MHD_destroy_post_processor(request->post);
	g_clear_pointer(&request->fields, g_hash_table_unref);
	upload_free(request->upload);
	g_clear_error(&request->fault);
	oidc_job_free(request->job);
	page_session_free(request->session);
	person_free(request->person);
	case_free(request->about);
	g_free(request->token);
	g_free(request->client);
	g_free(request);
}

/* The best language of Accept-Language (RFC 9110 12.5.4): the first of ours, since browsers
 * send them in order. */
static Language accepted_language(const char *header)
{
	g_auto(GStrv) ranges = g_strsplit(header != NULL ? header : "", ",", 20);

	for (guint i = 0; ranges[i] != NULL; i++) {
		char *code = g_strstrip(ranges[i]);
		Language language;

		code[strcspn(code, ";")] = '\0';
		language = language_of_code(g_strstrip(code));
		if (language != LANGUAGE_NONE)
			return language;
	}
	return LANGUAGE_NONE;
}

static bool find_session(Request *request, GError **error)
{
	Store *store = request->portal->desk.store;
	const char *header =
		MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Cookie");
	g_autofree char *token = cookie_token(header, request->portal->cookie);
	g_autofree char *hash = NULL;

	if (token == NULL)
		return true;
	hash = secret_token_hash(token);
	if (!session_find(store, hash, request->now, request->portal->desk.settings->session_idle,
			  &request->session, error))
		return false;
	if (request->session == NULL)
		return true;
	request->token = g_steal_pointer(&token);
	if (g_str_has_prefix(request->session->holder, "p:") &&
	    !people_find_number(store, request->session->holder + 2, &request->person, error))
		return false;
	request->viewer = (Viewer){ .holder = request->session->holder,
				    .case_id = request->session->case_id,
				    .person = request->person };
	return true;
}

static bool find_case(Request *request, GError **error)
{
	Store *store = request->portal->desk.store;
	g_autoptr(Case) c = NULL;

	if (request->route.number[0] == '\0' || request->session == NULL)
		return true;
	if (!case_find(store, request->route.number, &c, error))
		return false;
	if (c != NULL && strcmp(c->number, request->route.number) == 0)
		request->about = g_steal_pointer(&c);
	if (!request_may(request, ACT_VIEW))
		g_clear_pointer(&request->about, case_free);
	return true;
}

static Language chosen_language(const Request *request)
{
	const char *value =
		MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, LANGUAGE_COOKIE);

	return value != NULL ? language_of_code(value) : LANGUAGE_NONE;
}

void request_speak(Request *request)
{
	request->language = accepted_language(request_header(request, "Accept-Language"));
	if (request->language == LANGUAGE_NONE)
		request->language = request->portal->desk.settings->language;
}

bool request_identify(Request *request, GError **error)
{
	if (!find_session(request, error) || !find_case(request, error))
		return false;
	if (request->person != NULL && request->person->language != LANGUAGE_NONE)
		request->language = request->person->language;
	else if (request->about != NULL && request->about->language != LANGUAGE_NONE)
		request->language = request->about->language;
	if (chosen_language(request) != LANGUAGE_NONE)
		request->language = chosen_language(request);
	return true;
}

bool request_may(const Request *request, PageAct act)
{
	return request->session != NULL && request->about != NULL &&
	       access_may(&request->viewer, request->about, act, request->now,
			  request->portal->desk.settings->reopen);
}

const char *request_field(const Request *request, const char *name)
{
	const GString *field =
		request->fields != NULL ? g_hash_table_lookup(request->fields, name) : NULL;

	return field != NULL ? field->str : "";
}

static const char *value_of(const Request *request, enum MHD_ValueKind kind, const char *name)
{
	const char *value = MHD_lookup_connection_value(request->connection, kind, name);

	return value != NULL ? value : "";
}

const char *request_header(const Request *request, const char *name)
{
	return value_of(request, MHD_HEADER_KIND, name);
}

typedef struct Ends { /* headers that say where a body ends */
	guint lengths, codings;
	bool is_odd;
} Ends;

static enum MHD_Result add_end(void *user, enum MHD_ValueKind kind, const char *key,
			       const char *value)
{
	Ends *ends = user;

	if (g_ascii_strcasecmp(key, "Transfer-Encoding") == 0) {
		ends->codings++;
		ends->is_odd |= g_ascii_strcasecmp(value != NULL ? value : "", "chunked") != 0;
	} else if (g_ascii_strcasecmp(key, "Content-Length") == 0) {
		ends->lengths++;
		ends->is_odd |= value == NULL || *value == '\0' ||
				value[strspn(value, "0123456789")] != '\0';
	}
	return MHD_YES;
}

bool request_is_ambiguous(const Request *request)
{
	Ends ends = { 0 };

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, add_end, &ends);
	return ends.is_odd || ends.lengths + ends.codings > 1;
}

const char *request_query(const Request *request, const char *name)
{
	return value_of(request, MHD_GET_ARGUMENT_KIND, name);
}

const char *request_client(Request *request)
{
	if (request->client == NULL)
		request->client = client_address(request);
	return request->client;
}

char *request_csrf(const Request *request)
{
	return secret_hash(request->portal->desk.secret, 26, "csrf",
			   request->token != NULL ? request->token : "", NULL);
}

CaseBy request_by(const Request *request)
{
	return (CaseBy){ .person = request->person != NULL ? request->person->id : 0,
			 .who = request->session->holder + 2,
			 .way = WAY_PAGE,
			 .now = request->now };
}
