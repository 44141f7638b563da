/* cmd_held.c - `persocontact held`: mails that wait for a dossier manager's eye. */
#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "desk/case_json.h"
#include "desk/session.h"
#include "desk/sub.h"
#include "gateway/act.h"
#include "gateway/read.h"
#include "store/cases.h"
#include "store/receipts.h"

static bool receipt_of(Store *store, const Held *held, Receipt **ret_receipt, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, held->receipt);
	g_autoptr(GPtrArray) receipts = NULL;

	if (!receipts_find(store, number, &receipts, error))
		return false;
	if (receipts->len == 1) {
		*ret_receipt = g_ptr_array_steal_index(receipts, 0);
		return true;
	}
	g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "mail %s is not there", number);
	return false;
}

/* ---- list ---- */

static bool add_row(Sub *sub, const Held *held, json_t *all, Table *table, GError **error)
{
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, held->receipt);
	g_autofree char *time = text_time(held->at);
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(MailRow) mail = NULL;
	json_t *number;

	if (!receipt_of(sub->store, held, &receipt, error) ||
	    (receipt->mail_id != 0 && !mails_get(sub->store, receipt->mail_id, &mail, error)))
		return false;
	number = case_number_json(sub->store, held->case_id);
	if (!sub->json)
		table_row(table, id, time, json_string_value(number),
			  mail != NULL ? mail->from : "", held->why,
			  mail != NULL ? mail->subject : "", NULL);
	json_array_append_new(all, json_pack("{s:I, s:s, s:o, s:o, s:s, s:s, s:o, s:s}", "id",
					     (json_int_t)held->receipt, "mail", receipt->raw.sha256,
					     "message_id", text_json(receipt->message_id), "case",
					     number, "from", mail != NULL ? mail->from : "",
					     "subject", mail != NULL ? mail->subject : "", "at",
					     time_json(held->at), "why", held->why));
	return true;
}

static int held_list_run(Sub *sub, int argc, char **argv)
{
	static const char *const headings[] = {
		"id", "at", "case", "from", "why", "subject", NULL
	};
	g_autoptr(GPtrArray) held = NULL;
	g_autoptr(GError) error = NULL;
	json_t *all;
	Table *table;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	if (!held_list(sub->store, &held, &error))
		return desk_fail(error);
	all = json_array();
	table = sub->json ? NULL : table_new(headings);
	for (guint i = 0; i < held->len && error == NULL; i++)
		add_row(sub, held->pdata[i], all, table, &error);
	if (sub->json && error == NULL)
		return desk_print_json(all);
	json_decref(all);
	if (table != NULL)
		table_print(table);
	return error != NULL ? desk_fail(error) : 0;
}

/* ---- add ---- */

/* A held mail is named as `mail show` names it: Message-ID, SHA-256, number. */
static bool held_named(Sub *sub, const char *name, Held **ret_held, GError **error)
{
	g_autoptr(GPtrArray) receipts = NULL, held = NULL;

	if (!receipts_find(sub->store, name, &receipts, error) ||
	    !held_list(sub->store, &held, error))
		return false;
	for (guint r = 0; r < receipts->len; r++) {
		for (guint h = 0; h < held->len; h++) {
			if (((Held *)held->pdata[h])->receipt !=
			    ((Receipt *)receipts->pdata[r])->id)
				continue;
			*ret_held = g_ptr_array_steal_index(held, h);
			return true;
		}
	}
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "no mail %s is held: see `persocontact held list`", name);
	return false;
}

static bool documents_of(Store *store, gint64 mail, GPtrArray *documents, GError **error)
{
	g_autoptr(GPtrArray) parts = NULL;

	if (!parts_of_mail(store, mail, &parts, error))
		return false;
	for (guint i = 0; i < parts->len; i++) {
		const PartRow *part = parts->pdata[i];

		if (!part->is_inline)
			g_ptr_array_add(documents, case_document_new(part->id, mail, ""));
	}
	return true;
}

/* What a dossier manager wrote is a note, and what anybody else wrote is the requester's side. */
static bool add_writing(Store *store, const Case *c, const MailRow *mail, GError **error)
{
	g_autoptr(Person) sender = NULL;
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	CaseAdd add = { .text = mail->text, .documents = documents };
	CaseBy by = { .who = mail->from[0] != '\0' ? mail->from : "console",
		      .way = WAY_COMMAND,
		      .mail = mail->id,
		      .now = desk_now() };
	bool by_desk;

	if (!people_find_address(store, mail->from, &sender, error) ||
	    !documents_of(store, mail->id, documents, error))
		return false;
	if (sender != NULL) {
		by.person = sender->id;
		by.who = sender->number;
	}
	by_desk = sender != NULL && (sender->roles & PERSON_DOSSIER_MANAGER) != 0 &&
		  c->requester.person != sender->id;
	return mails_set_case(store, mail->id, c->id, !by_desk, error) &&
	       (by_desk ? case_note(store, c->id, mail->text, documents, &by, error)
			: case_add(store, c->id, &add, &by, error));
}

static bool add_held(Sub *sub, const Held *held, const Case *c, GError **error)
{
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(MailRow) mail = NULL;

	if (!receipt_of(sub->store, held, &receipt, error) ||
	    (receipt->mail_id != 0 && !mails_get(sub->store, receipt->mail_id, &mail, error)))
		return false;
	if (mail == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the mail was not read: `persocontact mail show %s`",
			    receipt->raw.sha256);
		return false;
	}
	return add_writing(sub->store, c, mail, error) &&
	       held_settle(sub->store, held->id, "added", "", "console", desk_now(), error) &&
	       receipts_settle(sub->store, receipt->id, "done", "reply", "added by hand", c->id,
			       mail->id, error);
}

static bool add_whole(Sub *sub, const Held *held, const Case *c, GError **error)
{
	if (!store_begin(sub->store, error))
		return false;
	if (add_held(sub, held, c, error))
		return store_commit(sub->store, error);
	store_rollback(sub->store);
	return false;
}

/* A request that was held and belongs to no case yet: dealt with as if its sender were verified.
 * What is still doubtful then (two keys, a key of somebody else) needs --case. */
static bool accept_request(Sub *sub, const Session *session, const Held *held, char **ret_number,
			   GError **error)
{
	ReadOptions options = { session->settings->trust_authserv, session->settings->address,
				session->settings->sub_address };
	Desk desk = session->desk;
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(Mail) mail = NULL;
	g_autoptr(Decision) decision = NULL;
	g_autoptr(Case) c = NULL;
	g_autoptr(GPtrArray) settled = NULL;
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, held->receipt);
	int fd;

	desk.store = sub->store;
	desk.accepted = true;
	if (!receipt_of(sub->store, held, &receipt, error))
		return false;
	fd = raw_open(sub->store, &receipt->raw, error);
	if (fd < 0)
		return false;
	mail_read_init();
	mail = mail_read(fd, receipt->raw.offset, receipt->raw.length, &options);
	if (!decide(&desk, mail, &decision, error))
		return false;
	if (decision->kind == DECISION_HELD || decision->kind == DECISION_IGNORED ||
	    decision->kind == DECISION_QUARANTINED) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "it belongs to no case (%s): say --case NUMBER", decision->why);
		return false;
	}
	if (!act(&desk, mail, decision, receipt, desk_now(), error) ||
	    !held_settle(sub->store, held->id, "added", "", "console", desk_now(), error) ||
	    !receipts_find(sub->store, number, &settled, error))
		return false;
	if (settled->len == 1 && ((Receipt *)settled->pdata[0])->case_id != 0 &&
	    !case_get(sub->store, ((Receipt *)settled->pdata[0])->case_id, &c, error))
		return false;
	*ret_number = g_strdup(c != NULL ? c->number : "the desk");
	return true;
}

static bool accept_whole(Sub *sub, const Session *session, const Held *held, char **ret_number,
			 GError **error)
{
	if (!store_begin(sub->store, error))
		return false;
	if (accept_request(sub, session, held, ret_number, error))
		return store_commit(sub->store, error);
	store_rollback(sub->store);
	return false;
}

static bool case_for(Sub *sub, const Held *held, const char *number, Case **ret_case,
		     GError **error)
{
	if (number != NULL ? !case_find(sub->store, number, ret_case, error)
			   : !case_get(sub->store, held->case_id, ret_case, error))
		return false;
	if (*ret_case == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s",
			    number != NULL ? "there is no such case"
					   : "it belongs to no case: say --case NUMBER");
	return *ret_case != NULL;
}

static int held_add_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *number = NULL;
	const GOptionEntry entries[] = {
		{ "case", 0, 0, G_OPTION_ARG_STRING, &number, "To this case", "NUMBER" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(Case) c = NULL;
	g_autoptr(GError) error = NULL;
	Held *held = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (number == NULL && held_named(sub, argv[1], &held, &error) && held->case_id == 0) {
		g_auto(Session) session = { 0 };
		g_autofree char *added = NULL;

		if (session_open(sub->context, &session, &status)) {
			if (accept_whole(sub, &session, held, &added, &error))
				sub_say(sub, "added to %s", added);
			else
				status = desk_fail(error);
		}
		held_free(held);
		return status;
	}
	if ((held == NULL && error == NULL && !held_named(sub, argv[1], &held, &error)) ||
	    error != NULL || !case_for(sub, held, number, &c, &error) ||
	    !add_whole(sub, held, c, &error))
		status = desk_fail(error);
	else
		sub_say(sub, "added to %s", c->number);
	held_free(held);
	return status;
}

static int held_drop_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *why = NULL;
	const GOptionEntry entries[] = {
		{ "why", 0, 0, G_OPTION_ARG_STRING, &why, "Why, for the record", "TEXT" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GError) error = NULL;
	Held *held = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status))
		return status;
	if (why == NULL || why[0] == '\0')
		return desk_usage(argv[0], "say why: --why TEXT");
	if (!sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (held_named(sub, argv[1], &held, &error))
		held_settle(sub->store, held->id, "dropped", why, "console", desk_now(), &error);
	held_free(held);
	if (error != NULL)
		return desk_fail(error);
	sub_say(sub, "dropped; the bytes stay");
	return 0;
}

static const SubCommand held_commands[] = {
	{ "list", "held list", STORE_EXISTING, held_list_run, "",
	  "Mails that wait for somebody's eye." },
	{ "add", "held add", STORE_EXISTING, held_add_run, "ID [--case NUMBER]",
	  "Adds the mail to its case, or to another." },
	{ "drop", "held drop", STORE_EXISTING, held_drop_run, "ID --why TEXT", "Lets it be." },
	{ NULL, NULL, STORE_EXISTING, NULL, NULL, NULL },
};

int cmd_held(int argc, char **argv, const DeskContext *context)
{
	return sub_run(held_commands, argc, argv, context);
}
