/* cmd_reconcile.c - `persocontact reconcile`: mailboxes against receipts, receipts against
 * outcomes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "desk/session.h"
#include "gateway/gateway.h"
#include "gateway/source.h"
#include "store/reconcile.h"

#define PATIENCE 300 /* seconds that a mail may lie in the mailbox */

#define SUMMARY                                                                             \
	"Compares every mail in the mailboxes with the receipts, and every receipt with\n"  \
	"its outcome.  Each difference is a line.  Status 0 when there is none, else 1.\n"  \
	"--repair takes what was left, deals with what was not dealt with, tells who was\n" \
	"not told, and looks again."

typedef struct Look {
	const DeskContext *context;
	const Settings *settings;
	Store *store;
	guint found, mails;
} Look;

static void say(Look *look, const char *of, const char *text)
{
	look->found++;
	if (look->context->json)
		desk_print_json(json_pack("{s:s, s:s}", "of", of, "finding", text));
	else
		printf("%s: %s\n", of, text);
}

/* ---- mailboxes ---- */

static bool check_mail(Look *look, const MailboxSettings *mailbox, const SourceUid *mail,
		       GError **error)
{
	gint64 patience = settings_pause(look->settings, PATIENCE) / 1000, received,
	       now = desk_now();
	g_autofree char *of = g_strdup_printf("mailbox %s", mailbox->name);
	g_autofree char *name =
		mail->uidvalidity == 0
			? g_strdup_printf("mail %s", mail->uid)
			: g_strdup_printf("mail %s (UIDVALIDITY %" G_GINT64_FORMAT ")", mail->uid,
					  mail->uidvalidity);
	g_autofree char *text = NULL;

	if (!reconcile_receipt(look->store, mailbox->name, mail->uidvalidity, mail->uid, &received,
			       error))
		return false;
	look->mails++;
	if (received == 0 && mail->received + patience < now)
		text = g_strdup_printf("%s has no receipt", name);
	else if (received != 0 && received + patience < now)
		text = g_strdup_printf("%s has a receipt, and was not %s", name,
				       mailbox->after == AFTER_MOVE   ? "moved"
				       : mailbox->after == AFTER_FLAG ? "flagged"
								      : "deleted");
	if (text != NULL)
		say(look, of, text);
	return true;
}

/* A mailbox that is away is a finding as any other; false: the database failed. */
static bool check_mailbox(Look *look, const MailboxSettings *mailbox, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GPtrArray) uids = NULL;
	g_autofree char *of = g_strdup_printf("mailbox %s", mailbox->name);
	Source *source = source_open(look->settings, mailbox, &why);
	bool listed = source != NULL && source->list(source, &uids, &why);
	bool done = true;

	source_free(source);
	if (!listed) {
		const char *sentence = why->message;

		if (g_str_has_prefix(sentence, of) && g_str_has_prefix(sentence + strlen(of), ": "))
			sentence += strlen(of) + 2;
		say(look, of, sentence);
		return true;
	}
	for (guint i = 0; done && i < uids->len; i++)
		done = check_mail(look, mailbox, g_ptr_array_index(uids, i), error);
	return done;
}

static bool look_at_all(Look *look, GPtrArray **ret_findings, GError **error)
{
	look->found = look->mails = 0;
	for (guint i = 0; i < look->settings->mailboxes->len; i++)
		if (!check_mailbox(look, g_ptr_array_index(look->settings->mailboxes, i), error))
			return false;
	if (!reconcile_look(look->store, desk_now(), ret_findings, error))
		return false;
	for (guint i = 0; i < (*ret_findings)->len; i++)
		say(look, "desk", ((Finding *)(*ret_findings)->pdata[i])->text);
	return true;
}

/* ---- repair ---- */

/* What fails here stays, and is found by the second look. */
static int repair(Look *look, const GPtrArray *findings)
{
	g_auto(Session) session = { 0 };
	int status = 0, stop_fd;

	for (guint i = 0; i < findings->len; i++) {
		g_autoptr(GError) error = NULL;

		if (!reconcile_repair(look->store, findings->pdata[i], desk_now(), &error))
			log_warning("%s: %s", ((Finding *)findings->pdata[i])->text,
				    error->message);
	}
	stop_fd = session_stop_fd();
	if (session_open(look->context, &session, &status)) {
		g_autoptr(GError) error = NULL;

		if (!gateway_run(&session.desk, true, stop_fd, &error))
			log_warning("%s", error->message);
	}
	close(stop_fd);
	return status;
}

static int look_and_repair(Look *look, bool repairs)
{
	g_autoptr(GPtrArray) findings = NULL, rest = NULL;
	g_autoptr(GError) error = NULL;
	guint before;
	int status;

	if (!look_at_all(look, &findings, &error))
		return desk_fail(error);
	before = look->found;
	if (repairs && before > 0) {
		status = repair(look, findings);
		if (status != 0)
			return status;
		if (!look->context->json)
			printf("after the repair:\n");
		if (!look_at_all(look, &rest, &error))
			return desk_fail(error);
	}
	if (look->found == 0 && !look->context->json)
		printf("all is well: %u mailboxes with %u mails, and all receipts\n",
		       look->settings->mailboxes->len, look->mails);
	return look->found == 0 ? 0 : 1;
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
	Look look = { .context = context };
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
	look.settings = settings;
	look.store = store;
	return look_and_repair(&look, repairs);
}
