/* key.c - the keyed hashes in reply addresses and subject tags. */
#include "common/key.h"

#include <string.h>

#define BASE32 "abcdefghijklmnopqrstuvwxyz234567"
#define YEAR_DIGITS 4
#define NUMBER_DIGITS 6 /* at least */
#define NUMBER_DIGITS_MOST 18

char *key_hash(const Secret *secret, KeyPurpose purpose, gint64 id, const char *holder)
{
	g_autofree char *detail = g_strdup_printf("%c%" G_GINT64_FORMAT, (char)purpose, id);

	return secret_hash(secret, KEY_CHARACTERS, "key", detail, holder, NULL);
}

char *key_detail(const Secret *secret, KeyPurpose purpose, gint64 id, const char *holder)
{
	g_autofree char *hash = key_hash(secret, purpose, id, holder);

	return g_strdup_printf("%c%" G_GINT64_FORMAT ".%s", (char)purpose, id, hash);
}

/* Whether text starts with a whole hash; it may be in upper case. */
static bool starts_with_hash(const char *text)
{
	return strspn(text, BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == KEY_CHARACTERS;
}

bool key_parse_detail(const char *detail, KeyPurpose *ret_purpose, gint64 *ret_id, char **ret_hash)
{
	char purpose = g_ascii_tolower(detail[0]);
	g_autofree char *number = NULL;
	const char *dot;
	gint64 id;

	if ((purpose != KEY_CASE && purpose != KEY_BOUNCE) || (dot = strchr(detail, '.')) == NULL)
		return false;
	if (!starts_with_hash(dot + 1) || dot[1 + KEY_CHARACTERS] != '\0')
		return false;
	number = g_strndup(detail + 1, (gsize)(dot - detail - 1));
	if (*number == '0' || strspn(number, "0123456789") != strlen(number) ||
	    !g_ascii_string_to_signed(number, 10, 1, G_MAXINT64, &id, NULL))
		return false;
	*ret_purpose = (KeyPurpose)purpose;
	*ret_id = id;
	*ret_hash = g_ascii_strdown(dot + 1, -1);
	return true;
}

bool key_is_damaged(const char *detail)
{
	char purpose = g_ascii_tolower(detail[0]);
	gsize digits = strspn(detail + (*detail != '\0'), "0123456789");
	g_autofree char *hash = NULL;
	KeyPurpose read;
	gint64 id;

	return (purpose == KEY_CASE || purpose == KEY_BOUNCE) && digits > 0 &&
	       (detail[1 + digits] == '.' || detail[1 + digits] == '\0') &&
	       !key_parse_detail(detail, &read, &id, &hash);
}

/* Skips blanks, no-break ones too. */
static const char *skip_blanks(const char *text)
{
	while (*text != '\0' && g_unichar_isspace(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return text;
}

/* Reads the tag whose "[" stands at text. */
static bool parse_tag(const char *text, char **ret_number, char **ret_hash)
{
	const char *number = skip_blanks(text + 1), *digits, *rest;
	gsize length;

	if (g_ascii_strncasecmp(number, "PC-", 3) != 0)
		return false;
	digits = number + 3;
	if (strspn(digits, "0123456789") != YEAR_DIGITS || digits[YEAR_DIGITS] != '-')
		return false;
	digits += YEAR_DIGITS + 1;
	length = strspn(digits, "0123456789");
	if (length < NUMBER_DIGITS || length > NUMBER_DIGITS_MOST)
		return false;
	rest = skip_blanks(digits + length);
	if (*rest == ']') {
		*ret_hash = NULL;
	} else {
		if (rest == digits + length || !starts_with_hash(rest) ||
		    *skip_blanks(rest + KEY_CHARACTERS) != ']')
			return false;
		*ret_hash = g_ascii_strdown(rest, KEY_CHARACTERS);
	}
	*ret_number = g_ascii_strup(number, digits + length - number);
	return true;
}

bool key_parse_subject(const char *subject, char **ret_number, char **ret_hash)
{
	g_autofree char *valid = g_utf8_make_valid(subject, -1);

	for (const char *open = strchr(valid, '['); open != NULL; open = strchr(open + 1, '['))
		if (parse_tag(open, ret_number, ret_hash))
			return true;
	return false;
}

bool key_verify(const Secret *secret, KeyPurpose purpose, gint64 id, const char *holder,
		const char *hash)
{
	g_autofree char *right = key_hash(secret, purpose, id, holder);

	return hash != NULL && secret_equal(right, hash);
}
