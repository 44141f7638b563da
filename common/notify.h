/* notify.h - tells a service manager how this process stands: systemd's protocol of sd_notify(3),
 * one datagram to the socket that $NOTIFY_SOCKET names. */
#pragma once

#include <stdbool.h>

/* Sends state ("READY=1", "STOPPING=1", several divided by line ends). True when it is sent, and
 * when nobody asked ($NOTIFY_SOCKET is not set); false when the socket cannot be reached, which
 * is no reason to stop: the manager sees by itself that nothing came. */
bool notify_send(const char *state);
