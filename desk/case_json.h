/* case_json.h - a case and its parts as JSON; its keys may be added to, never renamed or dropped.
 */
#pragma once

#include <jansson.h>

#include "store/cases.h"
#include "store/receipts.h"

/* As `case list` prints it. */
json_t *case_json(const Case *c);
/* As `case show` prints it; NULL with an error. */
json_t *case_whole_json(Store *store, const Case *c, GError **error);
/* What people did with it by hand: an array. */
json_t *receipt_events_json(Store *store, const Receipt *receipt);
/* As `mail list` prints it; `mail show`: receipt_show.h. */
json_t *receipt_json(Store *store, const Receipt *receipt);

/* A time, or null for 0. */
json_t *time_json(gint64 seconds);
/* A text, or null for "". */
json_t *text_json(const char *text);
/* The number of a case ("PC-2026-000123"), or null for 0. */
json_t *case_number_json(Store *store, gint64 id);
/* The SHA-256 of the raw mail with this mails.id, or null. */
json_t *mail_sha256_json(Store *store, gint64 mail);
