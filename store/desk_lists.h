/* desk_lists.h - what dossier managers see beside a case: who else looks, and how a team stands. */
#pragma once

#include "store/people.h"

#define LOOK_SECONDS (2 * 60)

/* The person has the case open now. */
bool look_note(Store *store, gint64 case_id, gint64 person, gint64 now, GError **error);
/* The names of the others who had it open within LOOK_SECONDS: char *. */
bool looks_of(Store *store, gint64 case_id, gint64 person, gint64 now, GPtrArray **ret_names,
	      GError **error);

/* How many cases a team has that are not over, by how long ago they were opened. */
typedef struct TeamAges {
	char *team;
	gint64 day, week, month, older; /* less than a day, a week, 30 days */
	gint64 late;                    /* past their day */
} TeamAges;

void team_ages_free(TeamAges *ages);
bool team_ages(Store *store, const char *team, gint64 now, TeamAges **ret_ages, GError **error);
