/* cases_list.c - cases by what is asked of them. */
#include "store/cases.h"

#include <string.h>

#include "common/address.h"
#include "store/cases_inside.h"

static void add_states(GString *sql, guint states)
{
	const char *between = " AND c.state IN (";

	for (int state = 0; state < CASE_STATES; state++)
		if ((states & (1u << state)) != 0) {
			g_string_append_printf(sql, "%s'%s'", between,
					       case_state_name((CaseState)state));
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

	bind_number(select, ":number", case_number_parse(query->words, &id, &year) ? id : 0);
	bind_text(select, ":words", like);
	for (guint i = 0; query->forms != NULL && query->forms[i] != NULL && i < FORMS_SEARCHED;
	     i++) {
		g_autofree char *name = g_strdup_printf(":form%u", i);

		bind_text(select, name, query->forms[i]);
	}
}

#define TEAMS_ASKED 50

static void add_found(GString *sql, const CaseQuery *query)
{
	if (query->found != NULL)
		g_string_append_printf(sql, " AND (c.id = :found_id OR c.id IN (%s))",
				       driver_words_cases());
}

/* What holds for every case of the list, but whose it is to handle. */
static void add_conditions(GString *sql, const CaseQuery *query)
{
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
	if (query->due_before != 0)
		g_string_append(sql, " AND c.due > 0 AND c.due < :due");
	if (query->organisation != NULL)
		g_string_append(sql, " AND (SELECT o.organisation FROM people o"
				     " WHERE o.id = c.employee) = :organisation");
	add_found(sql, query);
}

static void add_order(GString *sql, const CaseQuery *query, const char *sign, const char *limit)
{
	g_string_append_printf(sql, " ORDER BY %s%sc.id DESC LIMIT %s",
			       query->by_change ? "c.changed DESC, " : "", sign, limit);
}

/* The first cases of one team, or of one who handles them. */
static void add_part(GString *sql, const CaseQuery *query, const char *whose)
{
	g_string_append_printf(sql, "%sSELECT * FROM (SELECT c.id, %s FROM cases c WHERE %s",
			       g_str_has_suffix(sql->str, "(") ? "" : " UNION ",
			       query->by_change ? "c.changed" : "0", whose);
	add_conditions(sql, query);
	/* those in a state are few, and are better put in order than looked for in it */
	add_order(sql, query, query->states != 0 ? "+" : "", ":most)");
}

/* Each of several teams gives its first cases by its index, and the first of all these are taken:
 * however many cases there are, few are looked at. */
static void add_parts(GString *sql, const CaseQuery *query)
{
	g_string_append(sql, "SELECT c.id FROM (");
	for (guint i = 0; query->teams[i] != NULL && i < TEAMS_ASKED; i++) {
		g_autofree char *whose = g_strdup_printf("c.team = :team%u", i);

		add_part(sql, query, whose);
	}
	add_part(sql, query, "c.assignee = :assignee");
	g_string_append(sql, ") c");
}

/* What was found by its words is little: whose it is decides one by one. */
static void add_handling(GString *sql, const CaseQuery *query)
{
	const char *between = "";

	if (query->teams == NULL) {
		g_string_append(sql, query->assignee != 0 ? " AND c.assignee = :assignee" : "");
		return;
	}
	g_string_append(sql, " AND (+c.team IN (");
	for (guint i = 0; query->teams[i] != NULL && i < TEAMS_ASKED; i++, between = ", ")
		g_string_append_printf(sql, "%s:team%u", between, i);
	g_string_append(sql, ") OR +c.assignee = :assignee)");
}

/* The numbers alone are put in order: only what is shown is read with all that belongs to it. */
static char *sql_of(const CaseQuery *query)
{
	g_autoptr(GString) sql = g_string_new(CASE_SELECT "WHERE c.id IN (");

	if (query->teams != NULL && query->found == NULL) {
		add_parts(sql, query);
	} else {
		g_string_append(sql, "SELECT c.id FROM cases c WHERE 1 = 1");
		add_conditions(sql, query);
		add_handling(sql, query);
	}
	add_order(sql, query, "", ":limit OFFSET :skip)");
	g_string_append(sql, query->by_change ? " ORDER BY c.changed DESC, c.id DESC"
					      : " ORDER BY c.id DESC");
	return g_strdup(sql->str);
}

static void bind_handling(Statement *select, const CaseQuery *query)
{
	for (guint i = 0; query->teams != NULL && query->teams[i] != NULL && i < TEAMS_ASKED; i++) {
		g_autofree char *name = g_strdup_printf(":team%u", i);

		bind_text(select, name, query->teams[i]);
	}
	if (query->teams != NULL || query->assignee != 0)
		bind_number(select, ":assignee", query->assignee);
}

static void bind_found(Statement *select, const CaseQuery *query)
{
	g_autofree char *found = driver_words_asked(query->found, false);
	g_autofree char *whole = driver_words_asked(query->found, true);
	gint64 id = 0, year = 0;

	bind_number(select, ":found_id", case_number_parse(query->found, &id, &year) ? id : 0);
	bind_text(select, ":found", found);
	bind_text(select, ":whole", whole);
}

static void bind_conditions(Statement *select, const CaseQuery *query)
{
	if (query->state != NULL)
		bind_text(select, ":state", query->state);
	if (query->team != NULL)
		bind_text(select, ":team", query->team);
	if (query->requester != NULL) {
		g_autofree char *address = address_normal(query->requester);

		bind_text(select, ":requester", query->requester);
		bind_text(select, ":address", address);
	}
	if (query->before != 0)
		bind_number(select, ":before", query->before);
	if (query->words != NULL && *query->words != '\0')
		bind_words(select, query);
	if (query->due_before != 0)
		bind_number(select, ":due", query->due_before);
	if (query->organisation != NULL)
		bind_text(select, ":organisation", query->organisation);
	if (query->found != NULL)
		bind_found(select, query);
}

bool case_list(Store *store, const CaseQuery *query, GPtrArray **ret_cases, GError **error)
{
	g_autofree char *sql = sql_of(query);
	g_autoptr(Statement) select = statement(store, g_intern_string(sql));
	gint64 limit = query->limit > 0 ? query->limit : G_MAXINT32;

	bind_conditions(select, query);
	bind_handling(select, query);
	if (query->teams != NULL && query->found == NULL)
		bind_number(select, ":most", limit + query->skip);
	bind_number(select, ":skip", query->skip);
	bind_number(select, ":limit", limit);
	return statement_rows(select, case_read, (GDestroyNotify)case_free, ret_cases, error);
}
