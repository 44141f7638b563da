/* sessions.c - who is looking at the page: only the hash of a session's token is kept. */
#include "store/sessions.h"

#include "store/inside.h"
#include "store/outbox.h"

#define NOTED_EVERY 60 /* seconds: use is not written down more often */

void page_session_free(PageSession *session)
{
	if (session == NULL)
		return;
	g_free(session->holder);
	g_free(session->browser);
	g_free(session->way);
	g_free(session->id);
	g_free(session);
}

static bool forget_old(Store *store, gint64 now, GError **error)
{
	g_autoptr(Statement) delete =
		statement(store, "DELETE FROM sessions WHERE expires <= :now");

	bind_number(delete, ":now", now);
	return statement_run(delete, error);
}

static bool insert(Store *store, const char *hash, const PageSession *session, gint64 longest,
		   GError **error)
{
	static const char sql[] =
		"INSERT INTO sessions (hash, holder, case_id, began, used, expires, browser, way)"
		" VALUES (:hash, :holder, :case, :now, :now, :expires, :browser, :way)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":hash", hash);
	bind_text(put, ":holder", session->holder);
	bind_id(put, ":case", session->case_id);
	bind_number(put, ":now", session->began);
	bind_number(put, ":expires", session->began + longest);
	bind_text(put, ":browser", session->browser);
	bind_text(put, ":way", session->way);
	return statement_run(put, error);
}

bool session_begin(Store *store, const char *hash, const PageSession *session, gint64 longest,
		   GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store,
			forget_old(store, session->began, error) &&
				insert(store, hash, session, longest, error),
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
				  .used = column_number(row, 3),
				  .id = column_given(row, 4),
				  .browser = column_given(row, 5),
				  .way = column_given(row, 6) };
	return session;
}

bool session_find(Store *store, const char *hash, gint64 now, gint64 idle,
		  PageSession **ret_session, GError **error)
{
	static const char sql[] =
		"SELECT holder, case_id, began, used, substr(hash, 1, 16), browser, way"
		" FROM sessions"
		" WHERE hash = :hash AND expires > :now AND used > :idle";
	g_autoptr(PageSession) session = NULL;
	bool found;

	{
		g_autoptr(Statement) select = statement(store, sql);

		bind_text(select, ":hash", hash);
		bind_number(select, ":now", now);
		bind_number(select, ":idle", now - idle);
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

bool sessions_of(Store *store, const char *holder, gint64 now, gint64 idle,
		 GPtrArray **ret_sessions, GError **error)
{
	static const char sql[] =
		"SELECT holder, case_id, began, used, substr(hash, 1, 16), browser, way"
		" FROM sessions"
		" WHERE holder = :holder AND expires > :now AND used > :idle"
		" ORDER BY used DESC, hash";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":holder", holder);
	bind_number(select, ":now", now);
	bind_number(select, ":idle", now - idle);
	return statement_rows(select, session_read, (GDestroyNotify)page_session_free, ret_sessions,
			      error);
}

bool sessions_end(Store *store, const char *holder, const char *id, const char *keep_hash,
		  GError **error)
{
	static const char one[] =
		"DELETE FROM sessions WHERE holder = :holder AND substr(hash, 1, 16) = :id";
	static const char all[] = "DELETE FROM sessions WHERE holder = :holder AND hash <> :keep";
	g_autoptr(Statement) delete = statement(store, id != NULL ? one : all);

	bind_text(delete, ":holder", holder);
	if (id != NULL)
		bind_text(delete, ":id", id);
	else
		bind_text(delete, ":keep", keep_hash);
	return statement_run(delete, error);
}

/* A link that was asked for and not yet mailed dies with the login. */
static bool forget_logins(Store *store, const char *holder, GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE logins SET tries = 1000 WHERE holder = :holder");

	bind_text(update, ":holder", holder);
	return statement_run(update, error);
}

bool links_revoke(Store *store, const char *holder, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store,
			tokens_revoke(store, holder, error) && forget_logins(store, holder, error),
			error);
}

bool way_in_close(Store *store, const char *holder, GError **error)
{
	return verb_begin(store, error) && verb_end(store,
						    sessions_end(store, holder, NULL, "", error) &&
							    links_revoke(store, holder, error),
						    error);
}

bool session_end(Store *store, const char *hash, GError **error)
{
	g_autoptr(Statement) delete = statement(store, "DELETE FROM sessions WHERE hash = :hash");

	bind_text(delete, ":hash", hash);
	return statement_run(delete, error);
}
