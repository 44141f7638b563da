/* settings_server.c - values of the configuration that name a server or a place. */
#include "common/settings_table.h"

#include <string.h>

bool setting_is_loopback(const char *host)
{
	if (g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
		return true;
	return g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host);
}

bool setting_split_url(const char *url, char **ret_scheme, char **ret_user, char **ret_host,
		       char **ret_path)
{
	g_autofree char *scheme = NULL, *user = NULL, *host = NULL, *path = NULL;
	const char *authority = strstr(url, "://");
	gsize length;
	int port = -1;

	if (authority == NULL || setting_has_controls(url))
		return false;
	authority += 3;
	length = strcspn(authority, "/?#");
	if (g_strstr_len(authority, (gssize)length, "@") !=
	    g_strrstr_len(authority, (gssize)length, "@"))
		return false;
	if (!g_uri_split_with_user(url, G_URI_FLAGS_HAS_PASSWORD, &scheme, &user, NULL, NULL, &host,
				   &port, &path, NULL, NULL, NULL))
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
	setting_set_text(place, g_strndup(value, length));
	return true;
}

static bool read_token_url(const SettingRow *row, const char *value, const char *folder,
			   void *place)
{
	g_autofree char *scheme = NULL, *host = NULL;

	if (!setting_split_url(value, &scheme, NULL, &host, NULL) || strchr(value, ' ') != NULL)
		return false;
	if (strcmp(scheme, "https") != 0 &&
	    (strcmp(scheme, "http") != 0 || !setting_is_loopback(host)))
		return false;
	setting_set_text(place, g_strdup(value));
	return true;
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
	setting_set_text(place, file != NULL ? file : g_strdup(value));
	return true;
}

/* A server's URL with one of two schemes and no password. */
static bool is_server(const char *value, const char *plain, const char *secure)
{
	g_autofree char *scheme = NULL;

	if (!setting_split_url(value, &scheme, NULL, NULL, NULL) || has_password(value))
		return false;
	return strpbrk(value, " ?#") == NULL &&
	       (strcmp(scheme, plain) == 0 || strcmp(scheme, secure) == 0);
}

static bool read_source(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *maildir = absolute_after("maildir:", value, folder);

	if (maildir == NULL && !is_server(value, "imap", "imaps"))
		return false;
	setting_set_text(place, maildir != NULL ? maildir : g_strdup(value));
	return true;
}

static bool read_server(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *directory = absolute_after("directory:", value, folder);

	if (directory == NULL && !is_server(value, "smtp", "smtps"))
		return false;
	setting_set_text(place, directory != NULL ? directory : g_strdup(value));
	return true;
}

static bool read_directory(const SettingRow *row, const char *value, const char *folder,
			   void *place)
{
	g_autofree char *user = NULL, *path = NULL;

	if (!is_server(value, "ldap", "ldaps") ||
	    !setting_split_url(value, NULL, &user, NULL, &path) || user != NULL ||
	    (path[0] != '\0' && strcmp(path, "/") != 0))
		return false;
	setting_set_text(place, g_strdup(value));
	return true;
}

static bool read_listen(const SettingRow *row, const char *value, const char *folder, void *place)
{
	char *path = absolute_after("unix:", value, folder);
	const char *colon = strrchr(value, ':');
	bool is_bracketed = *value == '[';
	guint64 port;

	if (path == NULL && (colon == NULL || colon == value || strpbrk(value, " /") != NULL ||
			     (is_bracketed ? colon[-1] != ']' : strchr(value, ':') != colon) ||
			     !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL)))
		return false;
	setting_set_text(place, path != NULL ? path : g_strdup(value));
	return true;
}

const SettingType setting_url = {
	.expected = "https://HOST or http://HOST",
	.read = read_url,
	.clear = setting_clear_text,
};
const SettingType setting_token_url = {
	.expected = "https://HOST/PATH (http:// on this machine only)",
	.read = read_token_url,
	.clear = setting_clear_text,
};
const SettingType setting_database = {
	.expected = "sqlite:PATH or postgresql://...",
	.read = read_database,
	.clear = setting_clear_text,
};
const SettingType setting_source = {
	.expected = "imaps://USER@HOST/FOLDER, imap://USER@HOST/FOLDER or maildir:PATH, "
		    "with %40 for an @ in USER, and no password",
	.read = read_source,
	.clear = setting_clear_text,
};
const SettingType setting_server = {
	.expected = "smtp://HOST, smtps://HOST or directory:PATH, and no password",
	.read = read_server,
	.clear = setting_clear_text,
};
const SettingType setting_directory = {
	.expected = "ldaps://HOST or ldap://HOST, and no user, password or path",
	.read = read_directory,
	.clear = setting_clear_text,
};
const SettingType setting_listen = {
	.expected = "ADDRESS:PORT or unix:PATH",
	.read = read_listen,
	.clear = setting_clear_text,
};
