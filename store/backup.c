/* backup.c - a copy of a desk's database and raw messages, made while the desk runs. */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "store/inside.h"
#include "store/raw_inside.h"
#include "store/raw_sizes.h"

static bool cannot(GError **error, const char *path, const char *why)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s cannot be made: %s", path, why);
	return false;
}

bool store_place_is_free(Store *store, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path), *own = g_path_get_dirname(store->raw);
	struct stat there, ours, any;

	if (lstat(path, &any) == 0)
		return cannot(error, path, "it is there already, and is not overwritten");
	if (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode))
		return cannot(error, path, "its folder is not there");
	if (stat(own, &ours) == 0 && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
		return cannot(error, path,
			      "it is in the folder of the desk itself: choose another");
	return true;
}

static bool make_empty(const char *path, GError **error)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file < 0) {
		raw_fail("making", path, errno, error);
		return false;
	}
	close(file);
	return true;
}

static bool count_receipts(Store *store, guint *ret_count, GError **error)
{
	g_autoptr(Statement) select = statement(store, "SELECT MAX(id) FROM receipts");
	gint64 count = 0;

	if (!statement_number(select, &count, error))
		return false;
	*ret_count = (guint)count;
	return true;
}

/* Pages, references, and whether each segment is long enough. */
static bool look_over(Store *copy, GError **error)
{
	g_autoptr(GPtrArray) findings = NULL;

	if (!store_check(copy, &findings, error) || !raw_sizes_check(copy, findings, error))
		return false;
	if (findings->len == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "the copy is not whole: %s%s",
		    (const char *)findings->pdata[0],
		    findings->len > 1 ? ", and more: run `persocontact verify`" : "");
	return false;
}

static bool fill(Store *store, const char *part, Backup *backup, GError **error)
{
	g_autofree char *where = g_strconcat("sqlite:", part, NULL);
	g_autoptr(Store) copy = NULL;
	g_autoptr(GArray) segments = NULL;

	if (!driver_backup(store->driver, part, error))
		return false;
	FAILPOINT("backup.database");
	copy = store_open(where, STORE_EXISTING, error);
	if (copy == NULL || !raw_copy(store, copy, copy, &backup->segments, error) ||
	    !raw_named(copy, &segments, error) || !count_receipts(copy, &backup->receipts, error))
		return false;
	backup->kept = segments->len - backup->segments;
	return look_over(copy, error);
}

static void clear(const char *part)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *path = g_strconcat(part, ends[i], NULL);

		unlink(path);
	}
}

/* What came to path meanwhile is not overwritten. */
static bool name_it(const char *part, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int file = open(part, O_RDONLY | O_CLOEXEC);
	bool done = file >= 0 && fsync(file) == 0;

	if (file >= 0)
		close(file);
	if (done && renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) != 0 &&
	    (errno == EEXIST || link(part, path) != 0))
		return cannot(error, path, g_strerror(errno));
	if (!done)
		raw_fail("making durable", part, errno, error);
	return done && raw_sync_folder(folder, error);
}

bool store_backup(Store *store, const char *path, Backup *ret_backup, GError **error)
{
	g_autofree char *part = g_strdup_printf("%s.part-%d", path, (int)getpid());
	bool done;

	*ret_backup = (Backup){ 0 };
	if (!store_place_is_free(store, path, error) || !make_empty(part, error))
		return false;
	done = fill(store, part, ret_backup, error);
	if (done)
		FAILPOINT("backup.segments");
	done = done && name_it(part, path, error);
	clear(part);
	return done;
}
