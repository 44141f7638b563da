/* page_team.c - the queues of a dossier manager's teams, the search in them, and how they stand. */
#include "portal/case_lists.h"

#include "common/text.h"
#include "store/desk_lists.h"

#define PAGE_CASES 30
#define WORDS_BYTES 200
#define NAME_BYTES 200
#define BAR_WIDTH 100 /* of the chart, in its own units */

static const CaseTab queues[] = {
	{ "new", MANY(CASE_OPEN), false, false },
	{ "mine", MANY(CASE_OPEN) | MANY(CASE_ASSIGNED) | MANY(CASE_WAITING), true, false },
	{ "waiting", MANY(CASE_WAITING) | MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL),
	  false, false },
	{ "late", RUNNING_STATES, false, true },
	{ "all", 0, false, false },
};

static json_t *case_row(const Request *request, const Case *c)
{
	g_autofree char *opened = page_time(request, c->opened);
	g_autofree char *due = c->due != 0 ? page_time(request, c->due) : g_strdup("");
	g_autofree char *title = case_title(request, c);
	g_autofree char *requester = text_one_line(c->requester.name, NAME_BYTES);
	g_autofree char *assignee = text_one_line(c->assignee.name, NAME_BYTES);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "number", c->number,
			 "title", title, "opened", opened, "state", case_state_word(request, c),
			 "requester", requester, "assignee", assignee, "due", due, "team",
			 team_name(request, c->team), "late", case_is_late(request, c));
}

static bool put_cases(Request *request, const CaseTab *queue, const char *words, json_t *data,
		      GError **error)
{
	const Person *person = request->person;
	CaseQuery query = { .teams = queue->is_mine ? NULL : person->teams,
			    .assignee = person->id,
			    .states = queue->states,
			    .due_before = queue->is_late ? request->now : 0,
			    .before = case_rows_before(request),
			    .found = *words != '\0' ? words : NULL,
			    .limit = PAGE_CASES };
	g_autofree char *escaped = g_uri_escape_string(words, NULL, FALSE), *next = NULL;
	g_autoptr(Case) last = NULL;

	if (!case_rows(request, &query, case_row, data, &last, error))
		return false;
	if (last != NULL) {
		next = g_strdup_printf("?show=%s&q=%s&before=%" G_GINT64_FORMAT, queue->name,
				       escaped, last->id);
		json_object_set_new(data, "next", json_string(next));
	}
	return true;
}

/* ---- how the teams stand: a small chart, and the same numbers in a table ---- */

static void bar_put(json_t *bars, gint64 *at, gint64 count, gint64 total, const char *shade)
{
	gint64 width = total > 0 ? count * BAR_WIDTH / total : 0;

	if (width > 0)
		json_array_append_new(bars, json_pack("{s:I, s:I, s:s}", "x", (json_int_t)*at,
						      "width", (json_int_t)width, "shade", shade));
	*at += width;
}

static json_t *ages_row(const Request *request, const TeamAges *ages)
{
	gint64 total = ages->day + ages->week + ages->month + ages->older, at = 0;
	json_t *bars = json_array();

	bar_put(bars, &at, ages->day, total, "age-day");
	bar_put(bars, &at, ages->week, total, "age-week");
	bar_put(bars, &at, ages->month, total, "age-month");
	bar_put(bars, &at, ages->older, total, "age-older");
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "team",
			 team_name(request, ages->team), "total", (json_int_t)total, "day",
			 (json_int_t)ages->day, "week", (json_int_t)ages->week, "month",
			 (json_int_t)ages->month, "older", (json_int_t)ages->older, "late",
			 (json_int_t)ages->late, "bars", bars);
}

static bool put_ages(Request *request, json_t *data, GError **error)
{
	json_t *rows = json_array();

	json_object_set_new(data, "ages", rows);
	for (char **team = request->person->teams; *team != NULL; team++) {
		TeamAges *ages = NULL;

		if (!team_ages(request->portal->desk.store, *team, request->now, &ages, error))
			return false;
		json_array_append_new(rows, ages_row(request, ages));
		team_ages_free(ages);
	}
	return true;
}

enum MHD_Result page_team(Request *request)
{
	g_autofree char *asked = text_valid(request_query(request, "q"), -1);
	g_autofree char *words = text_one_line(asked, WORDS_BYTES);
	const CaseTab *first = *words != '\0' ? &queues[G_N_ELEMENTS(queues) - 1] : &queues[0];
	const CaseTab *queue = case_tab_asked(request, queues, G_N_ELEMENTS(queues), first);
	g_autoptr(GError) error = NULL;
	json_t *data;

	if (request->person == NULL || !access_handles(&request->viewer))
		return answer_missing(request);
	data = json_pack("{s:s, s:s, s:s, s:o}", "title", page_word(request, "page.team"), "words",
			 words, "show", queue->name, "tabs",
			 case_tabs(request, queues, G_N_ELEMENTS(queues), "page.queue-", queue));
	if (put_cases(request, queue, words, data, &error) && put_ages(request, data, &error))
		return answer_page(request, MHD_HTTP_OK, "page-team", data);
	json_decref(data);
	return answer_fault(request, error);
}
