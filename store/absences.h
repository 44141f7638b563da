/* absences.h - who is away, from which day until which, and who stands in. */
#pragma once

#include "store/people.h"

/* A substitute who is away has one too: so many are followed. */
#define ABSENCE_CHAIN 5

typedef struct Absence {
	char *from, *until;  /* the first and the last day, "2026-12-01" */
	char *substitute;    /* a number; "": nobody stands in */
	gint64 begins, ends; /* seconds; ends is the first second of the day after */
} Absence;

void absence_free(Absence *absence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Absence, absence_free)

/* Days as they are typed, in the desk's time zone; DESK_ERROR_DATA when one is no day, or when the
 * last is before the first.  from NULL or "": today.  Given in ret_absence. */
bool absence_read(const char *from, const char *until, const char *substitute,
		  const char *time_zone, gint64 now, Absence **ret_absence, GError **error);

/* One transaction each.  What was set for the same days before ends where this begins. */
bool absence_set(Store *store, const char *number, const Absence *absence, gint64 now,
		 GError **error);
/* The person is here again, and will be. */
bool absence_end(Store *store, const char *number, gint64 now, GError **error);

/* The absence at a time, else the next one; NULL in ret_absence when there is none. */
bool absence_of(Store *store, gint64 person, gint64 now, Absence **ret_absence, GError **error);
bool absence_is_away(Store *store, gint64 person, gint64 now, bool *ret_away, GError **error);
/* Who stands in for somebody who is away: the first of the chain of substitutes who is here, can be
 * written to, and is none of never (ends with 0).  NULL: the person is here, or nobody does. */
bool absence_stand_in(Store *store, gint64 person, const gint64 *never, gint64 now,
		      Person **ret_person, GError **error);
