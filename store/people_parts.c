/* people_parts.c - who has a part in somebody's request: the approver, and whom HR speaks for. */
#include <string.h>

#include "common/answer.h"
#include "store/people.h"

bool person_is_hr_of(const Person *person, const char *organisation)
{
	return person != NULL && (person->roles & PERSON_HR) != 0 && *organisation != '\0' &&
	       strcmp(person->organisation, organisation) == 0;
}

bool people_hr_means(Store *store, const Person *hr, const char *read, Person **ret_person,
		     GError **error)
{
	g_autoptr(GPtrArray) named = NULL;

	if (!people_find_number(store, read, ret_person, error))
		return false;
	if (*ret_person == NULL) {
		if (!people_find_name(store, read, &named, error))
			return false;
		if (named->len == 1)
			*ret_person = g_ptr_array_steal_index(named, 0);
	}
	if (*ret_person != NULL && !person_is_hr_of(hr, (*ret_person)->organisation))
		g_clear_pointer(ret_person, person_free);
	return true;
}

bool people_asked_for(Store *store, const Person *sender, const GPtrArray *answers,
		      Person **ret_person, const char **ret_unknown, GError **error)
{
	const char *read = answers_get(answers, "employee");

	*ret_unknown = NULL;
	if (read == NULL || sender == NULL || (sender->roles & PERSON_HR) == 0)
		return true;
	if (!people_hr_means(store, sender, read, ret_person, error))
		return false;
	*ret_unknown = *ret_person == NULL ? read : NULL;
	return true;
}

bool people_approver_of(Store *store, const Person *employee, Person **ret_approver, GError **error)
{
	if (*employee->manager == '\0')
		return true;
	if (!people_find_number(store, employee->manager, ret_approver, error))
		return false;
	if (*ret_approver != NULL &&
	    ((*ret_approver)->left || (*ret_approver)->addresses[0] == NULL))
		g_clear_pointer(ret_approver, person_free);
	return true;
}
