/* desk_lists.c - who else looks at a case, and how a team stands. */
#include "store/desk_lists.h"

#include "store/inside.h"

#define DAY ((gint64)24 * 60 * 60)

bool look_note(Store *store, gint64 case_id, gint64 person, gint64 now, GError **error)
{
	g_autoptr(Statement) put = statement(
		store, "INSERT INTO looks (case_id, person, at) VALUES (:case, :person, :now)"
		       " ON CONFLICT (case_id, person) DO UPDATE SET at = excluded.at");

	bind_number(put, ":case", case_id);
	bind_number(put, ":person", person);
	bind_number(put, ":now", now);
	return statement_run(put, error);
}

static void *name_read(Statement *row)
{
	return column_given(row, 0);
}

bool looks_of(Store *store, gint64 case_id, gint64 person, gint64 now, GPtrArray **ret_names,
	      GError **error)
{
	g_autoptr(Statement) select = statement(
		store, "SELECT p.name FROM looks l JOIN people p ON p.id = l.person"
		       " WHERE l.case_id = :case AND l.person <> :person AND l.at > :since"
		       " ORDER BY p.name");

	bind_number(select, ":case", case_id);
	bind_number(select, ":person", person);
	bind_number(select, ":since", now - LOOK_SECONDS);
	return statement_rows(select, name_read, g_free, ret_names, error);
}

void team_ages_free(TeamAges *ages)
{
	if (ages == NULL)
		return;
	g_free(ages->team);
	g_free(ages);
}

static void *ages_read(Statement *row)
{
	TeamAges *ages = g_new0(TeamAges, 1);

	*ages = (TeamAges){ .day = column_number(row, 0),
			    .week = column_number(row, 1),
			    .month = column_number(row, 2),
			    .older = column_number(row, 3),
			    .late = column_number(row, 4) };
	return ages;
}

bool team_ages(Store *store, const char *team, gint64 now, TeamAges **ret_ages, GError **error)
{
	static const char sql[] =
		"SELECT SUM(opened > :day), SUM(opened <= :day AND opened > :week),"
		" SUM(opened <= :week AND opened > :month), SUM(opened <= :month),"
		" SUM(due > 0 AND due < :now) FROM cases WHERE team = :team"
		" AND state IN ('incomplete', 'awaiting-approval', 'open', 'assigned', 'waiting')";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":team", team);
	bind_number(select, ":now", now);
	bind_number(select, ":day", now - DAY);
	bind_number(select, ":week", now - 7 * DAY);
	bind_number(select, ":month", now - 30 * DAY);
	if (!statement_row(select, ages_read, (void **)ret_ages, error))
		return false;
	(*ret_ages)->team = g_strdup(team);
	return true;
}
