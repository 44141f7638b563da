/* look_over.h - every mail in the mailboxes against the receipts, every receipt against its
 * outcome. */
#pragma once

#include "common/settings.h"
#include "store/reconcile.h"

typedef struct LookOver {
	GPtrArray *of,
		*texts; /* char *, beside each other: "mailbox inbox", "mail 7 has no receipt" */
	GPtrArray *findings; /* Finding: those of the database */
	guint mails;         /* that lie in the mailboxes */
} LookOver;

/* A mailbox that is away is a finding as any other; false: the database failed. */
bool look_over(const Settings *settings, Store *store, LookOver *ret_look, GError **error);
void look_over_clear(LookOver *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LookOver, look_over_clear)
