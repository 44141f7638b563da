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

/* To its case, or to the one that is named. */
static bool add_to_case(const Desk *desk, const Held *held, const char *number, char **ret_number,
			GError **error)
{
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(Case) c = NULL;

	if (!receipt_of(desk->store, held, &receipt, error) ||
	    (number != NULL ? !case_find(desk->store, number, &c, error)
			    : !case_get(desk->store, held->case_id, &c, error)))
		return false;
	if (c == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "there is no such case");
		return false;
	}
	*ret_number = g_strdup(c->number);
	return act_by_hand(desk, receipt, c->id, desk_now(), error);
}

/* A request that was held and belongs to no case yet.  What is still doubtful then (two keys, a key
 * of somebody else) needs --case. */
static bool accept_request(const Desk *desk, const Held *held, char **ret_number, GError **error)
{
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(Receipt) settled = NULL;
	g_autoptr(Case) c = NULL;

	if (!receipt_of(desk->store, held, &receipt, error) ||
	    !act_accepted(desk, receipt, desk_now(), error) ||
	    !receipt_of(desk->store, held, &settled, error) ||
	    (settled->case_id != 0 && !case_get(desk->store, settled->case_id, &c, error)))
		return false;
	*ret_number = g_strdup(c != NULL ? c->number : "the desk");
	return true;
}

static bool add_whole(const Desk *desk, const Held *held, const char *number, char **ret_number,
		      GError **error)
{
	if (!store_begin(desk->store, error))
		return false;
	if (number == NULL && held->case_id == 0
		    ? accept_request(desk, held, ret_number, error)
		    : add_to_case(desk, held, number, ret_number, error))
		return store_commit(desk->store, error);
	store_rollback(desk->store);
	return false;
}

static int add_named(Sub *sub, const Session *session, const char *name, const char *number)
{
	Desk desk = session->desk;
	g_autofree char *added = NULL;
	g_autoptr(GError) error = NULL;
	Held *held = NULL;
	int status = 0;

	desk.store = sub->store;
	mail_read_init();
	if (held_named(sub, name, &held, &error) && add_whole(&desk, held, number, &added, &error))
		sub_say(sub, "added to %s", added);
	else
		status = desk_fail(error);
	held_free(held);
	return status;
}

static int held_add_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *number = NULL;
	const GOptionEntry entries[] = {
		{ "case", 0, 0, G_OPTION_ARG_STRING, &number, "To this case", "NUMBER" },
		G_OPTION_ENTRY_NULL,
	};
	g_auto(Session) session = { 0 };
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status) ||
	    !session_open(sub->context, &session, &status))
		return status;
	return add_named(sub, &session, argv[1], number);
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
