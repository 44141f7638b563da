/* read_scan.c - what a parser must not be given, found in one pass over the bytes.
 *
 * Header blocks are followed as a state: one begins the message, one follows
 * each line that begins with "--" (a boundary), and one follows the blank line
 * after a header that says message/... .  Elsewhere lines may be of any length.
 */
#include "gateway/read_scan.h"

#include <errno.h>
#include <string.h>

#include "common/error.h"
#include "common/limits.h"

#define PIECE (256 * 1024)
#define BOUNDARY_LINES 20000 /* lines that begin with "--" */
#define WORD_LIMIT 4096	     /* a charset name, a parameter name */
#define ADDRESS_COLONS 2000  /* of one address field: groups may nest at each */
#define PARAMETER_NAME 64    /* one of 70 to 72 characters, not ASCII, hangs GMime */
#define FIRST_BYTES 8192

typedef struct Walk {
	Scan *scan;
	gint64 line_start, at;
	/* the line */
	guint column;
	char head[80]; /* its first bytes, lower case */
	bool in_header;
	/* the header block */
	guint fields;
	gint64 block_bytes;
	bool has_message, digest_seen;
	/* the field */
	gint64 field_bytes;
	bool is_address, is_type;
	guint colons, word;
	/* the message */
	guint boundaries;
	gint64 newlines, returns, visible;
} Walk;

static void refuse(Walk *walk, const char *why)
{
	if (walk->scan->refuse == NULL)
		walk->scan->refuse = why;
}

static bool is_address_field(const char *head)
{
	static const char *const names[] = { "from:", "to:", "cc:", "bcc:", "sender:", "reply-to:",
		"resent-", "mail-followup-to:", "disposition-notification-to:", "from ", "to ",
		"cc ", "bcc ", "sender ", "reply-to ", "return-path:", "errors-to:", NULL };

	for (guint i = 0; names[i] != NULL; i++)
		if (g_str_has_prefix(head, names[i]))
			return true;
	return false;
}

static void field_begin(Walk *walk)
{
	walk->field_bytes = 0;
	walk->colons = walk->word = 0;
	walk->is_address = walk->is_type = false;
	if (++walk->fields > MAIL_HEADER_FIELDS)
		refuse(walk, "a header has more fields than are read");
}

static void header_begin(Walk *walk)
{
	walk->in_header = true;
	walk->fields = 0;
	walk->block_bytes = 0;
	walk->has_message = false;
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
	if (walk->block_bytes > MAIL_HEADER_BYTES)
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

static void line_end(Walk *walk, gint64 next)
{
	guint length = walk->column;

	if (length < sizeof walk->head)
		head_done(walk);
	if (length > 0 && length < sizeof walk->head && walk->head[length - 1] == '\r')
		walk->head[--length] = '\0';
	if (walk->in_header && length == 0) {
		bool message = walk->has_message || walk->digest_seen;

		walk->in_header = false;
		if (message)
			header_begin(walk);
	} else if (walk->in_header && (walk->is_type || walk->head[0] == ' ' || walk->head[0] == '\t')) {
		walk->has_message = walk->has_message || strstr(walk->head, "message/") != NULL;
		walk->digest_seen = walk->digest_seen || strstr(walk->head, "multipart/digest") != NULL;
	}
	if (length >= 2 && walk->head[0] == '-' && walk->head[1] == '-') {
		header_begin(walk);
		if (++walk->boundaries > BOUNDARY_LINES)
			refuse(walk, "there are more parts than are read");
	}
	walk->column = 0;
	walk->line_start = next;
}

static void scan_header_byte(Walk *walk, guchar c)
{
	if (walk->column == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n')
		field_begin(walk);
	if (c == '\n') {
		header_byte(walk, c);
		line_end(walk, walk->at + 1);
		return;
	}
	if (walk->column < sizeof walk->head - 1)
		walk->head[walk->column] = g_ascii_tolower((char)c);
	if (++walk->column == sizeof walk->head)
		head_done(walk);
	header_byte(walk, c);
}

/* Body lines: only their beginning matters; the rest is skipped at memory speed. */
static const guint8 *scan_body(Walk *walk, const guint8 *p, const guint8 *end, const guint8 *base,
			       gint64 offset)
{
	while (p < end && !walk->in_header) {
		const guint8 *stop;

		while (p < end && walk->column < 2 && *p != '\n')
			walk->head[walk->column++] = (char)*p++;
		stop = p < end ? memchr(p, '\n', (gsize)(end - p)) : NULL;
		if (stop == NULL)
			return end;
		walk->column = walk->column == 1 && walk->head[0] == '\r' ? 0 : walk->column;
		walk->head[walk->column] = '\0';
		walk->at = offset + (stop - base);
		p = stop + 1;
		if (walk->column == 2 && walk->head[0] == '-' && walk->head[1] == '-') {
			header_begin(walk);
			if (++walk->boundaries > BOUNDARY_LINES)
				refuse(walk, "there are more parts than are read");
		}
		walk->column = 0;
	}
	return p;
}

static void scan_piece(Walk *walk, const guint8 *bytes, gsize length, gint64 offset)
{
	const guint8 *p = bytes, *end = bytes + length;

	while (p < end) {
		if (!walk->in_header) {
			p = scan_body(walk, p, end, bytes, offset);
			continue;
		}
		walk->at = offset + (p - bytes);
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
	Walk walk = { .scan = scan };
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
			scan_piece(&walk, piece, (gsize)got, at);
		at += got;
	}
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
