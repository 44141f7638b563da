/* case_lists.h - pages that list many cases: their tabs, their rows, and the way to the next ones.
 */
#pragma once

#include "portal/inside.h"

#define MANY(state) (1u << (state)) /* states as bits */
#define RUNNING_STATES                                                            \
	(MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL) | MANY(CASE_OPEN) | \
	 MANY(CASE_ASSIGNED) | MANY(CASE_WAITING))

typedef struct CaseTab {
	const char *name; /* in the query, and behind the prefix of its label */
	guint states;     /* 0: all */
	bool is_mine, is_late;
} CaseTab;

typedef json_t *(*CaseRow)(const Request *request, const Case *c);

/* The tab that the query asks for, or fallback; lent. */
const CaseTab *case_tab_asked(const Request *request, const CaseTab *tabs, gsize count,
			      const CaseTab *fallback);
/* [{"name", "label", "chosen"}]; a new reference. */
json_t *case_tabs(const Request *request, const CaseTab *tabs, gsize count, const char *prefix,
		  const CaseTab *chosen);

/* The first limit cases of query (limit: of the query, which is changed) go into data as "rows".
 * *ret_more: the last one of them when there are others behind it, else NULL; to be freed by
 * case_free. */
bool case_rows(Request *request, CaseQuery *query, CaseRow row, json_t *data, Case **ret_more,
	       GError **error);
/* Where a list by descending numbers begins: "before" of the query. */
gint64 case_rows_before(const Request *request);

/* Late is what runs and is past its day. */
bool case_is_late(const Request *request, const Case *c);
/* The word for the state of a case; lent. */
const char *case_state_word(const Request *request, const Case *c);
/* The title of its form on one line; given. */
char *case_title(const Request *request, const Case *c);
