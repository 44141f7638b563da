/* value_id.c - national numbers, IBANs, addresses, telephone numbers. */
#include "forms/value.h"

#include <string.h>

#include "common/address.h"
#include "common/national_number.h"
#include "forms/fold.h"

/* The characters of text without blanks and those of marks; NULL when more than
 * max are left. */
static char *without(const char *text, const char *marks, gsize max)
{
	g_autofree char *folded = value_fold(text);
	GString *out = g_string_new(NULL);

	for (const char *p = folded; *p != '\0'; p++)
		if (*p != ' ' && strchr(marks, *p) == NULL)
			g_string_append_c(out, *p);
	return g_string_free(out, out->len > max);
}

const char *value_read_national_number(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *folded = value_fold(typed), *digits = national_number_digits(folded);

	if (digits == NULL || !national_number_is_one(digits))
		return "wrong-national-number";
	*ret_plain = g_steal_pointer(&digits);
	return NULL;
}

/* Lengths of the IBAN registry, a country after the other. */
static const char iban_lengths[] =
	"AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
	"ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
	"LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
	"PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 ";

static gsize iban_length(const char *iban)
{
	for (const char *p = iban_lengths; *p != '\0'; p += 5)
		if (strncmp(p, iban, 2) == 0)
			return (gsize)g_ascii_strtoull(p + 2, NULL, 10);
	return 0;
}

/* ISO 7064 mod 97-10 over the number that starts behind the first four. */
static bool iban_checks(const char *iban)
{
	gsize length = strlen(iban);
	guint rest = 0;

	for (gsize i = 0; i < length; i++) {
		char c = iban[(i + 4) % length];

		if (g_ascii_isdigit(c))
			rest = (rest * 10 + (guint)(c - '0')) % 97;
		else if (g_ascii_isupper(c))
			rest = (rest * 100 + (guint)(c - 'A') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

const char *value_read_iban(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *tight = without(typed, ".-:", 60);

	if (tight == NULL)
		return "wrong-iban";
	g_autofree char *iban =
		g_ascii_strup(g_str_has_prefix(tight, "iban") ? tight + 4 : tight, -1);
	gsize expected = strlen(iban) >= 5 ? iban_length(iban) : 0;

	if (expected == 0 || strlen(iban) != expected || !g_ascii_isdigit(iban[2]) ||
	    !g_ascii_isdigit(iban[3]) || !iban_checks(iban))
		return "wrong-iban";
	*ret_plain = g_steal_pointer(&iban);
	return NULL;
}

/* "ann@x.example", "Ann <ann@x.example>", "ann@x.example <mailto:ann@x.example>" */
const char *value_read_email(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *line = fold_one_line(typed);
	g_auto(GStrv) parts = g_strsplit_set(line, " <>()[],;\"", 20);
	g_autofree char *found = NULL;

	for (guint i = 0; parts[i] != NULL; i++) {
		const char *part =
			g_ascii_strncasecmp(parts[i], "mailto:", 7) == 0 ? parts[i] + 7 : parts[i];
		g_autofree char *address = address_normal(part);

		if (strchr(address, '@') == NULL)
			continue;
		if (address[strlen(address) - 1] == '.')
			address[strlen(address) - 1] = '\0';
		if (!address_is_valid(address) || (found != NULL && strcmp(found, address) != 0))
			return "not-an-address";
		g_free(found);
		found = g_steal_pointer(&address);
	}
	if (found == NULL)
		return "not-an-address";
	*ret_plain = g_steal_pointer(&found);
	return NULL;
}

const char *value_read_telephone(const FormField *field, const char *typed, char **ret_plain)
{
	g_autofree char *line = fold_one_line(typed);
	const char *trunk = strstr(line, "(0)");
	g_autofree char *folded =
		trunk ? g_strdup_printf("%.*s%s", (int)(trunk - line), line, trunk + 3)
		      : g_strdup(line);
	g_autofree char *number = without(folded, ".-/()", 20);

	if (number == NULL)
		return "not-a-telephone";
	bool international = number[0] == '+' || strncmp(number, "00", 2) == 0;
	const char *digits = number + (number[0] == '+' ? 1 : international ? 2 : 0);
	gsize length = strlen(digits);

	if (length < 6 || length > 15 || strspn(digits, "0123456789") != length)
		return "not-a-telephone";
	*ret_plain = g_strdup_printf("%s%s", international ? "+" : "", digits);
	return NULL;
}
