/* settings.c - the configuration: from the file, by the tables, into structs. */
#include "common/settings.h"

#include <string.h>

#include "common/error.h"
#include "common/settings_check.h"
#include "common/settings_file.h"
#include "common/settings_table.h"
#include "common/text.h"

#define NAME_BYTES 64 /* of a named group */
#define SHOWN_BYTES 80
#define SYSTEM_FILE "/etc/persocontact/desk.conf"

static void clear_rows(const char *group, void *target)
{
	for (gsize i = 0; i < setting_rows_count; i++) {
		const SettingRow *row = &setting_rows[i];

		if (strcmp(row->group, group) == 0 && row->type->clear != NULL)
			row->type->clear((char *)target + row->place);
	}
}

/* Puts the standard values into a new struct. */
static void fill_standards(const char *group, void *target)
{
	for (gsize i = 0; i < setting_rows_count; i++) {
		const SettingRow *row = &setting_rows[i];

		if (strcmp(row->group, group) == 0 && row->standard != NULL &&
		    !row->type->read(row, row->standard, "/", (char *)target + row->place) &&
		    row->type == &setting_time_zone)
			*(char **)((char *)target + row->place) = g_strdup("UTC"); /* no tzdata */
	}
}

static void free_named(const SettingGroup *group, void *item)
{
	clear_rows(group->group, item);
	g_free(*(char **)((char *)item + group->name));
	g_free(item);
}

static GPtrArray **array_of(const Settings *settings, const SettingGroup *group)
{
	return (GPtrArray **)((char *)settings + group->array);
}

Settings *settings_defaults(void)
{
	Settings *settings = g_new0(Settings, 1);

	for (gsize i = 0; i < setting_groups_count; i++) {
		if (setting_groups[i].is_named)
			*array_of(settings, &setting_groups[i]) = g_ptr_array_new();
		else
			fill_standards(setting_groups[i].group, settings);
	}
	return settings;
}

void settings_free(Settings *settings)
{
	if (settings == NULL)
		return;
	for (gsize i = 0; i < setting_groups_count; i++) {
		const SettingGroup *group = &setting_groups[i];
		GPtrArray *items = group->is_named ? *array_of(settings, group) : NULL;

		if (items == NULL) {
			clear_rows(group->group, settings);
			continue;
		}
		for (guint k = 0; k < items->len; k++)
			free_named(group, g_ptr_array_index(items, k));
		g_ptr_array_unref(items);
	}
	g_free(settings->path);
	g_free(settings->folder);
	g_free(settings);
}

/* The row of a key, "Name" or "Name[fr]", in a kind of group. */
static const SettingRow *find_row(const char *group, const char *key, Language *ret_language)
{
	gsize length = strcspn(key, "[");

	*ret_language = LANGUAGE_NONE;
	for (gsize i = 0; i < setting_rows_count; i++) {
		const SettingRow *row = &setting_rows[i];

		if (strcmp(row->group, group) != 0 || strlen(row->key) != length ||
		    strncmp(row->key, key, length) != 0)
			continue;
		if (key[length] == '\0')
			return row;
		if (!row->type->is_localised || strlen(key + length) != 4 || key[length + 3] != ']')
			return NULL;
		*ret_language = language_of_code(key + length + 1);
		return *ret_language != LANGUAGE_NONE ? row : NULL;
	}
	return NULL;
}

static bool unknown_key(const SettingsFile *file, const char *name, const char *group,
			const char *key, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (gsize i = 0; i < setting_rows_count; i++) {
		const SettingRow *row = &setting_rows[i];

		if (strcmp(row->group, group) == 0 && strcmp(row->key, "TestClock") != 0)
			g_string_append_printf(
				known, "%s%s%s", known->len > 0 ? ", " : "", row->key,
				row->type->is_localised ? " (also [nl] [fr] [de] [en])" : "");
	}
	return settings_file_wrong(file, name, key, error, "%s is not known; expected one of %s",
				   key, known->str);
}

/* What row expects: of numbers and choices made from their limits.  Given. */
static char *expectation(const SettingRow *row)
{
	g_auto(GStrv) choices = NULL;

	if (row->expected != NULL || row->type->expected != NULL)
		return g_strdup(row->expected != NULL ? row->expected : row->type->expected);
	if (row->choices == NULL)
		return g_strdup_printf("a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
				       row->least, row->most);
	choices = g_strsplit(row->choices, "|", -1);
	return g_strjoinv(" or ", choices);
}

static bool wrong_value(const SettingsFile *file, const char *name, const char *key,
			const SettingRow *row, const char *value, GError **error)
{
	g_autofree char *shown = text_one_line(value, SHOWN_BYTES);
	g_autofree char *expected = expectation(row);

	if (row->type->is_secret)
		return settings_file_wrong(file, name, key, error, "%s: expected %s", key,
					   expected);
	return settings_file_wrong(file, name, key, error, "%s=%s: expected %s", key, shown,
				   expected);
}

/* Reads one key of the group called name in the file into target. */
static bool read_key(const SettingsFile *file, const char *name, const char *group, const char *key,
		     void *target, GError **error)
{
	Language language;
	const SettingRow *row = find_row(group, key, &language);
	g_autofree char *value = NULL;
	char *place;

	if (row == NULL)
		return unknown_key(file, name, group, key, error);
	if ((value = settings_file_value(file, name, key, error)) == NULL)
		return false;
	if (*value == '\0' && row->may_be_empty)
		return true;
	place = (char *)target + row->place;
	if (row->type->is_localised)
		place += (language != LANGUAGE_NONE ? language : LANGUAGE_NL) * sizeof(char *);
	return row->type->read(row, value, file->folder, place) ||
	       wrong_value(file, name, key, row, value, error);
}

static bool has_required(const SettingsFile *file, const char *name, const char *group,
			 GError **error)
{
	for (gsize i = 0; i < setting_rows_count; i++) {
		const SettingRow *row = &setting_rows[i];

		g_autofree char *expected = NULL;

		if (strcmp(row->group, group) != 0 || !row->is_required ||
		    g_key_file_has_key(file->keys, name, row->key, NULL))
			continue;
		expected = expectation(row);
		return settings_file_wrong(file, name, NULL, error, "%s is missing; expected %s",
					   row->key, expected);
	}
	return true;
}

/* Reads every key of a group; bare names first, so that Name[nl] goes before Name. */
static bool read_keys(const SettingsFile *file, const char *name, const char *group, void *target,
		      GError **error)
{
	g_auto(GStrv) keys = g_key_file_get_keys(file->keys, name, NULL, NULL);

	for (int localised_ones = 0; localised_ones <= 1; localised_ones++)
		for (char **key = keys; *key != NULL; key++)
			if ((strchr(*key, '[') != NULL) == (localised_ones == 1) &&
			    !read_key(file, name, group, *key, target, error))
				return false;
	return has_required(file, name, group, error);
}

static bool unknown_group(const SettingsFile *file, const char *name, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (gsize i = 0; i < setting_groups_count; i++)
		g_string_append_printf(known, "%s[%s%s]", i > 0 ? " " : "", setting_groups[i].group,
				       setting_groups[i].is_named ? " NAME" : "");
	return settings_file_wrong(file, name, NULL, error, "is not known; expected one of %s",
				   known->str);
}

static bool is_group_name(const char *name)
{
	gsize length = strlen(name);

	for (const char *p = name; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("-_.", *p) == NULL)
			return false;
	return length > 0 && length <= NAME_BYTES;
}

/* [Mailbox inbox]: a struct of its own. */
static bool read_named(Settings *settings, const SettingsFile *file, const SettingGroup *group,
		       const char *name, GError **error)
{
	const char *id = name + strlen(group->group) + 1;
	char *item;

	if (!is_group_name(id))
		return settings_file_wrong(
			file, name, NULL, error,
			"expected [%s NAME] with a NAME of letters, digits, - _ and .",
			group->group);
	item = g_malloc0(group->size);
	*(char **)(item + group->name) = g_strdup(id);
	fill_standards(group->group, item);
	g_ptr_array_add(*array_of(settings, group), item);
	return read_keys(file, name, group->group, item, error);
}

static bool read_group(Settings *settings, const SettingsFile *file, const char *name,
		       GError **error)
{
	gsize length = strcspn(name, " ");

	for (gsize i = 0; i < setting_groups_count; i++) {
		const SettingGroup *group = &setting_groups[i];

		if (strlen(group->group) != length || strncmp(group->group, name, length) != 0 ||
		    group->is_named != (name[length] == ' '))
			continue;
		if (group->is_named)
			return read_named(settings, file, group, name, error);
		return read_keys(file, name, group->group, settings, error);
	}
	return unknown_group(file, name, error);
}

static bool read_groups(Settings *settings, const SettingsFile *file, GError **error)
{
	g_auto(GStrv) names = g_key_file_get_groups(file->keys, NULL);

	for (char **name = names; *name != NULL; name++)
		if (!read_group(settings, file, *name, error))
			return false;
	for (gsize i = 0; i < setting_groups_count; i++)
		if (!setting_groups[i].is_named &&
		    !has_required(file, setting_groups[i].group, setting_groups[i].group, error))
			return false;
	return true;
}

/* The file to read when none is named: lent, or NULL. */
static const char *usual_file(void)
{
	const char *own = g_getenv("PERSOCONTACT_CONFIG");

	if (own != NULL && *own != '\0')
		return own;
	if (g_file_test("desk.conf", G_FILE_TEST_EXISTS))
		return "desk.conf";
	return g_file_test(SYSTEM_FILE, G_FILE_TEST_EXISTS) ? SYSTEM_FILE : NULL;
}

Settings *settings_read(const char *path, GError **error)
{
	const char *name = path != NULL ? path : usual_file();
	g_autoptr(SettingsFile) file = NULL;
	g_autoptr(Settings) settings = NULL;

	if (name == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "there is no configuration: neither ./desk.conf nor %s exists; "
			    "\"persocontact init\" writes one, --config FILE names another",
			    SYSTEM_FILE);
		return NULL;
	}
	if ((file = settings_file_read(name, error)) == NULL)
		return NULL;
	settings = settings_defaults();
	settings->path = g_canonicalize_filename(name, NULL);
	settings->folder = g_strdup(file->folder);
	if (!read_groups(settings, file, error) || !settings_check(settings, file, error))
		return NULL;
	return g_steal_pointer(&settings);
}
