/* read_scan.h - one pass over the raw bytes before anything parses them.
 *
 * It takes the SHA-256, and finds what a parser may be broken with: header
 * blocks and fields that are too large, addresses nested without end, charset
 * names of megabytes, parameter names that loop, parts without number.
 */
#pragma once

#include "gateway/read_source.h"

typedef struct Scan {
	char *sha256;       /* given, or NULL when not asked for */
	const char *refuse; /* why no parser may see this whole, or NULL; static */
	bool first_header;  /* what is refused lies in the header of the message itself */
	gint64 cut;         /* else: a parser may see what lies before here */
	gint64 begin; /* where the header begins, past an mbox "From " line, a mark or blank lines
		       */
	bool lone_cr; /* lines end in CR alone */
	bool empty;   /* nothing but white space */
	bool nul;     /* holds NUL bytes */
} Scan;

/* False with DESK_ERROR_IO when the bytes cannot be read. */
bool scan_message(const MailBytes *source, bool want_digest, Scan *scan, GError **error);
