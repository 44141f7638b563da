/* directory_values.h - which attribute of a directory is which column of people. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/people.h"

/* Columns that are more than words here; as in people.csv(5). */
enum {
	DIRECTORY_NUMBER,
	DIRECTORY_LANGUAGE = 4,
	DIRECTORY_MANAGER,
	DIRECTORY_ROLES,
	DIRECTORY_TEAMS
};

typedef struct DirectoryMap {
	char *attributes[PERSON_COLUMNS]; /* NULL: not read */
	char *constants[PERSON_COLUMNS];  /* the same for everybody, or NULL */
	char *changed;                    /* the attribute that says when an entry was changed */
} DirectoryMap;

void directory_map_free(DirectoryMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DirectoryMap, directory_map_free)

/* "number=employeeNumber name=cn organisation='MINFIN' changed=whenChanged"; NULL with
 * DESK_ERROR_CONFIG that names the word. */
DirectoryMap *directory_map_read(const char *text, GError **error);
/* What to ask the server for: NULL-ended. */
char **directory_map_attributes(const DirectoryMap *map);

/* The values (char *) of an attribute as the value of a column; given, NULL for none.  Addresses,
 * roles and teams are words: "smtp:" in front of an address goes, and a DN in roles or teams is its
 * first name (a group), which counts only where it is a role.  "nl-BE" is nl. */
char *directory_value(guint column, const GPtrArray *values);
