/* bulk_list.h - the list that says whose each file of a bulk mail is: a CSV, or lines of text. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct BulkRow {
	guint line;
	char *file, *number, *name; /* "" */
	bool is_used;               /* a file of the mail goes by it */
	bool is_double;             /* another row says something else of the same file */
} BulkRow;

typedef struct BulkList {
	GPtrArray *rows;     /* BulkRow */
	const char *mistake; /* "list-columns", "list-broken", "list-empty", or NULL: static */
} BulkList;

/* Header line with `file` and one of `number` and `name` (in four languages), "," or ";".  Given.
 */
BulkList *bulk_list_read(const char *csv);
/* Lines like "scan1.pdf: 12345678" or "Jan Peeters - scan1.pdf", for files (char *).  Given. */
BulkList *bulk_list_of_text(const char *text, const GPtrArray *files);
/* The row of a file: its whole name, else its name without the ending; or NULL. */
BulkRow *bulk_list_find(const BulkList *list, const char *file);
void bulk_list_free(BulkList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BulkList, bulk_list_free)
