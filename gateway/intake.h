/* intake.h - reads, decides and acts on the receipts that wait: the second half of the way in.
 *
 * Receipts are claimed in groups; each group's outcomes commit together.  When one mail of a
 * group spoils it, each goes by itself, and the one that cannot be dealt with is quarantined
 * with its reason: all others go on.
 */
#pragma once

#include "gateway/decide.h"

/* Deals with up to GROUP_MAILS receipts; *ret_done: how many.  False when the database fails, or no
 * reader can be started: they wait and are claimed again.  With desk->readers, mails that
 * are slow to read are left for a later run, and a mail that its reader did not survive is read
 * once more, alone; then it is quarantined. */
bool intake_run(const Desk *desk, gint64 now, guint *ret_done, GError **error);

/* Whether mails are being read that a later run will settle. */
bool intake_waits(const Desk *desk);

/* Gives back the receipts of those mails: the program ends. */
void intake_give_back(const Desk *desk);
