/* bulk.h - HR's bulk mails: each attestation of one, and what became of it.
 *
 * A bulk is a case; its items are rows of their own, settled one transaction each, so that one
 * harms no other and a gateway that dies goes on where it stopped.
 *
 *   item:  waiting --> filed (in a case) | known (the same bytes were there) | dropped
 *             ^  |---> open (a question to HR) | failed (it can never be filed as it is)
 *             +------ HR's reply
 */
#pragma once

#include "store/store.h"

typedef struct Bulk {
	gint64 id;    /* of its case */
	gint64 mail;  /* mails.id of the mail that brought it */
	gint64 hr;    /* people.id */
	char *state;  /* "running", "asking", "done" */
	gint64 round; /* 1: the mail itself, then one for each reply */
	char *notes;  /* JSON array of {"code", "text"}: what was odd with the list */
} Bulk;

typedef struct BulkItem {
	gint64 place; /* from 1, as the digest numbers it */
	gint64 part;  /* parts.id, 0 */
	char *name, *sha256;
	char *clues; /* JSON: "number", "name", "sender", "said" */
	char *state, *why, *hint;
	gint64 person;      /* people.id, 0 */
	gint64 filed;       /* cases.id, 0 */
	gint64 changed;     /* the round in which it was settled last */
	char *filed_number; /* of the case, "" */
	char *person_name;  /* "" */
} BulkItem;

void bulk_free(Bulk *bulk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bulk, bulk_free)
void bulk_item_free(BulkItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BulkItem, bulk_item_free)

/* Begins a bulk whose case is there; items: BulkItem with place, part, name, sha256, clues, state
 * and why. */
bool bulk_open(Store *store, const Bulk *bulk, const GPtrArray *items, GError **error);
/* NULL when the case is none of a bulk. */
bool bulk_get(Store *store, gint64 id, Bulk **ret_bulk, GError **error);
bool bulk_items(Store *store, gint64 id, GPtrArray **ret_items, GError **error);
/* The oldest bulk with work to do, NULL: none. */
bool bulk_running(Store *store, Bulk **ret_bulk, GError **error);
/* Its first item that waits, NULL: all are settled. */
bool bulk_next_item(Store *store, gint64 id, BulkItem **ret_item, GError **error);
/* Writes state, why, hint, person and filed of an item. */
bool bulk_settle(Store *store, gint64 id, const BulkItem *item, gint64 round, GError **error);
/* An item that was open waits again, with what HR said of it; false in ret_done when it was not. */
bool bulk_again(Store *store, gint64 id, gint64 place, const char *clues, bool *ret_done,
		GError **error);
/* HR lets an item go: it was open or failed. */
bool bulk_drop(Store *store, gint64 id, gint64 place, gint64 round, bool *ret_done, GError **error);
bool bulk_set_state(Store *store, gint64 id, const char *state, gint64 round, GError **error);

/* Where these bytes lie already: in a case of this employee. 0: nowhere. */
bool bulk_known_of(Store *store, gint64 person, const char *sha256, gint64 *ret_case,
		   GError **error);
/* The one employee of an organisation for whom these bytes were filed by a bulk; 0: none, or
 * several. */
bool bulk_known_in(Store *store, const char *organisation, const char *sha256, gint64 *ret_person,
		   GError **error);
/* The incomplete cases about an employee, oldest first: Case. */
bool case_incomplete_of(Store *store, gint64 employee, GPtrArray **ret_cases, GError **error);
