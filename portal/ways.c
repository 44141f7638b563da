/* ways.c - the table of the ways into the page, and the session that each of them begins. */
#include "portal/ways.h"

#include <string.h>

#include "portal/client.h"

typedef struct Way {
	const char *name;
	const char *path;   /* where its button leads; NULL: no button of its own */
	const char *button; /* the text of the button */
	const char *words;  /* "a link in a mail": in the list of sessions */
	bool (*is_configured)(const Settings *settings);
} Way;

bool ways_mail_is_on(const Settings *settings)
{
	return settings->mail_link;
}

static const Way ways[] = {
	{ WAY_MAIL, NULL, NULL, "page.way-mail", ways_mail_is_on },
};

char *way_words(const Request *request, const char *way)
{
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		if (strcmp(ways[i].name, way) == 0)
			return g_strdup(page_word(request, ways[i].words));
	return g_strdup("");
}

json_t *ways_buttons(const Request *request)
{
	const Settings *settings = request->portal->desk.settings;
	json_t *buttons = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		if (ways[i].path != NULL && ways[i].is_configured(settings))
			json_array_append_new(buttons,
					      json_pack("{s:s, s:s}", "path", ways[i].path, "text",
							page_word(request, ways[i].button)));
	return buttons;
}

bool way_enter(Request *request, const char *holder, gint64 case_id, const char *way,
	       char **ret_cookie, GError **error)
{
	Portal *portal = request->portal;
	g_autofree char *id = secret_token(), *hash = secret_token_hash(id), *old = NULL;
	g_autofree char *browser = NULL;
	PageSession session;

	if (request->token != NULL) {
		old = secret_token_hash(request->token);
		if (!session_end(portal->desk.store, old, error))
			return false;
	}
	browser = client_browser(request_header(request, "User-Agent"));
	session = (PageSession){ .holder = (char *)holder,
				 .case_id = case_id,
				 .browser = browser,
				 .way = (char *)way,
				 .began = request->now };
	if (!session_begin(portal->desk.store, hash, &session,
			   portal->desk.settings->session_longest, error))
		return false;
	*ret_cookie = page_cookie(portal, "", id, -1);
	return true;
}
