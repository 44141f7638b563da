/* cmd_check.c - `persocontact check`: tries everything, and says what works and what to do. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "desk/session.h"
#include "gateway/source.h"
#include "notifier/notifier.h"
#include "notifier/sender.h"
#include "portal/portal.h"
#include "portal/oidc_provider.h"
#include "store/people.h"

#define OPENID_CHECK_SECONDS 15

typedef struct Findings {
	json_t *list;
	bool json, bad;
} Findings;

typedef enum { FINE, NOTE, BAD } Finding; /* NOTE: worth a look, and the desk works without it */

static void say(Findings *findings, Finding finding, const char *what, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

static void say(Findings *findings, Finding finding, const char *what, const char *format, ...)
{
	static const char *const words[] = { "ok", "note", "BAD" };
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	findings->bad = findings->bad || finding == BAD;
	if (findings->json)
		json_array_append_new(findings->list,
				      json_pack("{s:b, s:s, s:s}", "ok", finding != BAD, "what",
						what, "text", sentence));
	else
		printf("%-4s %-14s %s\n", words[finding], what, sentence);
}

static void check_secret(Findings *findings, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = secret_read(settings->secret, settings->folder, &error);
	g_autoptr(Secret) secret = bytes != NULL ? secret_new(bytes, strlen(bytes), &error) : NULL;
	struct stat status;

	if (secret == NULL) {
		say(findings, BAD, "secret", "%s", error->message);
		return;
	}
	if (g_str_has_prefix(settings->secret, "file:")) {
		g_autofree char *path =
			g_canonicalize_filename(settings->secret + 5, settings->folder);

		if (stat(path, &status) == 0 && (status.st_mode & 077) != 0) {
			say(findings, BAD, "secret", "%s can be read by others: chmod 600 it",
			    path);
			return;
		}
	}
	say(findings, FINE, "secret", "is there and long enough");
}

static Forms *check_forms(Findings *findings, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = data_folder("forms/definitions");
	Forms *forms = forms_open(folder, settings->forms, &error);

	if (forms == NULL) {
		say(findings, BAD, "forms", "%s", error->message);
		return NULL;
	}
	say(findings, FINE, "forms", "%u forms, none with a mistake", forms->all->len);
	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = g_ptr_array_index(forms->all, i);

		if (form->elsewhere != NULL &&
		    settings_elsewhere(settings, form->elsewhere) == NULL)
			say(findings, NOTE, "forms",
			    "%s: [Elsewhere %s] is not in the configuration: its mails cannot say where to go",
			    form->id, form->elsewhere);
		if (form->elsewhere == NULL && form->team != NULL &&
		    settings_team(settings, form->team) == NULL)
			say(findings, BAD, "forms",
			    "%s: [Team %s] is not in the configuration; its mails go to the admins",
			    form->id, form->team);
	}
	return forms;
}

static void check_texts(Findings *findings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = data_folder("texts");
	g_autoptr(Texts) texts = texts_open(folder, &error);

	say(findings, texts != NULL ? FINE : BAD, "texts", "%s",
	    texts != NULL ? "complete in four languages" : error->message);
}

static void check_database(Findings *findings, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(settings->database, STORE_EXISTING, &error);
	g_autoptr(GPtrArray) found = NULL, admins = NULL;

	if (store == NULL || !store_check(store, &found, &error)) {
		say(findings, BAD, "database", "%s", error->message);
		return;
	}
	for (guint i = 0; i < found->len; i++)
		say(findings, BAD, "database", "%s", (const char *)g_ptr_array_index(found, i));
	if (found->len == 0)
		say(findings, FINE, "database", "%s is whole", settings->database);
	if (people_with_role(store, PERSON_ADMIN, &admins, NULL) && admins->len == 0)
		say(findings, NOTE, "people",
		    "nobody has the role admin: alarms reach nobody; import people.csv with one");
}

static void check_mailboxes(Findings *findings, const Settings *settings)
{
	if (settings->mailboxes->len == 0)
		say(findings, FINE, "mailbox",
		    "none is configured: mail comes by `persocontact ingest` alone");
	for (guint i = 0; i < settings->mailboxes->len; i++) {
		const MailboxSettings *mailbox = g_ptr_array_index(settings->mailboxes, i);
		g_autoptr(GError) error = NULL;
		g_autofree char *line = source_check(settings, mailbox, &error);

		say(findings, line != NULL ? FINE : BAD, mailbox->name, "%s",
		    line != NULL ? line : error->message);
	}
}

static void check_smtp(Findings *findings, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = sender_check(settings, &error);

	say(findings, line != NULL ? FINE : BAD, "smtp", "%s",
	    line != NULL ? line : error->message);
}

static void check_portal(Findings *findings, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = portal_door_describe(settings, &error);

	if (error != NULL)
		say(findings, BAD, "portal", "%s", error->message);
	else if (line != NULL)
		say(findings, FINE, "portal", "%s", line);
}

static void check_openid(Findings *findings, const Settings *settings)
{
	for (guint i = 0; i < settings->openid->len; i++) {
		const OpenIdSettings *openid = g_ptr_array_index(settings->openid, i);
		const OidcWait wait = { .deadline = g_get_monotonic_time() +
						    OPENID_CHECK_SECONDS * G_USEC_PER_SEC };
		g_autoptr(OidcProvider) provider = oidc_provider_new(settings, openid);
		g_autoptr(GError) error = NULL;
		g_autofree char *line = oidc_provider_check(provider, &wait, &error);

		say(findings, line != NULL ? FINE : BAD, openid->name, "%s",
		    line != NULL ? line : error->message);
	}
}

static void check_card(Findings *findings, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = NULL;
	bool good = portal_card_describe(settings, &line, &error);

	if (error != NULL)
		say(findings, BAD, "card", "%s", error->message);
	else if (line != NULL)
		say(findings, good ? FINE : BAD, "card", "%s", line);
}

int cmd_check(int argc, char **argv, const DeskContext *context)
{
	Findings findings = { .json = context->json };
	g_autoptr(Settings) settings = NULL;
	int status = 0;

	if (!desk_options(
		    &argc, &argv, NULL, "check",
		    "Tries configuration, secret, forms, texts, database, mailboxes, mail server,\n"
		    "page and OpenID providers.\n"
		    "Exit status 0 when all is well, else 1; 78: the configuration cannot be read.",
		    &status))
		return status;
	settings = desk_settings(context, &status);
	if (settings == NULL)
		return status;
	findings.list = json_array();
	say(&findings, FINE, "configuration", "%s", settings->path);
	check_secret(&findings, settings);
	forms_free(check_forms(&findings, settings));
	check_texts(&findings);
	check_database(&findings, settings);
	check_mailboxes(&findings, settings);
	check_smtp(&findings, settings);
	check_portal(&findings, settings);
	check_openid(&findings, settings);
	check_card(&findings, settings);
	if (context->json)
		desk_print_json(json_incref(findings.list));
	json_decref(findings.list);
	return findings.bad ? 1 : 0;
}
