/* test_source_maildir.c - a Maildir as a mailbox: what is taken, what becomes of it, and waiting.
 */
#include "gateway/source.h"

#include "common/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A sink that counts, and knows what it kept. */
typedef struct MaildirSink {
	Sink sink;
	GPtrArray *ended; /* unique names not kept yet */
	GHashTable *kept;
	const char *vanishes; /* removed when the first mail is given, or NULL */
	bool refuse;          /* keep fails */
} MaildirSink;

static bool sink_known(Sink *sink, const char *mailbox, gint64 uidvalidity, const char *uid,
		       bool *ret_known, GError **error)
{
	*ret_known = g_hash_table_contains(((MaildirSink *)sink)->kept, uid);
	return true;
}

static bool sink_begin(Sink *sink, GError **error)
{
	const char *path = ((MaildirSink *)sink)->vanishes;

	if (path != NULL)
		g_remove(path);
	return true;
}

static bool sink_bytes(Sink *sink, const void *bytes, gsize length, GError **error)
{
	return true;
}

static bool sink_end(Sink *sink, const SourceMail *mail, GError **error)
{
	g_assert_cmpstr(mail->mailbox, ==, "inbox");
	g_ptr_array_add(((MaildirSink *)sink)->ended, g_strdup(mail->uid));
	return true;
}

static bool sink_keep(Sink *sink, GError **error)
{
	MaildirSink *self = (MaildirSink *)sink;

	for (guint i = 0; i < self->ended->len && !self->refuse; i++)
		g_hash_table_add(self->kept, g_strdup(g_ptr_array_index(self->ended, i)));
	g_ptr_array_set_size(self->ended, 0);
	if (self->refuse)
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "the disk is full");
	return !self->refuse;
}

typedef struct Fixture {
	char *folder, *url;
	Settings settings;
	MailboxSettings mailbox;
	MaildirSink sink;
	Source *source;
} Fixture;

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);

		remove_all(inner);
	}
	g_remove(path);
}

static void put(const Fixture *fixture, const char *name)
{
	g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

	g_assert_true(g_file_set_contents(path, "Subject: a\n\nb\n", -1, NULL));
}

static bool there(const Fixture *fixture, const char *name)
{
	g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static void fixture_begin(Fixture *fixture, After after)
{
	*fixture = (Fixture){ .folder = g_dir_make_tmp("persocontact-test-XXXXXX", NULL) };
	for (const char *const *part = (const char *const[]){ "new", "cur", "tmp", NULL };
	     *part != NULL; part++) {
		g_autofree char *inner = g_build_filename(fixture->folder, *part, NULL);

		g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
	}
	fixture->url = g_strconcat("maildir:", fixture->folder, NULL);
	fixture->settings = (Settings){ .folder = fixture->folder, .test_clock = 1.0 };
	fixture->mailbox = (MailboxSettings){ .name = (char *)"inbox",
					      .source = fixture->url,
					      .after = after,
					      .processed = (char *)"Done/2026",
					      .quarantine = (char *)"Quarantine",
					      .poll = 60 };
	fixture->sink.sink = (Sink){ sink_known, sink_begin, sink_bytes, sink_end, sink_keep };
	fixture->sink.ended = g_ptr_array_new_with_free_func(g_free);
	fixture->sink.kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	fixture->source = source_open(&fixture->settings, &fixture->mailbox, NULL);
	g_assert_nonnull(fixture->source);
	put(fixture, "new/1.host");
	put(fixture, "cur/2.host:2,FT");
	put(fixture, "tmp/3.host");
}

static void fixture_end(Fixture *fixture)
{
	source_free(fixture->source);
	g_ptr_array_unref(fixture->sink.ended);
	g_hash_table_unref(fixture->sink.kept);
	remove_all(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture->url);
}

static void take(Fixture *fixture, guint expected)
{
	g_autoptr(GError) error = NULL;
	guint taken = 99;

	g_assert_true(fixture->source->take(fixture->source, &fixture->sink.sink, &taken, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(taken, ==, expected);
}

static const struct {
	const char *what;
	After after;
	const char *there[3], *gone[3];
} rows[] = {
	{ "moved to a folder that is made",
	  AFTER_MOVE,
	  { ".Done.2026/cur/1.host:2,", ".Done.2026/cur/2.host:2,FT", "tmp/3.host" },
	  { "new/1.host", "cur/2.host:2,FT" } },
	{ "marked as seen, flags in order",
	  AFTER_FLAG,
	  { "cur/1.host:2,S", "cur/2.host:2,FST", "tmp/3.host" },
	  { "new/1.host", "cur/2.host:2,FT" } },
	{ "deleted", AFTER_DELETE, { "tmp/3.host" }, { "new/1.host", "cur/2.host:2,FT" } },
};

static void test_after(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Fixture fixture;

		g_test_message("%s", rows[i].what);
		fixture_begin(&fixture, rows[i].after);
		take(&fixture, 2);
		take(&fixture, 0);
		for (gsize n = 0; n < G_N_ELEMENTS(rows[i].there); n++) {
			g_assert_true(rows[i].there[n] == NULL ||
				      there(&fixture, rows[i].there[n]));
			g_assert_true(rows[i].gone[n] == NULL || !there(&fixture, rows[i].gone[n]));
		}
		fixture_end(&fixture);
	}
}

static void test_not_kept(void)
{
	g_autoptr(GError) error = NULL;
	Fixture fixture;
	guint taken = 99;

	fixture_begin(&fixture, AFTER_DELETE);
	fixture.sink.refuse = true;
	g_assert_false(fixture.source->take(fixture.source, &fixture.sink.sink, &taken, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL);
	g_assert_true(there(&fixture, "new/1.host") && there(&fixture, "cur/2.host:2,FT"));
	fixture.sink.refuse = false;
	take(&fixture, 2);
	fixture_end(&fixture);
}

/* A crash came between the receipt and the mailbox: the mail is settled and not taken again. */
static void test_known(void)
{
	Fixture fixture;

	fixture_begin(&fixture, AFTER_MOVE);
	g_hash_table_add(fixture.sink.kept, g_strdup("1.host"));
	take(&fixture, 1);
	g_assert_true(there(&fixture, ".Done.2026/cur/1.host:2,"));
	fixture_end(&fixture);
}

/* Another file of that name lies in the folder already: neither is lost. */
static void test_same_name(void)
{
	Fixture fixture;

	fixture_begin(&fixture, AFTER_MOVE);
	take(&fixture, 2);
	g_hash_table_remove_all(fixture.sink.kept);
	put(&fixture, "new/1.host");
	take(&fixture, 1);
	g_assert_true(there(&fixture, ".Done.2026/cur/1.host:2,"));
	g_assert_true(there(&fixture, ".Done.2026/cur/1.host_1:2,"));
	fixture_end(&fixture);
}

/* Another program takes a file away while we look. */
static void test_vanishing(void)
{
	g_autofree char *path = NULL;
	Fixture fixture;

	fixture_begin(&fixture, AFTER_MOVE);
	path = g_build_filename(fixture.folder, "cur", "2.host:2,FT", NULL);
	fixture.sink.vanishes = path;
	take(&fixture, 1);
	fixture_end(&fixture);
}

static void test_wait(void)
{
	int none = eventfd(0, EFD_CLOEXEC), stop = eventfd(1, EFD_CLOEXEC);
	gint64 begin = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	Fixture fixture;
	guint taken;

	fixture_begin(&fixture, AFTER_DELETE);
	take(&fixture, 2);
	put(&fixture, "new/4.host");
	g_assert_true(fixture.source->wait(fixture.source, 30, none, NULL));
	take(&fixture, 1);
	g_assert_true(fixture.source->wait(fixture.source, 30, stop, NULL));
	g_assert_true(fixture.source->wait(fixture.source, 0, none, NULL));
	g_assert_cmpint(g_get_monotonic_time() - begin, <, 10 * G_USEC_PER_SEC);
	put(&fixture, "new/5.host");
	fixture.source->stop_fd = stop;
	g_assert_false(fixture.source->take(fixture.source, &fixture.sink.sink, &taken, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL);
	fixture_end(&fixture);
	close(none);
	close(stop);
}

static void test_broken(void)
{
	g_autoptr(GError) error = NULL, unknown = NULL, check = NULL;
	g_autofree char *line = NULL;
	Fixture fixture;
	guint taken;

	fixture_begin(&fixture, AFTER_MOVE);
	line = source_check(&fixture.settings, &fixture.mailbox, NULL);
	g_assert_nonnull(strstr(line, "2 mails"));
	remove_all(fixture.folder);
	g_assert_false(fixture.source->take(fixture.source, &fixture.sink.sink, &taken, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
	g_assert_nonnull(strstr(error->message, "mailbox inbox"));
	g_assert_null(source_check(&fixture.settings, &fixture.mailbox, &check));
	g_assert_error(check, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
	fixture.mailbox.source = (char *)"pop3://desk@pop.example";
	g_assert_null(source_open(&fixture.settings, &fixture.mailbox, &unknown));
	g_assert_error(unknown, DESK_ERROR, DESK_ERROR_CONFIG);
	fixture_end(&fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/source-maildir/after", test_after);
	g_test_add_func("/source-maildir/not-kept", test_not_kept);
	g_test_add_func("/source-maildir/known", test_known);
	g_test_add_func("/source-maildir/same-name", test_same_name);
	g_test_add_func("/source-maildir/vanishing", test_vanishing);
	g_test_add_func("/source-maildir/wait", test_wait);
	g_test_add_func("/source-maildir/broken", test_broken);
	return g_test_run();
}
