/* service.h - telling whoever started us how we are: the protocol of sd_notify(3).
 *
 * One datagram to the Unix socket in $NOTIFY_SOCKET; without it nothing is said.  Whoever watches
 * us ($WATCHDOG_USEC) hears from us at least twice in that time, as long as our main loop turns:
 * systemd, or `persocontact run`.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* "READY=1", "STOPPING=1", "STATUS=..."; a line, or several.  Best effort. */
void service_notify(const char *state);

/* From the main loop, as often as it turns. Cheap. */
void service_alive(void);

/* For `run`: a socket on which a child tells how it is; its address for $NOTIFY_SOCKET goes to
 * ret_address (given).  -1 with an error. */
int service_listen(char **ret_address, GError **error);
/* Whether anything was heard on it since the last call. */
bool service_heard(int fd);
