/* page_organisation.c - what is open for the people of an organisation, for its HR service: where
 * each case stands, and nothing of what is in it.
 */
#include "portal/case_lists.h"

#include "common/text.h"

#define PAGE_CASES 50
#define NAME_BYTES 200

static const CaseTab shown[] = {
	{ "all", RUNNING_STATES, false, false },
	{ "waiting", MANY(CASE_INCOMPLETE) | MANY(CASE_WAITING), false, false },
	{ "approval", MANY(CASE_AWAITING_APPROVAL), false, false },
	{ "late", RUNNING_STATES, false, true },
};

bool request_is_hr(const Request *request)
{
	const Person *person = request->person;

	return person != NULL && !person->left && person->id != 0 &&
	       person_is_hr_of(person, person->organisation) &&
	       settings_organisation(request->portal->desk.settings, person->organisation) != NULL;
}

/* A link only where HR may read the case: it asked for it, or approves it. */
static json_t *case_row(const Request *request, const Case *c)
{
	g_autofree char *opened = page_time(request, c->opened);
	g_autofree char *changed = page_time(request, c->changed);
	g_autofree char *title = case_title(request, c);
	g_autofree char *employee = text_one_line(c->employee.name, NAME_BYTES);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "number", c->number,
			 "title", title, "employee", employee, "opened", opened, "changed", changed,
			 "state", case_state_word(request, c), "team", team_name(request, c->team),
			 "late", case_is_late(request, c), "readable",
			 access_may(&request->viewer, c, ACT_VIEW, request->now, 0));
}

static bool put_cases(Request *request, const CaseTab *what, json_t *data, GError **error)
{
	CaseQuery query = { .organisation = request->person->organisation,
			    .states = what->states,
			    .due_before = what->is_late ? request->now : 0,
			    .before = case_rows_before(request),
			    .limit = PAGE_CASES };
	g_autoptr(Case) last = NULL;
	g_autofree char *next = NULL;

	if (!case_rows(request, &query, case_row, data, &last, error))
		return false;
	if (last != NULL) {
		next = g_strdup_printf("?show=%s&before=%" G_GINT64_FORMAT, what->name, last->id);
		json_object_set_new(data, "next", json_string(next));
	}
	return true;
}

enum MHD_Result page_organisation(Request *request)
{
	const CaseTab *what = case_tab_asked(request, shown, G_N_ELEMENTS(shown), &shown[0]);
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
	data = json_pack(
		"{s:s, s:o}", "title", title, "tabs",
		case_tabs(request, shown, G_N_ELEMENTS(shown), "page.organisation-", what));
	if (put_cases(request, what, data, &error))
		return answer_page(request, MHD_HTTP_OK, "page-organisation", data);
	json_decref(data);
	return answer_fault(request, error);
}
