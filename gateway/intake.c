/* intake.c - claim, read, decide, act, settle.
 *
 * Mails are read by readers (gateway/reader.h), and settled in groups, oldest first.  A group
 * waits only shortly for the mails that are still being read: they stay claimed, and are
 * settled by a later run.
 */
#include "gateway/intake.h"

#include <string.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/log.h"
#include "gateway/act.h"
#include "gateway/reader.h"

#define CLAIM_SECONDS 120
#define CLAIM_LEAST 10
#define READ_TRIES 2
#define PATIENCE (250 * 1000) /* microseconds: a mail that takes longer is not waited for by its group */
#define GROUP_TEXT_BYTES (32 * 1024 * 1024)

typedef struct Taken { /* a receipt that was claimed and read */
	Receipt *receipt;
	Mail *mail;
	char *why; /* why nothing could be read: of the reader, not of the mail; or NULL */
} Taken;

/* A claim outlives the slowest reading; a gateway that died is taken over when it has run out. */
static guint claim_seconds(const Desk *desk)
{
	return MAX(CLAIM_LEAST, settings_pause(desk->settings, CLAIM_SECONDS) / 1000);
}

static void taken_free(Taken *taken)
{
	receipt_free(taken->receipt);
	mail_free(taken->mail);
	g_free(taken->why);
	g_free(taken);
}

static bool settle_duplicate(const Desk *desk, const Receipt *receipt, gint64 first, GError **error)
{
	log_info("receipt=%" G_GINT64_FORMAT " decision=ignored why=duplicate of=%" G_GINT64_FORMAT, receipt->id, first);
	return receipts_settle(desk->store, receipt->id, "done", "ignored", "duplicate", 0, 0, error);
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
	if (first != 0)
		return settle_duplicate(desk, receipt, first, error);
	if (!decide(desk, mail, &decision, error))
		return false;
	if (taken->why != NULL) {
		g_free(decision->why);
		decision->why = g_strdup(taken->why);
	}
	if (!act(desk, mail, decision, receipt, now, error))
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

static bool deal_with_group(const Desk *desk, GPtrArray *group, gint64 now, GError **error)
{
	bool done = true;

	if (!store_begin(desk->store, error))
		return false;
	for (guint i = 0; done && i < group->len; i++) {
		done = deal(desk, g_ptr_array_index(group, i), now, error);
		if (desk->readers != NULL) /* they read the next group; what fails is met again by gather() */
			readers_turn(desk->readers, NULL);
	}
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
		if (!receipts_release(desk->store, ((Taken *)g_ptr_array_index(group, i))->receipt->id, NULL))
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

/* ---- reading ---- */

static void add_taken(GPtrArray *group, Receipt *receipt, Mail *mail, char *why)
{
	Taken *taken = g_new0(Taken, 1);

	*taken = (Taken){ receipt, mail, why };
	g_ptr_array_add(group, taken);
}

static Mail *unread(const Receipt *receipt, const char *why)
{
	Mail *mail = mail_new();

	mail->size = receipt->raw.length;
	mail->unreadable = true;
	mail_warn(mail, "not read: %s", why);
	return mail;
}

/* It goes to quarantine; why is kept. */
static void add_unread(GPtrArray *group, Receipt *receipt, char *why)
{
	add_taken(group, receipt, unread(receipt, why), why);
}

static Mail *read_here(const Desk *desk, const Receipt *receipt, int fd)
{
	ReadOptions options = {
		.trust_authserv = desk->settings->trust_authserv,
		.own_address = desk->settings->address,
		.own_separator = desk->settings->sub_address,
	};

	return mail_read(fd, receipt->raw.offset, receipt->raw.length, &options);
}

typedef struct Pending { /* a receipt that is being read */
	Receipt *receipt;
	gint64 until; /* its claim */
} Pending;

static Receipt *pending_end(Pending *pending)
{
	Receipt *receipt = pending->receipt;

	g_free(pending);
	return receipt;
}

static bool give_to_reader(const Desk *desk, Receipt *receipt, int fd, gint64 now, GError **error)
{
	Pending *pending = g_new0(Pending, 1);

	*pending = (Pending){ receipt, now + claim_seconds(desk) };
	if (readers_give(desk->readers, fd, receipt->raw.offset, receipt->raw.length, receipt->tries > 1, pending, error))
		return true;
	g_free(pending);
	return false;
}

typedef struct Keeping {
	const Desk *desk;
	gint64 now;
} Keeping;

/* A claim does not run out while its mail waits or is being read. */
static void keep_claim(gpointer tag, gpointer user)
{
	Pending *pending = tag;
	const Keeping *keeping = user;
	gint64 seconds = claim_seconds(keeping->desk);

	if (pending->until - keeping->now > seconds / 2)
		return;
	if (receipts_keep(keeping->desk->store, pending->receipt, keeping->now + seconds, NULL))
		pending->until = keeping->now + seconds; /* else it is tried again soon */
}

/* Begins to read receipt, which is given: what comes out at once is added to group. */
static bool begin_reading(const Desk *desk, Receipt *receipt, gint64 now, GPtrArray *group, GError **error)
{
	int fd;

	/* a receipt whose reading was begun too often took the gateway with it: it is not read again */
	if (receipt->tries > READ_TRIES) {
		add_unread(group, receipt, g_strdup_printf("reading was tried %d times and did not end", READ_TRIES));
		return true;
	}
	fd = raw_open(desk->store, &receipt->raw, error);
	if (fd >= 0 && desk->readers == NULL) {
		add_taken(group, receipt, read_here(desk, receipt, fd), NULL);
		return true;
	}
	if (fd >= 0 && give_to_reader(desk, receipt, fd, now, error))
		return true;
	receipts_release(desk->store, receipt->id, NULL);
	receipt_free(receipt);
	return false;
}

static bool claim_more(const Desk *desk, gint64 now, GPtrArray *group, GError **error)
{
	guint busy = desk->readers != NULL ? readers_busy(desk->readers) : 0;
	g_autoptr(GPtrArray) receipts = NULL;
	bool done = true;

	if (busy >= GROUP_MAILS)
		return true;
	if (!receipts_claim(desk->store, now, claim_seconds(desk), GROUP_MAILS - busy, &receipts, error))
		return false;
	g_ptr_array_set_free_func(receipts, NULL);
	for (guint i = 0; i < receipts->len; i++) {
		Receipt *receipt = g_ptr_array_index(receipts, i);

		if (done) {
			done = begin_reading(desk, receipt, now, group, error);
			continue;
		}
		receipts_release(desk->store, receipt->id, NULL);
		receipt_free(receipt);
	}
	return done;
}

/* Its reader did not survive it: it is given back, and claimed again; or that was the second time. */
static bool take_death(const Desk *desk, ReaderOutcome *outcome, GPtrArray *group, GError **error)
{
	Receipt *receipt = pending_end(outcome->tag);
	bool done;

	log_warning("receipt=%" G_GINT64_FORMAT " try=%" G_GINT64_FORMAT " %s", receipt->id, receipt->tries, outcome->why);
	if (receipt->tries >= READ_TRIES) {
		add_unread(group, receipt, g_steal_pointer(&outcome->why));
		return true;
	}
	/* its claim ends and the try stays counted */
	done = receipts_keep(desk->store, receipt, 0, error);
	receipt_free(receipt);
	return done;
}

typedef struct Gathering {
	GPtrArray *group; /* Taken: what can be settled */
	gsize bytes;	  /* of their texts */
	guint deaths;
} Gathering;

static bool gather(const Desk *desk, Gathering *gathering, GError **error)
{
	gint64 until = g_get_monotonic_time() + PATIENCE;

	while (gathering->bytes < GROUP_TEXT_BYTES) {
		gint64 left = MAX(until - g_get_monotonic_time(), 0);
		g_autoptr(ReaderOutcome) outcome = NULL;

		if (!readers_take(desk->readers, (int)((left + 999) / 1000), &outcome, error))
			return false;
		if (outcome == NULL)
			return true;
		if (outcome->mail == NULL) {
			gathering->deaths++;
			if (!take_death(desk, outcome, gathering->group, error))
				return false;
			continue;
		}
		gathering->bytes += strlen(outcome->mail->text) + strlen(outcome->mail->reply);
		add_taken(gathering->group, pending_end(outcome->tag), g_steal_pointer(&outcome->mail), NULL);
	}
	return true;
}

static int by_receipt(gconstpointer a, gconstpointer b)
{
	gint64 left = (*(Taken *const *)a)->receipt->id, right = (*(Taken *const *)b)->receipt->id;

	return (left > right) - (left < right);
}

bool intake_run(const Desk *desk, gint64 now, guint *ret_done, GError **error)
{
	g_autoptr(GPtrArray) group = g_ptr_array_new_with_free_func((GDestroyNotify)taken_free);
	Gathering gathering = { .group = group };
	Keeping keeping = { desk, now };
	bool done;

	if (desk->readers != NULL)
		readers_each(desk->readers, keep_claim, &keeping);
	do {
		gathering.deaths = 0;
		done = claim_more(desk, now, group, error) &&
		       (desk->readers == NULL || gather(desk, &gathering, error));
	} while (done && group->len == 0 && gathering.deaths > 0);
	if (!done) {
		release_all(desk, group);
		return false;
	}
	g_ptr_array_sort(group, by_receipt);
	/* after a full group more wait: they are read while this one is settled; what fails here is met
	 * again by the next run */
	if (desk->readers != NULL && group->len >= GROUP_MAILS / 2)
		claim_more(desk, now, group, NULL);
	if (group->len > 0 && !settle_group(desk, group, now, error))
		return false;
	*ret_done = group->len;
	return true;
}

bool intake_waits(const Desk *desk)
{
	return desk->readers != NULL && readers_busy(desk->readers) > 0;
}

void intake_give_back(const Desk *desk)
{
	Pending *pending;

	while (desk->readers != NULL && (pending = readers_cancel(desk->readers)) != NULL) {
		Receipt *receipt = pending_end(pending);

		receipts_release(desk->store, receipt->id, NULL);
		receipt_free(receipt);
	}
}
