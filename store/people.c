/* people.c - finding people by what a mail tells of them. */
#include "store/people.h"

#include <string.h>

#include "common/address.h"
#include "common/error.h"
#include "common/text.h"
#include "store/inside.h"
#include "store/absences.h"
#include "store/people_inside.h"
#include "store/sessions.h"

void person_free(Person *person)
{
	if (person == NULL)
		return;
	g_free(person->number);
	g_free(person->name);
	g_free(person->organisation);
	g_free(person->manager);
	g_free(person->national_number);
	g_strfreev(person->teams);
	g_strfreev(person->addresses);
	absence_free(person->away);
	g_free(person);
}

void *person_read(Statement *row)
{
	Person *person = g_new0(Person, 1);

	person->id = column_number(row, 0);
	person->number = column_given(row, 1);
	person->name = column_given(row, 2);
	person->organisation = column_given(row, 3);
	person->manager = column_given(row, 4);
	person->national_number = column_given(row, 5);
	person->language = language_of_code(column_text(row, 6));
	person->roles = (guint)column_number(row, 7);
	person->left = column_number(row, 8) != 0;
	return person;
}

static bool list_of(Store *store, const char *sql, gint64 person, char ***ret_list, GError **error)
{
	g_autoptr(Statement) select = statement(store, sql);
	g_autoptr(GStrvBuilder) list = g_strv_builder_new();
	Step step;

	bind_number(select, ":person", person);
	while ((step = statement_step(select, error)) == STEP_ROW)
		g_strv_builder_add(list, column_text(select, 0));
	if (step == STEP_ERROR)
		return false;
	*ret_list = g_strv_builder_end(list);
	return true;
}

static bool person_lists(Store *store, Person *person, GError **error)
{
	return list_of(store, "SELECT address FROM addresses WHERE person = :person ORDER BY place",
		       person->id, &person->addresses, error) &&
	       list_of(store, "SELECT team FROM person_teams WHERE person = :person ORDER BY place",
		       person->id, &person->teams, error);
}

static bool one(Store *store, Statement *select, Person **ret_person, GError **error)
{
	g_autoptr(Person) person = NULL;

	if (!statement_row(select, person_read, (void **)&person, error) ||
	    (person != NULL && !person_lists(store, person, error)))
		return false;
	*ret_person = g_steal_pointer(&person);
	return true;
}

static bool many(Store *store, Statement *select, GPtrArray **ret_people, GError **error)
{
	g_autoptr(GPtrArray) people = NULL;

	if (!statement_rows(select, person_read, (GDestroyNotify)person_free, &people, error))
		return false;
	for (guint i = 0; i < people->len; i++)
		if (!person_lists(store, people->pdata[i], error))
			return false;
	*ret_people = g_steal_pointer(&people);
	return true;
}

bool people_find_address(Store *store, const char *address, Person **ret_person, GError **error)
{
	static const char sql[] = PERSON_SELECT "JOIN addresses a ON a.person = p.id"
						" WHERE a.address = :address";
	g_autoptr(Statement) select = statement(store, sql);
	g_autofree char *normal = address_normal(address);

	bind_text(select, ":address", normal);
	return one(store, select, ret_person, error);
}

bool people_find_number(Store *store, const char *number, Person **ret_person, GError **error)
{
	static const char sql[] = PERSON_SELECT "WHERE p.number = :number";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":number", number);
	return one(store, select, ret_person, error);
}

bool people_find_national_number(Store *store, const char *number, Person **ret_person,
				 GError **error)
{
	static const char sql[] =
		"SELECT MIN(id) FROM people WHERE national_number = :number"
		" AND national_number <> '' AND left_at IS NULL HAVING COUNT(*) = 1";
	gint64 id = 0;

	{
		g_autoptr(Statement) select = statement(store, sql);

		bind_text(select, ":number", number);
		if (!statement_number(select, &id, error))
			return false;
	}
	*ret_person = NULL;
	return id == 0 || people_find_id(store, id, ret_person, error);
}

bool people_find_id(Store *store, gint64 id, Person **ret_person, GError **error)
{
	static const char sql[] = PERSON_SELECT "WHERE p.id = :id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":id", id);
	return one(store, select, ret_person, error);
}

bool people_find_name(Store *store, const char *name, GPtrArray **ret_people, GError **error)
{
	static const char sql[] = PERSON_SELECT "WHERE p.folded = :folded AND p.left_at IS NULL"
						" ORDER BY p.number LIMIT 100";
	g_autoptr(Statement) select = statement(store, sql);
	g_autofree char *folded = text_fold(name);

	if (folded[0] == '\0') {
		*ret_people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
		return true;
	}
	bind_text(select, ":folded", folded);
	return many(store, select, ret_people, error);
}

/* Those with a role at the desk are few and have an index of their own. */
bool people_with_role(Store *store, PersonRole role, GPtrArray **ret_people, GError **error)
{
	static const char desk[] = PERSON_SELECT "WHERE p.roles >= 8 AND p.roles & :role <> 0"
						 " AND p.left_at IS NULL ORDER BY p.number";
	static const char all[] = PERSON_SELECT "WHERE p.roles & :role <> 0 AND p.left_at IS NULL"
						" ORDER BY p.number";
	g_autoptr(Statement) select = statement(store, role >= PERSON_DOSSIER_MANAGER ? desk : all);

	bind_number(select, ":role", role);
	return many(store, select, ret_people, error);
}

bool people_in_team(Store *store, const char *team, GPtrArray **ret_people, GError **error)
{
	static const char sql[] = PERSON_SELECT "JOIN person_teams t ON t.person = p.id"
						" WHERE t.team = :team AND p.left_at IS NULL"
						" ORDER BY p.number";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":team", team);
	return many(store, select, ret_people, error);
}

bool people_list(Store *store, guint limit, GPtrArray **ret_people, GError **error)
{
	static const char sql[] = PERSON_SELECT "ORDER BY p.number LIMIT :limit";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":limit", limit > 0 ? limit : G_MAXINT64);
	return many(store, select, ret_people, error);
}

bool person_in_team(const Person *person, const char *team)
{
	return person->teams != NULL && g_strv_contains((const char *const *)person->teams, team);
}

/* ---- erasing ---- */

static const char *const erasures[] = {
	"DELETE FROM addresses WHERE person = :person",
	"DELETE FROM person_teams WHERE person = :person",
	"DELETE FROM absences WHERE person = :person",
	"UPDATE cases SET requester_address = '' WHERE requester = :person",
	"UPDATE people SET letters = '' WHERE id = :person",
	"DELETE FROM name_words WHERE person = :person",
};

static bool erase(Store *store, const char *number, gint64 now, GError **error)
{
	static const char blank[] =
		"UPDATE people SET name = '', folded = '', national_number = '',"
		" manager = '', roles = 0, left_at = COALESCE(left_at, :now)"
		" WHERE id = :person";
	static const char quiet[] =
		"UPDATE outbox SET state = 'dropped', why = 'the person was erased'"
		" WHERE state = 'owed' AND holder = :holder";
	g_autoptr(Person) person = NULL;
	g_autoptr(Statement) update = statement(store, blank);
	g_autoptr(Statement) drop = statement(store, quiet);
	g_autofree char *holder = g_strconcat("p:", number, NULL);

	if (!people_find_number(store, number, &person, error))
		return false;
	if (person == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "nobody has the number %s", number);
		return false;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(erasures); i++) {
		g_autoptr(Statement) each = statement(store, erasures[i]);

		bind_number(each, ":person", person->id);
		if (!statement_run(each, error))
			return false;
	}
	bind_number(update, ":person", person->id);
	bind_number(update, ":now", now);
	bind_text(drop, ":holder", holder);
	return statement_run(update, error) && statement_run(drop, error) &&
	       way_in_close(store, holder, error);
}

bool people_erase(Store *store, const char *number, gint64 now, GError **error)
{
	return verb_begin(store, error) && verb_end(store, erase(store, number, now, error), error);
}
