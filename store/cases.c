/* cases.c - looking at cases. */
#include "store/cases.h"

#include <string.h>

#include "common/address.h"
#include "common/error.h"
#include "store/bulk.h"
#include "store/cases_inside.h"
#include "store/remind.h"

static const char *const state_names[CASE_STATES] = {
	[CASE_RECEIVED] = "received",
	[CASE_INCOMPLETE] = "incomplete",
	[CASE_AWAITING_APPROVAL] = "awaiting-approval",
	[CASE_OPEN] = "open",
	[CASE_ASSIGNED] = "assigned",
	[CASE_WAITING] = "waiting",
	[CASE_ANSWERED] = "answered",
	[CASE_CLOSED] = "closed",
	[CASE_REDIRECTED] = "redirected",
	[CASE_REFUSED] = "refused",
	[CASE_WITHDRAWN] = "withdrawn",
};

const char *case_state_name(CaseState state)
{
	return state_names[state];
}

bool case_state_of_name(const char *name, CaseState *ret_state)
{
	for (int state = 0; state < CASE_STATES; state++)
		if (strcmp(state_names[state], name) == 0) {
			*ret_state = (CaseState)state;
			return true;
		}
	return false;
}

bool case_may_approve(const Case *c, gint64 person)
{
	return person != 0 && (c->approver.person == person || c->deputy.person == person);
}

static void party_clear(Party *party)
{
	g_free(party->number);
	g_free(party->name);
	g_free(party->address);
}

void case_free(Case *c)
{
	if (c == NULL)
		return;
	g_free(c->number);
	g_free(c->form);
	g_free(c->subject);
	g_free(c->team);
	g_free(c->comment);
	party_clear(&c->requester);
	party_clear(&c->employee);
	party_clear(&c->assignee);
	party_clear(&c->approver);
	party_clear(&c->deputy);
	party_clear(&c->proposed);
	g_free(c);
}

#define FIRST_PARTY 16
#define PARTY_COLUMNS 4

static Party party_read(Statement *row, int which)
{
	int column = FIRST_PARTY + which * PARTY_COLUMNS;

	return (Party){ .person = column_number(row, column),
			.number = column_given(row, column + 1),
			.name = column_given(row, column + 2),
			.address = column_given(row, column + 3) };
}

char *case_number(gint64 id, gint64 opened)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(opened);

	return g_strdup_printf("PC-%04d-%06" G_GINT64_FORMAT,
			       time != NULL ? g_date_time_get_year(time) : 1970, id);
}

void *case_read(Statement *row)
{
	Case *c = g_new0(Case, 1);

	c->id = column_number(row, 0);
	case_state_of_name(column_text(row, 1), &c->state);
	c->form = column_given(row, 2);
	c->subject = column_given(row, 3);
	c->team = column_given(row, 4);
	c->comment = column_given(row, 5);
	c->language = language_of_code(column_text(row, 6));
	c->verified = column_number(row, 7) != 0;
	c->opened = column_number(row, 8);
	c->changed = column_number(row, 9);
	c->closed = column_number(row, 10);
	c->earlier = column_number(row, 11);
	c->due = column_number(row, 13);
	c->merged = column_number(row, 14);
	c->levels = (guint)column_number(row, 15);
	c->requester = party_read(row, 0);
	c->employee = party_read(row, 1);
	c->assignee = party_read(row, 2);
	c->approver = party_read(row, 3);
	c->deputy = party_read(row, 4);
	c->proposed = party_read(row, 5);
	if (c->requester.person != 0) {
		g_free(c->requester.address);
		c->requester.address = column_given(row, 12);
	}
	c->number = case_number(c->id, c->opened);
	return c;
}

bool case_get(Store *store, gint64 id, Case **ret_case, GError **error)
{
	static const char sql[] = CASE_SELECT "WHERE c.id = :id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":id", id);
	return statement_row(select, case_read, (void **)ret_case, error);
}

bool case_load(Store *store, gint64 id, Case **ret_case, GError **error)
{
	g_autoptr(Case) c = NULL;

	if (!case_get(store, id, &c, error))
		return false;
	if (c == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "there is no case %" G_GINT64_FORMAT, id);
		return false;
	}
	*ret_case = g_steal_pointer(&c);
	return true;
}

bool case_number_parse(const char *number, gint64 *ret_id, gint64 *ret_year)
{
	guint64 id = 0, year = 0;
	const char *rest = number;

	if (g_ascii_strncasecmp(number, "pc-", 3) == 0) {
		char *end = NULL;

		year = g_ascii_strtoull(number + 3, &end, 10);
		if (end != number + 7 || *end != '-')
			return false;
		rest = end + 1;
	}
	if (!g_ascii_string_to_unsigned(rest, 10, 1, G_MAXINT64, &id, NULL))
		return false;
	*ret_id = (gint64)id;
	*ret_year = (gint64)year;
	return true;
}

bool case_find(Store *store, const char *number, Case **ret_case, GError **error)
{
	g_autoptr(Case) c = NULL;
	gint64 id, year;

	if (case_number_parse(number, &id, &year)) {
		if (!case_get(store, id, &c, error))
			return false;
		if (c != NULL && year != 0) {
			g_autoptr(GDateTime) opened = g_date_time_new_from_unix_utc(c->opened);

			if (opened == NULL || g_date_time_get_year(opened) != year)
				g_clear_pointer(&c, case_free);
		}
	}
	*ret_case = g_steal_pointer(&c);
	return true;
}

bool case_waiting_of(Store *store, gint64 person, GPtrArray **ret_cases, GError **error)
{
	static const char sql[] = CASE_SELECT "WHERE c.requester = :person"
					      " AND c.state IN ('incomplete', 'waiting')"
					      " ORDER BY c.id DESC";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":person", person);
	return statement_rows(select, case_read, (GDestroyNotify)case_free, ret_cases, error);
}

bool cases_without_due(Store *store, const char *form, guint limit, GPtrArray **ret_cases,
		       GError **error)
{
	static const char sql[] = CASE_SELECT "WHERE c.state IN ('open', 'assigned') AND c.due = 0"
					      " AND c.form = :form ORDER BY c.id LIMIT :limit";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":form", form);
	bind_number(select, ":limit", limit);
	return statement_rows(select, case_read, (GDestroyNotify)case_free, ret_cases, error);
}

bool case_incomplete_of(Store *store, gint64 employee, GPtrArray **ret_cases, GError **error)
{
	static const char sql[] = CASE_SELECT "WHERE c.employee = :employee"
					      " AND c.state = 'incomplete' ORDER BY c.id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":employee", employee);
	return statement_rows(select, case_read, (GDestroyNotify)case_free, ret_cases, error);
}

bool case_of_document(Store *store, gint64 person, const char *sha256, gint64 *ret_case,
		      GError **error)
{
	static const char sql[] = "SELECT case_id FROM documents"
				  " WHERE requester = :person AND sha256 = :sha256 LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 found = 0;

	bind_number(select, ":person", person);
	bind_text(select, ":sha256", sha256);
	if (!statement_number(select, &found, error))
		return false;
	*ret_case = found;
	return true;
}
