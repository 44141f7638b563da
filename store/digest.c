/* digest.c - one mail a day with what is open. */
#include "store/remind.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "store/absences.h"
#include "store/cases_inside.h"
#include "store/outbox.h"

#define ROWS_MOST 100
#define DAY (24 * 60 * 60)

#define OPEN_OF                                                                                 \
	"SELECT c.id, c.form, COALESCE(e.name, ''), COALESCE(s.name, ''), c.opened, c.changed," \
	" c.due, c.state, c.team FROM cases c LEFT JOIN people e ON e.id = c.employee"          \
	" LEFT JOIN people s ON s.id = c.assignee"

static json_t *row_of(Statement *row, gint64 now)
{
	g_autoptr(GDateTime) opened = g_date_time_new_from_unix_utc(column_number(row, 4));
	g_autofree char *number = g_strdup_printf(
		"PC-%04d-%06" G_GINT64_FORMAT, opened != NULL ? g_date_time_get_year(opened) : 1970,
		column_number(row, 0));
	gint64 due = column_number(row, 6);

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:b}", "number", number, "form",
		column_text(row, 1), "who", column_text(row, 2), "assignee", column_text(row, 3),
		"state", column_text(row, 7), "team", column_text(row, 8), "age",
		(json_int_t)((now - column_number(row, 4)) / DAY), "since",
		(json_int_t)((now - column_number(row, 5)) / DAY), "late", due > 0 && due < now);
}

/* What is open, as the data of a notice; NULL with *ret_failed false: nothing is. */
static char *digest_of(Statement *select, const char *name, gint64 now, bool *ret_failed,
		       GError **error)
{
	json_t *rows = json_array(), *data;
	gint64 fresh = 0, late = 0, open = 0, waiting = 0;
	char *text = NULL;
	Step step;

	while ((step = statement_step(select, error)) == STEP_ROW) {
		json_t *row = row_of(select, now);

		open++;
		fresh += column_number(select, 4) > now - DAY;
		waiting += strcmp(column_text(select, 7), "waiting") == 0;
		late += json_is_true(json_object_get(row, "late"));
		if (open <= ROWS_MOST)
			json_array_append(rows, row);
		json_decref(row);
	}
	*ret_failed = step == STEP_ERROR;
	data = json_pack("{s:o, s:I, s:I, s:I, s:I, s:s}", "rows", rows, "waiting",
			 (json_int_t)waiting, "new", (json_int_t)fresh, "open", (json_int_t)open,
			 "late", (json_int_t)late, "name", name);
	if (step != STEP_ERROR && open > 0)
		text = json_dumps(data, JSON_COMPACT);
	json_decref(data);
	return text;
}

static bool owe_team(Store *store, const TeamSettings *team, gint64 now, GError **error)
{
	static const char sql[] =
		OPEN_OF " WHERE c.team = :team AND c.state IN ('open', 'assigned', 'waiting')"
			" ORDER BY c.changed, c.id";
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .now = now };
	Case about = { .team = (char *)team->id };
	g_autoptr(Statement) select = statement(store, sql);
	char *data;
	bool failed, done;

	bind_text(select, ":team", team->id);
	data = digest_of(select, team->id, now, &failed, error);
	done = !failed &&
	       (data == NULL || notices_to_team(store, &about, "digest", 0, data, &by, error));
	free(data);
	return done;
}

bool digest_owe_team(Store *store, const TeamSettings *team, gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, owe_team(store, team, now, error), error);
}

static bool put_to_hr(Store *store, const char *organisation, const char *data, gint64 now,
		      GError **error)
{
	g_autoptr(GPtrArray) people = NULL;

	if (!people_with_role(store, PERSON_HR, &people, error))
		return false;
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		g_autofree char *holder = g_strconcat("p:", person->number, NULL);
		NoticePut put = { .kind = "overview",
				  .to = person->addresses[0],
				  .holder = holder,
				  .data = data,
				  .language = person->language,
				  .automatic = true,
				  .now = now };

		if (person->left || person->addresses[0] == NULL ||
		    g_strcmp0(person->organisation, organisation) != 0)
			continue;
		if (!outbox_put(store, &put, error))
			return false;
	}
	return true;
}

static bool owe_organisation(Store *store, const OrganisationSettings *organisation, gint64 now,
			     GError **error)
{
	static const char sql[] = OPEN_OF
		" WHERE e.organisation = :code AND c.state IN ('incomplete', 'awaiting-approval',"
		" 'open', 'assigned', 'waiting') ORDER BY c.changed, c.id";
	g_autoptr(Statement) select = statement(store, sql);
	char *data;
	bool failed, done;

	bind_text(select, ":code", organisation->code);
	data = digest_of(select, organisation->code, now, &failed, error);
	done = !failed && (data == NULL || put_to_hr(store, organisation->code, data, now, error));
	free(data);
	return done;
}

bool digest_owe_organisation(Store *store, const OrganisationSettings *organisation, gint64 now,
			     GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, owe_organisation(store, organisation, now, error), error);
}

/* ---- what one dossier manager has ---- */

/* The people of a team's digest: who has a case of it. */
static bool holders_of(Store *store, const char *team, GHashTable *people, GError **error)
{
	static const char sql[] = "SELECT DISTINCT assignee FROM cases WHERE team = :team"
				  " AND state IN ('assigned', 'waiting') AND assignee IS NOT NULL";
	g_autoptr(Statement) select = statement(store, sql);
	Step step;

	bind_text(select, ":team", team);
	while ((step = statement_step(select, error)) == STEP_ROW) {
		gint64 id = column_number(select, 0);

		g_hash_table_add(people, g_memdup2(&id, sizeof(id)));
	}
	return step != STEP_ERROR;
}

/* All that a person has, of every team: what is past its day first, what waits for the requester
 * last. */
static bool owe_person(Store *store, const Person *person, gint64 now, GError **error)
{
	static const char sql[] =
		OPEN_OF " WHERE c.assignee = :person AND c.state IN ('assigned', 'waiting')"
			" ORDER BY CASE WHEN c.due > 0 AND c.due < :now THEN 0"
			" WHEN c.state = 'assigned' THEN 1 ELSE 2 END, c.changed, c.id";
	g_autoptr(Statement) select = statement(store, sql);
	g_autofree char *holder = g_strconcat("p:", person->number, NULL);
	NoticePut put = { .kind = "digest-mine",
			  .to = person->addresses[0],
			  .holder = holder,
			  .language = person->language,
			  .automatic = true,
			  .now = now };
	char *data;
	bool failed, done;

	bind_number(select, ":person", person->id);
	bind_number(select, ":now", now);
	data = digest_of(select, "", now, &failed, error);
	put.data = data;
	done = !failed && (data == NULL || outbox_put(store, &put, error));
	free(data);
	return done;
}

/* Nobody is told of their cases while they are away. */
static bool owe_holder(Store *store, gint64 id, gint64 now, GError **error)
{
	g_autoptr(Person) person = NULL;
	bool away = false;

	if (!people_find_id(store, id, &person, error) ||
	    !absence_is_away(store, id, now, &away, error))
		return false;
	return person == NULL || person->left || person->addresses[0] == NULL || away ||
	       owe_person(store, person, now, error);
}

static bool owe_holders(Store *store, const GPtrArray *teams, gint64 now, GError **error)
{
	g_autoptr(GHashTable) people =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer id;

	for (guint i = 0; i < teams->len; i++) {
		const TeamSettings *team = teams->pdata[i];

		if (team->digest && !holders_of(store, team->id, people, error))
			return false;
	}
	g_hash_table_iter_init(&iter, people);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (!owe_holder(store, *(gint64 *)id, now, error))
			return false;
	return true;
}

bool digest_owe_holders(Store *store, const GPtrArray *teams, gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, owe_holders(store, teams, now, error), error);
}
