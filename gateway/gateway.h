/* gateway.h - the gateway process: a thread a mailbox that receives, one that reads and decides. */
#pragma once

#include "gateway/decide.h"
#include "gateway/reader.h"

/* once: takes all that is in the mailboxes now, deals with it, and returns; false with the first
 * error of a mailbox (the others are done all the same).  Else runs until stop_fd becomes readable:
 * a mailbox that is away is tried again after 1 s, doubling to 60 s with jitter; a database that is
 * locked or full is tried again, and said once a minute. */
bool gateway_run(const Desk *desk, bool once, int stop_fd, GError **error);

/* Deals with all receipts that wait now. */
bool gateway_drain(const Desk *desk, guint *ret_done, GError **error);

/* The readers of a desk, for desk->readers; none starts before there is something to read.  Given.
 */
ReaderPool *gateway_readers(const Settings *settings, GError **error);
