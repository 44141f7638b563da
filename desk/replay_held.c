/* replay_held.c - held mails: somebody let them in, added them to a case, or let them be. */
#include "desk/replay.h"

#include <string.h>

#include "common/error.h"
#include "gateway/act.h"
#include "gateway/read.h"

static bool let_in(Replay *replay, const ReplayEvent *event, gint64 id, GError **error)
{
	g_autoptr(Receipt) receipt = NULL;

	if (!replay_receipt_of(replay, id, &receipt, error))
		return false;
	return strcmp(event->way, "mail") == 0
		       ? act_accepted(&replay->desk, receipt, event->at, error)
		       : act_by_hand(&replay->desk, receipt, event->case_id, event->at, error);
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

static bool drop_again(Replay *replay, const ReplayDrop *drop, GError **error)
{
	g_autoptr(Held) held = NULL;

	if (!held_of_receipt(replay->desk.store, drop->receipt, &held, error))
		return false;
	return held == NULL || strcmp(held->state, "held") != 0 ||
	       held_settle(replay->desk.store, held->id, "dropped", drop->why, drop->who, drop->at,
			   error);
}

bool replay_let_be(Replay *replay, GError **error)
{
	g_autoptr(GPtrArray) drops = NULL;

	if (!replay_drops(replay->old, &drops, error))
		return false;
	for (guint i = 0; i < drops->len; i++) {
		const ReplayDrop *drop = drops->pdata[i];

		if (!drop_again(replay, drop, error))
			return false;
	}
	return true;
}
