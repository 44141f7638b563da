/* mustache.c - rendering a compiled template with JSON data. */
#include "common/mustache.h"

#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/mustache_node.h"

#define PARTIAL_DEPTH 32
#define PARTIALS_MOST 10000 /* of one rendering */
#define RESULT_BYTES (4 * 1024 * 1024)

typedef struct Rendering {
	MustacheEscape escape;
	MustachePartial partial;
	void *user;
	GPtrArray *context;   /* json_t *, lent; the innermost last */
	GHashTable *compiled; /* indent + name to Mustache */
	guint depth, partials;
	GString *result;
} Rendering;

/* What a name means: its first part is looked for outwards through the
 * context, the others inside what was found.  Lent; NULL when there is none. */
static json_t *look_up(const Rendering *rendering, char *const *path)
{
	json_t *found = NULL;

	if (path[0] == NULL) /* "." */
		return g_ptr_array_index(rendering->context, rendering->context->len - 1);
	for (guint i = rendering->context->len; i > 0 && found == NULL; i--)
		found = json_object_get(g_ptr_array_index(rendering->context, i - 1), path[0]);
	for (guint i = 1; found != NULL && path[i] != NULL; i++)
		found = json_object_get(found, path[i]);
	return found;
}

/* Whether a section with value is shown: not for null, false, "" and []. */
static bool is_shown(const json_t *value)
{
	if (value == NULL || json_is_null(value) || json_is_false(value))
		return false;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	return !json_is_string(value) || json_string_length(value) > 0;
}

static void append_escaped(GString *result, MustacheEscape escape, const char *text, gsize length)
{
	if (escape == MUSTACHE_TEXT) {
		g_string_append_len(result, text, (gssize)length);
		return;
	}
	for (gsize i = 0; i < length; i++) {
		switch (text[i]) {
		case '&':
			g_string_append(result, "&amp;");
			break;
		case '<':
			g_string_append(result, "&lt;");
			break;
		case '>':
			g_string_append(result, "&gt;");
			break;
		case '"':
			g_string_append(result, "&quot;");
			break;
		case '\'':
			g_string_append(result, "&#39;");
			break;
		default:
			g_string_append_c(result, text[i]);
		}
	}
}

/* The shortest decimal that is read back as the same number. */
static void append_real(GString *result, double number)
{
	static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_ascii_formatd(text, sizeof text, formats[i], number);
		if (g_ascii_strtod(text, NULL) >= number && g_ascii_strtod(text, NULL) <= number)
			break;
	}
	g_string_append(result, text);
}

static void append_value(GString *result, MustacheEscape escape, const json_t *value)
{
	if (json_is_string(value))
		append_escaped(result, escape, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		g_string_append_printf(result, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		append_real(result, json_real_value(value));
	else if (json_is_boolean(value))
		g_string_append(result, json_is_true(value) ? "true" : "false");
}

static bool render_nodes(Rendering *rendering, const GPtrArray *nodes, GError **error);

static bool render_with(Rendering *rendering, const GPtrArray *nodes, json_t *value, GError **error)
{
	bool done;

	g_ptr_array_add(rendering->context, value);
	done = render_nodes(rendering, nodes, error);
	g_ptr_array_set_size(rendering->context, (int)rendering->context->len - 1);
	return done;
}

static bool render_section(Rendering *rendering, const MustacheNode *node, GError **error)
{
	json_t *value = look_up(rendering, node->path);

	if (!is_shown(value))
		return true;
	if (!json_is_array(value))
		return render_with(rendering, node->children, value, error);
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!render_with(rendering, node->children, json_array_get(value, i), error))
			return false;
	return true;
}

/* A partial's source with indent before each of its lines. */
static char *indented(const char *source, const char *indent)
{
	GString *text = g_string_new(NULL);

	while (*source != '\0') {
		const char *end = strchr(source, '\n');
		gsize length = end != NULL ? (gsize)(end - source) + 1 : strlen(source);

		g_string_append(text, indent);
		g_string_append_len(text, source, (gssize)length);
		source += length;
	}
	return g_string_free(text, FALSE);
}

/* The compiled partial of a node: lent; *ret_found NULL where there is none. */
static bool find_partial(Rendering *rendering, const MustacheNode *node, const Mustache **ret_found,
			 GError **error)
{
	g_autofree char *key = g_strdup_printf("%s\n%s", node->text, node->indent);
	const char *source;

	if ((*ret_found = g_hash_table_lookup(rendering->compiled, key)) != NULL)
		return true;
	source =
		rendering->partial != NULL ? rendering->partial(node->text, rendering->user) : NULL;
	if (source == NULL)
		return true;
	if (*node->indent != '\0') {
		g_autofree char *text = indented(source, node->indent);

		*ret_found = mustache_new(node->text, text, error);
	} else {
		*ret_found = mustache_new(node->text, source, error);
	}
	if (*ret_found == NULL)
		return false;
	g_hash_table_insert(rendering->compiled, g_steal_pointer(&key), (gpointer)*ret_found);
	return true;
}

static bool render_partial(Rendering *rendering, const MustacheNode *node, GError **error)
{
	const Mustache *partial = NULL;
	bool done;

	if (rendering->depth >= PARTIAL_DEPTH || ++rendering->partials > PARTIALS_MOST) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the partial {{>%s}} is used more than %d deep or %d times", node->text,
			    PARTIAL_DEPTH, PARTIALS_MOST);
		return false;
	}
	if (!find_partial(rendering, node, &partial, error))
		return false;
	if (partial == NULL)
		return true;
	rendering->depth++;
	done = render_nodes(rendering, mustache_nodes(partial), error);
	rendering->depth--;
	return done;
}

static bool render_node(Rendering *rendering, const MustacheNode *node, GError **error)
{
	switch (node->kind) {
	case MUSTACHE_NODE_LITERAL:
		g_string_append(rendering->result, node->text);
		return true;
	case MUSTACHE_NODE_VALUE:
		append_value(rendering->result, rendering->escape, look_up(rendering, node->path));
		return true;
	case MUSTACHE_NODE_RAW:
		append_value(rendering->result, MUSTACHE_TEXT, look_up(rendering, node->path));
		return true;
	case MUSTACHE_NODE_SECTION:
		return render_section(rendering, node, error);
	case MUSTACHE_NODE_INVERTED:
		return is_shown(look_up(rendering, node->path)) ||
		       render_nodes(rendering, node->children, error);
	case MUSTACHE_NODE_PARTIAL:
		return render_partial(rendering, node, error);
	}
	return true;
}

static bool render_nodes(Rendering *rendering, const GPtrArray *nodes, GError **error)
{
	for (guint i = 0; i < nodes->len; i++) {
		if (!render_node(rendering, g_ptr_array_index(nodes, i), error))
			return false;
		if (rendering->result->len > RESULT_BYTES) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
				    "the result passes %d bytes", RESULT_BYTES);
			return false;
		}
	}
	return true;
}

char *mustache_render(Mustache *mustache, MustacheEscape escape, json_t *data,
		      MustachePartial partial, void *user, GError **error)
{
	g_autoptr(GPtrArray) context = g_ptr_array_new();
	g_autoptr(GString) result = g_string_new(NULL);
	Rendering rendering = {
		.escape = escape,
		.partial = partial,
		.user = user,
		.context = context,
		.compiled = mustache_partials(mustache),
		.result = result,
	};

	g_ptr_array_add(context, data);
	if (!render_nodes(&rendering, mustache_nodes(mustache), error))
		return NULL;
	return g_strdup(result->str);
}
