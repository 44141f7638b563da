/* national_number.c - eleven digits and their check. */
#include "common/national_number.h"

#include <glib.h>
#include <string.h>

#define DIGITS 11

static bool is_digits(const char *text)
{
	return strlen(text) == DIGITS && strspn(text, "0123456789") == DIGITS;
}

char *national_number_digits(const char *text)
{
	g_autoptr(GString) digits = g_string_new(NULL);

	for (; *text != '\0' && digits->len <= DIGITS; text++)
		if (strchr(" .-/", *text) == NULL)
			g_string_append_c(digits, *text);
	return is_digits(digits->str) ? g_strdup(digits->str) : NULL;
}

bool national_number_is_one(const char *digits)
{
	g_autofree char *head = NULL;
	guint64 number, check;
	guint month, day;

	if (!is_digits(digits))
		return false;
	head = g_strndup(digits, 9);
	number = g_ascii_strtoull(head, NULL, 10);
	check = g_ascii_strtoull(digits + 9, NULL, 10);
	month = (guint)(number / 100000 % 100);
	day = (guint)(number / 1000 % 100);
	return number != 0 && month < 60 && month % 20 <= 12 && day <= 31 &&
	       (check == 97 - number % 97 || check == 97 - (2000000000u + number) % 97);
}
