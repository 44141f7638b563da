/* store.h - the database: opening, upgrading, transactions.
 *
 * One Store is one connection, used by one thread.  Every function returns false
 * (or NULL) with an error: DESK_ERROR_TEMPFAIL when it may pass (locked, disk full),
 * DESK_ERROR_IO, DESK_ERROR_CONFIG (newer database), DESK_ERROR_SOFTWARE.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Store Store;

typedef enum { STORE_EXISTING, STORE_CREATE } StoreOpen;

/* where: "sqlite:/path/desk.db". STORE_EXISTING: DESK_ERROR_NO_INPUT when there is none. Runs the
 * upgrades that are due. The raw segments lie in "raw/" beside the database. */
Store *store_open(const char *where, StoreOpen how, GError **error);
void store_free(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)

/* Transactions. begin takes the write lock at once (BEGIN IMMEDIATE). Verbs open their own when
 * none is open, and join one that is. */
bool store_begin(Store *store, GError **error);
bool store_commit(Store *store, GError **error);
void store_rollback(Store *store);

/* A number that changes when another connection committed, to poll cheaply for work. */
bool store_data_version(Store *store, gint64 *ret_version, GError **error);

/* Integrity of the database file and of its foreign keys, one finding a line in ret_findings (char
 * *). */
bool store_check(Store *store, GPtrArray **ret_findings, GError **error);
