/* compose_commands.c - the commands that can be mailed, and what became of those that were. */
#include "notifier/compose_data.h"

#include "forms/value.h"
#include "notifier/compose_words.h"

/* The mails about a case show those of every day; help and mistakes all of them. */
json_t *list_of_commands(const MailPlan *plan)
{
	static const struct {
		const char *word, *argument, *what;
		bool is_rare;
	} commands[] = {
		{ "#note", NULL, "command-note", false },
		{ "#wait", NULL, "command-wait", false },
		{ "#close", NULL, "command-close", false },
		{ "#take", NULL, "command-take", false },
		{ "#to", "word-team", "command-to", false },
		{ "#form", "word-form", "command-form", false },
		{ "#reopen", NULL, "command-reopen", false },
		{ "#answer", "word-answer", "command-answer", true },
		{ "#due", "word-date", "command-due", true },
		{ "#split", "word-form", "command-split", true },
		{ "#merge", "word-case", "command-merge", true },
		{ "#watch", NULL, "command-watch", true },
		{ "#unwatch", NULL, "command-unwatch", true },
		{ "#help", NULL, "command-help", false },
	};
	bool all = plan_is_kind(plan, "command-help") || plan_is_kind(plan, "command-error");
	json_t *rows = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *word =
			commands[i].argument == NULL
				? g_strdup(commands[i].word)
				: g_strdup_printf("%s %s", commands[i].word,
						  plan_word(plan, commands[i].argument));

		if (all || !commands[i].is_rare)
			json_array_append_new(rows, json_pack("{s:s, s:s}", "word", word, "what",
							      plan_word(plan, commands[i].what)));
	}
	return wrap_rows(rows);
}

/* What an argument is to people: a form's title, a day. */
static char *argument_of(const MailPlan *plan, const char *what, const char *text)
{
	const Form *form =
		g_str_equal(what, "reformed") ? forms_find(plan->desk->forms, text) : NULL;

	if (form != NULL)
		return g_strdup(form->title[plan->facts->language]);
	return g_str_equal(what, "due")
		       ? value_show_date(NULL, text, plan->desk->texts, plan->facts->language)
		       : g_strdup(text);
}

json_t *list_of_done(const MailPlan *plan)
{
	json_t *rows = json_array(), *each;
	size_t i;

	json_array_foreach(json_object_get(plan->facts->data, "done"), i, each)
	{
		const char *what = json_string_value(json_object_get(each, "what"));
		const char *text = json_string_value(json_object_get(each, "text"));
		g_autofree char *key = g_strconcat("done-", what != NULL ? what : "", NULL);
		g_autofree char *argument =
			argument_of(plan, what != NULL ? what : "", text != NULL ? text : "");
		g_autoptr(GHashTable) places = places_new();

		places_put(places, "what", argument);
		g_autofree char *line =
			mail_say(plan->desk->texts, plan->facts->language, key, places);

		json_array_append_new(rows, json_pack("{s:s}", "line", line));
	}
	return wrap_rows(rows);
}
