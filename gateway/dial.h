/* dial.h - connects to a server by TCP, within a time and until the program must stop. */
#pragma once

#include <glib.h>

typedef enum {
	READY_FAILED = -2, /* errno says why */
	READY_STOP = -1,
	READY_NOT = 0, /* the time is over */
	READY_YES = 1,
} Ready;

/* Waits until fd is ready for events (of poll), stop_fd (or -1) is readable, or the
 * monotonic clock says until. */
Ready wait_ready(int fd, short events, int stop_fd, gint64 until);

/* A connected, non-blocking socket to host (a name or an address), or -1 with
 * DESK_ERROR_UNAVAILABLE, or _TEMPFAIL when the program must stop.  The addresses of a name are
 * tried one after the other. */
int dial(const char *host, guint16 port, int stop_fd, guint seconds, GError **error);
