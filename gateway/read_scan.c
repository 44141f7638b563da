/* read_scan.c - what a parser must not be given, found in one pass over the bytes.
 *
 * Header blocks are followed as a state: one begins the message, one follows
 * each boundary that a header before has declared, and one follows the blank line
 * after a header that says message/... .  Elsewhere lines may be of any length.
 */
#include "gateway/read_scan.h"

#include <errno.h>
#include <string.h>

#include "common/error.h"
#include "common/limits.h"

#define PIECE (256 * 1024)
#define BOUNDARY_LINES 20000 /* boundaries met */
#define BOUNDARIES 5000      /* boundaries declared */
#define ALL_FIELDS 20000     /* of all header blocks */
#define ALL_HEADER_BYTES (4 * 1024 * 1024)
#define OUTSIDE_BYTES \
	(4 * 1024 * 1024)   /* before and after the parts of a multipart: kept by GMime */
#define TYPE_BYTES 4096     /* of a Content-Type are looked at for its boundary */
#define WORD_LIMIT 4096     /* a charset name, a parameter name */
#define ADDRESS_COLONS 2000 /* of one address field: groups may nest at each */
#define PARAMETER_NAME 64   /* one of 70 to 72 characters, not ASCII, hangs GMime */
#define FIRST_BYTES 8192
#define HEAD_BYTES 80

typedef struct Walk {
	Scan *scan;
	/* the line */
	guint column;
	char head[HEAD_BYTES]; /* its first bytes, lower case */
	bool in_header;
	/* the header block */
	guint fields;
	gint64 block_bytes;
	bool has_message, digest_seen, encoded; /* encoded: base64 or quoted-printable */
	/* the field */
	gint64 field_bytes;
	bool is_address, is_type;
	guint colons, word;
	GString *field; /* its text, lower case, as far as it is looked at */
	/* the message */
	guint boundaries, all_fields;
	gint64 all_header, outside_bytes;
	bool outside;         /* before the first part of a multipart, or after its last */
	bool any_boundary;    /* one was declared in a way that is not read here */
	GHashTable *declared; /* char *: boundaries, lower case, cut to a head */
	gint64 newlines, returns, visible;
	/* where it is */
	gint64 at, line_at, block_at; /* this byte, its line, the line before its header */
	guint blocks;
} Walk;

/* What lies before the header that is too much can be read: its boundary is left out too. */
static void refuse(Walk *walk, const char *why)
{
	if (walk->scan->refuse != NULL)
		return;
	walk->scan->refuse = why;
	walk->scan->first_header = walk->in_header && walk->blocks == 1;
	walk->scan->cut = walk->in_header ? walk->block_at : walk->at;
}

static bool is_address_field(const char *head)
{
	static const char *const names[] = { "from:",
					     "to:",
					     "cc:",
					     "bcc:",
					     "sender:",
					     "reply-to:",
					     "resent-",
					     "mail-followup-to:",
					     "disposition-notification-to:",
					     "from ",
					     "to ",
					     "cc ",
					     "bcc ",
					     "sender ",
					     "reply-to ",
					     "return-path:",
					     "errors-to:",
					     NULL };

	for (guint i = 0; names[i] != NULL; i++)
		if (g_str_has_prefix(head, names[i]))
			return true;
	return false;
}

/* The length of a boundary as lines are compared by it: without "--" and blanks at its end. */
static gsize boundary_length(const char *text)
{
	gsize length = strlen(text);

	while (length > 0 && g_ascii_isspace(text[length - 1]))
		length--;
	return MIN(length, HEAD_BYTES - 3);
}

/* Takes the boundary out of a Content-Type that has come to its end. */
static void field_end(Walk *walk)
{
	bool is_type = g_str_has_prefix(walk->field->str, "content-type");
	const char *p = is_type ? strstr(walk->field->str, "boundary") : NULL, *value;
	gsize length;

	if (g_str_has_prefix(walk->field->str, "content-transfer-encoding") &&
	    (strstr(walk->field->str, "base64") != NULL ||
	     strstr(walk->field->str, "quoted") != NULL))
		walk->encoded = true;
	if (p != NULL && g_hash_table_size(walk->declared) < BOUNDARIES) {
		value = p + strlen("boundary");
		value += strspn(value, " \t\r\n");
		walk->outside = true;
		walk->outside_bytes = 0;
		if (*value == '=')
			value += 1 + strspn(value + 1, " \t\r\n");
		else
			value = "";
		length = *value == '"' ? strcspn(++value, "\"") : strcspn(value, "; \t\r\n");
		g_autofree char *boundary = g_strndup(value, length);

		/* comments, escapes, RFC 2231, encoded words, two of them: every "--" line counts
		 */
		if (length == 0 || strpbrk(boundary, "\\") != NULL ||
		    strchr(walk->field->str, '(') != NULL || strstr(boundary, "=?") != NULL ||
		    strstr(value, "boundary") != NULL)
			walk->any_boundary = true;
		boundary[boundary_length(boundary)] = '\0';
		g_hash_table_add(walk->declared, g_steal_pointer(&boundary));
	} else if (p != NULL || (is_type && walk->field->len >= TYPE_BYTES)) {
		walk->any_boundary = true;
	}
	g_string_truncate(walk->field, 0);
}

/* Whether the line in head is a boundary; one that closes ends with "--". */
static bool is_boundary(Walk *walk, bool *closes)
{
	gsize length;

	*closes = false;
	if (walk->head[0] != '-' || walk->head[1] != '-')
		return false;
	if (walk->any_boundary)
		return true;
	length = boundary_length(walk->head + 2);
	walk->head[2 + length] = '\0';
	if (g_hash_table_contains(walk->declared, walk->head + 2))
		return true;
	if (length < 2 || strcmp(walk->head + length, "--") != 0)
		return false;
	walk->head[length] = '\0';
	*closes = g_hash_table_contains(walk->declared, walk->head + 2);
	return *closes;
}

static void field_begin(Walk *walk)
{
	walk->field_bytes = 0;
	walk->colons = walk->word = 0;
	walk->is_address = walk->is_type = false;
	if (++walk->fields > MAIL_HEADER_FIELDS || ++walk->all_fields > ALL_FIELDS)
		refuse(walk, "a header has more fields than are read");
	field_end(walk);
}

static void header_begin(Walk *walk)
{
	walk->in_header = true;
	walk->blocks++;
	walk->block_at = walk->line_at;
	walk->fields = 0;
	walk->block_bytes = 0;
	walk->has_message = walk->encoded = false;
	walk->field_bytes = 0;
}

/* The head of a line is known: which field is it? */
static void head_done(Walk *walk)
{
	walk->head[MIN(walk->column, sizeof walk->head - 1)] = '\0';
	if (walk->head[0] == ' ' || walk->head[0] == '\t')
		return;
	walk->is_address = is_address_field(walk->head);
	walk->is_type = g_str_has_prefix(walk->head, "content-type") ||
			g_str_has_prefix(walk->head, "content-disposition");
}

static void header_byte(Walk *walk, guchar c)
{
	walk->block_bytes++;
	walk->field_bytes++;
	if (walk->field->len < TYPE_BYTES)
		g_string_append_c(walk->field, g_ascii_tolower((char)c));
	if (walk->block_bytes > MAIL_HEADER_BYTES || ++walk->all_header > ALL_HEADER_BYTES)
		refuse(walk, "a header is larger than is read");
	if (walk->field_bytes > MAIL_LINE_BYTES)
		refuse(walk, "a header field is larger than is read");
	if (walk->is_address && walk->field_bytes > MAIL_ADDRESS_FIELD_BYTES)
		refuse(walk, "an address field is larger than is read");
	if (walk->is_address && c == ':' && ++walk->colons > ADDRESS_COLONS)
		refuse(walk, "an address field nests groups without end");
	/* a run without any of these is one charset or parameter name at most */
	walk->word = strchr(" \t\r\n?'\"=;,<>:/.-_", c) != NULL ? 0 : walk->word + 1;
	if (walk->word > WORD_LIMIT && walk->is_type)
		refuse(walk, "a parameter is larger than is read");
}

/* After a line in head: does a header begin? */
static void boundary_met(Walk *walk)
{
	bool closes;

	if (!is_boundary(walk, &closes))
		return;
	walk->outside = closes;
	walk->outside_bytes = 0;
	header_begin(walk);
	if (++walk->boundaries > BOUNDARY_LINES)
		refuse(walk, "there are more parts than are read");
}

static void line_end(Walk *walk)
{
	guint length = walk->column;

	if (length < sizeof walk->head)
		head_done(walk);
	if (length > 0 && length < sizeof walk->head && walk->head[length - 1] == '\r')
		walk->head[--length] = '\0';
	if (walk->in_header && length == 0) {
		field_end(walk);
		walk->in_header = false;
		if ((walk->has_message || walk->digest_seen) && !walk->encoded)
			header_begin(walk);
	} else if (walk->in_header &&
		   (walk->is_type || walk->head[0] == ' ' || walk->head[0] == '\t')) {
		walk->has_message = walk->has_message || strstr(walk->head, "message/") != NULL;
		walk->digest_seen =
			walk->digest_seen || strstr(walk->head, "multipart/digest") != NULL;
	}
	boundary_met(walk);
	walk->column = 0;
}

static void scan_header_byte(Walk *walk, guchar c)
{
	if (walk->column == 0)
		walk->line_at = walk->at;
	walk->at++;
	if (walk->column == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n')
		field_begin(walk);
	if (c == '\n') {
		header_byte(walk, c);
		line_end(walk);
		return;
	}
	if (walk->column < sizeof walk->head - 1)
		walk->head[walk->column] = g_ascii_tolower((char)c);
	if (++walk->column == sizeof walk->head)
		head_done(walk);
	header_byte(walk, c);
}

static void count_outside(Walk *walk, gint64 bytes)
{
	if (!walk->outside)
		return;
	walk->outside_bytes += bytes;
	if (walk->outside_bytes > OUTSIDE_BYTES)
		refuse(walk, "more lies outside the parts of a multipart than is read");
}

/* Body lines: only those that begin with "--" matter; the rest is skipped at memory speed. */
static const guint8 *scan_body(Walk *walk, const guint8 *p, const guint8 *end)
{
	while (p < end && !walk->in_header) {
		const guint8 *start = p, *stop;

		if (walk->column == 0)
			walk->line_at = walk->at;
		while (p < end && *p != '\n' && walk->column < HEAD_BYTES - 1 &&
		       (walk->column < 2 || walk->head[0] == '-'))
			walk->head[walk->column++] = g_ascii_tolower((char)*p++);
		stop = p < end ? memchr(p, '\n', (gsize)(end - p)) : NULL;
		walk->at += (stop != NULL ? stop + 1 : end) - start;
		count_outside(walk, (stop != NULL ? stop : end) - start);
		if (stop == NULL)
			return end;
		p = stop + 1;
		walk->head[walk->column] = '\0';
		if (walk->column > 2)
			boundary_met(walk);
		walk->column = 0;
	}
	return p;
}

static void scan_piece(Walk *walk, const guint8 *bytes, gsize length)
{
	const guint8 *p = bytes, *end = bytes + length;

	while (p < end) {
		if (!walk->in_header) {
			p = scan_body(walk, p, end);
			continue;
		}
		scan_header_byte(walk, *p++);
	}
}

static bool looks_like_field(const guint8 *p, const guint8 *end)
{
	const guint8 *start = p;

	while (p < end && (g_ascii_isalnum(*p) || *p == '-' || *p == '_'))
		p++;
	return p > start && p < end && *p == ':';
}

/* Past a byte order mark, blank lines, and the "From " line of an mbox. */
static gint64 find_begin(const guint8 *bytes, gsize length)
{
	const guint8 *p = bytes, *end = bytes + length, *q;

	if (length >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	for (q = p; q < end && strchr(" \t\r\n", *q) != NULL && *q != '\0';)
		q++;
	if (q > p && looks_like_field(q, end))
		p = q;
	for (int i = 0; i < 2; i++) {
		q = p + (p < end && *p == '>' ? 1 : 0);
		if (end - q < 5 || memcmp(q, "From ", 5) != 0)
			break;
		while (q < end && *q != '\n' && *q != '\r')
			q++;
		while (q < end && (*q == '\n' || *q == '\r'))
			q++;
		p = q;
	}
	return p - bytes;
}

static void count(Walk *walk, const guint8 *bytes, gsize length)
{
	walk->scan->nul = walk->scan->nul || memchr(bytes, '\0', length) != NULL;
	for (gsize i = 0; i < MIN(length, FIRST_BYTES); i++) {
		walk->newlines += bytes[i] == '\n';
		walk->returns += bytes[i] == '\r';
		walk->visible += bytes[i] > ' ';
	}
}

bool scan_message(const MailBytes *source, bool want_digest, Scan *scan, GError **error)
{
	g_autofree guint8 *buffer = source->bytes == NULL ? g_malloc(PIECE) : NULL;
	Digest *digest = want_digest ? digest_new() : NULL;
	Walk walk = {
		.scan = scan,
		.field = g_string_new(NULL),
		.declared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	gint64 at = 0;

	*scan = (Scan){ 0 };
	header_begin(&walk);
	while (at < source->length) {
		const guint8 *piece = source->bytes != NULL ? source->bytes + at : buffer;
		gssize got = (gssize)MIN(PIECE, source->length - at);

		if (source->bytes == NULL)
			got = mail_bytes_read(source, at, buffer, PIECE);
		if (got <= 0)
			break;
		if (digest != NULL)
			digest_add(digest, piece, (gsize)got);
		if (at == 0)
			scan->begin = find_begin(piece, (gsize)got);
		count(&walk, piece, (gsize)got);
		if (scan->refuse == NULL)
			scan_piece(&walk, piece, (gsize)got);
		at += got;
	}
	g_string_free(walk.field, TRUE);
	g_hash_table_unref(walk.declared);
	if (digest != NULL)
		scan->sha256 = digest_end(digest);
	scan->lone_cr = walk.newlines == 0 && walk.returns > 0;
	scan->empty = walk.visible == 0;
	if (at < source->length) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "the message cannot be read: %s",
			    g_strerror(errno));
		return false;
	}
	return true;
}
