/* test_store_open.c - opening a database: new, old, newer, not there, not ours, not writable;
 * transactions; and no statement of a mail's way that grows with the desk. */
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "store/inside.h"
#include "tests/unit/store_fixture.h"

#define NOBODY 65534

static char *folder_new(void)
{
	GError *error = NULL;
	char *folder = g_dir_make_tmp("persocontact-open-XXXXXX", &error);

	g_assert_no_error(error);
	return folder;
}

static void check_open(const char *where, StoreOpen how, int code, const char *sentence)
{
	GError *error = NULL;
	g_autoptr(Store) store = store_open(where, how, &error);

	g_test_message("%s: %s", where, error != NULL ? error->message : "opened");
	if (code == 0) {
		g_assert_no_error(error);
		g_assert_nonnull(store);
		return;
	}
	g_assert_null(store);
	g_assert_error(error, DESK_ERROR, code);
	g_assert_nonnull(strstr(error->message, sentence));
	g_clear_error(&error);
}

static void test_new(void)
{
	g_autofree char *folder = folder_new();
	g_autofree char *where = g_strdup_printf("sqlite:%s/desk.db", folder);
	struct stat status;

	check_open(where, STORE_EXISTING, DESK_ERROR_NO_INPUT, "there is no database");
	check_open(where, STORE_CREATE, 0, NULL);
	check_open(where, STORE_EXISTING, 0, NULL);
	check_open(where, STORE_CREATE, 0, NULL);
	g_assert_cmpint(stat(where + strlen("sqlite:"), &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 07, ==, 0); /* not for others' eyes */
	remove_folder(folder);
}

static void test_wrong(void)
{
	g_autofree char *folder = folder_new();
	g_autofree char *text = g_build_filename(folder, "text.db", NULL);
	g_autofree char *of_text = g_strconcat("sqlite:", text, NULL);
	g_autofree char *of_folder = g_strconcat("sqlite:", folder, NULL);
	g_autofree char *missing = g_strdup_printf("sqlite:%s/away/desk.db", folder);
	GString *long_text = g_string_new(NULL);

	for (int i = 0; i < 2000; i++)
		g_string_append(long_text, "no database ");
	g_assert_true(g_file_set_contents(text, long_text->str, -1, NULL));
	g_string_free(long_text, TRUE);
	check_open(of_text, STORE_EXISTING, DESK_ERROR_CONFIG, "it is no database");
	check_open(of_text, STORE_CREATE, DESK_ERROR_CONFIG, "it is no database");
	check_open(of_folder, STORE_CREATE, DESK_ERROR_CONFIG, "is a folder");
	check_open(missing, STORE_CREATE, DESK_ERROR_CANT_CREATE, "folder");
	check_open(missing, STORE_EXISTING, DESK_ERROR_NO_INPUT, "there is no database");
	check_open("desk.db", STORE_CREATE, DESK_ERROR_CONFIG, "expected sqlite:FILE");
	check_open("sqlite:", STORE_CREATE, DESK_ERROR_CONFIG, "expected sqlite:FILE");
	remove_folder(folder);
}

/* Root may write everywhere: the test becomes nobody for a while. */
static void test_not_writable(void)
{
	g_autofree char *folder = folder_new();
	g_autofree char *where = g_strdup_printf("sqlite:%s/desk.db", folder);
	g_autofree char *other = g_strdup_printf("sqlite:%s/other.db", folder);
	bool is_root = geteuid() == 0;

	check_open(where, STORE_CREATE, 0, NULL);
	g_assert_cmpint(chmod(where + strlen("sqlite:"), 0444), ==, 0);
	g_assert_cmpint(chmod(folder, 0555), ==, 0);
	if (is_root && seteuid(NOBODY) != 0) {
		g_test_skip("cannot become nobody");
	} else {
		check_open(where, STORE_EXISTING, DESK_ERROR_NO_PERMISSION,
			   "cannot be read and written");
		check_open(other, STORE_CREATE, DESK_ERROR_CANT_CREATE, "cannot be made");
	}
	g_assert_true(!is_root || seteuid(0) == 0);
	g_assert_cmpint(chmod(folder, 0755), ==, 0);
	remove_folder(folder);
}

static Driver *driver_at(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	GError *error = NULL;
	Driver *driver = driver_open(path, true, &error);

	g_assert_no_error(error);
	return driver;
}

/* A database of every version there was is brought to the newest, once. */
static void test_upgrade(void)
{
	g_autofree char *folder = folder_new();

	for (gint64 version = 0; version <= schema_newest(); version++) {
		g_autofree char *name = g_strdup_printf("v%" G_GINT64_FORMAT ".db", version);
		g_autofree char *where = g_strdup_printf("sqlite:%s/%s", folder, name);
		Driver *driver = driver_at(folder, name);
		gint64 now = -1;

		g_assert_true(schema_make(driver, version, NULL));
		driver_close(driver);
		check_open(where, STORE_EXISTING, 0, NULL);
		check_open(where, STORE_EXISTING, 0, NULL);
		driver = driver_at(folder, name);
		g_assert_true(driver_schema_version(driver, &now, NULL));
		g_assert_cmpint(now, ==, schema_newest());
		driver_close(driver);
	}
	remove_folder(folder);
}

static void test_newer(void)
{
	g_autofree char *folder = folder_new();
	g_autofree char *where = g_strdup_printf("sqlite:%s/new.db", folder);
	Driver *driver = driver_at(folder, "new.db");

	g_assert_true(driver_set_schema_version(driver, schema_newest() + 1, NULL));
	driver_close(driver);
	check_open(where, STORE_EXISTING, DESK_ERROR_CONFIG, "newer persocontact");
	remove_folder(folder);
}

/* ---- transactions ---- */

static void test_transactions(void)
{
	Desk *desk = desk_new();
	GError *error = NULL;
	Case *c;
	gint64 id;

	g_assert_false(store_commit(desk->store, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE);
	g_clear_error(&error);
	g_assert_true(store_begin(desk->store, &error));
	g_assert_false(store_begin(desk->store, &error));
	g_clear_error(&error);
	id = desk_case(desk, "absence", CASE_OPEN, NOW);
	store_rollback(desk->store);
	store_rollback(desk->store);
	c = desk_get(desk, id);
	g_assert_null(c);
	g_assert_cmpint(desk_last_notice(desk), ==, 0);
	desk_free(desk);
}

static void test_data_version(void)
{
	Desk *desk = desk_new();
	g_autoptr(Store) other = store_open(desk->where, STORE_EXISTING, NULL);
	gint64 before = 0, same = 0, after = 0;

	g_assert_true(store_data_version(other, &before, NULL));
	g_assert_true(store_data_version(other, &same, NULL));
	desk_case(desk, "absence", CASE_OPEN, NOW);
	g_assert_true(store_data_version(other, &after, NULL));
	g_assert_cmpint(before, ==, same);
	g_assert_cmpint(before, !=, after);
	desk_free(desk);
}

/* A full disk takes the whole transaction away: nothing of it may be taken for done. */
static void test_full(void)
{
	Desk *desk = desk_new();
	g_autofree char *large = g_strnfill(8 * 1024 * 1024, 'x');
	GError *error = NULL;
	Case *c;
	gint64 id;

	g_assert_true(driver_script(desk->store->driver, "PRAGMA max_page_count=100", NULL));
	g_assert_true(store_begin(desk->store, NULL));
	id = desk_case(desk, "absence", CASE_OPEN, NOW);
	g_assert_false(case_event(desk->store, id, "noted", large,
				  &(CaseBy){ .who = "desk", .way = WAY_DESK, .now = NOW }, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL);
	g_assert_nonnull(strstr(error->message, "the disk is full"));
	g_clear_error(&error);
	if (!store_commit(desk->store, &error))
		g_assert_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL);
	g_clear_error(&error);
	g_assert_true(driver_script(desk->store->driver, "PRAGMA max_page_count=1000000", NULL));
	c = desk_get(desk, id); /* whole, or not at all */
	g_assert_true(c == NULL || desk_last_notice(desk) > 0);
	case_free(c);
	desk_case(desk, "absence", CASE_OPEN, NOW); /* and life goes on */
	desk_free(desk);
}

static void test_check(void)
{
	Desk *desk = desk_new();
	g_autoptr(GPtrArray) findings = NULL;

	g_assert_true(store_check(desk->store, &findings, NULL));
	g_assert_cmpuint(findings->len, ==, 0);
	g_clear_pointer(&findings, g_ptr_array_unref);
	g_assert_true(driver_script(
		desk->store->driver,
		"PRAGMA foreign_keys=OFF; INSERT INTO events (case_id, at, who, way, what,"
		" text) VALUES (77, 0, '', '', '', '')",
		NULL));
	g_assert_true(store_check(desk->store, &findings, NULL));
	g_assert_cmpuint(findings->len, ==, 1);
	desk_free(desk);
}

/* ---- plans ---- */

static void use_everything(Desk *desk)
{
	gint64 receipt = desk_receipt(desk, "x"), other = desk_receipt(desk, "y");
	gint64 mail = desk_mail(desk, receipt, "m@x");
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	gint64 none, outbox;
	bool known;
	Person *an = desk_person(desk, "1001");
	Person *dirk = desk_person(desk, "3001");
	Person *found = NULL;
	CaseBy by = desk_by(dirk, WAY_MAIL, NOW);
	CaseBy by_an = desk_by(an, WAY_MAIL, NOW);
	CaseAdd add = { .text = "x" };
	Receipt receipt_row = { .id = other, .raw = desk_raw(desk, "x") };
	g_autoptr(GPtrArray) claimed = NULL;
	g_autoptr(GPtrArray) notices = NULL;
	g_autoptr(GPtrArray) waiting = NULL;
	Token *token = NULL;

	g_assert_true(mails_set_case(desk->store, mail, id, true, NULL));
	g_assert_true(case_answer(desk->store, id, "x", NULL, false, &by, NULL));
	g_assert_true(case_add(desk->store, id, &add, &by_an, NULL));
	g_assert_true(case_hand_on(desk->store, id, "pay", "", &by, NULL));
	g_assert_true(case_waiting_of(desk->store, an->id, &waiting, NULL));
	g_assert_true(case_of_document(desk->store, an->id, "aa", &none, NULL));
	g_assert_true(people_find_address(desk->store, "an@minfin.example", &found, NULL));
	g_assert_true(mails_find_message_id(desk->store, "m@x", &none, &outbox, NULL));
	g_assert_true(receipts_known(desk->store, "inbox", 7, "1", &known, NULL));
	g_assert_true(receipts_claim(desk->store, NOW, 60, 10, &claimed, NULL));
	g_assert_true(receipts_duplicate(desk->store, &receipt_row, &none, NULL));
	g_assert_true(receipts_settle(desk->store, receipt, "done", "request", "", id, mail, NULL));
	g_assert_true(held_put(desk->store, other, id, 0, "key of another", NOW, NULL));
	g_assert_true(outbox_claim(desk->store, NOW, 60, 10, &notices, NULL));
	g_assert_true(
		outbox_rendered(desk->store, ((Notice *)notices->pdata[0])->id, mail, "o@x", NULL));
	g_assert_true(outbox_sent(desk->store, ((Notice *)notices->pdata[0])->id, NOW, NULL));
	g_assert_true(
		outbox_refused(desk->store, ((Notice *)notices->pdata[1])->id, "550", NOW, NULL));
	g_assert_true(outbox_next_due(desk->store, &none, NULL));
	g_assert_true(outbox_sent_since(desk->store, "stranger", "x@y", NOW, &known, NULL));
	g_assert_true(token_put(desk->store, "hash", TOKEN_CASE, id, "p:1001", NOW + 9, NULL));
	g_assert_true(token_find(desk->store, "hash", NOW, &token, NULL));
	g_assert_nonnull(token);
	token_free(token);
	person_free(found);
	person_free(an);
	person_free(dirk);
}

/* Statements that need not be quick, or whose plan speaks of references alone. */
static const char *const slow[] = { "SELECT id FROM people WHERE left_at IS NULL",
				    "SELECT id, organisation, name FROM people", /* an upgrade */
				    "DELETE FROM teams",
				    "DELETE FROM organisations",
				    "INSERT",
				    "PRAGMA",
				    "SELECT id, case_id, at, COALESCE(mail, 0), who",
				    /* the whole chain */ NULL };
/* Statements that sort a few rows: a person's teams, a team's members, one's cases that
 * wait, the absences of one. */
static const char *const few[] = { "person_teams", "c.state IN ('incomplete', 'waiting')",
				   "FROM absences", NULL };

static bool is_slow(const char *sql)
{
	for (gsize i = 0; slow[i] != NULL; i++)
		if (g_str_has_prefix(sql, slow[i]))
			return true;
	return strstr(sql, "ORDER BY id DESC LIMIT") != NULL; /* ends after a few */
}

static bool sorts_few(const char *sql)
{
	for (gsize i = 0; few[i] != NULL; i++)
		if (strstr(sql, few[i]) != NULL)
			return true;
	return false;
}

static bool is_good(const char *sql, const char *step)
{
	if (strstr(step, "USE TEMP B-TREE") != NULL)
		return sorts_few(sql);
	return !g_str_has_prefix(step, "SCAN") || strcmp(step, "SCAN CONSTANT ROW") == 0 ||
	       strcmp(step, "SCAN some") == 0;
}

/* What the way of a mail runs must find its rows by an index, however large the desk is. */
static void test_plans(void)
{
	Desk *desk = desk_new();
	g_autoptr(GPtrArray) texts = NULL;

	use_everything(desk);
	texts = driver_statements(desk->store->driver);
	g_assert_cmpuint(texts->len, >, 40);
	for (guint i = 0; i < texts->len; i++) {
		const char *sql = texts->pdata[i];
		g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func(g_free);

		if (is_slow(sql))
			continue;
		g_assert_true(driver_explain(desk->store->driver, sql, plan, NULL));
		for (guint line = 0; line < plan->len; line++) {
			if (!is_good(sql, plan->pdata[line]))
				g_test_message("%s: %s", (char *)plan->pdata[line], sql);
			g_assert_true(is_good(sql, plan->pdata[line]));
		}
	}
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/new", test_new);
	g_test_add_func("/store/wrong", test_wrong);
	g_test_add_func("/store/not-writable", test_not_writable);
	g_test_add_func("/store/upgrade", test_upgrade);
	g_test_add_func("/store/newer", test_newer);
	g_test_add_func("/store/transactions", test_transactions);
	g_test_add_func("/store/data-version", test_data_version);
	g_test_add_func("/store/full", test_full);
	g_test_add_func("/store/check", test_check);
	g_test_add_func("/store/plans", test_plans);
	return g_test_run();
}
