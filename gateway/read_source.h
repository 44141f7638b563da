/* read_source.h - the bytes of one raw message, and the decoded content of its parts.
 *
 * A small message lies in memory; a large one is read piece by piece from its
 * file, so that the memory taken does not depend on the size of the mail.
 */
#pragma once

#include "common/mail.h"

#define SOURCE_MEMORY (1024 * 1024) /* a message up to here is held whole */

typedef struct Source {
	int fd;		/* lent */
	gint64 start;	/* where the message begins in fd */
	gint64 length;
	guint8 *bytes;	/* the message whole, owned; NULL: read from fd */
} Source;

/* Opens the range; a small one is read at once.  DESK_ERROR_IO when it cannot be read. */
bool source_open(Source *source, int fd, gint64 offset, gint64 length, GError **error);
void source_close(Source *source);

/* Up to size bytes at offset of the message; 0 at its end, -1 with errno. */
gssize source_read(const Source *source, gint64 offset, void *buffer, gsize size);

/* Takes bytes of a part in order; false ends the reading (not an error). */
typedef bool (*SourceSink)(const guint8 *bytes, gsize length, void *user);

/* Decodes range piece by piece into sink. */
bool source_decode(const Source *source, const PartRange *range, SourceSink sink, void *user,
		   GError **error);

/* The decoded bytes of range, at most max of them; *cut tells that there were more. */
GByteArray *source_content(const Source *source, const PartRange *range, gsize max, bool *cut);

/* SHA-256 in lower-case hex, taken piece by piece. */
typedef struct Digest Digest;

Digest *digest_new(void);
void digest_add(Digest *digest, const void *bytes, gsize length);
char *digest_end(Digest *digest); /* frees it; the text is given */
