/* backup.h - a copy of a desk's database and raw messages, made while the desk runs.
 *
 * The database is copied first, in one snapshot, and the segments after it: bytes are durable
 * before their row commits, and never change, so that every row of the copy finds its bytes.
 */
#pragma once

#include "store/store.h"

typedef struct Backup {
	guint segments; /* copied now */
	guint kept;     /* lay there already */
	guint receipts; /* rows of the copy */
} Backup;

/* Copies to the database file path and to raw/ beside it, and looks the copy over (its pages, its
 * references, the size of each segment).  The last step gives it its name: what is at path is
 * whole. DESK_ERROR_CANT_CREATE when something is at path already, when its folder is not there, is
 * the folder of the desk itself, or has another desk's messages; DESK_ERROR_IO when the copy is not
 * whole because the desk is not: the message names what is missing. */
bool store_backup(Store *store, const char *path, Backup *ret_backup, GError **error);

/* Whether a database may be made at path: nothing is there, and its folder is there and not the
 * folder of the desk itself.  The checks of store_backup(). */
bool store_place_is_free(Store *store, const char *path, GError **error);
