/* directory_values.c - which attribute of a directory is which column of people. */
#include "desk/directory_values.h"

#include <string.h>

#include "common/error.h"

#define ADDRESSES 2

void directory_map_free(DirectoryMap *map)
{
	if (map == NULL)
		return;
	for (guint c = 0; c < PERSON_COLUMNS; c++) {
		g_free(map->attributes[c]);
		g_free(map->constants[c]);
	}
	g_free(map->changed);
	g_free(map);
}

/* Letters, digits, dashes, and ;options (RFC 4512, 2.5). */
static bool is_attribute(const char *name)
{
	return g_ascii_isalnum(name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;") ==
		       strlen(name);
}

static char **place_of(DirectoryMap *map, const char *column, bool is_constant)
{
	if (strcmp(column, "changed") == 0)
		return is_constant ? NULL : &map->changed;
	for (guint c = 0; c < PERSON_COLUMNS; c++)
		if (strcmp(column, person_column(c)) == 0)
			return is_constant ? &map->constants[c] : &map->attributes[c];
	return NULL;
}

static bool read_word(DirectoryMap *map, const char *word)
{
	g_auto(GStrv) sides = g_strsplit(word, "=", 2);
	gsize length = sides[0] != NULL && sides[1] != NULL ? strlen(sides[1]) : 0;
	bool is_constant = length > 2 && sides[1][0] == '\'' && sides[1][length - 1] == '\'';
	char **place = length > 0 ? place_of(map, sides[0], is_constant) : NULL;

	if (place == NULL || *place != NULL || (!is_constant && !is_attribute(sides[1])))
		return false;
	*place = is_constant ? g_strndup(sides[1] + 1, length - 2) : g_strdup(sides[1]);
	return true;
}

DirectoryMap *directory_map_read(const char *text, GError **error)
{
	g_autoptr(DirectoryMap) map = g_new0(DirectoryMap, 1);
	g_auto(GStrv) words = g_strsplit_set(text != NULL ? text : "", " \t", -1);

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0' && !read_word(map, *word)) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
				    "[Directory] Attributes: \"%s\": expected COLUMN=attribute or"
				    " COLUMN='text', once a column of people.csv, or"
				    " changed=attribute",
				    *word);
			return NULL;
		}
	if (map->changed == NULL)
		map->changed = g_strdup("modifyTimestamp");
	if (map->attributes[DIRECTORY_NUMBER] == NULL || map->attributes[1] == NULL ||
	    map->attributes[ADDRESSES] == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "[Directory] Attributes: expected number=, name= and addresses= in it");
		return NULL;
	}
	return g_steal_pointer(&map);
}

char **directory_map_attributes(const DirectoryMap *map)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint c = 0; c < PERSON_COLUMNS; c++)
		if (map->attributes[c] != NULL)
			g_strv_builder_add(names, map->attributes[c]);
	g_strv_builder_add(names, map->changed);
	return g_strv_builder_end(names);
}

/* "cn=absence,ou=teams,dc=example" is absence; any other text itself.  Given. */
static char *group_name(const char *value, bool *ret_is_dn)
{
	const char *begin = strchr(value, '=');

	*ret_is_dn = begin != NULL && strchr(begin, ',') != NULL;
	if (!*ret_is_dn)
		return g_strdup(value);
	begin++;
	return g_strndup(begin, strcspn(begin, ",+"));
}

static void add_word(GString *words, const char *word)
{
	if (words->len > 0)
		g_string_append_c(words, ' ');
	g_string_append(words, word);
}

char *directory_value(guint column, const GPtrArray *values)
{
	g_autoptr(GString) words = g_string_new(NULL);

	if (values->len == 0)
		return NULL;
	if (column == DIRECTORY_LANGUAGE)
		return g_strndup(values->pdata[0], strcspn(values->pdata[0], "-_;,"));
	if (column != ADDRESSES && column != DIRECTORY_ROLES && column != DIRECTORY_TEAMS)
		return g_strdup(values->pdata[0]);
	for (guint i = 0; i < values->len; i++) {
		const char *value = values->pdata[i];
		bool is_dn = false;
		g_autofree char *name = column == ADDRESSES ? NULL : group_name(value, &is_dn);

		if (name == NULL)
			add_word(words,
				 g_ascii_strncasecmp(value, "smtp:", 5) == 0 ? value + 5 : value);
		else if (!is_dn || column != DIRECTORY_ROLES || person_role_of(name) != 0)
			add_word(words, name);
	}
	return g_strdup(words->str);
}
