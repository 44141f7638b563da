/* page_sessions.c - where a person is signed in, and the end of it. */
#include "portal/inside.h"

#include <string.h>

#include "portal/ways.h"

static json_t *session_row(const Request *request, const PageSession *session)
{
	g_autofree char *began = page_time(request, session->began);
	g_autofree char *used = page_time(request, session->used);
	g_autofree char *way = way_words(request, session->way);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "id", session->id, "began", began,
			 "used", used, "way", way, "browser",
			 *session->browser != '\0' ? session->browser
						   : page_word(request, "page.sessions-browser"),
			 "this", strcmp(session->id, request->session->id) == 0);
}

static enum MHD_Result show(Request *request)
{
	const PortalDesk *desk = &request->portal->desk;
	g_autoptr(GPtrArray) sessions = NULL;
	g_autoptr(GError) error = NULL;
	json_t *rows;

	if (!sessions_of(desk->store, request->session->holder, request->now,
			 desk->settings->session_idle, &sessions, &error))
		return answer_fault(request, error);
	rows = json_array();
	for (guint i = 0; i < sessions->len; i++)
		json_array_append_new(rows, session_row(request, g_ptr_array_index(sessions, i)));
	return answer_page(request, MHD_HTTP_OK, "page-sessions",
			   json_pack("{s:o, s:b}", "rows", rows, "several", sessions->len > 1));
}

static bool end_them(Request *request, GError **error)
{
	Store *store = request->portal->desk.store;
	const char *what = request_field(request, "end"), *holder = request->session->holder;
	g_autofree char *hash = secret_token_hash(request->token);

	if (strcmp(what, "links") == 0)
		return links_revoke(store, holder, error);
	if (strcmp(what, "others") == 0)
		return sessions_end(store, holder, NULL, hash, error);
	return sessions_end(store, holder, what, "", error);
}

enum MHD_Result page_sessions(Request *request)
{
	g_autoptr(GError) error = NULL;

	if (request->person == NULL || request->person->left)
		return answer_missing(request);
	if (!request->route.is_post)
		return show(request);
	if (!end_them(request, &error))
		return answer_fault(request, error);
	return answer_redirect(request,
			       strcmp(request_field(request, "end"), request->session->id) == 0
				       ? "/"
				       : "/sessions",
			       NULL);
}
