/* cmd_reconcile.c - `persocontact reconcile`: mailboxes against receipts, receipts against
 * outcomes. */
#include <stdio.h>
#include <unistd.h>

#include "common/log.h"
#include "desk/look_over.h"
#include "desk/session.h"
#include "gateway/gateway.h"

#define SUMMARY                                                                             \
	"Compares every mail in the mailboxes with the receipts, and every receipt with\n"  \
	"its outcome.  Each difference is a line.  Status 0 when there is none, else 1.\n"  \
	"--repair takes what was left, deals with what was not dealt with, tells who was\n" \
	"not told, and looks again."

/* ---- repair ---- */

/* What fails here stays, and is found by the second look. */
static int repair(const DeskContext *context, Store *store, const GPtrArray *findings)
{
	g_auto(Session) session = { 0 };
	int status = 0, stop_fd;

	for (guint i = 0; i < findings->len; i++) {
		g_autoptr(GError) error = NULL;

		if (!reconcile_repair(store, findings->pdata[i], desk_now(), &error))
			log_warning("%s: %s", ((Finding *)findings->pdata[i])->text,
				    error->message);
	}
	stop_fd = session_stop_fd();
	if (session_open(context, &session, &status)) {
		g_autoptr(GError) error = NULL;

		if (!gateway_run(&session.desk, true, stop_fd, &error))
			log_warning("%s", error->message);
	}
	close(stop_fd);
	return status;
}

static void print_all(const DeskContext *context, const LookOver *look)
{
	for (guint i = 0; i < look->texts->len; i++) {
		const char *of = look->of->pdata[i], *text = look->texts->pdata[i];

		if (context->json)
			desk_print_json(json_pack("{s:s, s:s}", "of", of, "finding", text));
		else
			printf("%s: %s\n", of, text);
	}
}

static int look_and_repair(const DeskContext *context, const Settings *settings, Store *store,
			   bool repairs)
{
	g_auto(LookOver) look = { 0 }, again = { 0 };
	const LookOver *last = &look;
	g_autoptr(GError) error = NULL;
	int status;

	if (!look_over(settings, store, &look, &error))
		return desk_fail(error);
	print_all(context, &look);
	if (repairs && look.texts->len > 0) {
		status = repair(context, store, look.findings);
		if (status != 0)
			return status;
		if (!context->json)
			printf("after the repair:\n");
		if (!look_over(settings, store, &again, &error))
			return desk_fail(error);
		print_all(context, &again);
		last = &again;
	}
	if (last->texts->len == 0 && !context->json)
		printf("all is well: %u mailboxes with %u mails, and all receipts\n",
		       settings->mailboxes->len, last->mails);
	return last->texts->len == 0 ? 0 : 1;
}

int cmd_reconcile(int argc, char **argv, const DeskContext *context)
{
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	gboolean repairs = FALSE;
	const GOptionEntry entries[] = {
		{ "repair", 0, 0, G_OPTION_ARG_NONE, &repairs,
		  "Heal what is found, then look again", NULL },
		G_OPTION_ENTRY_NULL,
	};
	int status = 0;

	if (!desk_options(&argc, &argv, entries, "reconcile [--repair]", SUMMARY, &status))
		return status;
	if (argc > 1)
		return desk_usage("reconcile", "%s is too much", argv[1]);
	log_open("reconcile", false);
	settings = desk_settings(context, &status);
	store = settings != NULL ? desk_store(settings, STORE_EXISTING, &status) : NULL;
	if (store == NULL)
		return status;
	return look_and_repair(context, settings, store, repairs);
}
