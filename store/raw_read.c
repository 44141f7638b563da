/* raw_read.c - looking at raw messages: a descriptor and a range, never a copy of a segment. */
#include "store/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "store/inside.h"
#include "store/raw_inside.h"

#define OPEN_SEGMENTS 64 /* descriptors kept */
#define PIECE_BYTES (64 * 1024)

void raw_hex(const guint8 *digest, char *ret_hex)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 32; i++) {
		ret_hex[2 * i] = digits[digest[i] >> 4];
		ret_hex[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_hex[64] = '\0';
}

int raw_open(Store *store, const RawRange *range, GError **error)
{
	gpointer kept;
	g_autofree char *path = NULL;
	gint64 *key;
	int file;

	if (g_hash_table_lookup_extended(store->raw_files, &range->segment, NULL, &kept))
		return GPOINTER_TO_INT(kept);
	path = raw_path(store, range->segment);
	file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0 && errno == ENOENT) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s is missing: restore it from a backup", path);
		return -1;
	}
	if (file < 0) {
		raw_fail("opening", path, errno, error);
		return -1;
	}
	if (g_hash_table_size(store->raw_files) >= OPEN_SEGMENTS)
		g_hash_table_remove_all(store->raw_files);
	key = g_new(gint64, 1);
	*key = range->segment;
	g_hash_table_insert(store->raw_files, key, GINT_TO_POINTER(file));
	return file;
}

/* Reads all of it; a file that ends before is DESK_ERROR_DATA. */
static bool read_all(Store *store, const RawRange *range, int file, gint64 offset, guint8 *bytes,
		     gsize length, GError **error)
{
	while (length > 0) {
		ssize_t done = pread(file, bytes, length, offset);
		g_autofree char *path = NULL;

		if (done < 0 && errno == EINTR)
			continue;
		if (done > 0) {
			bytes += done;
			offset += done;
			length -= (gsize)done;
			continue;
		}
		path = raw_path(store, range->segment);
		if (done < 0)
			raw_fail("reading", path, errno, error);
		else
			g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
				    "%s is cut off: a message at %" G_GINT64_FORMAT
				    " of %" G_GINT64_FORMAT " bytes reaches behind its end",
				    path, range->offset, range->length);
		return false;
	}
	return true;
}

GBytes *raw_bytes(Store *store, const RawRange *range, GError **error)
{
	int file = raw_open(store, range, error);
	g_autofree guint8 *bytes = NULL;

	if (file < 0)
		return NULL;
	bytes = g_try_malloc((gsize)MAX(range->length, 1));
	if (bytes == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "no memory for a message");
		return NULL;
	}
	if (!read_all(store, range, file, range->offset, bytes, (gsize)range->length, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), (gsize)range->length);
}

static bool hash_range(Store *store, const RawRange *range, int file, gnutls_hash_hd_t hash,
		       GError **error)
{
	g_autofree guint8 *piece = g_malloc(PIECE_BYTES);

	for (gint64 done = 0; done < range->length;) {
		gsize length = (gsize)MIN(range->length - done, PIECE_BYTES);

		if (!read_all(store, range, file, range->offset + done, piece, length, error))
			return false;
		gnutls_hash(hash, piece, length);
		done += (gint64)length;
	}
	return true;
}

bool raw_verify(Store *store, const RawRange *range, GError **error)
{
	int file = raw_open(store, range, error);
	gnutls_hash_hd_t hash = NULL;
	guint8 digest[32];
	char hex[65];
	bool read;

	if (file < 0)
		return false;
	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "no SHA-256");
		return false;
	}
	read = hash_range(store, range, file, hash, error);
	gnutls_hash_deinit(hash, digest);
	if (!read)
		return false;
	raw_hex(digest, hex);
	if (strcmp(hex, range->sha256) == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "the message at %" G_GINT64_FORMAT " of segment %" G_GINT64_FORMAT
		    " is not what was received: its SHA-256 is %s, the database says %s",
		    range->offset, range->segment, hex, range->sha256);
	return false;
}

int raw_open_checked(Store *store, const RawRange *range, GError **error)
{
	return raw_verify(store, range, error) ? raw_open(store, range, error) : -1;
}
