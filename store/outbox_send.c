/* outbox_send.c - what the notifier does with owed notices; rows are touched by primary key alone.
 */
#include "store/outbox.h"

#include "common/error.h"
#include "store/cases_inside.h"
#include "store/outbox_inside.h"

static bool claim(Store *store, gint64 now, guint seconds, guint limit, GPtrArray **ret_notices,
		  GError **error)
{
	static const char due[] = NOTICE_SELECT "WHERE o.state = 'owed' AND o.next <= :now"
						" AND (o.claimed <= :now OR o.claimed > :never)"
						" ORDER BY o.next, o.id LIMIT :limit";
	static const char take[] =
		"UPDATE outbox SET claimed = :until, tries = tries + 1 WHERE id = :id";
	g_autoptr(GPtrArray) notices = NULL;
	g_autoptr(Statement) select = statement(store, due);

	bind_number(select, ":now", now);
	bind_number(select, ":never", now + CLAIM_MOST);
	bind_number(select, ":limit", limit);
	if (!statement_rows(select, notice_read, (GDestroyNotify)notice_free, &notices, error))
		return false;
	for (guint i = 0; i < notices->len; i++) {
		Notice *notice = notices->pdata[i];
		g_autoptr(Statement) update = statement(store, take);

		bind_number(update, ":until", now + seconds);
		bind_number(update, ":id", notice->id);
		if (!statement_run(update, error))
			return false;
		notice->tries++;
	}
	*ret_notices = g_steal_pointer(&notices);
	return true;
}

bool outbox_claim(Store *store, gint64 now, guint seconds, guint limit, GPtrArray **ret_notices,
		  GError **error)
{
	g_autoptr(GPtrArray) notices = NULL;

	if (!verb_begin(store, error) ||
	    !verb_end(store, claim(store, now, seconds, limit, &notices, error), error))
		return false;
	*ret_notices = g_steal_pointer(&notices);
	return true;
}

#define WAIT_MOST                                                                      \
	(2 * 24 * 60 * 60) /* nothing waits for longer, but for a clock that was wrong \
			    */

bool outbox_clock_back(Store *store, gint64 now, GError **error)
{
	static const char sql[] =
		"UPDATE outbox SET next = :now WHERE state = 'owed' AND next > :never";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":now", now);
	bind_number(update, ":never", now + WAIT_MOST);
	return verb_begin(store, error) && verb_end(store, statement_run(update, error), error);
}

bool outbox_next_due(Store *store, gint64 *ret_due, GError **error)
{
	static const char sql[] =
		"SELECT next FROM outbox WHERE state = 'owed' ORDER BY next, id LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 due = -1;

	if (!statement_number(select, &due, error))
		return false;
	*ret_due = due;
	return true;
}

static bool rendered(Store *store, gint64 id, gint64 mail, const char *message_id, GError **error)
{
	static const char notice[] =
		"UPDATE outbox SET mail = :mail, message_id = :message_id WHERE id = :id";
	static const char row[] =
		"UPDATE mails SET outbox = :id,"
		" case_id = COALESCE(case_id, (SELECT case_id FROM outbox WHERE id = :id))"
		" WHERE id = :mail";
	g_autoptr(Statement) update = statement(store, notice);
	g_autoptr(Statement) back = statement(store, row);

	bind_number(update, ":mail", mail);
	bind_text(update, ":message_id", message_id);
	bind_number(update, ":id", id);
	bind_number(back, ":mail", mail);
	bind_number(back, ":id", id);
	return statement_run(update, error) && statement_run(back, error);
}

bool outbox_rendered(Store *store, gint64 id, gint64 mail, const char *message_id, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, rendered(store, id, mail, message_id, error), error);
}

static bool settle(Store *store, gint64 id, const char *state, const char *why, GError **error)
{
	static const char sql[] =
		"UPDATE outbox SET state = :state, why = :why, claimed = 0 WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":state", state);
	bind_text(update, ":why", why);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

bool outbox_sent(Store *store, gint64 id, gint64 now, GError **error)
{
	static const char sql[] =
		"UPDATE outbox SET state = 'sent', why = '', claimed = 0, next = :now"
		" WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":now", now);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

bool outbox_later(Store *store, gint64 id, gint64 next, const char *why, GError **error)
{
	static const char sql[] =
		"UPDATE outbox SET next = :next, why = :why, claimed = 0 WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":next", next);
	bind_text(update, ":why", why);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

static bool refused(Store *store, gint64 id, const char *why, gint64 now, GError **error)
{
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .now = now };
	g_autoptr(Notice) notice = NULL;

	if (!settle(store, id, "refused", why, error) || !outbox_get(store, id, &notice, error))
		return false;
	return notice == NULL || notice->case_id == 0 ||
	       case_bounced(store, notice->case_id, notice->to, why, id, &by, error);
}

bool outbox_refused(Store *store, gint64 id, const char *why, gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, refused(store, id, why, now, error), error);
}

bool outbox_came_back(Store *store, gint64 id, const char *why, GError **error)
{
	static const char sql[] = "UPDATE outbox SET state = 'refused', why = :why, claimed = 0"
				  " WHERE id = :id AND state IN ('sent', 'owed')";
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":why", why);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

/* ---- by hand ---- */

static bool one_row(Statement *update, gint64 id, const char *sentence, GError **error)
{
	gint64 rows = 0;

	if (!statement_changed(update, &rows, error))
		return false;
	if (rows == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "notice %" G_GINT64_FORMAT " %s",
			    id, sentence);
	return rows != 0;
}

bool outbox_retry(Store *store, gint64 id, gint64 now, GError **error)
{
	static const char sql[] = "UPDATE outbox SET state = 'owed', next = :now, why = '',"
				  " tries = 0, created = :now WHERE id = :id AND state <> 'sent'";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":now", now);
	bind_number(update, ":id", id);
	return one_row(update, id, "is not there, or was sent", error);
}

bool outbox_drop(Store *store, gint64 id, const char *why, GError **error)
{
	static const char sql[] = "UPDATE outbox SET state = 'dropped', why = :why, claimed = 0"
				  " WHERE id = :id AND state <> 'sent'";
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":why", why);
	bind_number(update, ":id", id);
	return one_row(update, id, "is not there, or was sent", error);
}
