/* cases_manager.c - who approves a request, where the directory does not say: whom the requester
 * names is proposed to HR, and asked when HR has confirmed it.
 */
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "store/cases.h"
#include "store/cases_inside.h"
#include "store/names.h"

#define FIELD "manager"
#define READ_SHOWN 200

bool case_waits_for_manager(const Case *c)
{
	return c->state == CASE_AWAITING_APPROVAL && c->approver.person == 0;
}

const char *case_manager_obstacle(const Case *c, const Person *person)
{
	if (person->id == c->requester.person || person->id == c->employee.person)
		return "self";
	return person->left || person->addresses[0] == NULL ? "left" : NULL;
}

/* ---- who may confirm ---- */

static bool employee_of(Store *store, const Case *c, Person **ret_employee, GError **error)
{
	gint64 id = c->employee.person != 0 ? c->employee.person : c->requester.person;

	return people_find_id(store, id, ret_employee, error);
}

bool case_confirmers(Store *store, const Case *c, GPtrArray **ret_people, GError **error)
{
	g_autoptr(Person) employee = NULL;
	g_autoptr(GPtrArray) people = NULL;

	if (!employee_of(store, c, &employee, error) ||
	    !people_with_role(store, PERSON_HR, &people, error))
		return false;
	for (guint i = people->len; i-- > 0;) {
		const Person *hr = people->pdata[i];

		if (employee == NULL || hr->id == employee->id || hr->left ||
		    hr->addresses[0] == NULL || !person_is_hr_of(hr, employee->organisation))
			g_ptr_array_remove_index(people, i);
	}
	*ret_people = g_steal_pointer(&people);
	return true;
}

bool case_may_confirm(Store *store, const Case *c, const Person *person, bool *ret_may,
		      GError **error)
{
	g_autoptr(GPtrArray) people = NULL;
	guint desk = PERSON_DOSSIER_MANAGER | PERSON_ADMIN;

	*ret_may = false;
	if (!case_waits_for_manager(c) || person->left)
		return true;
	if (!case_confirmers(store, c, &people, error))
		return false;
	for (guint i = 0; i < people->len; i++)
		*ret_may = *ret_may || ((const Person *)people->pdata[i])->id == person->id;
	if (people->len == 0)
		*ret_may = (person->roles & desk) != 0 && person->id != c->employee.person &&
			   person->id != c->requester.person &&
			   ((person->roles & PERSON_ADMIN) != 0 || person_in_team(person, c->team));
	return true;
}

/* ---- whom the requester names ---- */

static bool find_address_in(Store *store, const char *read, Person **ret_person, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(read, " ,;<>()[]\t", -1);

	for (guint i = 0; words[i] != NULL && *ret_person == NULL; i++) {
		if (strchr(words[i], '@') == NULL)
			continue;
		if (g_str_has_suffix(words[i], "."))
			words[i][strlen(words[i]) - 1] = '\0';
		if (!people_find_address(store, words[i], ret_person, error))
			return false;
	}
	return true;
}

static bool find_number_in(Store *store, const char *read, Person **ret_person, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(read, " ,;:<>()[]\t", -1);

	for (guint i = 0; words[i] != NULL && *ret_person == NULL; i++)
		if (strpbrk(words[i], "0123456789") != NULL &&
		    !people_find_number(store, words[i], ret_person, error))
			return false;
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "chef mia" of "mia chef"; given. */
static char *sorted_words(const char *folded)
{
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);

	qsort(words, g_strv_length(words), sizeof(char *), by_text);
	return g_strjoinv(" ", words);
}

/* The words of a name in any order, without what stands in parentheses. */
static bool find_name_in(Store *store, const Person *employee, const char *read,
			 GPtrArray **ret_people, GError **error)
{
	g_autofree char *name = g_strndup(read, strcspn(read, "(<,;"));
	g_autofree char *folded = text_fold(name);
	g_autofree char *sorted = sorted_words(folded);
	g_autofree char *tight = text_fold_tight(name);
	g_autofree char *letters = name_letters(tight);
	g_autoptr(GPtrArray) people = NULL;

	if (*tight == '\0' ||
	    !people_find_letters(store, employee->organisation, letters, &people, error))
		return *tight == '\0';
	for (guint i = people->len; i-- > 0;) {
		g_autofree char *other = text_fold(((const Person *)people->pdata[i])->name);

		g_autofree char *words = sorted_words(other);

		if (strcmp(words, sorted) != 0)
			g_ptr_array_remove_index(people, i);
	}
	*ret_people = g_steal_pointer(&people);
	return true;
}

/* By address, number or the whole name that only one has; *ret_why: "nobody", "several", or ""
 * with *ret_person. */
static bool find_named(Store *store, const Person *employee, const char *read, Person **ret_person,
		       const char **ret_why, GError **error)
{
	g_autoptr(GPtrArray) named = NULL;

	*ret_why = "";
	if (!find_address_in(store, read, ret_person, error) ||
	    (*ret_person == NULL && !find_number_in(store, read, ret_person, error)))
		return false;
	if (*ret_person != NULL)
		return true;
	if (!find_name_in(store, employee, read, &named, error))
		return false;
	if (named != NULL && named->len == 1)
		return people_find_id(store, ((const Person *)named->pdata[0])->id, ret_person,
				      error);
	*ret_why = named != NULL && named->len > 1 ? "several" : "nobody";
	return true;
}

/* ---- the column ---- */

static void party_take(Party *to, Party *from)
{
	Party kept = *to;

	*to = *from;
	*from = kept;
}

static bool set_person(Store *store, const char *sql, Case *c, gint64 person, GError **error)
{
	g_autoptr(Statement) update = statement(store, sql);
	g_autoptr(Case) fresh = NULL;

	bind_id(update, ":person", person);
	bind_number(update, ":id", c->id);
	if (!statement_run(update, error) || !case_load(store, c->id, &fresh, error))
		return false;
	party_take(&c->approver, &fresh->approver);
	party_take(&c->proposed, &fresh->proposed);
	return true;
}

static bool propose(Store *store, Case *c, gint64 person, GError **error)
{
	return set_person(store, "UPDATE cases SET proposed = :person WHERE id = :id", c, person,
			  error);
}

static bool appoint(Store *store, Case *c, gint64 person, GError **error)
{
	return set_person(store,
			  "UPDATE cases SET approver = :person, proposed = NULL, deputy = NULL"
			  " WHERE id = :id",
			  c, person, error);
}

/* ---- looking ---- */

/* What HR wrote in its own verified request for another needs nobody's word. */
static bool is_said_by_hr(const Case *c, const Person *employee, const CaseBy *by, Store *store,
			  bool *ret_is, GError **error)
{
	g_autoptr(Person) writer = NULL;

	*ret_is = false;
	if (!c->verified || by->person == 0 || by->person == employee->id)
		return true;
	if (!people_find_id(store, by->person, &writer, error))
		return false;
	*ret_is = person_is_hr_of(writer, employee->organisation);
	return true;
}

static bool take_named(Store *store, Case *c, const Person *employee, const char *read,
		       const CaseBy *by, GError **error)
{
	g_autoptr(Person) named = NULL;
	g_autofree char *line = text_one_line(read, READ_SHOWN);
	const char *why;
	bool by_hr;

	if (!find_named(store, employee, line, &named, &why, error) ||
	    !event_put(store, c->id, "manager-named", line, by, NULL, error) ||
	    !is_said_by_hr(c, employee, by, store, &by_hr, error))
		return false;
	if (named == NULL || case_manager_obstacle(c, named) != NULL)
		return propose(store, c, 0, error);
	if (!by_hr)
		return propose(store, c, named->id, error);
	return appoint(store, c, named->id, error) &&
	       event_put(store, c->id, "manager-confirmed", named->name, by, NULL, error);
}

/* The directory may have learned it since the request came. */
static bool look_in_directory(Store *store, Case *c, const Person *employee, GError **error)
{
	g_autoptr(Person) manager = NULL;

	if (!people_approver_of(store, employee, &manager, error))
		return false;
	return manager == NULL || case_manager_obstacle(c, manager) != NULL ||
	       appoint(store, c, manager->id, error);
}

bool case_look_in_directory(Store *store, Case *c, GError **error)
{
	g_autoptr(Person) employee = NULL;

	return employee_of(store, c, &employee, error) &&
	       (employee == NULL || look_in_directory(store, c, employee, error));
}

bool case_look_for_manager(Store *store, Case *c, const CaseBy *by, GError **error)
{
	g_autoptr(Person) employee = NULL;
	g_autoptr(GPtrArray) answers = NULL;
	const char *read;

	if (!case_waits_for_manager(c))
		return true;
	if (!employee_of(store, c, &employee, error))
		return false;
	if (employee == NULL)
		return true;
	if (!look_in_directory(store, c, employee, error) ||
	    !case_answers(store, c->id, &answers, error))
		return false;
	read = answers_get(answers, FIELD);
	return read == NULL || c->approver.person != 0 ||
	       take_named(store, c, employee, read, by, error);
}

bool case_manager_said(Store *store, const Case *c, char **ret_read, const char **ret_why,
		       GError **error)
{
	g_autoptr(Person) employee = NULL, named = NULL;
	g_autoptr(GPtrArray) answers = NULL;
	const char *read;

	*ret_why = "unnamed";
	*ret_read = NULL;
	if (!employee_of(store, c, &employee, error) ||
	    !case_answers(store, c->id, &answers, error))
		return false;
	read = answers_get(answers, FIELD);
	*ret_read = text_one_line(read != NULL ? read : "", READ_SHOWN);
	if (read == NULL || employee == NULL)
		return true;
	if (!find_named(store, employee, *ret_read, &named, ret_why, error))
		return false;
	if (named != NULL)
		*ret_why = case_manager_obstacle(c, named);
	*ret_why = *ret_why != NULL ? *ret_why : "";
	return true;
}

/* ---- what HR says ---- */

static bool load_waiting(Store *store, gint64 id, Case **ret_case, GError **error)
{
	if (!case_load(store, id, ret_case, error))
		return false;
	if (case_waits_for_manager(*ret_case))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "%s does not wait for anybody to say who approves it", (*ret_case)->number);
	return false;
}

static bool touch(Store *store, gint64 id, gint64 now, GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE cases SET changed = :now WHERE id = :id");

	bind_number(update, ":now", now);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

static bool confirm(Store *store, gint64 id, const Person *manager, const CaseBy *by,
		    GError **error)
{
	g_autoptr(Case) c = NULL;
	g_autofree char *text = g_strdup_printf("%s (%s)", manager->name, manager->number);
	gint64 event = 0;

	if (!load_waiting(store, id, &c, error))
		return false;
	if (case_manager_obstacle(c, manager) != NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s cannot be approved by %s",
			    c->number, manager->number);
		return false;
	}
	return appoint(store, c, manager->id, error) && touch(store, id, by->now, error) &&
	       event_put(store, id, "manager-confirmed", text, by, &event, error) &&
	       notices_owe(store, c, HAPPENED_MANAGER_CONFIRMED, event, NULL, by, error);
}

bool case_confirm_manager(Store *store, gint64 id, const Person *manager, const CaseBy *by,
			  GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, confirm(store, id, manager, by, error), error);
}

static bool refuse(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;
	gint64 event = 0;

	return load_waiting(store, id, &c, error) && propose(store, c, 0, error) &&
	       touch(store, id, by->now, error) &&
	       event_put(store, id, "manager-refused", text, by, &event, error) &&
	       notices_owe(store, c, HAPPENED_MANAGER_REFUSED, event, NULL, by, error);
}

bool case_refuse_manager(Store *store, gint64 id, const char *text, const CaseBy *by,
			 GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, refuse(store, id, text, by, error), error);
}
