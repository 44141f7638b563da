/* source_maildir.c - a Maildir as a source of mails.
 *
 * A mail is known by the unique part of its name, which stays when another program
 * moves it from new/ to cur/ or changes its flags: what is renamed while we look is
 * found at the next look.  Taken mails go to the Maildir++ folder .Processed, to cur/ with
 * the flag S, or away.  New mail is seen at once by inotify, and by a look now and
 * then where files come without it (a network file system).
 */
#include "gateway/maildir.h"
#include "gateway/source_kinds.h"

#include "common/error.h"
#include "common/failpoint.h"
#include "common/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct MaildirSource {
	Source source;
	const Settings *settings;       /* lent */
	const MailboxSettings *mailbox; /* lent */
	const char *path;               /* lent */
	int watch;                      /* inotify, or -1 */
	GHashTable *flagged; /* unique names that stay in cur/, settled by this process */
	GPtrArray *refused;  /* sentences: mails that cannot be read or settled */
} MaildirSource;

/* A mail of the group that is being taken. */
typedef struct Taken {
	const MaildirEntry *entry; /* lent by the list */
	bool oversize;
} Taken;

static void maildir_free(Source *source)
{
	MaildirSource *self = (MaildirSource *)source;

	if (self->watch >= 0)
		close(self->watch);
	g_hash_table_unref(self->flagged);
	g_ptr_array_unref(self->refused);
	g_free(self);
}

/* Begins to watch new/ and cur/, before the first look. */
static void maildir_watch(MaildirSource *self)
{
	g_autofree char *fresh = g_build_filename(self->path, "new", NULL);
	g_autofree char *seen = g_build_filename(self->path, "cur", NULL);

	if (self->watch >= 0)
		return;
	self->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (self->watch >= 0 &&
	    (inotify_add_watch(self->watch, fresh, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE) < 0 ||
	     inotify_add_watch(self->watch, seen, IN_MOVED_TO) < 0)) {
		close(self->watch);
		self->watch = -1;
	}
}

/* The folder .NAME of the Maildir (Maildir++: dots part its levels), made when absent. Given. */
static char *subfolder(const MaildirSource *self, const char *name, GError **error)
{
	g_autofree char *dotted = g_strconcat(".", name, NULL);
	g_autofree char *folder = NULL;

	g_strdelimit(dotted + 1, "/", '.');
	folder = g_build_filename(self->path, dotted, NULL);
	if (is_maildir(folder))
		return g_steal_pointer(&folder);
	for (const char *const *part = (const char *const[]){ "tmp", "new", "cur", NULL };
	     *part != NULL; part++) {
		g_autofree char *inner = g_build_filename(folder, *part, NULL);

		if (g_mkdir_with_parents(inner, 0700) < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
				    "%s: cannot be made: %s", inner, g_strerror(errno));
			return NULL;
		}
	}
	return g_steal_pointer(&folder);
}

/* Renames without ever covering another file. */
static int rename_safely(const char *from, const char *to)
{
	int done = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);

	if (done == 0 || (errno != EINVAL && errno != ENOSYS))
		return done;
	if (access(to, F_OK) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

/* The name in cur/: unique, and the flags it has, with S when seen. Given. */
static char *cur_name(const MaildirEntry *entry, bool seen, guint copy)
{
	const char *flags = strstr(entry->name, ":2,");
	g_autoptr(GString) out = g_string_new(entry->unique);

	flags = flags != NULL ? flags + 3 : "";
	if (copy > 0)
		g_string_append_printf(out, "_%u", copy);
	g_string_append_printf(out, ":2,%s", flags);
	if (seen && strchr(flags, 'S') == NULL) {
		gsize at = out->len;

		while (out->str[at - 1] > 'S' && out->str[at - 1] != ',')
			at--; /* flags stand in the order of the alphabet */
		g_string_insert_c(out, (gssize)at, 'S');
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* To folder/cur; 0, or -1 with errno. */
static int move_entry(const char *from, const char *folder, const MaildirEntry *entry, bool seen)
{
	for (guint copy = 0; copy < 100; copy++) {
		g_autofree char *name = cur_name(entry, seen, copy);
		g_autofree char *to = g_build_filename(folder, "cur", name, NULL);

		if (g_str_equal(from, to) || rename_safely(from, to) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* After= for one mail that has a receipt.  One that is gone was settled by somebody else. */
static bool settle_one(MaildirSource *self, const MaildirEntry *entry, bool oversize,
		       GError **error)
{
	After after = oversize && self->mailbox->after == AFTER_DELETE ? AFTER_MOVE
								       : self->mailbox->after;
	g_autofree char *from = maildir_path(self->path, entry), *folder = NULL;
	int done;

	switch (after) {
	case AFTER_DELETE:
		done = unlink(from);
		break;
	case AFTER_FLAG:
		done = move_entry(from, self->path, entry, true);
		g_hash_table_add(self->flagged, g_strdup(entry->unique));
		break;
	default:
		folder = subfolder(self,
				   oversize ? self->mailbox->quarantine : self->mailbox->processed,
				   error);
		if (folder == NULL)
			return false;
		done = move_entry(from, folder, entry, false);
	}
	if (done == 0 || errno == ENOENT)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s: cannot be moved, marked or deleted: %s",
		    from, g_strerror(errno));
	return false;
}

/* Keeps the group, and only then touches its files. */
static bool group_keep(MaildirSource *self, Sink *sink, GArray *group, guint *taken, GError **error)
{
	if (group->len == 0)
		return true;
	if (!sink->keep(sink, error))
		return false;
	*taken += group->len;
	for (guint i = 0; i < group->len; i++) {
		const Taken *one = &g_array_index(group, Taken, i);

		FAILPOINT("maildir.kept");
		if (!settle_one(self, one->entry, one->oversize, error))
			return false;
		FAILPOINT("maildir.settled");
	}
	g_array_set_size(group, 0);
	return true;
}

/* A known mail that is larger than MAIL_BYTES has only its header in the store. */
static bool is_oversize(const MaildirSource *self, const MaildirEntry *entry)
{
	g_autofree char *path = maildir_path(self->path, entry);
	struct stat about;

	return stat(path, &about) == 0 && about.st_size > MAIL_BYTES;
}

/* Takes one mail into the group, or settles one that is known. */
static bool take_entry(MaildirSource *self, Feed *feed, const MaildirEntry *entry, GArray *group,
		       GError **error)
{
	Taken one = { .entry = entry };
	g_autoptr(GError) why = NULL;
	bool known = false, gone = false;
	SourceMail mail;

	if (!entry->is_new && g_hash_table_contains(self->flagged, entry->unique))
		return true;
	if (!feed->sink->known(feed->sink, self->mailbox->name, 0, entry->unique, &known, error))
		return false;
	if (known)
		return settle_one(self, entry, is_oversize(self, entry), error);
	if (!maildir_take(self->path, entry, feed, self->mailbox->name, &gone, &mail, &why)) {
		if (!g_error_matches(why, DESK_ERROR, DESK_ERROR_NO_INPUT)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		g_ptr_array_add(self->refused, g_strdup(why->message)); /* the others go on */
		return true;
	}
	one.oversize = mail.oversize;
	if (!gone)
		g_array_append_val(group, one);
	return true;
}

static bool take_all(MaildirSource *self, Sink *sink, guint *taken, GError **error)
{
	g_autoptr(GArray) group = g_array_new(FALSE, FALSE, sizeof(Taken));
	g_autoptr(GPtrArray) entries = NULL;
	g_auto(Feed) feed;

	feed_init(&feed, sink);
	maildir_watch(self);
	entries = maildir_list(self->path, error);
	if (entries == NULL)
		return false;
	g_ptr_array_set_size(self->refused, 0);
	for (guint i = 0; i < entries->len; i++) {
		if (source_stopped(&self->source, error) ||
		    !take_entry(self, &feed, g_ptr_array_index(entries, i), group, error) ||
		    (group->len == GROUP_MAILS && !group_keep(self, sink, group, taken, error)))
			return false;
	}
	if (!group_keep(self, sink, group, taken, error))
		return false;
	if (self->refused->len == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s",
		    (const char *)g_ptr_array_index(self->refused, 0));
	return false;
}

static bool maildir_source_take(Source *source, Sink *sink, guint *ret_taken, GError **error)
{
	g_autoptr(GError) why = NULL;

	*ret_taken = 0;
	if (take_all((MaildirSource *)source, sink, ret_taken, &why))
		return true;
	g_propagate_prefixed_error(error, g_steal_pointer(&why), "mailbox %s: ", source->name);
	return false;
}

/* After=flag has been done: in cur/, with the flag S. */
static bool is_flagged(const MaildirSource *self, const MaildirEntry *entry)
{
	const char *flags = strstr(entry->name, ":2,");

	return self->mailbox->after == AFTER_FLAG && !entry->is_new && flags != NULL &&
	       strchr(flags + 3, 'S') != NULL;
}

static bool maildir_source_list(Source *source, GPtrArray **ret_uids, GError **error)
{
	MaildirSource *self = (MaildirSource *)source;
	g_autoptr(GPtrArray) uids = g_ptr_array_new_with_free_func((GDestroyNotify)source_uid_free);
	g_autoptr(GPtrArray) entries = maildir_list(self->path, error);

	if (entries == NULL) {
		g_prefix_error(error, "mailbox %s: ", source->name);
		return false;
	}
	for (guint i = 0; i < entries->len; i++) {
		const MaildirEntry *entry = g_ptr_array_index(entries, i);
		g_autofree char *path = maildir_path(self->path, entry);
		struct stat about;
		SourceUid *uid;

		if (is_flagged(self, entry) || stat(path, &about) != 0)
			continue;
		uid = g_new0(SourceUid, 1);
		uid->uid = g_strdup(entry->unique);
		uid->received = about.st_mtime;
		g_ptr_array_add(uids, uid);
	}
	*ret_uids = g_steal_pointer(&uids);
	return true;
}

static bool maildir_wait(Source *source, guint seconds, int stop_fd, GError **error)
{
	MaildirSource *self = (MaildirSource *)source;
	gint64 pause =
		MIN((gint64)seconds * 1000, settings_pause(self->settings, self->mailbox->poll));
	struct pollfd fds[2] = { { .fd = stop_fd, .events = POLLIN } };
	char events[4096];

	maildir_watch(self);
	fds[1] = (struct pollfd){ .fd = self->watch, .events = POLLIN };
	if (poll(fds, 2, (int)MIN(pause, G_MAXINT)) > 0 && fds[1].revents != 0)
		while (read(self->watch, events, sizeof events) > 0)
			;
	return true;
}

Source *source_maildir_open(const Settings *settings, const MailboxSettings *mailbox,
			    GError **error)
{
	MaildirSource *self = g_new0(MaildirSource, 1);

	self->source = (Source){ .name = mailbox->name,
				 .stop_fd = -1,
				 .take = maildir_source_take,
				 .list = maildir_source_list,
				 .wait = maildir_wait,
				 .free = maildir_free };
	self->settings = settings;
	self->mailbox = mailbox;
	self->path = mailbox->source + strlen("maildir:");
	self->watch = -1;
	self->flagged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->refused = g_ptr_array_new_with_free_func(g_free);
	return &self->source;
}

char *source_maildir_check(const Settings *settings, const MailboxSettings *mailbox, GError **error)
{
	const char *path = mailbox->source + strlen("maildir:");
	g_autoptr(GPtrArray) entries = maildir_list(path, error);

	if (entries == NULL) {
		g_prefix_error(error, "mailbox %s: ", mailbox->name);
		return NULL;
	}
	if (access(path, W_OK | X_OK) < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_PERMISSION,
			    "mailbox %s: %s may only be read: the desk must move, flag or delete "
			    "mails in it",
			    mailbox->name, path);
		return NULL;
	}
	return g_strdup_printf("mailbox %s: %s: a Maildir with %u mails", mailbox->name, path,
			       entries->len);
}
