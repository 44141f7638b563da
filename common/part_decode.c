/* part_decode.c - decoding a part where it lies. */
#include "common/part_decode.h"

#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"

#define PIECE_BYTES (32 * 1024)

struct PartStream {
	int fd;
	gint64 at, end; /* of what is still encoded, in the file */
	Encoding encoding;
	GMimeEncoding gmime;
	int base64_state; /* GLib's decoder for base64, since GMime's ends at a padding in the
			     middle */
	guint base64_save;
	guint8 in[PIECE_BYTES], out[PIECE_BYTES + 64];
	gsize have, given; /* of out */
};

PartStream *part_stream_open(int fd, gint64 base, const PartRange *range, GError **error)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	PartStream *stream;

	if (own < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "the message cannot be read: %s",
			    g_strerror(errno));
		return NULL;
	}
	stream = g_new0(PartStream, 1);
	stream->fd = own;
	stream->at = base + range->offset;
	stream->end = stream->at + range->length;
	stream->encoding = range->encoding;
	if (range->encoding == ENCODING_QUOTED_PRINTABLE)
		g_mime_encoding_init_decode(&stream->gmime, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	else if (range->encoding == ENCODING_UUENCODE)
		g_mime_encoding_init_decode(&stream->gmime, GMIME_CONTENT_ENCODING_UUENCODE);
	return stream;
}

void part_stream_free(PartStream *stream)
{
	if (stream == NULL)
		return;
	close(stream->fd);
	g_free(stream);
}

static gsize decode(PartStream *stream, gsize length)
{
	switch (stream->encoding) {
	case ENCODING_IDENTITY:
		memcpy(stream->out, stream->in, length);
		return length;
	case ENCODING_BASE64:
		return g_base64_decode_step((const char *)stream->in, length, stream->out,
					    &stream->base64_state, &stream->base64_save);
	default:
		return g_mime_encoding_step(&stream->gmime, (const char *)stream->in, length,
					    (char *)stream->out);
	}
}

/* The next piece; false when the file cannot be read. */
static bool next(PartStream *stream)
{
	gssize got;

	do
		got = pread(stream->fd, stream->in,
			    (gsize)MIN(PIECE_BYTES, stream->end - stream->at), (off_t)stream->at);
	while (got < 0 && errno == EINTR);
	if (got <= 0) {
		if (got == 0)
			errno = EIO;
		return false;
	}
	stream->at += got;
	stream->have = decode(stream, (gsize)got);
	stream->given = 0;
	return true;
}

gssize part_stream_read(PartStream *stream, void *buffer, gsize size)
{
	gsize length;

	while (stream->given == stream->have) {
		if (stream->at >= stream->end)
			return 0;
		if (!next(stream))
			return -1;
	}
	length = MIN(size, stream->have - stream->given);
	memcpy(buffer, stream->out + stream->given, length);
	stream->given += length;
	return (gssize)length;
}
