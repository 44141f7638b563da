/* sessions.c - who is looking at the page: only the hash of a session's token is kept. */
#include "store/sessions.h"

#include "store/inside.h"

#define NOTED_EVERY 60 /* seconds: use is not written down more often */

void page_session_free(PageSession *session)
{
	if (session == NULL)
		return;
	g_free(session->holder);
	g_free(session);
}

static bool forget_old(Store *store, gint64 now, GError **error)
{
	g_autoptr(Statement) delete =
		statement(store, "DELETE FROM sessions WHERE expires <= :now");

	bind_number(delete, ":now", now);
	return statement_run(delete, error);
}

static bool insert(Store *store, const char *hash, const char *holder, gint64 case_id, gint64 now,
		   GError **error)
{
	static const char sql[] =
		"INSERT INTO sessions (hash, holder, case_id, began, used, expires)"
		" VALUES (:hash, :holder, :case, :now, :now, :expires)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":hash", hash);
	bind_text(put, ":holder", holder);
	bind_id(put, ":case", case_id);
	bind_number(put, ":now", now);
	bind_number(put, ":expires", now + SESSION_LONGEST);
	return statement_run(put, error);
}

bool session_begin(Store *store, const char *hash, const char *holder, gint64 case_id, gint64 now,
		   GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store,
			forget_old(store, now, error) &&
				insert(store, hash, holder, case_id, now, error),
			error);
}

static bool note_use(Store *store, const char *hash, gint64 now, GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE sessions SET used = :now WHERE hash = :hash");

	bind_number(update, ":now", now);
	bind_text(update, ":hash", hash);
	return statement_run(update, error);
}

static void *session_read(Statement *row)
{
	PageSession *session = g_new0(PageSession, 1);

	*session = (PageSession){ .holder = column_given(row, 0),
				  .case_id = column_number(row, 1),
				  .began = column_number(row, 2),
				  .used = column_number(row, 3) };
	return session;
}

bool session_find(Store *store, const char *hash, gint64 now, PageSession **ret_session,
		  GError **error)
{
	static const char sql[] = "SELECT holder, case_id, began, used FROM sessions"
				  " WHERE hash = :hash AND expires > :now AND used > :idle";
	g_autoptr(PageSession) session = NULL;
	bool found;

	{
		g_autoptr(Statement) select = statement(store, sql);

		bind_text(select, ":hash", hash);
		bind_number(select, ":now", now);
		bind_number(select, ":idle", now - SESSION_IDLE);
		found = statement_row(select, session_read, (void **)&session, error);
	}
	if (!found)
		return false;
	if (session != NULL && now - session->used >= NOTED_EVERY &&
	    !note_use(store, hash, now, error))
		return false;
	*ret_session = g_steal_pointer(&session);
	return true;
}

bool session_end(Store *store, const char *hash, GError **error)
{
	g_autoptr(Statement) delete = statement(store, "DELETE FROM sessions WHERE hash = :hash");

	bind_text(delete, ":hash", hash);
	return statement_run(delete, error);
}
