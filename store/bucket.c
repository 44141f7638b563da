/* bucket.c - one number a bucket: when it will be full again (the generic cell rate algorithm).
 * Milliseconds, so that many tokens a second are told apart. */
#include "store/bucket.h"

#include "store/inside.h"

#define HOUR_MS ((gint64)60 * 60 * 1000)

bool bucket_set(Store *store, const char *name, gint64 an_hour, GError **error)
{
	g_autoptr(Statement) put = statement(
		store,
		"INSERT INTO buckets (name, an_hour, full, at) VALUES (:name, :an_hour, 0, 0)"
		" ON CONFLICT (name) DO UPDATE SET an_hour = excluded.an_hour"
		" WHERE an_hour <> excluded.an_hour");

	bind_text(put, ":name", name);
	bind_number(put, ":an_hour", an_hour);
	return verb_begin(store, error) && verb_end(store, statement_run(put, error), error);
}

static bool take(Store *store, const char *name, gint64 now, gint64 *ret_wait, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, "SELECT an_hour, full, at FROM buckets WHERE name = :name");
	g_autoptr(Statement) update =
		statement(store, "UPDATE buckets SET full = :full, at = :at WHERE name = :name");
	gint64 now_ms = now * 1000, an_hour, full;
	Step step;

	*ret_wait = 0;
	bind_text(select, ":name", name);
	step = statement_step(select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	an_hour = MAX(column_number(select, 0), 1);
	full = column_number(select, 1);
	if (full < now_ms || column_number(select, 2) > now_ms + HOUR_MS / 60)
		full = now_ms; /* it was full; or the clock was set back */
	full += HOUR_MS / an_hour;
	*ret_wait = MAX(full - HOUR_MS - now_ms + 999, 0) / 1000;
	bind_number(update, ":full", full);
	bind_number(update, ":at", now_ms);
	bind_text(update, ":name", name);
	return statement_run(update, error);
}

bool bucket_take(Store *store, const char *name, gint64 now, gint64 *ret_wait, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, take(store, name, now, ret_wait, error), error);
}
