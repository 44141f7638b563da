/* settings_file.h - a GKeyFile that knows in which line its keys stand.
 *
 * GKeyFile itself tells no lines and silently lets the last of two equal keys
 * win; a scan of the lines makes up for both.  Only settings*.c needs it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct SettingsFile {
	char *name;   /* as it was asked for: for messages */
	char *folder; /* absolute */
	GKeyFile *keys;
	GHashTable *lines; /* "group" or "group\nkey" to its line */
} SettingsFile;

/* Reads and scans name.  NULL with DESK_ERROR_CONFIG. */
SettingsFile *settings_file_read(const char *name, GError **error);
void settings_file_free(SettingsFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SettingsFile, settings_file_free)

/* The value of a key, without blanks around it.  Given; NULL when it is not
 * there, or with error when it has a wrong escape. */
char *settings_file_value(const SettingsFile *file, const char *group, const char *key,
			  GError **error);

/* Sets DESK_ERROR_CONFIG "NAME:line: [group] ..." with the line of key, or of
 * the group where key is NULL or not there.  Returns false. */
bool settings_file_wrong(const SettingsFile *file, const char *group, const char *key,
			 GError **error, const char *format, ...) G_GNUC_PRINTF(5, 6);
