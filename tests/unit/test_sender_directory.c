/* test_sender_directory.c - a folder as mail server. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "folder.h"
#include "notifier/sender.h"

static guint finished;

static void on_finished(SendJob *job, void *user)
{
	g_assert_true(job->finished);
	finished++;
}

static SendJob *job_of(gint64 notice, const char *kind, const char *number, int fd, gint64 offset,
		       gint64 length)
{
	SendJob *job = send_job_new();

	job->notice = notice;
	job->kind = kind;
	job->number = number;
	job->from = "desk+b1.x@desk.example";
	job->to = "an@minfin.example";
	job->fd = fd;
	job->offset = offset;
	job->length = length;
	return job;
}

static int file_with(const char *folder, const char *bytes)
{
	g_autofree char *path = folder_put(folder, "segment", bytes, -1);
	int fd = open(path, O_RDONLY);

	g_assert_cmpint(fd, >=, 0);
	g_unlink(path);
	return fd;
}

static void send_two(Sender *sender, int fd)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)send_job_free);

	g_ptr_array_add(jobs, job_of(12, "acknowledgement", "PC-2026-000001", fd, 3, 5));
	g_ptr_array_add(jobs, job_of(13, "menu", "", fd, 8, 3));
	finished = 0;
	sender->send(sender, jobs, -1, on_finished, NULL);
	g_assert_cmpuint(finished, ==, 2);
	for (guint i = 0; i < jobs->len; i++)
		g_assert_cmpint(((SendJob *)g_ptr_array_index(jobs, i))->result, ==, SEND_DONE);
}

static void check_file(const char *folder, const char *name, const char *bytes)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *got = NULL;

	g_assert_true(g_file_get_contents(path, &got, NULL, NULL));
	g_assert_cmpstr(got, ==, bytes);
}

static guint files_in(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint count = 0;

	while (g_dir_read_name(dir) != NULL)
		count++;
	return count;
}

static void test_files(void)
{
	char *folder = folder_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(Sender) sender = sender_directory_new(folder, &error);
	int fd = file_with(folder, "...hello you...");

	g_assert_no_error(error);
	send_two(sender, fd);
	send_two(sender, fd); /* the same again: no twins, nothing aside */
	check_file(folder, "000012-acknowledgement-PC-2026-000001.eml", "hello");
	check_file(folder, "000013-menu.eml", " yo");
	g_assert_cmpuint(files_in(folder), ==, 2);
	close(fd);
	folder_remove(folder);
}

static void test_hostile_name(void)
{
	char *folder = folder_new();
	g_autoptr(Sender) sender = sender_directory_new(folder, NULL);
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)send_job_free);
	int fd = file_with(folder, "hello");

	g_ptr_array_add(jobs, job_of(1, "../../etc", "a/b\n", fd, 0, 5));
	sender->send(sender, jobs, -1, on_finished, NULL);
	g_assert_cmpuint(files_in(folder), ==, 1);
	close(fd);
	folder_remove(folder);
}

static void test_short(void)
{
	char *folder = folder_new();
	g_autoptr(Sender) sender = sender_directory_new(folder, NULL);
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)send_job_free);
	SendJob *job;
	int fd = file_with(folder, "hello");

	job = job_of(1, "menu", "", fd, 0, 50); /* more than there is */
	g_ptr_array_add(jobs, job);
	sender->send(sender, jobs, -1, on_finished, NULL);
	g_assert_cmpint(job->result, ==, SEND_LATER);
	g_assert_true(job->away);
	g_assert_cmpuint(files_in(folder), ==, 0);
	close(fd);
	folder_remove(folder);
}

static void test_no_folder(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(sender_directory_new("/dev/null/mail", &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE);
	g_assert_nonnull(strstr(error->message, "/dev/null/mail"));
}

static void test_check(void)
{
	char *folder = folder_new();
	g_autoptr(Sender) sender = sender_directory_new(folder, NULL);
	g_autofree char *said = sender->check(sender, NULL);

	g_assert_nonnull(strstr(said, folder));
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sender-directory/files", test_files);
	g_test_add_func("/sender-directory/hostile-name", test_hostile_name);
	g_test_add_func("/sender-directory/short", test_short);
	g_test_add_func("/sender-directory/no-folder", test_no_folder);
	g_test_add_func("/sender-directory/check", test_check);
	return g_test_run();
}
