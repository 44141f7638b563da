/* calendar.h - working days: Monday to Friday, without the public holidays of a data file.
 *
 *     fixed: ["01-01", "12-25"]      month and day, every year
 *     easter: ["1", "39", "50"]      days after Easter Sunday (of the Gregorian calendar)
 *     days: ["2026-11-02"]           single days; optional
 *
 * Time is a parameter everywhere.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Calendar Calendar;

/* NULL with "FILE:line:column: ..." (DESK_ERROR_DATA) or DESK_ERROR_NO_INPUT. */
Calendar *calendar_read(const char *path, GError **error);
void calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

bool calendar_is_working_day(const Calendar *calendar, const GDate *day);

/* The end (23:59:59) of the n-th working day after the day of from, in a time zone.  A term of one
 * day that begins on a Friday ends on Monday. */
gint64 calendar_term(const Calendar *calendar, const char *time_zone, gint64 from, guint days);

/* Whether people are at work: a working day, between two minutes of the day, in a time zone. */
bool calendar_is_working_time(const Calendar *calendar, const char *time_zone, gint64 now,
			      guint from_minute, guint until_minute);
