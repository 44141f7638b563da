/* test_safety.c - the chain of events, reconcile on many rows, backups, comparing. */
#include "store_fixture.h"

#include "common/error.h"
#include "store/backup.h"
#include "store/chain_inside.h"
#include "store/inside.h"
#include "store/raw_sizes.h"
#include "store/reconcile.h"
#include "store/replay.h"

static guint chained(Store *store, guint *ret_events, char *ret_last)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
	GError *error = NULL;

	chain_verify(store, ret_events, ret_last, findings, &error);
	g_assert_no_error(error);
	return findings->len;
}

/* The hash is what the header says it is: other programs may check it. */
static void test_chain_of(void)
{
	static const struct {
		const char *before;
		ChainEvent event;
		const char *hashed; /* with | for the zero bytes */
	} rows[] = {
		{ "", { 1, 2, 3, 0, "1001", "mail", "opened", "" }, "|1|2|3|1001|mail|opened||0|" },
		{ "aa", { 2, 2, -3, 9, "", "desk", "x", "ä|b" }, "aa|2|2|-3||desk|x|ä!b|9|" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *bytes = g_strdup(rows[i].hashed);
		g_autofree char *expected = NULL;
		char chain[CHAIN_DIGITS + 1];
		gsize length = strlen(bytes);

		for (gsize at = 0; at < length; at++)
			bytes[at] = bytes[at] == '|' ? '\0' : bytes[at] == '!' ? '|' : bytes[at];
		expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)bytes, length);
		chain_of(rows[i].before, &rows[i].event, chain);
		g_assert_cmpstr(chain, ==, expected);
	}
}

/* A desk from before the chain gets one at the upgrade, and goes on with it. */
static void test_chain_upgrade(void)
{
	static const char events[] =
		"PRAGMA foreign_keys=OFF; INSERT INTO events (case_id, at, who, way, what, text) VALUES"
		" (1, 5, '1001', 'mail', 'opened', 'a'), (1, 6, 'console', 'command', 'noted', 'b')";
	g_autofree char *folder = g_dir_make_tmp("persocontact-chain-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "old.db", NULL);
	g_autofree char *where = g_strconcat("sqlite:", path, NULL);
	Driver *driver = driver_open(path, true, NULL);
	g_autoptr(Store) store = NULL;
	char last[CHAIN_DIGITS + 1];
	guint count = 0;

	g_assert_true(schema_make(driver, 2, NULL) && driver_script(driver, events, NULL));
	driver_close(driver);
	store = store_open(where, STORE_EXISTING, NULL);
	g_assert_nonnull(store);
	g_assert_cmpuint(chained(store, &count, last), ==, 0);
	g_assert_cmpuint(count, ==, 2);
	g_assert_cmpuint(strlen(last), ==, CHAIN_DIGITS);
	remove_folder(folder);
}

static guint look(Desk *desk, gint64 now, FindingKind *ret_kind)
{
	g_autoptr(GPtrArray) findings = NULL;
	GError *error = NULL;

	reconcile_look(desk->store, now, &findings, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < findings->len; i++)
		g_test_message("%s", ((Finding *)findings->pdata[i])->text);
	if (findings->len > 0)
		*ret_kind = ((Finding *)findings->pdata[0])->kind;
	return findings->len;
}

/* Time alone makes a receipt stuck and a notice too long owed; each kind of damage is found once.
 */
static void test_reconcile(void)
{
	static const struct {
		const char *sql;
		gint64 later;
		guint found;
		FindingKind kind;
	} rows[] = {
		{ "SELECT 1", 0, 0, 0 },
		{ "SELECT 1", 3601, 1, FOUND_STUCK },
		{ "UPDATE receipts SET state = 'read'", 3601, 1, FOUND_STUCK },
		{ "UPDATE receipts SET state = 'read'", 3600, 0, 0 },
		{ "UPDATE receipts SET state = 'done'", 0, 1, FOUND_NO_OUTCOME },
		{ "UPDATE receipts SET state = 'done', decision = 'reply'", 0, 1,
		  FOUND_NO_OUTCOME },
		{ "UPDATE receipts SET state = 'done', decision = 'ignored'", 0, 0, 0 },
		{ "UPDATE receipts SET state = 'held'", 0, 1, FOUND_NOT_HELD },
		{ "UPDATE receipts SET state = 'quarantined'", 0, 1, FOUND_NOT_TOLD },
		{ "DELETE FROM outbox", 0, 1, FOUND_NO_ACKNOWLEDGEMENT },
		{ "UPDATE receipts SET state = 'done', decision = 'help'", 5 * 86400 + 1, 2,
		  FOUND_OWED },
		{ "UPDATE receipts SET raw_length = 99", 0, 1, FOUND_RAW },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Desk *desk = desk_new();
		FindingKind kind = 0;

		desk_receipt(desk, "From: x");
		desk_case(desk, "absence", CASE_OPEN, NOW);
		g_test_message("%s", rows[i].sql);
		g_assert_true(driver_script(desk->store->driver, rows[i].sql, NULL));
		g_assert_cmpuint(look(desk, NOW + rows[i].later, &kind), ==, rows[i].found);
		g_assert_true(rows[i].found == 0 || kind == rows[i].kind);
		desk_free(desk);
	}
}

/* A million receipts, and a case and two notices for each. */
static void test_reconcile_many(void)
{
	static const char many[] =
		"PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF;"
		"BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
		" INSERT INTO receipts SELECT i, 'inbox', 1, i, 1, 1, i * 10, 10, 'aa' || i, 'done', 'request',"
		" '', '', i, i, 1, 0 FROM n;"
		"INSERT INTO cases SELECT id, 'open', 'x', 'y', 'pay', '', 'nl', 1, 'an@minfin.example', 1, NULL,"
		" NULL, 1, 1, 1, 0, NULL FROM receipts;"
		"INSERT INTO outbox SELECT id, id, NULL, NULL, 'acknowledgement', 'an@minfin.example', '', '{}', 'nl',"
		" 1, 'sent', 1, 1, 0, 1, '', '', NULL FROM receipts; COMMIT";
	Desk *desk;
	FindingKind kind;
	gint64 began;

	if (!g_test_slow()) {
		g_test_skip("slow: -m slow runs it");
		return;
	}
	desk = desk_new();
	g_assert_true(driver_script(desk->store->driver, many, NULL));
	began = g_get_monotonic_time();
	g_assert_cmpuint(look(desk, NOW, &kind), ==, 1); /* the segment is not there */
	g_test_message("%.2f s", (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 60 * G_USEC_PER_SEC);
	desk_free(desk);
}

/* What must be free stays as it was; an equal copy is equal, and a changed one is told. */
static void test_backup(void)
{
	Desk *desk = desk_new();
	g_autofree char *folder = g_dir_make_tmp("persocontact-backup-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "copy.db", NULL);
	g_autofree char *own = g_build_filename(desk->folder, "copy.db", NULL);
	g_autofree char *where = g_strconcat("sqlite:", path, NULL);
	g_autoptr(GPtrArray) differences = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	Store *copy;
	Backup backup;
	guint compared;

	desk_receipt(desk, "From: x");
	desk_case(desk, "absence", CASE_OPEN, NOW);
	g_assert_false(store_backup(desk->store, own, &backup, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE);
	g_clear_error(&error);
	g_assert_true(store_backup(desk->store, path, &backup, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(backup.segments, ==, 1);
	g_assert_cmpuint(backup.receipts, ==, 1);
	g_assert_false(store_backup(desk->store, path, &backup, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE);
	copy = store_open(where, STORE_EXISTING, NULL);
	g_assert_true(replay_compare(desk->store, copy, differences, &compared, NULL));
	g_assert_cmpuint(differences->len, ==, 0);
	g_assert_cmpuint(compared, >, 2);
	g_assert_true(driver_script(copy->driver, "UPDATE cases SET state = 'closed'", NULL));
	g_assert_true(replay_compare(desk->store, copy, differences, &compared, NULL));
	g_assert_cmpuint(differences->len, ==, 1);
	store_free(copy);
	remove_folder(folder);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/safety/chain-of", test_chain_of);
	g_test_add_func("/safety/chain-upgrade", test_chain_upgrade);
	g_test_add_func("/safety/reconcile", test_reconcile);
	g_test_add_func("/safety/reconcile-many", test_reconcile_many);
	g_test_add_func("/safety/backup", test_backup);
	return g_test_run();
}
