/* outbox.c - putting notices into the outbox, within the limits, and looking at them. */
#include "store/outbox.h"

#include <string.h>

#include "common/error.h"
#include "store/bucket.h"
#include "store/cases_inside.h"
#include "store/outbox_inside.h"
#include "store/receipts.h"

#define HOUR 3600
#define DAY 86400

void notice_free(Notice *notice)
{
	if (notice == NULL)
		return;
	g_free(notice->kind);
	g_free(notice->to);
	g_free(notice->holder);
	g_free(notice->data);
	g_free(notice->state);
	g_free(notice->why);
	g_free(notice->message_id);
	g_free(notice);
}

void *notice_read(Statement *row)
{
	Notice *notice = g_new0(Notice, 1);

	notice->id = column_number(row, 0);
	notice->case_id = column_number(row, 1);
	notice->event = column_number(row, 2);
	notice->cause = column_number(row, 3);
	notice->kind = column_given(row, 4);
	notice->to = column_given(row, 5);
	notice->holder = column_given(row, 6);
	notice->data = column_given(row, 7);
	notice->language = language_of_code(column_text(row, 8));
	notice->automatic = column_number(row, 9) != 0;
	notice->state = column_given(row, 10);
	notice->tries = column_number(row, 11);
	notice->next = column_number(row, 12);
	notice->created = column_number(row, 13);
	notice->why = column_given(row, 14);
	notice->message_id = column_given(row, 15);
	notice->mail = column_number(row, 16);
	notice->raw = column_range(row, 17);
	return notice;
}

/* ---- the limits of automatic mail ---- */

typedef enum { OF_CASE, OF_ADDRESS, OF_SENDER } Whose;

/* Mails to the desk's own people are not counted over all: a team has more cases an hour. */
static const char *const team_kinds[] = { "new-case",  "wrote", "withdrawn-team",
					  "bounced",   "held",  "quarantined",
					  "reconcile", "late",  "digest",
					  "overview",  NULL };

static const struct {
	Whose whose;
	gint64 seconds;
	gint64 most;
	const char *sentence;
} limits[] = {
	{ OF_CASE, HOUR, 3, "3 an hour for one case" },
	{ OF_CASE, DAY, 10, "10 a day for one case" },
	{ OF_ADDRESS, HOUR, 20, "20 an hour" },
	/* whoever it is, and whatever was made of it: so that nothing goes round without end */
	{ OF_SENDER, HOUR, 1000, "what 1000 mails an hour of one sender may cause" },
};

/* Mails that the writer of the mail that caused this wrote since then, itself among them. */
static bool count_sender(Store *store, const NoticePut *what, gint64 since, gint64 most,
			 gint64 *ret_count, GError **error)
{
	static const char sql[] =
		"SELECT COUNT(*) FROM (SELECT 1 FROM mails WHERE direction = 'in' AND sender <> ''"
		" AND sender = (SELECT sender FROM mails WHERE id = :cause) AND at > :since"
		" AND at <= :until LIMIT :most) AS some";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":cause", what->cause);
	bind_number(select, ":since", since);
	bind_number(select, ":until", what->now + HOUR);
	bind_number(select, ":most", most + 1);
	if (!statement_number(select, ret_count, error))
		return false;
	*ret_count -= *ret_count > 0;
	return true;
}

static bool count_since(Store *store, Whose whose, const NoticePut *what, gint64 since, gint64 most,
			gint64 *ret_count, GError **error)
{
	static const char of_case[] =
		"SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE case_id = :case AND recipient = :to"
		" AND created > :since AND created <= :until AND automatic = 1 LIMIT :most) AS some";
	static const char of_address[] =
		"SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE recipient = :to AND automatic = 1"
		" AND created > :since AND created <= :until AND kind NOT IN ('new-case', 'wrote', 'withdrawn-team', 'bounced',"
		" 'held', 'quarantined', 'reconcile', 'late', 'digest', 'overview') LIMIT :most) AS some";
	g_autoptr(Statement) select = NULL;

	if (whose == OF_SENDER)
		return count_sender(store, what, since, most, ret_count, error);
	select = statement(store, whose == OF_CASE ? of_case : of_address);
	if (whose == OF_CASE)
		bind_number(select, ":case", what->case_id);
	bind_text(select, ":to", what->to);
	bind_number(select, ":since", since);
	bind_number(select, ":until",
		    what->now + HOUR); /* not what a clock set forward left behind */
	bind_number(select, ":most", most);
	return statement_number(select, ret_count, error);
}

static bool limit_counts(Whose whose, const NoticePut *what)
{
	switch (whose) {
	case OF_CASE:
		return what->automatic && what->case_id != 0;
	case OF_ADDRESS:
		return what->automatic && !g_strv_contains(team_kinds, what->kind);
	default:
		return what->cause != 0;
	}
}

/* The limit that this notice would go over, or NULL. */
static bool limit_of(Store *store, const NoticePut *what, const char **ret_limit, GError **error)
{
	*ret_limit = NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
		gint64 count = 0;

		if (!limit_counts(limits[i].whose, what))
			continue;
		if (!count_since(store, limits[i].whose, what, what->now - limits[i].seconds,
				 limits[i].most, &count, error))
			return false;
		if (count >= limits[i].most) {
			*ret_limit = limits[i].sentence;
			return true;
		}
	}
	return true;
}

/* What was said to nobody about no case is noted at the mail that caused it. */
static bool note_at_mail(Store *store, const NoticePut *what, const char *text, const CaseBy *by,
			 GError **error)
{
	static const char sql[] =
		"SELECT r.receipt FROM mails r WHERE r.id = :cause AND NOT EXISTS (SELECT 1 FROM"
		" receipt_events e WHERE e.receipt = r.receipt AND e.what = 'dropped' AND e.text = :text)";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 receipt = 0;

	bind_number(select, ":cause", what->cause);
	bind_text(select, ":text", text);
	return statement_number(select, &receipt, error) &&
	       (receipt == 0 || receipts_note(store, receipt, "dropped", text, by, error));
}

/* Once a case, address and limit: an event. */
static bool note_limit(Store *store, const NoticePut *what, const char *limit, GError **error)
{
	static const char sql[] = "SELECT id FROM events WHERE case_id = :case AND what = 'dropped'"
				  " AND text = :text LIMIT 1";
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .mail = what->cause, .now = what->now };
	g_autoptr(Statement) select = NULL;
	g_autofree char *text = NULL;
	gint64 noted = 0;

	text = g_strdup_printf("automatic mail to %s is over the limit of %s and was not sent",
			       what->to, limit);
	if (what->case_id == 0)
		return note_at_mail(store, what, text, &by, error);
	select = statement(store, sql);
	bind_number(select, ":case", what->case_id);
	bind_text(select, ":text", text);
	return statement_number(select, &noted, error) &&
	       (noted != 0 || event_put(store, what->case_id, "dropped", text, &by, NULL, error));
}

static bool insert_notice(Store *store, const NoticePut *what, gint64 next, GError **error)
{
	static const char sql[] =
		"INSERT INTO outbox (case_id, event, cause, kind, recipient, holder, data, language,"
		" automatic, state, tries, next, claimed, created, why, message_id, mail)"
		" VALUES (:case, :event, :cause, :kind, :to, :holder, :data, :language, :automatic,"
		" 'owed', 0, :next, 0, :now, '', '', NULL)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_id(put, ":case", what->case_id);
	bind_id(put, ":event", what->event);
	bind_id(put, ":cause", what->cause);
	bind_text(put, ":kind", what->kind);
	bind_text(put, ":to", what->to);
	bind_text(put, ":holder", what->holder);
	bind_text(put, ":data", what->data != NULL ? what->data : "{}");
	bind_text(put, ":language",
		  what->language != LANGUAGE_NONE ? language_code(what->language) : "");
	bind_number(put, ":automatic", what->automatic);
	bind_number(put, ":now", what->now);
	bind_number(put, ":next", next);
	return statement_run(put, error);
}

static bool put_within_limits(Store *store, const NoticePut *what, GError **error)
{
	const char *limit = NULL;
	gint64 wait = 0;

	if (!limit_of(store, what, &limit, error))
		return false;
	if (limit != NULL)
		return note_limit(store, what, limit, error);
	if (what->automatic && !bucket_take(store, AUTOMATIC_BUCKET, what->now, &wait, error))
		return false;
	return insert_notice(store, what, what->now + wait, error);
}

bool outbox_put(Store *store, const NoticePut *what, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, put_within_limits(store, what, error), error);
}

bool outbox_sent_since(Store *store, const char *kind, const char *to, gint64 since,
		       bool *ret_found, GError **error)
{
	static const char sql[] = "SELECT id FROM outbox WHERE recipient = :to AND kind = :kind"
				  " AND created > :since AND created <= :until LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 id = 0;

	bind_text(select, ":to", to);
	bind_text(select, ":kind", kind);
	bind_number(select, ":since", since);
	bind_number(select, ":until", since + 8 * DAY); /* the clock was set back since */
	if (!statement_number(select, &id, error))
		return false;
	*ret_found = id != 0;
	return true;
}

/* ---- looking ---- */

bool outbox_list(Store *store, const char *state, GPtrArray **ret_notices, GError **error)
{
	static const char all[] = NOTICE_SELECT "ORDER BY o.id";
	static const char some[] = NOTICE_SELECT "WHERE o.state = :state ORDER BY o.id";
	bool is_all = strcmp(state, "all") == 0;
	g_autoptr(Statement) select = statement(store, is_all ? all : some);

	if (!is_all)
		bind_text(select, ":state", state);
	return statement_rows(select, notice_read, (GDestroyNotify)notice_free, ret_notices, error);
}

bool outbox_get(Store *store, gint64 id, Notice **ret_notice, GError **error)
{
	g_autoptr(Statement) select = statement(store, NOTICE_SELECT "WHERE o.id = :id");

	bind_number(select, ":id", id);
	return statement_row(select, notice_read, (void **)ret_notice, error);
}
