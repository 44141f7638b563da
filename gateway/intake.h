/* intake.h - reads, decides and acts on the receipts that wait: the second half of the way in.
 *
 * Receipts are claimed in groups; each group's outcomes commit together.  When one mail of a
 * group spoils it, each goes by itself, and the one that cannot be dealt with is quarantined
 * with its reason: all others go on.
 */
#pragma once

#include "gateway/decide.h"

/* Deals with up to GROUP_MAILS receipts; *ret_done: how many.  False when the database fails: they
 * wait and are claimed again. */
bool intake_run(const Desk *desk, gint64 now, guint *ret_done, GError **error);
