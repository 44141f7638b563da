/* canned.h - answers that a team writes once: answers/ID.yaml in the desk's folder of forms.
 *
 *     title: {nl: ..., fr: ..., de: ..., en: ...}      one line, for the list
 *     text:  {nl: ..., fr: ..., de: ..., en: ...}      may hold {places}
 *     teams: [absence]                                 who may use it; absent: every team
 *
 * Places: {number} {form} {requester} {employee} {team}, and the id of any field of the
 * case's form, as people read it ({start}: "1 February 2027").  Pure.
 */
#pragma once

#include "common/answer.h"
#include "forms/form.h"

typedef struct Canned {
	char *id;
	FormText title, text;
	GPtrArray *teams; /* char *; empty: every team */
} Canned;

/* All answers/ *.yaml of folder, by id; an empty array when there is no such folder.  NULL with
 * "FILE:line:column: what is wrong" (DESK_ERROR_DATA), DESK_ERROR_NO_INPUT. */
GPtrArray *canned_read(const char *folder, GError **error);

bool canned_is_for(const Canned *canned, const char *team);
/* The answer of that id that the team may use, or NULL; lent. */
const Canned *canned_find(const GPtrArray *all, const char *id, const char *team);

/* Its text with the places filled; given.  NULL when a place has nothing to stand there: then
 * ret_missing is its name, given.  places: char * to char *, of the case. */
char *canned_text(const Canned *canned, Language language, GHashTable *places, char **ret_missing);

/* What a canned answer may say of a case; everything is lent. */
typedef struct CannedAbout {
	const Form *form;      /* NULL: not known any more */
	const char *form_name; /* what stands for it then */
	const char *number, *requester, *employee, *team;
	const GPtrArray *answers; /* Answer */
	Language language;
} CannedAbout;

/* The places of a case for canned_text.  Given. */
GHashTable *canned_places(const CannedAbout *about, const Texts *texts);
