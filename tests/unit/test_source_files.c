/* test_source_files.c - mails out of files: one mail, an mbox, a folder, a Maildir, standard input.
 */
#include "gateway/source.h"

#include "common/error.h"
#include "common/limits.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A sink that remembers what it was given. */
typedef struct CountingSink {
	Sink sink;
	GString *mail;    /* begun and not ended */
	GPtrArray *mails; /* texts */
	GPtrArray *uids;  /* "mailbox uid" */
	GHashTable *kept; /* of uids */
	guint waiting, keeps, oversize;
	bool refuse; /* keep fails */
} CountingSink;

static char *identity(const char *mailbox, const char *uid)
{
	return g_strdup_printf("%s %s", mailbox, uid);
}

static bool sink_known(Sink *sink, const char *mailbox, gint64 uidvalidity, const char *uid,
		       bool *ret_known, GError **error)
{
	g_autofree char *name = identity(mailbox, uid);

	*ret_known = g_hash_table_contains(((CountingSink *)sink)->kept, name);
	return true;
}

static bool sink_begin(Sink *sink, GError **error)
{
	g_string_truncate(((CountingSink *)sink)->mail, 0);
	return true;
}

static bool sink_bytes(Sink *sink, const void *bytes, gsize length, GError **error)
{
	g_string_append_len(((CountingSink *)sink)->mail, bytes, (gssize)length);
	return true;
}

static bool sink_end(Sink *sink, const SourceMail *mail, GError **error)
{
	CountingSink *self = (CountingSink *)sink;

	g_ptr_array_add(self->mails, g_strndup(self->mail->str, self->mail->len));
	g_ptr_array_add(self->uids, identity(mail->mailbox, mail->uid));
	g_assert_cmpint(mail->received, >, 0);
	self->oversize += mail->oversize ? 1 : 0;
	self->waiting++;
	return true;
}

static bool sink_keep(Sink *sink, GError **error)
{
	CountingSink *self = (CountingSink *)sink;

	if (self->refuse) {
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "the disk is full");
		return false;
	}
	g_assert_cmpuint(self->waiting, <=, GROUP_MAILS);
	for (guint i = self->uids->len - self->waiting; i < self->uids->len; i++)
		g_hash_table_add(self->kept, g_strdup(g_ptr_array_index(self->uids, i)));
	self->waiting = 0;
	self->keeps++;
	return true;
}

static CountingSink *sink_new(void)
{
	CountingSink *self = g_new0(CountingSink, 1);

	self->sink = (Sink){ sink_known, sink_begin, sink_bytes, sink_end, sink_keep };
	self->mail = g_string_new(NULL);
	self->mails = g_ptr_array_new_with_free_func(g_free);
	self->uids = g_ptr_array_new_with_free_func(g_free);
	self->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

static void sink_free(CountingSink *self)
{
	g_string_free(self->mail, TRUE);
	g_ptr_array_unref(self->mails);
	g_ptr_array_unref(self->uids);
	g_hash_table_unref(self->kept);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CountingSink, sink_free)

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

static char *folder_new(void)
{
	return g_dir_make_tmp("persocontact-test-XXXXXX", NULL);
}

/* Writes folder/name, and makes the folders in name. */
static void put(const char *folder, const char *name, const char *text, gssize length)
{
	g_autofree char *path = g_build_filename(folder, name, NULL),
			*parent = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, length, NULL));
}

#define FROM "From ann@example.org Tue Nov 24 10:00:00 2026\n"

static const struct {
	const char *what, *text;
	guint count;
	const char *mails[3];
} rows[] = {
	{ "a mail is given as it is",
	  "Subject: a\r\n\r\nFrom here\r\n>From there\r\n",
	  1,
	  { "Subject: a\r\n\r\nFrom here\r\n>From there\r\n" } },
	{ "an empty file is an empty mail", "", 1, { "" } },
	{ "a mail without a last line end", "Subject: a\n\nb", 1, { "Subject: a\n\nb" } },
	{ "one mail of an mbox", FROM "Subject: a\n\nb\n", 1, { "Subject: a\n\nb\n" } },
	{ "an empty line belongs to the separator",
	  FROM "Subject: a\n\nb\n\n" FROM "Subject: c\n\nd\n\n",
	  2,
	  { "Subject: a\n\nb\n", "Subject: c\n\nd\n" } },
	{ "the other empty lines are the mail's",
	  FROM "Subject: a\n\nb\n\n\n\n" FROM "c: d\n\n",
	  2,
	  { "Subject: a\n\nb\n\n\n", "c: d\n" } },
	{ "a quoted From loses one mark",
	  FROM "a: b\n\n>From x\n>>From y\n> From z\n>Fromage\n",
	  1,
	  { "a: b\n\nFrom x\n>From y\n> From z\n>Fromage\n" } },
	{ "a From without an empty line before it parts nothing",
	  FROM "a: b\n\nc\n" FROM "d\n",
	  1,
	  { "a: b\n\nc\n" FROM "d\n" } },
	{ "a sentence that begins with From parts nothing",
	  FROM "a: b\n\nc\n\nFrom 10:30 on I am there\n",
	  1,
	  { "a: b\n\nc\n\nFrom 10:30 on I am there\n" } },
	{ "the separator of Thunderbird",
	  "From - Tue Nov 24 10:00:00 2026\na: b\n\nc\n\nFrom - Tue Nov 24 10:00:00 2026\nd: e\n",
	  2,
	  { "a: b\n\nc\n", "d: e\n" } },
	{ "line ends CR LF",
	  "From x Tue Nov 24 10:00:00 2026\r\na: b\r\n\r\nc\r\n\r\n"
	  "From y Tue Nov 24 10:00:00 2026\r\nd: e\r\n",
	  2,
	  { "a: b\r\n\r\nc\r\n", "d: e\r\n" } },
	{ "mails without a line", FROM "\n" FROM "\n" FROM, 3, { "", "", "" } },
	{ "only a separator that is not ended", "From x", 1, { "" } },
};

static void test_files(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *folder = folder_new(),
				*path = g_build_filename(folder, "in", NULL);
		g_autoptr(CountingSink) sink = sink_new();
		g_autoptr(GError) error = NULL;
		guint taken = 99;

		g_test_message("%s", rows[i].what);
		put(folder, "in", rows[i].text, -1);
		g_assert_true(files_take(path, &sink->sink, &taken, NULL, NULL, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(taken, ==, rows[i].count);
		for (guint n = 0; n < rows[i].count; n++)
			g_assert_cmpstr(g_ptr_array_index(sink->mails, n), ==, rows[i].mails[n]);
		remove_all(folder);
	}
}

/* Lines longer than the reader's buffer, parted where it ends. */
static void test_long_lines(void)
{
	for (gsize length = 65530; length < 65545; length++) {
		g_autofree char *folder = folder_new(),
				*path = g_build_filename(folder, "in", NULL);
		g_autofree char *line = g_strnfill(length, 'x');
		g_autofree char *first = g_strconcat("a: b\n\n", line, "From ", line, "\n", NULL);
		g_autofree char *text =
			g_strconcat(FROM, first, "\n", FROM, ">From ", line, "\n", NULL);
		g_autofree char *second = g_strconcat("From ", line, "\n", NULL);
		g_autoptr(CountingSink) sink = sink_new();
		guint taken = 0;

		put(folder, "in", text, -1);
		g_assert_true(files_take(path, &sink->sink, &taken, NULL, NULL, NULL));
		g_assert_cmpuint(taken, ==, 2);
		g_assert_true(g_str_equal(g_ptr_array_index(sink->mails, 0), first));
		g_assert_true(g_str_equal(g_ptr_array_index(sink->mails, 1), second));
		remove_all(folder);
	}
}

static void test_oversize(void)
{
	g_autofree char *folder = folder_new(), *path = g_build_filename(folder, "in", NULL);
	g_autoptr(GString) text = g_string_new(FROM "Subject: large\n\n");
	g_autoptr(CountingSink) sink = sink_new();
	guint taken = 0;

	while (text->len <= MAIL_BYTES + 1000)
		g_string_append(
			text,
			"0123456789012345678901234567890123456789012345678901234567890123456789\n");
	g_string_append(text, "\n" FROM "Subject: small\n\nhello\n");
	put(folder, "in", text->str, (gssize)text->len);
	g_assert_true(files_take(path, &sink->sink, &taken, NULL, NULL, NULL));
	g_assert_cmpuint(taken, ==, 2);
	g_assert_cmpuint(sink->oversize, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(sink->mails, 0), ==, "Subject: large\n\n");
	g_assert_cmpstr(g_ptr_array_index(sink->mails, 1), ==, "Subject: small\n\nhello\n");
	remove_all(folder);
}

static void count_call(guint taken, void *user)
{
	*(guint *)user += 1;
	g_assert_cmpuint(taken, >, 0);
}

static void test_folder(void)
{
	g_autofree char *folder = folder_new();
	g_autoptr(CountingSink) sink = sink_new();
	guint taken = 0, calls = 0;

	put(folder, "b.eml", "Subject: b\n\n", -1);
	put(folder, "a.eml", "Subject: a\n\n", -1);
	put(folder, ".hidden", "Subject: no\n\n", -1);
	put(folder, "deeper/c.mbox", FROM "Subject: c\n\n" FROM "Subject: d\n\n", -1);
	for (int i = 0; i < 200; i++) {
		g_autofree char *name = g_strdup_printf("many/%03d.eml", i);

		put(folder, name, "Subject: many\n\n", -1);
	}
	g_assert_true(files_take(folder, &sink->sink, &taken, count_call, &calls, NULL));
	g_assert_cmpuint(taken, ==, 204);
	g_assert_cmpuint(calls, ==, 4);
	g_assert_cmpuint(sink->keeps, ==, 4);
	g_assert_cmpstr(g_ptr_array_index(sink->mails, 0), ==, "Subject: a\n\n");
	g_assert_cmpstr(g_ptr_array_index(sink->mails, 3), ==, "Subject: d\n");

	/* once more: other mails, for nobody says that they are the same */
	g_assert_true(files_take(folder, &sink->sink, &taken, NULL, NULL, NULL));
	g_assert_cmpuint(taken, ==, 204);
	g_assert_cmpuint(g_hash_table_size(sink->kept), ==, 408);
	remove_all(folder);
}

static void test_maildir(void)
{
	g_autofree char *folder = folder_new(),
			*link_path = g_build_filename(folder, "new", "link", NULL);
	g_autofree char *pipe_path = g_build_filename(folder, "new", "pipe", NULL);
	g_autoptr(CountingSink) sink = sink_new();
	guint taken = 0;

	put(folder, "new/2.host", "Subject: two\n\n", -1);
	put(folder, "cur/1.host:2,RS", "Subject: one\n\n", -1);
	put(folder, "tmp/3.host", "Subject: not whole yet\n\n", -1);
	put(folder, ".Processed/cur/4.host:2,S", "Subject: another folder\n\n", -1);
	g_assert_cmpint(symlink("/etc/passwd", link_path), ==, 0);
	g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
	g_assert_true(files_take(folder, &sink->sink, &taken, NULL, NULL, NULL));
	g_assert_cmpuint(taken, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(sink->mails, 0), ==, "Subject: one\n\n");
	g_assert_true(g_str_has_prefix(g_ptr_array_index(sink->uids, 0), "ingest:/"));
	g_assert_true(g_str_has_suffix(g_ptr_array_index(sink->uids, 0), " 1.host"));

	/* a run that is repeated takes what is new alone */
	put(folder, "new/5.host", "Subject: five\n\n", -1);
	g_assert_true(files_take(folder, &sink->sink, &taken, NULL, NULL, NULL));
	g_assert_cmpuint(taken, ==, 1);
	remove_all(folder);
}

/* Standard input becomes the file for a while. */
static bool take_stdin(const char *path, CountingSink *sink, guint *taken, GError **error)
{
	int before = dup(STDIN_FILENO), fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done;

	g_assert_cmpint(fd, >=, 0);
	dup2(fd, STDIN_FILENO);
	done = files_take("-", &sink->sink, taken, NULL, NULL, error);
	if (before >= 0)
		dup2(before, STDIN_FILENO);
	else
		close(STDIN_FILENO);
	close(before);
	close(fd);
	return done;
}

static void test_stdin(void)
{
	g_autofree char *folder = folder_new(), *path = g_build_filename(folder, "in", NULL);
	g_autoptr(CountingSink) sink = sink_new();
	g_autoptr(GError) error = NULL;
	guint taken = 0;

	put(folder, "in", "Subject: a\n\nb\n", -1);
	g_assert_true(take_stdin(path, sink, &taken, NULL));
	g_assert_cmpuint(taken, ==, 1);
	put(folder, "in", FROM "Subject: c\n\nd\n\n" FROM "Subject: e\n\n", -1);
	g_assert_true(take_stdin(path, sink, &taken, NULL));
	g_assert_cmpuint(taken, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(sink->mails, 2), ==, "Subject: e\n");
	put(folder, "in", "", 0);
	g_assert_false(take_stdin(path, sink, &taken, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT);
	g_assert_cmpuint(taken, ==, 0);
	remove_all(folder);
}

static void test_broken(void)
{
	g_autofree char *folder = folder_new(), *path = g_build_filename(folder, "in", NULL);
	g_autofree char *pipe_path = g_build_filename(folder, "pipe", NULL);
	g_autoptr(CountingSink) sink = sink_new();
	g_autoptr(GError) absent = NULL, pipe_error = NULL, full = NULL;
	guint taken = 0;

	g_assert_false(files_take(path, &sink->sink, &taken, NULL, NULL, &absent));
	g_assert_error(absent, DESK_ERROR, DESK_ERROR_NO_INPUT);
	g_assert_nonnull(strstr(absent->message, path));
	g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
	g_assert_false(files_take(pipe_path, &sink->sink, &taken, NULL, NULL, &pipe_error));
	g_assert_error(pipe_error, DESK_ERROR, DESK_ERROR_NO_INPUT);
	put(folder, "in", "Subject: a\n\n", -1);
	sink->refuse = true;
	g_assert_false(files_take(path, &sink->sink, &taken, NULL, NULL, &full));
	g_assert_error(full, DESK_ERROR, DESK_ERROR_TEMPFAIL);
	g_assert_cmpuint(taken, ==, 0);
	remove_all(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/source-files/files", test_files);
	g_test_add_func("/source-files/long-lines", test_long_lines);
	g_test_add_func("/source-files/oversize", test_oversize);
	g_test_add_func("/source-files/folder", test_folder);
	g_test_add_func("/source-files/maildir", test_maildir);
	g_test_add_func("/source-files/stdin", test_stdin);
	g_test_add_func("/source-files/broken", test_broken);
	return g_test_run();
}
