/* read_body.c - charset, RFC 3676 and HTML of one text part. */
#include "gateway/read_body.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_charset.h"
#include "gateway/read_html.h"
#include "gateway/read_quote.h"

#define SHOWN_IDS 1000

static bool parameter_is(GMimeContentType *type, const char *name, const char *value)
{
	const char *have = g_mime_content_type_get_parameter(type, name);

	return have != NULL && g_ascii_strcasecmp(have, value) == 0;
}

void body_part_describe(GMimeContentType *type, BodyPart *part)
{
	part->kind = BODY_PLAIN;
	if (g_mime_content_type_is_type(type, "text", "html") ||
	    g_mime_content_type_is_type(type, "application", "xhtml+xml"))
		part->kind = BODY_HTML;
	else if (g_mime_content_type_is_type(type, "text", "enriched") ||
		 g_mime_content_type_is_type(type, "text", "richtext"))
		part->kind = BODY_ENRICHED;
	part->charset = g_mime_content_type_get_parameter(type, "charset");
	part->flowed = part->kind == BODY_PLAIN && parameter_is(type, "format", "flowed");
	part->delete_space = part->flowed && parameter_is(type, "delsp", "yes");
}

static guint quote_depth(const char **line)
{
	guint depth = 0;

	while (**line == '>') {
		depth++;
		(*line)++;
	}
	return depth;
}

char *flowed_text(const char *text, bool delete_space)
{
	g_autoptr(GPtrArray) lines = lines_split(text);
	GString *out = g_string_sized_new(strlen(text));
	bool open = false; /* the last line flows on */
	guint open_depth = 0;

	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		guint depth = quote_depth(&line);
		gsize length;
		bool flows;

		line += *line == ' ' ? 1 : 0; /* stuffed */
		length = strlen(line);
		flows = length > 0 && line[length - 1] == ' ' && strcmp(line, "-- ") != 0;
		if (open && (depth != open_depth || strcmp(line, "-- ") == 0)) {
			g_string_append_c(out, '\n');
			open = false;
		}
		for (guint d = 0; !open && d < depth; d++)
			g_string_append_c(out, '>');
		if (!open && depth > 0 && length > 0)
			g_string_append_c(out, ' ');
		g_string_append_len(out, line, (gssize)(length - (flows && delete_space ? 1 : 0)));
		if (!flows)
			g_string_append_c(out, '\n');
		open = flows;
		open_depth = depth;
	}
	if (open)
		g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

/* The charset that HTML names for itself in its first bytes, or NULL. Given. */
static char *charset_of_html(const char *bytes, gsize length)
{
	g_autofree char *head = g_ascii_strdown(bytes, (gssize)MIN(length, 2048));
	const char *p, *end;

	if (length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
		return g_strdup("utf-16");
	p = strstr(head, "charset=");
	if (p == NULL)
		return NULL;
	p += strlen("charset=");
	p += strspn(p, "\"' ");
	end = p + strcspn(p, "\"'> ;/\r\n");
	return end > p ? g_strndup(p, (gsize)(end - p)) : NULL;
}

static void find_shown(const char *html, GHashTable *shown)
{
	const char *p = html;

	while ((p = strstr(p, "cid:")) != NULL && g_hash_table_size(shown) < SHOWN_IDS) {
		gsize length = strcspn(p + 4, "\"' )>\n");

		if (length < MAIL_NAME_BYTES)
			g_hash_table_add(shown, g_uri_unescape_segment(p + 4, p + 4 + length, NULL)
							?: g_strndup(p + 4, length));
		p += 4;
	}
}

/* RFC 1896: a tag is <word>, "<<" is "<". One line end is a blank in filled text. */
static char *enriched_text(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p != '\0'; p++) {
		const char *close = *p == '<' ? strchr(p, '>') : NULL;

		if (p[0] == '<' && p[1] == '<')
			g_string_append_c(out, *p++);
		else if (close != NULL && close - p < 64) {
			if (g_ascii_strncasecmp(p, "<nl>", 4) == 0)
				g_string_append_c(out, '\n');
			p = close;
		} else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

char *body_text_of_bytes(const char *bytes, gsize length, const BodyPart *part, GHashTable *shown)
{
	g_autofree char *own = NULL, *text = NULL;

	if (part->kind == BODY_HTML && part->charset == NULL)
		own = charset_of_html(bytes, length);
	text = charset_text(bytes, length, part->charset != NULL ? part->charset : own);
	if (part->kind == BODY_HTML) {
		if (shown != NULL)
			find_shown(text, shown);
		return html_text(text, strlen(text));
	}
	if (part->kind == BODY_ENRICHED)
		return enriched_text(text);
	return part->flowed ? flowed_text(text, part->delete_space) : g_steal_pointer(&text);
}

char *body_text(const MailBytes *source, const BodyPart *part, GHashTable *shown, bool *cut)
{
	gsize max = part->kind == BODY_HTML ? HTML_BYTES : MAIL_TEXT_BYTES;
	g_autoptr(GByteArray) bytes = mail_bytes_content(source, &part->range, max, cut);

	g_byte_array_append(bytes, (const guint8 *)"", 1);
	return body_text_of_bytes((const char *)bytes->data, bytes->len - 1, part, shown);
}
