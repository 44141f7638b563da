/* source_files.c - mails out of files: `persocontact ingest`.
 *
 * A mail of a file has no identity of its own, so that the same file ingested twice makes
 * two receipts (the second is found to be a duplicate when it is read).  A mail of a
 * Maildir has: its unique name, so that a run that broke off can be repeated.
 */
#include "gateway/maildir.h"
#include "gateway/mbox.h"

#include "common/error.h"
#include "common/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_DEPTH 16

typedef struct Ingest {
	Feed feed;
	const char *run; /* a random name for the mails of this call */
	guint number;    /* of mails given in it */
	guint waiting;   /* given and not yet kept */
	guint *taken;
	void (*progress)(guint taken, void *user);
	void *user;
	gint64 received; /* of the file that is being read */
	bool refuse_empty;
} Ingest;

static bool take_path(Ingest *ingest, const char *path, guint depth, GError **error);

static bool ingest_keep(Ingest *ingest, GError **error)
{
	if (ingest->waiting == 0)
		return true;
	if (!ingest->feed.sink->keep(ingest->feed.sink, error))
		return false;
	*ingest->taken += ingest->waiting;
	ingest->waiting = 0;
	if (ingest->progress != NULL)
		ingest->progress(*ingest->taken, ingest->user);
	return true;
}

/* A mail is whole: keeps the group when it is full. */
static bool ingest_count(Ingest *ingest, GError **error)
{
	ingest->waiting++;
	return ingest->waiting < GROUP_MAILS || ingest_keep(ingest, error);
}

static bool end_of_mail(Feed *feed, void *user, GError **error)
{
	Ingest *ingest = user;
	g_autofree char *uid = g_strdup_printf("%s.%u", ingest->run, ++ingest->number);
	SourceMail mail = { .mailbox = "ingest", .uid = uid, .received = ingest->received };

	if (ingest->refuse_empty && feed->size == 0) {
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_NO_INPUT,
				    "standard input is empty: no mail");
		return false;
	}
	return feed_end(feed, &mail, error) && ingest_count(ingest, error);
}

static bool file_error(const char *path, GError **error)
{
	DeskError code = errno == EACCES || errno == EPERM || errno == ENOENT || errno == ENOTDIR ||
					 errno == EINVAL
				 ? DESK_ERROR_NO_INPUT
				 : DESK_ERROR_IO;

	g_set_error(error, DESK_ERROR, code, "%s: cannot be read: %s", path,
		    errno == EINVAL ? "neither a file nor a folder" : g_strerror(errno));
	return false;
}

static bool take_file(Ingest *ingest, const char *path, GError **error)
{
	SourceMail about = { 0 };
	int fd = mail_file_open(path, 0, &about);
	bool well;

	if (fd < 0)
		return file_error(path, error);
	ingest->received = about.received;
	well = mbox_take(&ingest->feed, fd, path, end_of_mail, ingest, error);
	close(fd);
	return well;
}

static bool take_stdin(Ingest *ingest, GError **error)
{
	ingest->received = g_get_real_time() / G_USEC_PER_SEC;
	ingest->refuse_empty = true;
	return mbox_take(&ingest->feed, STDIN_FILENO, "standard input", end_of_mail, ingest, error);
}

static bool take_maildir(Ingest *ingest, const char *path, GError **error)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *mailbox = g_strconcat("ingest:", whole, NULL);
	g_autoptr(GPtrArray) entries = maildir_list(path, error);
	Sink *sink = ingest->feed.sink;

	if (entries == NULL)
		return false;
	for (guint i = 0; i < entries->len; i++) {
		const MaildirEntry *entry = g_ptr_array_index(entries, i);
		bool known = false, gone = false;
		SourceMail mail;

		if (!sink->known(sink, mailbox, 0, entry->unique, &known, error))
			return false;
		if (known)
			continue;
		if (!maildir_take(path, entry, &ingest->feed, mailbox, &gone, &mail, error) ||
		    (!gone && !ingest_count(ingest, error)))
			return false;
	}
	return true;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All that is in a folder, by name; names that begin with a dot are left. */
static bool take_folder(Ingest *ingest, const char *path, guint depth, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(path, 0, &why);
	const char *name;

	if (dir == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s: cannot be read: %s", path,
			    why->message);
		return false;
	}
	if (depth >= FOLDER_DEPTH) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s: more than %d folders deep",
			    path, FOLDER_DEPTH);
		return false;
	}
	while ((name = g_dir_read_name(dir)) != NULL)
		if (*name != '.')
			g_ptr_array_add(names, g_build_filename(path, name, NULL));
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++)
		if (!take_path(ingest, g_ptr_array_index(names, i), depth + 1, error))
			return false;
	return true;
}

static bool take_path(Ingest *ingest, const char *path, guint depth, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_IS_DIR))
		return take_file(ingest, path, error);
	if (is_maildir(path))
		return take_maildir(ingest, path, error);
	return take_folder(ingest, path, depth, error);
}

bool files_take(const char *path, Sink *sink, guint *ret_taken,
		void (*progress)(guint taken, void *user), void *user, GError **error)
{
	g_autofree char *run = g_uuid_string_random();
	Ingest ingest = { .run = run, .taken = ret_taken, .progress = progress, .user = user };
	bool well;

	*ret_taken = 0;
	feed_init(&ingest.feed, sink);
	well = (g_str_equal(path, "-") ? take_stdin(&ingest, error)
				       : take_path(&ingest, path, 0, error)) &&
	       ingest_keep(&ingest, error);
	feed_clear(&ingest.feed);
	return well;
}
