/* replay_actions.c - the verbs that no mail caused, once more, by what their events say. */
#include "desk/replay.h"

#include <string.h>

#include "common/error.h"
#include "common/text.h"

typedef bool (*Again)(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error);

static bool again_answer(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	bool closes;

	return replay_closes(replay->old, event, &closes, error) &&
	       case_answer(replay->desk.store, event->case_id, event->text, NULL, closes, by,
			   error);
}

static bool again_ask(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_ask(replay->desk.store, event->case_id, event->text, NULL, by, error);
}

static bool again_note(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_note(replay->desk.store, event->case_id, event->text, NULL, by, error);
}

static bool again_take(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_take(replay->desk.store, event->case_id, by, error);
}

static bool again_hand_on(Replay *replay, const ReplayEvent *event, const CaseBy *by,
			  GError **error)
{
	g_autofree char *team = NULL;

	if (!replay_team(replay->old, event, &team, error))
		return false;
	if (team != NULL)
		return case_hand_on(replay->desk.store, event->case_id, team, event->text, by,
				    error);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "to which team it went is not recorded");
	return false;
}

static bool again_close(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_close(replay->desk.store, event->case_id, event->text, by, error);
}

static bool again_reopen(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_reopen(replay->desk.store, event->case_id, event->text, by, error);
}

static bool again_refuse(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_refuse(replay->desk.store, event->case_id, event->text, by, error);
}

static bool again_withdraw(Replay *replay, const ReplayEvent *event, const CaseBy *by,
			   GError **error)
{
	return case_withdraw(replay->desk.store, event->case_id, event->text, by, error);
}

static bool again_approve(Replay *replay, const ReplayEvent *event, const CaseBy *by,
			  GError **error)
{
	return case_approve(replay->desk.store, event->case_id,
			    strcmp(event->what, "disapproved") != 0, event->text, by, error);
}

/* The day stands in the event; its end depends on the desk's time zone. */
static bool again_due(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_set_due(replay->desk.store, event->case_id,
			    text_day_end(event->text, replay->desk.settings->time_zone),
			    event->text, by, error);
}

static bool again_merge(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	g_autoptr(Case) into = NULL;

	return case_find(replay->desk.store, event->text, &into, error) && into != NULL &&
	       case_merge(replay->desk.store, event->case_id, into->id, by, error);
}

static bool again_watch(Replay *replay, const ReplayEvent *event, const CaseBy *by, GError **error)
{
	return case_watch(replay->desk.store, event->case_id, strcmp(event->what, "followed") == 0,
			  by, error);
}

/* The notifier noted "recipient: why". */
static bool again_bounced(Replay *replay, const ReplayEvent *event, const CaseBy *by,
			  GError **error)
{
	const char *colon = strstr(event->text, ": ");
	g_autofree char *recipient = NULL;

	if (colon == NULL)
		return true;
	recipient = g_strndup(event->text, (gsize)(colon - event->text));
	return case_bounced(replay->desk.store, event->case_id, recipient, colon + 2, 0, by, error);
}

static const struct {
	const char *what;
	Again run;
} again[] = {
	{ "answered", again_answer },
	{ "asked", again_ask },
	{ "noted", again_note },
	{ "taken", again_take },
	{ "handed-on", again_hand_on },
	{ "closed", again_close },
	{ "reopened", again_reopen },
	{ "refused", again_refuse },
	{ "withdrawn", again_withdraw },
	{ "approved", again_approve },
	{ "approved-level", again_approve },
	{ "disapproved", again_approve },
	{ "bounced", again_bounced },
	{ "due", again_due },
	{ "merged", again_merge },
	{ "followed", again_watch },
	{ "unfollowed", again_watch },
};

/* What a verb notes beside itself comes again by itself. */
static const char *const by_themselves[] = { "dropped",     "held",    "held-dropped",
					     "merged-from", "warning", "decided-for",
					     NULL };

static CaseWay way_of(const char *name)
{
	if (strcmp(name, "page") == 0)
		return WAY_PAGE;
	return strcmp(name, "desk") == 0 ? WAY_DESK : WAY_COMMAND;
}

static bool is_of_the_database(const GError *error)
{
	return !g_error_matches(error, DESK_ERROR, DESK_ERROR_DATA);
}

static bool do_again(Replay *replay, const ReplayEvent *event, Again run, GError **error)
{
	g_autoptr(Person) person = NULL;
	g_autoptr(GError) why = NULL;
	CaseBy by = { .who = event->who, .way = way_of(event->way), .now = event->at };

	if (!people_find_number(replay->desk.store, event->who, &person, error))
		return false;
	by.person = person != NULL ? person->id : 0;
	if (run(replay, event, &by, &why)) {
		replay->done_actions++;
		return true;
	}
	if (is_of_the_database(why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	replay_leave(replay, event, why->message);
	return true;
}

bool replay_action(Replay *replay, const ReplayEvent *event, GError **error)
{
	if (g_strv_contains(by_themselves, event->what))
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(again); i++)
		if (strcmp(again[i].what, event->what) == 0)
			return do_again(replay, event, again[i].run, error);
	replay_leave(replay, event, "what was done then cannot be told from its event");
	return true;
}
