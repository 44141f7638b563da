/* intake_read.h - the reading half of gateway/intake.c. */
#pragma once

#include "gateway/decide.h"
#include "store/receipts.h"

typedef struct Taken { /* a receipt that was claimed and read */
	Receipt *receipt;
	Mail *mail;
	char *why; /* why nothing could be read: of the reader, not of the mail; or NULL */
} Taken;

void taken_free(Taken *taken);

/* Claims receipts, up to GROUP_MAILS with those that are being read, and begins to read them.  What
 * is known at once (without desk->readers: all) is added to group. */
bool intake_claim(const Desk *desk, gint64 now, GPtrArray *group, GError **error);

/* Adds the mails that are read by now or soon to group.  *ret_deaths grows by the readers that
 * died: the first time their receipts are given back to be claimed again, the second time they are
 * added to group, unreadable and with why. */
bool intake_gather(const Desk *desk, GPtrArray *group, guint *ret_deaths, GError **error);

/* Prolongs the claims of the receipts that are being read. */
void intake_keep(const Desk *desk, gint64 now);
