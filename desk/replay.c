/* replay.c - mails in the order in which they were dealt with, and between them what people did.
 *
 * A mail that caused an event is dealt with at the time of that event; one that caused none,
 * at the time when it was received.
 */
#include "desk/replay.h"

#include <string.h>

#include "gateway/intake.h"

#define PAGE 500 /* rows read at a time */

bool replay_receipt_of(Replay *replay, gint64 id, Receipt **ret_receipt, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);
	g_autoptr(GPtrArray) found = NULL;

	if (!receipts_find(replay->desk.store, number, &found, error))
		return false;
	*ret_receipt = found->len > 0 ? g_ptr_array_steal_index(found, 0) : NULL;
	return true;
}

void replay_leave(Replay *replay, const ReplayEvent *event, const char *why)
{
	g_ptr_array_add(replay->left,
			g_strdup_printf("case %" G_GINT64_FORMAT ", event %" G_GINT64_FORMAT
					" (%s, by %s): %s",
					event->case_id, event->id, event->what, event->who, why));
}

/* Reads, decides and acts at a time. */
static bool deal(Replay *replay, gint64 receipt, gint64 now, GError **error)
{
	guint done = 0;

	if (!replay_receipt(replay->old, replay->desk.store, receipt, error))
		return false;
	do {
		if (!intake_run(&replay->desk, now, &done, error))
			return false;
	} while (done > 0 || intake_waits(&replay->desk));
	replay->done_mails++;
	return true;
}

/* The next mail of the old database, NULL at the end. */
static bool peek(Replay *replay, const ReplayMail **ret_mail, GError **error)
{
	*ret_mail = NULL;
	if (replay->mails == NULL || replay->next == replay->mails->len) {
		g_clear_pointer(&replay->mails, g_ptr_array_unref);
		replay->next = 0;
		if (!replay_mails(replay->old, replay->behind, PAGE, &replay->mails, error))
			return false;
	}
	if (replay->next < replay->mails->len)
		*ret_mail = replay->mails->pdata[replay->next];
	return true;
}

static bool take(Replay *replay, const ReplayMail *mail, GError **error)
{
	const ReplayFirst *first = g_hash_table_lookup(replay->first, &mail->id);

	replay->next++;
	replay->behind = mail->id;
	if (mail->sent)
		return replay_sent(replay->old, replay->desk.store, mail->id, error);
	if (mail->receipt == 0)
		return first == NULL || replay_page(replay, first, error);
	if (!mail->is_last)
		return true; /* it was read again later, and that counts */
	return deal(replay, mail->receipt, first != NULL ? first->at : mail->at, error);
}

/* Whether a mail comes before an event. */
static bool is_before(Replay *replay, const ReplayMail *mail, const ReplayEvent *event)
{
	const ReplayFirst *first = g_hash_table_lookup(replay->first, &mail->id);

	if (event->mail >= mail->id)
		return true;
	if (first != NULL)
		return first->event < event->id;
	return mail->at <= event->at;
}

/* event NULL: all that are left. */
static bool take_mails_before(Replay *replay, const ReplayEvent *event, GError **error)
{
	const ReplayMail *mail;

	while (true) {
		if (!peek(replay, &mail, error))
			return false;
		if (mail == NULL || (event != NULL && !is_before(replay, mail, event)))
			return true;
		if (!take(replay, mail, error))
			return false;
	}
}

/* An event by a mail that is dealt with already: its own, or what became of it when it was held. */
static bool follow_mail(Replay *replay, const ReplayEvent *event, GError **error)
{
	g_autoptr(MailRow) mail = NULL;
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(Held) held = NULL;

	if (strcmp(event->way, "desk") == 0 || !mails_get(replay->old, event->mail, &mail, error))
		return strcmp(event->way, "desk") == 0;
	if (mail == NULL || !replay_receipt_of(replay, mail->receipt, &receipt, error))
		return mail == NULL;
	if (receipt == NULL || strcmp(receipt->state, "held") != 0)
		return true;
	if (!held_of_receipt(replay->old, receipt->id, &held, error))
		return false;
	if (held == NULL || strcmp(held->state, "added") != 0)
		return true; /* then it was not held, or is so still: a difference, or none */
	return replay_let_in(replay, event, receipt->id, error);
}

static bool follow(Replay *replay, const ReplayEvent *event, GError **error)
{
	if (!take_mails_before(replay, event, error))
		return false;
	if (event->mail == 0)
		return replay_action(replay, event, error);
	return follow_mail(replay, event, error);
}

/* Copies of mails that were settled without being kept. */
static bool take_unkept(Replay *replay, GError **error)
{
	gint64 id = 0;

	while (true) {
		g_autoptr(GPtrArray) found = NULL;
		g_autofree char *number = NULL;
		const Receipt *receipt;

		if (!replay_unkept(replay->old, id, &id, error))
			return false;
		if (id == 0)
			return true;
		number = g_strdup_printf("%" G_GINT64_FORMAT, id);
		if (!receipts_find(replay->old, number, &found, error))
			return false;
		receipt = found->pdata[0];
		if (strcmp(receipt->state, "received") == 0) { /* nobody has dealt with it yet */
			if (!replay_receipt(replay->old, replay->desk.store, id, error))
				return false;
			continue;
		}
		if (!deal(replay, id, receipt->received, error))
			return false;
	}
}

bool replay_run(Replay *replay, GError **error)
{
	gint64 behind = 0;

	if (!replay_people(replay->old, replay->desk.store, error) ||
	    !replay_first_events(replay->old, replay->first, error))
		return false;
	while (true) {
		g_autoptr(GPtrArray) events = NULL;

		if (!replay_events(replay->old, behind, PAGE, &events, error))
			return false;
		for (guint i = 0; i < events->len; i++)
			if (!follow(replay, events->pdata[i], error))
				return false;
		if (events->len == 0)
			break;
		behind = ((const ReplayEvent *)events->pdata[events->len - 1])->id;
	}
	return take_mails_before(replay, NULL, error) && take_unkept(replay, error) &&
	       replay_let_be(replay, error);
}
