/* listen.h - the sockets that the portal listens on.
 *
 * A program that begins anew in our place (SIGHUP) takes them over: whoever connects meanwhile
 * waits and is not refused.
 */
#pragma once

#include <glib.h>

/* where: "HOST:PORT", "[::1]:PORT" or "unix:PATH", of [GROUP] Listen.  -1 with
 * DESK_ERROR_UNAVAILABLE. */
int listen_open(const char *group, const char *where, GError **error);
/* Closes it, and removes the file of a Unix socket. */
void listen_close(int fd, const char *where);
/* Before the program begins anew: it finds the socket where it listens on the same. */
void listen_keep(int fd, const char *where);
/* Closes the sockets that were kept and are not wanted any more. */
void listen_forget(void);
