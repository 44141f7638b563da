/* cmd_mail.c - `persocontact mail` and `quarantine`: what became of each mail that came. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "common/error.h"
#include "common/text.h"
#include "desk/case_json.h"
#include "desk/receipt_show.h"
#include "desk/sub.h"
#include "store/receipts.h"

/* ---- printing ---- */

static int print_receipts(Sub *sub, const GPtrArray *receipts, bool one)
{
	static const char *const headings[] = { "id",       "received",   "mailbox", "state",
						"decision", "message-id", "why",     NULL };
	json_t *all;
	Table *table;

	if (one && receipts->len == 1 && sub->json)
		return desk_print_json(receipt_whole_json(sub->store, receipts->pdata[0]));
	if (one && receipts->len == 1) {
		receipt_print(sub->store, receipts->pdata[0]);
		return 0;
	}
	all = json_array();
	table = sub->json ? NULL : table_new(headings);
	for (guint i = 0; i < receipts->len; i++) {
		const Receipt *receipt = receipts->pdata[i];
		g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, receipt->id);
		g_autofree char *time = text_time(receipt->received);

		if (sub->json)
			json_array_append_new(all, receipt_json(sub->store, receipt));
		else
			table_row(table, id, time, receipt->mailbox, receipt->state,
				  receipt->decision, receipt->message_id, receipt->why, NULL);
	}
	if (!sub->json) {
		json_decref(all);
		table_print(table);
		return 0;
	}
	return desk_print_json(all);
}

static int list_receipts(Sub *sub, const char *state)
{
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(GError) error = NULL;

	if (!receipts_list(sub->store, state, 0, &receipts, &error))
		return desk_fail(error);
	return print_receipts(sub, receipts, false);
}

/* Those that are called so, only in a state unless it is NULL; none is an error that is said. */
static GPtrArray *named(Sub *sub, const char *name, const char *state, int *ret_status)
{
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(GError) error = NULL;

	if (receipts_find(sub->store, name, &receipts, &error))
		for (guint i = receipts->len; i > 0; i--)
			if (state != NULL &&
			    strcmp(((Receipt *)receipts->pdata[i - 1])->state, state) != 0)
				g_ptr_array_remove_index(receipts, i - 1);
	if (error == NULL && receipts->len == 0)
		g_set_error(&error, DESK_ERROR, DESK_ERROR_DATA, "there is no mail %s%s", name,
			    state != NULL ? " in quarantine" : "");
	if (error == NULL)
		return g_steal_pointer(&receipts);
	*ret_status = desk_fail(error);
	return NULL;
}

/* ---- mail ---- */

static int mail_list_run(Sub *sub, int argc, char **argv)
{
	static const char *const states[] = { "received", "read", "quarantined",
					      "held",     "done", NULL };
	g_autofree char *state = NULL;
	const GOptionEntry entries[] = {
		{ "state", 0, 0, G_OPTION_ARG_STRING, &state,
		  "received, read, quarantined, held or done", "S" },
		G_OPTION_ENTRY_NULL,
	};
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	if (state != NULL && !g_strv_contains(states, state))
		return desk_usage(argv[0], "\"%s\" is no state of a mail", state);
	return list_receipts(sub, state);
}

static int mail_show_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(GPtrArray) receipts = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	receipts = named(sub, argv[1], NULL, &status);
	return receipts != NULL ? print_receipts(sub, receipts, true) : status;
}

static const SubCommand mail_commands[] = {
	{ "list", "mail list", STORE_EXISTING, mail_list_run, "[--state S]",
	  "Every mail that came, in order." },
	{ "show", "mail show", STORE_EXISTING, mail_show_run, "ID",
	  "One mail, by Message-ID, SHA-256 (8 digits or more) or number." },
	{ NULL, NULL, STORE_EXISTING, NULL, NULL, NULL },
};

int cmd_mail(int argc, char **argv, const DeskContext *context)
{
	return sub_run(mail_commands, argc, argv, context);
}

/* ---- quarantine ---- */

static int quarantine_list_run(Sub *sub, int argc, char **argv)
{
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	return list_receipts(sub, "quarantined");
}

static int quarantine_show_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(GPtrArray) receipts = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	receipts = named(sub, argv[1], "quarantined", &status);
	return receipts != NULL ? print_receipts(sub, receipts, true) : status;
}

static CaseBy by_console(void)
{
	return (CaseBy){ .who = "console", .way = WAY_COMMAND, .now = desk_now() };
}

/* The bytes as they came, for who wants to look at them elsewhere; nothing is written over. */
static bool save(Sub *sub, const Receipt *receipt, const char *path, GError **error)
{
	CaseBy by = by_console();
	int from = raw_open_checked(sub->store, &receipt->raw, error);
	int to = from >= 0 ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	gint64 done = 0;

	if (from < 0)
		return false;
	if (to < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s cannot be made: %s",
			    path, g_strerror(errno));
		return false;
	}
	while (done < receipt->raw.length) {
		off_t at = (off_t)(receipt->raw.offset + done);
		ssize_t sent = sendfile(to, from, &at, (size_t)(receipt->raw.length - done));

		if (sent <= 0 && !(sent < 0 && errno == EINTR))
			break;
		done += MAX(sent, 0);
	}
	if (done < receipt->raw.length || fsync(to) != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s cannot be written: %s", path,
			    g_strerror(errno));
		unlink(path);
		close(to);
		return false;
	}
	close(to);
	return receipts_note(sub->store, receipt->id, "saved", "", &by, error);
}

static int quarantine_save_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 2, 2, &status))
		return status;
	receipts = named(sub, argv[1], "quarantined", &status);
	if (receipts == NULL)
		return status;
	if (receipts->len > 1)
		return desk_usage(argv[0], "%s are %u mails: say the number of one", argv[1],
				  receipts->len);
	if (!save(sub, receipts->pdata[0], argv[2], &error))
		return desk_fail(error);
	sub_say(sub, "saved in %s: open it with care", argv[2]);
	return 0;
}

static int quarantine_retry_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(GError) error = NULL;
	CaseBy by = by_console();
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	receipts = named(sub, argv[1], "quarantined", &status);
	if (receipts == NULL)
		return status;
	for (guint i = 0; i < receipts->len; i++)
		if (!quarantine_retry(sub->store, ((Receipt *)receipts->pdata[i])->id, &by, &error))
			return desk_fail(error);
	sub_say(sub, "%u to be read again: the gateway does it", receipts->len);
	return 0;
}

static int quarantine_drop_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *why = NULL;
	const GOptionEntry entries[] = {
		{ "why", 0, 0, G_OPTION_ARG_STRING, &why, "Why, for the record", "TEXT" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(GError) error = NULL;
	CaseBy by = by_console();
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status))
		return status;
	if (why == NULL || why[0] == '\0')
		return desk_usage(argv[0], "say why: --why TEXT");
	if (!sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	receipts = named(sub, argv[1], "quarantined", &status);
	if (receipts == NULL)
		return status;
	for (guint i = 0; i < receipts->len; i++)
		if (!quarantine_drop(sub->store, ((Receipt *)receipts->pdata[i])->id, why, &by,
				     &error))
			return desk_fail(error);
	sub_say(sub, "%u dropped; the bytes stay", receipts->len);
	return 0;
}

static const SubCommand quarantine_commands[] = {
	{ "list", "quarantine list", STORE_EXISTING, quarantine_list_run, "",
	  "Mails that could not be read." },
	{ "show", "quarantine show", STORE_EXISTING, quarantine_show_run, "ID",
	  "One of them, by Message-ID, SHA-256 or number." },
	{ "save", "quarantine save", STORE_EXISTING, quarantine_save_run, "ID FILE",
	  "Writes its bytes, as they came, into a new file." },
	{ "retry", "quarantine retry", STORE_EXISTING, quarantine_retry_run, "ID",
	  "To be read again." },
	{ "drop", "quarantine drop", STORE_EXISTING, quarantine_drop_run, "ID --why TEXT",
	  "Lets it be." },
	{ NULL, NULL, STORE_EXISTING, NULL, NULL, NULL },
};

int cmd_quarantine(int argc, char **argv, const DeskContext *context)
{
	return sub_run(quarantine_commands, argc, argv, context);
}
