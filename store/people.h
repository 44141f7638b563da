/* people.h - who may write to the desk: people, their addresses, organisations, teams. */
#pragma once

#include "common/language.h"
#include "common/settings.h"
#include "store/store.h"

typedef struct Person {
	gint64 id;
	char *number, *name, *organisation, *manager, *national_number; /* "" where not given */
	Language language; /* LANGUAGE_NONE where not given */
	guint roles;       /* PersonRole */
	char **teams;
	char **addresses; /* normal form; the first is the one that is written to */
	bool left;
	struct Absence *away; /* of a list that is imported; NULL: not away */
} Person;

typedef enum { /* the same bits as FormRoles */
	       PERSON_EMPLOYEE = 1 << 0,
	       PERSON_MANAGER = 1 << 1,
	       PERSON_HR = 1 << 2,
	       PERSON_DOSSIER_MANAGER = 1 << 3,
	       PERSON_ADMIN = 1 << 4,
} PersonRole;

void person_free(Person *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_free)

/* NULL in ret_person when there is none (or the person has left: then left is set). */
bool people_find_address(Store *store, const char *address, Person **ret_person, GError **error);
bool people_find_number(Store *store, const char *number, Person **ret_person, GError **error);
/* Who has the national number (11 digits) and has not left; NULL in ret_person: nobody, or two. */
bool people_find_national_number(Store *store, const char *number, Person **ret_person,
				 GError **error);
bool people_find_id(Store *store, gint64 id, Person **ret_person, GError **error);
/* Those whose folded name equals the folded name; GPtrArray of Person. */
bool people_find_name(Store *store, const char *name, GPtrArray **ret_people, GError **error);
bool people_with_role(Store *store, PersonRole role, GPtrArray **ret_people, GError **error);
bool people_in_team(Store *store, const char *team, GPtrArray **ret_people, GError **error);
bool people_list(Store *store, guint limit, GPtrArray **ret_people,
		 GError **error); /* 0: all, by number */

bool person_in_team(const Person *person, const char *team);
/* Whether a person may act for those of an organisation as HR. */
bool person_is_hr_of(const Person *person, const char *organisation);
/* Whom HR means by a number or a whole name: somebody of HR's own organisation, else NULL. */
bool people_hr_means(Store *store, const Person *hr, const char *read, Person **ret_person,
		     GError **error);
/* Whom the field "employee" of a request names, where HR asks: NULL in ret_person when nobody is
 * named; then *ret_unknown is what was written, when that is nobody HR may speak for (lent), else
 * NULL. */
bool people_asked_for(Store *store, const Person *sender, const GPtrArray *answers,
		      Person **ret_person, const char **ret_unknown, GError **error);
/* The manager who is asked to approve what employee requests, where there is one who can be
 * written to; else NULL. */
bool people_approver_of(Store *store, const Person *employee, Person **ret_approver,
			GError **error);

typedef struct PeopleImport {
	guint read, added, changed, left;
	GPtrArray *mistakes; /* char *: "people.csv:12: column addresses: ..."; when there is one,
				nothing was changed */
} PeopleImport;

/* Reads a CSV file (RFC 4180, UTF-8, any order of columns). All or nothing in one transaction. path
 * "-": stdin. */
bool people_import(Store *store, const Settings *settings, const char *path, gint64 now,
		   void (*progress)(guint lines, void *user), void *user, PeopleImport **ret_import,
		   GError **error);
/* The columns of a list, in the order of people.csv(5). */
#define PERSON_COLUMNS 12
const char *person_column(guint column);
/* 0 when it is none. */
guint person_role_of(const char *name);

typedef struct PersonEntry {          /* somebody of a directory */
	char *place;                  /* the DN, for mistakes */
	char *values[PERSON_COLUMNS]; /* UTF-8; NULL: not given */
} PersonEntry;

void person_entry_free(PersonEntry *entry);

typedef struct PeopleSync {
	GPtrArray *entries; /* PersonEntry */
	bool is_part;       /* only who changed since the cookie: nobody leaves */
	const char *name;   /* of the cookie */
	const char *cookie; /* to keep, in the same transaction */
} PeopleSync;
/* As people_import, from a directory.  A whole one with nobody in it is DESK_ERROR_DATA. */
bool people_sync(Store *store, const Settings *settings, const PeopleSync *sync, gint64 now,
		 PeopleImport **ret_import, GError **error);
/* How far that directory was read; NULL in ret_cookie: never. */
bool people_sync_cookie(Store *store, const char *name, char **ret_cookie, GError **error);
void people_import_free(PeopleImport *import);

/* Takes name, addresses and national number of a person away and marks the person as left; cases
 * keep the number. */
bool people_erase(Store *store, const char *number, gint64 now, GError **error);

/* Brings organisations and teams of the configuration into the database. */
bool directory_sync(Store *store, const Settings *settings, GError **error);
