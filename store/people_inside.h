/* people_inside.h - what reading a list of people and writing it to the database share. */
#pragma once

#include "store/driver.h"
#include "store/people.h"

#define MISTAKES_SHOWN 100

#define PERSON_SELECT                                                                              \
	"SELECT p.id, p.number, p.name, p.organisation, p.manager, p.national_number, p.language," \
	" p.roles, p.left_at IS NOT NULL FROM people p "

/* A row of PERSON_SELECT: Person, without teams and addresses. */
void *person_read(Statement *row);

typedef struct PeopleList {  /* a list as it was read */
	GPtrArray *people;   /* Person, id 0 */
	GArray *lines;       /* guint: where each stands */
	GPtrArray *mistakes; /* char * */
	guint mistakes_more; /* not shown */
	bool is_part; /* only what changed: nobody leaves, and a manager may be known already */
	bool has_absences; /* it says who is away: who it does not name so is here */
} PeopleList;

/* Reads and checks the whole list; what is wrong with it is in mistakes. */
bool people_list_read(const char *path, const Settings *settings, PeopleList *list, GError **error);
/* The same of entries of a directory: GPtrArray of PersonEntry. */
void people_list_entries(GPtrArray *entries, const Settings *settings, PeopleList *list);
void people_list_clear(PeopleList *list);
