/* reconcile_repair.c - what was found is healed, one transaction each. */
#include "store/reconcile.h"

#include "store/cases_inside.h"
#include "store/outbox.h"
#include "store/receipts.h"

static bool run_on(Store *store, const char *sql, gint64 id, GError **error)
{
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":id", id);
	return statement_run(update, error);
}

/* Whoever had it has it no more; the readings begun stay counted, so that one that kills is known.
 */
static bool give_back(Store *store, gint64 id, GError **error)
{
	return run_on(store,
		      "UPDATE receipts SET state = 'received', claimed = 0 WHERE id = :id"
		      " AND state IN ('received', 'read')",
		      id, error);
}

/* The case that the mail of a receipt belongs to, 0 when none. */
static bool case_of_mail(Store *store, gint64 id, gint64 *ret_case, GError **error)
{
	static const char sql[] = "SELECT COALESCE(m.case_id, 0) FROM receipts r"
				  " JOIN mails m ON m.id = r.mail_id WHERE r.id = :id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":id", id);
	*ret_case = 0;
	return statement_number(select, ret_case, error);
}

/* The mail is on a case already: only the receipt does not say so.  Else it is read once more. */
static bool settle_again(Store *store, gint64 id, GError **error)
{
	static const char link[] =
		"UPDATE receipts SET case_id = (SELECT m.case_id FROM mails m WHERE m.id = receipts.mail_id),"
		" decision = CASE WHEN decision <> '' THEN decision WHEN EXISTS (SELECT 1 FROM events e"
		" JOIN mails m ON m.id = receipts.mail_id WHERE e.case_id = m.case_id AND e.mail = m.id"
		" AND e.what = 'opened') THEN 'request' ELSE 'reply' END WHERE id = :id";
	static const char again[] =
		"UPDATE receipts SET state = 'received', claimed = 0, tries = 0,"
		" decision = '', why = '' WHERE id = :id AND state = 'done'";
	gint64 case_id;

	return case_of_mail(store, id, &case_id, error) &&
	       run_on(store, case_id != 0 ? link : again, id, error);
}

static bool receipt_by_id(Store *store, gint64 id, GPtrArray **ret_receipts, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);

	return receipts_find(store, number, ret_receipts, error);
}

static bool hold_again(Store *store, gint64 id, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) receipts = NULL;
	const Receipt *receipt;

	if (!receipt_by_id(store, id, &receipts, error))
		return false;
	if (receipts->len == 0)
		return true;
	receipt = receipts->pdata[0];
	return held_put(store, receipt->id, receipt->case_id, receipt->mail_id, receipt->why, now,
			error);
}

/* Reading it again tells the admins again.  One that was too large to be taken stays: it has no
 * text. */
static bool read_again(Store *store, gint64 id, GError **error)
{
	return run_on(
		store,
		"UPDATE receipts SET state = 'received', claimed = 0, tries = 0, decision = '',"
		" why = CASE WHEN why LIKE '" RECEIPT_TOO_LARGE "%' THEN why ELSE '' END"
		" WHERE id = :id AND state = 'quarantined'",
		id, error);
}

static bool opened_by(Store *store, gint64 id, gint64 *ret_event, gint64 *ret_mail, GError **error)
{
	static const char sql[] = "SELECT id, COALESCE(mail, 0) FROM events WHERE case_id = :case"
				  " ORDER BY id LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);
	Step step;

	bind_number(select, ":case", id);
	*ret_event = *ret_mail = 0;
	step = statement_step(select, error);
	if (step == STEP_ROW) {
		*ret_event = column_number(select, 0);
		*ret_mail = column_number(select, 1);
	}
	return step != STEP_ERROR;
}

static bool acknowledge(Store *store, gint64 id, gint64 now, GError **error)
{
	g_autoptr(Case) c = NULL;
	g_autofree char *holder = NULL;
	NoticePut put = { .case_id = id, .now = now };

	if (!case_load(store, id, &c, error) ||
	    !opened_by(store, id, &put.event, &put.cause, error))
		return false;
	holder = c->requester.person != 0 ? g_strconcat("p:", c->requester.number, NULL)
					  : g_strconcat("a:", c->requester.address, NULL);
	put.kind = c->state == CASE_REDIRECTED ? "redirected" : "acknowledgement";
	put.to = c->requester.address;
	put.holder = holder;
	put.language = c->language;
	return outbox_put(store, &put, error);
}

static bool repair(Store *store, const Finding *finding, gint64 now, GError **error)
{
	switch (finding->kind) {
	case FOUND_STUCK:
		return give_back(store, finding->id, error);
	case FOUND_NO_OUTCOME:
		return settle_again(store, finding->id, error);
	case FOUND_NOT_HELD:
		return hold_again(store, finding->id, now, error);
	case FOUND_NOT_TOLD:
		return read_again(store, finding->id, error);
	case FOUND_NO_ACKNOWLEDGEMENT:
		return acknowledge(store, finding->id, now, error);
	case FOUND_OWED:
		return outbox_retry(store, finding->id, now, error);
	case FOUND_RAW:
		break;
	}
	return true;
}

bool reconcile_repair(Store *store, const Finding *finding, gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, repair(store, finding, now, error), error);
}

bool reconcile_alarm(Store *store, const char *data, gint64 now, GError **error)
{
	CaseBy by = { .who = "desk", .way = WAY_DESK, .now = now };

	return verb_begin(store, error) &&
	       verb_end(store, notices_to_team(store, NULL, "reconcile", 0, data, &by, error),
			error);
}
