/* fetch.h - one request to a server by https (http on this machine alone), bounded in every way.
 *
 * No redirect is followed, no cookie kept; a body over its limit, an answer over its time and a
 * certificate that is not trusted are errors.  May be called from any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Fetch {
	const char *what; /* for messages: "the token endpoint" */
	const char *url;
	const char *form;         /* the body of a POST; NULL: a GET */
	const char *header;       /* one more, "Name: value", or NULL */
	const char *ca_file;      /* and not the system's beside it; NULL: the system's */
	guint milliseconds;       /* for all of it */
	gsize most;               /* bytes of the body */
	const gint *is_cancelled; /* read atomically; NULL: never */
} Fetch;

/* The body and the status (any).  DESK_ERROR_UNAVAILABLE: the server is away, or says too much;
 * _CONFIG: the address or the certificate. */
bool fetch(const Fetch *fetch, GString *body, long *ret_status, GError **error);

/* NAME=VALUE for a form or a query (application/x-www-form-urlencoded), behind what is there;
 * nothing where value is NULL or "". */
void fetch_field(GString *form, const char *name, const char *value);
