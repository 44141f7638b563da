/* mustache_node.h - a compiled template: what mustache_compile.c makes and
 * mustache.c renders.  Nobody else needs it. */
#pragma once

#include "common/mustache.h"

typedef enum {
	MUSTACHE_NODE_LITERAL,
	MUSTACHE_NODE_VALUE,    /* {{x}} */
	MUSTACHE_NODE_RAW,      /* {{{x}}} and {{&x}} */
	MUSTACHE_NODE_SECTION,  /* {{#x}} ... {{/x}} */
	MUSTACHE_NODE_INVERTED, /* {{^x}} ... {{/x}} */
	MUSTACHE_NODE_PARTIAL,  /* {{>x}} */
} MustacheNodeKind;

typedef struct MustacheNode {
	MustacheNodeKind kind;
	char *text;          /* a literal, or the name as written */
	char **path;         /* the parts of the name; none for "."; NULL for a literal */
	char *indent;        /* of a partial that stands alone, else "" */
	GPtrArray *children; /* MustacheNode, of sections */
} MustacheNode;

/* The nodes of a template, lent. */
const GPtrArray *mustache_nodes(const Mustache *mustache);
/* What its rendering has compiled: name and indent to Mustache, lent. */
GHashTable *mustache_partials(Mustache *mustache);
