/* settings_check.c - values of the configuration that hang together. */
#include "common/settings_check.h"

#include <string.h>

#include "common/address.h"
#include "common/settings_table.h"

/* Whether url names a server, and that is this machine. */
static bool is_here(const char *url, bool without_server)
{
	g_autofree char *host = NULL;

	if (strstr(url, "://") == NULL)
		return without_server;
	return setting_split_url(url, NULL, NULL, &host, NULL) && setting_is_loopback(host);
}

/* What holds for every connection to a server: [Mailbox ...] and [Smtp]. */
static bool check_connection(const Settings *settings, const SettingsFile *file, const char *group,
			     const char *url, Tls tls, const char *password, const char *oauth2,
			     const char *user, GError **error)
{
	const OAuth2Settings *provider = oauth2 != NULL ? settings_oauth2(settings, oauth2) : NULL;

	if (tls == TLS_NONE && !is_here(url, true))
		return settings_file_wrong(
			file, group, "Tls", error,
			"Tls=none: only for 127.0.0.0/8, ::1 and localhost; a password "
			"would go over the network in the clear");
	if (oauth2 != NULL && provider == NULL)
		return settings_file_wrong(file, group, "OAuth2", error,
					   "OAuth2=%s: there is no group [OAuth2 %s]", oauth2,
					   oauth2);
	if (oauth2 != NULL && password != NULL)
		return settings_file_wrong(file, group, "OAuth2", error,
					   "OAuth2=%s: give Password or OAuth2, not both", oauth2);
	if (user == NULL && provider != NULL && provider->user == NULL)
		return settings_file_wrong(
			file, group, "OAuth2", error,
			"OAuth2=%s: no user is given here or as User in [OAuth2 %s]", oauth2,
			oauth2);
	if (user == NULL && password != NULL && strstr(url, "://") != NULL)
		return settings_file_wrong(file, group, "Password", error,
					   "Password: a user must be given with it");
	return true;
}

static bool check_mailbox(const Settings *settings, const SettingsFile *file,
			  const MailboxSettings *mailbox, GError **error)
{
	g_autofree char *group = g_strdup_printf("Mailbox %s", mailbox->name);
	g_autofree char *user = NULL, *path = NULL;
	bool is_imap = setting_split_url(mailbox->source, NULL, &user, NULL, &path);
	const char *folder = is_imap && strlen(path) > 1 ? path + 1 : "INBOX";

	if (!check_connection(settings, file, group, mailbox->source, mailbox->tls,
			      mailbox->password, mailbox->oauth2, user, error))
		return false;
	if (strcmp(mailbox->processed, mailbox->quarantine) == 0)
		return settings_file_wrong(file, group, "Quarantine", error,
					   "Quarantine=%s: expected another folder than Processed",
					   mailbox->quarantine);
	if (is_imap && g_ascii_strcasecmp(mailbox->processed, folder) == 0)
		return settings_file_wrong(
			file, group, "Processed", error,
			"Processed=%s: expected another folder than the Source's",
			mailbox->processed);
	if (is_imap && g_ascii_strcasecmp(mailbox->quarantine, folder) == 0)
		return settings_file_wrong(
			file, group, "Quarantine", error,
			"Quarantine=%s: expected another folder than the Source's",
			mailbox->quarantine);
	return true;
}

/* smtp://user@host becomes smtp://host and User. */
static bool take_server_user(SmtpSettings *smtp, const SettingsFile *file, GError **error)
{
	g_autofree char *user = NULL, *shorter = NULL;
	const char *host;

	if (!setting_split_url(smtp->server, NULL, &user, NULL, NULL) || user == NULL)
		return true;
	if (smtp->user != NULL && strcmp(smtp->user, user) != 0)
		return settings_file_wrong(file, "Smtp", "User", error,
					   "User=%s: Server names another user, %s", smtp->user,
					   user);
	host = strstr(smtp->server, "://") + 3;
	shorter = g_strdup_printf("%.*s%s", (int)(host - smtp->server), smtp->server,
				  strchr(host, '@') + 1);
	g_free(smtp->server);
	smtp->server = g_steal_pointer(&shorter);
	g_free(smtp->user);
	smtp->user = g_steal_pointer(&user);
	return true;
}

static bool check_smtp(Settings *settings, const SettingsFile *file, GError **error)
{
	SmtpSettings *smtp = &settings->smtp;

	if (!take_server_user(smtp, file, error))
		return false;
	if (smtp->from == NULL)
		smtp->from = g_strdup(settings->address);
	return check_connection(settings, file, "Smtp", smtp->server, smtp->tls, smtp->password,
				smtp->oauth2, smtp->user, error);
}

static bool check_oauth2(const SettingsFile *file, const OAuth2Settings *provider, GError **error)
{
	g_autofree char *group = g_strdup_printf("OAuth2 %s", provider->name);

	if (provider->client_secret == NULL && provider->refresh_token == NULL)
		return settings_file_wrong(
			file, group, "ClientId", error,
			"lacks both ClientSecret and RefreshToken; expected one of them");
	return true;
}

static bool check_openid(const SettingsFile *file, const OpenIdSettings *provider, GError **error)
{
	g_autofree char *group = g_strdup_printf("OpenID %s", provider->name);
	g_auto(GStrv) scopes = g_strsplit(provider->scope, " ", -1);

	if ((provider->client_secret == NULL) == (provider->private_key == NULL))
		return settings_file_wrong(
			file, group, "ClientId", error,
			"expected one of ClientSecret and PrivateKey, and not both");
	if (strpbrk(provider->issuer, "?#") != NULL)
		return settings_file_wrong(file, group, "Issuer", error,
					   "Issuer=%s: expected an address without ? and #",
					   provider->issuer);
	if (!g_strv_contains((const char *const *)scopes, "openid"))
		return settings_file_wrong(file, group, "Scope", error,
					   "Scope=%s: expected openid among the words",
					   provider->scope);
	return true;
}

/* A team's mail that went to the desk would come back as a request. */
static bool check_team(const Settings *settings, const SettingsFile *file, TeamSettings *team,
		       GError **error)
{
	g_autofree char *group = g_strdup_printf("Team %s", team->id);
	g_autofree char *detail = NULL;

	if (team->address == NULL)
		team->address = g_strdup("");
	detail = address_detail(team->address, settings->address, settings->sub_address);
	if (detail != NULL)
		return settings_file_wrong(
			file, group, "Address", error,
			"Address=%s: this is the desk's own address; its mails would come "
			"back to the desk",
			team->address);
	return true;
}

/* Who has no name is called by its id. */
static void name_by_id(Localised name, const char *id)
{
	if (*localised(name, LANGUAGE_NL) == '\0')
		name[LANGUAGE_NL] = g_strdup(id);
}

static void name_all(Settings *settings)
{
	for (guint i = 0; i < settings->teams->len; i++) {
		TeamSettings *team = g_ptr_array_index(settings->teams, i);

		name_by_id(team->name, team->id);
	}
	for (guint i = 0; i < settings->organisations->len; i++) {
		OrganisationSettings *organisation = g_ptr_array_index(settings->organisations, i);

		name_by_id(organisation->name, organisation->code);
	}
	for (guint i = 0; i < settings->elsewhere->len; i++) {
		ElsewhereSettings *elsewhere = g_ptr_array_index(settings->elsewhere, i);

		name_by_id(elsewhere->name, elsewhere->id);
	}
	for (guint i = 0; i < settings->openid->len; i++) {
		OpenIdSettings *provider = g_ptr_array_index(settings->openid, i);

		name_by_id(provider->title, provider->name);
	}
}

static bool check_directory(const Settings *settings, const SettingsFile *file, GError **error)
{
	const DirectorySettings *directory = &settings->directory;

	if (directory->url == NULL)
		return true;
	if (directory->tls == TLS_NONE && !is_here(directory->url, false))
		return settings_file_wrong(
			file, "Directory", "Tls", error,
			"Tls=none: only for 127.0.0.0/8, ::1 and localhost; a password "
			"would go over the network in the clear");
	if ((directory->bind_dn == NULL) != (directory->password == NULL))
		return settings_file_wrong(file, "Directory", "BindDn", error,
					   "BindDn and Password: expected both or neither");
	if (directory->base == NULL)
		return settings_file_wrong(file, "Directory", "Base", error,
					   "Base: expected the DN below which the people are");
	return true;
}

/* The portal's own TLS. */
static bool check_tls(const Settings *settings, const SettingsFile *file, GError **error)
{
	if ((settings->certificate == NULL) != (settings->key == NULL))
		return settings_file_wrong(file, "Portal",
					   settings->key == NULL ? "Certificate" : "Key", error,
					   "Certificate and Key: expected both or neither");
	if (settings->certificate == NULL)
		return true;
	if (!g_str_has_prefix(settings->url, "https://"))
		return settings_file_wrong(
			file, "Portal", "Certificate", error,
			"Certificate: with it the portal speaks TLS; expected an https:// Url in"
			" [Desk]");
	return !g_str_has_prefix(settings->listen, "unix:") ||
	       settings_file_wrong(file, "Portal", "Certificate", error,
				   "Certificate: there is no TLS on a Unix socket; expected"
				   " Listen=HOST:PORT");
}

bool settings_check(Settings *settings, const SettingsFile *file, GError **error)
{
	if (settings->test_clock > 1 && !is_here(settings->url, false))
		return settings_file_wrong(
			file, "Desk", "TestClock", error,
			"TestClock: for tests alone, where Url is on this machine");
	for (guint i = 0; i < settings->oauth2->len; i++)
		if (!check_oauth2(file, g_ptr_array_index(settings->oauth2, i), error))
			return false;
	for (guint i = 0; i < settings->openid->len; i++)
		if (!check_openid(file, g_ptr_array_index(settings->openid, i), error))
			return false;
	for (guint i = 0; i < settings->mailboxes->len; i++)
		if (!check_mailbox(settings, file, g_ptr_array_index(settings->mailboxes, i),
				   error))
			return false;
	for (guint i = 0; i < settings->teams->len; i++)
		if (!check_team(settings, file, g_ptr_array_index(settings->teams, i), error))
			return false;
	name_all(settings);
	return check_tls(settings, file, error) && settings_check_card(settings, file, error) &&
	       check_directory(settings, file, error) && check_smtp(settings, file, error);
}
