/* ways.c - the table of the ways into the page, and the session that each of them begins. */
#include "portal/ways.h"

#include <string.h>

#include "portal/client.h"

#define TARGET "/mine" /* where nothing else is asked for */

typedef struct Way {
	const char *name;   /* with ":" behind it where the way is several */
	const char *path;   /* where its button leads; NULL: no button of its own */
	const char *button; /* the text of the button */
	const char *words;  /* "by a link in a mail": in the list of sessions; {name} of several */
	bool (*is_configured)(const Settings *settings);
	/* of several: one button each, and the name of one */
	void (*offer)(const Request *request, json_t *buttons);
	const char *(*title)(const Request *request, const char *id);
} Way;

bool ways_mail_is_on(const Settings *settings)
{
	return settings->mail_link;
}

const char *way_target(const Request *request)
{
	const char *to = request_query(request, "to");
	Route route;

	if (strlen(to) > 200 || route_find("GET", to, &route) != ROUTE_FOUND ||
	    route.token[0] != '\0' || route.page == PAGE_LOGIN || route.page == PAGE_CALLBACK)
		return TARGET;
	return to;
}

char *way_path(const Request *request, const char *path)
{
	const char *target = way_target(request);
	g_autofree char *escaped = g_uri_escape_string(target, "/", false);

	return strcmp(target, TARGET) == 0 ? g_strdup(path)
					   : g_strconcat(path, "?to=", escaped, NULL);
}

static bool openid_is_on(const Settings *settings)
{
	return settings->openid->len > 0;
}

static void openid_offer(const Request *request, json_t *buttons)
{
	const PortalDesk *desk = &request->portal->desk;

	for (guint i = 0; i < desk->settings->openid->len; i++) {
		const OpenIdSettings *openid = g_ptr_array_index(desk->settings->openid, i);
		g_autofree char *login = g_strconcat("/login/", openid->name, NULL);
		g_autofree char *path = way_path(request, login);
		g_autofree char *text =
			texts_say(desk->texts, request->language, "page.openid-button", "name",
				  localised(openid->title, request->language), NULL);

		json_array_append_new(buttons, json_pack("{s:s, s:s}", "path", path, "text", text));
	}
}

/* One that is no longer configured keeps its id. */
static const char *openid_title(const Request *request, const char *id)
{
	const OpenIdSettings *openid = settings_openid(request->portal->desk.settings, id);

	return openid != NULL ? localised(openid->title, request->language) : id;
}

static bool card_is_on(const Settings *settings)
{
	return settings->card.url != NULL;
}

static const Way ways[] = {
	{ WAY_OPENID, NULL, NULL, "page.way-openid", openid_is_on, openid_offer, openid_title },
	{ WAY_CARD, "/card", "page.card-button", "page.way-card", card_is_on, NULL, NULL },
	{ WAY_MAIL, NULL, NULL, "page.way-mail", ways_mail_is_on, NULL, NULL },
};

char *way_words(const Request *request, const char *way)
{
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		const Way *row = &ways[i];

		if (row->title != NULL && g_str_has_prefix(way, row->name))
			return texts_say(request->portal->desk.texts, request->language, row->words,
					 "name", row->title(request, way + strlen(row->name)),
					 NULL);
		if (strcmp(row->name, way) == 0)
			return g_strdup(page_word(request, row->words));
	}
	return g_strdup("");
}

json_t *ways_buttons(const Request *request)
{
	const Settings *settings = request->portal->desk.settings;
	json_t *buttons = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		if (!ways[i].is_configured(settings))
			continue;
		if (ways[i].offer != NULL)
			ways[i].offer(request, buttons);
		else if (ways[i].path != NULL)
			json_array_append_new(buttons,
					      json_pack("{s:s, s:s}", "path", ways[i].path, "text",
							page_word(request, ways[i].button)));
	}
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
