/* text.c - cutting, cleaning and folding UTF-8 text. */
#include "common/text.h"

#include <string.h>

#define FILE_NAME_BYTES 200
#define EXTENSION_BYTES 16

/* The largest length not over max that does not cut a character in two. */
static gsize cut_length(const char *text, gsize length, gsize max)
{
	if (length <= max)
		return length;
	while (max > 0 && ((guchar)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* Characters that turn the order of what is around them, as U+202E does. */
static bool is_turning(gunichar c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *text_one_line(const char *text, gsize max)
{
	g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
	GString *line = g_string_sized_new(strlen(valid));
	bool blank = false;

	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c > ' ' && c < 0x7f && !blank) {
			g_string_append_c(line, (char)c);
		} else if (g_unichar_isspace(c) || c == '\v' || c == 0x85) {
			blank = line->len > 0;
		} else if (!g_unichar_iscntrl(c) && !is_turning(c)) {
			if (blank)
				g_string_append_c(line, ' ');
			blank = false;
			g_string_append_len(line, p, g_utf8_next_char(p) - p);
		}
	}
	g_string_truncate(line, cut_length(line->str, line->len, max));
	while (line->len > 0 && line->str[line->len - 1] == ' ')
		g_string_truncate(line, line->len - 1);
	return g_string_free(line, FALSE);
}

/* A copy that is valid UTF-8 and has no NUL but the last. */
static char *valid_copy(const char *text, gsize length)
{
	g_autofree char *whole = NULL;
	gsize kept = 0;

	if (g_utf8_validate_len(text, length, NULL))
		return g_strndup(text, length);
	whole = g_malloc(length + 1);
	for (gsize i = 0; i < length; i++)
		if (text[i] != '\0')
			whole[kept++] = text[i];
	whole[kept] = '\0';
	return g_utf8_make_valid(whole, (gssize)kept);
}

char *text_valid(const char *text, gssize length)
{
	char *valid, *to;

	if (text == NULL)
		return g_strdup("");
	valid = to = valid_copy(text, length < 0 ? strlen(text) : (gsize)length);
	for (const char *from = valid; *from != '\0'; from++) {
		guchar c = (guchar)*from;

		if (c == '\r') {
			if (from[1] != '\n')
				*to++ = '\n';
		} else if (c == 0xc2 && (guchar)from[1] < 0xa0) {
			from++; /* U+0080 to U+009F */
		} else if (c == 0xe2 && is_turning(g_utf8_get_char(from))) {
			from += 2;
		} else if (c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f)) {
			*to++ = *from;
		}
	}
	*to = '\0';
	return valid;
}

/* Letters that NFKD leaves whole and that people write in two ways. */
static const char *spelled_out(gunichar c)
{
	switch (c) {
	case 0x153:
		return "oe";
	case 0xe6:
		return "ae";
	case 0xf8:
		return "o";
	case 0x131:
		return "i";
	case 0x142:
		return "l";
	case 0x111:
		return "d";
	default:
		return NULL;
	}
}

typedef struct Folding {
	GString *text;
	bool tight;
	bool blank; /* one is due before the next letter */
} Folding;

static void fold_other(Folding *folding)
{
	folding->blank = folding->text->len > 0 && !folding->tight;
}

static void fold_letter(Folding *folding, gunichar c)
{
	const char *spelled = c >= 0x80 ? spelled_out(c) : NULL;

	if (folding->blank)
		g_string_append_c(folding->text, ' ');
	folding->blank = false;
	if (c < 0x80)
		g_string_append_c(folding->text, (char)c);
	else if (spelled != NULL)
		g_string_append(folding->text, spelled);
	else
		g_string_append_unichar(folding->text, c);
}

/* length bytes that are not ASCII.  What is ASCII beside them changes nothing: nothing is
 * composed, and marks are dropped. */
static void fold_run(Folding *folding, const char *run, gsize length)
{
	g_autofree char *valid = g_utf8_make_valid(run, (gssize)length);
	g_autofree char *lower = g_utf8_casefold(valid, -1); /* ß becomes ss */
	g_autofree char *parts = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);

	for (const char *p = parts; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_ismark(c) || g_unichar_type(c) == G_UNICODE_FORMAT)
			continue; /* accents; soft hyphens, zero widths */
		if (g_unichar_isalnum(c))
			fold_letter(folding, g_unichar_tolower(c)); /* what NFKD brought, "TM" */
		else
			fold_other(folding);
	}
}

static char *fold(const char *text, bool tight)
{
	Folding folding = { .tight = tight };
	const char *p = text != NULL ? text : "", *end;

	folding.text = g_string_sized_new(strlen(p));
	for (; *p != '\0'; p = end) {
		end = p + 1;
		if (g_ascii_isalnum(*p)) {
			fold_letter(&folding, (guchar)g_ascii_tolower(*p));
		} else if (((guchar)*p & 0x80) == 0) {
			fold_other(&folding);
		} else {
			while (((guchar)*end & 0x80) != 0)
				end++;
			fold_run(&folding, p, (gsize)(end - p));
		}
	}
	return g_string_free(folding.text, FALSE);
}

char *text_fold(const char *text)
{
	return fold(text, false);
}

char *text_fold_tight(const char *text)
{
	return fold(text, true);
}

char *text_cut(const char *text, gsize max)
{
	return g_strndup(text, cut_length(text, strlen(text), max));
}

char *text_time(gint64 seconds)
{
	const gint64 first = G_GINT64_CONSTANT(-62135596800); /* year 1 */
	const gint64 last = G_GINT64_CONSTANT(253402300799);  /* year 9999 */
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(CLAMP(seconds, first, last));

	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02dZ", g_date_time_get_year(time),
			       g_date_time_get_month(time), g_date_time_get_day_of_month(time),
			       g_date_time_get_hour(time), g_date_time_get_minute(time),
			       g_date_time_get_second(time));
}

gint64 text_day_end(const char *day, const char *time_zone)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(time_zone);
	g_autofree char *last = g_strconcat(day, "T23:59:59", NULL);
	g_autoptr(GDateTime) time = zone != NULL ? g_date_time_new_from_iso8601(last, zone) : NULL;

	return time != NULL ? g_date_time_to_unix(time) : 0;
}

/* Cuts a file name from the middle, so that its extension stays. */
static char *cut_file_name(const char *name)
{
	const char *dot = strrchr(name, '.');
	gsize length = strlen(name), extension;

	if (length <= FILE_NAME_BYTES)
		return g_strdup(name);
	extension = dot != NULL && strlen(dot) <= EXTENSION_BYTES ? strlen(dot) : 0;
	length = cut_length(name, length, FILE_NAME_BYTES - extension);
	return g_strdup_printf("%.*s%s", (int)length, name, extension > 0 ? dot : "");
}

static void trim_end(char *name)
{
	for (gsize n = strlen(name); n > 0 && strchr(". ", name[n - 1]) != NULL; n--)
		name[n - 1] = '\0';
}

/* Whether c only orders or hides the text around it, as U+202E does. */
static bool is_hidden(gunichar c)
{
	return g_unichar_iscntrl(c) || g_unichar_type(c) == G_UNICODE_FORMAT ||
	       g_unichar_type(c) == G_UNICODE_PRIVATE_USE;
}

char *text_file_name(const char *name)
{
	g_autofree char *line = text_one_line(name, G_MAXSSIZE);
	g_autoptr(GString) safe = g_string_new(NULL);
	g_autofree char *cut = NULL;
	const char *start = line;
	bool told = false;

	for (const char *p = line; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			start = p + 1;
	while (*start == '.' || *start == ' ')
		start++;
	for (const char *p = start; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (is_hidden(c) || (c == ' ' && g_str_has_suffix(safe->str, " ")))
			continue;
		told = told ||
		       (c != '.' && c != ' ' && strchr("<>:\"|?*_", (int)MIN(c, 127)) == NULL);
		if (c < 128 && strchr("<>:\"|?*", (int)c) != NULL)
			c = '_';
		if (safe->len > 0 || (c != '.' && c != ' '))
			g_string_append_unichar(safe, c);
	}
	trim_end(safe->str);
	cut = cut_file_name(safe->str);
	trim_end(cut);
	return g_strdup(told ? cut : "document");
}

/* bytes in units, rounded. */
static gint64 rounded(gint64 bytes, gint64 unit)
{
	return bytes / unit + (bytes % unit >= unit / 2 ? 1 : 0);
}

char *text_size(gint64 bytes, char decimal_point)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	gint64 unit = 1000, tenths;
	guint i = 0;

	if (bytes < 1000)
		return g_strdup_printf("%" G_GINT64_FORMAT " B", MAX(bytes, 0));
	for (; rounded(bytes, unit) >= 1000 && i + 1 < G_N_ELEMENTS(units); i++)
		unit *= 1000;
	tenths = rounded(bytes, unit / 10);
	if (tenths >= 1000)
		return g_strdup_printf("%" G_GINT64_FORMAT " %s", rounded(bytes, unit), units[i]);
	return g_strdup_printf("%d%c%d %s", (int)(tenths / 10), decimal_point, (int)(tenths % 10),
			       units[i]);
}
