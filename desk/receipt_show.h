/* receipt_show.h - one mail that came, with what is known of it without reading it. */
#pragma once

#include <jansson.h>

#include "store/receipts.h"

/* receipt_json, and "size" (bytes as they came), "tries" (readings begun), "from", "subject" (null
 * when not known) and "events" (what people did with it). */
json_t *receipt_whole_json(Store *store, const Receipt *receipt);
/* The same for eyes. */
void receipt_print(Store *store, const Receipt *receipt);
