/* handovers.c - one-time codes between two addresses of the page. */
#include "store/handovers.h"

#include "store/inside.h"

static bool forget_old(Store *store, gint64 now, GError **error)
{
	g_autoptr(Statement) delete =
		statement(store, "DELETE FROM handovers WHERE expires <= :now");

	bind_number(delete, ":now", now);
	return statement_run(delete, error);
}

static bool insert(Store *store, const char *hash, const char *state, const char *holder,
		   gint64 now, GError **error)
{
	static const char sql[] = "INSERT INTO handovers (hash, state, holder, expires)"
				  " VALUES (:hash, :state, :holder, :expires)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":hash", hash);
	bind_text(put, ":state", state);
	bind_text(put, ":holder", holder);
	bind_number(put, ":expires", now + HANDOVER_SECONDS);
	return statement_run(put, error);
}

bool handover_put(Store *store, const char *hash, const char *state, const char *holder, gint64 now,
		  GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store,
			forget_old(store, now, error) &&
				insert(store, hash, state, holder, now, error),
			error);
}

static void *holder_read(Statement *row)
{
	return column_given(row, 0);
}

/* In one statement: of two who take it, one gets it. */
bool handover_take(Store *store, const char *hash, const char *state, gint64 now, char **ret_holder,
		   GError **error)
{
	static const char sql[] = "DELETE FROM handovers WHERE hash = :hash AND state = :state"
				  " AND expires > :now RETURNING holder";
	g_autoptr(Statement) take = statement(store, sql);

	bind_text(take, ":hash", hash);
	bind_text(take, ":state", state);
	bind_number(take, ":now", now);
	*ret_holder = NULL;
	return statement_row(take, holder_read, (void **)ret_holder, error);
}
