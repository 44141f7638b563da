/* driver_sqlite.c - SQLite behind the driver; nobody else includes sqlite3.h.
 *
 * WAL with synchronous=FULL: a commit that returned is on the disk.  Pages of
 * 16 KiB, because rows carry texts of mails.
 */
#include "store/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"

#define BUSY_MILLISECONDS 10000
#define BUSY_PAUSE 2 /* milliseconds between tries */

struct Driver {
	sqlite3 *db;
	char *path;
	GHashTable *statements; /* const char *sql (its address) -> Statement */
	bool begun;             /* what the caller believes */
};

struct Statement {
	Driver *driver;
	sqlite3_stmt *prepared; /* NULL: error says why */
	const char *sql;
	GError *error;
	bool kept, used;
};

static const struct {
	int result;
	DeskError code;
	const char *sentence;
} failures[] = {
	{ SQLITE_BUSY, DESK_ERROR_TEMPFAIL, "it is locked by another process" },
	{ SQLITE_LOCKED, DESK_ERROR_TEMPFAIL, "it is locked by another process" },
	{ SQLITE_PROTOCOL, DESK_ERROR_TEMPFAIL, "it is locked by another process" },
	{ SQLITE_FULL, DESK_ERROR_TEMPFAIL, "the disk is full" },
	{ SQLITE_NOMEM, DESK_ERROR_TEMPFAIL, "there is no memory left" },
	{ SQLITE_INTERRUPT, DESK_ERROR_TEMPFAIL, "it was interrupted" },
	{ SQLITE_READONLY, DESK_ERROR_TEMPFAIL,
	  "it cannot be written: see who owns the file and its folder, and how the disk is mounted" },
	{ SQLITE_IOERR, DESK_ERROR_IO, "reading or writing it failed" },
	{ SQLITE_CANTOPEN, DESK_ERROR_IO,
	  "it cannot be opened: see who owns the file and its folder" },
	{ SQLITE_CORRUPT, DESK_ERROR_IO,
	  "it is damaged: stop the desk, run `persocontact verify` and restore the last backup" },
	{ SQLITE_NOTADB, DESK_ERROR_CONFIG,
	  "it is no database: [Store] Database= names another file" },
	{ SQLITE_PERM, DESK_ERROR_NO_PERMISSION, "access is not allowed" },
	{ SQLITE_AUTH, DESK_ERROR_NO_PERMISSION, "access is not allowed" },
};

/* Takes the message at once: the next call on the connection replaces it. */
static void fail(Driver *driver, int result, const char *sql, GError **error)
{
	int system_error = driver->db != NULL ? sqlite3_system_errno(driver->db) : 0;
	const char *message =
		driver->db != NULL ? sqlite3_errmsg(driver->db) : sqlite3_errstr(result);

	if ((result & 0xff) == SQLITE_IOERR &&
	    (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG))
		result = SQLITE_FULL;
	for (gsize i = 0; i < G_N_ELEMENTS(failures); i++)
		if (failures[i].result == (result & 0xff)) {
			g_set_error(error, DESK_ERROR, (gint)failures[i].code,
				    "the database %s: %s (%s)", driver->path, failures[i].sentence,
				    message);
			return;
		}
	g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "the database %s: %s%s%s", driver->path,
		    message, sql != NULL ? " in: " : "", sql != NULL ? sql : "");
}

static void statement_free(Statement *statement)
{
	sqlite3_finalize(statement->prepared);
	g_clear_error(&statement->error);
	g_free(statement);
}

void driver_close(Driver *driver)
{
	if (driver == NULL)
		return;
	g_hash_table_unref(driver->statements);
	sqlite3_close(driver->db);
	g_free(driver->path);
	g_free(driver);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Driver, driver_close)

/* Makes an empty file that only the owner and the group may read: SQLite gives
 * its other files the same mode. */
static bool make_file(const char *path, GError **error)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660 & ~S_IRWXO);

	if (file >= 0) {
		close(file);
		return true;
	}
	g_set_error(error, DESK_ERROR,
		    errno == ENOSPC || errno == EDQUOT ? DESK_ERROR_TEMPFAIL
						       : DESK_ERROR_CANT_CREATE,
		    "the database %s cannot be made: %s", path, g_strerror(errno));
	return false;
}

static bool check_file(const char *path, bool create, GError **error)
{
	if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "the database %s is a folder: [Store] Database= names a file", path);
		return false;
	}
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		if (create)
			return make_file(path, error);
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_NO_INPUT,
			"there is no database %s yet: `persocontact person import FILE` makes it",
			path);
		return false;
	}
	if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0)
		return true;
	g_set_error(error, DESK_ERROR, errno == EROFS ? DESK_ERROR_IO : DESK_ERROR_NO_PERMISSION,
		    "the database %s cannot be read and written: %s", path, g_strerror(errno));
	return false;
}

bool driver_script(Driver *driver, const char *sql, GError **error)
{
	int result = sqlite3_exec(driver->db, sql, NULL, NULL, NULL);

	if (result != SQLITE_OK)
		fail(driver, result, sql, error);
	return result == SQLITE_OK;
}

/* SQLite's own handler sleeps for up to 100 ms, in which gateway and notifier miss their turns. */
static int wait_for_lock(void *user, int tries)
{
	if (tries >= BUSY_MILLISECONDS / BUSY_PAUSE)
		return 0;
	g_usleep(BUSY_PAUSE * 1000);
	return 1;
}

Driver *driver_open(const char *path, bool create, GError **error)
{
	static const char first[] = "PRAGMA page_size=16384; PRAGMA journal_mode=WAL;"
				    " PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
				    " PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;"
				    " PRAGMA wal_autocheckpoint=1000";
	g_autoptr(Driver) driver = NULL;
	int result;

	if (!check_file(path, create, error))
		return NULL;
	driver = g_new0(Driver, 1);
	driver->path = g_strdup(path);
	driver->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
						   (GDestroyNotify)statement_free);
	result = sqlite3_open_v2(path, &driver->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL);
	if (result != SQLITE_OK) {
		fail(driver, result, NULL, error);
		return NULL;
	}
	sqlite3_extended_result_codes(driver->db, 1);
	sqlite3_busy_handler(driver->db, wait_for_lock, NULL);
	return driver_script(driver, first, error) ? g_steal_pointer(&driver) : NULL;
}

/* ---- transactions ---- */

bool driver_begin(Driver *driver, GError **error)
{
	if (!driver_script(driver, "BEGIN IMMEDIATE", error))
		return false;
	driver->begun = true;
	return true;
}

void driver_rollback(Driver *driver)
{
	if (!sqlite3_get_autocommit(driver->db))
		sqlite3_exec(driver->db, "ROLLBACK", NULL, NULL, NULL);
	driver->begun = false;
}

/* A full disk makes SQLite roll back by itself: what follows must not be taken
 * for a part of the transaction that is gone. */
static bool transaction_is_lost(Driver *driver, GError **error)
{
	if (!driver->begun || !sqlite3_get_autocommit(driver->db))
		return false;
	g_set_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL,
		    "the database %s: the transaction was given up after a fault", driver->path);
	return true;
}

bool driver_commit(Driver *driver, GError **error)
{
	bool done = !transaction_is_lost(driver, error) && driver_script(driver, "COMMIT", error);

	if (!done)
		driver_rollback(driver);
	driver->begun = false;
	return done;
}

bool driver_savepoint(Driver *driver, GError **error)
{
	return !transaction_is_lost(driver, error) &&
	       driver_script(driver, "SAVEPOINT verb", error);
}

bool driver_release(Driver *driver, GError **error)
{
	return !transaction_is_lost(driver, error) && driver_script(driver, "RELEASE verb", error);
}

void driver_undo(Driver *driver)
{
	if (!sqlite3_get_autocommit(driver->db))
		sqlite3_exec(driver->db, "ROLLBACK TO verb; RELEASE verb", NULL, NULL, NULL);
}

/* ---- statements ---- */

static Statement *prepare(Driver *driver, const char *sql, unsigned int flags)
{
	Statement *statement = g_new0(Statement, 1);
	int result = sqlite3_prepare_v3(driver->db, sql, -1, flags, &statement->prepared, NULL);

	statement->driver = driver;
	statement->sql = sql;
	if (result != SQLITE_OK)
		fail(driver, result, sql, &statement->error);
	return statement;
}

Statement *driver_statement(Driver *driver, const char *sql)
{
	Statement *statement = g_hash_table_lookup(driver->statements, sql);

	if (statement == NULL) {
		statement = prepare(driver, sql, SQLITE_PREPARE_PERSISTENT);
		statement->kept = statement->prepared != NULL;
		if (statement->kept)
			g_hash_table_insert(driver->statements, (gpointer)sql, statement);
	} else if (statement->used) {
		statement = prepare(driver, sql, 0); /* a second reader of the same text */
	}
	statement->used = true;
	return statement;
}

void statement_done(Statement *statement)
{
	if (statement == NULL)
		return;
	if (!statement->kept) {
		statement_free(statement);
		return;
	}
	sqlite3_reset(statement->prepared);
	sqlite3_clear_bindings(statement->prepared);
	g_clear_error(&statement->error);
	statement->used = false;
}

/* The place of a parameter; 0 and an error kept when there is none. */
static int place_of(Statement *statement, const char *name)
{
	int place;

	if (statement->prepared == NULL)
		return 0;
	place = sqlite3_bind_parameter_index(statement->prepared, name);
	if (place == 0 && statement->error == NULL)
		g_set_error(&statement->error, DESK_ERROR, DESK_ERROR_SOFTWARE,
			    "no parameter %s in: %s", name, statement->sql);
	return place;
}

void bind_number(Statement *statement, const char *name, gint64 number)
{
	int place = place_of(statement, name);

	if (place > 0)
		sqlite3_bind_int64(statement->prepared, place, number);
}

void bind_id(Statement *statement, const char *name, gint64 id)
{
	int place = place_of(statement, name);

	if (place > 0 && id != 0)
		sqlite3_bind_int64(statement->prepared, place, id);
}

void bind_text(Statement *statement, const char *name, const char *text)
{
	int place = place_of(statement, name);

	if (place > 0)
		sqlite3_bind_text(statement->prepared, place, text != NULL ? text : "", -1,
				  SQLITE_TRANSIENT);
}

Step statement_step(Statement *statement, GError **error)
{
	int result;

	if (statement->error != NULL) {
		g_propagate_error(error, g_steal_pointer(&statement->error));
		return STEP_ERROR;
	}
	if (transaction_is_lost(statement->driver, error))
		return STEP_ERROR;
	result = sqlite3_step(statement->prepared);
	if (result == SQLITE_ROW)
		return STEP_ROW;
	if (result == SQLITE_DONE)
		return STEP_DONE;
	fail(statement->driver, result, statement->sql, error);
	return STEP_ERROR;
}

gint64 column_number(Statement *statement, int column)
{
	return sqlite3_column_int64(statement->prepared, column);
}

const char *column_text(Statement *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement->prepared, column);

	return text != NULL ? text : "";
}

bool statement_changed(Statement *statement, gint64 *ret_rows, GError **error)
{
	if (!statement_run(statement, error))
		return false;
	*ret_rows = sqlite3_changes64(statement->driver->db);
	return true;
}

/* ---- what other engines do in other words ---- */

static bool ask(Driver *driver, const char *sql, gint64 *ret_number, GError **error)
{
	g_autoptr(Statement) statement = driver_statement(driver, sql);

	return statement_number(statement, ret_number, error);
}

bool driver_schema_version(Driver *driver, gint64 *ret_version, GError **error)
{
	return ask(driver, "PRAGMA user_version", ret_version, error);
}

bool driver_set_schema_version(Driver *driver, gint64 version, GError **error)
{
	g_autofree char *sql = g_strdup_printf("PRAGMA user_version=%" G_GINT64_FORMAT, version);

	return driver_script(driver, sql, error);
}

bool driver_data_version(Driver *driver, gint64 *ret_version, GError **error)
{
	return ask(driver, "PRAGMA data_version", ret_version, error);
}

bool driver_check(Driver *driver, GPtrArray *findings, GError **error)
{
	g_autoptr(Statement) integrity = driver_statement(driver, "PRAGMA integrity_check");
	g_autoptr(Statement) references = driver_statement(driver, "PRAGMA foreign_key_check");
	Step step;

	while ((step = statement_step(integrity, error)) == STEP_ROW)
		if (strcmp(column_text(integrity, 0), "ok") != 0)
			g_ptr_array_add(findings, column_given(integrity, 0));
	if (step == STEP_ERROR)
		return false;
	while ((step = statement_step(references, error)) == STEP_ROW)
		g_ptr_array_add(findings,
				g_strdup_printf("%s %s names a row of %s that is not there",
						column_text(references, 0),
						column_text(references, 1),
						column_text(references, 2)));
	return step == STEP_DONE;
}

/* All pages in one step: one snapshot, which in WAL mode hinders no writer. */
static bool copy_pages(Driver *driver, Driver *copy, GError **error)
{
	sqlite3_backup *backup = sqlite3_backup_init(copy->db, "main", driver->db, "main");
	int result;

	if (backup == NULL) {
		fail(copy, sqlite3_errcode(copy->db), NULL, error);
		return false;
	}
	while ((result = sqlite3_backup_step(backup, -1)) == SQLITE_BUSY || result == SQLITE_LOCKED)
		g_usleep(BUSY_PAUSE * 1000);
	sqlite3_backup_finish(backup);
	if (result == SQLITE_DONE)
		return true;
	fail(copy, result, NULL, error);
	return false;
}

static bool sync_file(const char *path, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool done = file >= 0 && fsync(file) == 0;

	if (!done)
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "making %s durable: %s", path,
			    g_strerror(errno));
	if (file >= 0)
		close(file);
	return done;
}

bool driver_backup(Driver *driver, const char *path, GError **error)
{
	g_autoptr(Driver) copy = g_new0(Driver, 1);
	int result;

	copy->path = g_strdup(path);
	copy->statements = g_hash_table_new(g_direct_hash, g_direct_equal);
	result =
		sqlite3_open_v2(path, &copy->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK) {
		fail(copy, result, NULL, error);
		return false;
	}
	return copy_pages(driver, copy, error) && sync_file(path, error);
}

bool driver_explain(Driver *driver, const char *sql, GPtrArray *lines, GError **error)
{
	g_autofree char *text = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
	Statement *plan = prepare(driver, text, 0);
	Step step;

	while ((step = statement_step(plan, error)) == STEP_ROW)
		g_ptr_array_add(lines, column_given(plan, 3));
	statement_free(plan);
	return step == STEP_DONE;
}

GPtrArray *driver_statements(Driver *driver)
{
	GPtrArray *texts = g_ptr_array_new();
	GHashTableIter each;
	gpointer sql;

	g_hash_table_iter_init(&each, driver->statements);
	while (g_hash_table_iter_next(&each, &sql, NULL))
		g_ptr_array_add(texts, sql);
	return texts;
}
