/* compare.c - two databases side by side: what a desk decided, and what became of its cases. */
#include "store/replay.h"

#include <string.h>

#include "common/text.h"
#include "store/inside.h"

#define MOST 1000
#define SHOWN 160 /* bytes of a row */

/* Rows come in the order of their first column, the number of the case or receipt. */
static const struct View {
	const char *of, *what, *sql;
	int columns;
} views[] = {
	{ "case", "state",
	  "SELECT c.id, c.state, c.form, c.team, c.subject, c.language, c.requester_address,"
	  " r.number, e.number, a.number, p.number, o.number, c.opened FROM cases c"
	  " LEFT JOIN people r ON r.id = c.requester LEFT JOIN people e ON e.id = c.employee"
	  " LEFT JOIN people a ON a.id = c.assignee LEFT JOIN people p ON p.id = c.approver"
	  " LEFT JOIN people o ON o.id = c.proposed ORDER BY c.id",
	  13 },
	{ "case", "answers", "SELECT case_id, field, value FROM answers ORDER BY case_id, field",
	  3 },
	{ "case", "problems",
	  "SELECT case_id, field, code FROM problems ORDER BY case_id, field, code", 3 },
	{ "case", "documents",
	  "SELECT case_id, sha256, kind, is_public FROM documents"
	  " ORDER BY case_id, sha256, kind, is_public",
	  4 },
	{ "case", "events",
	  "SELECT case_id, at, who, way, what, text FROM events ORDER BY case_id, id", 6 },
	{ "mail", "decision",
	  "SELECT id, sha256, decision, COALESCE(case_id, 0) FROM receipts"
	  " ORDER BY id",
	  4 },
};

typedef struct Side { /* one of the two, at a row */
	Statement *rows;
	Step step;
	const struct View *view;
} Side;

static bool next(Side *side, GError **error)
{
	side->step = statement_step(side->rows, error);
	return side->step != STEP_ERROR;
}

static gint64 key(const Side *side)
{
	return side->step == STEP_ROW ? column_number(side->rows, 0) : G_MAXINT64;
}

static char *row_text(const Side *side)
{
	GString *text = g_string_new(NULL);

	for (int i = 1; i < side->view->columns; i++)
		g_string_append_printf(text, "%s%s", i > 1 ? " | " : "",
				       column_text(side->rows, i));
	return g_string_free(text, FALSE);
}

/* The rows of one number. */
static bool gather(Side *side, gint64 of, GPtrArray *rows, GError **error)
{
	while (key(side) == of) {
		g_ptr_array_add(rows, row_text(side));
		if (!next(side, error))
			return false;
	}
	return true;
}

static const char *nth(const GPtrArray *rows, guint n)
{
	return n < rows->len ? rows->pdata[n] : "nothing";
}

static void compare_rows(const struct View *view, gint64 of, const GPtrArray *one,
			 const GPtrArray *other, GPtrArray *differences)
{
	for (guint i = 0; i < MAX(one->len, other->len); i++) {
		if (strcmp(nth(one, i), nth(other, i)) == 0)
			continue;
		g_autofree char *was = text_cut(nth(one, i), SHOWN),
				*is = text_cut(nth(other, i), SHOWN);

		if (differences->len < MOST)
			g_ptr_array_add(differences,
					g_strdup_printf("%s %" G_GINT64_FORMAT
							", %s: was \"%s\", is \"%s\"",
							view->of, of, view->what, was, is));
		return; /* the first difference tells; what follows it is often its consequence */
	}
}

static bool compare_view(const struct View *view, Store *one, Store *other, GPtrArray *differences,
			 guint *compared, GError **error)
{
	g_autoptr(Statement) left_rows = statement(one, view->sql),
			     right_rows = statement(other, view->sql);
	Side left = { left_rows, STEP_DONE, view }, right = { right_rows, STEP_DONE, view };

	if (!next(&left, error) || !next(&right, error))
		return false;
	while (left.step == STEP_ROW || right.step == STEP_ROW) {
		g_autoptr(GPtrArray) was = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GPtrArray) is = g_ptr_array_new_with_free_func(g_free);
		gint64 of = MIN(key(&left), key(&right));

		if (!gather(&left, of, was, error) || !gather(&right, of, is, error))
			return false;
		*compared += was->len;
		compare_rows(view, of, was, is, differences);
	}
	return true;
}

bool replay_compare(Store *one, Store *other, GPtrArray *differences, guint *ret_compared,
		    GError **error)
{
	*ret_compared = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(views); i++)
		if (!compare_view(&views[i], one, other, differences, ret_compared, error))
			return false;
	return true;
}
