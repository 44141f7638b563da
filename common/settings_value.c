/* settings_value.c - reading single values of the configuration. */
#include "common/settings_table.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/text.h"

#define LABEL_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define DURATION_MOST (3650 * G_GINT64_CONSTANT(86400)) /* seconds */

void setting_set_text(void *place, char *text)
{
	char **string = place;

	g_free(*string);
	*string = text;
}

void setting_clear_text(void *place)
{
	setting_set_text(place, NULL);
}

static void clear_localised(void *place)
{
	char **name = place;

	for (int l = 0; l < LANGUAGES; l++)
		g_clear_pointer(&name[l], g_free);
}

static void clear_list(void *place)
{
	g_clear_pointer((char ***)place, g_strfreev);
}

bool setting_has_controls(const char *value)
{
	for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return true;
	return false;
}

static bool read_text(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (*value == '\0' || setting_has_controls(value))
		return false;
	setting_set_text(place, g_strdup(value));
	return true;
}

static bool read_address(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (!address_is_valid(value) || strpbrk(value, ",;:\"()\\") != NULL)
		return false;
	setting_set_text(place, address_normal(value));
	return true;
}

static bool read_separator(const SettingRow *row, const char *value, const char *folder,
			   void *place)
{
	if (strlen(value) > 3)
		return false;
	for (const char *p = value; *p != '\0'; p++)
		if (!g_ascii_ispunct(*p) || strchr("@<>()[]\\,;:\".", *p) != NULL)
			return false;
	setting_set_text(place, g_strdup(value));
	return true;
}

/* The number of value among the choices of row, or -1. */
static int choice_of(const SettingRow *row, const char *value)
{
	g_auto(GStrv) choices = g_strsplit(row->choices, "|", -1);

	for (int i = 0; choices[i] != NULL; i++)
		if (strcmp(choices[i], value) == 0)
			return i;
	return -1;
}

static bool read_choice(const SettingRow *row, const char *value, const char *folder, void *place)
{
	int choice = choice_of(row, value);

	if (choice >= 0)
		*(int *)place = choice;
	return choice >= 0;
}

static bool read_flag(const SettingRow *row, const char *value, const char *folder, void *place)
{
	int choice = choice_of(row, value);

	if (choice >= 0)
		*(bool *)place = choice == 1;
	return choice >= 0;
}

static bool read_time_zone(const SettingRow *row, const char *value, const char *folder,
			   void *place)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(value);

	if (zone == NULL)
		return false;
	setting_set_text(place, g_strdup(value));
	return true;
}

static bool read_secret(const SettingRow *row, const char *value, const char *folder, void *place)
{
	static const char *const kinds[] = { "file:", "env:", "command:" };

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!g_str_has_prefix(value, kinds[i]) || value[strlen(kinds[i])] == '\0')
			continue;
		setting_set_text(place, g_strdup(value));
		return true;
	}
	return false;
}

static bool read_path(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (*value == '\0')
		return false;
	setting_set_text(place, g_canonicalize_filename(value, folder));
	return true;
}

static bool read_number(const SettingRow *row, const char *value, const char *folder, void *place)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(value, 10, (guint64)row->least, (guint64)row->most, &number,
					NULL))
		return false;
	*(guint *)place = (guint)number;
	return true;
}

static bool read_factor(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *end = NULL;
	double number;

	if (!g_ascii_isdigit(*value))
		return false;
	number = g_ascii_strtod(value, &end);
	if (*end != '\0' || !(number >= (double)row->least && number <= (double)row->most))
		return false;
	*(double *)place = number;
	return true;
}

static bool read_duration(const SettingRow *row, const char *value, const char *folder, void *place)
{
	static const struct {
		char unit;
		gint64 seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	gsize digits = strspn(value, "0123456789");
	g_autofree char *number = g_strndup(value, digits);
	gint64 count;

	if (!g_ascii_string_to_signed(number, 10, 0, DURATION_MOST, &count, NULL))
		return false;
	if (count == 0 && value[digits] == '\0') {
		*(gint64 *)place = 0;
		return true;
	}
	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		if (value[digits] != units[i].unit || value[digits + 1] != '\0')
			continue;
		if (count > DURATION_MOST / units[i].seconds)
			return false;
		*(gint64 *)place = count * units[i].seconds;
		return count * units[i].seconds >= row->least;
	}
	return false;
}

static bool is_domain(const char *domain)
{
	g_auto(GStrv) labels = g_strsplit(domain, ".", -1);

	for (char **label = labels; *label != NULL; label++)
		if (**label == '\0' || strspn(*label, LABEL_CHARACTERS) != strlen(*label))
			return false;
	return *labels != NULL;
}

static bool read_domains(const SettingRow *row, const char *value, const char *folder, void *place)
{
	g_autofree char *lower = g_ascii_strdown(value, -1);
	g_auto(GStrv) words = g_strsplit_set(lower, " \t,;", -1);
	g_autoptr(GStrvBuilder) domains = g_strv_builder_new();

	for (char **word = words; *word != NULL; word++) {
		if (**word == '\0')
			continue;
		if (!is_domain(*word))
			return false;
		g_strv_builder_add(domains, *word);
	}
	clear_list(place);
	*(char ***)place = g_strv_builder_end(domains);
	return true;
}

static bool read_networks(const SettingRow *row, const char *value, const char *folder, void *place)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t,;", -1);
	g_autoptr(GStrvBuilder) networks = g_strv_builder_new();

	for (char **word = words; *word != NULL; word++) {
		g_autoptr(GInetAddressMask) mask = NULL;

		if (**word == '\0')
			continue;
		if (strcmp(*word, "unix") == 0) {
			g_strv_builder_add(networks, *word);
			continue;
		}
		mask = g_inet_address_mask_new_from_string(*word, NULL);
		if (mask == NULL)
			return false;
		g_strv_builder_add(networks, *word);
	}
	clear_list(place);
	*(char ***)place = g_strv_builder_end(networks);
	return true;
}

/* A token of RFC 9110 5.6.2, of letters, digits and dashes. */
static bool read_header(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (*value == '\0' || strlen(value) > 64 ||
	    value[strspn(value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-")] != '\0')
		return false;
	setting_set_text(place, g_strdup(value));
	return true;
}

const SettingType setting_text = {
	.expected = "a line of text",
	.read = read_text,
	.clear = setting_clear_text,
};
const SettingType setting_localised = {
	.expected = "a line of text",
	.read = read_text,
	.clear = clear_localised,
	.is_localised = true,
};
const SettingType setting_address = {
	.expected = "an e-mail address",
	.read = read_address,
	.clear = setting_clear_text,
};
const SettingType setting_separator = {
	.expected = "the sign between name and detail in an address, such as +, or nothing",
	.read = read_separator,
	.clear = setting_clear_text,
};
const SettingType setting_time_zone = {
	.expected = "a time zone that this machine knows (Debian: tzdata), such as Europe/Brussels",
	.read = read_time_zone,
	.clear = setting_clear_text,
};
const SettingType setting_secret = {
	.expected = "file:PATH, env:NAME or command:LINE; the secret itself never stands here",
	.read = read_secret,
	.clear = setting_clear_text,
	.is_secret = true,
};
const SettingType setting_path = {
	.expected = "the name of a file or folder",
	.read = read_path,
	.clear = setting_clear_text,
};
const SettingType setting_duration = {
	.expected = "a time such as 3d, 12h, 30m or 90s, at most 3650d",
	.read = read_duration,
};
const SettingType setting_header = {
	.expected = "the name of a header, such as X-SSL-Client-Cert",
	.read = read_header,
	.clear = setting_clear_text,
};
const SettingType setting_domains = {
	.expected = "domains with blanks between them, such as minfin.example",
	.read = read_domains,
	.clear = clear_list,
};
const SettingType setting_networks = {
	.expected = "addresses or networks with blanks between them, such as 127.0.0.1 10.0.0.0/8,"
		    " or unix for whoever may write to a Unix socket",
	.read = read_networks,
	.clear = clear_list,
};
static bool read_hours(const SettingRow *row, const char *value, const char *folder, void *place)
{
	WorkingHours *hours = place;
	guint from, from_minute, until, until_minute;
	char end;

	if (strcmp(value, "always") == 0) {
		*hours = (WorkingHours){ 0, 0 };
		return true;
	}
	if (sscanf(value, "%2u:%2u-%2u:%2u%c", &from, &from_minute, &until, &until_minute, &end) !=
		    4 ||
	    from > 23 || from_minute > 59 || until > 24 || until_minute > 59)
		return false;
	*hours = (WorkingHours){ from * 60 + from_minute, until * 60 + until_minute };
	return hours->from < hours->until && hours->until <= 24 * 60;
}

const SettingType setting_hours = {
	.expected = "always, or the hours in which people are reminded, such as 07:00-20:00",
	.read = read_hours,
};
/* What these expect is told from the limits and choices of their rows. */
const SettingType setting_choice = { .read = read_choice };
const SettingType setting_flag = { .read = read_flag };
const SettingType setting_number = { .read = read_number };
const SettingType setting_factor = { .read = read_factor };
