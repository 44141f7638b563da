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
	g_free(c);
}

/* Four columns of a party from here on. */
#define PARTY(p)                                                                                  \
	p ".id, " p ".number, " p ".name, (SELECT a.address FROM addresses a WHERE a.person = " p \
	  ".id ORDER BY a.place LIMIT 1)"

#define CASE_SELECT                                                                                                                                                      \
	"SELECT c.id, c.state, c.form, c.subject, c.team, c.comment, c.language, c.verified,"                                                                            \
	" c.opened, c.changed, c.closed, c.earlier, c.requester_address, c.due, c.merged, c.levels, " PARTY(                                                             \
		"r") ", " PARTY("e") ", " PARTY("s") ", " PARTY("v") ", " PARTY("d") " FROM cases c"                                                                     \
										     " LEFT JOIN people r ON r.id = c.requester LEFT JOIN people e ON e.id = c.employee" \
										     " LEFT JOIN people s ON s.id = c.assignee LEFT JOIN people v ON v.id = c.approver LEFT JOIN people d ON d.id = c.deputy "

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

static void *case_read(Statement *row)
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

/* "PC-2026-000123", "pc-2026-123" or "123"; ret_year 0 when it is not told. */
static bool parse_number(const char *number, gint64 *ret_id, gint64 *ret_year)
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

	if (parse_number(number, &id, &year)) {
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

static void add_states(GString *sql, guint states)
{
	const char *between = " AND c.state IN (";

	for (int state = 0; state < CASE_STATES; state++)
		if ((states & (1u << state)) != 0) {
			g_string_append_printf(sql, "%s'%s'", between, state_names[state]);
			between = ", ";
		}
	g_string_append(sql, ")");
}

/* Every character of words stands for itself. */
static char *like_of(const char *words)
{
	g_autofree char *lower = g_ascii_strdown(words, -1);
	g_autoptr(GString) like = g_string_new("%");

	for (const char *p = lower; *p != '\0'; p++) {
		if (strchr("%_\\", *p) != NULL)
			g_string_append_c(like, '\\');
		g_string_append_c(like, *p);
	}
	g_string_append_c(like, '%');
	return g_strdup(like->str);
}

#define FORMS_SEARCHED 50

static void add_words(GString *sql, const CaseQuery *query)
{
	g_string_append(sql, " AND (c.id = :number OR LOWER(c.subject) LIKE :words ESCAPE '\\'");
	for (guint i = 0; query->forms != NULL && query->forms[i] != NULL && i < FORMS_SEARCHED;
	     i++)
		g_string_append_printf(sql, " OR c.form = :form%u", i);
	g_string_append(sql, ")");
}

static void bind_words(Statement *select, const CaseQuery *query)
{
	g_autofree char *like = like_of(query->words);
	gint64 id = 0, year = 0;

	bind_number(select, ":number", parse_number(query->words, &id, &year) ? id : 0);
	bind_text(select, ":words", like);
	for (guint i = 0; query->forms != NULL && query->forms[i] != NULL && i < FORMS_SEARCHED;
	     i++) {
		g_autofree char *name = g_strdup_printf(":form%u", i);

		bind_text(select, name, query->forms[i]);
	}
}

#define TEAMS_ASKED 50
#define WORDS_ASKED 10

static void add_handling(GString *sql, const CaseQuery *query)
{
	const char *between = "";

	if (query->teams != NULL) {
		g_string_append(sql, " AND (c.team IN (");
		for (guint i = 0; query->teams[i] != NULL && i < TEAMS_ASKED; i++, between = ", ")
			g_string_append_printf(sql, "%s:team%u", between, i);
		g_string_append(sql, ")");
	}
	if (query->assignee != 0)
		g_string_append(sql, query->teams != NULL ? " OR c.assignee = :assignee"
							  : " AND c.assignee = :assignee");
	if (query->teams != NULL)
		g_string_append(sql, ")");
	if (query->due_before != 0)
		g_string_append(sql, " AND c.due > 0 AND c.due < :due");
	if (query->found != NULL)
		g_string_append(sql, " AND (c.id = :found_id OR c.id IN (SELECT p.case_id FROM"
				     " pieces p WHERE p.id IN (SELECT rowid FROM piece_words"
				     " WHERE piece_words MATCH :found)))");
}

/* Words as the index takes them: each whole or as a beginning.  Nothing else is left of them. */
static char *match_of(const char *words)
{
	g_autoptr(GString) match = g_string_new(NULL);
	guint count = 0;

	while (*words != '\0' && count < WORDS_ASKED) {
		const char *end = words;

		while (g_unichar_isalnum(g_utf8_get_char(end)))
			end = g_utf8_next_char(end);
		if (end > words) {
			g_string_append_printf(match, "%s\"%.*s\"*", count > 0 ? " " : "",
					       (int)(end - words), words);
			count++;
		}
		words = *end != '\0' ? g_utf8_next_char(end) : end;
	}
	return g_strdup(count > 0 ? match->str : "\"\"");
}

static void bind_handling(Statement *select, const CaseQuery *query)
{
	gint64 id = 0, year = 0;

	for (guint i = 0; query->teams != NULL && query->teams[i] != NULL && i < TEAMS_ASKED; i++) {
		g_autofree char *name = g_strdup_printf(":team%u", i);

		bind_text(select, name, query->teams[i]);
	}
	if (query->assignee != 0)
		bind_number(select, ":assignee", query->assignee);
	if (query->due_before != 0)
		bind_number(select, ":due", query->due_before);
	if (query->found != NULL) {
		g_autofree char *match = match_of(query->found);

		bind_number(select, ":found_id", parse_number(query->found, &id, &year) ? id : 0);
		bind_text(select, ":found", match);
	}
}

bool case_list(Store *store, const CaseQuery *query, GPtrArray **ret_cases, GError **error)
{
	g_autoptr(GString) sql = g_string_new(CASE_SELECT "WHERE 1 = 1");
	g_autofree char *address =
		query->requester != NULL ? address_normal(query->requester) : NULL;
	g_autoptr(Statement) select = NULL;

	if (query->state != NULL)
		g_string_append(sql, " AND c.state = :state");
	if (query->team != NULL)
		g_string_append(sql, " AND c.team = :team");
	if (query->requester != NULL)
		g_string_append(sql, " AND c.requester IN"
				     " (SELECT id FROM people WHERE number = :requester UNION"
				     " SELECT person FROM addresses WHERE address = :address)");
	if (query->states != 0)
		add_states(sql, query->states);
	if (query->before != 0)
		g_string_append(sql, " AND c.id < :before");
	if (query->words != NULL && *query->words != '\0')
		add_words(sql, query);
	add_handling(sql, query);
	g_string_append(sql, query->by_change ? " ORDER BY c.changed DESC, c.id DESC"
					      : " ORDER BY c.id DESC");
	g_string_append(sql, " LIMIT :limit OFFSET :skip");
	select = statement(store, g_intern_string(sql->str));
	if (query->state != NULL)
		bind_text(select, ":state", query->state);
	if (query->team != NULL)
		bind_text(select, ":team", query->team);
	if (query->requester != NULL) {
		bind_text(select, ":requester", query->requester);
		bind_text(select, ":address", address);
	}
	if (query->before != 0)
		bind_number(select, ":before", query->before);
	if (query->words != NULL && *query->words != '\0')
		bind_words(select, query);
	bind_handling(select, query);
	bind_number(select, ":skip", query->skip);
	bind_number(select, ":limit", query->limit > 0 ? query->limit : G_MAXINT64);
	return statement_rows(select, case_read, (GDestroyNotify)case_free, ret_cases, error);
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
