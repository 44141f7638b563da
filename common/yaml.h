/* yaml.h - YAML files as a tree in which every node knows its place.
 *
 * libyaml's event API; a file of at most YAML_BYTES, YAML_DEPTH deep; anchors,
 * aliases, tags and double keys are refused.  All scalars are text.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { YAML_SCALAR, YAML_LIST, YAML_MAP } YamlKind;

typedef struct YamlNode YamlNode;
struct YamlNode {
	YamlKind kind;
	guint line, column; /* from 1 */
	char *text;         /* YAML_SCALAR: valid UTF-8 */
	GPtrArray *items;   /* YAML_LIST: YamlNode; YAML_MAP: the values, in order */
	GPtrArray *keys;    /* YAML_MAP: YamlNode scalars, beside items */
};

/* Reads one document.  On a mistake NULL with DESK_ERROR_DATA
 * ("FILE:line:column: ..."), DESK_ERROR_NO_INPUT when there is no such file. */
YamlNode *yaml_read_file(const char *path, GError **error);
YamlNode *yaml_read(const char *name, const char *bytes, gsize length, GError **error);
void yaml_node_free(YamlNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(YamlNode, yaml_node_free)

/* The value of a key, or NULL; lent. */
const YamlNode *yaml_get(const YamlNode *map, const char *key);
