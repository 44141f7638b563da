/* cmd_outbox.c - `persocontact outbox`: notices that are owed, sent, refused. */
#include "common/error.h"
#include "common/text.h"
#include "desk/case_json.h"
#include "desk/sub.h"
#include "store/outbox.h"

static json_t *notice_json(Store *store, const Notice *notice)
{
	return json_pack("{s:I, s:o, s:s, s:s, s:s, s:I, s:o, s:o, s:o}", "id",
			 (json_int_t)notice->id, "case", case_number_json(store, notice->case_id),
			 "kind", notice->kind, "to", notice->to, "state", notice->state, "tries",
			 (json_int_t)notice->tries, "next", time_json(notice->next), "why",
			 text_json(notice->why), "message_id", text_json(notice->message_id));
}

static void add_row(Table *table, const Notice *notice)
{
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, notice->id);
	g_autofree char *of =
		notice->case_id != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, notice->case_id) : NULL;
	g_autofree char *tries = g_strdup_printf("%" G_GINT64_FORMAT, notice->tries);
	g_autofree char *next = text_time(notice->next);

	table_row(table, id, of, notice->kind, notice->to, notice->state, tries, next, notice->why,
		  NULL);
}

static int outbox_list_run(Sub *sub, int argc, char **argv)
{
	static const char *const headings[] = { "id",    "case", "kind", "to", "state",
						"tries", "next", "why",  NULL };
	static const char *const states[] = { "owed", "sent", "refused", "dropped", "all", NULL };
	g_autofree char *state = NULL;
	const GOptionEntry entries[] = {
		{ "state", 0, 0, G_OPTION_ARG_STRING, &state,
		  "owed (the default), sent, refused, dropped or all", "S" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GPtrArray) notices = NULL;
	g_autoptr(GError) error = NULL;
	json_t *all = NULL;
	Table *table = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	if (state != NULL && !g_strv_contains(states, state))
		return desk_usage(argv[0], "\"%s\" is no state of a notice", state);
	if (!outbox_list(sub->store, state != NULL ? state : "owed", &notices, &error))
		return desk_fail(error);
	if (sub->json)
		all = json_array();
	else
		table = table_new(headings);
	for (guint i = 0; i < notices->len; i++) {
		if (sub->json)
			json_array_append_new(all, notice_json(sub->store, notices->pdata[i]));
		else
			add_row(table, notices->pdata[i]);
	}
	if (sub->json)
		return desk_print_json(all);
	table_print(table);
	return 0;
}

static int outbox_retry_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status) || !sub_id(argv, argv[1], &id, &status))
		return status;
	if (!outbox_retry(sub->store, id, desk_now(), &error))
		return desk_fail(error);
	sub_say(sub, "due at once");
	return 0;
}

static int outbox_drop_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *why = NULL;
	const GOptionEntry entries[] = {
		{ "why", 0, 0, G_OPTION_ARG_STRING, &why, "Why, for the record", "TEXT" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GError) error = NULL;
	gint64 id;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status) || !sub_id(argv, argv[1], &id, &status))
		return status;
	if (!outbox_drop(sub->store, id, why != NULL ? why : "dropped by hand", &error))
		return desk_fail(error);
	sub_say(sub, "dropped");
	return 0;
}

static const SubCommand outbox_commands[] = {
	{ "list", "outbox list", STORE_EXISTING, outbox_list_run,
	  "[--state owed|sent|refused|dropped|all]",
	  "Notices; without --state those that are owed." },
	{ "retry", "outbox retry", STORE_EXISTING, outbox_retry_run, "ID",
	  "Tries at once, from the beginning." },
	{ "drop", "outbox drop", STORE_EXISTING, outbox_drop_run, "ID [--why TEXT]",
	  "Sends it no more." },
	{ NULL, NULL, STORE_EXISTING, NULL, NULL, NULL },
};

int cmd_outbox(int argc, char **argv, const DeskContext *context)
{
	return sub_run(outbox_commands, argc, argv, context);
}
