/* card_header.c - the certificate in the header of a proxy. */
#include "portal/card.h"

#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* Base64 without what a header made of its line ends; NULL when it is none. */
static GBytes *decode(const char *text, gsize length)
{
	g_autoptr(GString) plain = g_string_sized_new(length);
	gsize bytes = 0, padding;
	guchar *der;

	for (gsize i = 0; i < length; i++)
		if (strchr(" \t\r\n", text[i]) == NULL)
			g_string_append_c(plain, text[i]);
	padding = plain->len - strcspn(plain->str, "=");
	if (plain->len == 0 || plain->len % 4 != 0 || padding > 2 ||
	    strspn(plain->str, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/") + padding !=
		    plain->len ||
	    strspn(plain->str + plain->len - padding, "=") != padding)
		return NULL;
	der = g_base64_decode(plain->str, &bytes);
	return g_bytes_new_take(der, bytes);
}

GBytes *card_header_read(const char *value)
{
	g_autofree char *plain = NULL;
	const char *begin, *end;

	if (strnlen(value, CARD_HEADER_BYTES + 1) > CARD_HEADER_BYTES)
		return NULL;
	if (*value == ':') {
		end = strchr(value + 1, ':');
		return end != NULL && end[1] == '\0' ? decode(value + 1, (gsize)(end - value - 1))
						     : NULL;
	}
	plain = g_uri_unescape_string(value, NULL);
	begin = plain != NULL ? plain + strspn(plain, " \t\r\n") : "";
	if (!g_str_has_prefix(begin, BEGIN))
		return NULL;
	begin += strlen(BEGIN);
	end = strstr(begin, END);
	if (end == NULL || end[strlen(END) + strspn(end + strlen(END), " \t\r\n")] != '\0')
		return NULL;
	return decode(begin, (gsize)(end - begin));
}
