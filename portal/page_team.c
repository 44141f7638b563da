/* page_team.c - the queues of a dossier manager's teams, the search in them, and how they stand. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"
#include "store/desk_lists.h"

#define PAGE_CASES 30
#define WORDS_BYTES 200
#define BAR_WIDTH 100 /* of the chart, in its own units */

#define MANY(state) (1u << (state))
#define RUNNING                                                                   \
	(MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL) | MANY(CASE_OPEN) | \
	 MANY(CASE_ASSIGNED) | MANY(CASE_WAITING))

static const struct Queue {
	const char *name;
	guint states;
	bool is_mine, is_late;
} queues[] = {
	{ "new", MANY(CASE_OPEN), false, false },
	{ "mine", MANY(CASE_OPEN) | MANY(CASE_ASSIGNED) | MANY(CASE_WAITING), true, false },
	{ "waiting", MANY(CASE_WAITING) | MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL),
	  false, false },
	{ "late", RUNNING, false, true },
	{ "all", 0, false, false },
};

static json_t *case_row(const Request *request, const Case *c)
{
	g_autofree char *opened = page_time(request, c->opened);
	g_autofree char *due = c->due != 0 ? page_time(request, c->due) : g_strdup("");
	g_autofree char *key = g_strconcat("mail.state-", case_state_name(c->state), NULL);
	g_autofree char *title = text_one_line(form_title(request, c), 200);
	g_autofree char *requester = text_one_line(c->requester.name, 200);
	g_autofree char *assignee = text_one_line(c->assignee.name, 200);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "number", c->number,
			 "title", title, "opened", opened, "state", page_word(request, key),
			 "requester", requester, "assignee", assignee, "due", due, "team",
			 team_name(request, c->team), "late",
			 c->due != 0 && c->due < request->now && (MANY(c->state) & RUNNING) != 0);
}

static const struct Queue *asked_queue(const Request *request, bool searches)
{
	const char *show = request_query(request, "show");

	for (gsize i = 0; i < G_N_ELEMENTS(queues); i++)
		if (strcmp(queues[i].name, show) == 0)
			return &queues[i];
	return searches ? &queues[G_N_ELEMENTS(queues) - 1] : &queues[0];
}

static json_t *tabs_of(const Request *request, const struct Queue *chosen)
{
	json_t *tabs = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(queues); i++) {
		g_autofree char *key = g_strconcat("page.queue-", queues[i].name, NULL);

		json_array_append_new(tabs, json_pack("{s:s, s:s, s:b}", "name", queues[i].name,
						      "label", page_word(request, key), "chosen",
						      &queues[i] == chosen));
	}
	return tabs;
}

static bool put_cases(Request *request, const struct Queue *queue, const char *words, json_t *data,
		      GError **error)
{
	const Person *person = request->person;
	CaseQuery query = { .teams = queue->is_mine ? NULL : person->teams,
			    .assignee = person->id,
			    .states = queue->states,
			    .due_before = queue->is_late ? request->now : 0,
			    .before = MAX(
				    g_ascii_strtoll(request_query(request, "before"), NULL, 10), 0),
			    .found = *words != '\0' ? words : NULL,
			    .limit = PAGE_CASES + 1 };
	g_autoptr(GPtrArray) cases = NULL;
	g_autofree char *escaped = g_uri_escape_string(words, NULL, FALSE);
	json_t *rows;

	if (!case_list(request->portal->desk.store, &query, &cases, error))
		return false;
	rows = json_array();
	for (guint i = 0; i < cases->len && i < PAGE_CASES; i++)
		json_array_append_new(rows, case_row(request, g_ptr_array_index(cases, i)));
	json_object_set_new(data, "rows", rows);
	if (cases->len > PAGE_CASES) {
		const Case *last = g_ptr_array_index(cases, PAGE_CASES - 1);
		g_autofree char *next = g_strdup_printf("?show=%s&q=%s&before=%" G_GINT64_FORMAT,
							queue->name, escaped, last->id);

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
	const struct Queue *queue = asked_queue(request, *words != '\0');
	g_autoptr(GError) error = NULL;
	json_t *data;

	if (request->person == NULL || !access_handles(&request->viewer))
		return answer_missing(request);
	data = json_pack("{s:s, s:s, s:s, s:o}", "title", page_word(request, "page.team"), "words",
			 words, "show", queue->name, "tabs", tabs_of(request, queue));
	if (put_cases(request, queue, words, data, &error) && put_ages(request, data, &error))
		return answer_page(request, MHD_HTTP_OK, "page-team", data);
	json_decref(data);
	return answer_fault(request, error);
}
