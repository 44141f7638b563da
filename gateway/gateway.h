/* gateway.h - the gateway process: a thread a mailbox that receives, one that reads and decides. */
#pragma once

/* The order of steps, for every mailbox (the failpoint at which tests kill each stands in
 * brackets; docs/reliability.md says what is on disk then):
 *
 *	1 fetch		bytes pass to the segment's buffer		[receive.appended, .fetched]
 *	2 sync		fdatasync of the segment			[receive.synced]
 *	3 receive	receipts of the group, one commit		[receive.put, .committed]
 *	4 settle	move, flag or delete in the mailbox		[mailbox.kept, .moved,
 *.settled; maildir.kept, .settled] 5 claim		receipts are taken for a while, one commit
 *[intake.claimed]
 *	6 read		in a process without rights			[intake.read, reader.*]
 *	7 decide, act	case, event, notices, outcome: one commit	[intake.decided, .acted,
 *.put, .committed]
 *
 * 4 only after 3; 5 to 7 need nothing of 4.  Each step can be done again from where it stopped.
 * The notifier's: claim [notifier.claimed], render [render.composed, .put, .committed], send
 * [notifier.rendered, smtp.data, .data-ended, notifier.taken], settle [notifier.settling,
 *.settled].
 */

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
