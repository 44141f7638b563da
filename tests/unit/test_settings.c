/* test_settings.c - the configuration: what is read, and what is refused. */
#include "common/settings.h"

#include <string.h>

#include "common/error.h"
#include "common/settings_table.h"
#include "folder.h"

#define LEAST                                                                                \
	"[Desk]\nAddress=desk@desk.example\nUrl=http://127.0.0.1:8025\nSecret=file:secret\n" \
	"[Store]\nDatabase=sqlite:desk.db\n[Smtp]\nServer=directory:out\n"

/* Reads text as desk.conf in a new folder. */
static Settings *read_text(const char *text, char **ret_folder, GError **error)
{
	char *folder = folder_new();
	g_autofree char *path = folder_put(folder, "desk.conf", text, -1);
	Settings *settings = settings_read(path, error);

	*ret_folder = g_strdup(folder);
	folder_remove(folder);
	return settings;
}

static Settings *read_well(const char *text, char **ret_folder)
{
	g_autoptr(GError) error = NULL;
	Settings *settings = read_text(text, ret_folder, &error);

	g_assert_no_error(error);
	g_assert_nonnull(settings);
	return settings;
}

static void test_least(void)
{
	g_autofree char *folder = NULL;
	g_autoptr(Settings) settings = read_well(LEAST, &folder);
	g_autofree char *database = g_strdup_printf("sqlite:%s/desk.db", folder);
	g_autofree char *server = g_strdup_printf("directory:%s/out", folder);
	g_autofree char *path = g_strdup_printf("%s/desk.conf", folder);

	g_assert_cmpstr(settings->path, ==, path);
	g_assert_cmpstr(settings->folder, ==, folder);
	g_assert_cmpstr(localised(settings->name, LANGUAGE_DE), ==, "PersoContact");
	g_assert_cmpstr(settings->sub_address, ==, "+");
	g_assert_cmpint(settings->language, ==, LANGUAGE_NL);
	g_assert_cmpstr(settings->time_zone, ==, "Europe/Brussels");
	g_assert_cmpstr(settings->secret, ==, "file:secret");
	g_assert_false(settings->answer_in_mail);
	g_assert_null(settings->trust_authserv);
	g_assert_cmpint(settings->unverified, ==, UNVERIFIED_ACCEPT);
	g_assert_cmpint(settings->strangers, ==, STRANGERS_REFUSE);
	g_assert_null(settings->forms);
	g_assert_cmpint(settings->reopen, ==, 90 * 86400);
	g_assert_true(settings->attach_documents);
	g_assert_cmpfloat(settings->test_clock, ==, 1.0);
	g_assert_cmpstr(settings->database, ==, database);
	g_assert_cmpstr(settings->smtp.server, ==, server);
	g_assert_cmpstr(settings->smtp.from, ==, "desk@desk.example");
	g_assert_cmpuint(settings->smtp.connections, ==, 4);
	g_assert_cmpint(settings->smtp.tls, ==, TLS_REQUIRED);
	g_assert_cmpstr(settings->listen, ==, "127.0.0.1:8025");
	g_assert_cmpuint(settings->link_days, ==, 90);
	g_assert_cmpuint(settings->mailboxes->len + settings->teams->len + settings->oauth2->len,
			 ==, 0);
}

static const char whole[] =
	"\357\273\277# the desk\r\n"
	"[Desk]\r\n  Name = Personeel \r\nName[fr]=Personnel\r\nName[nl]=Loket\r\n"
	"Address=Desk@Desk.Example\nSubAddress=\nUrl=http://localhost:8025/desk/\nLanguage=fr\n"
	"TimeZone=UTC\nSecret=env:DESK\nAnswerInMail=yes\nTrustAuthserv=mx.desk.example\n"
	"Unverified=hold\nStrangers=ignore\nForms=forms\nReopen=12h\nDocuments=link\nTestClock=2.5\n"
	"[Store]\nDatabase=postgresql://desk@db.example/desk\n"
	"[Mailbox inbox]\nSource=imaps://desk%40x.example@imap.example:1993/INBOX/Sub\n"
	"Password=command:pass imap\nCaFile=ca.pem\nAfter=flag\nProcessed=P\nQuarantine=Q\nPoll=5\n"
	"[Mailbox second]\nSource=imap://desk@127.1.2.3/INBOX\nTls=none\nOAuth2=cloud\n"
	"[Mailbox drop]\nSource=maildir:drop\n"
	"[Smtp]\nServer=smtp://send%40x@[::1]:2525\nPassword=file:smtp\nTls=none\nConnections=2\n"
	"From=noreply@desk.example\nCaFile=/etc/ca.pem\n"
	"[Portal]\nListen=unix:portal.socket\nLinkDays=30\n"
	"[Team absence]\nName=Afwezigheden\nName[fr]=Absences\nAddress=absence@desk.example\nRemind=3d\n"
	"[Team front]\nAddress=\n"
	"[Organisation MINFIN]\nName[de]=Finanzen\nDomains=MinFin.example  financien.example\n"
	"[Elsewhere scope]\nName=SCOPE\nUrl=https://self.example/x\nTelephone=+32 2 555 00 00\n"
	"[OAuth2 cloud]\nTokenUrl=https://login.example/token\nClientId=desk\nClientSecret=file:c\n"
	"RefreshToken=file:r\nScope=a b\nUser=desk@x.example\n";

static void test_whole_desk(void)
{
	g_autofree char *folder = NULL;
	g_autoptr(Settings) settings = read_well(whole, &folder);
	g_autofree char *forms = g_build_filename(folder, "forms", NULL);
	g_autofree char *socket = g_strdup_printf("unix:%s/portal.socket", folder);

	g_assert_cmpstr(localised(settings->name, LANGUAGE_NL), ==, "Loket");
	g_assert_cmpstr(localised(settings->name, LANGUAGE_FR), ==, "Personnel");
	g_assert_cmpstr(localised(settings->name, LANGUAGE_EN), ==, "Loket");
	g_assert_cmpstr(settings->address, ==, "desk@desk.example");
	g_assert_cmpstr(settings->sub_address, ==, "");
	g_assert_cmpstr(settings->url, ==, "http://localhost:8025/desk");
	g_assert_cmpint(settings->language, ==, LANGUAGE_FR);
	g_assert_true(settings->answer_in_mail);
	g_assert_cmpint(settings->unverified, ==, UNVERIFIED_HOLD);
	g_assert_cmpint(settings->strangers, ==, STRANGERS_IGNORE);
	g_assert_cmpstr(settings->forms, ==, forms);
	g_assert_cmpint(settings->reopen, ==, 12 * 3600);
	g_assert_false(settings->attach_documents);
	g_assert_cmpfloat(settings->test_clock, ==, 2.5);
	g_assert_cmpstr(settings->database, ==, "postgresql://desk@db.example/desk");
	g_assert_cmpstr(settings->smtp.server, ==, "smtp://[::1]:2525");
	g_assert_cmpstr(settings->smtp.user, ==, "send@x");
	g_assert_cmpstr(settings->smtp.from, ==, "noreply@desk.example");
	g_assert_cmpint(settings->smtp.tls, ==, TLS_NONE);
	g_assert_cmpstr(settings->listen, ==, socket);
	g_assert_cmpuint(settings->link_days, ==, 30);
	g_assert_cmpuint(settings_pause(settings, 1), ==, 400);
	g_assert_cmpuint(settings_pause(settings, 0.001), ==, 10);
}

static void test_whole_groups(void)
{
	g_autofree char *folder = NULL;
	g_autoptr(Settings) settings = read_well(whole, &folder);
	const MailboxSettings *inbox = g_ptr_array_index(settings->mailboxes, 0);
	const MailboxSettings *drop = g_ptr_array_index(settings->mailboxes, 2);
	const OrganisationSettings *minfin = settings_organisation(settings, "MINFIN");
	g_autofree char *maildir = g_strdup_printf("maildir:%s/drop", folder);
	g_autofree char *ca = g_build_filename(folder, "ca.pem", NULL);

	g_assert_cmpuint(settings->mailboxes->len, ==, 3);
	g_assert_cmpstr(inbox->name, ==, "inbox");
	g_assert_cmpstr(inbox->source, ==, "imaps://desk%40x.example@imap.example:1993/INBOX/Sub");
	g_assert_cmpstr(inbox->password, ==, "command:pass imap");
	g_assert_cmpstr(inbox->ca_file, ==, ca);
	g_assert_cmpint(inbox->after, ==, AFTER_FLAG);
	g_assert_cmpuint(inbox->poll, ==, 5);
	g_assert_cmpstr(drop->source, ==, maildir);
	g_assert_cmpstr(drop->processed, ==, "Processed");
	g_assert_cmpint(drop->after, ==, AFTER_MOVE);
	g_assert_cmpint(settings_team(settings, "absence")->remind, ==, 3 * 86400);
	g_assert_cmpstr(localised(settings_team(settings, "absence")->name, LANGUAGE_FR), ==,
			"Absences");
	g_assert_cmpstr(settings_team(settings, "front")->address, ==, "");
	g_assert_cmpstr(localised(settings_team(settings, "front")->name, LANGUAGE_FR), ==,
			"front");
	g_assert_null(settings_team(settings, "hr"));
	g_assert_null(settings_team(settings, NULL));
	g_assert_cmpstr(localised(minfin->name, LANGUAGE_NL), ==, "Finanzen");
	g_assert_cmpstr(minfin->domains[0], ==, "minfin.example");
	g_assert_cmpstr(minfin->domains[1], ==, "financien.example");
	g_assert_null(minfin->domains[2]);
	g_assert_cmpstr(settings_elsewhere(settings, "scope")->telephone, ==, "+32 2 555 00 00");
	g_assert_cmpstr(settings_oauth2(settings, "cloud")->user, ==, "desk@x.example");
}

typedef struct Refused {
	const char *what, *text, *message;
} Refused;

static void check_refused(const Refused *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *folder = NULL;
		g_autofree char *pattern = g_strconcat("*desk.conf", rows[i].message, NULL);
		g_autoptr(Settings) settings = read_text(rows[i].text, &folder, &error);

		g_test_message("%s: %s", rows[i].what, error != NULL ? error->message : "read");
		g_assert_null(settings);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_CONFIG);
		g_assert_true(g_pattern_match_simple(pattern, error->message));
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

static void test_refused_file(void)
{
	static const Refused rows[] = {
		{ "nothing", "", ": [Desk] Address is missing; expected an e-mail address" },
		{ "a missing key in a group that is there", "# x\n[Desk]\nAddress=a@b.c\n",
		  ":2: [Desk] Url is missing*" },
		{ "no store", "[Desk]\nAddress=a@b.c\nUrl=http://localhost\nSecret=env:X\n",
		  ": [Store] Database is missing*" },
		{ "no server",
		  "[Desk]\nAddress=a@b.c\nUrl=http://localhost\nSecret=env:X\n"
		  "[Store]\nDatabase=sqlite:a\n",
		  ": [Smtp] Server is missing*" },
		{ "an unknown group", LEAST "[Imap]\n",
		  ":9: [Imap] is not known; expected one of [Desk] *" },
		{ "a name too many", LEAST "[Portal x]\n", ":9: [Portal x] is not known*" },
		{ "a name too few", LEAST "[Team]\n", ":9: [Team] is not known*" },
		{ "a wrong name", LEAST "[Team a b]\n", ":9: [Team a b] expected [Team NAME]*" },
		{ "an empty name", LEAST "[Team ]\n", ":9: [Team ] expected [Team NAME]*" },
		{ "another letter case", "[desk]\n", ":1: [desk] is not known*" },
		{ "an unknown key", LEAST "Sevrer=x\n",
		  ":9: [Smtp] Sevrer is not known; expected one of Server, User, *" },
		{ "a language where there is none", LEAST "From[nl]=a@b.c\n",
		  ":9: [Smtp] From[nl] is not known*" },
		{ "an unknown language", LEAST "[Team a]\nName[es]=x\n",
		  ":10: [Team a] Name[es] is not known*" },
		{ "a broken language", LEAST "[Team a]\nName[nl=x\n",
		  ":10: expected Key=Value, but \"Name[nl\" is no key" },
		{ "a blank in a key", LEAST "Se rver=x\n", ":9: *\"Se rver\" is no key" },
		{ "brackets in a group", LEAST "[Team [a]\n", ":9: expected [Group]*" },
		{ "a control in a group", LEAST "[Team \001]\n", ":9: expected [Group]*" },
		{ "a double group", LEAST "[Desk]\n",
		  ":9: [Desk] stands here again; it was given in line 1" },
		{ "a double named group", LEAST "[Team a]\n[Team a]\n",
		  ":10: [Team a] stands here again*line 9" },
		{ "a double key", LEAST "[Team a]\nName=x\n\nName = y\n",
		  ":12: [Team a] Name stands here again; it was given in line 10" },
		{ "a key before any group", "Name=x\n",
		  ":1: Name stands before the first [Group]" },
		{ "no key", LEAST "hello\n", ":9: expected Key=Value, *, not \"hello\"" },
		{ "no key before the sign", LEAST "=x\n", ":9: expected Key=Value*" },
		{ "an open group", LEAST "[Team a\n", ":9: expected [Group], not \"[Team a\"" },
		{ "text behind a group", LEAST "[Team a] # x\n", ":9: expected [Group]*" },
		{ "no UTF-8", LEAST "[Team a]\nName=caf\351\n", ":10: byte 9 is not UTF-8*" },
		{ "a wrong escape", LEAST "User=a\\qb\n", ":9: [Smtp] User: a wrong escape*" },
	};

	check_refused(rows, G_N_ELEMENTS(rows));
}

#define MAILBOX LEAST "[Mailbox inbox]\n"
#define IMAP MAILBOX "Source=imap://a@imap.example/INBOX\n"
#define TEAM LEAST "[Team a]\n"
#define CLOUD "[OAuth2 c]\nTokenUrl=https://x.example/t\nClientId=d\nClientSecret=env:X\n"
#define OPENID LEAST "[OpenID o]\nIssuer=https://x.example\nClientId=d\n"

static void test_refused_values(void)
{
	static const Refused rows[] = {
		{ "too often", IMAP "Poll=2\n",
		  ":11: [Mailbox inbox] Poll=2: expected a number from 5 to 3600" },
		{ "too seldom", IMAP "Poll=3601\n", ":11: [Mailbox inbox] Poll=3601: *" },
		{ "no number", IMAP "Poll=1m\n", ":11: * Poll=1m: expected a number*" },
		{ "an empty value", IMAP "Poll=\n", ":11: * Poll=: expected a number*" },
		{ "a wrong choice", IMAP "After=Move\n",
		  ":11: * After=Move: expected move or flag or delete" },
		{ "a wrong yes", "[Desk]\nAnswerInMail=true\n", ":2: * expected no or yes" },
		{ "no language", "[Desk]\nLanguage=nl-BE\n",
		  ":2: * expected nl or fr or de or en" },
		{ "no time zone", "[Desk]\nTimeZone=Europe/Brusels\n",
		  ":2: [Desk] TimeZone=Europe/Brusels: *" },
		{ "no address", "[Desk]\nAddress=desk\n",
		  ":2: [Desk] Address=desk: expected an e-mail address" },
		{ "two addresses", "[Desk]\nAddress=a@b.c, d@e.f\n", ":2: *" },
		{ "an empty address", "[Desk]\nAddress=\n", ":2: [Desk] Address=: expected*" },
		{ "a wrong sign", "[Desk]\nSubAddress=@\n", ":2: *" },
		{ "a letter as sign", "[Desk]\nSubAddress=x\n", ":2: *" },
		{ "a secret in the open", "[Desk]\nSecret=hunter2\n",
		  ":2: [Desk] Secret: expected file:PATH, env:NAME or command:LINE*" },
		{ "a secret without place", "[Desk]\nSecret=file:\n", ":2: [Desk] Secret: *" },
		{ "no URL", "[Desk]\nUrl=desk.example\n",
		  ":2: [Desk] Url=desk.example: expected https:*" },
		{ "another scheme", "[Desk]\nUrl=ftp://desk.example\n", ":2: *" },
		{ "a URL without host", "[Desk]\nUrl=http://\n", ":2: *" },
		{ "a wrong port", "[Desk]\nUrl=http://x.example:99999\n", ":2: *" },
		{ "a duration without unit", TEAM "Remind=3\n",
		  ":10: [Team a] Remind=3: expected a time such as*" },
		{ "a duration with another unit", TEAM "Remind=3w\n", ":10: *" },
		{ "a duration too long", TEAM "Remind=9999d\n", ":10: *" },
		{ "a duration out of all bounds", TEAM "Remind=99999999999999999999s\n", ":10: *" },
		{ "a negative duration", TEAM "Remind=-1d\n", ":10: *" },
		{ "no database", "[Store]\nDatabase=desk.db\n",
		  ":2: * expected sqlite:PATH or postgresql:*" },
		{ "no file of a database", "[Store]\nDatabase=sqlite:\n", ":2: *" },
		{ "no source", MAILBOX "Source=pop3://a@x.example\n", ":10: * expected imaps:*" },
		{ "an @ in the user", MAILBOX "Source=imaps://a@b@x.example/INBOX\n",
		  ":10: * expected *%40*" },
		{ "a password in the source", MAILBOX "Source=imaps://a:b@x.example/INBOX\n",
		  ":10: *no password*" },
		{ "no server", "[Smtp]\nServer=mail.example\n", ":2: * expected smtp:*" },
		{ "too many connections", "[Smtp]\nConnections=65\n", ":2: * from 1 to 64" },
		{ "no port", "[Portal]\nListen=127.0.0.1\n",
		  ":2: * expected ADDRESS:PORT or unix:PATH" },
		{ "port 0", "[Portal]\nListen=127.0.0.1:0\n", ":2: *" },
		{ "an address of IPv6 without brackets", "[Portal]\nListen=::1:80\n", ":2: *" },
		{ "no domain", LEAST "[Organisation A]\nDomains=a.example b_c\n", ":10: *" },
		{ "an issuer in the clear", LEAST "[OpenID o]\nIssuer=http://x.example\n",
		  ":10: [OpenID o] Issuer=http://x.example: expected https*" },
		{ "no signature", OPENID "Algorithms=RS256 none\n",
		  ":12: * Algorithms=RS256 none: expected some of RS256*" },
		{ "a signature with the secret", OPENID "Algorithms=HS256\n", ":12: *" },
		{ "no signature at all", OPENID "Algorithms=\n", ":12: *" },
		{ "a parameter of the login's own", OPENID "Parameters=prompt=login state=x\n",
		  ":12: * expected NAME=VALUE*" },
		{ "a parameter without value", OPENID "Parameters=prompt\n", ":12: *" },
		{ "a claim of another kind", OPENID "Who=name\n",
		  ":12: * expected address or national-number" },
		{ "no factor", "[Desk]\nTestClock=0.5\n",
		  ":2: * expected a number from 1 to 1000000" },
		{ "no factor but NaN", "[Desk]\nTestClock=nan\n", ":2: *" },
	};

	check_refused(rows, G_N_ELEMENTS(rows));
}

static void test_refused_together(void)
{
	static const Refused rows[] = {
		{ "no TLS to the world", IMAP "Tls=none\n",
		  ":11: [Mailbox inbox] Tls=none: only for 127.0.0.0/8*" },
		{ "no TLS to a name that looks near",
		  MAILBOX "Source=imap://a@127.0.0.1.example/INBOX\nTls=none\n", ":11: *" },
		{ "no TLS to the world, sending",
		  "[Smtp]\nServer=smtp://x.example\nTls=none\n"
		  "[Desk]\nAddress=a@b.c\nUrl=http://localhost\nSecret=env:X\n[Store]\nDatabase=sqlite:a\n",
		  ":3: [Smtp] Tls=none: *" },
		{ "an unknown provider", IMAP "OAuth2=c\n",
		  ":11: * OAuth2=c: there is no group [OAuth2 c]" },
		{ "password and provider", IMAP "OAuth2=c\nPassword=env:X\n" CLOUD,
		  ":11: * not both" },
		{ "no user for a provider",
		  MAILBOX "Source=imap://x.example/INBOX\nOAuth2=c\n" CLOUD,
		  ":11: *no user is given*" },
		{ "no user for a password",
		  MAILBOX "Source=imap://x.example/INBOX\nPassword=env:X\n",
		  ":11: * Password: a user must be given*" },
		{ "tokens in the clear", LEAST "[OAuth2 c]\nTokenUrl=http://x.example/t\n",
		  ":10: * TokenUrl=http://x.example/t: expected https*" },
		{ "a provider without secret",
		  LEAST "[OAuth2 c]\nTokenUrl=http://[::1]/t\nClientId=d\n",
		  ":11: [OAuth2 c] lacks both*" },
		{ "a sign-in without secret", OPENID,
		  ":11: [OpenID o] expected one of ClientSecret and PrivateKey*" },
		{ "a sign-in with two secrets", OPENID "ClientSecret=env:X\nPrivateKey=env:X\n",
		  ":11: [OpenID o] *not both" },
		{ "a sign-in that is none", OPENID "ClientSecret=env:X\nScope=email\n",
		  ":13: [OpenID o] Scope=email: expected openid*" },
		{ "an issuer with a query",
		  LEAST "[OpenID o]\nIssuer=https://x.example/?a\nClientId=d\nPrivateKey=env:X\n",
		  ":10: [OpenID o] Issuer=*: expected an address without*" },
		{ "the same folder twice", IMAP "Processed=X\nQuarantine=X\n",
		  ":12: * another folder than Processed" },
		{ "back into the source", IMAP "Processed=Inbox\n",
		  ":11: * another folder than the Source's" },
		{ "bad mail into the source", IMAP "Quarantine=inbox\n",
		  ":11: * another folder than the Source's" },
		{ "a test clock in service",
		  "[Desk]\nTestClock=10\nAddress=a@b.c\nUrl=https://desk.example\n"
		  "Secret=env:X\n[Store]\nDatabase=sqlite:a\n[Smtp]\nServer=directory:a\n",
		  ":2: [Desk] TestClock: for tests alone*" },
		{ "a team that is the desk", TEAM "Address=desk@desk.example\n",
		  ":10: *the desk's own address*" },
		{ "a team that is a form of the desk", TEAM "Address=Desk+x@desk.example\n",
		  ":10: *" },
		{ "two users",
		  "[Smtp]\nServer=smtp://a@x.example\nUser=b\n"
		  "[Desk]\nAddress=a@b.c\nUrl=http://localhost\nSecret=env:X\n[Store]\nDatabase=sqlite:a\n",
		  ":3: * Server names another user, a" },
	};

	check_refused(rows, G_N_ELEMENTS(rows));
}

static void test_secret_stays_hidden(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = NULL;
	g_autoptr(Settings) settings = read_text(LEAST "Password=hunter2\n", &folder, &error);

	g_assert_null(settings);
	g_assert_null(strstr(error->message, "hunter2"));
}

static void test_found(void)
{
	char *folder = folder_new();
	g_autofree char *path = folder_put(folder, "desk.conf", LEAST, -1);
	g_autofree char *missing = g_build_filename(folder, "missing.conf", NULL);
	g_autoptr(GError) error = NULL, none = NULL;
	g_autoptr(Settings) settings = NULL;

	g_setenv("PERSOCONTACT_CONFIG", path, TRUE);
	settings = settings_read(NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(settings->path, ==, path);
	g_unsetenv("PERSOCONTACT_CONFIG");
	g_assert_null(settings_read(missing, &none));
	g_assert_error(none, DESK_ERROR, DESK_ERROR_CONFIG);
	g_assert_nonnull(strstr(none->message, "missing.conf"));
	folder_remove(folder);
}

/* Every standard value of the tables is one that its own row takes. */
static void test_table(void)
{
	g_autoptr(Settings) settings = settings_defaults();

	g_assert_cmpuint(settings->smtp.connections, ==, 4);
	for (gsize i = 0; i < setting_rows_count; i++) {
		const SettingRow *row = &setting_rows[i];
		union {
			char *text;
			char **list;
			double number;
			gint64 seconds;
		} place = { .seconds = 0 };

		g_test_message("[%s] %s", row->group, row->key);
		g_assert_true(row->expected != NULL || row->type->expected != NULL ||
			      row->choices != NULL || row->most > row->least);
		g_assert_false(row->is_required && row->standard != NULL);
		if (row->standard != NULL)
			g_assert_true(row->type->read(row, row->standard, "/", &place));
		if (row->type->clear != NULL && !row->type->is_localised)
			row->type->clear(&place);
		else if (row->type->is_localised)
			g_free(place.text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settings/least", test_least);
	g_test_add_func("/settings/whole-desk", test_whole_desk);
	g_test_add_func("/settings/whole-groups", test_whole_groups);
	g_test_add_func("/settings/refused-file", test_refused_file);
	g_test_add_func("/settings/refused-values", test_refused_values);
	g_test_add_func("/settings/refused-together", test_refused_together);
	g_test_add_func("/settings/secret-stays-hidden", test_secret_stays_hidden);
	g_test_add_func("/settings/found", test_found);
	g_test_add_func("/settings/table", test_table);
	return g_test_run();
}
