/* read_html.c - events of libxml2's HTML push parser, laid out as lines.
 *
 * No tree is built: memory does not grow with depth, and libxml2's tree cuts at
 * 256 levels in silence.  Tags of thousands of attributes and nesting beyond
 * all use make the parser quadratic: the first are shortened before, at
 * the second the rest is read without structure.
 */
#include "gateway/read_html.h"

#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <string.h>

#include "common/limits.h"
#include "gateway/read_hidden.h"

#define CHUNK 8192
#define TAG_BYTES 4096 /* a longer tag loses its attributes */
#define DEPTH 512      /* as browsers do */
#define LISTS 16
#define LINK_BYTES 300
#define QUOTES 20

typedef struct Layout {
	GString *out;
	GString *line;
	guint breaks; /* line ends owed before the next text: 2 is a blank line */
	bool blank;   /* a blank is owed */
	guint skip;   /* inside script, style, ... */
	guint pre;
	guint quote;
	guint depth;
	bool quoting[DEPTH + 1];  /* whether the element at a depth is a quotation */
	bool styled;              /* there is a style sheet */
	guint8 hidden[DEPTH + 1]; /* Hidden, of the elements at each depth */
	guint lists;
	int numbers[LISTS]; /* 0: not numbered */
	guint cells;        /* of this row so far */
	bool row_broken;    /* this row has line ends inside */
	char *link;         /* href of the open <a> */
	gsize link_start;   /* where its text begins in line */
	bool stopped;
	htmlParserCtxtPtr parser;
} Layout;

typedef enum {
	SHOW,
	SKIP,
	BLOCK,
	PARAGRAPH,
	BREAK,
	RULE,
	ITEM,
	LIST,
	QUOTE,
	ROW,
	CELL,
	PRE,
	LINK
} Kind;

static const struct {
	const char *name;
	Kind kind;
} elements[] = {
	{ "a", LINK },         { "address", BLOCK }, { "article", BLOCK }, { "blockquote", QUOTE },
	{ "br", BREAK },       { "caption", BLOCK }, { "center", BLOCK },  { "dd", BLOCK },
	{ "dir", LIST },       { "div", BLOCK },     { "dl", BLOCK },      { "dt", BLOCK },
	{ "fieldset", BLOCK }, { "footer", BLOCK },  { "form", BLOCK },    { "h1", PARAGRAPH },
	{ "h2", PARAGRAPH },   { "h3", PARAGRAPH },  { "h4", PARAGRAPH },  { "h5", PARAGRAPH },
	{ "h6", PARAGRAPH },   { "header", BLOCK },  { "hr", RULE },       { "legend", BLOCK },
	{ "li", ITEM },        { "listing", PRE },   { "menu", LIST },     { "noframes", BLOCK },
	{ "object", SHOW },    { "ol", LIST },       { "option", BLOCK },  { "p", PARAGRAPH },
	{ "pre", PRE },        { "script", SKIP },   { "section", BLOCK }, { "select", BLOCK },
	{ "style", SKIP },     { "table", BLOCK },   { "tbody", BLOCK },   { "td", CELL },
	{ "template", SKIP },  { "textarea", PRE },  { "tfoot", BLOCK },   { "th", CELL },
	{ "thead", BLOCK },    { "title", SKIP },    { "tr", ROW },        { "ul", LIST },
	{ "xmp", PRE },
};

static Kind kind_of(const xmlChar *name)
{
	gsize low = 0, high = G_N_ELEMENTS(elements);

	while (low < high) {
		gsize middle = (low + high) / 2;
		int order = g_ascii_strcasecmp((const char *)name, elements[middle].name);

		if (order == 0)
			return elements[middle].kind;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SHOW;
}

static const char *attribute(const xmlChar **attributes, const char *name)
{
	for (guint i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
		if (g_ascii_strcasecmp((const char *)attributes[i], name) == 0)
			return attributes[i + 1] != NULL ? (const char *)attributes[i + 1] : "";
	return NULL;
}

static void line_flush(Layout *layout)
{
	GString *line = layout->line;

	while (line->len > 0 && g_ascii_isspace(line->str[line->len - 1]))
		g_string_truncate(line, line->len - 1);
	for (guint i = 0; i < MIN(layout->quote, QUOTES); i++)
		g_string_append(layout->out, line->len > 0 || i > 0 ? "> " : ">");
	if (layout->quote > 0 && line->len == 0 && layout->out->str[layout->out->len - 1] == ' ')
		g_string_truncate(layout->out, layout->out->len - 1);
	g_string_append_len(layout->out, line->str, (gssize)line->len);
	g_string_append_c(layout->out, '\n');
	g_string_truncate(line, 0);
	layout->blank = false;
	layout->row_broken = true;
	layout->link_start = 0;
}

static void owe(Layout *layout, guint breaks)
{
	const GString *line = layout->line;

	if (line->len == 0 && layout->out->len == 0)
		return;
	/* a paragraph that begins a cell does not end the row's line */
	if (layout->cells > 1 && line->len > 0 && line->str[line->len - 1] == '\t' && breaks == 1)
		return;
	layout->breaks = MAX(layout->breaks, breaks);
}

static bool ends_blank(const GString *text)
{
	return text->len >= 2 && memcmp(text->str + text->len - 2, "\n\n", 2) == 0;
}

/* Pays the line ends that are owed, before text or a change of the quotation. */
static void pay(Layout *layout)
{
	if (layout->breaks == 0)
		return;
	if (layout->line->len > 0)
		line_flush(layout);
	if (layout->breaks > 1 && !ends_blank(layout->out))
		line_flush(layout);
	layout->breaks = 0;
}

static void stop(Layout *layout)
{
	layout->stopped = true;
	xmlStopParser(layout->parser);
}

static void show(Layout *layout, const char *text, gsize length)
{
	const char *end = text + length;

	for (const char *p = text; p < end; p++) {
		bool no_break = (guchar)p[0] == 0xc2 && p + 1 < end && (guchar)p[1] == 0xa0;

		if (layout->pre > 0 && *p == '\n') {
			pay(layout);
			line_flush(layout);
			continue;
		}
		if (layout->pre == 0 && g_ascii_isspace(*p)) {
			layout->blank = layout->line->len > 0;
			continue;
		}
		if (*p == '\r')
			continue;
		pay(layout);
		if (layout->blank && layout->line->len > 0)
			g_string_append_c(layout->line, ' ');
		layout->blank = false;
		g_string_append_c(layout->line, no_break ? ' ' : *p);
		p += no_break ? 1 : 0;
	}
	if (layout->out->len + layout->line->len > MAIL_TEXT_BYTES)
		stop(layout);
}

static void begin_cell(Layout *layout)
{
	if (layout->cells++ == 0)
		return;
	if (layout->row_broken) {
		owe(layout, 1);
		return;
	}
	layout->breaks = 0;
	layout->blank = false;
	g_string_append_c(layout->line, '\t');
}

static bool is_hidden(const Layout *layout)
{
	return layout->skip > 0 || (layout->hidden[MIN(layout->depth, DEPTH)] & HIDDEN_ANY) != 0;
}

/* A style sheet is not read: it may give anything a colour. */
static guint8 hidden_at(const Layout *layout, const xmlChar *name, const xmlChar **attributes)
{
	guint inherited = layout->hidden[layout->depth - 1];
	const Looks looks = {
		.style = attribute(attributes, "style"),
		.color = attribute(attributes, "color"),
		.background = attribute(attributes, "bgcolor") != NULL
				      ? attribute(attributes, "bgcolor")
				      : attribute(attributes, "background"),
		.hidden = attribute(attributes, "hidden") != NULL,
	};

	return (guint8)hidden_of(layout->styled ? inherited | HIDDEN_PAINTED : inherited, &looks);
}

static void begin_item(Layout *layout)
{
	int *number = layout->lists > 0 ? &layout->numbers[MIN(layout->lists, LISTS) - 1] : NULL;

	owe(layout, 1);
	if (is_hidden(layout))
		return;
	pay(layout);
	for (guint i = 1; i < MIN(layout->lists, LISTS); i++)
		g_string_append(layout->line, "  ");
	if (number != NULL && *number > 0)
		g_string_append_printf(layout->line, "%d. ", (*number)++);
	else
		g_string_append(layout->line, "- ");
}

/* Mail programs indent with blockquote as well; then it has no border. */
static bool is_quotation(const xmlChar **attributes)
{
	const char *style = attribute(attributes, "style");

	if (attribute(attributes, "type") != NULL || attribute(attributes, "cite") != NULL ||
	    attribute(attributes, "class") != NULL)
		return true;
	return style == NULL ||
	       (strstr(style, "border:none") == NULL && strstr(style, "border: none") == NULL &&
		strstr(style, "border-style:none") == NULL);
}

static void begin_rule(Layout *layout)
{
	owe(layout, 1);
	if (is_hidden(layout))
		return;
	pay(layout);
	g_string_append(layout->line, "________________________________");
	owe(layout, 1);
}

static void begin_link(Layout *layout, const xmlChar **attributes)
{
	const char *href = attribute(attributes, "href");

	g_clear_pointer(&layout->link, g_free);
	if (href != NULL && strlen(href) <= LINK_BYTES &&
	    (g_ascii_strncasecmp(href, "http:", 5) == 0 ||
	     g_ascii_strncasecmp(href, "https:", 6) == 0))
		layout->link = g_strdup(href);
	layout->link_start = layout->line->len;
}

static void end_link(Layout *layout)
{
	g_autofree char *link = g_steal_pointer(&layout->link);
	g_autofree char *text = NULL;

	if (link == NULL || layout->link_start >= layout->line->len)
		return;
	text = g_strstrip(g_strdup(layout->line->str + layout->link_start));
	if (strstr(text, "://") != NULL || strstr(text, "www.") != NULL ||
	    strstr(link, text) != NULL)
		return;
	g_string_append_printf(layout->line, " <%s>", link);
}

static void begin_quote(Layout *layout)
{
	owe(layout, 1);
	pay(layout);
	layout->quote++;
	layout->quoting[layout->depth] = true;
}

static void begin_list(Layout *layout, const xmlChar *name, const xmlChar **attributes)
{
	const char *start = attribute(attributes, "start");
	int first = start != NULL ? (int)CLAMP(g_ascii_strtoll(start, NULL, 10), 1, 9999) : 1;

	owe(layout, layout->lists == 0 ? 2 : 1);
	if (layout->lists++ < LISTS)
		layout->numbers[layout->lists - 1] =
			g_ascii_tolower((char)*name) == 'o' ? first : 0;
}

static void begin_row(Layout *layout)
{
	owe(layout, 1);
	pay(layout);
	layout->cells = 0;
	layout->row_broken = false;
}

static void element_begin(void *user, const xmlChar *name, const xmlChar **attributes)
{
	Layout *layout = user;

	if (++layout->depth > DEPTH) {
		stop(layout);
		return;
	}
	layout->quoting[layout->depth] = false;
	layout->hidden[layout->depth] = hidden_at(layout, name, attributes);
	switch (kind_of(name)) {
	case SHOW:
		break;
	case SKIP:
		layout->styled =
			layout->styled || g_ascii_strcasecmp((const char *)name, "style") == 0;
		layout->skip++;
		break;
	case BLOCK:
		owe(layout, 1);
		break;
	case PARAGRAPH:
		owe(layout, layout->cells > 0 ? 1 : 2);
		break;
	case BREAK:
		pay(layout);
		line_flush(layout);
		break;
	case RULE:
		begin_rule(layout);
		break;
	case ITEM:
		begin_item(layout);
		break;
	case LIST:
		begin_list(layout, name, attributes);
		break;
	case QUOTE:
		if (is_quotation(attributes))
			begin_quote(layout);
		else
			owe(layout, 1);
		break;
	case ROW:
		begin_row(layout);
		break;
	case CELL:
		begin_cell(layout);
		break;
	case PRE:
		owe(layout, 1);
		layout->pre++;
		break;
	case LINK:
		begin_link(layout, attributes);
		break;
	}
}

static void element_end(void *user, const xmlChar *name)
{
	Layout *layout = user;

	if (layout->depth > 0 && layout->depth <= DEPTH && layout->quoting[layout->depth]) {
		owe(layout, 1);
		pay(layout);
		layout->quote--;
	}
	layout->depth -= layout->depth > 0 ? 1 : 0;
	switch (kind_of(name)) {
	case SKIP:
		layout->skip -= layout->skip > 0 ? 1 : 0;
		break;
	case BLOCK:
	case ITEM:
	case QUOTE:
		owe(layout, 1);
		break;
	case PARAGRAPH:
		owe(layout, layout->cells > 0 ? 1 : 2);
		break;
	case ROW:
		layout->cells = 0;
		owe(layout, 1);
		break;
	case LIST:
		layout->lists -= layout->lists > 0 ? 1 : 0;
		owe(layout, layout->lists == 0 ? 2 : 1);
		break;
	case PRE:
		layout->pre -= layout->pre > 0 ? 1 : 0;
		owe(layout, 1);
		break;
	case LINK:
		end_link(layout);
		break;
	default:
		break;
	}
}

static void characters(void *user, const xmlChar *text, int length)
{
	Layout *layout = user;

	if (!is_hidden(layout) && length > 0)
		show(layout, (const char *)text, (gsize)length);
}

/* Copies html; tags that are too long keep their name alone. */
static GString *shorten_tags(const char *html, gsize length)
{
	GString *out = g_string_sized_new(length + 1);
	const char *p = html, *end = html + length, *close = html;

	while (p < end) {
		const char *open = memchr(p, '<', (gsize)(end - p)), *name;

		open = open != NULL ? open : end;
		g_string_append_len(out, p, open - p);
		p = open;
		if (p == end)
			break;
		if (close != NULL && close <= p) /* sought once for all tags before it */
			close = memchr(p, '>', (gsize)(end - p));
		if ((close != NULL && close - p < TAG_BYTES) ||
		    !(p + 1 < end && g_ascii_isalpha(p[1]))) {
			g_string_append_c(out, *p++);
			continue;
		}
		for (name = p + 1; name < end && g_ascii_isalnum(*name); name++)
			;
		g_string_append_len(out, p, MIN(name - p, 32));
		g_string_append_c(out, '>');
		p = close != NULL ? close + 1 : name;
	}
	return out;
}

/* The text between tags, for what is nested beyond the parser's use. */
static void show_rest(Layout *layout, const char *p, const char *end)
{
	layout->stopped = false;
	while (p < end && layout->out->len + layout->line->len < MAIL_TEXT_BYTES) {
		const char *open = memchr(p, '<', (gsize)(end - p));

		if (open == NULL)
			open = end;
		show(layout, p, (gsize)(open - p));
		layout->blank = true;
		p = open < end ? memchr(open, '>', (gsize)(end - open)) : NULL;
		if (p == NULL)
			break;
		p++;
	}
}

static void silent(void *user, const char *message, ...) G_GNUC_PRINTF(2, 3);

static void silent(void *user, const char *message, ...)
{
}

static void parse(Layout *layout, const GString *html)
{
	htmlSAXHandler handler = {
		.startElement = element_begin,
		.endElement = element_end,
		.characters = characters,
		.cdataBlock = NULL,
		.ignorableWhitespace = characters,
		.error = silent,
		.warning = silent,
		.fatalError = silent,
	};
	const char *p = html->str, *end = html->str + html->len;

	layout->parser =
		htmlCreatePushParserCtxt(&handler, layout, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (layout->parser == NULL)
		return;
	htmlCtxtUseOptions(layout->parser, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
						   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	while (p < end && !layout->stopped) {
		int size = (int)MIN(end - p, CHUNK);

		htmlParseChunk(layout->parser, p, size, 0);
		p += size;
	}
	if (!layout->stopped)
		htmlParseChunk(layout->parser, "", 0, 1);
	else
		show_rest(layout, p, end);
	htmlFreeParserCtxt(layout->parser);
}

char *html_text(const char *html, gsize length)
{
	g_autoptr(GString) short_tags = shorten_tags(html, MIN(length, HTML_BYTES));
	Layout layout = { .out = g_string_new(NULL), .line = g_string_new(NULL) };

	parse(&layout, short_tags);
	if (layout.line->len > 0)
		line_flush(&layout);
	g_string_free(layout.line, TRUE);
	g_free(layout.link);
	if (layout.out->len > MAIL_TEXT_BYTES) {
		char *end =
			g_utf8_find_prev_char(layout.out->str, layout.out->str + MAIL_TEXT_BYTES);

		g_string_truncate(layout.out, end != NULL ? (gsize)(end - layout.out->str) : 0);
	}
	while (layout.out->len > 0 && g_ascii_isspace(layout.out->str[layout.out->len - 1]))
		g_string_truncate(layout.out, layout.out->len - 1);
	if (layout.out->len > 0)
		g_string_append_c(layout.out, '\n');
	return g_string_free(layout.out, FALSE);
}
