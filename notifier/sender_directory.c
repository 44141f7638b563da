/* sender_directory.c - a folder instead of a mail server: one .eml file a mail.
 *
 * A file is written aside, made durable, and renamed, so that whoever looks sees whole
 * mails only.  Its name sorts by time: 000012-acknowledgement-PC-2026-000001.eml.  The
 * same mail again (after a crash) replaces itself.
 */
#include "notifier/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "common/error.h"
#include "common/text.h"

#define PIECE_BYTES (64 * 1024)

typedef struct DirectorySender {
	Sender sender;
	char *path;
	int fd; /* of the folder */
} DirectorySender;

static bool copy_piece(int to, const char *bytes, gssize length)
{
	while (length > 0) {
		gssize written = write(to, bytes, (gsize)length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		length -= written;
	}
	return true;
}

static bool copy_range(int to, int from, gint64 offset, gint64 length)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);

	while (length > 0) {
		gssize got = pread(from, piece, (gsize)MIN(length, PIECE_BYTES), (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = ENODATA;
		if (got <= 0 || !copy_piece(to, piece, got))
			return false;
		offset += got;
		length -= got;
	}
	return true;
}

/* The file's name; the kind and number are ours, but cleaned all the same. */
static char *name_of(const SendJob *job)
{
	g_autofree char *name =
		*job->number != '\0'
			? g_strdup_printf("%06" G_GINT64_FORMAT "-%s-%s.eml", job->notice,
					  job->kind, job->number)
			: g_strdup_printf("%06" G_GINT64_FORMAT "-%s.eml", job->notice, job->kind);
	g_autofree char *clean = text_file_name(name);

	return g_steal_pointer(&clean);
}

static bool write_file(DirectorySender *self, const SendJob *job)
{
	g_autofree char *name = name_of(job);
	g_autofree char *aside = g_strdup_printf(".%s.%d", name, (int)getpid());
	int fd = openat(self->fd, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool good;
	int why;

	if (fd < 0)
		return false;
	good = copy_range(fd, job->fd, job->offset, job->length) && fdatasync(fd) == 0;
	why = errno;
	good = close(fd) == 0 && good;
	if (good && renameat(self->fd, aside, self->fd, name) == 0)
		return true;
	why = good ? errno : why;
	unlinkat(self->fd, aside, 0);
	errno = why;
	return false;
}

static void directory_send(Sender *sender, GPtrArray *jobs, int stop_fd, SendFinished finished,
			   void *user)
{
	DirectorySender *self = (DirectorySender *)sender;

	for (guint i = 0; i < jobs->len; i++) {
		SendJob *job = g_ptr_array_index(jobs, i);
		gint64 began = g_get_monotonic_time();

		if (write_file(self, job)) {
			send_job_finish(job, SEND_DONE, "written");
		} else {
			g_autofree char *why =
				g_strdup_printf("%s: %s", self->path, g_strerror(errno));

			job->away = true;
			send_job_finish(job, SEND_LATER, why);
		}
		job->milliseconds = (g_get_monotonic_time() - began) / 1000;
		finished(job, user);
	}
}

static char *directory_check(Sender *sender, GError **error)
{
	DirectorySender *self = (DirectorySender *)sender;

	if (faccessat(self->fd, ".", W_OK | X_OK, 0) == 0)
		return g_strdup_printf("mails are written to the folder %s", self->path);
	g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s: no file can be made here: %s",
		    self->path, g_strerror(errno));
	return NULL;
}

static void directory_free(Sender *sender)
{
	DirectorySender *self = (DirectorySender *)sender;

	if (self->fd >= 0)
		close(self->fd);
	g_free(self->path);
	g_free(self);
}

Sender *sender_directory_new(const char *path, GError **error)
{
	g_autoptr(Sender) sender = NULL;
	DirectorySender *self = g_new0(DirectorySender, 1);

	self->sender = (Sender){ directory_send, directory_check, directory_free };
	self->path = g_strdup(path);
	sender = &self->sender;
	self->fd = g_mkdir_with_parents(path, 0755) == 0
			   ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			   : -1;
	if (self->fd >= 0)
		return g_steal_pointer(&sender);
	g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
		    "[Smtp] Server=directory:%s: the folder cannot be made or opened: %s", path,
		    g_strerror(errno));
	return NULL;
}
