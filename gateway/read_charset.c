/* read_charset.c - charset labels as they are, and as they lie. */
#include "gateway/read_charset.h"

#include <gmime/gmime.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"

#define LABEL_BYTES 64

/* windows-1252 0x80 to 0x9f; the five that it leaves open are shown as U+FFFD. */
static const gunichar windows_1252[32] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

static char *from_windows_1252(const char *bytes, gsize length)
{
	GString *text = g_string_sized_new(length + length / 8);

	for (gsize i = 0; i < length; i++) {
		guchar c = (guchar)bytes[i];

		if (c < 0x80)
			g_string_append_c(text, (char)c);
		else
			g_string_append_unichar(text, c < 0xa0 ? windows_1252[c - 0x80] : c);
	}
	return g_string_free(text, FALSE);
}

static bool is_one_of(const char *name, const char *const *names)
{
	return g_strv_contains(names, name);
}

/* ISO-2022-JP and its like are seven-bit: valid UTF-8, and yet not to be taken so. */
static char *convert(const char *bytes, gsize length, const char *label, gsize *ret_length)
{
	static const char *const unicode[] = { "utf-8",   "utf8",     "unicode-1-1-utf-8",
					       "x-utf-8", "utf-8mb4", NULL };
	static const char *const western[] = {
		"us-ascii",     "ascii",        "iso-8859-1", "latin1",  "iso8859-1",
		"iso-8859-1-i", "windows-1252", "cp1252",     "cp-1252", "8bit",
		"7bit",         "default",      NULL
	};
	char *text;

	if (is_one_of(label, western)) {
		text = from_windows_1252(bytes, length);
		*ret_length = strlen(text);
		return text;
	}
	if (is_one_of(label, unicode))
		return NULL;
	return g_convert_with_fallback(bytes, (gssize)length, "UTF-8",
				       g_mime_charset_iconv_name(label), "\xef\xbf\xbd", NULL,
				       ret_length, NULL);
}

/* Valid UTF-8 under a western label is UTF-8 all the same, if it holds more than ASCII:
 * such a sequence hardly ever means anything else. */
static bool is_plainly_utf8(const char *bytes, gsize length, const char *label)
{
	if (*label != '\0' && !g_str_has_prefix(label, "utf") && !strstr(label, "ascii") &&
	    !strstr(label, "8859") && !strstr(label, "125") && !g_str_has_prefix(label, "unknown"))
		return false;
	return g_utf8_validate_len(bytes, length, NULL);
}

/* Text that is UTF-8 but for a few broken bytes stays UTF-8. */
static bool is_mostly_utf8(const char *bytes, gsize length)
{
	const char *p = bytes, *end = bytes + length;
	gsize good = 0, bad = 0;

	while (p < end) {
		gunichar c = (guchar)*p < 0x80 ? 0 : g_utf8_get_char_validated(p, end - p);

		if (c == 0) {
			p++;
		} else if (c == (gunichar)-1 || c == (gunichar)-2) {
			bad++;
			p++;
		} else {
			good++;
			p = g_utf8_next_char(p);
		}
	}
	return good > bad;
}

char *charset_text(const char *bytes, gsize length, const char *label)
{
	g_autofree char *name = g_ascii_strdown(label != NULL ? label : "", -1);
	g_autofree char *text = NULL;
	gsize size = 0;

	g_strstrip(name);
	if (strlen(name) > LABEL_BYTES)
		*name = '\0';
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 &&
	    g_utf8_validate_len(bytes, length, NULL))
		return text_valid(bytes + 3, (gssize)length - 3);
	if (is_plainly_utf8(bytes, length, name))
		return text_valid(bytes, (gssize)length);
	if (*name != '\0')
		text = convert(bytes, length, name, &size);
	if (text == NULL && g_utf8_validate_len(bytes, length, NULL))
		return text_valid(bytes, (gssize)length);
	if (text == NULL && is_mostly_utf8(bytes, length))
		return text_valid(bytes, (gssize)length);
	if (text == NULL) {
		text = from_windows_1252(bytes, length);
		size = strlen(text);
	}
	return text_valid(text, (gssize)size);
}
