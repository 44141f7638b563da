/* absences.c - who is away, and who stands in.
 *
 * A row that was true stays, with the time at which it ended, so that what happened then can be
 * told again.
 */
#include "store/absences.h"

#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "store/absences_inside.h"
#include "store/inside.h"

void absence_free(Absence *absence)
{
	if (absence == NULL)
		return;
	g_free(absence->from);
	g_free(absence->until);
	g_free(absence->substitute);
	g_free(absence);
}

static bool is_day(const char *text)
{
	return text != NULL && strlen(text) == 10 && text[4] == '-' && text[7] == '-';
}

/* The first second of a day. */
static gint64 day_begin(const char *day, const char *time_zone)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(time_zone);
	g_autofree char *first = g_strconcat(day, "T00:00:00", NULL);
	g_autoptr(GDateTime) time = zone != NULL ? g_date_time_new_from_iso8601(first, zone) : NULL;

	return time != NULL ? g_date_time_to_unix(time) : 0;
}

static char *today(const char *time_zone, gint64 now)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(time_zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);
	g_autoptr(GDateTime) there = zone != NULL ? g_date_time_to_timezone(utc, zone) : NULL;

	return g_date_time_format(there != NULL ? there : utc, "%Y-%m-%d");
}

bool absence_read(const char *from, const char *until, const char *substitute,
		  const char *time_zone, gint64 now, Absence **ret_absence, GError **error)
{
	g_autoptr(Absence) absence = g_new0(Absence, 1);

	absence->from = from != NULL && *from != '\0' ? g_strdup(from) : today(time_zone, now);
	absence->until = g_strdup(until != NULL ? until : "");
	absence->substitute = g_strdup(substitute != NULL ? substitute : "");
	absence->begins = is_day(absence->from) ? day_begin(absence->from, time_zone) : 0;
	absence->ends = is_day(absence->until) ? text_day_end(absence->until, time_zone) + 1 : 1;
	if (absence->begins == 0 || absence->ends == 1)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "\"%s\" is no day: expected one as 2026-12-01",
			    absence->begins == 0 ? absence->from : absence->until);
	else if (absence->ends <= absence->begins)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the last day, %s, is before the first, %s", absence->until,
			    absence->from);
	else
		*ret_absence = g_steal_pointer(&absence);
	return absence == NULL;
}

/* ---- writing ---- */

/* What lies in the new range ends where that begins, or now if it has begun. */
static bool make_room(Store *store, gint64 person, gint64 begins, gint64 ends, gint64 now,
		      GError **error)
{
	static const char coming[] =
		"DELETE FROM absences WHERE person = :person AND begins >= :now AND begins < :ends"
		" AND ends > :begins";
	static const char running[] =
		"UPDATE absences SET ends = CASE WHEN :begins > :now THEN :begins ELSE :now END WHERE person = :person"
		" AND begins < :now AND begins < :ends AND ends > :begins AND ends > :now";
	const char *const sql[] = { coming, running };

	for (gsize i = 0; i < G_N_ELEMENTS(sql); i++) {
		g_autoptr(Statement) change = statement(store, sql[i]);

		bind_number(change, ":person", person);
		bind_number(change, ":now", now);
		bind_number(change, ":begins", begins);
		bind_number(change, ":ends", ends);
		if (!statement_run(change, error))
			return false;
	}
	return true;
}

bool absence_put(Store *store, gint64 person, const Absence *absence, gint64 now, GError **error)
{
	static const char sql[] =
		"INSERT INTO absences (person, first, last, begins, ends, substitute)"
		" VALUES (:person, :first, :last, :begins, :ends, :substitute)";
	g_autoptr(Statement) put = NULL;

	if (!make_room(store, person, absence != NULL ? absence->begins : 0,
		       absence != NULL ? absence->ends : G_MAXINT64, now, error))
		return false;
	if (absence == NULL)
		return true;
	put = statement(store, sql);
	bind_number(put, ":person", person);
	bind_text(put, ":first", absence->from);
	bind_text(put, ":last", absence->until);
	bind_number(put, ":begins", absence->begins);
	bind_number(put, ":ends", absence->ends);
	bind_text(put, ":substitute", absence->substitute);
	return statement_run(put, error);
}

static bool find(Store *store, const char *number, Person **ret_person, GError **error)
{
	if (!people_find_number(store, number, ret_person, error))
		return false;
	if (*ret_person == NULL || (*ret_person)->left) {
		g_clear_pointer(ret_person, person_free);
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "nobody here has the number %s",
			    number);
	}
	return *ret_person != NULL;
}

static bool set(Store *store, const char *number, const Absence *absence, gint64 now,
		GError **error)
{
	g_autoptr(Person) person = NULL, substitute = NULL;

	if (!find(store, number, &person, error))
		return false;
	if (absence != NULL && strcmp(absence->substitute, person->number) == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s cannot stand in for %s", number,
			    number);
		return false;
	}
	return (absence == NULL || absence->substitute[0] == '\0' ||
		find(store, absence->substitute, &substitute, error)) &&
	       absence_put(store, person->id, absence, now, error);
}

bool absence_set(Store *store, const char *number, const Absence *absence, gint64 now,
		 GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, set(store, number, absence, now, error), error);
}

bool absence_end(Store *store, const char *number, gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, set(store, number, NULL, now, error), error);
}

/* ---- looking ---- */

static void *absence_row(Statement *row)
{
	Absence *absence = g_new0(Absence, 1);

	absence->from = column_given(row, 0);
	absence->until = column_given(row, 1);
	absence->begins = column_number(row, 2);
	absence->ends = column_number(row, 3);
	absence->substitute = column_given(row, 4);
	return absence;
}

bool absence_of(Store *store, gint64 person, gint64 now, Absence **ret_absence, GError **error)
{
	static const char sql[] = "SELECT first, last, begins, ends, substitute FROM absences"
				  " WHERE person = :person AND ends > :now"
				  " ORDER BY begins, id LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":person", person);
	bind_number(select, ":now", now);
	return statement_row(select, absence_row, (void **)ret_absence, error);
}

bool absence_is_away(Store *store, gint64 person, gint64 now, bool *ret_away, GError **error)
{
	g_autoptr(Absence) absence = NULL;

	if (!absence_of(store, person, now, &absence, error))
		return false;
	*ret_away = absence != NULL && absence->begins <= now;
	return true;
}

static bool is_one_of(gint64 person, const gint64 *list)
{
	for (; *list != 0; list++)
		if (*list == person)
			return true;
	return false;
}

bool absence_stand_in(Store *store, gint64 person, const gint64 *never, gint64 now,
		      Person **ret_person, GError **error)
{
	gint64 id = person;

	for (guint i = 0; i <= ABSENCE_CHAIN; i++) {
		g_autoptr(Absence) absence = NULL;
		g_autoptr(Person) next = NULL;

		if (!absence_of(store, id, now, &absence, error))
			return false;
		if (absence == NULL || absence->begins > now)
			return id == person || is_one_of(id, never) ||
			       people_find_id(store, id, ret_person, error);
		if (i == ABSENCE_CHAIN || absence->substitute[0] == '\0')
			return true;
		if (!people_find_number(store, absence->substitute, &next, error))
			return false;
		if (next == NULL || next->left || next->addresses[0] == NULL || next->id == person)
			return true;
		id = next->id;
	}
	return true;
}
