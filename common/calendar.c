/* calendar.c - working days and public holidays. */
#include "common/calendar.h"

#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/yaml.h"

struct Calendar {
	GHashTable *fixed; /* "MM-DD" */
	GHashTable *days;  /* "YYYY-MM-DD" */
	GArray *easter;    /* int: days after Easter Sunday */
};

void calendar_free(Calendar *calendar)
{
	if (calendar == NULL)
		return;
	g_hash_table_unref(calendar->fixed);
	g_hash_table_unref(calendar->days);
	g_array_unref(calendar->easter);
	g_free(calendar);
}

/* ---- reading ---- */

typedef bool (*TakeWord)(Calendar *calendar, const char *word);

static bool is_month_and_day(const char *word, guint year)
{
	guint month = 0, day = 0;
	char end;

	return strlen(word) == 5 && sscanf(word, "%2u-%2u%c", &month, &day, &end) == 2 &&
	       g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static bool take_fixed(Calendar *calendar, const char *word)
{
	return is_month_and_day(word, 2024) && g_hash_table_add(calendar->fixed, g_strdup(word));
}

static bool take_day(Calendar *calendar, const char *word)
{
	guint64 year;
	g_autofree char *first = g_strndup(word, 4);

	return strlen(word) == 10 && word[4] == '-' &&
	       g_ascii_string_to_unsigned(first, 10, 1583, 9999, &year, NULL) &&
	       is_month_and_day(word + 5, (guint)year) &&
	       g_hash_table_add(calendar->days, g_strdup(word));
}

static bool take_easter(Calendar *calendar, const char *word)
{
	gint64 number;
	int days;

	if (!g_ascii_string_to_signed(word, 10, -100, 250, &number, NULL))
		return false;
	days = (int)number;
	g_array_append_val(calendar->easter, days);
	return true;
}

static const struct {
	const char *key, *expected;
	TakeWord take;
} keys[] = {
	{ "fixed", "a month and a day, such as 07-21", take_fixed },
	{ "easter", "days after Easter Sunday, such as 39", take_easter },
	{ "days", "a day, such as 2026-11-02", take_day },
};

static bool fail(const char *path, const YamlNode *node, const char *what, GError **error)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s:%u:%u: %s", path, node->line,
		    node->column, what);
	return false;
}

static bool read_list(Calendar *calendar, const char *path, const YamlNode *name,
		      const YamlNode *list, GError **error)
{
	gsize k = 0;

	while (k < G_N_ELEMENTS(keys) && strcmp(keys[k].key, name->text) != 0)
		k++;
	if (k == G_N_ELEMENTS(keys))
		return fail(path, name, "expected fixed, easter or days", error);
	if (list->kind != YAML_LIST)
		return fail(path, list, "expected a list", error);
	for (guint i = 0; i < list->items->len; i++) {
		const YamlNode *item = list->items->pdata[i];

		if (item->kind != YAML_SCALAR || !keys[k].take(calendar, item->text)) {
			g_autofree char *what = g_strdup_printf("expected %s", keys[k].expected);

			return fail(path, item, what, error);
		}
	}
	return true;
}

Calendar *calendar_read(const char *path, GError **error)
{
	g_autoptr(Calendar) calendar = g_new0(Calendar, 1);
	g_autoptr(YamlNode) root = yaml_read_file(path, error);

	calendar->fixed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	calendar->days = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	calendar->easter = g_array_new(FALSE, FALSE, sizeof(int));
	if (root == NULL)
		return NULL;
	if (root->kind != YAML_MAP) {
		fail(path, root, "expected fixed, easter or days, with a list behind each", error);
		return NULL;
	}
	for (guint i = 0; i < root->items->len; i++)
		if (!read_list(calendar, path, root->keys->pdata[i], root->items->pdata[i], error))
			return NULL;
	return g_steal_pointer(&calendar);
}

/* ---- days ---- */

/* Easter Sunday of the Gregorian calendar, by the rule of Gauss as Lichtenberg completed it. */
static void easter_of(guint year, GDate *ret_day)
{
	guint k = year / 100, m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25,
	      s = 2 - (3 * k + 3) / 4 + 1000 * 7, a = year % 19, d = (19 * a + m) % 30,
	      r = (d + a / 11) / 29, og = 21 + d - r, sz = 7 - (year + year / 4 + s) % 7,
	      oe = 7 - (og - sz) % 7;

	g_date_set_dmy(ret_day, 1, G_DATE_MARCH, (GDateYear)year);
	g_date_add_days(ret_day, og + oe - 1);
}

static bool is_holiday(const Calendar *calendar, const GDate *day)
{
	char name[16];
	GDate easter;

	if (calendar == NULL)
		return false;
	g_snprintf(name, sizeof(name), "%04d-%02d-%02d", g_date_get_year(day),
		   g_date_get_month(day), g_date_get_day(day));
	if (g_hash_table_contains(calendar->days, name) ||
	    g_hash_table_contains(calendar->fixed, name + 5))
		return true;
	easter_of(g_date_get_year(day), &easter);
	for (guint i = 0; i < calendar->easter->len; i++)
		if (g_date_days_between(&easter, day) == g_array_index(calendar->easter, int, i))
			return true;
	return false;
}

bool calendar_is_working_day(const Calendar *calendar, const GDate *day)
{
	return g_date_get_weekday(day) <= G_DATE_FRIDAY && !is_holiday(calendar, day);
}

/* The local time of a moment; given. */
static GDateTime *local(const char *time_zone, gint64 seconds)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(time_zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
	g_autoptr(GTimeZone) none = g_time_zone_new_utc();

	return g_date_time_to_timezone(utc, zone != NULL ? zone : none);
}

static void date_of(GDateTime *time, GDate *ret_day)
{
	g_date_set_dmy(ret_day, (GDateDay)g_date_time_get_day_of_month(time),
		       (GDateMonth)g_date_time_get_month(time),
		       (GDateYear)g_date_time_get_year(time));
}

gint64 calendar_term(const Calendar *calendar, const char *time_zone, gint64 from, guint days)
{
	g_autoptr(GDateTime) begin = local(time_zone, from);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(time_zone);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) end = NULL;
	GDate day;

	g_date_clear(&day, 1);
	date_of(begin, &day);
	while (days > 0) {
		g_date_add_days(&day, 1);
		if (calendar_is_working_day(calendar, &day))
			days--;
	}
	end = g_date_time_new(zone != NULL ? zone : utc, g_date_get_year(&day),
			      (int)g_date_get_month(&day), g_date_get_day(&day), 23, 59, 59);
	return g_date_time_to_unix(end);
}

bool calendar_is_working_time(const Calendar *calendar, const char *time_zone, gint64 now,
			      guint from_minute, guint until_minute)
{
	g_autoptr(GDateTime) here = local(time_zone, now);
	guint minute = (guint)(g_date_time_get_hour(here) * 60 + g_date_time_get_minute(here));
	GDate day;

	g_date_clear(&day, 1);
	date_of(here, &day);
	return minute >= from_minute && minute < until_minute &&
	       calendar_is_working_day(calendar, &day);
}
