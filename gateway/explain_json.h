/* explain_json.h - a mail as the JSON object of `persocontact explain`. */
#pragma once

#include <jansson.h>

#include "common/mail.h"

/* The keys from "file" to "authenticated", and "warnings"; attached messages as the same objects,
 * without "file".  What the desk decides is added by its caller.  file: the name to
 * show, or NULL. A new reference. */
json_t *mail_to_json(const Mail *mail, const char *file);
