/* bucket.h - how much automatic mail the whole desk sends: a bucket of tokens that fills by the
 * hour.
 *
 * What is over it is not lost, but waits until there are tokens again: a flood of real requests is
 * answered later, and a loop of any kind becomes slow, while the limits of each address and case
 * (outbox.h) end it.
 */
#pragma once

#include "store/store.h"

#define AUTOMATIC_BUCKET "automatic"
#define LINK_BUCKET "links" /* mails with a link that was asked for on the page */

/* How many tokens an hour; the bucket holds those of one hour. */
bool bucket_set(Store *store, const char *name, gint64 an_hour, GError **error);
/* Takes one token; *ret_wait: seconds until it is there. A bucket that was not set has no end. */
bool bucket_take(Store *store, const char *name, gint64 now, gint64 *ret_wait, GError **error);
