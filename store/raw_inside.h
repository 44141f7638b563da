/* raw_inside.h - what writing and reading raw messages share. */
#pragma once

#include "store/raw.h"

/* The file of a segment; given. */
char *raw_path(Store *store, gint64 segment);
/* The numbers of all segments that lie in the folder; given. */
gint64 *raw_segments(Store *store, gsize *ret_count);
/* How far the rows of the database reach in a segment. */
bool raw_committed(Store *store, gint64 segment, gint64 *ret_end, GError **error);
/* Makes what is in a folder durable: the names of its files. */
bool raw_sync_folder(const char *folder, GError **error);
/* The folder of the segments, made when absent. */
bool raw_make_folder(Store *store, GError **error);
void raw_fail(const char *doing, const char *path, int number, GError **error);
/* 32 bytes as 64 hexadecimal digits and NUL. */
void raw_hex(const guint8 *digest, char *ret_hex);
