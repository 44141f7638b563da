/* compose_parts.c - documents as attachments, read from where they lie when the mail is written.
 *
 * What is base64 or quoted-printable there already, and fit to travel, goes as it is;
 * all else is encoded anew, in pieces.
 */
#include "notifier/compose.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/part_decode.h"
#include "common/text.h"

#define LINE_MOST 998 /* RFC 5322 2.1.1 */
#define PIECE_BYTES (64 * 1024)

/* A member of a ZIP or a winmail.dat lies inside its container: its size is not that of the range.
 */
static bool is_whole(const MailFile *file)
{
	gint64 length = file->part->range.length;

	if (file->part->range.inners > 0)
		return true; /* its size was counted when it was unpacked */
	switch (file->part->range.encoding) {
	case ENCODING_IDENTITY:
		return file->part->size <= length && file->part->size + 4 >= length;
	case ENCODING_BASE64:
		return file->part->size <= length * 3 / 4 + 3 &&
		       file->part->size * 3 / 2 + 1000 >= length;
	case ENCODING_QUOTED_PRINTABLE:
		return file->part->size <= length;
	case ENCODING_UUENCODE:
	case ENCODING_DEFLATE:
		return true;
	}
	return false;
}

bool documents_can_be_attached(const GPtrArray *files)
{
	gint64 total = 0;

	for (guint i = 0; i < files->len; i++) {
		const MailFile *file = g_ptr_array_index(files, i);

		if (file->part == NULL || !is_whole(file))
			return false;
		total += file->part->size;
	}
	return total <= ATTACHED_BYTES;
}

/* What the encoded bytes are like, while they pass. */
typedef struct Look {
	gsize line; /* bytes of the line that is not over yet */
	char last;
	gsize others;               /* not 7-bit, or NUL */
	gsize feeds, returns, ends; /* LF, CR, and both in this order */
} Look;

/* False when a line is too long. */
static bool look_at_lines(Look *look, const char *bytes, gsize length)
{
	const char *end = bytes + length, *next;

	for (; (next = memchr(bytes, '\n', (gsize)(end - bytes))) != NULL; bytes = next + 1) {
		if (look->line + (gsize)(next - bytes) > LINE_MOST)
			return false;
		look->line = 0;
		look->feeds++;
		look->ends += (next > bytes ? next[-1] : look->last) == '\r';
		look->last = '\n';
	}
	look->line += (gsize)(end - bytes);
	look->last = end > bytes ? end[-1] : look->last;
	return look->line <= LINE_MOST;
}

static void look_at_bytes(Look *look, const char *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		look->others += bytes[i] <= 0;
		look->returns += bytes[i] == '\r';
	}
}

/* Whether the encoded bytes are 7-bit, without NUL, in lines that any server takes; and whether
 * these end in CRLF, all of them. */
static DocumentWay way_of_bytes(int fd, gint64 offset, gint64 length)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);
	Look look = { 0 };

	while (length > 0) {
		gssize got = pread(fd, piece, (gsize)MIN(length, PIECE_BYTES), (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || !look_at_lines(&look, piece, (gsize)got))
			return DOCUMENT_CODED;
		look_at_bytes(&look, piece, (gsize)got);
		if (look.others > 0)
			return DOCUMENT_CODED;
		offset += got;
		length -= got;
	}
	return look.feeds == look.ends && look.returns == look.ends ? DOCUMENT_AS_IT_IS
								    : DOCUMENT_AS_CODED;
}

static GMimeContentEncoding encoding_of(Encoding encoding)
{
	switch (encoding) {
	case ENCODING_BASE64:
		return GMIME_CONTENT_ENCODING_BASE64;
	case ENCODING_QUOTED_PRINTABLE:
		return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	case ENCODING_UUENCODE:
		return GMIME_CONTENT_ENCODING_UUENCODE;
	case ENCODING_IDENTITY:
	case ENCODING_DEFLATE:
		break;
	}
	return GMIME_CONTENT_ENCODING_BINARY;
}

/* A part of the document's type, "application/octet-stream" where that is none. */
static GMimePart *part_of_type(const char *type)
{
	g_auto(GStrv) both = g_strsplit(type, "/", 2);
	const char *good = "abcdefghijklmnopqrstuvwxyz0123456789.+-";

	if (g_strv_length(both) == 2 && *both[0] != '\0' && *both[1] != '\0' &&
	    strspn(both[0], good) == strlen(both[0]) && strspn(both[1], good) == strlen(both[1]) &&
	    strcmp(both[0], "multipart") != 0 && strcmp(both[0], "message") != 0)
		return g_mime_part_new_with_type(both[0], both[1]);
	return g_mime_part_new_with_type("application", "octet-stream");
}

/* The document's encoded bytes; a descriptor of its own, since the stream closes it.  NULL with an
 * error. */
static GMimeStream *open_range(int fd, gint64 start, gint64 length, GError **error)
{
	int own = dup(fd);

	if (own >= 0)
		return g_mime_stream_fs_new_with_bounds(own, start, start + length);
	g_set_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "a document cannot be opened: %s",
		    g_strerror(errno));
	return NULL;
}

/* The content of what lies in a container, in memory: documents_can_be_attached() bounds it. */
static GMimeStream *open_entry(int fd, const MailFile *file, GError **error)
{
	g_autoptr(PartStream) part =
		part_stream_open(fd, file->raw.offset, &file->part->range, error);
	GByteArray *bytes = g_byte_array_new();
	const guint8 *piece;
	gssize got = -1;

	while (part != NULL && (gint64)bytes->len < file->part->size &&
	       (got = part_stream_next(part, &piece)) > 0)
		g_byte_array_append(bytes, piece,
				    (guint)MIN(got, file->part->size - (gint64)bytes->len));
	if (part != NULL && (got >= 0 || file->part->size == 0))
		return g_mime_stream_mem_new_with_byte_array(bytes);
	if (part != NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "a document cannot be read: %s",
			    g_strerror(errno));
	g_byte_array_unref(bytes);
	return NULL;
}

/* The stream behind a decoder: GMime copies what claims the encoding that it is to have. */
static GMimeStream *decoded(GMimeStream *stream, GMimeContentEncoding encoding)
{
	GMimeStream *behind = g_mime_stream_filter_new(stream);
	GMimeFilter *filter = g_mime_filter_basic_new(encoding, FALSE);

	g_mime_stream_filter_add(GMIME_STREAM_FILTER(behind), filter);
	g_object_unref(filter);
	g_object_unref(stream);
	return behind;
}

static void set_content(GMimePart *part, GMimeStream *stream, GMimeContentEncoding encoding,
			bool as_it_is)
{
	GMimeDataWrapper *content;

	if (!as_it_is)
		stream = decoded(stream, encoding);
	content = g_mime_data_wrapper_new_with_stream(
		stream, as_it_is ? encoding : GMIME_CONTENT_ENCODING_BINARY);
	g_mime_part_set_content_encoding(part, as_it_is ? encoding : GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(stream);
}

DocumentWay document_way(const MailDesk *desk, const MailFile *file)
{
	const PartRange *range = &file->part->range;
	int fd;

	if (range->inners > 0)
		return DOCUMENT_CODED;
	if (range->encoding != ENCODING_BASE64 && range->encoding != ENCODING_QUOTED_PRINTABLE)
		return DOCUMENT_CODED;
	fd = raw_open(desk->store, &file->raw, NULL);
	return fd >= 0 ? way_of_bytes(fd, file->raw.offset + range->offset, range->length)
		       : DOCUMENT_CODED;
}

struct _GMimeObject *document_part(const MailDesk *desk, const MailFile *file, DocumentWay way,
				   const char *mark, GError **error)
{
	const PartRange *range = &file->part->range;
	int fd = raw_open(desk->store, &file->raw, error);
	g_autofree char *name = text_file_name(file->document->name);
	GMimeStream *stream;
	GMimePart *part;

	if (fd < 0)
		return NULL;
	if (mark != NULL)
		stream = g_mime_stream_mem_new_with_buffer(mark, strlen(mark));
	else if (range->inners > 0)
		stream = open_entry(fd, file, error);
	else
		stream = open_range(fd, file->raw.offset + range->offset, range->length, error);
	if (stream == NULL)
		return NULL;
	part = part_of_type(file->document->type);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
	g_mime_part_set_filename(part, name);
	set_content(part, stream,
		    range->inners > 0 ? GMIME_CONTENT_ENCODING_BINARY
				      : encoding_of(range->encoding),
		    way != DOCUMENT_CODED);
	return GMIME_OBJECT(part);
}
