/* duties.h - what one of several processes does once in a while. */
#pragma once

#include "store/store.h"

/* Whether the caller is to do it now: it was not done for so many seconds, by nobody.  Then it
 * counts as done.  What was never done begins to be due. */
bool duty_take(Store *store, const char *name, gint64 now, gint64 seconds, bool *ret_taken,
	       GError **error);
