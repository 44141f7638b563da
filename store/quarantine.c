/* quarantine.c - what people do with mails that could not be read; each time it is noted. */
#include "store/receipts.h"

#include <string.h>

#include "common/error.h"
#include "store/cases_inside.h"

static bool note(Store *store, gint64 receipt, const char *what, const char *text, const CaseBy *by,
		 GError **error)
{
	static const char sql[] = "INSERT INTO receipt_events (receipt, at, who, way, what, text)"
				  " VALUES (:receipt, :at, :who, :way, :what, :text)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_number(put, ":receipt", receipt);
	bind_number(put, ":at", by->now);
	bind_text(put, ":who", by->who);
	bind_text(put, ":way", case_way_name(by->way));
	bind_text(put, ":what", what);
	bind_text(put, ":text", text);
	return statement_run(put, error);
}

bool receipts_note(Store *store, gint64 receipt, const char *what, const char *text,
		   const CaseBy *by, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, note(store, receipt, what, text, by, error), error);
}

bool receipts_notes(Store *store, gint64 receipt, GPtrArray **ret_events, GError **error)
{
	static const char sql[] = "SELECT id, at, who, way, what, text, 0 FROM receipt_events"
				  " WHERE receipt = :receipt ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":receipt", receipt);
	return statement_rows(select, event_read, (GDestroyNotify)case_event_free, ret_events,
			      error);
}

/* ---- quarantine ---- */

static bool update_quarantined(Store *store, const char *sql, gint64 id, const char *why,
			       GError **error)
{
	g_autoptr(Statement) update = statement(store, sql);
	gint64 rows = 0;

	bind_number(update, ":id", id);
	if (why != NULL)
		bind_text(update, ":why", why);
	if (!statement_changed(update, &rows, error))
		return false;
	if (rows == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "mail %" G_GINT64_FORMAT " is not in quarantine, or was too large and"
			    " has only its header here: its whole lies in the mailbox, in the"
			    " folder Quarantine=",
			    id);
	return rows != 0;
}

static bool retry(Store *store, gint64 id, const CaseBy *by, GError **error)
{
	static const char sql[] =
		"UPDATE receipts SET state = 'received', claimed = 0, tries = 0,"
		" decision = '', why = '' WHERE id = :id AND state = 'quarantined'"
		" AND why NOT LIKE '" RECEIPT_TOO_LARGE "%'";

	return update_quarantined(store, sql, id, NULL, error) &&
	       note(store, id, "retried", "", by, error);
}

bool quarantine_retry(Store *store, gint64 id, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) && verb_end(store, retry(store, id, by, error), error);
}

static bool drop(Store *store, gint64 id, const char *why, const CaseBy *by, GError **error)
{
	static const char sql[] = "UPDATE receipts SET state = 'done', decision = 'ignored',"
				  " why = :why, claimed = 0"
				  " WHERE id = :id AND state = 'quarantined'";

	return update_quarantined(store, sql, id, why, error) &&
	       note(store, id, "dropped", why, by, error);
}

bool quarantine_drop(Store *store, gint64 id, const char *why, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) && verb_end(store, drop(store, id, why, by, error), error);
}
