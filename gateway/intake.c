/* intake.c - claim, read, decide, act, settle. */
#include "gateway/intake.h"

#include "common/error.h"
#include "common/limits.h"
#include "common/log.h"
#include "gateway/act.h"
#include "gateway/read.h"

#define CLAIM_SECONDS 300
#define READ_TRIES 2

static Mail *read_receipt(const Desk *desk, const Receipt *receipt, GError **error)
{
	ReadOptions options = {
		.trust_authserv = desk->settings->trust_authserv,
		.own_address = desk->settings->address,
		.own_separator = desk->settings->sub_address,
	};
	int fd = raw_open(desk->store, &receipt->raw, error);

	return fd >= 0 ? mail_read(fd, receipt->raw.offset, receipt->raw.length, &options) : NULL;
}

static bool settle_duplicate(const Desk *desk, const Receipt *receipt, gint64 first, GError **error)
{
	log_info("receipt=%" G_GINT64_FORMAT " decision=ignored why=duplicate of=%" G_GINT64_FORMAT, receipt->id, first);
	return receipts_settle(desk->store, receipt->id, "done", "ignored", "duplicate", 0, 0, error);
}

static bool deal(const Desk *desk, const Receipt *receipt, const Mail *mail, gint64 now, GError **error)
{
	g_autoptr(Decision) decision = NULL;
	gint64 first;

	if (!receipts_duplicate(desk->store, receipt, &first, error))
		return false;
	if (first != 0)
		return settle_duplicate(desk, receipt, first, error);
	if (!decide(desk, mail, &decision, error) || !act(desk, mail, decision, receipt, now, error))
		return false;
	log_info("receipt=%" G_GINT64_FORMAT " bytes=%" G_GINT64_FORMAT " decision=%s%s%s", receipt->id,
		 receipt->raw.length, decision_name(decision->kind), *decision->why != '\0' ? " why=" : "",
		 decision->why);
	return true;
}

static bool commit_or_rollback(Store *store, bool done, GError **error)
{
	if (done && store_commit(store, error))
		return true;
	store_rollback(store);
	return false;
}

static bool deal_with_group(const Desk *desk, GPtrArray *receipts, GPtrArray *mails, gint64 now, GError **error)
{
	bool done = true;

	if (!store_begin(desk->store, error))
		return false;
	for (guint i = 0; done && i < receipts->len; i++)
		done = deal(desk, g_ptr_array_index(receipts, i), g_ptr_array_index(mails, i), now, error);
	return commit_or_rollback(desk->store, done, error);
}

static bool speaks_of_the_mail(const GError *error)
{
	return g_error_matches(error, DESK_ERROR, DESK_ERROR_DATA) ||
	       g_error_matches(error, DESK_ERROR, DESK_ERROR_SOFTWARE);
}

static bool quarantine(const Desk *desk, const Receipt *receipt, const char *why, gint64 now, GError **error)
{
	g_autoptr(Mail) empty = mail_new();
	g_autoptr(Decision) decision = NULL;

	empty->unreadable = true;
	if (!decide(desk, empty, &decision, error))
		return false;
	g_free(decision->why);
	decision->why = g_strdup(why);
	if (!store_begin(desk->store, error))
		return false;
	return commit_or_rollback(desk->store, act(desk, empty, decision, receipt, now, error), error);
}

/* The case did not allow what the mail wants: a dossier manager is told, all else is held. */
static bool deal_refused(const Desk *desk, const Receipt *receipt, const Mail *mail, gint64 now, GError **error)
{
	g_autoptr(Decision) decision = NULL;

	if (!store_begin(desk->store, error))
		return false;
	if (!decide(desk, mail, &decision, error))
		return commit_or_rollback(desk->store, false, error);
	decision->notice = "command-error";
	if (decision->kind != DECISION_COMMAND)
		decided(decision, DECISION_HELD, "not-possible");
	return commit_or_rollback(desk->store, act(desk, mail, decision, receipt, now, error), error);
}

static bool deal_alone(const Desk *desk, const Receipt *receipt, const Mail *mail, gint64 now, GError **error)
{
	g_autoptr(GError) mistake = NULL;

	if (!store_begin(desk->store, error))
		return false;
	if (commit_or_rollback(desk->store, deal(desk, receipt, mail, now, &mistake), &mistake))
		return true;
	if (!speaks_of_the_mail(mistake)) {
		g_propagate_error(error, g_steal_pointer(&mistake));
		return false;
	}
	if (g_error_matches(mistake, DESK_ERROR, DESK_ERROR_DATA) &&
	    deal_refused(desk, receipt, mail, now, NULL))
		return true;
	log_error("receipt=%" G_GINT64_FORMAT " quarantined: %s", receipt->id, mistake->message);
	return quarantine(desk, receipt, mistake->message, now, error);
}

static bool deal_one_by_one(const Desk *desk, GPtrArray *receipts, GPtrArray *mails, gint64 now, GError **error)
{
	for (guint i = 0; i < receipts->len; i++)
		if (!deal_alone(desk, g_ptr_array_index(receipts, i), g_ptr_array_index(mails, i), now, error))
			return false;
	return true;
}

static void release_all(const Desk *desk, GPtrArray *receipts)
{
	for (guint i = 0; i < receipts->len; i++)
		if (!receipts_release(desk->store, ((Receipt *)g_ptr_array_index(receipts, i))->id, NULL))
			return; /* the claim runs out by itself */
}

/* A receipt whose reading was begun too often killed its reader: it is not read again. */
static Mail *read_or_give_up(const Desk *desk, const Receipt *receipt, GError **error)
{
	Mail *mail;

	if (receipt->tries <= READ_TRIES)
		return read_receipt(desk, receipt, error);
	mail = mail_new();
	mail->unreadable = true;
	mail_warn(mail, "reading was tried %d times and did not end", READ_TRIES);
	return mail;
}

bool intake_run(const Desk *desk, gint64 now, guint *ret_done, GError **error)
{
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)mail_free);
	g_autoptr(GError) mistake = NULL;
	bool done = true;

	if (!receipts_claim(desk->store, now, CLAIM_SECONDS, GROUP_MAILS, &receipts, error))
		return false;
	*ret_done = receipts->len;
	if (receipts->len == 0)
		return true;
	for (guint i = 0; done && i < receipts->len; i++) {
		Mail *mail = read_or_give_up(desk, g_ptr_array_index(receipts, i), error);

		done = mail != NULL;
		if (done)
			g_ptr_array_add(mails, mail);
	}
	if (done && !deal_with_group(desk, receipts, mails, now, &mistake)) {
		done = speaks_of_the_mail(mistake);
		if (done)
			done = deal_one_by_one(desk, receipts, mails, now, error);
		else
			g_propagate_error(error, g_steal_pointer(&mistake));
	}
	if (!done)
		release_all(desk, receipts);
	return done;
}
