/* schema.c - a definition's YAML read by tables of keys, every mistake with its place. */
#include "forms/schema.h"

#include <string.h>

#include "common/error.h"

bool schema_fail(const Schema *schema, const YamlNode *node, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(schema->error, DESK_ERROR, DESK_ERROR_DATA, "%s:%u:%u: %s", schema->path,
		    node->line, node->column, what);
	return false;
}

static const SchemaKey *key_find(const SchemaKey *keys, const char *name)
{
	for (; keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

static char *key_names(const SchemaKey *keys)
{
	GString *names = g_string_new(NULL);

	for (; keys->name != NULL; keys++)
		g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", keys->name);
	return g_string_free(names, FALSE);
}

bool schema_map(const Schema *schema, const YamlNode *node, const char *what, const SchemaKey *keys,
		void *object)
{
	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, "%s is expected here, as a map", what);
	for (guint i = 0; i < node->keys->len; i++) {
		const YamlNode *name = g_ptr_array_index(node->keys, i);
		const SchemaKey *key = key_find(keys, name->text);

		if (key == NULL) {
			g_autofree char *names = key_names(keys);

			return schema_fail(schema, name,
					   "\"%s\" is not known in %s: expected one of %s",
					   name->text, what, names);
		}
		if (!key->read(schema, g_ptr_array_index(node->items, i),
			       (char *)object + key->offset))
			return false;
	}
	for (; keys->name != NULL; keys++)
		if (keys->required && yaml_get(node, keys->name) == NULL)
			return schema_fail(schema, node, "%s lacks \"%s\"", what, keys->name);
	return true;
}

bool schema_text(const Schema *schema, const YamlNode *node, void *place)
{
	char **text = place;

	if (node->kind != YAML_SCALAR)
		return schema_fail(schema, node, "a text is expected here");
	g_autofree char *stripped = g_strstrip(g_strdup(node->text));

	if (*stripped == '\0')
		return schema_fail(schema, node, "a text is expected here, not nothing");
	g_free(*text);
	*text = g_steal_pointer(&stripped);
	return true;
}

bool schema_id(const Schema *schema, const YamlNode *node, void *place)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	char **id = place;

	if (!schema_text(schema, node, place))
		return false;
	if (strspn(*id, allowed) != strlen(*id) || strlen(*id) > 60)
		return schema_fail(schema, node,
				   "\"%s\": expected lower-case letters, digits and \"-\"", *id);
	return true;
}

bool schema_yes_no(const Schema *schema, const YamlNode *node, void *place)
{
	const char *text = node->kind == YAML_SCALAR ? node->text : "";
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return schema_fail(schema, node, "expected yes or no");
	*(bool *)place = yes;
	return true;
}

bool schema_localised(const Schema *schema, const YamlNode *node, void *place)
{
	FormText *text = place;

	if (node->kind != YAML_MAP)
		return schema_fail(
			schema, node,
			"a text in each language is expected here: {nl: ..., fr: ..., de: ..., en: ...}");
	for (guint i = 0; i < node->keys->len; i++) {
		const YamlNode *key = g_ptr_array_index(node->keys, i);
		Language language = language_of_code(key->text);

		if (language == LANGUAGE_NONE || strcmp(language_code(language), key->text) != 0)
			return schema_fail(
				schema, key,
				"\"%s\" is no language of the desk: expected nl, fr, de, en",
				key->text);
		if (!schema_text(schema, g_ptr_array_index(node->items, i), &(*text)[language]))
			return false;
	}
	for (int i = 0; i < LANGUAGES; i++)
		if ((*text)[i] == NULL)
			return schema_fail(schema, node,
					   "the language %s is missing: expected nl, fr, de, en",
					   language_code(i));
	return true;
}

bool schema_is_list(const Schema *schema, const YamlNode *node, const char *of_what)
{
	if (node->kind != YAML_LIST)
		return schema_fail(schema, node, "a list of %s is expected here", of_what);
	return true;
}

static bool list_words(const Schema *schema, const YamlNode *list, Language language,
		       SchemaWord take, void *user)
{
	if (list->kind == YAML_SCALAR)
		return take(schema, list, language, user);
	for (guint i = 0; i < list->items->len; i++)
		if (!take(schema, g_ptr_array_index(list->items, i), language, user))
			return false;
	return true;
}

bool schema_words(const Schema *schema, const YamlNode *node, SchemaWord take, void *user)
{
	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return list_words(schema, node, LANGUAGE_NONE, take, user);
	for (guint i = 0; i < node->keys->len; i++) {
		const YamlNode *key = g_ptr_array_index(node->keys, i);

		if (!list_words(schema, g_ptr_array_index(node->items, i),
				language_of_code(key->text), take, user))
			return false;
	}
	return true;
}

static bool alias_take(const Schema *schema, const YamlNode *word, Language language, void *user)
{
	char *text = NULL;

	if (!schema_text(schema, word, &text))
		return false;
	g_ptr_array_add(user, text);
	return true;
}

bool schema_aliases(const Schema *schema, const YamlNode *node, void *place)
{
	GPtrArray **aliases = place;

	if (node->kind == YAML_SCALAR)
		return schema_is_list(schema, node, "texts");
	for (guint i = 0; node->kind == YAML_MAP && i < node->keys->len; i++) {
		const YamlNode *key = g_ptr_array_index(node->keys, i);

		if (language_of_code(key->text) == LANGUAGE_NONE)
			return schema_fail(
				schema, key,
				"\"%s\" is no language of the desk: expected nl, fr, de, en",
				key->text);
		if (!schema_is_list(schema, g_ptr_array_index(node->items, i), "texts"))
			return false;
	}
	return schema_words(schema, node, alias_take, *aliases);
}

void form_text_clear(FormText text)
{
	for (int i = 0; i < LANGUAGES; i++)
		g_clear_pointer(&text[i], g_free);
}
