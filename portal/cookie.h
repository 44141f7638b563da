/* cookie.h - the session's token in a Cookie header (RFC 6265 4.2).  Pure. */
#pragma once

#include <glib.h>

#define COOKIE_BYTES (8 * 1024) /* a longer header is not looked at */

/* The value of the cookie name when it is a token (26 of a-z2-7), else NULL; also when two
 * different tokens are sent under the name (a neighbour may have set one of them).  Given. */
char *cookie_token(const char *header, const char *name);
