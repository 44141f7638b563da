/* case_lists.c - what the lists of cases have in common. */
#include "portal/case_lists.h"

#include <string.h>

#include "common/text.h"

#define TITLE_BYTES 200

const CaseTab *case_tab_asked(const Request *request, const CaseTab *tabs, gsize count,
			      const CaseTab *fallback)
{
	const char *show = request_query(request, "show");

	for (gsize i = 0; i < count; i++)
		if (strcmp(tabs[i].name, show) == 0)
			return &tabs[i];
	return fallback;
}

json_t *case_tabs(const Request *request, const CaseTab *tabs, gsize count, const char *prefix,
		  const CaseTab *chosen)
{
	json_t *list = json_array();

	for (gsize i = 0; i < count; i++) {
		g_autofree char *key = g_strconcat(prefix, tabs[i].name, NULL);

		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "name", tabs[i].name,
						      "label", page_word(request, key), "chosen",
						      &tabs[i] == chosen));
	}
	return list;
}

/* One more than is shown tells that there are others. */
bool case_rows(Request *request, CaseQuery *query, CaseRow row, json_t *data, Case **ret_more,
	       GError **error)
{
	const guint shown = query->limit++;
	g_autoptr(GPtrArray) cases = NULL;
	json_t *rows;

	*ret_more = NULL;
	if (!case_list(request->portal->desk.store, query, &cases, error))
		return false;
	rows = json_array();
	for (guint i = 0; i < cases->len && i < shown; i++)
		json_array_append_new(rows, row(request, g_ptr_array_index(cases, i)));
	json_object_set_new(data, "rows", rows);
	if (cases->len > shown)
		*ret_more = g_ptr_array_steal_index(cases, shown - 1);
	return true;
}

gint64 case_rows_before(const Request *request)
{
	return MAX(g_ascii_strtoll(request_query(request, "before"), NULL, 10), 0);
}

bool case_is_late(const Request *request, const Case *c)
{
	return c->due != 0 && c->due < request->now && (MANY(c->state) & RUNNING_STATES) != 0;
}

const char *case_state_word(const Request *request, const Case *c)
{
	g_autofree char *key = g_strconcat("mail.state-", case_state_name(c->state), NULL);

	return page_word(request, key);
}

char *case_title(const Request *request, const Case *c)
{
	return text_one_line(form_title(request, c), TITLE_BYTES);
}
