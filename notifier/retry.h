/* retry.h - when a mail that could not be sent is tried again.  Pure arithmetic.
 *
 *   a recipient's "later" (4xx)   60 s, growing by half again each time, to 4 hours
 *   the server is away            5 s, doubling to 5 minutes, for all mails at once
 *   after five days               given up, but after five tries at the earliest
 *
 * Every wait is spread by jitter, so that what failed together does not come back
 * together; clock is the test clock, by which all of it is divided.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define RETRY_FIRST 60
#define RETRY_MOST (4 * 60 * 60)
#define RETRY_AWAY_FIRST 5
#define RETRY_AWAY_MOST (5 * 60)
#define RETRY_LEAST 5
#define RETRY_GIVE_UP (5 * 24 * 60 * 60)

/* Seconds until the next try of a mail, tries having failed (1: once), before jitter. */
double retry_wait(guint tries);
/* Seconds until the server is tried again, tries having failed. */
double retry_wait_away(guint tries);
/* wait made longer by up to a fifth; dice is from 0 to 1; divided by clock. */
double retry_spread(double wait, double dice, double clock);
/* Whether a mail owed since created is given up at now. */
bool retry_is_over(gint64 created, gint64 now, double clock);
/* The second at which wait, counted from now, is over: at least one second later. */
gint64 retry_due(gint64 now, double wait);
