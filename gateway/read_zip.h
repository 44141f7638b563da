/* read_zip.h - what a ZIP holds (APPNOTE.TXT of PKWARE): names and places, nothing unpacked. */
#pragma once

#include "common/mail.h"

typedef struct ZipEntry {
	char *name;        /* UTF-8, with its folders */
	PartSlice slice;   /* its packed bytes within the ZIP; encoding IDENTITY or DEFLATE */
	gint64 size;       /* unpacked, as it says */
	guint32 crc;       /* of the unpacked bytes, as it says */
	const char *fault; /* "encrypted", "unreadable", "too-large", or "": static */
} ZipEntry;

/* The files of a ZIP (no folders, nothing that only an operating system wants), in its order.
 * NULL when it cannot be opened, with *ret_fault "unreadable" (no ZIP, cut off, ZIP64, entries that
 * lie in one another) or "too-large" (more than ZIP_ENTRIES).  An entry that claims to be more than
 * ZIP_RATIO times its packed bytes is too-large.  Given. */
GPtrArray *zip_entries(const guint8 *bytes, gsize length, const char **ret_fault);
void zip_entry_free(ZipEntry *entry);
