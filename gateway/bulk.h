/* bulk.h - HR's bulk mail: from a mail to rows, and from rows to cases.
 *
 * The mail's own transaction opens the bulk and its items (act_bulk.c).  Then each item is a
 * transaction of its own (bulk_run.c): whose it is, which case it belongs to, filed or asked.
 * When none waits any more, one transaction owes the digest to HR and one mail to each employee.
 */
#pragma once

#include "gateway/act.h"
#include "store/bulk.h"
#include "store/outbox.h"

/* DECISION_ATTESTATIONS. */
bool act_attestations(Act *act, GError **error);
/* A reply to a bulk: lines "N: number", "N: name", "N: drop".  *ret_handled false: it settles
 * nothing, and is a reply like any other. */
bool act_bulk_reply(Act *act, bool *ret_handled, GError **error);

/* Does up to most steps of the work that waits; *ret_done: how many were done. */
bool bulk_run(const Desk *desk, gint64 now, guint most, guint *ret_done, GError **error);

/* bulk_case.c: where an attestation goes. */
typedef struct BulkPlan {
	Case *to;         /* the case that waits for it; NULL: one of its own */
	const char *kind; /* of the document; lent from the form */
	const char *why;  /* "several-cases", or NULL */
	char *hint;       /* their numbers */
} BulkPlan;

void bulk_plan_clear(BulkPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BulkPlan, bulk_plan_clear)
bool bulk_plan(const Desk *desk, gint64 employee, const char *file, const char *said,
	       BulkPlan *ret_plan, GError **error);
/* Adds the part to the case, or opens one in the employee's name: its id in ret_case. */
bool bulk_file(const Desk *desk, const Person *employee, const BulkPlan *plan, const PartRow *part,
	       const CaseBy *by, gint64 *ret_case, GError **error);
/* bulk_tell.c: the round is over. */
bool bulk_finish(const Desk *desk, const Bulk *bulk, gint64 now, GError **error);
