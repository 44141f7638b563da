/* intake_read.c - receipts are claimed, given to readers, and come back as mails.
 *
 * A group waits only shortly for the mails that are still being read: they stay claimed, and
 * come back in a later run.
 */
#include "gateway/intake_read.h"

#include <string.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/limits.h"
#include "common/log.h"
#include "gateway/intake.h"
#include "gateway/reader.h"

#define CLAIM_SECONDS 120
#define CLAIM_LEAST 10
#define READ_TRIES 2
#define PATIENCE \
	(250 * 1000) /* microseconds: a mail that takes longer is not waited for by its group */
#define GROUP_TEXT_BYTES (32 * 1024 * 1024)

/* A claim outlives the slowest reading; a gateway that died is taken over when it has run out. */
static guint claim_seconds(const Desk *desk)
{
	return MAX(CLAIM_LEAST, settings_pause(desk->settings, CLAIM_SECONDS) / 1000);
}

void taken_free(Taken *taken)
{
	receipt_free(taken->receipt);
	mail_free(taken->mail);
	g_free(taken->why);
	g_free(taken);
}

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
	if (readers_give(desk->readers, fd, receipt->raw.offset, receipt->raw.length,
			 receipt->tries > 1, pending, error))
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

void intake_keep(const Desk *desk, gint64 now)
{
	Keeping keeping = { desk, now };

	if (desk->readers != NULL)
		readers_each(desk->readers, keep_claim, &keeping);
}

/* Its bytes lie nowhere any more, or are others: it is quarantined when that stays so. */
static bool add_unopened(const Desk *desk, Receipt *receipt, GPtrArray *group, const GError *why,
			 GError **error)
{
	bool done;

	log_warning_rarely(60, "receipt=%" G_GINT64_FORMAT " %s", receipt->id, why->message);
	if (receipt->tries >= READ_TRIES) {
		add_unread(group, receipt, g_strdup(why->message));
		return true;
	}
	done = receipts_keep(desk->store, receipt, 0, error);
	receipt_free(receipt);
	return done;
}

/* What was read must be what was received: the mail's own SHA-256 says so. */
static void add_read(GPtrArray *group, Receipt *receipt, Mail *mail)
{
	if (mail->sha256[0] == '\0' || strcmp(mail->sha256, receipt->raw.sha256) == 0) {
		add_taken(group, receipt, mail, NULL);
		return;
	}
	mail_free(mail);
	add_unread(group, receipt,
		   g_strdup_printf("the message at %" G_GINT64_FORMAT
				   " of segment %" G_GINT64_FORMAT " is not what was received",
				   receipt->raw.offset, receipt->raw.segment));
}

/* Begins to read receipt, which is given: what comes out at once is added to group. */
static bool begin_reading(const Desk *desk, Receipt *receipt, gint64 now, GPtrArray *group,
			  GError **error)
{
	g_autoptr(GError) why = NULL;
	int fd;

	/* a receipt whose reading was begun too often took the gateway with it: it is not read
	 * again */
	if (receipt->tries > READ_TRIES) {
		add_unread(
			group, receipt,
			g_strdup_printf("reading was tried %d times and did not end", READ_TRIES));
		return true;
	}
	fd = raw_open(desk->store, &receipt->raw, &why);
	if (fd < 0 && g_error_matches(why, DESK_ERROR, DESK_ERROR_DATA))
		return add_unopened(desk, receipt, group, why, error);
	if (fd < 0)
		g_propagate_error(error, g_steal_pointer(&why));
	if (fd >= 0 && desk->readers == NULL) {
		add_read(group, receipt, read_here(desk, receipt, fd));
		return true;
	}
	if (fd >= 0 && give_to_reader(desk, receipt, fd, now, error))
		return true;
	receipts_release(desk->store, receipt->id, NULL);
	receipt_free(receipt);
	return false;
}

bool intake_claim(const Desk *desk, gint64 now, GPtrArray *group, GError **error)
{
	guint busy = desk->readers != NULL ? readers_busy(desk->readers) : 0;
	g_autoptr(GPtrArray) receipts = NULL;
	bool done = true;

	if (busy >= GROUP_MAILS)
		return true;
	if (!receipts_claim(desk->store, now, claim_seconds(desk), GROUP_MAILS - busy, &receipts,
			    error))
		return false;
	if (receipts->len > 0)
		FAILPOINT("intake.claimed");
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

/* Its reader did not survive it: it is given back, and claimed again; or that was the second time.
 */
static bool take_death(const Desk *desk, ReaderOutcome *outcome, GPtrArray *group, GError **error)
{
	Receipt *receipt = pending_end(outcome->tag);
	bool done;

	log_warning("receipt=%" G_GINT64_FORMAT " try=%" G_GINT64_FORMAT " %s", receipt->id,
		    receipt->tries, outcome->why);
	if (receipt->tries >= READ_TRIES) {
		add_unread(group, receipt, g_steal_pointer(&outcome->why));
		return true;
	}
	/* its claim ends and the try stays counted */
	done = receipts_keep(desk->store, receipt, 0, error);
	receipt_free(receipt);
	return done;
}

bool intake_gather(const Desk *desk, GPtrArray *group, guint *ret_deaths, GError **error)
{
	gint64 until = g_get_monotonic_time() + PATIENCE;
	gsize bytes = 0;

	while (desk->readers != NULL && bytes < GROUP_TEXT_BYTES) {
		gint64 left = MAX(until - g_get_monotonic_time(), 0);
		g_autoptr(ReaderOutcome) outcome = NULL;

		if (!readers_take(desk->readers, (int)((left + 999) / 1000), &outcome, error))
			return false;
		if (outcome == NULL)
			return true;
		if (outcome->mail == NULL) {
			++*ret_deaths;
			if (!take_death(desk, outcome, group, error))
				return false;
			continue;
		}
		bytes += strlen(outcome->mail->text) + strlen(outcome->mail->reply);
		add_read(group, pending_end(outcome->tag), g_steal_pointer(&outcome->mail));
	}
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
