/* page_mine.c - My cases: waiting for me, being handled, finished. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"

#define PAGE_CASES 20

#define MANY(state) (1u << (state))

static const struct Group {
	const char *name; /* in the query, and of its title */
	guint states;
} groups[] = {
	{ "waiting", MANY(CASE_INCOMPLETE) | MANY(CASE_WAITING) },
	{ "open", MANY(CASE_AWAITING_APPROVAL) | MANY(CASE_OPEN) | MANY(CASE_ASSIGNED) },
	{ "finished", MANY(CASE_ANSWERED) | MANY(CASE_CLOSED) | MANY(CASE_REDIRECTED) |
			      MANY(CASE_REFUSED) | MANY(CASE_WITHDRAWN) },
};

static json_t *case_row(const Request *request, const Case *c)
{
	g_autofree char *opened = page_time(request, c->opened);
	g_autofree char *key = g_strconcat("mail.state-", case_state_name(c->state), NULL);
	g_autofree char *title = text_one_line(form_title(request, c), 200);

	return json_pack("{s:s, s:s, s:s, s:s}", "number", c->number, "title", title, "opened",
			 opened, "state", page_word(request, key));
}

/* One more than is shown tells that there is a next page. */
static bool add_group(Request *request, const struct Group *group, gint64 before, json_t *list,
		      GError **error)
{
	CaseQuery query = { .requester = request->person->number,
			    .limit = PAGE_CASES + 1,
			    .states = group->states,
			    .before = before };
	g_autofree char *key = g_strconcat("page.mine-", group->name, NULL);
	g_autoptr(GPtrArray) cases = NULL;
	json_t *rows = json_array(), *data;

	if (!case_list(request->portal->desk.store, &query, &cases, error)) {
		json_decref(rows);
		return false;
	}
	for (guint i = 0; i < cases->len && i < PAGE_CASES; i++)
		json_array_append_new(rows, case_row(request, g_ptr_array_index(cases, i)));
	data = json_pack("{s:s, s:o}", "heading", page_word(request, key), "rows", rows);
	if (cases->len > PAGE_CASES) {
		const Case *last = g_ptr_array_index(cases, PAGE_CASES - 1);
		g_autofree char *next =
			g_strdup_printf("?show=%s&before=%" G_GINT64_FORMAT, group->name, last->id);

		json_object_set_new(data, "next", json_string(next));
	}
	json_array_append_new(list, data);
	return true;
}

static bool add_groups(Request *request, json_t *list, GError **error)
{
	const char *show = request_query(request, "show");
	gint64 before = g_ascii_strtoll(request_query(request, "before"), NULL, 10);

	for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
		bool is_asked = strcmp(show, groups[i].name) == 0;

		if (*show != '\0' && !is_asked)
			continue;
		if (!add_group(request, &groups[i], is_asked ? MAX(before, 0) : 0, list, error))
			return false;
	}
	return true;
}

enum MHD_Result page_mine(Request *request)
{
	g_autoptr(GError) error = NULL;
	json_t *list;

	if (request->person == NULL || request->person->left)
		return answer_missing(request);
	list = json_array();
	if (add_groups(request, list, &error))
		return answer_page(request, MHD_HTTP_OK, "page-mine",
				   json_pack("{s:o}", "groups", list));
	json_decref(list);
	return answer_fault(request, error);
}
