/* people_inside.h - what reading a list of people and writing it to the database share. */
#pragma once

#include "store/people.h"

#define MISTAKES_SHOWN 100

typedef struct PeopleList {  /* a list as it was read */
	GPtrArray *people;   /* Person, id 0 */
	GArray *lines;       /* guint: where each stands */
	GPtrArray *mistakes; /* char * */
	guint mistakes_more; /* not shown */
} PeopleList;

/* Reads and checks the whole list; what is wrong with it is in mistakes. */
bool people_list_read(const char *path, const Settings *settings, PeopleList *list, GError **error);
void people_list_clear(PeopleList *list);
