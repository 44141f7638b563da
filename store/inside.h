/* inside.h - what the files of the store share, and nobody else sees. */
#pragma once

#include "store/driver.h"
#include "store/store.h"

struct Store {
	Driver *driver;
	char *raw;             /* the folder of the segments */
	guint depth;           /* open transactions and verbs, one in another */
	GHashTable *raw_files; /* gint64 * segment -> descriptor */
};

/* sql must be static or interned. */
static inline Statement *statement(Store *store, const char *sql)
{
	return driver_statement(store->driver, sql);
}

/* Nobody claims work for longer: a claim that ends later was made before the clock was set back. */
#define CLAIM_MOST (24 * 60 * 60)

/* A verb is a transaction of its own, or joins the one that is open; in both cases it
 * happens whole or not at all:
 *
 *	if (!verb_begin(store, error))
 *		return false;
 *	return verb_end(store, things_done(store, ..., error), error);
 */
bool verb_begin(Store *store, GError **error);
bool verb_end(Store *store, bool done, GError **error);

/* Brings the database to the newest schema; DESK_ERROR_CONFIG when it is newer than we are. */
bool schema_upgrade(Driver *driver, GError **error);
/* The number of the newest schema. */
gint64 schema_newest(void);
/* Brings an empty database to the schema of a version. For the tests. */
bool schema_make(Driver *driver, gint64 version, GError **error);
