/* duties.c - what one of several processes does once in a while. */
#include "store/duties.h"

#include "store/inside.h"

static bool take(Store *store, const char *name, gint64 now, gint64 seconds, bool *ret_taken,
		 GError **error)
{
	g_autoptr(Statement) begin =
		statement(store, "INSERT INTO duties (name, done) VALUES (:name, :now)"
				 " ON CONFLICT (name) DO NOTHING");
	g_autoptr(Statement) update = statement(
		store, "UPDATE duties SET done = :now WHERE name = :name AND (done <= :before"
		       " OR done > :now)"); /* the clock was set back */
	gint64 rows = 0;

	bind_text(begin, ":name", name);
	bind_number(begin, ":now", now);
	bind_text(update, ":name", name);
	bind_number(update, ":now", now);
	bind_number(update, ":before", now - seconds);
	if (!statement_run(begin, error) || !statement_changed(update, &rows, error))
		return false;
	*ret_taken = rows > 0;
	return true;
}

bool duty_take(Store *store, const char *name, gint64 now, gint64 seconds, bool *ret_taken,
	       GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, take(store, name, now, seconds, ret_taken, error), error);
}
