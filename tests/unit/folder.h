/* folder.h - a folder for one test, away from the source tree. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>

/* A new empty folder; the caller removes it. */
static inline char *folder_new(void)
{
	char *folder = g_dir_make_tmp("persocontact-test-XXXXXX", NULL);

	g_assert_nonnull(folder);
	return folder;
}

/* Writes a file into folder; its path is given. */
static inline char *folder_put(const char *folder, const char *name, const char *bytes,
			       gssize length)
{
	char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, bytes, length, NULL));
	return path;
}

/* Removes folder with all that is in it, and frees its name. */
static inline void folder_remove(char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
			folder_remove(path);
		} else {
			g_assert_cmpint(g_remove(path), ==, 0);
			g_free(path);
		}
	}
	g_assert_cmpint(g_rmdir(folder), ==, 0);
	g_free(folder);
}
