/* people_columns.h - the columns of a list of people, and what is said of a wrong value. */
#pragma once

#include "store/people_inside.h"

typedef enum {
	COLUMN_NUMBER,
	COLUMN_NAME,
	COLUMN_ADDRESSES,
	COLUMN_ORGANISATION,
	COLUMN_LANGUAGE,
	COLUMN_MANAGER,
	COLUMN_ROLES,
	COLUMN_TEAMS,
	COLUMN_NATIONAL_NUMBER,
	COLUMN_ABSENT_FROM,
	COLUMN_ABSENT_UNTIL,
	COLUMN_SUBSTITUTE,
	COLUMNS,
} Column;

typedef struct Reading {
	const Settings *settings;
	const char *file;   /* as it stands in the sentences; NULL: entries have their own */
	GPtrArray *entries; /* PersonEntry: line N is entry N - 1; NULL: a file */
	guint line;
	int place[COLUMNS]; /* where each column stands, -1 */
	PeopleList *list;
	GHashTable *numbers;   /* const char * -> line + 1 */
	GHashTable *addresses; /* the same */
} Reading;

typedef struct PeopleColumn {
	const char *name;
	void (*read)(Reading *reading, Person *person, const char *value);
	bool required;
} PeopleColumn;

extern const PeopleColumn people_columns[COLUMNS];

/* "people.csv:12: column roles: ..."; the first MISTAKES_SHOWN are kept.  column: NULL, of the
 * line.
 */
void reading_mistake(Reading *reading, const char *column, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Reads a person of these values (NULL: not there), which it may change. */
void reading_values(Reading *reading, char *const values[COLUMNS]);
