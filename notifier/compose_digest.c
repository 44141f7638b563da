/* compose_digest.c - the open cases of a digest, a line each. */
#include "notifier/compose_data.h"

#include "notifier/compose_words.h"

static const char *word_of(const json_t *row, const char *name)
{
	const char *word = json_string_value(json_object_get(row, name));

	return word != NULL ? word : "";
}

/* "PC-2026-000012: Ouderschapsverlof, An Peeters, in behandeling bij Dina, 3 dagen" */
static char *line_of(const MailPlan *plan, const json_t *row)
{
	Language language = plan->facts->language;
	const Form *form = forms_find(plan->desk->forms, word_of(row, "form"));
	g_autofree char *state = g_strconcat("state-", word_of(row, "state"), NULL);
	g_autofree char *days = g_strdup_printf("%" JSON_INTEGER_FORMAT,
						json_integer_value(json_object_get(row, "since")));
	g_autofree char *age = g_strdup_printf("%" JSON_INTEGER_FORMAT,
					       json_integer_value(json_object_get(row, "age")));
	const char *assignee = word_of(row, "assignee");
	const char *key = *assignee != '\0' ? "digest-line-taken" : "digest-line";
	g_autoptr(GHashTable) places = places_new();

	places_put(places, "number", word_of(row, "number"));
	places_put(places, "form", form != NULL ? form->title[language] : word_of(row, "form"));
	places_put(places, "who", word_of(row, "who"));
	places_put(places, "state", plan_word(plan, state));
	places_put(places, "assignee", assignee);
	places_put(places, "days", days);
	places_put(places, "age", age);
	places_put(places, "team", plan_team_name(plan, word_of(row, "team")));
	return mail_say(plan->desk->texts, language,
			plan_is_kind(plan, "digest-mine") ? "digest-line-mine" : key, places);
}

json_t *list_of_open(const MailPlan *plan)
{
	json_t *rows = json_array(), *row;
	size_t i;

	json_array_foreach(json_object_get(plan->facts->data, "rows"), i, row)
	{
		g_autofree char *line = line_of(plan, row);
		bool is_late = json_is_true(json_object_get(row, "late"));

		json_array_append_new(rows, json_pack("{s:s, s:b}", "line", line, "late", is_late));
	}
	return wrap_rows(rows);
}
