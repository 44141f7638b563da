/* read_source.c - pieces of a raw message, and the decoding of parts. */
#include "gateway/read_source.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/part_decode.h"
#include "gateway/read.h"

static bool fail_reading(GError **error)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "the message cannot be read: %s",
		    g_strerror(errno));
	return false;
}

bool mail_bytes_open(MailBytes *source, int fd, gint64 offset, gint64 length, GError **error)
{
	gint64 have = 0;

	*source = (MailBytes){ .fd = fd, .start = offset, .length = MAX(length, 0) };
	if (source->length > SOURCE_MEMORY)
		return true;
	guint8 *bytes = g_malloc((gsize)source->length + 1);
	while (have < source->length) {
		gssize got =
			mail_bytes_read(source, have, bytes + have, (gsize)(source->length - have));

		if (got < 0) {
			g_free(bytes);
			return fail_reading(error);
		}
		if (got == 0)
			break;
		have += got;
	}
	bytes[have] = '\0';
	source->length = have;
	source->bytes = bytes;
	return true;
}

void mail_bytes_close(MailBytes *source)
{
	g_clear_pointer(&source->bytes, g_free);
}

gssize mail_bytes_read(const MailBytes *source, gint64 offset, void *buffer, gsize size)
{
	gssize got;

	if (offset < 0 || offset >= source->length)
		return 0;
	size = (gsize)MIN((gint64)size, source->length - offset);
	if (source->bytes != NULL) {
		memcpy(buffer, source->bytes + offset, size);
		return (gssize)size;
	}
	do
		got = pread(source->fd, buffer, size, (off_t)(source->start + offset));
	while (got < 0 && errno == EINTR);
	return got;
}

/* Where the message begins in a file is where its ranges count from. */
static PartStream *open_stream(const MailBytes *source, const PartRange *range)
{
	PartRange within = *range;

	within.length = MAX(MIN(range->length, source->length - range->offset), 0);
	return source->bytes != NULL
		       ? part_stream_open_bytes(source->bytes, (gsize)source->length, &within)
		       : part_stream_open_lent(source->fd, source->start, &within);
}

bool mail_bytes_decode(const MailBytes *source, const PartRange *range, SourceSink sink, void *user,
		       GError **error)
{
	g_autoptr(PartStream) stream = open_stream(source, range);
	const guint8 *bytes;
	gssize got;

	while ((got = part_stream_next(stream, &bytes)) > 0)
		if (!sink(bytes, (gsize)got, user))
			return true;
	return got == 0 || fail_reading(error);
}

typedef struct Content {
	GByteArray *bytes;
	gsize max;
	bool cut;
} Content;

static bool content_add(const guint8 *bytes, gsize length, void *user)
{
	Content *content = user;
	gsize room = content->max - content->bytes->len;

	g_byte_array_append(content->bytes, bytes, (guint)MIN(length, room));
	content->cut = content->cut || length > room;
	return !content->cut;
}

GByteArray *mail_bytes_content(const MailBytes *source, const PartRange *range, gsize max,
			       bool *cut)
{
	Content content = { g_byte_array_new(), max, false };
	g_autoptr(GError) error = NULL;

	if (!mail_bytes_decode(source, range, content_add, &content, &error))
		content.cut = true;
	if (cut != NULL)
		*cut = content.cut;
	return content.bytes;
}

struct Digest {
	gnutls_hash_hd_t handle;
};

Digest *digest_new(void)
{
	Digest *digest = g_new0(Digest, 1);

	if (gnutls_hash_init(&digest->handle, GNUTLS_DIG_SHA256) < 0)
		g_error("SHA-256 is missing in GnuTLS");
	return digest;
}

void digest_add(Digest *digest, const void *bytes, gsize length)
{
	gnutls_hash(digest->handle, bytes, length);
}

char *digest_end(Digest *digest)
{
	guint8 sum[32];
	char *text = g_malloc(2 * sizeof sum + 1);

	gnutls_hash_deinit(digest->handle, sum);
	g_free(digest);
	for (gsize i = 0; i < sizeof sum; i++) {
		text[2 * i] = "0123456789abcdef"[sum[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
	}
	text[2 * sizeof sum] = '\0';
	return text;
}

static bool write_piece(const guint8 *bytes, gsize length, void *user)
{
	int *fd = user;

	while (length > 0) {
		gssize done = write(*fd, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			*fd = -1;
			return false;
		}
		bytes += done;
		length -= (gsize)done;
	}
	return true;
}

bool part_decode(int fd, gint64 base, const PartRange *range, int out_fd, GError **error)
{
	MailBytes source = { .fd = fd, .start = base, .length = range->offset + range->length };
	int out = out_fd;

	if (!mail_bytes_decode(&source, range, write_piece, &out, error))
		return false;
	if (out >= 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "the attachment cannot be written: %s",
		    g_strerror(errno));
	return false;
}
