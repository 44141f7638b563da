/* raw.c - appending raw messages to segment files.
 *
 * A segment belongs to who holds its flock.  Bytes are hashed while they pass,
 * gathered in a buffer, and made durable by one fdatasync a group.  Only the
 * database says how far a segment is good.
 */
#include "store/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/limits.h"
#include "store/inside.h"
#include "store/raw_inside.h"

#define BUFFER_BYTES (256 * 1024)
#define SHA256_BYTES 32

struct RawWriter {
	Store *store;
	int file;
	gint64 segment;
	gint64 start;   /* of the message that is being written */
	gint64 written; /* bytes that the file has been given */
	guint8 *buffer; /* those that follow */
	gsize buffered;
	gnutls_hash_hd_t hash; /* NULL: no message is begun */
	bool dirty;            /* something to make durable */
};

char *raw_path(Store *store, gint64 segment)
{
	g_autofree char *name = g_strdup_printf("%06" G_GINT64_FORMAT ".seg", segment);

	return g_build_filename(store->raw, name, NULL);
}

/* The kinds of trouble that a disk makes; a full one may pass. */
void raw_fail(const char *doing, const char *path, int number, GError **error)
{
	bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;

	g_set_error(error, DESK_ERROR, full ? DESK_ERROR_TEMPFAIL : DESK_ERROR_IO, "%s %s: %s",
		    doing, path, g_strerror(number));
}

static bool fail_writer(RawWriter *writer, const char *doing, GError **error)
{
	int number = errno;
	g_autofree char *path = raw_path(writer->store, writer->segment);

	raw_fail(doing, path, number, error);
	return false;
}

bool raw_sync_folder(const char *folder, GError **error)
{
	int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = file >= 0 && fsync(file) == 0;

	if (!done)
		raw_fail("making durable the folder", folder, errno, error);
	if (file >= 0)
		close(file);
	return done;
}

bool raw_make_folder(Store *store, GError **error)
{
	g_autofree char *above = g_path_get_dirname(store->raw);

	if (g_file_test(store->raw, G_FILE_TEST_IS_DIR))
		return true;
	if (mkdir(store->raw, 0770) != 0 && errno != EEXIST) {
		raw_fail("making the folder", store->raw, errno, error);
		return false;
	}
	return raw_sync_folder(above, error);
}

bool raw_committed(Store *store, gint64 segment, gint64 *ret_end, GError **error)
{
	static const char in[] =
		"SELECT raw_offset + raw_length FROM receipts WHERE segment = :segment"
		" ORDER BY raw_offset DESC LIMIT 1";
	static const char out[] =
		"SELECT raw_offset + raw_length FROM mails WHERE segment = :segment"
		" ORDER BY raw_offset DESC LIMIT 1";
	gint64 receipts = 0, mails = 0;
	g_autoptr(Statement) of_receipts = statement(store, in);
	g_autoptr(Statement) of_mails = statement(store, out);

	bind_number(of_receipts, ":segment", segment);
	bind_number(of_mails, ":segment", segment);
	if (!statement_number(of_receipts, &receipts, error) ||
	    !statement_number(of_mails, &mails, error))
		return false;
	*ret_end = MAX(receipts, mails);
	return true;
}

static void let_go(RawWriter *writer)
{
	if (writer->file >= 0)
		close(writer->file);
	writer->file = -1;
}

typedef enum { SEGMENT_OURS, SEGMENT_NOT_OURS, SEGMENT_FAILED } Segment;

/* Opens a segment for appending, when nobody else has it and it is not full: what lies
 * behind the last committed row is cut off. */
static Segment open_segment(RawWriter *writer, const char *path, int flags, GError **error)
{
	struct stat status;
	gint64 end = 0;

	writer->file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0660);
	if (writer->file < 0) {
		if (errno == EEXIST || errno == EACCES || errno == ENOENT)
			return SEGMENT_NOT_OURS;
		fail_writer(writer, "opening", error);
		return SEGMENT_FAILED;
	}
	if (flock(writer->file, LOCK_EX | LOCK_NB) != 0)
		return SEGMENT_NOT_OURS;
	if (!raw_committed(writer->store, writer->segment, &end, error))
		return SEGMENT_FAILED;
	if (fstat(writer->file, &status) != 0 || status.st_size < end || end >= SEGMENT_BYTES)
		return SEGMENT_NOT_OURS; /* damaged, or sealed */
	if (status.st_size > end && ftruncate(writer->file, end) != 0) {
		fail_writer(writer, "cutting", error);
		return SEGMENT_FAILED;
	}
	writer->written = writer->start = end;
	return SEGMENT_OURS;
}

gint64 *raw_segments(Store *store, gsize *ret_count)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GDir) folder = g_dir_open(store->raw, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		char *end = NULL;
		gint64 number = g_ascii_strtoll(name, &end, 10);

		if (number > 0 && strcmp(end, ".seg") == 0)
			g_array_append_val(numbers, number);
	}
	*ret_count = numbers->len;
	return (gint64 *)(gpointer)g_array_free(numbers, FALSE);
}

/* The last segment that a row names: when it is missing, its number is not given to another one. */
static bool last_named(Store *store, gint64 *ret_last, GError **error)
{
	g_autoptr(Statement) of_receipts = statement(store, "SELECT MAX(segment) FROM receipts");
	g_autoptr(Statement) of_mails = statement(store, "SELECT MAX(segment) FROM mails");
	gint64 mails = 0;

	if (!statement_number(of_receipts, ret_last, error) ||
	    !statement_number(of_mails, &mails, error))
		return false;
	*ret_last = MAX(*ret_last, mails);
	return true;
}

/* A segment that has room, else a new one. */
static bool find_segment(RawWriter *writer, GError **error)
{
	gsize count;
	g_autofree gint64 *segments = raw_segments(writer->store, &count);
	gint64 last = 0;
	Segment found = SEGMENT_NOT_OURS;

	if (!last_named(writer->store, &last, error))
		return false;
	for (gsize i = 0; i < count && found == SEGMENT_NOT_OURS; i++) {
		g_autofree char *path = raw_path(writer->store, segments[i]);
		struct stat status;

		last = MAX(last, segments[i]);
		if (stat(path, &status) != 0 || (status.st_mode & S_IWUSR) == 0)
			continue; /* sealed */
		writer->segment = segments[i];
		found = open_segment(writer, path, 0, error);
		if (found != SEGMENT_OURS)
			let_go(writer);
	}
	while (found == SEGMENT_NOT_OURS) {
		g_autofree char *path = NULL;

		writer->segment = ++last;
		path = raw_path(writer->store, last);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		found = open_segment(writer, path, O_CREAT | O_EXCL, error);
		if (found != SEGMENT_OURS)
			let_go(writer);
		if (found == SEGMENT_NOT_OURS && !g_file_test(path, G_FILE_TEST_EXISTS)) {
			raw_fail("making", path, EACCES, error);
			return false;
		}
	}
	return found == SEGMENT_OURS && raw_sync_folder(writer->store->raw, error);
}

RawWriter *raw_writer_open(Store *store, GError **error)
{
	RawWriter *writer;

	if (!raw_make_folder(store, error))
		return NULL;
	writer = g_new0(RawWriter, 1);
	writer->store = store;
	writer->file = -1;
	writer->buffer = g_malloc(BUFFER_BYTES);
	if (find_segment(writer, error))
		return writer;
	raw_writer_free(writer);
	return NULL;
}

static void drop_hash(RawWriter *writer)
{
	if (writer->hash != NULL)
		gnutls_hash_deinit(writer->hash, NULL);
	writer->hash = NULL;
}

void raw_writer_free(RawWriter *writer)
{
	if (writer == NULL)
		return;
	drop_hash(writer);
	let_go(writer);
	g_free(writer->buffer);
	g_free(writer);
}

static bool write_all(RawWriter *writer, const guint8 *bytes, gsize length, GError **error)
{
	while (length > 0) {
		ssize_t done = pwrite(writer->file, bytes, length, writer->written);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail_writer(writer, "writing", error);
		bytes += done;
		length -= (gsize)done;
		writer->written += done;
		writer->dirty = true;
	}
	return true;
}

static bool flush(RawWriter *writer, GError **error)
{
	gint64 before = writer->written;
	bool done = write_all(writer, writer->buffer, writer->buffered, error);

	if (done)
		writer->buffered = 0;
	else
		writer->written = before; /* the same bytes again, at the same place */
	return done;
}

static gint64 position(RawWriter *writer)
{
	return writer->written + (gint64)writer->buffered;
}

/* Drops what was written behind offset. */
static void go_back(RawWriter *writer, gint64 offset)
{
	if (offset >= writer->written) {
		writer->buffered = (gsize)(offset - writer->written);
		return;
	}
	writer->buffered = 0;
	writer->written = offset;
}

/* A full segment is made read-only: it never changes again. */
static bool next_segment(RawWriter *writer, GError **error)
{
	if (!raw_sync(writer, error))
		return false;
	FAILPOINT("raw.full");
	fchmod(writer->file, 0440);
	let_go(writer);
	FAILPOINT("raw.sealed");
	return find_segment(writer, error);
}

bool raw_begin(RawWriter *writer, GError **error)
{
	if (writer->hash != NULL) {
		drop_hash(writer);
		go_back(writer, writer->start);
	}
	if (writer->file < 0) { /* the last change of segment failed */
		if (!find_segment(writer, error))
			return false;
	} else if (position(writer) >= SEGMENT_BYTES && !next_segment(writer, error)) {
		return false;
	}
	if (gnutls_hash_init(&writer->hash, GNUTLS_DIG_SHA256) < 0) {
		writer->hash = NULL;
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "no SHA-256");
		return false;
	}
	writer->start = position(writer);
	return true;
}

bool raw_append(RawWriter *writer, const void *bytes, gsize length, GError **error)
{
	g_return_val_if_fail(writer->hash != NULL, false);
	if (length == 0)
		return true;
	gnutls_hash(writer->hash, bytes, length);
	if (writer->buffered + length > BUFFER_BYTES && !flush(writer, error))
		return false;
	if (length >= BUFFER_BYTES)
		return write_all(writer, bytes, length, error);
	memcpy(writer->buffer + writer->buffered, bytes, length);
	writer->buffered += length;
	return true;
}

bool raw_end(RawWriter *writer, RawRange *ret_range, GError **error)
{
	guint8 digest[SHA256_BYTES];

	g_return_val_if_fail(writer->hash != NULL, false);
	gnutls_hash_deinit(writer->hash, digest);
	writer->hash = NULL;
	ret_range->segment = writer->segment;
	ret_range->offset = writer->start;
	ret_range->length = position(writer) - writer->start;
	raw_hex(digest, ret_range->sha256);
	return true;
}

bool raw_sync(RawWriter *writer, GError **error)
{
	if (!flush(writer, error))
		return false;
	if (writer->dirty && fdatasync(writer->file) != 0)
		return fail_writer(writer, "making durable", error);
	writer->dirty = false;
	return true;
}

/* Bytes that no row names do no harm, so where the database cannot be asked they stay. */
void raw_rewind(RawWriter *writer)
{
	gint64 end = 0;

	drop_hash(writer);
	if (writer->file < 0 || !raw_committed(writer->store, writer->segment, &end, NULL) ||
	    end > position(writer))
		return;
	go_back(writer, end);
	if (ftruncate(writer->file, writer->written) != 0)
		return; /* will be written over */
}
