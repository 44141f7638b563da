/* held.c - mails that wait for a dossier manager's eye. */
#include "store/receipts.h"

#include <jansson.h>
#include <string.h>

#include "common/error.h"
#include "store/cases_inside.h"

void held_free(Held *held)
{
	if (held == NULL)
		return;
	g_free(held->why);
	g_free(held->state);
	g_free(held);
}

#define HELD_SELECT "SELECT id, receipt, case_id, why, state, at FROM held "

static void *held_read(Statement *row)
{
	Held *held = g_new0(Held, 1);

	*held = (Held){ .id = column_number(row, 0),
			.receipt = column_number(row, 1),
			.case_id = column_number(row, 2),
			.why = column_given(row, 3),
			.state = column_given(row, 4),
			.at = column_number(row, 5) };
	return held;
}

static bool insert_held(Store *store, gint64 receipt, gint64 case_id, gint64 mail_id,
			const char *why, gint64 now, gint64 *ret_id, GError **error)
{
	static const char sql[] =
		"INSERT INTO held (receipt, case_id, mail, why, state, at, settled_by, settled_why,"
		" settled) VALUES (:receipt, :case, :mail, :why, 'held', :at, '', '', 0) RETURNING id";
	g_autoptr(Statement) put = statement(store, sql);

	bind_number(put, ":receipt", receipt);
	bind_id(put, ":case", case_id);
	bind_id(put, ":mail", mail_id);
	bind_text(put, ":why", why);
	bind_number(put, ":at", now);
	return statement_number(put, ret_id, error);
}

static bool hold(Store *store, gint64 receipt, gint64 case_id, gint64 mail_id, const char *why,
		 gint64 now, GError **error)
{
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .mail = mail_id, .now = now };
	g_autoptr(Case) c = NULL;
	g_autofree char *data = NULL;
	gint64 id = 0, event = 0;
	json_t *json;

	if (!insert_held(store, receipt, case_id, mail_id, why, now, &id, error) ||
	    !receipts_settle(store, receipt, "held", "held", why, case_id, mail_id, error))
		return false;
	if (case_id != 0 && (!case_load(store, case_id, &c, error) ||
			     !event_put(store, case_id, "held", why, &by, &event, error)))
		return false;
	json = json_pack("{s:I, s:s}", "held", (json_int_t)id, "why", why);
	data = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return notices_to_team(store, c, "held", event, data, &by, error);
}

bool held_put(Store *store, gint64 receipt, gint64 case_id, gint64 mail_id, const char *why,
	      gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, hold(store, receipt, case_id, mail_id, why, now, error), error);
}

bool held_list(Store *store, GPtrArray **ret_held, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, HELD_SELECT "WHERE state = 'held' ORDER BY id");

	return statement_rows(select, held_read, (GDestroyNotify)held_free, ret_held, error);
}

bool held_of_case(Store *store, gint64 case_id, GPtrArray **ret_held, GError **error)
{
	static const char sql[] =
		HELD_SELECT "WHERE case_id = :case AND state = 'held' ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", case_id);
	return statement_rows(select, held_read, (GDestroyNotify)held_free, ret_held, error);
}

bool held_get(Store *store, gint64 id, Held **ret_held, GError **error)
{
	g_autoptr(Statement) select = statement(store, HELD_SELECT "WHERE id = :id");

	bind_number(select, ":id", id);
	return statement_row(select, held_read, (void **)ret_held, error);
}

bool held_of_receipt(Store *store, gint64 receipt, Held **ret_held, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, HELD_SELECT "WHERE receipt = :receipt ORDER BY id DESC LIMIT 1");

	bind_number(select, ":receipt", receipt);
	return statement_row(select, held_read, (void **)ret_held, error);
}

/* At the mail, for `mail show`; and on its case, where letting it be leaves no other trace. */
static bool note_settled(Store *store, gint64 id, const char *state, const char *why,
			 const char *who, gint64 now, GError **error)
{
	const CaseBy by = { .who = who, .way = WAY_COMMAND, .now = now };
	g_autoptr(Held) held = NULL;

	if (!held_get(store, id, &held, error) || held == NULL)
		return held != NULL;
	if (!receipts_note(store, held->receipt, state, why, &by, error))
		return false;
	return held->case_id == 0 || strcmp(state, "dropped") != 0 ||
	       event_put(store, held->case_id, "held-dropped", why, &by, NULL, error);
}

static bool settle(Store *store, gint64 id, const char *state, const char *why, const char *who,
		   gint64 now, GError **error)
{
	static const char sql[] =
		"UPDATE held SET state = :state, settled_why = :why, settled_by = :who,"
		" settled = :now WHERE id = :id AND state = 'held'";
	static const char receipt[] = "UPDATE receipts SET state = 'done'"
				      " WHERE id = (SELECT receipt FROM held WHERE id = :id)";
	g_autoptr(Statement) update = statement(store, sql);
	g_autoptr(Statement) done = statement(store, receipt);
	gint64 rows = 0;

	bind_text(update, ":state", state);
	bind_text(update, ":why", why);
	bind_text(update, ":who", who);
	bind_number(update, ":now", now);
	bind_number(update, ":id", id);
	if (!statement_changed(update, &rows, error))
		return false;
	if (rows == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "no mail %" G_GINT64_FORMAT " is held: see `persocontact held list`",
			    id);
		return false;
	}
	bind_number(done, ":id", id);
	return statement_run(done, error) && note_settled(store, id, state, why, who, now, error);
}

bool held_settle(Store *store, gint64 id, const char *state, const char *why, const char *who,
		 gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, settle(store, id, state, why, who, now, error), error);
}
