/* maildir.c - lists and reads a Maildir as its authors meant it: by name, without locks. */
#include "gateway/maildir.h"

#include "common/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void entry_free(gpointer data)
{
	MaildirEntry *entry = data;

	g_free(entry->name);
	g_free(entry->unique);
	g_free(entry);
}

bool is_maildir(const char *path)
{
	g_autofree char *fresh = g_build_filename(path, "new", NULL),
			*seen = g_build_filename(path, "cur", NULL);

	return g_file_test(fresh, G_FILE_TEST_IS_DIR) && g_file_test(seen, G_FILE_TEST_IS_DIR);
}

char *maildir_path(const char *path, const MaildirEntry *entry)
{
	return g_build_filename(path, entry->is_new ? "new" : "cur", entry->name, NULL);
}

static gint compare_entries(gconstpointer a, gconstpointer b)
{
	const MaildirEntry *left = *(MaildirEntry *const *)a, *right = *(MaildirEntry *const *)b;

	return strcmp(left->unique, right->unique);
}

static bool list_folder(const char *path, bool is_new, GPtrArray *entries, GError **error)
{
	g_autofree char *folder = g_build_filename(path, is_new ? "new" : "cur", NULL);
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
	const char *name;

	if (dir == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "%s: not a Maildir that can be read (%s): expected a folder with "
			    "new/ and cur/",
			    path, why->message);
		return false;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		MaildirEntry *entry;

		if (*name == '.')
			continue;
		entry = g_new0(MaildirEntry, 1);
		entry->name = g_strdup(name);
		entry->unique = g_strndup(name, strcspn(name, ":"));
		entry->is_new = is_new;
		g_ptr_array_add(entries, entry);
	}
	return true;
}

GPtrArray *maildir_list(const char *path, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);

	if (!list_folder(path, true, entries, error) || !list_folder(path, false, entries, error))
		return NULL;
	g_ptr_array_sort(entries, compare_entries);
	return g_steal_pointer(&entries);
}

int mail_file_open(const char *path, int flags, SourceMail *mail)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	struct stat about;

	if (fd < 0)
		return -1;
	if (fstat(fd, &about) < 0 || !S_ISREG(about.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	mail->size = about.st_size;
	mail->received = about.st_mtime;
	return fd;
}

/* A file that is still being written (by a program that does not know tmp/). */
static bool is_growing(int fd, const SourceMail *mail)
{
	struct stat about;

	if (fstat(fd, &about) < 0)
		return true;
	return about.st_size != mail->size ||
	       (about.st_size == 0 && about.st_mtime + 60 > g_get_real_time() / G_USEC_PER_SEC);
}

bool maildir_take(const char *path, const MaildirEntry *entry, Feed *feed, const char *mailbox,
		  bool *ret_gone, SourceMail *ret_mail, GError **error)
{
	g_autofree char *name = maildir_path(path, entry);
	bool well;
	int fd;

	*ret_mail = (SourceMail){ .mailbox = mailbox, .uid = entry->unique };
	fd = mail_file_open(name, O_NOFOLLOW, ret_mail);
	if (fd < 0) {
		*ret_gone = errno == ENOENT || errno == EINVAL || errno == ELOOP || errno == ENXIO;
		if (!*ret_gone)
			g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT,
				    "%s: cannot be opened: %s", name, g_strerror(errno));
		return *ret_gone;
	}
	*ret_gone = is_growing(fd, ret_mail);
	well = *ret_gone || feed_file(feed, fd, name, ret_mail, error);
	close(fd);
	return well;
}
