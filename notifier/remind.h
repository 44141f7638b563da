/* remind.h - the clock of the desk: reminders, terms and digests become notices that are owed. */
#pragma once

#include "common/calendar.h"
#include "notifier/facts.h"

/* The calendar that the settings name, or ours; NULL with an error. */
Calendar *remind_calendar(const Settings *settings, GError **error);

/* What is due now: the day of new cases by the term of their form; reminders and digests, in
 * working hours alone (a test's clock knows no night).  Of several notifiers on one database one
 * does it at a time. */
bool remind_when_due(const MailDesk *desk, const Calendar *calendar, bool once, gint64 now,
		     GError **error);
