/* retry.c - the arithmetic of trying again. */
#include "notifier/retry.h"

#include <math.h>

static double grown(double first, double factor, double most, guint tries)
{
	double wait = first;

	for (guint i = 1; i < tries && wait < most; i++)
		wait *= factor;
	return MIN(wait, most);
}

double retry_wait(guint tries)
{
	return grown(RETRY_FIRST, 1.5, RETRY_MOST, tries);
}

double retry_wait_away(guint tries)
{
	return grown(RETRY_AWAY_FIRST, 2, RETRY_AWAY_MOST, tries);
}

double retry_spread(double wait, double dice, double clock)
{
	return wait * (1 + CLAMP(dice, 0, 1) / 5) / (clock > 0 ? clock : 1);
}

bool retry_is_over(gint64 created, gint64 now, double clock)
{
	return (double)(now - created) >= RETRY_GIVE_UP / (clock > 0 ? clock : 1);
}

gint64 retry_due(gint64 now, double wait)
{
	gint64 seconds = (gint64)ceil(wait);

	return now + MAX(seconds, 1);
}
