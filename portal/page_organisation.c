/* page_organisation.c - what is open for the people of an organisation, for its HR service: where
 * each case stands, and nothing of what is in it.
 */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"

#define PAGE_CASES 50
#define NAME_BYTES 200

#define MANY(state) (1u << (state))
#define RUNNING                                                                   \
	(MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL) | MANY(CASE_OPEN) | \
	 MANY(CASE_ASSIGNED) | MANY(CASE_WAITING))

static const struct Shown {
	const char *name; /* in the query, and of its label page.organisation-NAME */
	guint states;
	bool is_late;
} shown[] = {
	{ "all", RUNNING, false },
	{ "waiting", MANY(CASE_INCOMPLETE) | MANY(CASE_WAITING), false },
	{ "approval", MANY(CASE_AWAITING_APPROVAL), false },
	{ "late", RUNNING, true },
};

bool request_is_hr(const Request *request)
{
	const Person *person = request->person;

	return person != NULL && !person->left && person->id != 0 &&
	       person_is_hr_of(person, person->organisation) &&
	       settings_organisation(request->portal->desk.settings, person->organisation) != NULL;
}

static const struct Shown *asked(const Request *request)
{
	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++)
		if (strcmp(shown[i].name, request_query(request, "show")) == 0)
			return &shown[i];
	return &shown[0];
}

/* A link only where HR may read the case: it asked for it, or approves it. */
static json_t *case_row(const Request *request, const Case *c)
{
	g_autofree char *opened = page_time(request, c->opened);
	g_autofree char *changed = page_time(request, c->changed);
	g_autofree char *key = g_strconcat("mail.state-", case_state_name(c->state), NULL);
	g_autofree char *title = text_one_line(form_title(request, c), NAME_BYTES);
	g_autofree char *employee = text_one_line(c->employee.name, NAME_BYTES);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "number", c->number,
			 "title", title, "employee", employee, "opened", opened, "changed", changed,
			 "state", page_word(request, key), "team", team_name(request, c->team),
			 "late", c->due != 0 && c->due < request->now, "readable",
			 access_may(&request->viewer, c, ACT_VIEW, request->now, 0));
}

static json_t *tabs_of(const Request *request, const struct Shown *chosen)
{
	json_t *tabs = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
		g_autofree char *key = g_strconcat("page.organisation-", shown[i].name, NULL);

		json_array_append_new(tabs, json_pack("{s:s, s:s, s:b}", "name", shown[i].name,
						      "label", page_word(request, key), "chosen",
						      &shown[i] == chosen));
	}
	return tabs;
}

static bool put_cases(Request *request, const struct Shown *what, json_t *data, GError **error)
{
	gint64 before = g_ascii_strtoll(request_query(request, "before"), NULL, 10);
	CaseQuery query = { .organisation = request->person->organisation,
			    .states = what->states,
			    .due_before = what->is_late ? request->now : 0,
			    .before = MAX(before, 0),
			    .limit = PAGE_CASES + 1 };
	g_autoptr(GPtrArray) cases = NULL;
	json_t *rows;

	if (!case_list(request->portal->desk.store, &query, &cases, error))
		return false;
	rows = json_array();
	for (guint i = 0; i < cases->len && i < PAGE_CASES; i++)
		json_array_append_new(rows, case_row(request, g_ptr_array_index(cases, i)));
	json_object_set_new(data, "rows", rows);
	if (cases->len > PAGE_CASES) {
		const Case *last = g_ptr_array_index(cases, PAGE_CASES - 1);
		g_autofree char *next =
			g_strdup_printf("?show=%s&before=%" G_GINT64_FORMAT, what->name, last->id);

		json_object_set_new(data, "next", json_string(next));
	}
	return true;
}

enum MHD_Result page_organisation(Request *request)
{
	const struct Shown *what = asked(request);
	const OrganisationSettings *organisation;
	g_autofree char *title = NULL;
	g_autoptr(GError) error = NULL;
	json_t *data;

	if (!request_is_hr(request))
		return answer_missing(request);
	organisation = settings_organisation(request->portal->desk.settings,
					     request->person->organisation);
	title = texts_say(request->portal->desk.texts, request->language, "page.organisation-title",
			  "organisation", localised(organisation->name, request->language), NULL);
	data = json_pack("{s:s, s:o}", "title", title, "tabs", tabs_of(request, what));
	if (put_cases(request, what, data, &error))
		return answer_page(request, MHD_HTTP_OK, "page-organisation", data);
	json_decref(data);
	return answer_fault(request, error);
}
