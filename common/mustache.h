/* mustache.h - logic-less templates (mustache(5)) that escape by default.
 *
 * Supports: variables, unescaped variables, dotted names, sections, inverted
 * sections, comments, partials, set delimiters, standalone lines.  Data is JSON
 * (jansson).  No lambdas, no inheritance.  A section is shown unless its value
 * is missing, null, false, "" or []; the number 0 is shown.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef enum {
	MUSTACHE_HTML, /* {{x}} is escaped for HTML text and quoted attributes */
	MUSTACHE_TEXT, /* {{x}} as it is */
} MustacheEscape;

typedef struct Mustache Mustache;

/* Gives the source of a partial, or NULL; lent until the rendering ends. */
typedef const char *(*MustachePartial)(const char *name, void *user);

/* Compiles source.  On a mistake NULL with DESK_ERROR_DATA: "NAME:line:column: ...". */
Mustache *mustache_new(const char *name, const char *source, GError **error);
void mustache_free(Mustache *mustache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mustache, mustache_free)

/* Renders with data.  partial may be NULL.  NULL with DESK_ERROR_DATA when a
 * partial is wrong or partials nest deeper than 32, or the result passes 4 MiB.
 * Partials stay compiled with mustache: each name must mean the same source every time, and one
 * thread renders at a time.  Given. */
char *mustache_render(Mustache *mustache, MustacheEscape escape, json_t *data,
		      MustachePartial partial, void *user, GError **error);
