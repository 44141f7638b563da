/* notices.c - who is told of what: one table, and how its words become addresses.
 *
 * A team is its address where it has one, else its members one by one; a team
 * that nobody configured, or that has nobody, is the admins.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "store/absences.h"
#include "store/cases.h"
#include "store/cases_inside.h"
#include "store/outbox.h"

typedef enum {
	TO_REQUESTER,
	TO_TEAM,
	TO_HOLDER /* whoever has it */,
	TO_APPROVER,
	TO_ASKED /* who was asked for approval, and nobody else */
} Recipient;

static const struct {
	Happening happening;
	const char *kind;
	Recipient to;
} owed[] = {
	{ HAPPENED_OPENED, "acknowledgement", TO_REQUESTER },
	{ HAPPENED_OPENED, "new-case", TO_TEAM },
	{ HAPPENED_OPENED_INCOMPLETE, "acknowledgement", TO_REQUESTER },
	{ HAPPENED_OPENED_APPROVAL, "acknowledgement", TO_REQUESTER },
	{ HAPPENED_OPENED_APPROVAL, "approval", TO_APPROVER },
	{ HAPPENED_REDIRECTED, "redirected", TO_REQUESTER },
	{ HAPPENED_COMPLETED, "completed", TO_REQUESTER },
	{ HAPPENED_COMPLETED, "new-case", TO_TEAM },
	{ HAPPENED_COMPLETED_APPROVAL, "completed", TO_REQUESTER },
	{ HAPPENED_COMPLETED_APPROVAL, "approval", TO_APPROVER },
	{ HAPPENED_STILL_INCOMPLETE, "incomplete", TO_REQUESTER },
	{ HAPPENED_WROTE, "wrote", TO_HOLDER },
	{ HAPPENED_WROTE_AGAIN, "new-case", TO_TEAM }, /* a redirected case is new to the team */
	{ HAPPENED_ANSWERED, "answered", TO_REQUESTER },
	{ HAPPENED_ASKED, "question", TO_REQUESTER },
	{ HAPPENED_CLOSED, "closed", TO_REQUESTER },
	{ HAPPENED_REFUSED, "refused", TO_REQUESTER },
	{ HAPPENED_REOPENED, "reopened", TO_REQUESTER },
	{ HAPPENED_WITHDRAWN, "withdrawn", TO_REQUESTER },
	{ HAPPENED_WITHDRAWN, "withdrawn-team", TO_HOLDER },
	{ HAPPENED_WITHDRAWN_APPROVAL, "withdrawn", TO_REQUESTER },
	{ HAPPENED_WITHDRAWN_APPROVAL, "withdrawn-team", TO_HOLDER },
	{ HAPPENED_WITHDRAWN_APPROVAL, "withdrawn-approver", TO_ASKED },
	{ HAPPENED_HANDED_ON, "new-case", TO_TEAM },
	{ HAPPENED_APPROVED, "decided", TO_REQUESTER },
	{ HAPPENED_APPROVED, "new-case", TO_TEAM },
	{ HAPPENED_DISAPPROVED, "decided", TO_REQUESTER },
	{ HAPPENED_APPROVED_LEVEL, "approval", TO_APPROVER },
	{ HAPPENED_MANAGER_CONFIRMED, "approval", TO_APPROVER },
	{ HAPPENED_MANAGER_NAMED, "approval", TO_APPROVER },
	{ HAPPENED_MANAGER_REFUSED, "manager-refused", TO_REQUESTER },
	{ HAPPENED_MERGED, "merged", TO_REQUESTER },
	{ HAPPENED_REMIND_REQUESTER, "reminder", TO_REQUESTER },
	{ HAPPENED_REMIND_APPROVER, "approval-reminder", TO_APPROVER },
	{ HAPPENED_REMIND_TEAM, "late", TO_HOLDER },
};

/* What those who follow a case are told of, unless they did it, or were told already. */
static const Happening followed[] = {
	HAPPENED_COMPLETED,
	HAPPENED_WROTE,
	HAPPENED_ANSWERED,
	HAPPENED_ASKED,
	HAPPENED_CLOSED,
	HAPPENED_REFUSED,
	HAPPENED_REOPENED,
	HAPPENED_WITHDRAWN,
	HAPPENED_HANDED_ON,
	HAPPENED_APPROVED,
	HAPPENED_DISAPPROVED,
	HAPPENED_MERGED,
	HAPPENED_WITHDRAWN_APPROVAL,
};

typedef struct Owing {
	Store *store;
	const Case *c;   /* or NULL */
	NoticePut put;   /* all but kind, to, holder, language */
	GPtrArray *told; /* char *: addresses */
	bool skips_requester;
	const char *const *bouncing; /* where nothing is sent, or NULL */
	GError **error;
} Owing;

static bool is_bouncing(const Owing *owing, const char *to)
{
	for (guint i = 0; owing->bouncing != NULL && owing->bouncing[i] != NULL; i++)
		if (g_ascii_strcasecmp(owing->bouncing[i], to) == 0)
			return true;
	return false;
}

static bool put(Owing *owing, const char *to, const char *holder, Language language)
{
	if (to == NULL || to[0] == '\0' || is_bouncing(owing, to))
		return true;
	if (owing->told != NULL)
		g_ptr_array_add(owing->told, g_strdup(to));
	owing->put.to = to;
	owing->put.holder = holder;
	owing->put.language = language;
	return outbox_put(owing->store, &owing->put, owing->error);
}

static bool put_person(Owing *owing, const Person *person)
{
	g_autofree char *holder = g_strconcat("p:", person->number, NULL);

	return person->left || person->addresses[0] == NULL ||
	       put(owing, person->addresses[0], holder, person->language);
}

static bool put_people(Owing *owing, const GPtrArray *people)
{
	for (guint i = 0; i < people->len; i++)
		if (!put_person(owing, people->pdata[i]))
			return false;
	return true;
}

static bool put_admins(Owing *owing)
{
	g_autoptr(GPtrArray) admins = NULL;

	return people_with_role(owing->store, PERSON_ADMIN, &admins, owing->error) &&
	       put_people(owing, admins);
}

/* The address of a team: NULL when nobody configured it, "" when it has none. */
static bool team_address(Owing *owing, const char *team, char **ret_address)
{
	g_autoptr(Statement) select =
		statement(owing->store, "SELECT address FROM teams WHERE id = :team");
	Step step;

	bind_text(select, ":team", team);
	step = statement_step(select, owing->error);
	if (step == STEP_ROW)
		*ret_address = column_given(select, 0);
	return step != STEP_ERROR;
}

static bool put_team(Owing *owing)
{
	const char *team = owing->c != NULL ? owing->c->team : "";
	g_autofree char *address = NULL;
	g_autofree char *holder = g_strconcat("t:", team, NULL);
	g_autoptr(GPtrArray) members = NULL;

	if (!team_address(owing, team, &address))
		return false;
	if (address == NULL)
		return put_admins(owing);
	if (address[0] != '\0')
		return put(owing, address, holder, LANGUAGE_NONE);
	if (!people_in_team(owing->store, team, &members, owing->error))
		return false;
	return members->len > 0 ? put_people(owing, members) : put_admins(owing);
}

static bool put_by_id(Owing *owing, gint64 id, bool *ret_put)
{
	g_autoptr(Person) person = NULL;

	*ret_put = false;
	if (id == 0)
		return true;
	if (!people_find_id(owing->store, id, &person, owing->error))
		return false;
	if (person == NULL || person->left || person->addresses[0] == NULL)
		return true;
	*ret_put = true;
	return put_person(owing, person);
}

static bool put_requester(Owing *owing)
{
	const Case *c = owing->c;
	if (owing->skips_requester)
		return true;
	g_autofree char *holder = c->requester.person != 0
					  ? g_strconcat("p:", c->requester.number, NULL)
					  : g_strconcat("a:", c->requester.address, NULL);

	return put(owing, c->requester.address, holder, c->language);
}

/* Whoever has it; while they are away who stands in, if that is one of the team, else the team. */
static bool put_holder(Owing *owing)
{
	static const gint64 nobody[] = { 0 };
	const Case *c = owing->c;
	g_autoptr(Person) stands_in = NULL;
	bool away, done;

	if (c->assignee.person == 0)
		return put_team(owing);
	if (!absence_is_away(owing->store, c->assignee.person, owing->put.now, &away, owing->error))
		return false;
	if (!away)
		return put_by_id(owing, c->assignee.person, &done) && (done || put_team(owing));
	if (!absence_stand_in(owing->store, c->assignee.person, nobody, owing->put.now, &stands_in,
			      owing->error))
		return false;
	return stands_in != NULL && (stands_in->roles & PERSON_DOSSIER_MANAGER) != 0 &&
			       person_in_team(stands_in, c->team)
		       ? put_person(owing, stands_in)
		       : put_team(owing);
}

/* Who is asked while the approver is away may decide from then on. */
static bool find_deputy(Owing *owing, Person **ret_deputy)
{
	const Case *c = owing->c;
	const gint64 never[] = { c->requester.person != 0 ? c->requester.person
							  : c->employee.person,
				 c->employee.person, 0 };
	g_autoptr(Statement) update = NULL;

	if (c->approver.person == 0)
		return true;
	if (!absence_stand_in(owing->store, c->approver.person, never, owing->put.now, ret_deputy,
			      owing->error))
		return false;
	if (*ret_deputy == NULL || (*ret_deputy)->id == c->deputy.person)
		return true;
	update = statement(owing->store, "UPDATE cases SET deputy = :deputy WHERE id = :id");
	bind_number(update, ":deputy", (*ret_deputy)->id);
	bind_number(update, ":id", c->id);
	return statement_run(update, owing->error);
}

/* HR is asked who approves; where there is no HR, the team. */
static bool put_confirmers(Owing *owing)
{
	g_autofree char *read = NULL;
	g_autoptr(GPtrArray) people = NULL;
	const char *why = "";
	json_t *data;
	char *text;
	bool done;

	if (!case_manager_said(owing->store, owing->c, &read, &why, owing->error) ||
	    !case_confirmers(owing->store, owing->c, &people, owing->error))
		return false;
	data = json_pack("{s:b, s:s, s:s, s:b}", "no-approver", 1, "read", read, "manager", why,
			 "reminder", strcmp(owing->put.kind, "approval-reminder") == 0);
	text = json_dumps(data, JSON_COMPACT);
	owing->put.kind = "confirm-manager";
	owing->put.data = text;
	done = people->len > 0 ? put_people(owing, people) : put_team(owing);
	owing->put.data = NULL;
	free(text);
	json_decref(data);
	return done;
}

/* Nobody can say yes: the team must know of the case. */
static bool put_approver(Owing *owing)
{
	g_autoptr(Person) deputy = NULL;
	bool done;

	if (owing->c->approver.person == 0)
		return put_confirmers(owing);
	if (!find_deputy(owing, &deputy))
		return false;
	if (deputy != NULL)
		return put_person(owing, deputy);
	if (!put_by_id(owing, owing->c->approver.person, &done))
		return false;
	if (done)
		return true;
	owing->put.kind = "new-case";
	owing->put.data = "{\"no-approver\": true}";
	return put_team(owing);
}

static bool put_asked(Owing *owing)
{
	const Case *c = owing->c;
	g_autoptr(GPtrArray) people = NULL;
	bool done;

	if (c->approver.person == 0) { /* HR was asked who it is */
		owing->put.data = "{\"no-approver\": true}";
		done = case_confirmers(owing->store, c, &people, owing->error) &&
		       put_people(owing, people);
		owing->put.data = NULL;
		return done;
	}
	return put_by_id(owing, c->approver.person, &done) &&
	       (c->deputy.person == c->approver.person ||
		put_by_id(owing, c->deputy.person, &done));
}

static bool (*const put_to[])(Owing *owing) = {
	[TO_REQUESTER] = put_requester, [TO_TEAM] = put_team,   [TO_HOLDER] = put_holder,
	[TO_APPROVER] = put_approver,   [TO_ASKED] = put_asked,
};

/* Whether a person who follows the case may still see it. */
static bool may_follow(const Person *person, const Case *c)
{
	return (person->roles & PERSON_ADMIN) != 0 || c->assignee.person == person->id ||
	       ((person->roles & PERSON_DOSSIER_MANAGER) != 0 && person_in_team(person, c->team));
}

static bool watchers_of(Owing *owing, GArray *ids)
{
	g_autoptr(Statement) select =
		statement(owing->store, "SELECT person FROM watchers WHERE case_id = :case"
					" ORDER BY person");
	Step step;

	bind_number(select, ":case", owing->c->id);
	while ((step = statement_step(select, owing->error)) == STEP_ROW) {
		gint64 id = column_number(select, 0);

		g_array_append_val(ids, id);
	}
	return step != STEP_ERROR;
}

static bool put_watchers(Owing *owing, const CaseBy *by)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));

	if (!watchers_of(owing, ids))
		return false;
	owing->put.kind = "followed";
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Person) person = NULL;

		if (g_array_index(ids, gint64, i) == by->person)
			continue;
		if (!people_find_id(owing->store, g_array_index(ids, gint64, i), &person,
				    owing->error))
			return false;
		if (person == NULL || person->addresses[0] == NULL ||
		    !may_follow(person, owing->c) ||
		    g_ptr_array_find_with_equal_func(owing->told, person->addresses[0], g_str_equal,
						     NULL))
			continue;
		if (!put_person(owing, person))
			return false;
	}
	return true;
}

static bool is_followed(Happening what)
{
	for (gsize i = 0; i < G_N_ELEMENTS(followed); i++)
		if (followed[i] == what)
			return true;
	return false;
}

/* A mail, or the desk by itself, and no person who works at the desk. */
static bool is_automatic(Store *store, const CaseBy *by, bool *ret_automatic, GError **error)
{
	g_autoptr(Statement) select = NULL;
	gint64 roles = 0;

	if (by->person != 0 && (by->way == WAY_MAIL || by->way == WAY_DESK)) {
		select = statement(store, "SELECT roles FROM people WHERE id = :id");
		bind_number(select, ":id", by->person);
		if (!statement_number(select, &roles, error))
			return false;
	}
	*ret_automatic = (by->way == WAY_MAIL || by->way == WAY_DESK) &&
			 (roles & (PERSON_DOSSIER_MANAGER | PERSON_ADMIN)) == 0;
	return true;
}

static bool owing_begin(Owing *owing, gint64 event, const char *data, const CaseBy *by)
{
	bool automatic;

	if (!is_automatic(owing->store, by, &automatic, owing->error))
		return false;
	owing->put = (NoticePut){ .case_id = owing->c != NULL ? owing->c->id : 0,
				  .event = event,
				  .cause = by->mail,
				  .data = data,
				  .automatic = automatic,
				  .now = by->now };
	return true;
}

bool notices_owe(Store *store, const Case *c, Happening what, gint64 event, const char *data,
		 const CaseBy *by, GError **error)
{
	g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);
	Owing owing = { .store = store,
			.c = c,
			.told = told,
			.skips_requester = by->tells_requester_later,
			.error = error };

	if (what == HAPPENED_NOTHING)
		return true;
	if (!owing_begin(&owing, event, data, by))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(owed); i++) {
		if (owed[i].happening != what)
			continue;
		owing.put.kind = owed[i].kind;
		if (strcmp(owed[i].kind, "held") == 0)
			owing.put.automatic = false; /* one mail a held mail, however many */
		if (!put_to[owed[i].to](&owing))
			return false;
	}
	return !is_followed(what) || put_watchers(&owing, by);
}

bool notices_to_team(Store *store, const Case *c, const char *kind, gint64 event, const char *data,
		     const CaseBy *by, GError **error)
{
	Owing owing = { .store = store, .c = c, .error = error };

	if (!owing_begin(&owing, event, data, by))
		return false;
	owing.put.kind = kind;
	return c != NULL ? put_team(&owing) : put_admins(&owing);
}

bool notices_bounced(Store *store, const Case *c, gint64 event, const char *data,
		     const char *const *bouncing, const CaseBy *by, GError **error)
{
	g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);
	Owing owing = {
		.store = store, .c = c, .told = told, .bouncing = bouncing, .error = error
	};

	if (!owing_begin(&owing, event, data, by))
		return false;
	owing.put.kind = "bounced";
	return put_team(&owing) && (told->len > 0 || put_admins(&owing));
}

bool notices_to_address(Store *store, const Case *c, const char *kind, const char *address,
			gint64 event, const CaseBy *by, GError **error)
{
	Owing owing = { .store = store, .c = c, .error = error };
	g_autofree char *holder = g_strconcat("t:", c->team, NULL);

	if (!owing_begin(&owing, event, NULL, by))
		return false;
	owing.put.kind = kind;
	return put(&owing, address, holder, LANGUAGE_NONE);
}
