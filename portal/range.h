/* range.h - a part of a document that a browser asks for (RFC 9110 14). */
#pragma once

#include <glib.h>

typedef enum {
	RANGE_WHOLE, /* none was asked for, or not one that counts: 200 */
	RANGE_PART,  /* 206 */
	RANGE_NONE,  /* nothing of it is there: 416 */
} RangeResult;

typedef struct ByteRange {
	gint64 first, length;
} ByteRange;

/* range, if_range: the headers, "" when there are none; etag: of the document, with its quotes.
 * One range in bytes; several, or what cannot be read, is answered with the whole.  Pure. */
RangeResult range_find(const char *range, const char *if_range, const char *etag, gint64 size,
		       ByteRange *ret_range);
