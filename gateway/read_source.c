/* read_source.c - pieces of a raw message, and the decoding of parts. */
#include "gateway/read_source.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "gateway/read.h"

#define PIECE (64 * 1024)

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

/* One decoder for all encodings: GLib's for base64, since GMime's ends at a
 * padding in the middle; GMime's for the others. */
typedef struct Decoder {
	Encoding encoding;
	GMimeEncoding gmime;
	int base64_state;
	guint base64_save;
} Decoder;

static void decoder_start(Decoder *decoder, Encoding encoding)
{
	*decoder = (Decoder){ .encoding = encoding };
	if (encoding == ENCODING_QUOTED_PRINTABLE)
		g_mime_encoding_init_decode(&decoder->gmime,
					    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	else if (encoding == ENCODING_UUENCODE)
		g_mime_encoding_init_decode(&decoder->gmime, GMIME_CONTENT_ENCODING_UUENCODE);
}

/* The value of each base64 character plus one; 0: it is none. */
static const guint8 base64_values[256] = {
	['A'] = 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,         12,         13,
	14,         15, 16, 17, 18, 19, 20, 21, 22, 23, 24,         25,         26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,         38,         39,
	40,         41, 42, 43, 44, 45, 46, 47, 48, 49, 50,         51,         52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, ['+'] = 63, ['/'] = 64,
};

/* Whole groups of four at the start of bytes; how many bytes they were. */
static gsize base64_groups(const guint8 *bytes, gsize length, guint8 *out)
{
	gsize at = 0;

	for (; at + 4 <= length; at += 4, out += 3) {
		guint a = base64_values[bytes[at]], b = base64_values[bytes[at + 1]];
		guint c = base64_values[bytes[at + 2]], d = base64_values[bytes[at + 3]];
		guint group;

		if (a == 0 || b == 0 || c == 0 || d == 0)
			break;
		group = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
		out[0] = (guint8)(group >> 16);
		out[1] = (guint8)(group >> 8);
		out[2] = (guint8)group;
	}
	return at;
}

/* What GLib decodes, but five times as fast where nothing is odd: four characters at a time,
 * and GLib for line ends, padding, and whatever else there is. */
static gsize base64_step(Decoder *decoder, const guint8 *bytes, gsize length, guint8 *out)
{
	gsize at = 0, done = 0;

	while (at < length) {
		gsize taken = decoder->base64_state == 0
				      ? base64_groups(bytes + at, length - at, out + done)
				      : 0;

		at += taken;
		done += taken / 4 * 3;
		if (at == length)
			break;
		done += g_base64_decode_step((const char *)bytes + at, 1, out + done,
					     &decoder->base64_state, &decoder->base64_save);
		at++;
	}
	return done;
}

/* out: at least length + 16 bytes. */
static gsize decoder_step(Decoder *decoder, const guint8 *bytes, gsize length, guint8 *out)
{
	if (decoder->encoding == ENCODING_BASE64)
		return base64_step(decoder, bytes, length, out);
	return g_mime_encoding_step(&decoder->gmime, (const char *)bytes, length, (char *)out);
}

bool mail_bytes_decode(const MailBytes *source, const PartRange *range, SourceSink sink, void *user,
		       GError **error)
{
	g_autofree guint8 *in = g_malloc(PIECE);
	g_autofree guint8 *out = range->encoding != ENCODING_IDENTITY ? g_malloc(PIECE + 64) : NULL;
	gint64 at = range->offset, end = MIN(range->offset + range->length, source->length);
	Decoder decoder;

	decoder_start(&decoder, range->encoding);
	while (at < end) {
		gssize got = mail_bytes_read(source, at, in, (gsize)MIN(PIECE, end - at));
		gsize length = (gsize)got;

		if (got < 0)
			return fail_reading(error);
		if (got == 0)
			break;
		at += got;
		if (out != NULL)
			length = decoder_step(&decoder, in, length, out);
		if (length > 0 && !sink(out != NULL ? out : in, length, user))
			break;
	}
	return true;
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
