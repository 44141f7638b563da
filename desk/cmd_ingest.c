/* cmd_ingest.c - `persocontact ingest`: mails from files, folders, standard input. */
#include <stdio.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "desk/session.h"
#include "gateway/gateway.h"
#include "gateway/read.h"
#include "gateway/receive.h"

static void show_progress(guint taken, void *user)
{
	if (desk_is_terminal(STDERR_FILENO))
		fprintf(stderr, "\r%u mails taken", taken);
}

/* A database that is locked or full, and whatever else may pass, is 75 for the mail server that
 * pipes a mail in: it keeps the mail and tries again. */
static int fail_for_pipe(const GError *error)
{
	int status = desk_fail(error);

	return status == DESK_ERROR_IO || status == DESK_ERROR_UNAVAILABLE ? DESK_ERROR_TEMPFAIL
									   : status;
}

int cmd_ingest(int argc, char **argv, const DeskContext *context)
{
	g_auto(Session) session = { 0 };
	g_autoptr(Receiver) receiver = NULL;
	g_autoptr(GError) error = NULL;
	guint all = 0, done = 0;
	int status = 0;

	if (!desk_options(
		    &argc, &argv, NULL, "ingest FILE|DIR|- ...",
		    "Takes mails from .eml files, mboxes, Maildirs, folders of .eml files, or\n"
		    "standard input (one mail, or an mbox), as if they had come to the mailbox.\n"
		    "The files are left alone.",
		    &status))
		return status;
	if (argc < 2)
		return desk_usage("ingest", "a file, a folder or - is missing");
	log_open("ingest", false);
	if (!session_open(context, &session, &status))
		return status;
	mail_read_init();
	receiver = receiver_new(session.store, desk_now, &error);
	if (receiver == NULL)
		return fail_for_pipe(error);
	for (int i = 1; i < argc && error == NULL; i++) {
		guint taken = 0;

		files_take(argv[i], receiver_sink(receiver), &taken, show_progress, NULL, &error);
		all += taken;
	}
	if (desk_is_terminal(STDERR_FILENO) && all > 0)
		fputc('\n', stderr);
	if (error != NULL)
		return fail_for_pipe(error);
	if (!gateway_drain(&session.desk, &done,
			   &error)) /* received: the gateway deals with it later */
		log_warning("received, and not yet read: %s", error->message);
	if (context->json)
		return desk_print_json(
			json_pack("{s:i, s:i}", "received", (int)all, "read", (int)done));
	if (desk_is_terminal(STDOUT_FILENO))
		printf("%u received, %u read\n", all, done);
	return 0;
}
