/* cases_open.c - a case begins, and its requester adds to it. */
#include "store/cases.h"

#include "common/error.h"
#include "store/cases_inside.h"

static const struct {
	CaseState state;
	Happening happening;
} beginnings[] = {
	{ CASE_INCOMPLETE, HAPPENED_OPENED_INCOMPLETE },
	{ CASE_AWAITING_APPROVAL, HAPPENED_OPENED_APPROVAL },
	{ CASE_OPEN, HAPPENED_OPENED },
	{ CASE_REDIRECTED, HAPPENED_REDIRECTED },
};

static bool happening_of(CaseState state, Happening *ret_happening, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
		if (beginnings[i].state == state) {
			*ret_happening = beginnings[i].happening;
			return true;
		}
	g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "no case begins as %s",
		    case_state_name(state));
	return false;
}

static bool insert_case(Store *store, const CaseOpen *what, const CaseBy *by, gint64 *ret_id,
			GError **error)
{
	static const char sql[] =
		"INSERT INTO cases (state, form, subject, team, comment, language, requester,"
		" requester_address, employee, assignee, approver, verified, opened, changed, closed,"
		" earlier, levels) VALUES (:state, :form, :subject, :team, :comment, :language, :requester,"
		" :address, :employee, NULL, :approver, :verified, :now, :now, :closed, :earlier, :levels)"
		" RETURNING id";
	const Person *employee = what->employee != NULL ? what->employee : what->requester;
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":state", case_state_name(what->state));
	bind_text(put, ":form", what->form);
	bind_text(put, ":subject", what->subject);
	bind_text(put, ":team", what->team);
	bind_text(put, ":comment", what->comment);
	bind_text(put, ":language",
		  what->language != LANGUAGE_NONE ? language_code(what->language) : "");
	bind_id(put, ":requester", what->requester != NULL ? what->requester->id : 0);
	bind_text(put, ":address", what->requester_address);
	bind_id(put, ":employee", employee != NULL ? employee->id : 0);
	bind_id(put, ":approver", what->approver != NULL ? what->approver->id : 0);
	bind_number(put, ":verified", what->verified);
	bind_number(put, ":now", by->now);
	bind_number(put, ":closed", what->state == CASE_REDIRECTED ? by->now : 0);
	bind_id(put, ":earlier", what->earlier);
	bind_number(put, ":levels", MAX(what->levels, 1));
	return statement_number(put, ret_id, error);
}

static bool warn(Store *store, gint64 id, const char *warning, const CaseBy *by, GError **error)
{
	return warning == NULL || event_put(store, id, "warning", warning, by, NULL, error);
}

static bool open_it(Store *store, const CaseOpen *what, const CaseBy *by, gint64 *ret_case,
		    GError **error)
{
	g_autoptr(Case) c = NULL;
	Happening happening;
	gint64 id = 0, event = 0;

	if (!happening_of(what->state, &happening, error) ||
	    !insert_case(store, what, by, &id, error) || !case_load(store, id, &c, error) ||
	    !answers_put(store, id, what->answers, error) ||
	    (what->problems != NULL && what->problems->len > 0 &&
	     !problems_put(store, id, what->problems, error)) ||
	    !documents_put(store, c, what->documents, true, error) ||
	    !event_put(store, id, "opened", what->comment, by, &event, error) ||
	    !case_look_for_manager(store, c, by, error) ||
	    !warn(store, id, what->warning, by, error) ||
	    !notices_owe(store, c, what->is_bulk ? HAPPENED_NOTHING : happening, event, NULL, by,
			 error))
		return false;
	*ret_case = id;
	return true;
}

bool case_open(Store *store, const CaseOpen *what, const CaseBy *by, gint64 *ret_case,
	       GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, open_it(store, what, by, ret_case, error), error);
}

/* ---- adding ---- */

/* What the addition is to the case in the state that it finds. */
static Verb verb_of(const Case *c, const CaseAdd *what)
{
	if (c->state != CASE_INCOMPLETE || !what->completes)
		return VERB_ADD;
	return what->needs_approval ? VERB_COMPLETE_APPROVAL : VERB_COMPLETE;
}

static const struct Added {
	CaseState from;
	bool completes;
	Happening happening, approval;
	const char *event;
} additions[] = {
	{ CASE_INCOMPLETE, true, HAPPENED_COMPLETED, HAPPENED_COMPLETED_APPROVAL, "completed" },
	{ CASE_INCOMPLETE, false, HAPPENED_STILL_INCOMPLETE, HAPPENED_STILL_INCOMPLETE, "added" },
	{ CASE_ANSWERED, false, HAPPENED_WROTE, HAPPENED_WROTE, "reopened" },
	{ CASE_CLOSED, false, HAPPENED_WROTE, HAPPENED_WROTE, "reopened" },
	{ CASE_REDIRECTED, false, HAPPENED_WROTE_AGAIN, HAPPENED_WROTE_AGAIN, "reopened" },
	{ CASE_STATES, false, HAPPENED_WROTE, HAPPENED_WROTE, "added" },
};

static const struct Added *addition_of(const Case *c, const CaseAdd *what)
{
	const struct Added *added = additions;

	while (added->from != CASE_STATES &&
	       (added->from != c->state ||
		(c->state == CASE_INCOMPLETE && added->completes != what->completes)))
		added++;
	return added;
}

/* Another approver is looked for then. */
static bool set_employee(Store *store, Case **c, const Person *employee, GError **error)
{
	g_autoptr(Statement) update = NULL;
	gint64 id = (*c)->id;

	if (employee == NULL || (*c)->state != CASE_INCOMPLETE ||
	    (*c)->employee.person == employee->id)
		return true;
	update = statement(store, "UPDATE cases SET employee = :employee, approver = NULL"
				  " WHERE id = :id");
	bind_number(update, ":employee", employee->id);
	bind_number(update, ":id", id);
	if (!statement_run(update, error))
		return false;
	g_clear_pointer(c, case_free);
	return case_load(store, id, c, error);
}

static bool add_it(Store *store, gint64 id, const CaseAdd *what, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;
	const struct Added *added;
	Happening happening;
	gint64 event = 0;

	if (!case_load(store, id, &c, error) || !set_employee(store, &c, what->employee, error))
		return false;
	added = addition_of(c, what);
	happening = what->needs_approval ? added->approval : added->happening;
	if (case_waits_for_manager(c) && answers_get(what->answers, "manager") != NULL)
		happening = HAPPENED_MANAGER_NAMED;
	return case_move(store, c, verb_of(c, what), by->now, error) &&
	       answers_put(store, id, what->answers, error) &&
	       (what->problems == NULL || problems_put(store, id, what->problems, error)) &&
	       (!what->completes || what->problems != NULL ||
		problems_put(store, id, NULL, error)) &&
	       documents_put(store, c, what->documents, true, error) &&
	       event_put(store, id, added->event, what->text, by, &event, error) &&
	       warn(store, id, what->warning, by, error) &&
	       (happening == HAPPENED_WROTE || case_look_for_manager(store, c, by, error)) &&
	       notices_owe(store, c, happening, event, NULL, by, error);
}

bool case_add(Store *store, gint64 id, const CaseAdd *what, const CaseBy *by, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, add_it(store, id, what, by, error), error);
}
