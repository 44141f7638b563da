/* test_calendar.c - holidays, terms over long weekends, working hours. */
#include "common/calendar.h"

#include <string.h>

#include "common/error.h"
#include "common/texts.h"
#include "folder.h"

#define ZONE "Europe/Brussels"

static Calendar *belgium(void)
{
	g_autofree char *folder = data_folder("calendar");
	g_autofree char *path = g_build_filename(folder, "belgium.yaml", NULL);
	GError *error = NULL;
	Calendar *calendar = calendar_read(path, &error);

	g_assert_no_error(error);
	return calendar;
}

static void test_days(void)
{
	static const struct {
		GDateDay day;
		GDateMonth month;
		GDateYear year;
		bool works;
		const char *what;
	} rows[] = {
		{ 24, G_DATE_NOVEMBER, 2026, true, "a Tuesday" },
		{ 28, G_DATE_NOVEMBER, 2026, false, "a Saturday" },
		{ 29, G_DATE_NOVEMBER, 2026, false, "a Sunday" },
		{ 11, G_DATE_NOVEMBER, 2026, false, "Armistice" },
		{ 21, G_DATE_JULY, 2027, false, "the national day" },
		{ 29, G_DATE_MARCH, 2027, false, "Easter Monday 2027" },
		{ 6, G_DATE_MAY, 2027, false, "Ascension 2027" },
		{ 17, G_DATE_MAY, 2027, false, "Whit Monday 2027" },
		{ 6, G_DATE_APRIL, 2026, false, "Easter Monday 2026" },
		{ 14, G_DATE_MAY, 2026, false, "Ascension 2026" },
		{ 25, G_DATE_MAY, 2026, false, "Whit Monday 2026" },
		{ 26, G_DATE_MAY, 2026, true, "the day after" },
		{ 1, G_DATE_APRIL, 2024, false, "Easter Monday 2024" },
		{ 26, G_DATE_APRIL, 2038, false, "Easter Monday 2038, the latest there is" },
		{ 24, G_DATE_MARCH, 2008, false, "Easter Monday 2008, nearly the first" },
	};
	g_autoptr(Calendar) calendar = belgium();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		GDate day;

		g_date_clear(&day, 1);
		g_date_set_dmy(&day, rows[i].day, rows[i].month, rows[i].year);
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(calendar_is_working_day(calendar, &day), ==, rows[i].works);
	}
}

static gint64 at(const char *text)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(ZONE);
	g_autofree char *whole = g_strconcat(text, strlen(text) == 16 ? ":00" : "", NULL);
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(whole, zone);

	g_assert_nonnull(time);
	return g_date_time_to_unix(time);
}

static void test_terms(void)
{
	static const struct {
		const char *from, *end;
		guint days;
		const char *what;
	} rows[] = {
		{ "2026-11-24T10:00", "2026-11-25T23:59:59", 1, "one day" },
		{ "2026-11-27T16:00", "2026-11-30T23:59:59", 1, "over a weekend" },
		{ "2026-11-28T16:00", "2026-11-30T23:59:59", 1, "from a Saturday" },
		{ "2026-11-10T23:30", "2026-11-12T23:59:59", 1, "over Armistice" },
		{ "2027-05-05T09:00", "2027-05-07T23:59:59", 1, "over Ascension" },
		{ "2026-12-24T09:00", "2026-12-31T23:59:59", 4, "over Christmas" },
		{ "2027-03-26T09:00", "2027-03-30T23:59:59", 1, "over Easter, when clocks change" },
		{ "2026-10-23T09:00", "2026-10-26T23:59:59", 1, "when clocks change back" },
		{ "2026-11-24T10:00", "2026-12-08T23:59:59", 10, "two weeks" },
		{ "2026-11-24T00:10", "2026-11-24T23:59:59", 0, "today" },
	};
	g_autoptr(Calendar) calendar = belgium();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(calendar_term(calendar, ZONE, at(rows[i].from), rows[i].days), ==,
				at(rows[i].end));
	}
}

static void test_hours(void)
{
	g_autoptr(Calendar) calendar = belgium();

	g_assert_true(calendar_is_working_time(calendar, ZONE, at("2026-11-24T07:00"), 420, 1200));
	g_assert_false(calendar_is_working_time(calendar, ZONE, at("2026-11-24T06:59"), 420, 1200));
	g_assert_true(calendar_is_working_time(calendar, ZONE, at("2026-11-24T19:59"), 420, 1200));
	g_assert_false(calendar_is_working_time(calendar, ZONE, at("2026-11-24T20:00"), 420, 1200));
	g_assert_false(calendar_is_working_time(calendar, ZONE, at("2026-11-28T12:00"), 420, 1200));
	g_assert_false(calendar_is_working_time(calendar, ZONE, at("2026-12-25T12:00"), 420, 1200));
	g_assert_true(calendar_is_working_time(NULL, ZONE, at("2026-12-25T12:00"), 420, 1200));
}

static void test_broken(void)
{
	static const struct {
		const char *yaml, *message;
	} rows[] = {
		{ "fixed: [\"13-01\"]\n", "*:1:9: expected a month and a day*" },
		{ "fixed: [\"02-30\"]\n", "*:1:9: *" },
		{ "easter: [\"soon\"]\n", "*:1:10: expected days after*" },
		{ "days: [\"2026-2-1\"]\n", "*:1:8: expected a day*" },
		{ "fixed: a\n", "*:1:8: expected a list" },
		{ "fixd: [\"01-01\"]\n", "*:1:1: expected fixed, easter or days" },
		{ "- a\n", "*:1:1: *" },
	};
	char *folder = folder_new();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = folder_put(folder, "x.yaml", rows[i].yaml, -1);
		g_autoptr(GError) error = NULL;

		g_assert_null(calendar_read(path, &error));
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		g_test_message("%s", error->message);
		g_assert_true(g_pattern_match_simple(rows[i].message, error->message));
	}
	g_assert_null(calendar_read("/nonexistent", NULL));
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/days", test_days);
	g_test_add_func("/calendar/terms", test_terms);
	g_test_add_func("/calendar/hours", test_hours);
	g_test_add_func("/calendar/broken", test_broken);
	return g_test_run();
}
