/* cases_moves.c - the moves of a case, and the one door that they go through.
 *
 * The picture stands in cases.h.  What is not in the list does not happen.
 */
#include "store/cases.h"

#include "common/error.h"
#include "store/cases_inside.h"

#define MANY(state) (1u << (state))
#define TEAM_HAS_IT (MANY(CASE_OPEN) | MANY(CASE_ASSIGNED) | MANY(CASE_WAITING))
#define BEFORE_TEAM (MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL))
#define EVERY_STATE (MANY(CASE_STATES) - 1)
#define AS_IT_IS CASE_STATES

/* ASSIGNED means open where nobody has taken the case. */
static const struct {
	Verb verb;
	guint from;
	CaseState to;
} moves[] = {
	{ VERB_ADD, BEFORE_TEAM | MANY(CASE_OPEN) | MANY(CASE_ASSIGNED), AS_IT_IS },
	{ VERB_ADD, MANY(CASE_WAITING) | MANY(CASE_ANSWERED), CASE_ASSIGNED },
	{ VERB_ADD, MANY(CASE_CLOSED) | MANY(CASE_REDIRECTED), CASE_ASSIGNED },
	{ VERB_COMPLETE, MANY(CASE_INCOMPLETE), CASE_OPEN },
	{ VERB_COMPLETE_APPROVAL, MANY(CASE_INCOMPLETE), CASE_AWAITING_APPROVAL },
	{ VERB_TAKE, MANY(CASE_OPEN) | MANY(CASE_ASSIGNED), CASE_ASSIGNED },
	{ VERB_TAKE, MANY(CASE_WAITING) | MANY(CASE_ANSWERED), AS_IT_IS },
	{ VERB_ANSWER, MANY(CASE_INCOMPLETE) | TEAM_HAS_IT | MANY(CASE_ANSWERED), CASE_ANSWERED },
	{ VERB_ANSWER, MANY(CASE_CLOSED), AS_IT_IS }, /* one more word to it */
	{ VERB_ANSWER_CLOSE, MANY(CASE_INCOMPLETE) | TEAM_HAS_IT, CASE_CLOSED },
	{ VERB_ANSWER_CLOSE, MANY(CASE_ANSWERED) | MANY(CASE_CLOSED), CASE_CLOSED },
	{ VERB_ASK, MANY(CASE_INCOMPLETE) | TEAM_HAS_IT | MANY(CASE_ANSWERED), CASE_WAITING },
	{ VERB_NOTE, EVERY_STATE, AS_IT_IS },
	{ VERB_HAND_ON, TEAM_HAS_IT | MANY(CASE_ANSWERED), CASE_OPEN },
	{ VERB_REFORM, BEFORE_TEAM | TEAM_HAS_IT | MANY(CASE_ANSWERED), AS_IT_IS },
	{ VERB_CLOSE, BEFORE_TEAM | TEAM_HAS_IT | MANY(CASE_ANSWERED), CASE_CLOSED },
	{ VERB_REOPEN, MANY(CASE_ANSWERED) | MANY(CASE_CLOSED) | MANY(CASE_REDIRECTED),
	  CASE_ASSIGNED },
	{ VERB_REOPEN, MANY(CASE_REFUSED) | MANY(CASE_WITHDRAWN), CASE_ASSIGNED },
	{ VERB_REFUSE, BEFORE_TEAM | TEAM_HAS_IT, CASE_REFUSED },
	{ VERB_WITHDRAW, BEFORE_TEAM | TEAM_HAS_IT, CASE_WITHDRAWN },
	{ VERB_APPROVE, MANY(CASE_AWAITING_APPROVAL), CASE_OPEN },
	{ VERB_DISAPPROVE, MANY(CASE_AWAITING_APPROVAL), CASE_REFUSED },
	{ VERB_DUE, BEFORE_TEAM | TEAM_HAS_IT, AS_IT_IS },
	{ VERB_MERGE, BEFORE_TEAM | TEAM_HAS_IT | MANY(CASE_ANSWERED), CASE_CLOSED },
};

/* "PC-2026-000123 is closed: it cannot be ..." */
static const char *const passive[VERBS] = {
	[VERB_ADD] = "added to",
	[VERB_COMPLETE] = "completed",
	[VERB_COMPLETE_APPROVAL] = "completed",
	[VERB_TAKE] = "taken",
	[VERB_ANSWER] = "answered",
	[VERB_ANSWER_CLOSE] = "answered",
	[VERB_ASK] = "asked about",
	[VERB_NOTE] = "noted on",
	[VERB_HAND_ON] = "handed on",
	[VERB_REFORM] = "given another form",
	[VERB_CLOSE] = "closed",
	[VERB_REOPEN] = "reopened",
	[VERB_REFUSE] = "refused",
	[VERB_WITHDRAW] = "withdrawn",
	[VERB_APPROVE] = "approved",
	[VERB_DISAPPROVE] = "disapproved",
	[VERB_DUE] = "given a day",
	[VERB_MERGE] = "merged",
};

bool case_move_of(Verb verb, CaseState from, CaseState *ret_to)
{
	for (gsize i = 0; i < G_N_ELEMENTS(moves); i++)
		if (moves[i].verb == verb && (moves[i].from & MANY(from)) != 0) {
			*ret_to = moves[i].to == AS_IT_IS ? from : moves[i].to;
			return true;
		}
	return false;
}

static bool is_over(CaseState state)
{
	return state >= CASE_ANSWERED;
}

static bool write_state(Store *store, const Case *c, GError **error)
{
	static const char sql[] =
		"UPDATE cases SET state = :state, changed = :changed, closed = :closed"
		" WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":state", case_state_name(c->state));
	bind_number(update, ":changed", c->changed);
	bind_number(update, ":closed", c->closed);
	bind_number(update, ":id", c->id);
	return statement_run(update, error);
}

bool case_move(Store *store, Case *c, Verb verb, gint64 now, GError **error)
{
	CaseState to;

	if (c->merged != 0 && verb != VERB_NOTE) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s goes on in case %" G_GINT64_FORMAT ": it cannot be %s", c->number,
			    c->merged, passive[verb]);
		return false;
	}
	if (!case_move_of(verb, c->state, &to)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s is %s: it cannot be %s",
			    c->number, case_state_name(c->state), passive[verb]);
		return false;
	}
	if (to == CASE_ASSIGNED && c->assignee.person == 0)
		to = CASE_OPEN;
	if (!is_over(to))
		c->closed = 0;
	else if (to != c->state)
		c->closed = now;
	c->state = to;
	c->changed = now;
	return write_state(store, c, error);
}
