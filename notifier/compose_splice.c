/* compose_splice.c - documents that travel as they lie are not taken through GMime.
 *
 * A mark that nobody can guess stands for each in the mail that GMime writes; the bytes of the
 * raw mail are put in its place when the mail is given away.
 */
#include "notifier/compose_splice.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"

#define PIECE_BYTES (64 * 1024)

void mail_splice_free(MailSplice *splice)
{
	g_free(splice->mark);
	g_free(splice);
}

/* How each document travels, and how many bytes of them GMime is to write.  Given. */
static DocumentWay *ways_of(const MailPlan *plan, gint64 *ret_written)
{
	DocumentWay *ways = g_new0(DocumentWay, plan->files->len);

	*ret_written = 0;
	for (guint i = 0; i < plan->files->len; i++) {
		const MailFile *file = g_ptr_array_index(plan->files, i);

		ways[i] = document_way(plan->desk, file);
		if (ways[i] != DOCUMENT_AS_IT_IS)
			*ret_written += MAX(file->part->size, file->part->range.length);
	}
	return ways;
}

/* The mark of a new splice of composed; lent. */
static const char *add_splice(Composed *composed, const MailFile *file)
{
	MailSplice *splice = g_new0(MailSplice, 1);

	splice->raw = file->raw;
	splice->offset = file->part->range.offset;
	splice->length = file->part->range.length;
	splice->mark = g_uuid_string_random();
	g_ptr_array_add(composed->splices, splice);
	return splice->mark;
}

bool documents_attach(const MailPlan *plan, Composed *composed, GMimeMultipart *mixed,
		      bool *ret_large, GError **error)
{
	gint64 written;
	g_autofree DocumentWay *ways = ways_of(plan, &written);

	*ret_large =
		written > MEMORY_BYTES; /* then it is no mail in memory, where marks are found */
	for (guint i = 0; i < plan->files->len; i++) {
		const MailFile *file = g_ptr_array_index(plan->files, i);
		const char *mark = !*ret_large && ways[i] == DOCUMENT_AS_IT_IS
					   ? add_splice(composed, file)
					   : NULL;
		GMimeObject *part = document_part(plan->desk, file, ways[i], mark, error);

		if (part == NULL)
			return false;
		g_mime_multipart_add(mixed, part);
		g_object_unref(part);
	}
	return true;
}

/* ---- giving it away ---- */

static bool give_range(int fd, gint64 at, gint64 length, ComposedSink sink, void *user,
		       GError **error)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);

	while (length > 0) {
		gssize got = pread(fd, piece, (gsize)MIN(length, PIECE_BYTES), (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO,
				    "a rendered mail cannot be read back: %s",
				    g_strerror(got < 0 ? errno : ENODATA));
			return false;
		}
		if (!sink(piece, (gsize)got, user, error))
			return false;
		at += got;
		length -= got;
	}
	return true;
}

static bool give_splice(const MailSplice *splice, Store *store, ComposedSink sink, void *user,
			GError **error)
{
	int fd = raw_open(store, &splice->raw, error);

	return fd >= 0 && give_range(fd, splice->raw.offset + splice->offset, splice->length, sink,
				     user, error);
}

bool composed_give(const Composed *composed, Store *store, ComposedSink sink, void *user,
		   GError **error)
{
	const char *bytes, *end;
	gsize length;

	if (composed->fd >= 0)
		return give_range(composed->fd, 0, composed->length, sink, user, error);
	bytes = g_bytes_get_data(composed->bytes, &length);
	end = bytes + length;
	for (guint i = 0; i < composed->splices->len; i++) {
		const MailSplice *splice = g_ptr_array_index(composed->splices, i);
		gsize size = strlen(splice->mark);
		const char *mark = memmem(bytes, (gsize)(end - bytes), splice->mark, size);

		if (mark == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE,
				    "a document has no place in its mail");
			return false;
		}
		if (!sink(bytes, (gsize)(mark - bytes), user, error) ||
		    !give_splice(splice, store, sink, user, error))
			return false;
		bytes = mark + size;
	}
	return sink(bytes, (gsize)(end - bytes), user, error);
}
