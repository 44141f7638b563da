/* cmd_init.c - `persocontact init`: writes desk.conf with comments and a secret; never overwrites.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/address.h"
#include "common/error.h"
#include "common/text.h"
#include "desk/desk.h"
#include "desk/init.h"

/* A new file that is whole on disk or not there at all; 73 when it exists. */
static bool write_new(const char *path, const char *text, mode_t mode, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	gsize length = strlen(text);
	bool done;

	if (fd < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
			    "%s: cannot be made: %s; nothing was written", path, g_strerror(errno));
		return false;
	}
	done = write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
	if (close(fd) != 0 || !done) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s: writing failed: %s",
			    path, g_strerror(errno));
		unlink(path);
		return false;
	}
	return true;
}

static void conf_desk(GString *text, const InitAnswers *answers)
{
	g_string_append_printf(
		text,
		"# desk.conf - the configuration of this desk.  desk.conf(5) describes every key.\n"
		"# Relative paths are relative to this file.  No secret is written in it.\n\n"
		"[Desk]\n"
		"Name=%s\n"
		"# The address that people write to; replies go to desk+c12.k7f2...@ below it.\n"
		"Address=%s\n"
		"# Empty where the mail system has no sub-addresses.\n"
		"SubAddress=+\n"
		"# Where the pages behind the links of the mails are reached.\n"
		"Url=%s\n"
		"# Of last resort: nl, fr, de or en.\n"
		"Language=%s\n"
		"TimeZone=Europe/Brussels\n"
		"# Made by `persocontact init`: keep it, all links and reply addresses hang on it.\n"
		"Secret=file:secret\n"
		"# yes puts the full answer in the mail; no puts only the link.\n"
		"AnswerInMail=no\n"
		"# Whose Authentication-Results count: the name of the mail server at your border, which must\n"
		"# take away those of others.  Without it no dossier manager can answer by mail.\n",
		answers->name, answers->address, answers->url, answers->language);
	g_string_append_printf(text, "%sTrustAuthserv=%s\n\n", answers->authserv != NULL ? "" : "#",
			       answers->authserv != NULL ? answers->authserv : "mx.desk.example");
}

static void conf_mail(GString *text, const InitAnswers *answers)
{
	g_string_append_printf(
		text,
		"[Store]\n"
		"Database=sqlite:desk.db\n\n"
		"# One group a mailbox: imaps://USER@HOST/INBOX (an @ in USER is %%40), imap:// with STARTTLS, maildir:PATH\n"
		"[Mailbox inbox]\n"
		"Source=%s\n",
		answers->source);
	g_string_append_printf(
		text,
		"%sPassword=file:imap.password\n"
		"# move, flag or delete: what is done with a mail in the mailbox once it is kept here\n"
		"After=move\n\n",
		g_str_has_prefix(answers->source, "imap") ? "" : "#");
	g_string_append_printf(
		text,
		"# smtps://HOST, smtp://HOST:587 with STARTTLS, or directory:PATH for one .eml a mail\n"
		"[Smtp]\n"
		"Server=%s\n"
		"#User=desk\n"
		"#Password=file:smtp.password\n\n",
		answers->server);
	if (answers->listen != NULL)
		g_string_append_printf(text, "[Portal]\nListen=%s\n\n", answers->listen);
}

static void conf_people(GString *text)
{
	g_string_append(
		text,
		"# One group a team.  Without an address its mails go to its members, one by one.\n");
	for (guint i = 0; i < G_N_ELEMENTS(init_teams); i++)
		g_string_append_printf(
			text,
			"[Team %s]\nName=%s\nName[fr]=%s\nName[de]=%s\nName[en]=%s\nRemind=3d\n\n",
			init_teams[i].id, init_teams[i].nl, init_teams[i].fr, init_teams[i].de,
			init_teams[i].en);
	g_string_append(text,
			"# One group an affiliated organisation; people.csv names it by its code.\n"
			"[Organisation EXAMPLE]\n"
			"Name=FOD Voorbeeld\n"
			"Name[fr]=SPF Exemple\n"
			"Domains=example.example\n\n"
			"# The applications and services that some requests belong to.\n"
			"[Elsewhere scope]\n"
			"Name=PersoSelfService – SCOPE\n"
			"Url=https://selfservice.example\nTelephone=+32 2 000 00 00\n\n"
			"[Elsewhere hr-local]\n"
			"Name=Lokale HR-dienst\n"
			"Name[fr]=Service RH local\n"
			"Name[de]=Lokaler HR-Dienst\n"
			"Name[en]=Local HR service\n");
}

static char *conf_text(const InitAnswers *answers)
{
	GString *text = g_string_new(NULL);

	conf_desk(text, answers);
	conf_mail(text, answers);
	conf_people(text);
	return g_string_free(text, FALSE);
}

/* A Maildir that is named and not there yet is made, so that the desk starts. */
static bool make_maildir(const char *folder, const char *source, GError **error)
{
	static const char *const parts[] = { "tmp", "new", "cur" };

	if (!g_str_has_prefix(source, "maildir:"))
		return true;
	g_autofree char *maildir = g_canonicalize_filename(source + strlen("maildir:"), folder);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *part = g_build_filename(maildir, parts[i], NULL);

		if (g_mkdir_with_parents(part, 0700) != 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s: %s", part,
				    g_strerror(errno));
			return false;
		}
	}
	return true;
}

bool init_write(const char *folder, const InitAnswers *answers, GError **error)
{
	g_autofree char *conf = g_build_filename(folder, "desk.conf", NULL);
	g_autofree char *secret = g_build_filename(folder, "secret", NULL);
	g_autofree char *first = secret_token(), *second = secret_token();
	g_autofree char *bytes = g_strconcat(first, second, "\n", NULL);
	g_autofree char *text = conf_text(answers);

	if (g_file_test(conf, G_FILE_TEST_EXISTS)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
			    "%s is there already: nothing was written; move it away first", conf);
		return false;
	}
	if (g_mkdir_with_parents(folder, 0700) != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s: %s", folder,
			    g_strerror(errno));
		return false;
	}
	if (!write_new(secret, bytes, 0600, error))
		return false;
	if (!make_maildir(folder, answers->source, error)) {
		unlink(secret);
		return false;
	}
	if (write_new(conf, text, 0640, error))
		return true;
	unlink(secret);
	return false;
}

/* Asks on a terminal; the answer, or the standard one when nothing is typed. */
static char *ask(const char *question, const char *standard)
{
	char line[1000];

	if (!desk_is_terminal(STDIN_FILENO))
		return g_strdup(standard);
	printf("%s [%s]: ", question, standard);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return g_strdup(standard);
	g_autofree char *answer = text_one_line(line, 500);
	return *answer != '\0' ? g_steal_pointer(&answer) : g_strdup(standard);
}

static void ask_unless_given(char **place, const char *question, const char *standard)
{
	if (*place == NULL)
		*place = ask(question, standard);
}

int cmd_init(int argc, char **argv, const DeskContext *context)
{
	InitAnswers answers = { 0 };
	const GOptionEntry entries[] = {
		{ "name", 0, 0, G_OPTION_ARG_STRING, &answers.name, "Name of the desk", "NAME" },
		{ "address", 0, 0, G_OPTION_ARG_STRING, &answers.address, "Address people write to",
		  "ADDRESS" },
		{ "url", 0, 0, G_OPTION_ARG_STRING, &answers.url, "Where the pages are reached",
		  "URL" },
		{ "language", 0, 0, G_OPTION_ARG_STRING, &answers.language, "nl, fr, de or en",
		  "CODE" },
		{ "source", 0, 0, G_OPTION_ARG_STRING, &answers.source,
		  "Mailbox: imaps://..., imap://..., maildir:PATH", "SOURCE" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &answers.server,
		  "Mail server: smtps://..., smtp://..., directory:PATH", "SERVER" },
		{ "trust", 0, 0, G_OPTION_ARG_STRING, &answers.authserv,
		  "Whose Authentication-Results count", "AUTHSERV-ID" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!desk_options(
		    &argc, &argv, entries, "init [DIR] [--address ADDRESS] [--source SOURCE] ...",
		    "Writes desk.conf (with comments) and secret into DIR, else into this folder.\n"
		    "Asks what is not given, on a terminal only.  Never overwrites.",
		    &status))
		return status;
	if (argc > 2)
		return desk_usage("init", "\"%s\" is not expected", argv[2]);
	ask_unless_given(&answers.name, "Name of the desk", "PersoContact");
	ask_unless_given(&answers.address, "Address that people write to", "desk@desk.example");
	ask_unless_given(&answers.source, "Mailbox", "maildir:mail/inbox");
	ask_unless_given(&answers.server, "Mail server for outgoing mail",
			 "directory:mail/outgoing");
	ask_unless_given(&answers.url, "Address of the pages", "http://127.0.0.1:8025");
	ask_unless_given(&answers.language, "Language of last resort", "nl");
	if (!address_is_valid(answers.address))
		return desk_usage("init",
				  "--address %s: an address such as desk@desk.example is expected",
				  answers.address);
	if (language_of_code(answers.language) == LANGUAGE_NONE)
		return desk_usage("init", "--language %s: nl, fr, de or en is expected",
				  answers.language);
	g_autofree char *folder = g_canonicalize_filename(argc == 2 ? argv[1] : ".", NULL);
	if (!init_write(folder, &answers, &error))
		return desk_fail(error);
	printf("desk.conf and secret are written.  Next: look through desk.conf, then\n"
	       "  persocontact person import people.csv\n  persocontact check\n  persocontact run\n");
	return 0;
}
