/* raw.h - the raw messages: appended to segment files, never changed.
 *
 * Several processes append at once, each to a segment of its own (flock).  Order of
 * safety: append, raw_sync (one fdatasync a group), then commit the rows that name
 * segment, offset, length and SHA-256.  What lies behind the last committed row of a
 * segment is nobody's; it is cut off when the segment is next opened for appending.
 */
#pragma once

#include "store/store.h"

typedef struct RawRange {
	gint64 segment;
	gint64 offset, length;
	char sha256[65];
} RawRange;

typedef struct RawWriter RawWriter;

/* Opens (or makes) a segment of which this process is the only writer. */
RawWriter *raw_writer_open(Store *store, GError **error);
void raw_writer_free(RawWriter *writer);

bool raw_begin(RawWriter *writer, GError **error); /* drops an unfinished message */
bool raw_append(RawWriter *writer, const void *bytes, gsize length, GError **error);
bool raw_end(RawWriter *writer, RawRange *ret_range, GError **error);
/* Makes all finished messages durable. */
bool raw_sync(RawWriter *writer, GError **error);
/* Forgets the messages since the last sync whose rows were not committed. */
void raw_rewind(RawWriter *writer);

/* A read-only descriptor of the segment; the message lies at range->offset. Cached: not to be
 * closed. */
int raw_open(Store *store, const RawRange *range, GError **error);
/* As raw_open, for who gives the bytes to somebody: they are looked at against their SHA-256 first.
 * DESK_ERROR_DATA: they are damaged, cut off, or their segment is missing; others may be well. */
int raw_open_checked(Store *store, const RawRange *range, GError **error);
/* The whole message, for small ones. Given. */
GBytes *raw_bytes(Store *store, const RawRange *range, GError **error);
/* Compares the bytes with their SHA-256; DESK_ERROR_DATA when they differ or are cut off. */
bool raw_verify(Store *store, const RawRange *range, GError **error);

/* Verifies every message that a row names; what is wrong with them as char * in ret_findings.
 * progress (or NULL) is told how many are done. False when the database fails. */
bool raw_verify_all(Store *store, void (*progress)(guint done, void *user), void *user,
		    guint *ret_done, GPtrArray **ret_findings, GError **error);
