/* page_handle_show.c - what may be done with a case, on its page. */
#include "portal/inside.h"

#include <string.h>

#include "forms/canned.h"
#include "store/desk_lists.h"

static const struct {
	const char *name;
	PageAct act;
} acts[] = {
	{ "take", ACT_TAKE },     { "answer", ACT_ANSWER }, { "close-too", ACT_ANSWER_CLOSE },
	{ "ask", ACT_ASK },       { "note", ACT_NOTE },     { "hand-on", ACT_HAND_ON },
	{ "reform", ACT_REFORM }, { "close", ACT_CLOSE },   { "bring-back", ACT_BRING_BACK },
	{ "due", ACT_SET_DUE },   { "merge", ACT_MERGE },
};

static json_t *teams_of(const Request *request)
{
	const Settings *settings = request->portal->desk.settings;
	json_t *rows = json_array();

	for (guint i = 0; i < settings->teams->len; i++) {
		const TeamSettings *team = g_ptr_array_index(settings->teams, i);

		if (strcmp(team->id, request->about->team) != 0)
			json_array_append_new(rows,
					      json_pack("{s:s, s:s}", "id", team->id, "label",
							localised(team->name, request->language)));
	}
	return rows;
}

static json_t *forms_of(const Request *request)
{
	const GPtrArray *all = request->portal->desk.forms->all;
	json_t *rows = json_array();

	for (guint i = 0; i < all->len; i++) {
		const Form *form = g_ptr_array_index(all, i);

		if (form->elsewhere == NULL)
			json_array_append_new(
				rows, json_pack("{s:s, s:s, s:b}", "id", form->id, "label",
						form->title[request->language], "chosen",
						strcmp(form->id, request->about->form) == 0));
	}
	return rows;
}

static json_t *canned_of(const Request *request)
{
	const GPtrArray *all = request->portal->desk.forms->canned;
	json_t *rows = json_array();

	for (guint i = 0; all != NULL && i < all->len; i++) {
		const Canned *canned = g_ptr_array_index(all, i);

		if (canned_is_for(canned, request->about->team))
			json_array_append_new(rows,
					      json_pack("{s:s, s:s}", "id", canned->id, "label",
							canned->title[request->language]));
	}
	return rows;
}

static GHashTable *places_of(const Request *request, const GPtrArray *answers)
{
	const Case *c = request->about;
	const PortalDesk *desk = &request->portal->desk;
	const TeamSettings *team = settings_team(desk->settings, c->team);
	const CannedAbout about = {
		.form = forms_find(desk->forms, c->form),
		.form_name = c->form,
		.number = c->number,
		.requester = c->requester.name,
		.employee = c->employee.name,
		.team = team != NULL ? localised(team->name, c->language) : c->team,
		.answers = answers,
		.language = c->language,
	};

	return canned_places(&about, desk->texts);
}

/* The canned answer that was chosen stands in the field, to be looked over; it is not sent by
 * itself. */
static void put_chosen(const Request *request, const GPtrArray *answers, json_t *data)
{
	const char *id = request_query(request, "canned");
	const Canned *canned =
		canned_find(request->portal->desk.forms->canned, id, request->about->team);
	g_autoptr(GHashTable) places = NULL;
	g_autofree char *text = NULL, *missing = NULL;

	if (*id == '\0' || canned == NULL)
		return;
	places = places_of(request, answers);
	text = canned_text(canned, request->about->language, places, &missing);
	if (text != NULL)
		json_object_set_new(data, "typed", json_string(text));
	else
		json_object_set_new(data, "mistake",
				    json_string(page_word(request, "page.wrong-canned")));
}

static void put_rows(json_t *data, const char *name, json_t *rows)
{
	if (json_array_size(rows) > 0)
		json_object_set_new(data, name, json_pack("{s:o}", "rows", rows));
	else
		json_decref(rows);
}

static bool put_looks(Request *request, json_t *data, GError **error)
{
	Store *store = request->portal->desk.store;
	gint64 id = request->about->id, me = request->person->id;
	g_autoptr(GPtrArray) names = NULL;
	json_t *rows = json_array();

	if (!look_note(store, id, me, request->now, error) ||
	    !looks_of(store, id, me, request->now, &names, error)) {
		json_decref(rows);
		return false;
	}
	for (guint i = 0; i < names->len; i++)
		json_array_append_new(rows,
				      json_pack("{s:s}", "name", g_ptr_array_index(names, i)));
	put_rows(data, "looks", rows);
	return true;
}

bool page_handle_put(Request *request, const GPtrArray *answers, gint64 last_event, json_t *data,
		     GError **error)
{
	json_t *handle = json_object();
	g_autofree char *due = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(acts); i++)
		json_object_set_new(handle, acts[i].name,
				    json_boolean(request_may(request, acts[i].act)));
	json_object_set_new(handle, "seen", json_integer(last_event));
	put_rows(handle, "teams", teams_of(request));
	put_rows(handle, "forms", forms_of(request));
	put_rows(handle, "canned", canned_of(request));
	if (request->about->due != 0) {
		due = page_time(request, request->about->due);
		json_object_set_new(handle, "due-at", json_string(due));
	}
	json_object_set_new(data, "handle", handle);
	put_chosen(request, answers, data);
	return put_looks(request, data, error);
}
