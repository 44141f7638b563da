/* people_import.c - a checked list of people becomes the people of the database.
 *
 * The list is the whole truth: who is not in it has left.  Only what differs is written, so
 * that a list that is imported every night costs what changed.
 */
#include "store/people.h"

#include <string.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/text.h"
#include "store/absences_inside.h"
#include "store/inside.h"
#include "store/names.h"
#include "store/people_inside.h"

#define PROGRESS_LINES 1000

typedef struct Importing {
	Store *store;
	PeopleImport *import;
	gint64 now;
	void (*progress)(guint lines, void *user);
	void *user;
	bool has_absences;
} Importing;

static bool same_list(char **a, char **b)
{
	return g_strv_equal((const char *const *)a, (const char *const *)b);
}

static bool same_person(const Person *a, const Person *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->organisation, b->organisation) == 0 &&
	       strcmp(a->manager, b->manager) == 0 &&
	       strcmp(a->national_number, b->national_number) == 0 && a->language == b->language &&
	       a->roles == b->roles && a->left == b->left && same_list(a->teams, b->teams) &&
	       same_list(a->addresses, b->addresses);
}

static bool write_row(Importing *importing, const Person *person, gint64 *ret_id, GError **error)
{
	static const char sql[] =
		"INSERT INTO people (number, name, folded, organisation, manager, national_number,"
		" language, roles, left_at)"
		" VALUES (:number, :name, :folded, :organisation, :manager, :national, :language,"
		" :roles, NULL)"
		" ON CONFLICT (number) DO UPDATE SET name = excluded.name, folded = excluded.folded,"
		" organisation = excluded.organisation, manager = excluded.manager,"
		" national_number = excluded.national_number, language = excluded.language,"
		" roles = excluded.roles, left_at = NULL"
		" RETURNING id";
	g_autoptr(Statement) put = statement(importing->store, sql);
	g_autofree char *folded = text_fold(person->name);

	bind_text(put, ":number", person->number);
	bind_text(put, ":name", person->name);
	bind_text(put, ":folded", folded);
	bind_text(put, ":organisation", person->organisation);
	bind_text(put, ":manager", person->manager);
	bind_text(put, ":national", person->national_number);
	bind_text(put, ":language",
		  person->language != LANGUAGE_NONE ? language_code(person->language) : "");
	bind_number(put, ":roles", person->roles);
	return statement_number(put, ret_id, error);
}

static bool clear_list(Store *store, const char *sql, gint64 person, GError **error)
{
	g_autoptr(Statement) clear = statement(store, sql);

	bind_number(clear, ":person", person);
	return statement_run(clear, error);
}

static bool write_list(Store *store, const char *sql, gint64 person, char **values, GError **error)
{
	for (guint i = 0; values[i] != NULL; i++) {
		g_autoptr(Statement) put = statement(store, sql);

		bind_number(put, ":person", person);
		bind_text(put, ":value", values[i]);
		bind_number(put, ":place", i);
		if (!statement_run(put, error))
			return false;
	}
	return true;
}

/* An address moves to whom the list gives it. */
static bool write_lists(Store *store, gint64 id, const Person *person, bool is_new, GError **error)
{
	static const char address[] =
		"INSERT INTO addresses (person, address, place) VALUES (:person, :value, :place)"
		" ON CONFLICT (address) DO UPDATE SET person = excluded.person, place = excluded.place";
	static const char team[] = "INSERT INTO person_teams (person, team, place)"
				   " VALUES (:person, :value, :place) ON CONFLICT DO NOTHING";

	if (!is_new &&
	    (!clear_list(store, "DELETE FROM addresses WHERE person = :person", id, error) ||
	     !clear_list(store, "DELETE FROM person_teams WHERE person = :person", id, error)))
		return false;
	return write_list(store, address, id, person->addresses, error) &&
	       write_list(store, team, id, person->teams, error);
}

static bool same_absence(const Absence *a, const Absence *b)
{
	return a == b ||
	       (a != NULL && b != NULL && strcmp(a->from, b->from) == 0 &&
		strcmp(a->until, b->until) == 0 && strcmp(a->substitute, b->substitute) == 0);
}

/* An absence that is over is history, in the list and here. */
static bool write_absence(Importing *importing, gint64 id, const Person *person, bool *ret_changed,
			  GError **error)
{
	const Absence *away = person->away;
	g_autoptr(Absence) before = NULL;

	if (away != NULL && away->ends <= importing->now)
		away = NULL;
	if (!importing->has_absences ||
	    !absence_of(importing->store, id, importing->now, &before, error))
		return !importing->has_absences;
	if (same_absence(before, away))
		return true;
	*ret_changed = true;
	return absence_put(importing->store, id, NULL, importing->now, error) &&
	       (away == NULL || absence_put(importing->store, id, away, importing->now, error));
}

static bool write_person(Importing *importing, const Person *person, GError **error)
{
	g_autoptr(Person) before = NULL;
	bool same, changed = false;
	gint64 id = 0;

	if (!people_find_number(importing->store, person->number, &before, error))
		return false;
	same = before != NULL && same_person(before, person);
	if (same)
		id = before->id;
	else if (!write_row(importing, person, &id, error) ||
		 !names_put(importing->store, id, person->organisation, person->name, error) ||
		 !write_lists(importing->store, id, person, before == NULL, error))
		return false;
	if (!write_absence(importing, id, person, &changed, error))
		return false;
	if (before == NULL)
		importing->import->added++;
	else if (!same || changed)
		importing->import->changed++;
	return true;
}

static void *id_read(Statement *row)
{
	gint64 *id = g_new(gint64, 1);

	*id = column_number(row, 0);
	return id;
}

/* Marks as left who is here and not in the list; their addresses stay, so that their mails are
 * known. */
static bool mark_leavers(Importing *importing, const PeopleList *list, GError **error)
{
	static const char here[] = "SELECT id FROM people WHERE left_at IS NULL";
	static const char leave[] = "UPDATE people SET left_at = :now WHERE id = :person";
	g_autoptr(GHashTable) kept = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GPtrArray) listed = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Statement) select = statement(importing->store, here);

	if (!statement_rows(select, id_read, g_free, &all, error))
		return false;
	for (guint i = 0; i < list->people->len; i++) {
		const Person *person = list->people->pdata[i];
		g_autoptr(Statement) find =
			statement(importing->store, "SELECT id FROM people WHERE number = :number");
		gint64 *id = g_new0(gint64, 1);

		g_ptr_array_add(listed, id);
		bind_text(find, ":number", person->number);
		if (!statement_number(find, id, error))
			return false;
		g_hash_table_add(kept, id);
	}
	for (guint i = 0; i < all->len; i++) {
		g_autoptr(Statement) update = NULL;

		if (g_hash_table_contains(kept, all->pdata[i]))
			continue;
		update = statement(importing->store, leave);
		bind_number(update, ":person", *(gint64 *)all->pdata[i]);
		bind_number(update, ":now", importing->now);
		importing->import->left++;
		if (!statement_run(update, error))
			return false;
	}
	return true;
}

static bool write_people(Importing *importing, const PeopleList *list, GError **error)
{
	importing->has_absences = list->has_absences;
	for (guint i = 0; i < list->people->len; i++) {
		if (!write_person(importing, list->people->pdata[i], error))
			return false;
		if (importing->progress != NULL && (i + 1) % PROGRESS_LINES == 0)
			importing->progress(i + 1, importing->user);
	}
	FAILPOINT("people.written");
	return list->is_part || mark_leavers(importing, list, error);
}

static void take_mistakes(PeopleImport *import, PeopleList *list)
{
	if (list->mistakes_more > 0)
		g_ptr_array_add(list->mistakes,
				g_strdup_printf("and %u more", list->mistakes_more));
	import->mistakes = g_steal_pointer(&list->mistakes);
	import->read = list->people->len;
}

bool people_import(Store *store, const Settings *settings, const char *path, gint64 now,
		   void (*progress)(guint lines, void *user), void *user, PeopleImport **ret_import,
		   GError **error)
{
	PeopleImport *import = g_new0(PeopleImport, 1);
	Importing importing = {
		.store = store, .import = import, .now = now, .progress = progress, .user = user
	};
	PeopleList list;
	bool done = people_list_read(path, settings, &list, error);

	if (done) {
		take_mistakes(import, &list);
		if (import->mistakes->len == 0)
			done = verb_begin(store, error) &&
			       verb_end(store, write_people(&importing, &list, error), error);
	}
	people_list_clear(&list);
	if (done)
		*ret_import = import;
	else
		people_import_free(import);
	return done;
}

/* ---- a directory ---- */

static bool put_cookie(Store *store, const PeopleSync *sync, GError **error)
{
	g_autoptr(Statement) put =
		statement(store, "INSERT INTO cookies (name, value) VALUES (:name, :value)"
				 " ON CONFLICT (name) DO UPDATE SET value = excluded.value");

	if (sync->cookie == NULL)
		return true;
	bind_text(put, ":name", sync->name);
	bind_text(put, ":value", sync->cookie);
	return statement_run(put, error);
}

bool people_sync_cookie(Store *store, const char *name, char **ret_cookie, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, "SELECT value FROM cookies WHERE name = :name");
	Step step;

	bind_text(select, ":name", name);
	step = statement_step(select, error);
	if (step == STEP_ROW)
		*ret_cookie = column_given(select, 0);
	return step != STEP_ERROR;
}

/* A manager who did not change is known from before. */
static bool check_known(Store *store, const PeopleSync *sync, PeopleList *list, GError **error)
{
	g_autoptr(GHashTable) here = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < list->people->len; i++) {
		const Person *person = list->people->pdata[i];

		if (person->number != NULL)
			g_hash_table_add(here, person->number);
	}
	for (guint i = 0; list->is_part && i < list->people->len; i++) {
		const Person *person = list->people->pdata[i];
		const PersonEntry *entry = sync->entries->pdata[i];
		g_autoptr(Person) known = NULL;

		if (person->manager[0] == '\0' || g_hash_table_contains(here, person->manager))
			continue;
		if (!people_find_number(store, person->manager, &known, error))
			return false;
		if (known == NULL)
			g_ptr_array_add(list->mistakes,
					g_strdup_printf("%s: column manager: nobody has the number"
							" %s",
							entry->place, person->manager));
	}
	return true;
}

bool people_sync(Store *store, const Settings *settings, const PeopleSync *sync, gint64 now,
		 PeopleImport **ret_import, GError **error)
{
	PeopleImport *import = g_new0(PeopleImport, 1);
	Importing importing = { .store = store, .import = import, .now = now };
	PeopleList list = { .is_part = sync->is_part };
	bool done = true;

	if (!sync->is_part && sync->entries->len == 0) {
		g_free(import);
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the directory shows nobody: look at Base, Filter and what BindDn may"
			    " see in [Directory]; nothing was changed");
		return false;
	}
	people_list_entries(sync->entries, settings, &list);
	done = check_known(store, sync, &list, error);
	if (done) {
		take_mistakes(import, &list);
		if (import->mistakes->len == 0)
			done = verb_begin(store, error) &&
			       verb_end(store,
					write_people(&importing, &list, error) &&
						put_cookie(store, sync, error),
					error);
	}
	people_list_clear(&list);
	if (done)
		*ret_import = import;
	else
		people_import_free(import);
	return done;
}

void person_entry_free(PersonEntry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->place);
	for (guint c = 0; c < PERSON_COLUMNS; c++)
		g_free(entry->values[c]);
	g_free(entry);
}

void people_import_free(PeopleImport *import)
{
	if (import == NULL)
		return;
	if (import->mistakes != NULL)
		g_ptr_array_unref(import->mistakes);
	g_free(import);
}
