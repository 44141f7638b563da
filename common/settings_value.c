/* settings_value.c - reading single values of the configuration. */
#include "common/settings_table.h"

#include <string.h>

#include "common/address.h"
#include "common/text.h"

#define LABEL_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define DURATION_MOST (3650 * G_GINT64_CONSTANT(86400)) /* seconds */

bool setting_is_loopback(const char *host)
{
	if (g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
		return true;
	return g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host);
}

static void set_text(void *place, char *text)
{
	char **string = place;

	g_free(*string);
	*string = text;
}

static void clear_text(void *place)
{
	set_text(place, NULL);
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

static bool has_controls(const char *value)
{
	for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return true;
	return false;
}

static bool read_text(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (*value == '\0' || has_controls(value))
		return false;
	set_text(place, g_strdup(value));
	return true;
}

static bool read_address(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (!address_is_valid(value) || strpbrk(value, ",;:\"()\\") != NULL)
		return false;
	set_text(place, address_normal(value));
	return true;
}

static bool read_separator(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (strlen(value) > 3)
		return false;
	for (const char *p = value; *p != '\0'; p++)
		if (!g_ascii_ispunct(*p) || strchr("@<>()[]\\,;:\".", *p) != NULL)
			return false;
	set_text(place, g_strdup(value));
	return true;
}

bool setting_split_url(const char *url, char **ret_scheme, char **ret_user, char **ret_host,
		       char **ret_path)
{
	g_autofree char *scheme = NULL, *user = NULL, *host = NULL, *path = NULL;
	const char *authority = strstr(url, "://");
	gsize length;
	int port = -1;

	if (authority == NULL || has_controls(url))
		return false;
	authority += 3;
	length = strcspn(authority, "/?#");
	if (g_strstr_len(authority, (gssize)length, "@") != g_strrstr_len(authority, (gssize)length, "@"))
		return false;
	if (!g_uri_split_with_user(url, G_URI_FLAGS_HAS_PASSWORD, &scheme, &user, NULL, NULL, &host, &port,
				   &path, NULL, NULL, NULL))
		return false;
	if (host == NULL || *host == '\0' || port == 0)
		return false;
	if (ret_scheme != NULL)
		*ret_scheme = g_ascii_strdown(scheme, -1);
	if (ret_user != NULL)
		*ret_user = g_steal_pointer(&user);
	if (ret_host != NULL)
		*ret_host = g_steal_pointer(&host);
	if (ret_path != NULL)
		*ret_path = g_steal_pointer(&path);
	return true;
}

/* Whether a password stands in url: "://user:password@". */
static bool has_password(const char *url)
{
	const char *start = strstr(url, "://") + 3;
	gsize length = strcspn(start, "/?#");
	const char *at = memchr(start, '@', length);

	return at != NULL && memchr(start, ':', (gsize)(at - start)) != NULL;
}

static bool read_url(const SettingRow *row, const char *value, const char *folder, void *place)
{
	g_autofree char *scheme = NULL, *user = NULL;
	gsize length = strlen(value);

	if (!setting_split_url(value, &scheme, &user, NULL, NULL) || user != NULL ||
	    strpbrk(value, " \"<>") != NULL)
		return false;
	if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		return false;
	while (value[length - 1] == '/')
		length--;
	set_text(place, g_strndup(value, length));
	return true;
}

static bool read_token_url(const SettingRow *row, const char *value, const char *folder, void *place)
{
	g_autofree char *scheme = NULL, *host = NULL;

	if (!setting_split_url(value, &scheme, NULL, &host, NULL) || strchr(value, ' ') != NULL)
		return false;
	if (strcmp(scheme, "https") != 0 && (strcmp(scheme, "http") != 0 || !setting_is_loopback(host)))
		return false;
	set_text(place, g_strdup(value));
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

static bool read_time_zone(const SettingRow *row, const char *value, const char *folder, void *place)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(value);

	if (zone == NULL)
		return false;
	set_text(place, g_strdup(value));
	return true;
}

static bool read_secret(const SettingRow *row, const char *value, const char *folder, void *place)
{
	static const char *const kinds[] = { "file:", "env:", "command:" };

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!g_str_has_prefix(value, kinds[i]) || value[strlen(kinds[i])] == '\0')
			continue;
		set_text(place, g_strdup(value));
		return true;
	}
	return false;
}

static bool read_path(const SettingRow *row, const char *value, const char *folder, void *place)
{
	if (*value == '\0')
		return false;
	set_text(place, g_canonicalize_filename(value, folder));
	return true;
}

static bool read_number(const SettingRow *row, const char *value, const char *folder, void *place)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(value, 10, (guint64)row->least, (guint64)row->most, &number, NULL))
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
		return true;
	}
	return false;
}

/* "scheme:PATH" with PATH made absolute; NULL when value is not of scheme. */
static char *absolute_after(const char *scheme, const char *value, const char *folder)
{
	g_autofree char *path = NULL;

	if (!g_str_has_prefix(value, scheme) || value[strlen(scheme)] == '\0')
		return NULL;
	path = g_canonicalize_filename(value + strlen(scheme), folder);
	return g_strconcat(scheme, path, NULL);
}

static bool read_database(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *file = absolute_after("sqlite:", value, folder);

	if (file == NULL && !(g_str_has_prefix(value, "postgresql://") && strlen(value) > 13))
		return false;
	set_text(place, file != NULL ? file : g_strdup(value));
	return true;
}

/* A server's URL with one of two schemes and no password. */
static bool is_server(const char *value, const char *plain, const char *secure)
{
	g_autofree char *scheme = NULL;

	if (!setting_split_url(value, &scheme, NULL, NULL, NULL) || has_password(value))
		return false;
	return strpbrk(value, " ?#") == NULL && (strcmp(scheme, plain) == 0 || strcmp(scheme, secure) == 0);
}

static bool read_source(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *maildir = absolute_after("maildir:", value, folder);

	if (maildir == NULL && !is_server(value, "imap", "imaps"))
		return false;
	set_text(place, maildir != NULL ? maildir : g_strdup(value));
	return true;
}

static bool read_server(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *directory = absolute_after("directory:", value, folder);

	if (directory == NULL && !is_server(value, "smtp", "smtps"))
		return false;
	set_text(place, directory != NULL ? directory : g_strdup(value));
	return true;
}

static bool read_listen(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *path = absolute_after("unix:", value, folder);
	const char *colon = strrchr(value, ':');
	bool is_bracketed = *value == '[';
	guint64 port;

	if (path == NULL &&
	    (colon == NULL || colon == value || strpbrk(value, " /") != NULL ||
	     (is_bracketed ? colon[-1] != ']' : strchr(value, ':') != colon) ||
	     !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL)))
		return false;
	set_text(place, path != NULL ? path : g_strdup(value));
	return true;
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

/* clang-format off */
const SettingType setting_text = { "a line of text", read_text, clear_text, false, false };
const SettingType setting_localised = { "a line of text", read_text, clear_localised, true, false };
const SettingType setting_address = { "an e-mail address", read_address, clear_text, false, false };
const SettingType setting_separator = {
	"the sign between name and detail in an address, such as +, or nothing",
	read_separator, clear_text, false, false };
const SettingType setting_url = { "https://HOST or http://HOST", read_url, clear_text, false, false };
const SettingType setting_token_url = {
	"https://HOST/PATH (http:// on this machine only)", read_token_url, clear_text, false, false };
const SettingType setting_choice = { NULL, read_choice, NULL, false, false };
const SettingType setting_flag = { NULL, read_flag, NULL, false, false };
const SettingType setting_time_zone = {
	"a time zone that this machine knows (Debian: tzdata), such as Europe/Brussels",
	read_time_zone, clear_text, false, false };
const SettingType setting_secret = {
	"file:PATH, env:NAME or command:LINE; the secret itself never stands here",
	read_secret, clear_text, false, true };
const SettingType setting_path = { "the name of a file or folder", read_path, clear_text, false, false };
const SettingType setting_number = { NULL, read_number, NULL, false, false };
const SettingType setting_factor = { NULL, read_factor, NULL, false, false };
const SettingType setting_duration = {
	"a time such as 3d, 12h, 30m or 90s, at most 3650d", read_duration, NULL, false, false };
const SettingType setting_database = {
	"sqlite:PATH or postgresql://...", read_database, clear_text, false, false };
const SettingType setting_source = {
	"imaps://USER@HOST/FOLDER, imap://USER@HOST/FOLDER or maildir:PATH, with %40 for an @ in USER, "
	"and no password", read_source, clear_text, false, false };
const SettingType setting_server = {
	"smtp://HOST, smtps://HOST or directory:PATH, and no password",
	read_server, clear_text, false, false };
const SettingType setting_listen = { "ADDRESS:PORT or unix:PATH", read_listen, clear_text, false, false };
const SettingType setting_domains = {
	"domains with blanks between them, such as minfin.example", read_domains, clear_list, false, false };
/* clang-format on */
