/* part_decode.h - the decoded content of a part of a raw message, piece by piece.
 *
 * The memory taken does not depend on the size of the part.
 */
#pragma once

#include "common/mail.h"

typedef struct PartStream PartStream;

/* base: where the raw message begins in fd, which is duplicated. */
PartStream *part_stream_open(int fd, gint64 base, const PartRange *range, GError **error);
void part_stream_free(PartStream *stream);
/* Up to size decoded bytes; 0 at the end, -1 with errno when the file cannot be read or is cut off.
 */
gssize part_stream_read(PartStream *stream, void *buffer, gsize size);
