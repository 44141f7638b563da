/* key_hide.c - text of people without the links and keys of ours that it quotes. */
#include <string.h>

#include "common/key.h"

#define BASE32 "abcdefghijklmnopqrstuvwxyz234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define TOKEN_LEAST 24 /* of the 26 characters of a token; fewer open nothing */
#define LINK_BYTES 2000
#define TAG_BYTES 40 /* of "[PC-2026-000123", at most */
#define HIDDEN "[…]"

static bool is_link_byte(char c)
{
	return g_ascii_isgraph(c) && strchr("<>\"'()[]{}|", c) == NULL;
}

static bool is_address_byte(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("._-+=#", c) != NULL);
}

/* Where out ends without the bytes of its last word that belong to what is hidden. */
static void take_back(GString *out, bool (*belongs)(char))
{
	gsize length = out->len;

	while (length > 0 && belongs(out->str[length - 1]))
		length--;
	g_string_truncate(out, length);
}

/* Whether out ends within a link, up to here. */
static bool in_link(const GString *out)
{
	gsize start = out->len, least = out->len > LINK_BYTES ? out->len - LINK_BYTES : 0;

	while (start > least && is_link_byte(out->str[start - 1]))
		start--;
	return strstr(out->str + start, "://") != NULL;
}

/* "/r/TOKEN" of "https://desk.example/r/TOKEN?x": how long what is to be hidden goes on, or 0. */
static gsize link_length(const GString *out, const char *p)
{
	gsize token, length;

	if (p[0] != '/' || p[1] == '\0' || strchr("ram", p[1]) == NULL || p[2] != '/')
		return 0;
	token = strspn(p + 3, BASE32);
	if (token < TOKEN_LEAST || !in_link(out))
		return 0;
	for (length = 3 + token; is_link_byte(p[length]);)
		length++;
	return length;
}

/* "+c12.HASH@desk.example" */
static gsize address_length(const char *p)
{
	gsize digits, length;

	if (strchr("+-=#", p[0]) == NULL || (p[1] != KEY_CASE && p[1] != KEY_BOUNCE))
		return 0;
	digits = strspn(p + 2, DIGITS);
	if (digits == 0 || p[2 + digits] != '.')
		return 0;
	length = 3 + digits;
	if (strspn(p + length, BASE32) != KEY_CHARACTERS || p[length + KEY_CHARACTERS] != '@')
		return 0;
	for (length += KEY_CHARACTERS + 1; is_address_byte(p[length]);)
		length++;
	while (p[length - 1] == '.')
		length--;
	return length;
}

/* " HASH" of "[PC-2026-000123 HASH]" */
static gsize tag_length(const GString *out, const char *p)
{
	const char *open = NULL;

	for (gsize i = 1; p[0] == ' ' && open == NULL && i <= MIN(out->len, TAG_BYTES); i++)
		if (out->str[out->len - i] == '[')
			open = out->str + out->len - i;
	if (open == NULL || g_ascii_strncasecmp(open, "[PC-", 4) != 0 ||
	    strspn(open + 4, DIGITS "-") != strlen(open + 4) ||
	    strspn(p + 1, BASE32) != KEY_CHARACTERS || p[1 + KEY_CHARACTERS] != ']')
		return 0;
	return 1 + KEY_CHARACTERS;
}

char *key_hide(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));
	gsize length;

	for (const char *p = text; *p != '\0';) {
		if ((length = link_length(out, p)) > 0) {
			take_back(out, is_link_byte);
			g_string_append(out, HIDDEN);
		} else if ((length = address_length(p)) > 0) {
			take_back(out, is_address_byte);
			g_string_append(out, HIDDEN);
		} else if ((length = tag_length(out, p)) == 0) {
			g_string_append_c(out, *p);
			length = 1;
		}
		p += length;
	}
	return g_string_free(out, FALSE);
}
