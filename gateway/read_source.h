/* read_source.h - the bytes of one raw message, and the decoded content of its parts.
 *
 * A small message lies in memory; a large one is read piece by piece from its
 * file, so that the memory taken does not depend on the size of the mail.
 */
#pragma once

#include "common/mail.h"

#define SOURCE_MEMORY (1024 * 1024) /* a message up to here is held whole */

typedef struct MailBytes {
	int fd;       /* lent */
	gint64 start; /* where the message begins in fd */
	gint64 length;
	guint8 *bytes; /* the message whole, owned; NULL: read from fd */
} MailBytes;

/* Opens the range; a small one is read at once.  DESK_ERROR_IO when it cannot be read. */
bool mail_bytes_open(MailBytes *source, int fd, gint64 offset, gint64 length, GError **error);
void mail_bytes_close(MailBytes *source);

/* Up to size bytes at offset of the message; 0 at its end, -1 with errno. */
gssize mail_bytes_read(const MailBytes *source, gint64 offset, void *buffer, gsize size);

/* Takes bytes of a part in order; false ends the reading (not an error). */
typedef bool (*SourceSink)(const guint8 *bytes, gsize length, void *user);

/* Decodes range piece by piece into sink. */
bool mail_bytes_decode(const MailBytes *source, const PartRange *range, SourceSink sink, void *user,
		       GError **error);

/* The decoded bytes of range, at most max of them; *cut tells that there were more. */
GByteArray *mail_bytes_content(const MailBytes *source, const PartRange *range, gsize max,
			       bool *cut);

/* SHA-256 in lower-case hex, taken piece by piece. */
typedef struct Digest Digest;

Digest *digest_new(void);
void digest_add(Digest *digest, const void *bytes, gsize length);
char *digest_end(Digest *digest); /* frees it; the text is given */
