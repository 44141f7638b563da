/* cases_verbs.c - what dossier managers, approvers and requesters do with a case.
 *
 * Most verbs are one row: where they move the case, the event, who is told.
 */
#include "store/cases.h"

#include "common/error.h"
#include "store/cases_inside.h"

typedef struct Doing {
	Verb verb;
	const char *event;
	Happening happening;
	bool wants_text; /* nothing to tell without one */
	bool takes;      /* the dossier manager who does it has the case from then on */
	bool is_public;  /* the documents that come with it */
} Doing;

static const Doing doings[] = {
	{ VERB_ANSWER, "answered", HAPPENED_ANSWERED, true, true, true },
	{ VERB_ANSWER_CLOSE, "answered", HAPPENED_ANSWERED, true, true, true },
	{ VERB_ASK, "asked", HAPPENED_ASKED, true, true, true },
	{ VERB_NOTE, "noted", HAPPENED_NOTHING, true, false, false },
	{ VERB_CLOSE, "closed", HAPPENED_CLOSED, false, false, false },
	{ VERB_REOPEN, "reopened", HAPPENED_REOPENED, false, false, false },
	{ VERB_REFUSE, "refused", HAPPENED_REFUSED, false, false, false },
	{ VERB_WITHDRAW, "withdrawn", HAPPENED_WITHDRAWN, false, false, false },
	{ VERB_APPROVE, "approved", HAPPENED_APPROVED, false, false, false },
	{ VERB_DISAPPROVE, "disapproved", HAPPENED_DISAPPROVED, false, false, false },
};

static const Doing *doing_of(Verb verb)
{
	const Doing *doing = doings;

	while (doing->verb != verb)
		doing++;
	return doing;
}

static bool set_assignee(Store *store, Case *c, gint64 person, GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE cases SET assignee = :person WHERE id = :id");

	bind_id(update, ":person", person);
	bind_number(update, ":id", c->id);
	if (!statement_run(update, error))
		return false;
	c->assignee.person = person;
	return true;
}

/* Whoever answers a case that nobody has taken has taken it. */
static bool take_silently(Store *store, Case *c, const CaseBy *by, GError **error)
{
	g_autoptr(Person) person = NULL;

	if (c->assignee.person != 0 || by->person == 0)
		return true;
	if (!people_find_id(store, by->person, &person, error))
		return false;
	return person == NULL || (person->roles & PERSON_DOSSIER_MANAGER) == 0 ||
	       set_assignee(store, c, by->person, error);
}

/* What the requester does is no news to the requester; an answer that stands needs no second mail.
 */
static Happening told(const Doing *doing, const Case *c, CaseState before, const char *text,
		      const CaseBy *by)
{
	bool by_requester = by->person != 0 && by->person == c->requester.person;
	bool quiet = text == NULL || text[0] == '\0';

	if (doing->verb == VERB_REOPEN && by_requester)
		return HAPPENED_WROTE;
	if (doing->verb == VERB_CLOSE && before == CASE_ANSWERED && quiet)
		return HAPPENED_NOTHING;
	if (doing->verb == VERB_WITHDRAW && before == CASE_AWAITING_APPROVAL)
		return HAPPENED_WITHDRAWN_APPROVAL;
	return doing->happening;
}

static bool check_text(const Doing *doing, const Case *c, const char *text,
		       const GPtrArray *documents, GError **error)
{
	if (!doing->wants_text || (text != NULL && text[0] != '\0') ||
	    (documents != NULL && documents->len > 0))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s cannot be %s without a text", c->number,
		    doing->event);
	return false;
}

/* That somebody decided for the approver, who was away. */
static bool decided_for(Store *store, const Case *c, CaseState before, const CaseBy *by,
			GError **error)
{
	if (before != CASE_AWAITING_APPROVAL || by->person == 0 || by->person != c->deputy.person ||
	    by->person == c->approver.person)
		return true;
	return event_put(store, c->id, "decided-for", c->approver.number, by, NULL, error);
}

static bool do_it(Store *store, gint64 id, const Doing *doing, const char *text,
		  const GPtrArray *documents, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;
	CaseState before;
	gint64 event = 0;

	if (!case_load(store, id, &c, error) || !check_text(doing, c, text, documents, error))
		return false;
	before = c->state;
	return case_move(store, c, doing->verb, by->now, error) &&
	       (!doing->takes || take_silently(store, c, by, error)) &&
	       documents_put(store, c, documents, doing->is_public, error) &&
	       decided_for(store, c, before, by, error) &&
	       event_put(store, id, doing->event, text, by, &event, error) &&
	       notices_owe(store, c, told(doing, c, before, text, by), event, NULL, by, error);
}

static bool do_verb(Store *store, gint64 id, Verb verb, const char *text,
		    const GPtrArray *documents, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, do_it(store, id, doing_of(verb), text, documents, by, error), error);
}

bool case_answer(Store *store, gint64 id, const char *text, const GPtrArray *documents, bool close,
		 const CaseBy *by, GError **error)
{
	return do_verb(store, id, close ? VERB_ANSWER_CLOSE : VERB_ANSWER, text, documents, by,
		       error);
}

bool case_ask(Store *store, gint64 id, const char *text, const GPtrArray *documents,
	      const CaseBy *by, GError **error)
{
	return do_verb(store, id, VERB_ASK, text, documents, by, error);
}

bool case_note(Store *store, gint64 id, const char *text, const GPtrArray *documents,
	       const CaseBy *by, GError **error)
{
	return do_verb(store, id, VERB_NOTE, text, documents, by, error);
}

bool case_close(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error)
{
	return do_verb(store, id, VERB_CLOSE, text, NULL, by, error);
}

bool case_reopen(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error)
{
	return do_verb(store, id, VERB_REOPEN, text, NULL, by, error);
}

bool case_refuse(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error)
{
	return do_verb(store, id, VERB_REFUSE, text, NULL, by, error);
}

bool case_withdraw(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error)
{
	return do_verb(store, id, VERB_WITHDRAW, text, NULL, by, error);
}

/* ---- several levels of approval ---- */

/* Who stands above the approver, and can be asked: NULL when there is nobody. */
static bool next_approver(Store *store, const Case *c, Person **ret_next, GError **error)
{
	g_autoptr(Person) approver = NULL, next = NULL;

	if (c->levels <= 1 || c->approver.person == 0)
		return true;
	if (!people_find_id(store, c->approver.person, &approver, error) ||
	    (approver != NULL && !people_approver_of(store, approver, &next, error)))
		return false;
	if (next != NULL && next->id != c->approver.person && next->id != c->requester.person &&
	    next->id != c->employee.person)
		*ret_next = g_steal_pointer(&next);
	return true;
}

/* The case waits on, for one level less and the next approver. */
static bool pass_up(Store *store, gint64 id, const Person *next, const char *text, const CaseBy *by,
		    GError **error)
{
	static const char sql[] = "UPDATE cases SET approver = :next, deputy = NULL,"
				  " levels = levels - 1, changed = :now WHERE id = :id";
	g_autoptr(Case) before = NULL, c = NULL;
	g_autoptr(Statement) update = statement(store, sql);
	gint64 event = 0;

	bind_number(update, ":next", next->id);
	bind_number(update, ":now", by->now);
	bind_number(update, ":id", id);
	return case_load(store, id, &before, error) &&
	       decided_for(store, before, before->state, by, error) &&
	       event_put(store, id, "approved-level", text, by, &event, error) &&
	       statement_run(update, error) && case_load(store, id, &c, error) &&
	       notices_owe(store, c, HAPPENED_APPROVED_LEVEL, event, NULL, by, error);
}

static bool approve(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;
	g_autoptr(Person) next = NULL;

	if (!case_load(store, id, &c, error) ||
	    (c->state == CASE_AWAITING_APPROVAL && !next_approver(store, c, &next, error)))
		return false;
	return next != NULL ? pass_up(store, id, next, text, by, error)
			    : do_it(store, id, doing_of(VERB_APPROVE), text, NULL, by, error);
}

bool case_approve(Store *store, gint64 id, bool yes, const char *text, const CaseBy *by,
		  GError **error)
{
	if (yes)
		return verb_begin(store, error) &&
		       verb_end(store, approve(store, id, text, by, error), error);
	return do_verb(store, id, VERB_DISAPPROVE, text, NULL, by, error);
}

/* ---- verbs that change more than the state ---- */

static bool take_it(Store *store, gint64 id, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;

	if (by->person == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "only one of the people can take a case");
		return false;
	}
	return case_load(store, id, &c, error) && set_assignee(store, c, by->person, error) &&
	       case_move(store, c, VERB_TAKE, by->now, error) &&
	       event_put(store, id, "taken", "", by, NULL, error);
}

bool case_take(Store *store, gint64 id, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) && verb_end(store, take_it(store, id, by, error), error);
}

static bool set_text(Store *store, const char *sql, gint64 id, const char *value, char **kept,
		     GError **error)
{
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":value", value);
	bind_number(update, ":id", id);
	if (!statement_run(update, error))
		return false;
	g_free(*kept);
	*kept = g_strdup(value);
	return true;
}

static bool set_team(Store *store, Case *c, const char *team, GError **error)
{
	return set_text(store, "UPDATE cases SET team = :value WHERE id = :id", c->id, team,
			&c->team, error);
}

static bool set_form(Store *store, Case *c, const char *form, GError **error)
{
	return set_text(store, "UPDATE cases SET form = :value WHERE id = :id", c->id, form,
			&c->form, error);
}

static bool check_team(Store *store, const char *team, GError **error)
{
	g_autoptr(Statement) select = statement(store, "SELECT 1 FROM teams WHERE id = :team");
	gint64 found = 0;

	bind_text(select, ":team", team);
	if (!statement_number(select, &found, error))
		return false;
	if (found == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "there is no team \"%s\"", team);
	return found != 0;
}

static bool hand_on(Store *store, gint64 id, const char *team, const char *note, const CaseBy *by,
		    GError **error)
{
	g_autoptr(Case) c = NULL;
	g_autofree char *text = NULL;
	gint64 event = 0;

	if (!check_team(store, team, error) || !case_load(store, id, &c, error))
		return false;
	text = g_strdup(note != NULL ? note : "");
	return case_move(store, c, VERB_HAND_ON, by->now, error) &&
	       set_team(store, c, team, error) && set_assignee(store, c, 0, error) &&
	       event_put(store, id, "handed-on", text, by, &event, error) &&
	       notices_owe(store, c, HAPPENED_HANDED_ON, event, NULL, by, error);
}

bool case_hand_on(Store *store, gint64 id, const char *team, const char *note, const CaseBy *by,
		  GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, hand_on(store, id, team, note, by, error), error);
}

static bool reform(Store *store, gint64 id, const char *form, const char *team,
		   const GPtrArray *problems, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;
	g_autofree char *text = NULL;
	gint64 event = 0;
	bool moves;

	if (!case_load(store, id, &c, error))
		return false;
	text = g_strdup_printf("%s -> %s", c->form, form);
	moves = team != NULL && team[0] != '\0' && g_strcmp0(team, c->team) != 0;
	return case_move(store, c, VERB_REFORM, by->now, error) &&
	       set_form(store, c, form, error) && (!moves || set_team(store, c, team, error)) &&
	       (problems == NULL || problems_put(store, id, problems, error)) &&
	       event_put(store, id, "reformed", text, by, &event, error) &&
	       (!moves || c->state == CASE_INCOMPLETE || c->state == CASE_AWAITING_APPROVAL ||
		notices_owe(store, c, HAPPENED_HANDED_ON, event, NULL, by, error));
}

bool case_reform(Store *store, gint64 id, const char *form, const char *team,
		 const GPtrArray *problems, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, reform(store, id, form, team, problems, by, error), error);
}
