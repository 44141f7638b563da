/* part_decode.h - the decoded content of a part of a raw message, piece by piece.
 *
 * The memory taken does not depend on the size of the part.  A part in a container (PartRange's
 * inner slices) is decoded through its layers: what lies before it is decoded and skipped.
 */
#pragma once

#include "common/mail.h"

typedef struct PartStream PartStream;

/* base: where the raw message begins in fd, which is duplicated. */
PartStream *part_stream_open(int fd, gint64 base, const PartRange *range, GError **error);
/* The same with fd as it is, which must stay open. */
PartStream *part_stream_open_lent(int fd, gint64 base, const PartRange *range);
/* Of a raw message in memory, which must outlive the stream. */
PartStream *part_stream_open_bytes(const guint8 *bytes, gsize length, const PartRange *range);
void part_stream_free(PartStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PartStream, part_stream_free)
/* Up to size decoded bytes; 0 at the end, -1 with errno when the file cannot be read or is cut off,
 * or what is compressed is broken (EBADMSG).
 */
gssize part_stream_read(PartStream *stream, void *buffer, gsize size);
/* The same, without a copy: the next piece, lent until the next call. */
gssize part_stream_next(PartStream *stream, const guint8 **ret_bytes);

/* Where something lies whose place within the decoded content of outer is inner.  False when that
 * would be more layers than a PartRange holds. */
bool part_range_inside(const PartRange *outer, const PartRange *inner, PartRange *ret_range);
/* "12+34:base64 0+9:deflate": the inner slices as text; "" when there are none.  Given. */
char *part_inners_text(const PartRange *range);
/* Reads them back into range. */
bool part_inners_parse(const char *text, PartRange *range);
