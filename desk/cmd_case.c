/* cmd_case.c - `persocontact case`: looking at cases. Changing them: cmd_case_verbs.c. */
#include "desk/cmd_case.h"

#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "desk/case_json.h"
#include "store/receipts.h"

#define COLUMNS_MOST 5
#define CELL_BYTES 300
#define ANSWER_WORDS "NUMBER [--text TEXT | --file FILE] [--as NUMBER]"

static const SubCommand case_commands[] = {
	{ "list", "case list", STORE_EXISTING, case_list_run,
	  "[--state S] [--team T] [--requester NUMBER|ADDRESS] [--limit N]",
	  "The cases, newest first." },
	{ "show", "case show", STORE_EXISTING, case_show_run, "NUMBER",
	  "The whole story of a case." },
	{ "answer", "case answer", STORE_EXISTING, case_verb_run,
	  "NUMBER [--text TEXT | --file FILE] [--close] [--as NUMBER]", "Answers the requester." },
	{ "ask", "case ask", STORE_EXISTING, case_verb_run, ANSWER_WORDS,
	  "Asks the requester; the case waits." },
	{ "note", "case note", STORE_EXISTING, case_verb_run, ANSWER_WORDS,
	  "A note that only the desk sees." },
	{ "take", "case take", STORE_EXISTING, case_verb_run, "NUMBER --as NUMBER",
	  "Gives the case to a dossier manager." },
	{ "hand-on", "case hand-on", STORE_EXISTING, case_verb_run,
	  "NUMBER TEAM [--text NOTE] [--as NUMBER]", "Hands the case on to another team." },
	{ "close", "case close", STORE_EXISTING, case_verb_run, "NUMBER [--text WHY] [--as NUMBER]",
	  "Closes the case without an answer." },
	{ "reopen", "case reopen", STORE_EXISTING, case_verb_run,
	  "NUMBER [--text WHY] [--as NUMBER]", "Opens the case again." },
	{ "due", "case due", STORE_EXISTING, case_verb_run, "NUMBER YYYY-MM-DD [--as NUMBER]",
	  "Sets the day by which the case must be answered." },
	{ "merge", "case merge", STORE_EXISTING, case_verb_run, "NUMBER INTO [--as NUMBER]",
	  "Closes the case, which goes on in another one." },
	{ "refuse", "case refuse", STORE_EXISTING, case_verb_run,
	  "NUMBER [--text WHY] [--as NUMBER]", "Refuses the request." },
	{ "withdraw", "case withdraw", STORE_EXISTING, case_verb_run,
	  "NUMBER [--text WHY] [--as NUMBER]", "Withdraws the request." },
	{ "export", "case export", STORE_EXISTING, case_export_run, "NUMBER DIR",
	  "Writes every mail, every document and case.json into a folder." },
	{ NULL, NULL, STORE_EXISTING, NULL, NULL, NULL },
};

int cmd_case(int argc, char **argv, const DeskContext *context)
{
	return sub_run(case_commands, argc, argv, context);
}

Case *case_named(Sub *sub, const char *number, int *ret_status)
{
	g_autoptr(GError) error = NULL;
	Case *c = NULL;

	if (case_find(sub->store, number, &c, &error) && c == NULL)
		g_set_error(&error, DESK_ERROR, DESK_ERROR_DATA, "there is no case %s", number);
	if (error != NULL)
		*ret_status = desk_fail(error);
	return c;
}

/* ---- list ---- */

static int print_cases(Sub *sub, const GPtrArray *cases)
{
	static const char *const headings[] = { "number",    "state",   "team",
						"requester", "subject", NULL };
	json_t *all = json_array();
	Table *table = sub->json ? NULL : table_new(headings);

	for (guint i = 0; i < cases->len; i++) {
		const Case *c = cases->pdata[i];

		if (sub->json)
			json_array_append_new(all, case_json(c));
		else
			table_row(table, c->number, case_state_name(c->state), c->team,
				  c->requester.name, c->subject, NULL);
	}
	if (sub->json)
		return desk_print_json(all);
	json_decref(all);
	table_print(table);
	return 0;
}

int case_list_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *state = NULL;
	g_autofree char *team = NULL;
	g_autofree char *requester = NULL;
	gint limit = 0;
	const GOptionEntry entries[] = {
		{ "state", 0, 0, G_OPTION_ARG_STRING, &state, "Only in this state", "S" },
		{ "team", 0, 0, G_OPTION_ARG_STRING, &team, "Only of this team", "T" },
		{ "requester", 0, 0, G_OPTION_ARG_STRING, &requester, "Only of this person",
		  "NUMBER|ADDRESS" },
		{ "limit", 0, 0, G_OPTION_ARG_INT, &limit, "At most so many", "N" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GPtrArray) cases = NULL;
	g_autoptr(GError) error = NULL;
	CaseQuery query;
	CaseState known;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	if (state != NULL && !case_state_of_name(state, &known))
		return desk_usage(argv[0], "\"%s\" is no state of a case", state);
	if (limit < 0)
		return desk_usage(argv[0], "--limit is a number from 1 on");
	query = (CaseQuery){
		.state = state, .team = team, .requester = requester, .limit = (guint)limit
	};
	if (!case_list(sub->store, &query, &cases, &error))
		return desk_fail(error);
	return print_cases(sub, cases);
}

/* ---- show ---- */

static void print_line(const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		printf("%-12s %s\n", label, text);
}

static void print_heading(const char *heading)
{
	printf("\n%s%s%s\n", desk_bold(true), heading, desk_bold(false));
}

static const char *member(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

static void print_party(const char *label, const json_t *party)
{
	g_autofree char *text =
		json_is_object(party)
			? g_strdup_printf("%s %s <%s>", member(party, "number"),
					  member(party, "name"), member(party, "address"))
			: NULL;

	print_line(label, text);
}

/* A text or a number.  Given. */
static char *cell_of(const json_t *row, const char *field)
{
	const json_t *value = json_object_get(row, field);

	return json_is_integer(value)
		       ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
		       : text_one_line(member(row, field), CELL_BYTES);
}

static void print_list(const json_t *json, const char *key, const char *const *fields)
{
	const json_t *list = json_object_get(json, key);
	Table *table;
	size_t i;
	const json_t *row;

	if (json_array_size(list) == 0)
		return;
	print_heading(key);
	table = table_new(fields);
	json_array_foreach(list, i, row)
	{
		char *cells[COLUMNS_MOST] = { NULL };

		for (gsize f = 0; fields[f] != NULL && f < COLUMNS_MOST; f++)
			cells[f] = cell_of(row, fields[f]);
		table_row(table, cells[0], cells[1], cells[2], cells[3], cells[4], NULL);
		for (gsize f = 0; f < COLUMNS_MOST; f++)
			g_free(cells[f]);
	}
	table_print(table);
}

static void print_answers(const json_t *json)
{
	json_t *answers = json_object_get(json, "answers");
	const char *field;
	json_t *value;

	if (json_object_size(answers) == 0)
		return;
	print_heading("answers");
	json_object_foreach(answers, field, value)
		printf("%-20s %s\n", field, json_string_value(value));
}

static void print_whole(const json_t *json)
{
	static const char *const problems[] = { "field", "code", "read", NULL };
	static const char *const documents[] = { "kind", "type", "name", NULL };
	static const char *const mails[] = { "at", "direction", "from", "subject", NULL };
	static const char *const events[] = { "at", "who", "what", "text", NULL };
	static const char *const held[] = { "mail", "why", NULL };
	static const char *const items[] = { "n", "state", "name", "case", "why", NULL };

	printf("%s%s%s  %s\n", desk_bold(true), member(json, "number"), desk_bold(false),
	       member(json, "state"));
	print_line("subject", member(json, "subject"));
	print_line("form", member(json, "form"));
	print_line("team", member(json, "team"));
	print_line("assignee", member(json, "assignee"));
	print_party("requester", json_object_get(json, "requester"));
	print_party("employee", json_object_get(json, "employee"));
	print_party("approver", json_object_get(json, "approver"));
	print_party("proposed", json_object_get(json, "proposed"));
	print_party("deputy", json_object_get(json, "deputy"));
	print_line("opened", member(json, "opened"));
	print_line("changed", member(json, "changed"));
	print_line("earlier", member(json, "earlier"));
	print_line("comment", member(json, "comment"));
	print_answers(json);
	print_list(json, "problems", problems);
	print_list(json, "documents", documents);
	print_list(json, "mails", mails);
	print_list(json, "events", events);
	print_list(json, "held", held);
	print_list(json, "items", items);
}

int case_show_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(Case) c = NULL;
	g_autoptr(GError) error = NULL;
	json_t *json;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	c = case_named(sub, argv[1], &status);
	if (c == NULL)
		return status;
	json = case_whole_json(sub->store, c, &error);
	if (json == NULL)
		return desk_fail(error);
	if (sub->json)
		return desk_print_json(json);
	print_whole(json);
	json_decref(json);
	return 0;
}
