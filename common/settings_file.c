/* settings_file.c - reading a key file, and finding what stands in which line. */
#include "common/settings_file.h"

#include <stdarg.h>
#include <string.h>

#include "common/error.h"
#include "common/text.h"

#define FILE_BYTES (1024 * 1024)

void settings_file_free(SettingsFile *file)
{
	if (file == NULL)
		return;
	g_free(file->name);
	g_free(file->folder);
	g_key_file_unref(file->keys);
	g_hash_table_unref(file->lines);
	g_free(file);
}

static guint line_of(const SettingsFile *file, const char *group, const char *key)
{
	g_autofree char *place = key != NULL ? g_strdup_printf("%s\n%s", group, key) : NULL;
	guint line = 0;

	if (place != NULL)
		line = GPOINTER_TO_UINT(g_hash_table_lookup(file->lines, place));
	return line != 0 ? line : GPOINTER_TO_UINT(g_hash_table_lookup(file->lines, group));
}

bool settings_file_wrong(const SettingsFile *file, const char *group, const char *key,
			 GError **error, const char *format, ...)
{
	guint line = line_of(file, group, key);
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (line != 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "%s:%u: [%s] %s", file->name,
			    line, group, what);
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "%s: [%s] %s", file->name, group,
			    what);
	return false;
}

static bool G_GNUC_PRINTF(4, 5)
	line_wrong(const SettingsFile *file, guint line, GError **error, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "%s:%u: %s", file->name, line, what);
	return false;
}

/* Notes that place, a group or a key, stands in line; false when it does already. */
static bool note(SettingsFile *file, const char *place, guint line, const char *shown,
		 GError **error)
{
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(file->lines, place));

	if (first != 0)
		return line_wrong(file, line, error,
				  "%s stands here again; it was given in line %u", shown, first);
	g_hash_table_insert(file->lines, g_strdup(place), GUINT_TO_POINTER(line));
	return true;
}

/* Whether GKeyFile takes name as that of a group. */
static bool is_group(const char *name)
{
	const char *p = name;

	while (*p != '\0' && *p != '[' && *p != ']' && !g_ascii_iscntrl(*p))
		p++;
	return p != name && *p == '\0';
}

/* "[Group]": takes its name over into *group. */
static bool scan_group(SettingsFile *file, char *text, guint line, char **group, GError **error)
{
	gsize length = strlen(text);
	g_autofree char *name = NULL;

	if (text[length - 1] == ']')
		name = g_strndup(text + 1, length - 2);
	if (name == NULL || !is_group(name)) {
		g_autofree char *cut = text_one_line(text, 40);

		return line_wrong(file, line, error, "expected [Group], not \"%s\"", cut);
	}
	g_free(*group);
	*group = g_steal_pointer(&name);
	return note(file, *group, line, text, error);
}

/* "Name" or "Name[nl]": what GKeyFile takes, which else complains without a line. */
static bool is_key(const char *key)
{
	const char *p = key;

	while (g_ascii_isalnum(*p) || *p == '-')
		p++;
	if (p == key || *p == '\0')
		return p != key;
	if (*p++ != '[' || !g_ascii_isalpha(*p))
		return false;
	while (g_ascii_isalnum(*p) || *p == '-' || *p == '_')
		p++;
	return p[0] == ']' && p[1] == '\0';
}

static bool scan_line(SettingsFile *file, char *text, guint line, char **group, GError **error)
{
	g_autofree char *key = NULL;
	g_autofree char *place = NULL;
	g_autofree char *shown = NULL;
	const char *equals;

	g_strstrip(text);
	if (*text == '\0' || *text == '#')
		return true;
	if (*text == '[')
		return scan_group(file, text, line, group, error);
	if ((equals = strchr(text, '=')) == NULL || equals == text) {
		g_autofree char *cut = text_one_line(text, 40);

		return line_wrong(file, line, error,
				  "expected Key=Value, [Group] or # comment, not \"%s\"", cut);
	}
	key = g_strchomp(g_strndup(text, (gsize)(equals - text)));
	if (!is_key(key)) {
		g_autofree char *cut = text_one_line(key, 40);

		return line_wrong(file, line, error, "expected Key=Value, but \"%s\" is no key",
				  cut);
	}
	if (*group == NULL)
		return line_wrong(file, line, error, "%s stands before the first [Group]", key);
	place = g_strdup_printf("%s\n%s", *group, key);
	shown = g_strdup_printf("[%s] %s", *group, key);
	return note(file, place, line, shown, error);
}

static bool scan(SettingsFile *file, const char *text, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *group = NULL;

	for (guint i = 0; lines[i] != NULL; i++) {
		const char *bad = NULL;

		if (!g_utf8_validate(lines[i], -1, &bad))
			return line_wrong(file, i + 1, error,
					  "byte %zu is not UTF-8; save the file as UTF-8",
					  (gsize)(bad - lines[i]) + 1);
		if (!scan_line(file, lines[i], i + 1, &group, error))
			return false;
	}
	return true;
}

/* Scans text first, since its messages know their line. */
static bool parse(SettingsFile *file, const char *text, gsize length, GError **error)
{
	g_autoptr(GError) why = NULL;
	const char *start = text;

	if (length > FILE_BYTES || strlen(text) != length) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: expected text of at most %d bytes", file->name, FILE_BYTES);
		return false;
	}
	if (g_str_has_prefix(text, "\xef\xbb\xbf"))
		start += 3;
	if (!scan(file, start, error))
		return false;
	if (*start == '\0' || g_key_file_load_from_data(file->keys, start, strlen(start),
							G_KEY_FILE_KEEP_TRANSLATIONS, &why))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "%s: %s", file->name, why->message);
	return false;
}

SettingsFile *settings_file_read(const char *name, GError **error)
{
	g_autoptr(SettingsFile) file = g_new0(SettingsFile, 1);
	g_autofree char *absolute = g_canonicalize_filename(name, NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) why = NULL;
	gsize length;

	file->name = g_strdup(name);
	file->folder = g_path_get_dirname(absolute);
	file->keys = g_key_file_new();
	file->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!g_file_get_contents(name, &text, &length, &why)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: the configuration cannot be read: %s", name, why->message);
		return NULL;
	}
	if (!parse(file, text, length, error))
		return NULL;
	return g_steal_pointer(&file);
}

char *settings_file_value(const SettingsFile *file, const char *group, const char *key,
			  GError **error)
{
	g_autoptr(GError) why = NULL;
	char *value;

	if (!g_key_file_has_key(file->keys, group, key, NULL))
		return NULL;
	value = g_key_file_get_string(file->keys, group, key, &why);
	if (why == NULL)
		return g_strstrip(value);
	g_free(value);
	settings_file_wrong(file, group, key, error,
			    "%s: a wrong escape; a backslash is written \\\\", key);
	return NULL;
}
