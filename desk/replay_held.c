/* replay_held.c - held mails: somebody let them in, added them to a case, or let them be. */
#include "desk/replay.h"

#include <string.h>

#include "common/error.h"
#include "gateway/act.h"
#include "gateway/read.h"

static bool held_of(Replay *replay, gint64 receipt, gint64 *ret_held, GError **error)
{
	g_autoptr(GPtrArray) all = NULL;

	*ret_held = 0;
	if (!held_list(replay->desk.store, &all, error))
		return false;
	for (guint i = 0; i < all->len; i++)
		if (((const Held *)all->pdata[i])->receipt == receipt)
			*ret_held = ((const Held *)all->pdata[i])->id;
	return true;
}

static bool settle_held(Replay *replay, gint64 receipt, const char *state, const char *why,
			const char *who, gint64 at, GError **error)
{
	gint64 held;

	return held_of(replay, receipt, &held, error) &&
	       (held == 0 || held_settle(replay->desk.store, held, state, why, who, at, error));
}

/* As if its sender were verified. */
static bool decide_again(Replay *replay, const ReplayEvent *event, const Receipt *receipt,
			 GError **error)
{
	ReadOptions options = { replay->desk.settings->trust_authserv,
				replay->desk.settings->address,
				replay->desk.settings->sub_address };
	Desk desk = replay->desk;
	g_autoptr(Mail) mail = NULL;
	g_autoptr(Decision) decision = NULL;
	int fd = raw_open(desk.store, &receipt->raw, error);

	if (fd < 0)
		return false;
	desk.accepted = true;
	mail = mail_read(fd, receipt->raw.offset, receipt->raw.length, &options);
	return decide(&desk, mail, &decision, error) &&
	       act(&desk, mail, decision, receipt, event->at, error) &&
	       settle_held(replay, receipt->id, "added", "", "console", event->at, error);
}

static bool documents_of(Store *store, gint64 mail, GPtrArray *documents, GError **error)
{
	g_autoptr(GPtrArray) parts = NULL;

	if (!parts_of_mail(store, mail, &parts, error))
		return false;
	for (guint i = 0; i < parts->len; i++) {
		const PartRow *part = parts->pdata[i];

		if (!part->is_inline)
			g_ptr_array_add(documents, case_document_new(part->id, mail, ""));
	}
	return true;
}

/* To the case that the event is of. */
static bool add_again(Replay *replay, const ReplayEvent *event, const Receipt *receipt,
		      GError **error)
{
	Store *store = replay->desk.store;
	g_autoptr(Person) person = NULL;
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	CaseAdd add = { .text = event->text, .documents = documents };
	CaseBy by = {
		.who = event->who, .way = WAY_COMMAND, .mail = receipt->mail_id, .now = event->at
	};
	bool is_note = strcmp(event->what, "noted") == 0;

	if (!people_find_number(store, event->who, &person, error) ||
	    !documents_of(store, receipt->mail_id, documents, error))
		return false;
	by.person = person != NULL ? person->id : 0;
	return mails_set_case(store, receipt->mail_id, event->case_id, !is_note, error) &&
	       (is_note ? case_note(store, event->case_id, event->text, documents, &by, error)
			: case_add(store, event->case_id, &add, &by, error)) &&
	       settle_held(replay, receipt->id, "added", "", "console", event->at, error) &&
	       receipts_settle(store, receipt->id, "done", "reply", "added by hand", event->case_id,
			       receipt->mail_id, error);
}

static bool let_in(Replay *replay, const ReplayEvent *event, gint64 id, GError **error)
{
	g_autoptr(Receipt) receipt = NULL;

	if (!replay_receipt_of(replay, id, &receipt, error))
		return false;
	return strcmp(event->way, "mail") == 0 ? decide_again(replay, event, receipt, error)
					       : add_again(replay, event, receipt, error);
}

bool replay_let_in(Replay *replay, const ReplayEvent *event, gint64 receipt, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (!store_begin(replay->desk.store, error))
		return false;
	if (let_in(replay, event, receipt, &why) && store_commit(replay->desk.store, &why)) {
		replay->done_actions++;
		return true;
	}
	store_rollback(replay->desk.store);
	if (g_error_matches(why, DESK_ERROR, DESK_ERROR_DATA)) {
		replay_leave(replay, event, why->message);
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

bool replay_let_be(Replay *replay, GError **error)
{
	g_autoptr(GPtrArray) drops = NULL;

	if (!replay_drops(replay->old, &drops, error))
		return false;
	for (guint i = 0; i < drops->len; i++) {
		const ReplayDrop *drop = drops->pdata[i];

		if (!settle_held(replay, drop->receipt, "dropped", drop->why, drop->who, drop->at,
				 error))
			return false;
	}
	return true;
}
