/* imap_account.c - the address of a mailbox on an IMAP server, read from Source=. */
#include "gateway/imap_session.h"

#include "common/error.h"

#include <gio/gio.h>
#include <string.h>

static bool account_error(GError **error, const MailboxSettings *mailbox, const char *why)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
		    "[Mailbox %s] Source=%s: %s; expected imaps://user@host/FOLDER", mailbox->name,
		    mailbox->source, why);
	return false;
}

static bool is_loopback(const char *host)
{
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

	return address != NULL ? g_inet_address_get_is_loopback(address)
			       : g_ascii_strcasecmp(host, "localhost") == 0;
}

static bool account_read(ImapAccount *account, const MailboxSettings *mailbox, GError **error)
{
	g_autofree char *scheme = NULL, *user = NULL, *password = NULL, *options = NULL,
			*host = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GError) why = NULL;
	int port = -1;

	if (!g_uri_split_with_user(mailbox->source, G_URI_FLAGS_HAS_PASSWORD, &scheme, &user,
				   &password, &options, &host, &port, &path, NULL, NULL, &why))
		return account_error(error, mailbox, why->message);
	if (password != NULL)
		return account_error(error, mailbox,
				     "a password does not stand here but in Password=file:...");
	if (host == NULL || *host == '\0')
		return account_error(error, mailbox, "no host");
	account->implicit_tls = g_str_equal(scheme, "imaps");
	if (!account->implicit_tls && mailbox->tls == TLS_NONE && !is_loopback(host))
		return account_error(
			error, mailbox,
			"Tls=none is for this machine only (127.0.0.1, ::1, localhost)");
	account->port = port > 0 ? (guint16)port : account->implicit_tls ? 993 : 143;
	account->host = g_steal_pointer(&host);
	account->user = user != NULL ? g_steal_pointer(&user) : g_strdup("");
	account->folder = g_strdup(path[0] == '/' && path[1] != '\0' ? path + 1 : "INBOX");
	return true;
}

/* Taken mails moved to where they come from would be taken again, without end. */
static bool folders_differ(const ImapAccount *account, const MailboxSettings *mailbox,
			   GError **error)
{
	const char *other[] = { mailbox->processed, mailbox->quarantine };

	for (gsize i = 0; i < G_N_ELEMENTS(other); i++) {
		if (other[i] == NULL || g_ascii_strcasecmp(other[i], account->folder) != 0)
			continue;
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "[Mailbox %s] %s=%s: expected another folder than that of Source=",
			    mailbox->name, i == 0 ? "Processed" : "Quarantine", other[i]);
		return false;
	}
	return true;
}

ImapAccount *imap_account_new(const Settings *settings, const MailboxSettings *mailbox,
			      GError **error)
{
	g_autoptr(ImapAccount) account = g_new0(ImapAccount, 1);
	const OAuth2Settings *oauth2;

	account->mailbox = mailbox;
	account->secrets = settings->folder;
	account->silence = MAX(IMAP_SILENCE_LEAST, settings_pause(settings, IMAP_SILENCE) / 1000);
	if (!account_read(account, mailbox, error) || !folders_differ(account, mailbox, error))
		return NULL;
	if (mailbox->oauth2 == NULL)
		return g_steal_pointer(&account);
	oauth2 = settings_oauth2(settings, mailbox->oauth2);
	if (oauth2 == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "[Mailbox %s] OAuth2=%s: there is no group [OAuth2 %s]", mailbox->name,
			    mailbox->oauth2, mailbox->oauth2);
		return NULL;
	}
	account->oauth2 = oauth2_new(oauth2, settings->folder);
	return g_steal_pointer(&account);
}

void imap_account_free(ImapAccount *account)
{
	if (account == NULL)
		return;
	oauth2_free(account->oauth2);
	g_free(account->host);
	g_free(account->user);
	g_free(account->folder);
	g_free(account);
}

/* The characters from begin to end as base64 of UTF-16, between & and -. */
static void append_shifted(GString *out, const char *begin, const char *end)
{
	glong units = 0;
	g_autofree gunichar2 *text = g_utf8_to_utf16(begin, end - begin, NULL, &units, NULL);
	g_autofree char *base64 = NULL;

	for (glong i = 0; i < units; i++)
		text[i] = GUINT16_TO_BE(text[i]);
	base64 = g_base64_encode((const guchar *)text, (gsize)units * sizeof *text);
	g_strdelimit(base64, "/", ',');
	g_string_append_printf(out, "&%.*s-", (int)strcspn(base64, "="), base64);
}

char *imap_folder_name(const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid; *p != '\0';) {
		const char *end = p;

		while (*end != '\0' && (*end < ' ' || *end > '~'))
			end++;
		if (end > p) {
			append_shifted(out, p, end);
			p = end;
		} else {
			g_string_append(out, *p == '&' ? "&-" : (char[]){ *p, '\0' });
			p++;
		}
	}
	return g_string_free(out, FALSE);
}
