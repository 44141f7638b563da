/* address.c - comparing, splitting and making addresses. */
#include "common/address.h"

#include <string.h>

#include "common/limits.h"

bool address_is_valid(const char *address)
{
	const char *at;
	gsize length;

	if (address == NULL || (length = strlen(address)) > ADDRESS_BYTES)
		return false;
	if ((at = strchr(address, '@')) == NULL || at == address || at[1] == '\0')
		return false;
	if (strchr(at + 1, '@') != NULL || !g_utf8_validate(address, (gssize)length, NULL))
		return false;
	for (const char *p = address; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '<' || c == '>' || c <= ' ' || g_unichar_iscntrl(c) ||
		    g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_FORMAT)
			return false;
	}
	return true;
}

char *address_normal(const char *address)
{
	g_autofree char *lower = NULL;
	g_autofree char *valid = g_utf8_make_valid(address != NULL ? address : "", -1);

	lower = g_utf8_strdown(valid, -1);
	return g_strdup(g_strstrip(lower));
}

char *address_domain(const char *address)
{
	g_autofree char *normal = address_normal(address);
	const char *at = strrchr(normal, '@');

	return g_strdup(at != NULL ? at + 1 : "");
}

static bool is_below(const char *domain, const char *parent)
{
	gsize longer = strlen(domain), shorter = strlen(parent);

	return longer > shorter + 1 && domain[longer - shorter - 1] == '.' &&
	       strcmp(domain + longer - shorter, parent) == 0;
}

/* Lower case, without the root's dot. */
static char *domain_normal(const char *domain)
{
	char *normal = address_normal(domain);
	gsize length = strlen(normal);

	if (length > 0 && normal[length - 1] == '.')
		normal[length - 1] = '\0';
	return normal;
}

bool domain_aligned(const char *a, const char *b)
{
	g_autofree char *first = domain_normal(a);
	g_autofree char *second = domain_normal(b);
	const char *shorter = strlen(first) <= strlen(second) ? first : second;
	const char *dot = strchr(shorter, '.');

	if (dot == NULL || dot == shorter || dot[1] == '\0')
		return false;
	return strcmp(first, second) == 0 || is_below(first, second) || is_below(second, first);
}

char *address_detail(const char *address, const char *base, const char *separator)
{
	g_autofree char *whole = address_normal(address);
	g_autofree char *ours = address_normal(base);
	const char *at = strrchr(ours, '@');
	const char *whole_at = strrchr(whole, '@');
	gsize local;

	if (strcmp(whole, ours) == 0)
		return g_strdup("");
	if (at == NULL || whole_at == NULL || strcmp(at, whole_at) != 0)
		return NULL;
	if (separator == NULL || *separator == '\0')
		return NULL;
	local = (gsize)(at - ours);
	if (strncmp(whole, ours, local) != 0 || !g_str_has_prefix(whole + local, separator))
		return NULL;
	local += strlen(separator);
	return whole_at >= whole + local
		       ? g_strndup(whole + local, (gsize)(whole_at - whole) - local)
		       : NULL;
}

char *address_with_detail(const char *base, const char *separator, const char *detail)
{
	const char *at = strrchr(base, '@');

	if (at == NULL || separator == NULL || *separator == '\0' || detail == NULL ||
	    *detail == '\0')
		return g_strdup(base);
	return g_strdup_printf("%.*s%s%s%s", (int)(at - base), base, separator, detail, at);
}
