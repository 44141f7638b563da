/* csv.h - comma-separated values (RFC 4180), read from text that is in memory. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Csv {
	char *next, *end;
	char separator;
	guint line; /* of the record that was read last, from 1 */
	guint next_line;
} Csv;

/* text is lent and changed: fields are unquoted in place. A byte order mark is skipped; the
 * separator is what stands first in the header line: , ; or a tab. */
void csv_open(Csv *csv, char *text, gsize length);

/* The next record that is not empty, as fields lent from the text; false at the end, or with
 * ret_mistake (lent static) when it is broken: nothing can be read behind it. */
bool csv_read(Csv *csv, GPtrArray *fields, const char **ret_mistake);
