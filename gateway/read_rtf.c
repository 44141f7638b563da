/* read_rtf.c - compressed RTF (MS-OXRTFCP), and the text of RTF. */
#include "gateway/read_tnef.h"

#include <string.h>

#include "common/limits.h"
#include "gateway/read_charset.h"

typedef struct Cursor {
	const guint8 *p, *end;
} Cursor;

static guint32 number_at(const guint8 *p)
{
	return (guint32)p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
}

/* MS-OXRTFCP 2.1.2.1: what the dictionary holds before the first byte. */
static const char rtf_start[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
	"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0"
	"\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static void rtf_expand(Cursor *cursor, GByteArray *out, gsize max)
{
	guint8 window[4096];
	guint at = sizeof rtf_start - 1;

	memset(window, 0, sizeof window);
	memcpy(window, rtf_start, at);
	while (cursor->p < cursor->end) {
		guint8 control = *cursor->p++;

		for (guint bit = 0; bit < 8 && cursor->p < cursor->end; bit++) {
			guint offset, length = 1, from;

			if ((control >> bit & 1) == 0) {
				window[at] = *cursor->p++;
				g_byte_array_append(out, &window[at], 1);
				at = (at + 1) & 4095;
				continue;
			}
			if (cursor->end - cursor->p < 2)
				return;
			offset = (guint)cursor->p[0] << 4 | cursor->p[1] >> 4;
			length = (cursor->p[1] & 15u) + 2;
			cursor->p += 2;
			if (offset == at || out->len + length > max)
				return;
			for (from = offset; length > 0; length--) {
				window[at] = window[from];
				g_byte_array_append(out, &window[at], 1);
				at = (at + 1) & 4095;
				from = (from + 1) & 4095;
			}
		}
		if (out->len >= max)
			return;
	}
}

GByteArray *rtf_decompress(const guint8 *bytes, gsize length, gsize max)
{
	Cursor cursor;
	guint32 raw, kind;
	GByteArray *out;

	if (length < 16) /* packed size, raw size, kind, checksum */
		return NULL;
	raw = number_at(bytes + 4);
	kind = number_at(bytes + 8);
	cursor = (Cursor){ bytes + 16, bytes + length };
	out = g_byte_array_new();
	if (kind == 0x414c454d) /* "MELA": as it is */
		g_byte_array_append(out, cursor.p,
				    (guint)MIN((gsize)(cursor.end - cursor.p), MIN(raw, max)));
	else if (kind == 0x75465a4c) /* "LZFu" */
		rtf_expand(&cursor, out, MIN(raw, max));
	if (out->len == 0) {
		g_byte_array_unref(out);
		return NULL;
	}
	return out;
}

/* Destinations whose text is not shown. */
static bool is_hidden(const char *word)
{
	static const char *const hidden[] = { "fonttbl",   "colortbl",  "stylesheet", "info",
					      "pict",      "generator", "header",     "footer",
					      "listtable", NULL };

	return g_strv_contains(hidden, word);
}

typedef struct Rtf {
	GString *out;
	guint depth, hidden_at; /* depth of the hidden group, 0: none */
	bool first;             /* directly after "{" */
	bool from_html;         /* \fromhtml: \htmlrtf groups are doubles */
	bool in_htmlrtf;
} Rtf;

static void rtf_put(Rtf *rtf, char c)
{
	if (rtf->hidden_at == 0 && !rtf->in_htmlrtf && rtf->out->len < MAIL_TEXT_BYTES)
		g_string_append_c(rtf->out, c);
}

static void rtf_word(Rtf *rtf, const char *word, int number)
{
	if (rtf->first && is_hidden(word) && rtf->hidden_at == 0)
		rtf->hidden_at = rtf->depth;
	else if (strcmp(word, "par") == 0 || strcmp(word, "line") == 0)
		rtf_put(rtf, '\n');
	else if (strcmp(word, "tab") == 0 || strcmp(word, "cell") == 0)
		rtf_put(rtf, '\t');
	else if (strcmp(word, "row") == 0)
		rtf_put(rtf, '\n');
	else if (strcmp(word, "fromhtml") == 0)
		rtf->from_html = true;
	else if (strcmp(word, "htmlrtf") == 0)
		rtf->in_htmlrtf = number != 0;
}

static const char *rtf_control(Rtf *rtf, const char *p, const char *end)
{
	char word[32];
	gsize length = 0;
	int number = 1;

	if (*p == '\'' && end - p >= 3 && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
		rtf_put(rtf, (char)(g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2])));
		return p + 3;
	}
	if (*p == '*') {
		if (rtf->hidden_at == 0)
			rtf->hidden_at = rtf->depth;
		return p + 1;
	}
	if (!g_ascii_isalpha(*p)) {
		rtf_put(rtf, *p == '~' ? ' ' : *p == '\r' ? '\n' : *p);
		return p + 1;
	}
	while (p < end && g_ascii_isalpha(*p) && length < sizeof word - 1)
		word[length++] = *p++;
	word[length] = '\0';
	if (p < end && (g_ascii_isdigit(*p) || *p == '-')) {
		number = *p == '0' ? 0 : 1;
		for (p++; p < end && g_ascii_isdigit(*p); p++)
			;
	}
	rtf_word(rtf, word, number);
	return p < end && *p == ' ' ? p + 1 : p;
}

char *rtf_text(const char *bytes, gsize length)
{
	Rtf rtf = { .out = g_string_new(NULL) };
	const char *p = bytes, *end = bytes + length;
	char *text;

	while (p < end) {
		char c = *p++;

		if (c == '{') {
			rtf.depth++;
			rtf.first = true;
			continue;
		}
		if (c == '}') {
			if (rtf.hidden_at == rtf.depth)
				rtf.hidden_at = 0;
			rtf.depth -= rtf.depth > 0 ? 1 : 0;
		} else if (c == '\\' && p < end) {
			p = rtf_control(&rtf, p, end);
		} else if (c != '\r' && c != '\n' && c != '\0') {
			rtf_put(&rtf, c);
		}
		rtf.first = false;
	}
	text = charset_text(rtf.out->str, rtf.out->len, "windows-1252");
	g_string_free(rtf.out, TRUE);
	return text;
}
