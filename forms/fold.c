/* fold.c - text made comparable, with its punctuation and line ends kept. */
#include "forms/fold.h"

#include <string.h>

static const struct {
	gunichar from;
	const char *to;
} letters[] = {
	/* letters that no decomposition takes apart */
	{ 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x0153, "oe" }, { 0x00f8, "o" },
	{ 0x0142, "l" },  { 0x0111, "d" },  { 0x0131, "i" },  { 0x2044, "/" },
	{ 0x2212, "-" },  { 0x2032, "'" },  { 0x2033, "\"" }, { 0xff1a, ":" },
};

static bool is_blank(gunichar c)
{
	return c == '\r' || c == '\v' || c == '\f' ||
	       g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR;
}

static bool is_unseen(gunichar c)
{
	return g_unichar_type(c) == G_UNICODE_FORMAT || c == 0xfe0f;
}

static void fold_character(GString *out, gunichar c)
{
	c = g_unichar_tolower(c);
	for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
		if (letters[i].from == c) {
			g_string_append(out, letters[i].to);
			return;
		}
	switch (g_unichar_type(c)) {
	case G_UNICODE_DASH_PUNCTUATION:
		g_string_append_c(out, '-');
		return;
	case G_UNICODE_INITIAL_PUNCTUATION:
	case G_UNICODE_FINAL_PUNCTUATION:
		g_string_append_c(out, c == 0x2018 || c == 0x2019 || c == 0x201b ? '\'' : '"');
		return;
	default:
		break;
	}
	if (c == 0x201a)
		g_string_append_c(out, '\'');
	else if (c == 0x201e)
		g_string_append_c(out, '"');
	else
		g_string_append_unichar(out, c);
}

char *fold_plain(const char *text)
{
	if (g_str_is_ascii(text))
		return g_ascii_strdown(text, -1);
	g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_NFKD);

	if (apart == NULL)
		return g_ascii_strdown(text, -1);
	GString *out = g_string_sized_new(strlen(apart));

	for (const char *p = apart; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c < 0x80 && c != '\r')
			g_string_append_c(out, g_ascii_tolower((char)c));
		else if (is_blank(c))
			g_string_append_c(out, ' ');
		else if (!g_unichar_ismark(c) && !is_unseen(c))
			fold_character(out, c);
	}
	return g_string_free(out, FALSE);
}

/* Whether text may change when it is composed: letters of Latin-1, dashes, quotes and "€" do not.
 */
static bool may_compose(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c >= 0x300 && c != 0x20ac && (c < 0x2010 || c > 0x2027))
			return true;
	}
	return false;
}

char *fold_visible(const char *text)
{
	g_autofree char *composed =
		may_compose(text) ? g_utf8_normalize(text, -1, G_NORMALIZE_NFC) : NULL;
	GString *out = g_string_sized_new(strlen(text));

	for (const char *p = composed ? composed : text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c < 0x80 && c != '\r' && c != '\v' && c != '\f')
			g_string_append_c(out, (char)c);
		else if (is_blank(c))
			g_string_append_c(out, ' ');
		else if (c == 0x2028 || c == 0x2029)
			g_string_append_c(out, '\n');
		else if (!is_unseen(c))
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

char *fold_one_line(const char *text)
{
	g_autofree char *visible = fold_visible(text);
	GString *out = g_string_sized_new(strlen(visible));

	for (const char *p = visible; *p != '\0'; p++)
		if (strchr(" \t\n", *p) == NULL)
			g_string_append_c(out, *p);
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	if (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

bool fold_has_words(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_isalnum(g_utf8_get_char(p)))
			return true;
	return false;
}

guint fold_word_length(const char *text)
{
	guint length = 0;

	for (; *text != '\0' && strchr(" \n", *text) == NULL; text = g_utf8_next_char(text))
		length++;
	return length;
}
