/* replay.c - what a desk has been through, in its order. */
#include "store/replay.h"

#include <string.h>

#include "store/cases_inside.h"

void replay_event_free(ReplayEvent *event)
{
	if (event == NULL)
		return;
	g_free(event->who);
	g_free(event->way);
	g_free(event->what);
	g_free(event->text);
	g_free(event);
}

void replay_drop_free(ReplayDrop *drop)
{
	if (drop == NULL)
		return;
	g_free(drop->who);
	g_free(drop->why);
	g_free(drop);
}

static void *mail_read_row(Statement *row)
{
	ReplayMail *mail = g_new0(ReplayMail, 1);

	*mail = (ReplayMail){ .id = column_number(row, 0),
			      .receipt = column_number(row, 1),
			      .at = column_number(row, 2),
			      .sent = column_number(row, 3) != 0,
			      .is_last = column_number(row, 4) != 0 };
	return mail;
}

bool replay_mails(Store *from, gint64 after, guint limit, GPtrArray **ret_mails, GError **error)
{
	static const char sql[] =
		"SELECT m.id, COALESCE(m.receipt, 0), m.at, m.direction = 'out',"
		" COALESCE(r.mail_id, 0) = m.id FROM mails m LEFT JOIN receipts r ON r.id = m.receipt"
		" WHERE m.id > :after ORDER BY m.id LIMIT :limit";
	g_autoptr(Statement) select = statement(from, sql);

	bind_number(select, ":after", after);
	bind_number(select, ":limit", limit);
	return statement_rows(select, mail_read_row, g_free, ret_mails, error);
}

static void *event_read_row(Statement *row)
{
	ReplayEvent *event = g_new0(ReplayEvent, 1);

	*event = (ReplayEvent){ .id = column_number(row, 0),
				.case_id = column_number(row, 1),
				.at = column_number(row, 2),
				.who = column_given(row, 3),
				.way = column_given(row, 4),
				.what = column_given(row, 5),
				.text = column_given(row, 6),
				.mail = column_number(row, 7) };
	return event;
}

bool replay_events(Store *from, gint64 after, guint limit, GPtrArray **ret_events, GError **error)
{
	static const char sql[] = "SELECT id, case_id, at, who, way, what, text, mail FROM events"
				  " WHERE id > :after ORDER BY id LIMIT :limit";
	g_autoptr(Statement) select = statement(from, sql);

	bind_number(select, ":after", after);
	bind_number(select, ":limit", limit);
	return statement_rows(select, event_read_row, (GDestroyNotify)replay_event_free, ret_events,
			      error);
}

bool replay_first_events(Store *from, GHashTable *ret_first, GError **error)
{
	g_autoptr(Statement) select = statement(
		from, "SELECT mail, id, at FROM events WHERE mail IS NOT NULL ORDER BY id");
	Step step;

	while ((step = statement_step(select, error)) == STEP_ROW) {
		ReplayFirst *first = g_new(ReplayFirst, 1);

		*first = (ReplayFirst){ column_number(select, 0), column_number(select, 1),
					column_number(select, 2) };
		if (g_hash_table_contains(ret_first, &first->mail))
			g_free(first);
		else
			g_hash_table_insert(ret_first, &first->mail, first);
	}
	return step == STEP_DONE;
}

static void *drop_read_row(Statement *row)
{
	ReplayDrop *drop = g_new0(ReplayDrop, 1);

	*drop = (ReplayDrop){ .receipt = column_number(row, 0),
			      .at = column_number(row, 1),
			      .who = column_given(row, 2),
			      .why = column_given(row, 3) };
	return drop;
}

bool replay_drops(Store *from, GPtrArray **ret_drops, GError **error)
{
	g_autoptr(Statement) select =
		statement(from, "SELECT receipt, settled, settled_by, settled_why"
				" FROM held WHERE state = 'dropped' ORDER BY id");

	return statement_rows(select, drop_read_row, (GDestroyNotify)replay_drop_free, ret_drops,
			      error);
}

bool replay_unkept(Store *from, gint64 after, gint64 *ret_receipt, GError **error)
{
	static const char sql[] = "SELECT id FROM receipts WHERE id > :after AND mail_id IS NULL"
				  " ORDER BY id LIMIT 1";
	g_autoptr(Statement) select = statement(from, sql);

	bind_number(select, ":after", after);
	*ret_receipt = 0;
	return statement_number(select, ret_receipt, error);
}

/* ---- what an event does not say itself ---- */

/* What moved the case after this event: its number, 0 when nothing did. */
static bool next_move(Store *from, const ReplayEvent *event, gint64 *ret_event, GError **error)
{
	static const char sql[] =
		"SELECT id FROM events WHERE case_id = :case AND id > :id AND what NOT IN"
		" ('noted', 'warning', 'bounced', 'dropped', 'held', 'taken') ORDER BY id LIMIT 1";
	g_autoptr(Statement) select = statement(from, sql);

	bind_number(select, ":case", event->case_id);
	bind_number(select, ":id", event->id);
	*ret_event = 0;
	return statement_number(select, ret_event, error);
}

/* When something followed, the case was closed by that, or opened again from either state. */
bool replay_closes(Store *from, const ReplayEvent *event, bool *ret_closes, GError **error)
{
	g_autoptr(Case) c = NULL;
	gint64 next;

	if (!next_move(from, event, &next, error) || !case_load(from, event->case_id, &c, error))
		return false;
	*ret_closes = next == 0 && c->state == CASE_CLOSED;
	return true;
}

static bool told_team(Store *from, const ReplayEvent *event, char **ret_team, GError **error)
{
	static const char sql[] =
		"SELECT holder FROM outbox WHERE case_id = :case AND event = :event"
		" AND kind = 'new-case' ORDER BY id LIMIT 1";
	g_autoptr(Statement) select = statement(from, sql);
	Step step;

	bind_number(select, ":case", event->case_id);
	bind_number(select, ":event", event->id);
	step = statement_step(select, error);
	if (step == STEP_ROW && g_str_has_prefix(column_text(select, 0), "t:"))
		*ret_team = g_strdup(column_text(select, 0) + strlen("t:"));
	return step != STEP_ERROR;
}

/* The notice to the team names it; else the last team of a case is where it was handed on to last.
 */
bool replay_team(Store *from, const ReplayEvent *event, char **ret_team, GError **error)
{
	static const char sql[] = "SELECT id FROM events WHERE case_id = :case AND id > :id"
				  " AND what IN ('handed-on', 'reformed') LIMIT 1";
	g_autoptr(Statement) select = statement(from, sql);
	g_autoptr(Case) c = NULL;
	gint64 later = 0;

	*ret_team = NULL;
	bind_number(select, ":case", event->case_id);
	bind_number(select, ":id", event->id);
	if (!told_team(from, event, ret_team, error) || !statement_number(select, &later, error))
		return false;
	if (*ret_team != NULL || later != 0)
		return true;
	if (!case_load(from, event->case_id, &c, error))
		return false;
	*ret_team = g_strdup(c->team);
	return true;
}
