/* read_cut.c - field by field: what says who and what stays, the rest as far as there is room. */
#include "gateway/read_cut.h"

#include <string.h>

#include "common/limits.h"

#define PIECE (64 * 1024)
#define FIELD_BYTES (48 * 1024) /* of one field; less than an address field may have */
#define TYPE_BYTES (8 * 1024)   /* of a Content-… field */
#define OTHER_FIELDS 1000
#define OTHER_BYTES (MAIL_HEADER_BYTES / 2)
#define KEPT_FIELDS (MAIL_HEADER_FIELDS - OTHER_FIELDS - 1)
#define KEPT_BYTES (MAIL_HEADER_BYTES / 2 - FIELD_BYTES)
#define ADDRESS_COLONS 1000
#define WORD_BYTES 1024 /* a charset, a parameter: longer ones are no words */

typedef enum { FIELD_OTHER, FIELD_KEPT, FIELD_ADDRESS, FIELD_TYPE } FieldKind;

static const struct {
	const char *name; /* one that ends in "-" begins all that are kept */
	FieldKind kind;
} known[] = {
	{ "from", FIELD_ADDRESS },
	{ "sender", FIELD_ADDRESS },
	{ "reply-to", FIELD_ADDRESS },
	{ "to", FIELD_ADDRESS },
	{ "cc", FIELD_ADDRESS },
	{ "return-path", FIELD_ADDRESS },
	{ "delivered-to", FIELD_KEPT },
	{ "x-original-to", FIELD_KEPT },
	{ "subject", FIELD_KEPT },
	{ "date", FIELD_KEPT },
	{ "message-id", FIELD_KEPT },
	{ "in-reply-to", FIELD_KEPT },
	{ "references", FIELD_KEPT },
	{ "mime-version", FIELD_KEPT },
	{ "content-", FIELD_TYPE },
	{ "authentication-results", FIELD_KEPT },
	{ "received",
	  FIELD_KEPT }, /* it stands between verdicts that count and those that do not */
	{ "auto-submitted", FIELD_KEPT },
	{ "precedence", FIELD_KEPT },
	{ "list-", FIELD_KEPT },
	{ "x-auto", FIELD_KEPT },
	{ "x-failed-recipients", FIELD_KEPT },
	{ "x-loop", FIELD_KEPT },
};

typedef struct Cut {
	GByteArray *out;
	GByteArray *field; /* as it lies, up to FIELD_BYTES */
	bool field_long;
	guint kept, others;
	gsize kept_bytes, other_bytes;
} Cut;

static FieldKind kind_of(const char *name, gsize length)
{
	for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
		gsize own = strlen(known[i].name);
		bool is_prefix =
			known[i].name[own - 1] == '-' || g_str_equal(known[i].name, "x-auto");

		if ((is_prefix ? length >= own : length == own) &&
		    g_ascii_strncasecmp(name, known[i].name, own) == 0)
			return known[i].kind;
	}
	return FIELD_OTHER;
}

/* Cuts at the last of these characters, when there is one. */
static void cut_at(GByteArray *field, const char *ends)
{
	gsize length = field->len;

	while (length > 0 && strchr(ends, field->data[length - 1]) == NULL)
		length--;
	if (length > 1)
		g_byte_array_set_size(field, (guint)length - 1);
}

/* Whether a parser may be given it: no group within group within group, no word without end. */
static bool is_tame(const GByteArray *field, FieldKind kind)
{
	guint colons = 0, word = 0;

	for (guint i = 0; i < field->len; i++) {
		guchar c = field->data[i];

		colons += c == ':';
		word = c != '\0' && strchr(" \t\r\n?'\"=;,<>:/.-_@", c) != NULL ? 0 : word + 1;
		if (kind == FIELD_TYPE && word > WORD_BYTES)
			return false;
	}
	return kind != FIELD_ADDRESS || colons <= ADDRESS_COLONS;
}

static void field_done(Cut *cut)
{
	GByteArray *field = cut->field;
	const guint8 *colon = memchr(field->data, ':', MIN(field->len, 80));
	gsize name = colon != NULL ? (gsize)(colon - field->data) : 0;
	FieldKind kind;

	while (name > 0 && g_ascii_isspace(field->data[name - 1]))
		name--;
	kind = name > 0 ? kind_of((const char *)field->data, name) : FIELD_OTHER;
	if (kind == FIELD_TYPE && field->len > TYPE_BYTES) {
		g_byte_array_set_size(field, TYPE_BYTES);
		cut->field_long = true;
	}
	if (cut->field_long)
		cut_at(field, kind == FIELD_ADDRESS ? "," : kind == FIELD_TYPE ? ";" : " \t\r\n");
	while (field->len > 0 && g_ascii_isspace(field->data[field->len - 1]))
		g_byte_array_set_size(field, field->len - 1);
	if (name > 0 && field->len > name && is_tame(field, kind)) {
		bool fits = kind == FIELD_OTHER
				    ? cut->others < OTHER_FIELDS && !cut->field_long &&
					      cut->other_bytes + field->len < OTHER_BYTES
				    : cut->kept < KEPT_FIELDS &&
					      cut->kept_bytes + field->len < KEPT_BYTES;

		if (fits) {
			*(kind == FIELD_OTHER ? &cut->others : &cut->kept) += 1;
			*(kind == FIELD_OTHER ? &cut->other_bytes : &cut->kept_bytes) +=
				field->len + 2;
			g_byte_array_append(cut->out, field->data, field->len);
			g_byte_array_append(cut->out, (const guint8 *)"\r\n", 2);
		}
	}
	g_byte_array_set_size(field, 0);
	cut->field_long = false;
}

typedef struct Lines {
	bool at_start, blank; /* of a line; nothing but CR in it so far */
} Lines;

/* One byte of the header; false at the blank line that ends it. */
static bool take_byte(Cut *cut, Lines *lines, guint8 c)
{
	if (lines->at_start && !g_ascii_isspace(c) && cut->field->len > 0)
		field_done(cut);
	lines->blank = (lines->at_start || lines->blank) && (c == '\r' || c == '\n');
	if (c == '\n' && lines->blank)
		return false;
	lines->at_start = c == '\n';
	if (cut->field->len < FIELD_BYTES)
		g_byte_array_append(cut->field, &c, 1);
	else
		cut->field_long = true;
	return true;
}

/* Where the body begins. */
static gint64 cut_header(Cut *cut, const MailBytes *source, gint64 begin)
{
	g_autofree guint8 *piece = g_malloc(PIECE);
	Lines lines = { .at_start = true };
	gint64 at = begin;
	gssize got;

	while ((got = mail_bytes_read(source, at, piece, PIECE)) > 0) {
		for (gssize i = 0; i < got; i++)
			if (!take_byte(cut, &lines, piece[i]))
				return at + i + 1;
		at += got;
	}
	return at;
}

GByteArray *message_cut(const MailBytes *source, gint64 begin, gint64 *ret_body, gint64 *ret_kept)
{
	Cut cut = { .out = g_byte_array_new(), .field = g_byte_array_new() };
	gint64 body = cut_header(&cut, source, begin), rest;
	guint8 *whole;
	gsize kept;

	if (cut.field->len > 0)
		field_done(&cut);
	g_byte_array_append(cut.out, (const guint8 *)"\r\n", 2);
	g_byte_array_unref(cut.field);
	kept = cut.out->len;
	rest = MAX(source->length - body, 0);
	whole = g_try_malloc(kept + (gsize)rest + 1);
	if (whole == NULL) {
		g_byte_array_unref(cut.out);
		return NULL;
	}
	memcpy(whole, cut.out->data, kept);
	g_byte_array_unref(cut.out);
	for (gint64 done = 0; done < rest;) {
		gssize got = mail_bytes_read(source, body + done, whole + kept + done,
					     (gsize)(rest - done));

		if (got <= 0) {
			rest = done;
			break;
		}
		done += got;
	}
	whole[kept + (gsize)rest] = '\0';
	*ret_body = body;
	*ret_kept = (gint64)kept;
	return g_byte_array_new_take(whole, kept + (gsize)rest);
}
