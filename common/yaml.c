/* yaml.c - a YAML document as a tree of nodes with places. */
#include "common/yaml.h"

#include <string.h>
#include <yaml.h>

#include "common/error.h"
#include "common/limits.h"

typedef struct Reader {
	yaml_parser_t parser;
	const char *name, *bytes;
	gsize length;
	guint depth;
} Reader;

static void event_clear(yaml_event_t *event)
{
	yaml_event_delete(event);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(yaml_event_t, event_clear)

static void reader_clear(Reader *reader)
{
	yaml_parser_delete(&reader->parser);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

void yaml_node_free(YamlNode *node)
{
	if (node == NULL)
		return;
	g_free(node->text);
	if (node->items != NULL)
		g_ptr_array_unref(node->items);
	if (node->keys != NULL)
		g_ptr_array_unref(node->keys);
	g_free(node);
}

static YamlNode *node_new(YamlKind kind, const yaml_mark_t *mark)
{
	YamlNode *node = g_new0(YamlNode, 1);

	node->kind = kind;
	node->line = (guint)mark->line + 1;
	node->column = (guint)mark->column + 1;
	if (kind != YAML_SCALAR)
		node->items = g_ptr_array_new_with_free_func((GDestroyNotify)yaml_node_free);
	if (kind == YAML_MAP)
		node->keys = g_ptr_array_new_with_free_func((GDestroyNotify)yaml_node_free);
	return node;
}

static void *wrong(const Reader *reader, const yaml_mark_t *mark, GError **error, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s:%zu:%zu: %s", reader->name,
		    mark->line + 1, mark->column + 1, what);
	return NULL;
}

/* The place of a byte; column counts characters. */
static yaml_mark_t mark_of(const char *bytes, gsize offset)
{
	yaml_mark_t mark = { .index = offset };

	for (gsize i = 0; i < offset; i++) {
		if (bytes[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if (((guchar)bytes[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static void parser_wrong(const Reader *reader, GError **error)
{
	const yaml_parser_t *parser = &reader->parser;
	g_autofree char *what = NULL;
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_READER_ERROR)
		mark = mark_of(reader->bytes, MIN(parser->problem_offset, reader->length));
	what = g_strdup_printf(
		"%s%s%s%s", parser->context != NULL ? parser->context : "",
		parser->context != NULL ? ": " : "",
		parser->problem != NULL ? parser->problem : "cannot be read as YAML",
		strstr(parser->problem != NULL ? parser->problem : "", "cannot start any token")
			? " (a tab for indentation, or a value that wants quotes)"
			: "");
	wrong(reader, &mark, error, what);
}

static bool next_event(Reader *reader, yaml_event_t *event, GError **error)
{
	if (yaml_parser_parse(&reader->parser, event))
		return true;
	*event = (yaml_event_t){ .type = YAML_NO_EVENT };
	parser_wrong(reader, error);
	return false;
}

static YamlNode *read_node(Reader *reader, const yaml_event_t *event, GError **error);

static YamlNode *read_list(Reader *reader, const yaml_event_t *start, GError **error)
{
	g_autoptr(YamlNode) list = node_new(YAML_LIST, &start->start_mark);

	for (;;) {
		g_auto(yaml_event_t) event = { .type = YAML_NO_EVENT };
		YamlNode *item;

		if (!next_event(reader, &event, error))
			return NULL;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			return g_steal_pointer(&list);
		if ((item = read_node(reader, &event, error)) == NULL)
			return NULL;
		g_ptr_array_add(list->items, item);
	}
}

/* Adds a key to map, unless it is there already or is no scalar. */
static bool read_key(Reader *reader, YamlNode *map, GHashTable *seen, const yaml_event_t *event,
		     GError **error)
{
	g_autoptr(YamlNode) key = NULL;
	const YamlNode *first;

	if (event->type != YAML_SCALAR_EVENT && event->type != YAML_ALIAS_EVENT) {
		wrong(reader, &event->start_mark, error,
		      "a key must be a word, not a list or a map");
		return false;
	}
	if ((key = read_node(reader, event, error)) == NULL)
		return false;
	if ((first = g_hash_table_lookup(seen, key->text)) != NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s:%u:%u: the key \"%s\" stands here again; "
			    "it was given in line %u, column %u",
			    reader->name, key->line, key->column, key->text, first->line,
			    first->column);
		return false;
	}
	g_hash_table_insert(seen, key->text, key);
	g_ptr_array_add(map->keys, g_steal_pointer(&key));
	return true;
}

static YamlNode *read_map(Reader *reader, const yaml_event_t *start, GError **error)
{
	g_autoptr(YamlNode) map = node_new(YAML_MAP, &start->start_mark);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (;;) {
		g_auto(yaml_event_t) key = { .type = YAML_NO_EVENT };
		g_auto(yaml_event_t) event = { .type = YAML_NO_EVENT };
		YamlNode *value;

		if (!next_event(reader, &key, error))
			return NULL;
		if (key.type == YAML_MAPPING_END_EVENT)
			return g_steal_pointer(&map);
		if (!read_key(reader, map, seen, &key, error) || !next_event(reader, &event, error))
			return NULL;
		if ((value = read_node(reader, &event, error)) == NULL)
			return NULL;
		g_ptr_array_add(map->items, value);
	}
}

static YamlNode *read_scalar(Reader *reader, const yaml_event_t *event, GError **error)
{
	YamlNode *scalar;

	if (memchr(event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
		return wrong(reader, &event->start_mark, error, "a NUL character is not allowed");
	scalar = node_new(YAML_SCALAR, &event->start_mark);
	scalar->text = g_strndup((const char *)event->data.scalar.value, event->data.scalar.length);
	return scalar;
}

/* Refuses what the files of the desk do without. */
static bool is_plain(const Reader *reader, const yaml_event_t *event, GError **error)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (event->type == YAML_ALIAS_EVENT)
		wrong(reader, &event->start_mark, error,
		      "an alias (*) is not allowed: write the value out, or put it in quotes");
	else if (anchor != NULL)
		wrong(reader, &event->start_mark, error,
		      "an anchor (&) is not allowed: leave it out, or put the value in quotes");
	else if (tag != NULL)
		wrong(reader, &event->start_mark, error,
		      "a tag (!) is not allowed: leave it out, or put the value in quotes");
	else
		return true;
	return false;
}

static YamlNode *read_node(Reader *reader, const yaml_event_t *event, GError **error)
{
	YamlNode *node = NULL;

	if (!is_plain(reader, event, error))
		return NULL;
	if (event->type == YAML_SCALAR_EVENT)
		return read_scalar(reader, event, error);
	if (reader->depth >= YAML_DEPTH) {
		g_autofree char *what = g_strdup_printf("nested deeper than %d", YAML_DEPTH);

		return wrong(reader, &event->start_mark, error, what);
	}
	reader->depth++;
	if (event->type == YAML_SEQUENCE_START_EVENT)
		node = read_list(reader, event, error);
	else if (event->type == YAML_MAPPING_START_EVENT)
		node = read_map(reader, event, error);
	else
		wrong(reader, &event->start_mark, error, "expected a value");
	reader->depth--;
	return node;
}

/* Stream start, document start, one node, document end, stream end. */
static YamlNode *read_document(Reader *reader, GError **error)
{
	g_auto(yaml_event_t) stream = { .type = YAML_NO_EVENT };
	g_auto(yaml_event_t) document = { .type = YAML_NO_EVENT };
	g_auto(yaml_event_t) root = { .type = YAML_NO_EVENT };
	g_auto(yaml_event_t) end = { .type = YAML_NO_EVENT };
	g_auto(yaml_event_t) last = { .type = YAML_NO_EVENT };
	g_autoptr(YamlNode) node = NULL;

	if (!next_event(reader, &stream, error) || !next_event(reader, &document, error))
		return NULL;
	if (document.type != YAML_DOCUMENT_START_EVENT)
		return wrong(reader, &document.start_mark, error, "nothing stands in it");
	if (!next_event(reader, &root, error))
		return NULL;
	if ((node = read_node(reader, &root, error)) == NULL)
		return NULL;
	if (!next_event(reader, &end, error) || !next_event(reader, &last, error))
		return NULL;
	if (last.type != YAML_STREAM_END_EVENT)
		return wrong(reader, &last.start_mark, error,
			     "a second document starts here; one file holds one document");
	return g_steal_pointer(&node);
}

YamlNode *yaml_read(const char *name, const char *bytes, gsize length, GError **error)
{
	bool has_mark = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
	g_auto(Reader) reader = {
		.name = name,
		.bytes = has_mark ? bytes + 3 : bytes,
		.length = has_mark ? length - 3 : length,
	};
	const char *end = NULL;

	if (!yaml_parser_initialize(&reader.parser))
		g_error("yaml_parser_initialize: out of memory");
	if (length > YAML_BYTES) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s:1:1: %zu bytes are too many; at most %d are read", name, length,
			    YAML_BYTES);
		return NULL;
	}
	if (!g_utf8_validate_len(reader.bytes, reader.length, &end)) {
		yaml_mark_t mark = mark_of(reader.bytes, (gsize)(end - reader.bytes));

		return wrong(&reader, &mark, error,
			     "this byte is not UTF-8; save the file as UTF-8");
	}
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const yaml_char_t *)reader.bytes,
				     reader.length);
	return read_document(&reader, error);
}

YamlNode *yaml_read_file(const char *path, GError **error)
{
	g_autoptr(GMappedFile) file = NULL;
	g_autoptr(GError) why = NULL;
	const char *bytes;

	file = g_mapped_file_new(path, FALSE, &why);
	if (file == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s: cannot be read: %s", path,
			    why->message);
		return NULL;
	}
	bytes = g_mapped_file_get_contents(file);
	return yaml_read(path, bytes != NULL ? bytes : "", g_mapped_file_get_length(file), error);
}

const YamlNode *yaml_get(const YamlNode *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (guint i = 0; i < map->keys->len; i++) {
		const YamlNode *name = g_ptr_array_index(map->keys, i);

		if (strcmp(name->text, key) == 0)
			return g_ptr_array_index(map->items, i);
	}
	return NULL;
}
