/* mustache_compile.c - from the source of a template to nodes. */
#include "common/mustache_node.h"

#include <string.h>

#include "common/error.h"

#define SECTION_DEPTH 64

struct Mustache {
	GPtrArray *nodes;
	GHashTable *partials; /* indent + name to Mustache: those that were met */
};

/* A section whose end has not come yet. */
typedef struct Open {
	MustacheNode *node;
	const char *at;
} Open;

typedef struct Compiler {
	const char *name, *source;
	const char *at;     /* read up to here */
	char *open, *close; /* the delimiters */
	GPtrArray *nodes;   /* where nodes go now: lent */
	GPtrArray *top;     /* the outermost: lent */
	GArray *sections;   /* Open */
} Compiler;

/* One tag as it stands in the source. */
typedef struct Tag {
	const char *start, *end; /* from the first brace to behind the last */
	char kind;               /* one of "&{#^/>!=", or 0 for a value */
	char *content;           /* without kind and blanks around it */
} Tag;

static void tag_clear(Tag *tag)
{
	g_free(tag->content);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tag, tag_clear)

static void compiler_clear(Compiler *compiler)
{
	g_free(compiler->open);
	g_free(compiler->close);
	g_array_unref(compiler->sections);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Compiler, compiler_clear)

static void node_free(MustacheNode *node)
{
	g_free(node->text);
	g_strfreev(node->path);
	g_free(node->indent);
	if (node->children != NULL)
		g_ptr_array_unref(node->children);
	g_free(node);
}

static GPtrArray *nodes_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
}

void mustache_free(Mustache *mustache)
{
	if (mustache == NULL)
		return;
	g_ptr_array_unref(mustache->nodes);
	g_hash_table_unref(mustache->partials);
	g_free(mustache);
}

const GPtrArray *mustache_nodes(const Mustache *mustache)
{
	return mustache->nodes;
}

GHashTable *mustache_partials(Mustache *mustache)
{
	return mustache->partials;
}

static bool G_GNUC_PRINTF(4, 5)
	wrong(const Compiler *compiler, const char *at, GError **error, const char *format, ...)
{
	g_autofree char *what = NULL;
	guint line = 1, column = 1;
	va_list arguments;

	for (const char *p = compiler->source; p < at; p = g_utf8_next_char(p)) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n' ? 1 : 0;
	}
	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s:%u:%u: %s", compiler->name, line,
		    column, what);
	return false;
}

static void add_literal(Compiler *compiler, const char *start, const char *end)
{
	MustacheNode *node;

	if (end <= start)
		return;
	node = g_new0(MustacheNode, 1);
	node->kind = MUSTACHE_NODE_LITERAL;
	node->text = g_strndup(start, (gsize)(end - start));
	g_ptr_array_add(compiler->nodes, node);
}

/* Finds the next tag.  True with tag->start NULL when there is none. */
static bool next_tag(Compiler *compiler, Tag *tag, GError **error)
{
	const char *content, *close;
	gsize tail = 0;

	tag->start = strstr(compiler->at, compiler->open);
	if (tag->start == NULL)
		return true;
	content = tag->start + strlen(compiler->open);
	if (*content != '\0' && strchr("&{#^/>!=", *content) != NULL)
		tag->kind = *content++;
	if (tag->kind == '{' || tag->kind == '=') {
		g_autofree char *end =
			g_strconcat(tag->kind == '{' ? "}" : "=", compiler->close, NULL);

		close = strstr(content, end);
		tail = 1;
	} else {
		close = strstr(content, compiler->close);
	}
	if (close == NULL)
		return wrong(compiler, tag->start, error, "this tag has no end; expected \"%s%s\"",
			     tag->kind == '{'   ? "}"
			     : tag->kind == '=' ? "="
						: "",
			     compiler->close);
	tag->content = g_strstrip(g_strndup(content, (gsize)(close - content)));
	tag->end = close + tail + strlen(compiler->close);
	return true;
}

/* Whether nothing but blanks stands beside the tag on its line(s).  Then
 * *ret_line is where its line starts and *ret_next where the next one does. */
static bool is_standalone(const Compiler *compiler, const Tag *tag, const char **ret_line,
			  const char **ret_next)
{
	const char *line = tag->start, *next = tag->end;

	if (tag->kind == '\0' || strchr("#^/>!=", tag->kind) == NULL)
		return false;
	while (line > compiler->source && (line[-1] == ' ' || line[-1] == '\t'))
		line--;
	if (line > compiler->source && line[-1] != '\n')
		return false;
	next += strspn(next, " \t");
	if (next[0] == '\r' && next[1] == '\n')
		next++;
	if (*next != '\0' && *next != '\n')
		return false;
	*ret_line = line;
	*ret_next = *next == '\n' ? next + 1 : next;
	return true;
}

/* Adds the node of a tag that has a name; NULL when the name is none. */
static MustacheNode *add_named(Compiler *compiler, const Tag *tag, MustacheNodeKind kind,
			       GError **error)
{
	MustacheNode *node;

	if (*tag->content == '\0' || strpbrk(tag->content, " \t\r\n") != NULL) {
		wrong(compiler, tag->start, error, "expected a name, not \"%s\"", tag->content);
		return NULL;
	}
	node = g_new0(MustacheNode, 1);
	node->kind = kind;
	node->text = g_strdup(tag->content);
	node->path = strcmp(tag->content, ".") == 0 ? g_new0(char *, 1)
						    : g_strsplit(tag->content, ".", -1);
	node->indent = g_strdup("");
	g_ptr_array_add(compiler->nodes, node);
	return node;
}

static bool open_section(Compiler *compiler, const Tag *tag, GError **error)
{
	MustacheNodeKind kind = tag->kind == '#' ? MUSTACHE_NODE_SECTION : MUSTACHE_NODE_INVERTED;
	Open open = { .at = tag->start };

	if (compiler->sections->len >= SECTION_DEPTH)
		return wrong(compiler, tag->start, error, "sections nest deeper than %d",
			     SECTION_DEPTH);
	if ((open.node = add_named(compiler, tag, kind, error)) == NULL)
		return false;
	open.node->children = nodes_new();
	g_array_append_val(compiler->sections, open);
	compiler->nodes = open.node->children;
	return true;
}

static bool close_section(Compiler *compiler, const Tag *tag, GError **error)
{
	guint depth = compiler->sections->len;
	const Open *open;

	if (depth == 0)
		return wrong(compiler, tag->start, error, "\"%s\" ends here, but did not start",
			     tag->content);
	open = &g_array_index(compiler->sections, Open, depth - 1);
	if (strcmp(open->node->text, tag->content) != 0)
		return wrong(compiler, tag->start, error, "\"%s\" ends here, but \"%s\" is open",
			     tag->content, open->node->text);
	g_array_set_size(compiler->sections, depth - 1);
	compiler->nodes =
		depth == 1 ? compiler->top
			   : g_array_index(compiler->sections, Open, depth - 2).node->children;
	return true;
}

/* {{=<% %>=}} */
static bool set_delimiters(Compiler *compiler, const Tag *tag, GError **error)
{
	gsize first = strcspn(tag->content, " \t\r\n");
	const char *second = tag->content + first + strspn(tag->content + first, " \t\r\n");

	if (first == 0 || *second == '\0' || strpbrk(tag->content, "=") != NULL ||
	    strpbrk(second, " \t\r\n") != NULL)
		return wrong(compiler, tag->start, error, "expected two delimiters, not \"%s\"",
			     tag->content);
	g_free(compiler->open);
	g_free(compiler->close);
	compiler->open = g_strndup(tag->content, first);
	compiler->close = g_strdup(second);
	return true;
}

static bool add_partial(Compiler *compiler, const Tag *tag, const char *line, GError **error)
{
	MustacheNode *node = add_named(compiler, tag, MUSTACHE_NODE_PARTIAL, error);

	if (node == NULL)
		return false;
	g_free(node->indent);
	node->indent = g_strndup(line, (gsize)(tag->start - line));
	return true;
}

/* line: where an indentation starts that belongs to the tag. */
static bool add_tag(Compiler *compiler, const Tag *tag, const char *line, GError **error)
{
	switch (tag->kind) {
	case '!':
		return true;
	case '=':
		return set_delimiters(compiler, tag, error);
	case '#':
	case '^':
		return open_section(compiler, tag, error);
	case '/':
		return close_section(compiler, tag, error);
	case '>':
		return add_partial(compiler, tag, line, error);
	case '{':
	case '&':
		return add_named(compiler, tag, MUSTACHE_NODE_RAW, error) != NULL;
	default:
		return add_named(compiler, tag, MUSTACHE_NODE_VALUE, error) != NULL;
	}
}

static bool compile(Compiler *compiler, GError **error)
{
	for (;;) {
		g_auto(Tag) tag = { 0 };
		const char *line, *next;

		if (!next_tag(compiler, &tag, error))
			return false;
		if (tag.start == NULL)
			break;
		if (!is_standalone(compiler, &tag, &line, &next)) {
			line = tag.start;
			next = tag.end;
		}
		add_literal(compiler, compiler->at, line);
		if (!add_tag(compiler, &tag, line, error))
			return false;
		compiler->at = next;
	}
	add_literal(compiler, compiler->at, compiler->at + strlen(compiler->at));
	if (compiler->sections->len > 0) {
		const Open *open =
			&g_array_index(compiler->sections, Open, compiler->sections->len - 1);

		return wrong(compiler, open->at, error, "the section \"%s\" is never ended",
			     open->node->text);
	}
	return true;
}

Mustache *mustache_new(const char *name, const char *source, GError **error)
{
	g_autoptr(Mustache) mustache = g_new0(Mustache, 1);
	g_auto(Compiler) compiler = {
		.name = name,
		.source = source,
		.at = source,
		.open = g_strdup("{{"),
		.close = g_strdup("}}"),
		.sections = g_array_new(FALSE, FALSE, sizeof(Open)),
	};

	mustache->nodes = nodes_new();
	mustache->partials = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						   (GDestroyNotify)mustache_free);
	compiler.nodes = compiler.top = mustache->nodes;
	if (!compile(&compiler, error))
		return NULL;
	return g_steal_pointer(&mustache);
}
