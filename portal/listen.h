/* listen.h - the socket of [Portal] Listen: "host:port", "[::1]:port" or "unix:PATH". */
#pragma once

#include <glib.h>

/* A listening descriptor, or -1 with DESK_ERROR_UNAVAILABLE.  A socket file that a dead process
 * left is taken over; it may be used by its owner and group (0660). */
int listen_open(const char *where, GError **error);
/* Takes a socket file away. */
void listen_close(const char *where);
