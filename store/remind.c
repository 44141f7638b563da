/* remind.c - cases that wait for somebody. */
#include "store/remind.h"

#include <string.h>

#include "store/cases_inside.h"

#define MOST 200     /* cases in one look */
#define STEPS_MOST 3 /* reminders to a requester or an approver for one wait */

typedef struct Rule {
	const char *states; /* for SQL */
	Happening happening;
	gint64 pause;
	const char *team, *lead; /* NULL: any, none */
} Rule;

static void *number_read(Statement *row)
{
	gint64 *id = g_new(gint64, 1);

	*id = column_number(row, 0);
	return id;
}

/* Cases in these states that have not changed for a pause and were not reminded of since then. */
static bool due_cases(Store *store, const Rule *rule, gint64 now, GPtrArray **ret_ids,
		      GError **error)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT c.id FROM cases c WHERE c.state IN (%s)%s AND c.changed <= :before"
		" AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.case_id = c.id"
		" AND r.since = c.changed AND r.at > :before) ORDER BY c.id LIMIT :most",
		rule->states, rule->team != NULL ? " AND c.team = :team" : "");
	g_autoptr(Statement) select = statement(store, g_intern_string(sql));

	bind_number(select, ":before", now - rule->pause);
	bind_number(select, ":most", MOST);
	if (rule->team != NULL)
		bind_text(select, ":team", rule->team);
	return statement_rows(select, number_read, g_free, ret_ids, error);
}

/* The step that is due for a wait; false in *ret_new when it, or a later one, was told. */
static bool take_step(Store *store, gint64 id, gint64 since, gint64 step, gint64 now, bool *ret_new,
		      GError **error)
{
	g_autoptr(Statement) last = statement(
		store, "SELECT MAX(step) FROM reminders WHERE case_id = :case AND since = :since");
	g_autoptr(Statement) put =
		statement(store, "INSERT INTO reminders (case_id, since, step, at)"
				 " VALUES (:case, :since, :step, :now)");
	gint64 told = 0;

	bind_number(last, ":case", id);
	bind_number(last, ":since", since);
	if (!statement_number(last, &told, error))
		return false;
	*ret_new = told < step;
	if (!*ret_new)
		return true;
	bind_number(put, ":case", id);
	bind_number(put, ":since", since);
	bind_number(put, ":step", step);
	bind_number(put, ":now", now);
	return statement_run(put, error);
}

static bool remind(Store *store, const Rule *rule, gint64 id, gint64 now, bool *ret_told,
		   GError **error)
{
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .now = now };
	g_autoptr(Case) c = NULL;
	gint64 step, event = 0;
	bool escalates;

	*ret_told = false;
	if (!case_load(store, id, &c, error))
		return false;
	step = (now - c->changed) / MAX(rule->pause, 1);
	if (step < 1 || (rule->team == NULL && step > STEPS_MOST))
		return true;
	if (!take_step(store, id, c->changed, step, now, ret_told, error) || !*ret_told)
		return *ret_told || *error == NULL;
	if (case_waits_for_manager(c) && !case_look_in_directory(store, c, error))
		return false;
	escalates = rule->lead != NULL && rule->lead[0] != '\0' && step >= 2;
	return event_put(store, id, "reminded", "", &by, &event, error) &&
	       notices_owe(store, c, rule->happening, event, NULL, &by, error) &&
	       (!escalates || notices_to_address(store, c, "late", rule->lead, event, &by, error));
}

static bool remind_all(Store *store, const Rule *rule, gint64 now, guint *count, GError **error)
{
	g_autoptr(GPtrArray) ids = NULL;

	if (rule->pause <= 0)
		return true;
	if (!due_cases(store, rule, now, &ids, error))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		GError *why = NULL;
		bool told = false;

		if (!verb_begin(store, error))
			return false;
		if (!verb_end(store,
			      remind(store, rule, *(gint64 *)ids->pdata[i], now, &told, &why),
			      &why)) {
			g_propagate_error(error, why);
			return false;
		}
		*count += told;
	}
	return true;
}

/* A case whose day has passed waits since then: told once, to its lead too. */
static bool remind_late(Store *store, const TeamSettings *team, gint64 now, guint *count,
			GError **error)
{
	static const char sql[] =
		"SELECT c.id FROM cases c WHERE c.state IN ('open', 'assigned') AND c.team = :team"
		" AND c.due > 0 AND c.due < :now AND NOT EXISTS (SELECT 1 FROM reminders r"
		" WHERE r.case_id = c.id AND r.since = c.due) ORDER BY c.id LIMIT :most";
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .now = now };
	g_autoptr(Statement) select = statement(store, sql);
	g_autoptr(GPtrArray) ids = NULL;

	bind_text(select, ":team", team->id);
	bind_number(select, ":now", now);
	bind_number(select, ":most", MOST);
	if (!statement_rows(select, number_read, g_free, &ids, error))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Case) c = NULL;
		gint64 event = 0;
		bool is_new = false, done;

		if (!verb_begin(store, error))
			return false;
		done = case_load(store, *(gint64 *)ids->pdata[i], &c, error) &&
		       take_step(store, c->id, c->due, 1, now, &is_new, error) &&
		       event_put(store, c->id, "late", "", &by, &event, error) &&
		       notices_owe(store, c, HAPPENED_REMIND_TEAM, event, NULL, &by, error) &&
		       (team->lead == NULL || team->lead[0] == '\0' ||
			notices_to_address(store, c, "late", team->lead, event, &by, error));
		if (!verb_end(store, done, error))
			return false;
		*count += is_new;
	}
	return true;
}

bool reminders_owe(Store *store, const Reminding *what, gint64 now, guint *ret_count,
		   GError **error)
{
	const Rule people[] = {
		{ "'incomplete', 'waiting'", HAPPENED_REMIND_REQUESTER, what->requester, NULL,
		  NULL },
		{ "'awaiting-approval'", HAPPENED_REMIND_APPROVER, what->approver, NULL, NULL },
	};

	*ret_count = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
		if (!remind_all(store, &people[i], now, ret_count, error))
			return false;
	for (guint i = 0; i < what->teams->len; i++) {
		const TeamSettings *team = what->teams->pdata[i];
		const Rule rule = { "'open', 'assigned'", HAPPENED_REMIND_TEAM, team->remind,
				    team->id, team->lead };

		if (!remind_all(store, &rule, now, ret_count, error) ||
		    !remind_late(store, team, now, ret_count, error))
			return false;
	}
	return true;
}
