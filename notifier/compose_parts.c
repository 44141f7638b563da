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
#include "common/text.h"

#define LINE_MOST 998 /* RFC 5322 2.1.1 */
#define PIECE_BYTES (64 * 1024)

/* A member of a ZIP or a winmail.dat lies inside its container: its size is not that of the range.
 */
static bool is_whole(const MailFile *file)
{
	gint64 length = file->part->range.length;

	switch (file->part->range.encoding) {
	case ENCODING_IDENTITY:
		return file->part->size <= length && file->part->size + 4 >= length;
	case ENCODING_BASE64:
		return file->part->size <= length * 3 / 4 + 3 &&
		       file->part->size * 3 / 2 + 1000 >= length;
	case ENCODING_QUOTED_PRINTABLE:
		return file->part->size <= length;
	case ENCODING_UUENCODE:
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

/* Whether every line ends within LINE_MOST; *line: the length of the one that is not over yet. */
static bool has_short_lines(const char *bytes, gsize length, gsize *line)
{
	const char *end = bytes + length, *next;

	for (; (next = memchr(bytes, '\n', (gsize)(end - bytes))) != NULL; bytes = next + 1) {
		if (*line + (gsize)(next - bytes) > LINE_MOST)
			return false;
		*line = 0;
	}
	*line += (gsize)(end - bytes);
	return *line <= LINE_MOST;
}

static bool is_ascii(const char *bytes, gsize length)
{
	gsize other = 0;

	for (gsize i = 0; i < length; i++)
		other += bytes[i] <= 0;
	return other == 0;
}

/* Whether the encoded bytes are 7-bit, without NUL, in lines that any server takes. */
static bool is_fit(int fd, gint64 offset, gint64 length)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);
	gsize line = 0;

	while (length > 0) {
		gssize got = pread(fd, piece, (gsize)MIN(length, PIECE_BYTES), (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		if (!is_ascii(piece, (gsize)got) || !has_short_lines(piece, (gsize)got, &line))
			return false;
		offset += got;
		length -= got;
	}
	return true;
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

struct _GMimeObject *document_part(const MailDesk *desk, const MailFile *file, GError **error)
{
	const PartRange *range = &file->part->range;
	int fd = raw_open(desk->store, &file->raw, error);
	gint64 start = file->raw.offset + range->offset;
	GMimeContentEncoding encoding = encoding_of(range->encoding);
	bool as_it_is = encoding == GMIME_CONTENT_ENCODING_BASE64 ||
			encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	g_autofree char *name = text_file_name(file->document->name);
	GMimeStream *stream = fd >= 0 ? open_range(fd, start, range->length, error) : NULL;
	GMimePart *part;

	if (stream == NULL)
		return NULL;
	part = part_of_type(file->document->type);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
	g_mime_part_set_filename(part, name);
	set_content(part, stream, encoding, as_it_is && is_fit(fd, start, range->length));
	return GMIME_OBJECT(part);
}
