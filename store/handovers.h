/* handovers.h - who was recognised at another address, on the way to the page.
 *
 * A random code that goes through the browser's address once: kept as its hash, bound to the
 * browser that set out (state), good for HANDOVER_SECONDS and one use.
 */
#pragma once

#include "store/store.h"

#define HANDOVER_SECONDS 120

/* hash: of the code; state: of the browser.  Forgets those that are over. */
bool handover_put(Store *store, const char *hash, const char *state, const char *holder, gint64 now,
		  GError **error);
/* Takes it out.  NULL in ret_holder: unknown, over, used, or of another browser (for which it
 * stays); given. */
bool handover_take(Store *store, const char *hash, const char *state, gint64 now, char **ret_holder,
		   GError **error);
