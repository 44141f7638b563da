/* cookie.c - the session's token in a Cookie header. */
#include "portal/cookie.h"

#include <stdbool.h>
#include <string.h>

#define TOKEN_LENGTH 26

static bool is_token(const char *value, gsize length)
{
	return length == TOKEN_LENGTH &&
	       strspn(value, "abcdefghijklmnopqrstuvwxyz234567") >= TOKEN_LENGTH;
}

char *cookie_token(const char *header, const char *name)
{
	gsize name_length = strlen(name);
	g_autofree char *found = NULL;

	if (header == NULL || strnlen(header, COOKIE_BYTES + 1) > COOKIE_BYTES)
		return NULL;
	while (*header != '\0') {
		const char *pair = header + strspn(header, " \t;");
		gsize length = strcspn(pair, ";");
		const char *value = pair + name_length + 1;

		header = pair + length;
		while (length > 0 && (pair[length - 1] == ' ' || pair[length - 1] == '\t'))
			length--;
		if (length <= name_length || strncmp(pair, name, name_length) != 0 ||
		    pair[name_length] != '=' || !is_token(value, length - name_length - 1))
			continue;
		if (found != NULL && strncmp(found, value, TOKEN_LENGTH) != 0)
			return NULL;
		g_free(found);
		found = g_strndup(value, TOKEN_LENGTH);
	}
	return g_steal_pointer(&found);
}
