/* cases_together.c - what dossier managers arrange among themselves: a day, one case for two, who
 * follows a case, who was first. */
#include "store/cases.h"

#include "common/error.h"
#include "store/cases_inside.h"

#define MERGES 16 /* followed one after the other */

/* ---- a day ---- */

static bool write_number(Store *store, const char *sql, gint64 id, gint64 value, GError **error)
{
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":value", value);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

static bool set_due(Store *store, gint64 id, gint64 due, const char *day, const CaseBy *by,
		    GError **error)
{
	g_autoptr(Case) c = NULL;

	return case_load(store, id, &c, error) && case_move(store, c, VERB_DUE, by->now, error) &&
	       write_number(store, "UPDATE cases SET due = :value WHERE id = :id", id, due,
			    error) &&
	       event_put(store, id, "due", due != 0 ? day : "", by, NULL, error);
}

bool case_set_due(Store *store, gint64 id, gint64 due, const char *day, const CaseBy *by,
		  GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, set_due(store, id, due, day, by, error), error);
}

/* ---- one case for two ---- */

bool case_goes_on_in(Store *store, gint64 id, gint64 *ret_id, GError **error)
{
	*ret_id = id;
	for (int i = 0; i < MERGES; i++) {
		g_autoptr(Statement) select =
			statement(store, "SELECT merged FROM cases WHERE id = :id");
		gint64 merged = 0;

		bind_number(select, ":id", *ret_id);
		if (!statement_number(select, &merged, error))
			return false;
		if (merged == 0)
			return true;
		*ret_id = merged;
	}
	return true;
}

const char *case_merge_obstacle(const Case *c, const Case *target)
{
	if (c->id == target->id)
		return "is that same case";
	if (c->requester.person == 0 || c->requester.person != target->requester.person)
		return "is somebody else's";
	if (c->employee.person != target->employee.person)
		return "is about somebody else";
	return target->state > CASE_CLOSED ? "is over" : NULL;
}

static bool move_rows(Store *store, gint64 from, gint64 into, GError **error)
{
	static const char *const sqls[] = {
		"INSERT INTO documents (case_id, requester, part, mail, kind, sha256, is_public)"
		" SELECT :into, requester, part, mail, kind, sha256, is_public FROM documents d"
		" WHERE d.case_id = :from AND NOT EXISTS (SELECT 1 FROM documents t"
		"  WHERE t.case_id = :into AND t.sha256 = d.sha256) ORDER BY d.id",
		"INSERT INTO watchers (case_id, person) SELECT :into, person FROM watchers w"
		" WHERE w.case_id = :from AND NOT EXISTS (SELECT 1 FROM watchers t"
		"  WHERE t.case_id = :into AND t.person = w.person)",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(sqls); i++) {
		g_autoptr(Statement) move = statement(store, sqls[i]);

		bind_number(move, ":from", from);
		bind_number(move, ":into", into);
		if (!statement_run(move, error))
			return false;
	}
	return true;
}

static bool merge(Store *store, gint64 id, gint64 into, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL, target = NULL;
	gint64 end = 0, event = 0;
	const char *why;

	if (!case_load(store, id, &c, error) || !case_goes_on_in(store, into, &end, error) ||
	    !case_load(store, end, &target, error))
		return false;
	why = case_merge_obstacle(c, target);
	if (why != NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s cannot go on in %s: it %s",
			    c->number, target->number, why);
		return false;
	}
	return case_move(store, c, VERB_MERGE, by->now, error) &&
	       write_number(store, "UPDATE cases SET merged = :value WHERE id = :id", id,
			    target->id, error) &&
	       move_rows(store, id, target->id, error) &&
	       event_put(store, target->id, "merged-from", c->number, by, NULL, error) &&
	       event_put(store, id, "merged", target->number, by, &event, error) &&
	       notices_owe(store, c, HAPPENED_MERGED, event, NULL, by, error);
}

bool case_merge(Store *store, gint64 id, gint64 into, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, merge(store, id, into, by, error), error);
}

/* ---- who follows ---- */

static bool watch(Store *store, gint64 id, bool on, const CaseBy *by, GError **error)
{
	static const char begin[] = "INSERT INTO watchers (case_id, person) VALUES (:case, :person)"
				    " ON CONFLICT (case_id, person) DO NOTHING";
	static const char end[] = "DELETE FROM watchers WHERE case_id = :case AND person = :person";
	g_autoptr(Case) c = NULL;
	g_autoptr(Statement) change = NULL;
	gint64 rows = 0;

	if (by->person == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "only one of the people can follow a case");
		return false;
	}
	if (!case_load(store, id, &c, error))
		return false;
	change = statement(store, on ? begin : end);
	bind_number(change, ":case", id);
	bind_number(change, ":person", by->person);
	return statement_changed(change, &rows, error) &&
	       (rows == 0 ||
		event_put(store, id, on ? "followed" : "unfollowed", "", by, NULL, error));
}

bool case_watch(Store *store, gint64 id, bool on, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) && verb_end(store, watch(store, id, on, by, error), error);
}

/* ---- who was first ---- */

bool case_done_since(Store *store, gint64 id, gint64 event, const char *not_by,
		     CaseEvent **ret_event, GError **error)
{
	static const char sql[] =
		"SELECT id, at, who, way, what, text, mail FROM events WHERE case_id = :case"
		" AND id > :event AND who <> :who AND what IN ('answered', 'asked', 'closed',"
		" 'handed-on', 'refused', 'merged') ORDER BY id DESC LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", id);
	bind_number(select, ":event", event);
	bind_text(select, ":who", not_by);
	return statement_row(select, event_read, (void **)ret_event, error);
}
