/* store.c - opening, and transactions that verbs open or join. */
#include "store/inside.h"

#include <string.h>
#include <unistd.h>

#include "common/error.h"

static void close_file(gpointer file)
{
	close(GPOINTER_TO_INT(file));
}

static bool check_folder(const char *folder, GError **error)
{
	if (g_file_test(folder, G_FILE_TEST_IS_DIR))
		return true;
	g_set_error(
		error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
		"the folder %s of the database is not there: make it, or change [Store] Database=",
		folder);
	return false;
}

Store *store_open(const char *where, StoreOpen how, GError **error)
{
	g_autoptr(Store) store = NULL;
	g_autofree char *folder = NULL;
	const char *path;

	if (!g_str_has_prefix(where, "sqlite:") || where[strlen("sqlite:")] == '\0') {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "[Store] Database=%s: expected sqlite:FILE", where);
		return NULL;
	}
	path = where + strlen("sqlite:");
	folder = g_path_get_dirname(path);
	if (how == STORE_CREATE && !check_folder(folder, error))
		return NULL;
	store = g_new0(Store, 1);
	store->raw = g_build_filename(folder, "raw", NULL);
	store->raw_files = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, close_file);
	store->driver = driver_open(path, how == STORE_CREATE, error);
	if (store->driver == NULL || !schema_upgrade(store->driver, error))
		return NULL;
	return g_steal_pointer(&store);
}

void store_free(Store *store)
{
	if (store == NULL)
		return;
	driver_close(store->driver);
	g_hash_table_unref(store->raw_files);
	g_free(store->raw);
	g_free(store);
}

bool store_begin(Store *store, GError **error)
{
	if (store->depth > 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE,
			    "a transaction is open already");
		return false;
	}
	if (!driver_begin(store->driver, error))
		return false;
	store->depth = 1;
	return true;
}

bool store_commit(Store *store, GError **error)
{
	if (store->depth != 1) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "no transaction is open");
		return false;
	}
	store->depth = 0;
	return driver_commit(store->driver, error);
}

void store_rollback(Store *store)
{
	if (store->depth == 0)
		return;
	store->depth = 0;
	driver_rollback(store->driver);
}

bool verb_begin(Store *store, GError **error)
{
	if (store->depth == 0)
		return store_begin(store, error);
	if (!driver_savepoint(store->driver, error))
		return false;
	store->depth++;
	return true;
}

bool verb_end(Store *store, bool done, GError **error)
{
	if (store->depth == 1) {
		if (done)
			return store_commit(store, error);
		store_rollback(store);
		return false;
	}
	store->depth--;
	if (done)
		return driver_release(store->driver, error);
	driver_undo(store->driver);
	return false;
}

bool store_data_version(Store *store, gint64 *ret_version, GError **error)
{
	return driver_data_version(store->driver, ret_version, error);
}

bool store_check(Store *store, GPtrArray **ret_findings, GError **error)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);

	if (!driver_check(store->driver, findings, error))
		return false;
	*ret_findings = g_steal_pointer(&findings);
	return true;
}
