/* remind.h - cases that wait for somebody, and who is told of it.
 *
 * A wait begins when the case changed last (or when its day, cases.due, has passed), and has steps:
 * at n times the pause the n-th reminder is due.  Each is owed once, whatever dies: a row says so.
 * After a long silence only the last step that is due is told.
 */
#pragma once

#include "common/settings.h"
#include "store/cases.h"

typedef struct Reminding {
	gint64 requester, approver; /* pauses in seconds, 0: never */
	const GPtrArray *teams;     /* TeamSettings: pause and lead */
} Reminding;

/* Owes what is due, at most some hundred in one call; *ret_count: how many cases. */
bool reminders_owe(Store *store, const Reminding *what, gint64 now, guint *ret_count,
		   GError **error);

/* Cases on a form that a team has and that have no day yet (GPtrArray of Case), at most limit. */
bool cases_without_due(Store *store, const char *form, guint limit, GPtrArray **ret_cases,
		       GError **error);

/* One mail a day: the open cases of a team, or of an organisation's people (for its HR service), as
 * data of the notice: {"rows": [{"number", "form", "who", "assignee", "since": days}], "new": n,
 * "open": n, "late": n, "name": id}.  Nothing is owed when there is none. */
bool digest_owe_team(Store *store, const TeamSettings *team, gint64 now, GError **error);
/* And to each dossier manager who has a case of a team with a digest: all that they have, of every
 * team, in one mail. */
bool digest_owe_holders(Store *store, const GPtrArray *teams, gint64 now, GError **error);
bool digest_owe_organisation(Store *store, const OrganisationSettings *organisation, gint64 now,
			     GError **error);
