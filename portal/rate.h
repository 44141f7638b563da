/* rate.h - how often somebody may do something: in memory, one number a key. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Rate {
	gint64 count, seconds; /* so many within so many seconds, all at once if need be */
} Rate;

GHashTable *rates_new(void);
/* Takes one of key's; false when none is left: *ret_wait is in how many seconds there is one.
 * now_ms: of a clock that is not set. */
bool rate_take(GHashTable *rates, const char *key, const Rate *rate, gint64 now_ms,
	       gint64 *ret_wait);
