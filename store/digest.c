/* digest.c - one mail a day with what is open. */
#include "store/remind.h"

#include <jansson.h>
#include <stdlib.h>

#include "store/cases_inside.h"
#include "store/outbox.h"

#define ROWS_MOST 100
#define DAY (24 * 60 * 60)

#define OPEN_OF                                                                                 \
	"SELECT c.id, c.form, COALESCE(e.name, ''), COALESCE(s.name, ''), c.opened, c.changed," \
	" c.due, c.state FROM cases c LEFT JOIN people e ON e.id = c.employee"                  \
	" LEFT JOIN people s ON s.id = c.assignee"

static json_t *row_of(Statement *row, gint64 now)
{
	g_autoptr(GDateTime) opened = g_date_time_new_from_unix_utc(column_number(row, 4));
	g_autofree char *number = g_strdup_printf(
		"PC-%04d-%06" G_GINT64_FORMAT, opened != NULL ? g_date_time_get_year(opened) : 1970,
		column_number(row, 0));
	gint64 due = column_number(row, 6);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "number", number, "form",
			 column_text(row, 1), "who", column_text(row, 2), "assignee",
			 column_text(row, 3), "state", column_text(row, 7), "since",
			 (json_int_t)((now - column_number(row, 5)) / DAY), "late",
			 due > 0 && due < now);
}

/* What is open, as the data of a notice; NULL with *ret_failed false: nothing is. */
static char *digest_of(Statement *select, const char *name, gint64 now, bool *ret_failed,
		       GError **error)
{
	json_t *rows = json_array(), *data;
	gint64 fresh = 0, late = 0, open = 0;
	char *text = NULL;
	Step step;

	while ((step = statement_step(select, error)) == STEP_ROW) {
		json_t *row = row_of(select, now);

		open++;
		fresh += column_number(select, 4) > now - DAY;
		late += json_is_true(json_object_get(row, "late"));
		if (open <= ROWS_MOST)
			json_array_append(rows, row);
		json_decref(row);
	}
	*ret_failed = step == STEP_ERROR;
	data = json_pack("{s:o, s:I, s:I, s:I, s:s}", "rows", rows, "new", (json_int_t)fresh,
			 "open", (json_int_t)open, "late", (json_int_t)late, "name", name);
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
