/* raw_sizes.h - segments looked at from outside: which ones the rows name, whether they are long
 * enough, copies. */
#pragma once

#include "store/raw.h"

/* The segments that rows of the database name: gint64, in order. */
bool raw_named(Store *store, GArray **ret_segments, GError **error);

/* Adds a sentence (char *) for each segment that is not there or ends before the last message that
 * a row names in it.  Only sizes are looked at: raw_verify_all() reads the bytes. */
bool raw_sizes_check(Store *store, GPtrArray *findings, GError **error);

/* Copies what the rows of `of` name in the segments of `from` into the folder raw/ of `to`, which
 * is made when absent; all is durable when it returns true.  A full segment that lies there with
 * the same size is not copied again.  DESK_ERROR_CANT_CREATE when another desk's segments lie
 * there. */
bool raw_copy(Store *from, Store *of, Store *to, guint *ret_copied, GError **error);
