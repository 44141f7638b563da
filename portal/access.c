/* access.c - who may do what with a case, as a table. */
#include "portal/access.h"

#include <string.h>

#define MANY(state) (1u << (state))
#define EVERY_STATE (MANY(CASE_STATES) - 1)
#define BEFORE_TEAM (MANY(CASE_INCOMPLETE) | MANY(CASE_AWAITING_APPROVAL))
#define TEAM_HAS_IT (MANY(CASE_OPEN) | MANY(CASE_ASSIGNED) | MANY(CASE_WAITING))
#define WITH_DESK (MANY(CASE_INCOMPLETE) | TEAM_HAS_IT | MANY(CASE_ANSWERED))
#define IS_OVER (MANY(CASE_ANSWERED) | MANY(CASE_CLOSED) | MANY(CASE_REDIRECTED))

static const struct {
	CasePart part;
	PageAct act;
	guint states;
	bool within_reopen; /* only so long after the end of the case */
} rules[] = {
	{ PART_REQUESTER, ACT_VIEW, EVERY_STATE, false },
	{ PART_REQUESTER, ACT_FOLLOW, EVERY_STATE, false },
	{ PART_REQUESTER, ACT_WRITE, BEFORE_TEAM | TEAM_HAS_IT, false },
	{ PART_REQUESTER, ACT_WRITE, IS_OVER, true },
	{ PART_REQUESTER, ACT_WITHDRAW, BEFORE_TEAM | TEAM_HAS_IT, false },
	{ PART_REQUESTER, ACT_REOPEN, MANY(CASE_WITHDRAWN), true },
	{ PART_APPROVER, ACT_VIEW, EVERY_STATE, false },
	{ PART_APPROVER, ACT_APPROVE, MANY(CASE_AWAITING_APPROVAL), false },
	{ PART_TEAM, ACT_VIEW, EVERY_STATE, false },
	{ PART_TEAM, ACT_FOLLOW, EVERY_STATE, false },
	{ PART_TEAM, ACT_INSIDE, EVERY_STATE, false },
	{ PART_HANDLER, ACT_TAKE, TEAM_HAS_IT | MANY(CASE_ANSWERED), false },
	{ PART_HANDLER, ACT_ANSWER, WITH_DESK | MANY(CASE_CLOSED), false },
	{ PART_HANDLER, ACT_ANSWER_CLOSE, WITH_DESK | MANY(CASE_CLOSED), false },
	{ PART_HANDLER, ACT_ASK, WITH_DESK, false },
	{ PART_HANDLER, ACT_NOTE, EVERY_STATE, false },
	{ PART_HANDLER, ACT_HAND_ON, TEAM_HAS_IT | MANY(CASE_ANSWERED), false },
	{ PART_HANDLER, ACT_REFORM, BEFORE_TEAM | TEAM_HAS_IT | MANY(CASE_ANSWERED), false },
	{ PART_HANDLER, ACT_CLOSE, BEFORE_TEAM | TEAM_HAS_IT | MANY(CASE_ANSWERED), false },
	{ PART_HANDLER, ACT_BRING_BACK, IS_OVER | MANY(CASE_REFUSED) | MANY(CASE_WITHDRAWN),
	  false },
	{ PART_HANDLER, ACT_SET_DUE, BEFORE_TEAM | TEAM_HAS_IT, false },
	{ PART_HANDLER, ACT_MERGE, BEFORE_TEAM | TEAM_HAS_IT | MANY(CASE_ANSWERED), false },
};

static bool is_holder(const char *holder, char kind, const char *name)
{
	return holder != NULL && holder[0] == kind && holder[1] == ':' && *name != '\0' &&
	       strcmp(holder + 2, name) == 0;
}

static guint parts_of_person(const Person *person, const Case *c)
{
	guint parts = 0;

	if (c->requester.person == person->id)
		parts |= PART_REQUESTER;
	if (case_may_approve(c, person->id))
		parts |= PART_APPROVER;
	if ((person->roles & PERSON_DOSSIER_MANAGER) != 0 &&
	    (c->assignee.person == person->id || person_in_team(person, c->team)))
		parts |= PART_TEAM | PART_HANDLER;
	return parts;
}

bool access_handles(const Viewer *viewer)
{
	const Person *person = viewer->person;

	return person != NULL && person->id != 0 && !person->left &&
	       (person->roles & PERSON_DOSSIER_MANAGER) != 0;
}

guint access_parts(const Viewer *viewer, const Case *c)
{
	guint parts = 0;

	if (viewer == NULL || c == NULL)
		return 0;
	if (viewer->person != NULL)
		return viewer->person->left || viewer->person->id == 0
			       ? 0
			       : parts_of_person(viewer->person, c);
	if (viewer->case_id == 0 || viewer->case_id != c->id)
		return 0;
	if (c->requester.person == 0 && is_holder(viewer->holder, 'a', c->requester.address))
		parts |= PART_REQUESTER;
	if (is_holder(viewer->holder, 't', c->team))
		parts |= PART_TEAM;
	return parts;
}

bool access_may(const Viewer *viewer, const Case *c, PageAct act, gint64 now, gint64 reopen)
{
	guint parts = access_parts(viewer, c);
	bool is_late = c != NULL && c->closed != 0 && now - c->closed > reopen;

	for (gsize i = 0; parts != 0 && i < G_N_ELEMENTS(rules); i++)
		if ((rules[i].part & parts) != 0 && rules[i].act == act &&
		    (rules[i].states & MANY(c->state)) != 0 && !(rules[i].within_reopen && is_late))
			return true;
	return false;
}

bool access_may_use(const Viewer *viewer, bool is_affiliated, guint roles)
{
	const Person *person = viewer->person;
	guint asking = PERSON_EMPLOYEE | PERSON_MANAGER | PERSON_HR;

	return person != NULL && person->id != 0 && !person->left && is_affiliated &&
	       (person->roles & asking & roles) != 0;
}
