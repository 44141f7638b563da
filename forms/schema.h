/* schema.h - a definition's YAML read by tables of keys, every mistake with its place.
 *
 * All read functions give false and set the reader's error at the first mistake:
 * "FILE:line:column: what is wrong and what is expected" (DESK_ERROR_DATA).
 */
#pragma once

#include "common/yaml.h"
#include "forms/form.h"

typedef struct Schema {
	const char *path;
	GError **error;
} Schema;

/* Reads a node into the place that its key names. */
typedef bool (*SchemaRead)(const Schema *schema, const YamlNode *node, void *place);

typedef struct SchemaKey {
	const char *name;
	SchemaRead read;
	gsize offset;
	bool required;
} SchemaKey;

/* Sets the error; always false. */
bool schema_fail(const Schema *schema, const YamlNode *node, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Reads a map by keys (ended by a NULL name) into object; unknown keys and missing
 * required ones are mistakes.  what: "a form", "a field". */
bool schema_map(const Schema *schema, const YamlNode *node, const char *what, const SchemaKey *keys,
		void *object);

/* char **: text that is not empty. */
bool schema_text(const Schema *schema, const YamlNode *node, void *place);
/* char **: lower-case letters, digits and "-". */
bool schema_id(const Schema *schema, const YamlNode *node, void *place);
/* bool *: yes or no. */
bool schema_yes_no(const Schema *schema, const YamlNode *node, void *place);
/* FormText *: all four languages. */
bool schema_localised(const Schema *schema, const YamlNode *node, void *place);
/* GPtrArray **: char *, from a list, or from lists by language. */
bool schema_aliases(const Schema *schema, const YamlNode *node, void *place);

/* Takes each scalar of schema_aliases's or schema_localised's node, NULL too. */
typedef bool (*SchemaWord)(const Schema *schema, const YamlNode *word, Language language,
			   void *user);
bool schema_words(const Schema *schema, const YamlNode *node, SchemaWord take, void *user);

/* Whether node is a list; else a mistake. */
bool schema_is_list(const Schema *schema, const YamlNode *node, const char *of_what);

void form_text_clear(FormText text);
