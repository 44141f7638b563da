/* raw_copy.c - segments copied beside another database.
 *
 * Bytes that a row names never change, so a copy may be made while others append.  Each
 * copy is written under another name, made durable, and only then put in its place.
 */
#include "store/raw_sizes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/limits.h"
#include "store/inside.h"
#include "store/raw_inside.h"

#define PIECE_BYTES (1024 * 1024)

typedef struct Copying {              /* one segment */
	const char *from, *to, *part; /* paths */
	int in, out, before;          /* before: what lies at the place already, or -1 */
	gint64 end, there;            /* bytes to copy; bytes of before */
	bool compares;                /* what is there reaches far enough: it is only compared */
	guint8 *piece, *other;
} Copying;

static bool read_piece(int file, const char *path, gint64 offset, guint8 *bytes, gsize length,
		       GError **error)
{
	while (length > 0) {
		ssize_t done = pread(file, bytes, length, offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			raw_fail("reading", path, done < 0 ? errno : ENODATA, error);
			return false;
		}
		bytes += done;
		offset += done;
		length -= (gsize)done;
	}
	return true;
}

static bool write_piece(const Copying *copying, const guint8 *bytes, gsize length, GError **error)
{
	while (length > 0) {
		ssize_t done = write(copying->out, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			raw_fail("writing", copying->part, errno, error);
			return false;
		}
		bytes += done;
		length -= (gsize)done;
	}
	return true;
}

/* An earlier copy of a segment is its beginning; else it is another desk's. */
static bool same_piece(const Copying *copying, gint64 offset, gsize length, GError **error)
{
	gint64 left = copying->there - offset;

	if (copying->before < 0 || left <= 0)
		return true;
	length = (gsize)MIN((gint64)length, left);
	if (!read_piece(copying->before, copying->to, offset, copying->other, length, error))
		return false;
	if (memcmp(copying->piece, copying->other, length) == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
		    "%s is no earlier copy of %s: choose a folder without another desk's messages",
		    copying->to, copying->from);
	return false;
}

static bool copy_bytes(const Copying *copying, GError **error)
{
	for (gint64 offset = 0; offset < copying->end;) {
		gsize length = (gsize)MIN(copying->end - offset, PIECE_BYTES);

		if (!read_piece(copying->in, copying->from, offset, copying->piece, length,
				error) ||
		    !same_piece(copying, offset, length, error) ||
		    (!copying->compares && !write_piece(copying, copying->piece, length, error)))
			return false;
		offset += (gint64)length;
	}
	return true;
}

static bool put_in_place(const Copying *copying, mode_t mode, GError **error)
{
	if (fchmod(copying->out, mode & 0777) == 0 && fsync(copying->out) == 0 &&
	    rename(copying->part, copying->to) == 0)
		return true;
	raw_fail("making", copying->to, errno, error);
	return false;
}

static bool copy_open(Copying *copying, GError **error)
{
	copying->in = open(copying->from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (copying->in < 0) {
		raw_fail("opening", copying->from, errno, error);
		return false;
	}
	copying->before = open(copying->to, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (copying->compares)
		return true;
	unlink(copying->part); /* of a copy that did not end */
	copying->out = open(copying->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (copying->out < 0)
		raw_fail("making", copying->part, errno, error);
	return copying->out >= 0;
}

static bool copy_all(Copying *copying, mode_t mode, GError **error)
{
	bool done = copy_open(copying, error) && copy_bytes(copying, error) &&
		    (copying->compares || put_in_place(copying, mode, error));

	if (!done && copying->out >= 0)
		unlink(copying->part);
	if (copying->in >= 0)
		close(copying->in);
	if (copying->before >= 0)
		close(copying->before);
	if (copying->out >= 0)
		close(copying->out);
	return done;
}

/* What is there may reach far enough: of a full segment the beginning is compared, else all of it,
 * because a later backup into the same folder has copied more of it than this one needs. */
static void plan(Copying *copying, gint64 end)
{
	struct stat status;

	copying->there = stat(copying->to, &status) == 0 ? (gint64)status.st_size : 0;
	copying->compares = copying->there >= end;
	copying->end = copying->there == end && end >= SEGMENT_BYTES ? MIN(end, PIECE_BYTES) : end;
}

static bool copy_segment(Store *from, Store *to, gint64 segment, gint64 end, guint *copied,
			 GError **error)
{
	g_autofree char *source = raw_path(from, segment), *target = raw_path(to, segment);
	g_autofree char *part = g_strconcat(target, ".part", NULL);
	g_autofree guint8 *piece = g_malloc(PIECE_BYTES), *other = g_malloc(PIECE_BYTES);
	Copying copying = { .from = source,
			    .to = target,
			    .part = part,
			    .in = -1,
			    .out = -1,
			    .before = -1,
			    .piece = piece,
			    .other = other };
	struct stat status;

	if (stat(source, &status) != 0) {
		raw_fail("opening", source, errno, error);
		return false;
	}
	plan(&copying, end);
	*copied += !copying.compares;
	return copy_all(&copying, status.st_mode, error);
}

bool raw_copy(Store *from, Store *of, Store *to, guint *ret_copied, GError **error)
{
	g_autoptr(GArray) segments = NULL;

	*ret_copied = 0;
	if (!raw_named(of, &segments, error) || !raw_make_folder(to, error))
		return false;
	for (guint i = 0; i < segments->len; i++) {
		gint64 segment = g_array_index(segments, gint64, i), end = 0;

		if (!raw_committed(of, segment, &end, error) ||
		    !copy_segment(from, to, segment, end, ret_copied, error))
			return false;
	}
	return raw_sync_folder(to->raw, error);
}
