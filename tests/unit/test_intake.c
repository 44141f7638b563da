/* test_intake.c - mails that their readers do not survive, in a desk: tried twice, quarantined with
 * the reason, admins told once, and the mails beside them not delayed.
 *
 * This program is also the reader of that desk: there it does what a mail says first.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "gateway/gateway.h"
#include "gateway/intake.h"
#include "gateway/reader_child.h"
#include "gateway/reader_doors.h"
#include "gateway/reader_wire.h"
#include "gateway/receive.h"
#include "store/outbox.h"
#include "store/receipts.h"

static const char conf[] =
	"[Desk]\nAddress=desk@desk.example\nUrl=http://127.0.0.1:8025\nSecret=env:DESK_TEST_SECRET\n"
	"Language=nl\n[Store]\nDatabase=sqlite:desk.db\n[Smtp]\nServer=directory:out\n"
	"[Team absence]\nAddress=absence@desk.example\n[Organisation FIN]\nDomains=fin.example\n";

static const char people[] = "number,name,addresses,organisation,language,manager,roles,teams\n"
			     "1001,An Peeters,an@fin.example,FIN,nl,,,\n"
			     "9000,Ada Min,ada@desk.example,,nl,,admin,\n";

/* ---- in the reader ---- */

static Mail *read_and_do(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	char head[16] = "";

	if (pread(fd, head, sizeof(head) - 1, offset) < 0)
		abort();
	if (g_str_has_prefix(head, "Do: crash"))
		raise(SIGKILL);
	if (g_str_has_prefix(head, "Do: memory"))
		for (;;)
			memset(g_malloc(1024 * 1024), 1, 1024 * 1024);
	if (g_str_has_prefix(head, "Do: hang"))
		for (;;)
			g_usleep(G_USEC_PER_SEC);
	return mail_read(fd, offset, length, options);
}

/* ---- in the desk ---- */

typedef struct Fixture {
	char *folder;
	Settings *settings;
	Forms *forms;
	Texts *texts;
	Secret *secret;
	Store *store;
	ReaderPool *readers;
	Receiver *receiver;
	Desk desk;
	guint mails;
} Fixture;

static gint64 now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static void set_up(Fixture *f, gconstpointer unused)
{
	GError *error = NULL;
	PeopleImport *import = NULL;

	f->folder = folder_new();
	g_setenv("DESK_TEST_SECRET", "0123456789abcdef0123456789abcdef", TRUE);
	g_autofree char *path = folder_put(f->folder, "desk.conf", conf, -1);
	g_autofree char *csv = folder_put(f->folder, "people.csv", people, -1);
	g_autofree char *definitions = data_folder("forms/definitions"),
			*texts = data_folder("texts");
	f->settings = settings_read(path, &error);
	g_assert_no_error(error);
	f->forms = forms_open(definitions, NULL, &error);
	f->texts = texts_open(texts, &error);
	f->secret = secret_new(g_getenv("DESK_TEST_SECRET"), 32, &error);
	f->store = store_open(f->settings->database, STORE_CREATE, &error);
	g_assert_no_error(error);
	g_assert_true(directory_sync(f->store, f->settings, &error));
	g_assert_true(
		people_import(f->store, f->settings, csv, now(), NULL, NULL, &import, &error));
	people_import_free(import);
	f->readers = gateway_readers(f->settings, &error);
	readers_set_limits(f->readers, 3, 2);
	f->receiver = receiver_new(f->store, now, &error);
	g_assert_no_error(error);
	f->desk = (Desk){ .settings = f->settings,
			  .forms = f->forms,
			  .texts = f->texts,
			  .secret = f->secret,
			  .store = f->store,
			  .readers = f->readers };
}

static void tear_down(Fixture *f, gconstpointer unused)
{
	intake_give_back(&f->desk);
	readers_free(f->readers);
	receiver_free(f->receiver);
	store_free(f->store);
	secret_free(f->secret);
	texts_free(f->texts);
	forms_free(f->forms);
	settings_free(f->settings);
	folder_remove(f->folder);
}

static void put(Fixture *f, const char *deed)
{
	Sink *sink = receiver_sink(f->receiver);
	g_autofree char *text = g_strdup_printf(
		"Do: %s\nFrom: an@fin.example\nTo: desk@desk.example\nMessage-ID: <%u@fin.example>\n"
		"Subject: vraag %u\n\nIk heb een vraag over het gebouw, nummer %u.\n",
		deed, f->mails, f->mails, f->mails);
	g_autofree char *uid = g_strdup_printf("%u", ++f->mails);
	SourceMail mail = { .mailbox = "desk", .uidvalidity = 1, .uid = uid };
	GError *error = NULL;

	g_assert_true(sink->begin(sink, &error));
	g_assert_true(sink->bytes(sink, text, strlen(text), &error));
	g_assert_true(sink->end(sink, &mail, &error));
	g_assert_no_error(error);
}

static void keep(Fixture *f)
{
	Sink *sink = receiver_sink(f->receiver);

	g_assert_true(sink->keep(sink, NULL));
}

static guint count(Fixture *f, const char *state, const char *ret_why[2])
{
	g_autoptr(GPtrArray) receipts = NULL;

	g_assert_true(receipts_list(f->store, state, 0, &receipts, NULL));
	for (guint i = 0; ret_why != NULL && i < MIN(receipts->len, 2); i++)
		ret_why[i] = g_intern_string(((Receipt *)g_ptr_array_index(receipts, i))->why);
	return receipts->len;
}

static guint count_notices(Fixture *f, const char *kind)
{
	g_autoptr(GPtrArray) notices = NULL;
	guint found = 0;

	g_assert_true(outbox_list(f->store, "owed", &notices, NULL));
	for (guint i = 0; i < notices->len; i++)
		found += strcmp(((Notice *)g_ptr_array_index(notices, i))->kind, kind) == 0;
	return found;
}

static void run(Fixture *f)
{
	GError *error = NULL;
	guint done;

	g_assert_true(intake_run(&f->desk, now(), &done, &error));
	g_assert_no_error(error);
}

typedef struct Row {
	const char *deed, *why;
	bool not_with_sanitizers;
} Row;

static const Row rows[] = {
	{ "crash", "its reader died of signal 9", false },
	{ "memory", "its reader ran out of memory", true },
	{ "hang", "its reader was stopped after 3 s", false },
};

/* 100 mails with a bad one among the first: all others are dealt with before it is given up. */
static void test_bad(Fixture *f, gconstpointer data)
{
	const Row *row = data;
	const char *why[2] = { NULL, NULL };
	guint done;

	if (row->not_with_sanitizers && doors_have_sanitizers()) {
		g_test_skip("the sanitizers do this their own way");
		return;
	}
	for (guint i = 0; i < 100; i++)
		put(f, i == 3 ? row->deed : "-");
	keep(f);
	gint64 begin = g_get_monotonic_time();
	while (count(f, "done", NULL) < 99) {
		run(f);
		g_assert_cmpint(g_get_monotonic_time() - begin, <, 30 * G_USEC_PER_SEC);
	}
	if (strcmp(row->deed, "hang") == 0)
		g_assert_cmpuint(count(f, "quarantined", NULL), ==, 0); /* it still hangs */
	g_assert_true(gateway_drain(&f->desk, &done, NULL));
	g_assert_cmpuint(count(f, "done", NULL), ==, 99);
	g_assert_cmpuint(count(f, "quarantined", why), ==, 1);
	g_assert_cmpstr(why[0], ==, row->why);
	g_assert_cmpuint(count_notices(f, "quarantined"), ==, 1);
	g_assert_cmpuint(count(f, NULL, NULL), ==, 100);
	g_assert_false(intake_waits(&f->desk));
}

/* After an upgrade it may be read: retried, it is tried twice again. */
static void test_retry(Fixture *f, gconstpointer unused)
{
	const CaseBy by = { .who = "console", .way = WAY_COMMAND, .now = 1795500000 };
	guint done;

	put(f, "crash");
	keep(f);
	g_assert_true(gateway_drain(&f->desk, &done, NULL));
	g_assert_cmpuint(count(f, "quarantined", NULL), ==, 1);
	g_assert_true(quarantine_retry(f->store, 1, &by, NULL));
	f->desk.readers = NULL; /* read here, where nothing obeys the mail */
	g_assert_true(gateway_drain(&f->desk, &done, NULL));
	f->desk.readers = f->readers;
	g_assert_cmpuint(count(f, "done", NULL), ==, 1);
}

/* The gateway stops while a mail hangs: it is given back, and its try does not count. */
static void test_give_back(Fixture *f, gconstpointer unused)
{
	g_autoptr(GPtrArray) receipts = NULL;

	put(f, "hang");
	put(f, "-");
	keep(f);
	while (count(f, "done", NULL) < 1)
		run(f);
	g_assert_true(intake_waits(&f->desk));
	intake_give_back(&f->desk);
	g_assert_false(intake_waits(&f->desk));
	g_assert_true(receipts_claim(f->store, now(), 60, 10, &receipts, NULL));
	g_assert_cmpuint(receipts->len, ==, 1);
	g_assert_cmpint(((Receipt *)g_ptr_array_index(receipts, 0))->tries, ==, 1);
}

/* A flood of mails that hang, more than may be slow at once: each ends in quarantine, the good ones
 * do not. */
static void test_flood(Fixture *f, gconstpointer unused)
{
	guint done;

	readers_set_limits(f->readers, 1, 1);
	for (guint i = 0; i < 24; i++)
		put(f, i % 2 == 0 ? "hang" : "-");
	keep(f);
	g_assert_true(gateway_drain(&f->desk, &done, NULL));
	g_assert_cmpuint(count(f, "quarantined", NULL), ==, 12);
	g_assert_cmpuint(count(f, "done", NULL), ==, 12);
	g_assert_cmpuint(count_notices(f, "quarantined"), ==, 12);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], READER_ARGUMENT) == 0)
		return reader_child_main(read_and_do);
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat("/intake/bad/", rows[i].deed, NULL);

		g_test_add(path, Fixture, &rows[i], set_up, test_bad, tear_down);
	}
	g_test_add("/intake/retry", Fixture, NULL, set_up, test_retry, tear_down);
	g_test_add("/intake/give-back", Fixture, NULL, set_up, test_give_back, tear_down);
	g_test_add("/intake/flood", Fixture, NULL, set_up, test_flood, tear_down);
	return g_test_run();
}
