/* remind.c - the clock of the desk. */
#include "notifier/remind.h"

#include "common/log.h"
#include "common/texts.h"
#include "store/duties.h"
#include "store/remind.h"

#define LOOK_SECONDS 60
#define DAY (24 * 60 * 60)
#define CASES_MOST 200

Calendar *remind_calendar(const Settings *settings, GError **error)
{
	g_autofree char *folder = data_folder("calendar");
	g_autofree char *ours = g_build_filename(folder, "belgium.yaml", NULL);

	return calendar_read(settings->calendar != NULL ? settings->calendar : ours, error);
}

static bool is_working_time(const Settings *settings, const Calendar *calendar, gint64 now)
{
	const WorkingHours *hours = &settings->working_hours;

	return settings->test_clock > 1 || hours->from == hours->until ||
	       calendar_is_working_time(calendar, settings->time_zone, now, hours->from,
					hours->until);
}

/* "2026-12-01": the day of a moment, where the desk is; given. */
static char *day_of(const Settings *settings, gint64 seconds)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(settings->time_zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
	g_autoptr(GDateTime) here =
		zone != NULL ? g_date_time_to_timezone(utc, zone) : g_date_time_ref(utc);

	return g_date_time_format(here, "%Y-%m-%d");
}

/* A term runs from when the team got the case. */
static bool set_days(const MailDesk *desk, const Calendar *calendar, gint64 now, GError **error)
{
	const CaseBy by = { .who = "desk", .way = WAY_DESK, .now = now };

	for (guint f = 0; f < desk->forms->all->len; f++) {
		const Form *form = desk->forms->all->pdata[f];
		g_autoptr(GPtrArray) cases = NULL;

		if (form->term == 0)
			continue;
		if (!cases_without_due(desk->store, form->id, CASES_MOST, &cases, error))
			return false;
		for (guint i = 0; i < cases->len; i++) {
			const Case *c = cases->pdata[i];
			gint64 due = calendar_term(calendar, desk->settings->time_zone, c->changed,
						   form->term);
			g_autofree char *day = day_of(desk->settings, due);

			if (!case_set_due(desk->store, c->id, due, day, &by, error))
				return false;
		}
	}
	return true;
}

static gint64 paused(const MailDesk *desk, gint64 seconds)
{
	return seconds > 0 ? MAX((gint64)((double)seconds / MAX(desk->settings->test_clock, 1)), 1)
			   : 0;
}

static bool owe_reminders(const MailDesk *desk, gint64 now, GError **error)
{
	const Reminding what = {
		.requester = desk->settings->remind_requester,
		.approver = desk->settings->remind_approver,
		.teams = desk->settings->teams,
	};
	guint count = 0;

	if (!reminders_owe(desk->store, &what, now, &count, error))
		return false;
	if (count > 0)
		log_info("reminded of %u cases", count);
	return true;
}

/* Twenty hours: a little earlier than yesterday is well, twice a day is not. */
static bool is_new_day(const MailDesk *desk, const char *kind, const char *id, gint64 now,
		       bool *ret_new, GError **error)
{
	g_autofree char *name = g_strdup_printf("%s:%s", kind, id);

	return duty_take(desk->store, name, now, paused(desk, DAY * 5 / 6), ret_new, error);
}

static bool owe_digests(const MailDesk *desk, gint64 now, GError **error)
{
	bool is_new;

	if (!is_new_day(desk, "digest-mine", "all", now, &is_new, error) ||
	    (is_new && !digest_owe_holders(desk->store, desk->settings->teams, now, error)))
		return false;
	for (guint i = 0; i < desk->settings->teams->len; i++) {
		const TeamSettings *team = desk->settings->teams->pdata[i];

		if (team->digest && (!is_new_day(desk, "digest", team->id, now, &is_new, error) ||
				     (is_new && !digest_owe_team(desk->store, team, now, error))))
			return false;
	}
	for (guint i = 0; i < desk->settings->organisations->len; i++) {
		const OrganisationSettings *organisation = desk->settings->organisations->pdata[i];

		if (organisation->digest &&
		    (!is_new_day(desk, "overview", organisation->code, now, &is_new, error) ||
		     (is_new && !digest_owe_organisation(desk->store, organisation, now, error))))
			return false;
	}
	return true;
}

bool remind_when_due(const MailDesk *desk, const Calendar *calendar, bool once, gint64 now,
		     GError **error)
{
	bool is_due = false;

	if (!once &&
	    !duty_take(desk->store, "remind", now, paused(desk, LOOK_SECONDS), &is_due, error))
		return false;
	if (!once && !is_due)
		return true;
	if (!set_days(desk, calendar, now, error))
		return false;
	return !is_working_time(desk->settings, calendar, now) ||
	       (owe_reminders(desk, now, error) && owe_digests(desk, now, error));
}
