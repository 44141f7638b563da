/* cmd_demo.c - `persocontact demo`: a whole desk in a folder, played with real mails.
 *
 * A Maildir is the mailbox, a folder of .eml files the outgoing mail.  What is printed is read
 * out of the mails that the desk has written.  After the play it stays: mails dropped into the
 * mailbox are answered while one watches, and the links in them open.
 */
#include <ftw.h>
#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "desk/demo.h"
#include "desk/session.h"
#include "gateway/gateway.h"
#include "notifier/notifier.h"
#include "portal/portal.h"

static const struct {
	const char *mail, *says;
	const char *reply_to; /* the latest outgoing mail to this address is what it replies to; or
				 NULL */
} scenes[] = {
	{ "1-request-nl.eml", "An (Dutch) asks for parental leave, with the birth certificate",
	  NULL },
	{ "2-incomplete-fr.eml",
	  "Luc (French) forgets the attestation and types a day that does not exist", NULL },
	{ "3-missing-piece-fr.eml", "Luc replies with only what was missing",
	  "luc.dubois@finance.example" },
	{ "4-question-de.eml", "Karl (German) asks in his own words, without a template", NULL },
	{ "5-menu-en.eml", "Emma (English) mails \"help\"", NULL },
	{ "6-approval-nl.eml", "Karl asks for a four-day week, which his manager must approve",
	  NULL },
	{ "7-manager-yes.eml", "Mia, his manager, replies \"akkoord\"",
	  "mia.claes@finance.example" },
	{ "8-answer-nl.eml", "Dirk, dossier manager, answers An by replying to the team's mail",
	  "absence@desk.example" },
};

/* Where the pages are shown: the usual port, or one that is free. */
static char *free_address(void)
{
	const guint16 ports[] = { 8025, 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(ports); i++) {
		g_autoptr(GSocket) probe = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
							G_SOCKET_PROTOCOL_DEFAULT, NULL);
		g_autoptr(GSocketAddress) any =
			g_inet_socket_address_new_from_string("127.0.0.1", ports[i]);
		g_autoptr(GSocketAddress) found = NULL;

		if (probe == NULL || !g_socket_bind(probe, any, TRUE, NULL) ||
		    (found = g_socket_get_local_address(probe, NULL)) == NULL)
			continue;
		return g_strdup_printf("127.0.0.1:%u", g_inet_socket_address_get_port(
							       G_INET_SOCKET_ADDRESS(found)));
	}
	return g_strdup("127.0.0.1:8025"); /* what is wrong with it is said by the portal */
}

static bool write_conf(const char *folder, GError **error)
{
	g_autofree char *listen = free_address(), *url = g_strconcat("http://", listen, NULL);
	InitAnswers answers = {
		.name = (char *)"PersoContact",
		.address = (char *)"desk@desk.example",
		.language = (char *)"nl",
		.url = url,
		.listen = listen,
		.source = (char *)"maildir:inbox",
		.server = (char *)"directory:outgoing",
		.authserv = (char *)"mx.desk.example",
	};
	g_autofree char *path = g_build_filename(folder, "desk.conf", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GString) whole = NULL;

	if (!init_write(folder, &answers, error) || !g_file_get_contents(path, &text, NULL, error))
		return false;
	whole = g_string_new(text);
	g_string_replace(
		whole,
		"[Organisation EXAMPLE]\nName=FOD Voorbeeld\nName[fr]=SPF Exemple\nDomains=example.example",
		"[Organisation FINANCE]\nName=FOD Financiën\nName[fr]=SPF Finances\nDomains=finance.example",
		1);
	for (size_t i = 0; i < G_N_ELEMENTS(init_teams); i++) {
		g_autofree char *group = g_strdup_printf("[Team %s]\n", init_teams[i].id);
		g_autofree char *with =
			g_strdup_printf("%sAddress=%s@desk.example\n", group, init_teams[i].id);

		g_string_replace(whole, group, with, 1);
	}
	return g_file_set_contents(path, whole->str, whole->len, error);
}

static bool prepare(Session *session, GError **error)
{
	g_autofree char *people = data_folder("desk/demo/people.csv");
	PeopleImport *import = NULL;
	bool done;

	done = people_import(session->store, session->settings, people, desk_now(), NULL, NULL,
			     &import, error);
	if (done && import->mistakes->len > 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "%s",
			    (const char *)g_ptr_array_index(import->mistakes, 0));
		done = false;
	}
	if (done)
		printf("%u people know the desk by its address, %s.\n", import->read,
		       session->settings->address);
	people_import_free(import);
	return done;
}

static bool work(Session *session, int stop_fd, GError **error)
{
	return gateway_run(&session->desk, true, stop_fd, error) &&
	       notifier_run(session->settings, session->store, session->forms, session->texts,
			    session->secret, true, stop_fd, error);
}

static bool play(Session *session, Outgoing *outgoing, int stop_fd, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(scenes); i++) {
		printf("\n%s=== %zu. %s%s\n", desk_bold(true), i + 1, scenes[i].says,
		       desk_bold(false));
		if (!demo_drop(session->settings->folder, scenes[i].mail, outgoing,
			       scenes[i].reply_to, error) ||
		    !work(session, stop_fd, error) || !outgoing_show(outgoing, error))
			return false;
	}
	return true;
}

typedef struct Worker {
	const DeskContext *context;
	bool (*run)(Session *session, int stop_fd, GError **error);
	int stop_fd;
} Worker;

static bool run_gateway(Session *session, int stop_fd, GError **error)
{
	return gateway_run(&session->desk, false, stop_fd, error);
}

static bool run_notifier(Session *session, int stop_fd, GError **error)
{
	return notifier_run(session->settings, session->store, session->forms, session->texts,
			    session->secret, false, stop_fd, error);
}

static bool run_portal(Session *session, int stop_fd, GError **error)
{
	const PortalDesk desk = { .settings = session->settings,
				  .forms = session->forms,
				  .texts = session->texts,
				  .secret = session->secret,
				  .store = session->store };
	g_autoptr(PortalDoor) door = portal_door_open(session->settings, error);

	return door != NULL && portal_run(&desk, door, stop_fd, error);
}

static gpointer worker_main(gpointer data)
{
	Worker *self = data;
	g_auto(Session) session = { 0 };
	g_autoptr(GError) error = NULL;
	int status;

	if (session_open(self->context, &session, &status) &&
	    !self->run(&session, self->stop_fd, &error))
		log_error("%s", error->message);
	return NULL;
}

static bool stay(const DeskContext *context, const char *folder, Outgoing *outgoing, int stop_fd,
		 GError **error)
{
	Worker workers[] = { { context, run_gateway, stop_fd },
			     { context, run_notifier, stop_fd },
			     { context, run_portal, stop_fd } };
	GThread *threads[G_N_ELEMENTS(workers)];
	struct pollfd stop = { stop_fd, POLLIN, 0 };
	bool done = true;

	for (size_t i = 0; i < G_N_ELEMENTS(workers); i++)
		threads[i] = g_thread_new("demo", worker_main, &workers[i]);
	printf("\nThe desk goes on, and the links of the mails open.  Drop a mail from one of its people (luc.dubois@finance.example, ...)\n"
	       "into %s/inbox/new and watch, or look around:\n"
	       "  persocontact --config %s/desk.conf person list\n"
	       "  persocontact --config %s/desk.conf case list\n"
	       "Ctrl-C stops it.\n",
	       folder, folder, folder);
	fflush(stdout);
	while (poll(&stop, 1, 300) == 0)
		done = outgoing_show(outgoing, error) && done;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	return done;
}

static int demo(const char *folder, bool once, const DeskContext *shared, GError **error)
{
	g_autofree char *conf = g_build_filename(folder, "desk.conf", NULL);
	DeskContext context = { .config = conf };
	g_auto(Session) session = { 0 };
	Outgoing *outgoing = NULL;
	int status = 0, stop_fd = session_stop_fd();
	char *show[] = { (char *)"case", (char *)"show", (char *)"1", NULL };
	bool done;

	if (!write_conf(folder, error) || !session_open(&context, &session, &status))
		return *error != NULL ? desk_fail(*error) : status;
	printf("A desk in %s: inbox/ is its mailbox, outgoing/ what it sends.\n", folder);
	outgoing = outgoing_new(folder);
	done = prepare(&session, error) && play(&session, outgoing, stop_fd, error);
	if (done) {
		printf("\n%s=== What `persocontact case show 1` tells%s\n", desk_bold(true),
		       desk_bold(false));
		done = cmd_case(3, show, &context) == 0;
	}
	if (done && !once)
		done = stay(&context, folder, outgoing, stop_fd, error);
	outgoing_free(outgoing);
	close(stop_fd);
	if (*error != NULL)
		return desk_fail(*error);
	return done ? 0 : DESK_ERROR_SOFTWARE;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	return remove(path);
}

int cmd_demo(int argc, char **argv, const DeskContext *context)
{
	g_autofree char *folder = NULL;
	g_autoptr(GError) error = NULL;
	gboolean once = FALSE;
	bool is_ours;
	const GOptionEntry entries[] = {
		{ "once", 0, 0, G_OPTION_ARG_NONE, &once,
		  "End after the play (and clean up, without --dir)", NULL },
		{ "dir", 0, 0, G_OPTION_ARG_FILENAME, &folder,
		  "Where: a folder without a desk.conf", "DIR" },
		G_OPTION_ENTRY_NULL,
	};
	int status = 0;

	if (!desk_options(
		    &argc, &argv, entries, "demo [--once] [--dir DIR]",
		    "Plays a desk in a folder: requests in four languages, an incomplete one, an\n"
		    "attestation, an approval, an answer; prints what each person sees; then stays\n"
		    "until it is stopped.",
		    &status))
		return status;
	if (argc > 1)
		return desk_usage("demo", "\"%s\" is not expected", argv[1]);
	log_open("demo", false);
	signal(SIGPIPE, SIG_IGN);
	is_ours = folder == NULL;
	if (is_ours)
		folder = g_dir_make_tmp("persocontact-demo-XXXXXX", &error);
	if (folder == NULL)
		return desk_fail(error);
	g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
	status = demo(absolute, once, context, &error);
	if (once && is_ours)
		nftw(absolute, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return status;
}
