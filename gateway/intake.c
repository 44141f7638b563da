/* intake.c - claim, read, decide, act, settle: in groups, oldest first. */
#include "gateway/intake.h"

#include "common/error.h"
#include "common/failpoint.h"
#include "common/limits.h"
#include "common/log.h"
#include "gateway/act.h"
#include "gateway/bulk.h"
#include "gateway/copy.h"
#include "gateway/intake_read.h"
#include "gateway/reader.h"

#define BULK_STEPS 32 /* of bulk mails, between two groups */

static bool settle_duplicate(const Desk *desk, const Receipt *receipt, gint64 first, GError **error)
{
	log_info("receipt=%" G_GINT64_FORMAT " decision=ignored why=duplicate of=%" G_GINT64_FORMAT,
		 receipt->id, first);
	return receipts_repeat(desk->store, receipt->id, first, error);
}

static bool deal(const Desk *desk, const Taken *taken, gint64 now, GError **error)
{
	const Receipt *receipt = taken->receipt;
	const Mail *mail = taken->mail;
	g_autoptr(Decision) decision = NULL;
	gint64 first;
	bool ours;

	if (!receipts_ours(desk->store, receipt, &ours, error))
		return false;
	if (!ours) /* the claim ran out, and another gateway has it */
		return true;
	if (!receipts_duplicate(desk->store, receipt, &first, error))
		return false;
	if (first == 0 && !copy_find(desk, mail, receipt, &first, error))
		return false;
	if (first != 0)
		return settle_duplicate(desk, receipt, first, error);
	if (!decide(desk, mail, &decision, error))
		return false;
	if (taken->why != NULL) {
		g_free(decision->why);
		decision->why = g_strdup(taken->why);
	}
	FAILPOINT("intake.decided");
	if (!act(desk, mail, decision, receipt, now, error))
		return false;
	FAILPOINT("intake.acted");
	log_info("receipt=%" G_GINT64_FORMAT " bytes=%" G_GINT64_FORMAT " decision=%s%s%s",
		 receipt->id, receipt->raw.length, decision_name(decision->kind),
		 *decision->why != '\0' ? " why=" : "", decision->why);
	return true;
}

static bool commit_or_rollback(Store *store, bool done, GError **error)
{
	if (done)
		FAILPOINT("intake.put");
	if (done && store_commit(store, error)) {
		FAILPOINT("intake.committed");
		return true;
	}
	store_rollback(store);
	return false;
}

static bool deal_with_group(const Desk *desk, GPtrArray *group, gint64 now, GError **error)
{
	bool done = true;

	if (!store_begin(desk->store, error))
		return false;
	for (guint i = 0; done && i < group->len; i++) {
		done = deal(desk, g_ptr_array_index(group, i), now, error);
		if (desk->readers !=
		    NULL) /* they read the next group; what fails is met again by gather() */
			readers_turn(desk->readers, NULL);
	}
	return commit_or_rollback(desk->store, done, error);
}

static bool speaks_of_the_mail(const GError *error)
{
	return g_error_matches(error, DESK_ERROR, DESK_ERROR_DATA) ||
	       g_error_matches(error, DESK_ERROR, DESK_ERROR_SOFTWARE);
}

static bool quarantine(const Desk *desk, const Receipt *receipt, const char *why, gint64 now,
		       GError **error)
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
	return commit_or_rollback(desk->store, act(desk, empty, decision, receipt, now, error),
				  error);
}

/* The case did not allow what the mail wants: a dossier manager is told, all else is held. */
static bool deal_refused(const Desk *desk, const Receipt *receipt, const Mail *mail, gint64 now,
			 GError **error)
{
	g_autoptr(Decision) decision = NULL;

	if (!store_begin(desk->store, error))
		return false;
	if (!decide(desk, mail, &decision, error))
		return commit_or_rollback(desk->store, false, error);
	decision->notice = "command-error";
	if (decision->kind != DECISION_COMMAND)
		decided(decision, DECISION_HELD, "not-possible");
	return commit_or_rollback(desk->store, act(desk, mail, decision, receipt, now, error),
				  error);
}

static bool deal_alone(const Desk *desk, const Taken *taken, gint64 now, GError **error)
{
	const Receipt *receipt = taken->receipt;
	g_autoptr(GError) mistake = NULL;

	if (!store_begin(desk->store, error))
		return false;
	if (commit_or_rollback(desk->store, deal(desk, taken, now, &mistake), &mistake))
		return true;
	if (!speaks_of_the_mail(mistake)) {
		g_propagate_error(error, g_steal_pointer(&mistake));
		return false;
	}
	if (g_error_matches(mistake, DESK_ERROR, DESK_ERROR_DATA) &&
	    deal_refused(desk, receipt, taken->mail, now, NULL))
		return true;
	log_error("receipt=%" G_GINT64_FORMAT " quarantined: %s", receipt->id, mistake->message);
	return quarantine(desk, receipt, mistake->message, now, error);
}

static bool deal_one_by_one(const Desk *desk, GPtrArray *group, gint64 now, GError **error)
{
	for (guint i = 0; i < group->len; i++)
		if (!deal_alone(desk, g_ptr_array_index(group, i), now, error))
			return false;
	return true;
}

static void release_all(const Desk *desk, GPtrArray *group)
{
	for (guint i = 0; i < group->len; i++)
		if (!receipts_release(desk->store,
				      ((Taken *)g_ptr_array_index(group, i))->receipt->id, NULL))
			return; /* the claim runs out by itself */
}

static bool settle_group(const Desk *desk, GPtrArray *group, gint64 now, GError **error)
{
	g_autoptr(GError) mistake = NULL;
	bool done = deal_with_group(desk, group, now, &mistake);

	if (!done && speaks_of_the_mail(mistake))
		done = deal_one_by_one(desk, group, now, error);
	else if (!done)
		g_propagate_error(error, g_steal_pointer(&mistake));
	if (!done)
		release_all(desk, group);
	return done;
}

static int by_receipt(gconstpointer a, gconstpointer b)
{
	gint64 left = (*(Taken *const *)a)->receipt->id, right = (*(Taken *const *)b)->receipt->id;

	return (left > right) - (left < right);
}

bool intake_run(const Desk *desk, gint64 now, guint *ret_done, GError **error)
{
	g_autoptr(GPtrArray) group = g_ptr_array_new_with_free_func((GDestroyNotify)taken_free);
	guint deaths, steps;
	bool done;

	intake_keep(desk, now);
	do {
		deaths = 0;
		done = intake_claim(desk, now, group, error) &&
		       intake_gather(desk, group, &deaths, error);
	} while (done && group->len == 0 && deaths > 0);
	if (!done) {
		release_all(desk, group);
		return false;
	}
	if (group->len > 0)
		FAILPOINT("intake.read");
	g_ptr_array_sort(group, by_receipt);
	/* after a full group more wait: they are read while this one is settled; what fails here is
	 * met again by the next run */
	if (desk->readers != NULL && group->len >= GROUP_MAILS / 2)
		intake_claim(desk, now, group, NULL);
	if (group->len > 0 && !settle_group(desk, group, now, error))
		return false;
	if (!bulk_run(desk, now, BULK_STEPS, &steps, error))
		return false;
	*ret_done = group->len + steps;
	return true;
}
