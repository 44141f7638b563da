/* compose_bulk.c - the mails about HR's bulk mail: the digest, and what an employee hears of it. */
#include <string.h>

#include "common/text.h"
#include "notifier/compose_data.h"
#include "notifier/compose_words.h"

#define NAME_SHOWN 200

static const char *said_in(json_t *line, const char *name)
{
	const char *said = json_string_value(json_object_get(line, name));

	return said != NULL ? said : "";
}

/* "mail.bulk-PREFIX-CODE" with what the line tells.  Given. */
static char *sentence_of(const MailPlan *plan, const char *prefix, json_t *line)
{
	g_autoptr(GHashTable) places = places_new();
	g_autofree char *key = g_strdup_printf("bulk-%s-%s", prefix,
					       said_in(line, *prefix == 'w' ? "why" : "code"));

	places_put(places, "hint", said_in(line, "hint"));
	places_put(places, "file", said_in(line, "text"));
	return mail_say(plan->desk->texts, plan->facts->language, key, places);
}

static json_t *row_of(const MailPlan *plan, json_t *line)
{
	g_autofree char *name = text_one_line(said_in(line, "name"), NAME_SHOWN);
	g_autofree char *number = g_strdup_printf("%" JSON_INTEGER_FORMAT,
						  json_integer_value(json_object_get(line, "n")));
	g_autofree char *why =
		*said_in(line, "why") != '\0' ? sentence_of(plan, "why", line) : g_strdup("");
	g_autofree char *person = text_one_line(said_in(line, "person"), NAME_SHOWN);

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "n", number, "name",
			 *name != '\0' ? name : "?", "why", why, "person", person, "case",
			 said_in(line, "number"));
}

static json_t *rows_of(const MailPlan *plan, const char *const *states)
{
	json_t *rows = json_array(), *line;
	size_t i;

	for (; *states != NULL; states++)
		json_array_foreach(json_object_get(plan->facts->data, *states), i, line)
		{
			json_array_append_new(rows, row_of(plan, line));
		}
	return wrap_rows(rows);
}

static json_t *rows_of_notes(const MailPlan *plan)
{
	json_t *rows = json_array(), *line;
	size_t i;

	json_array_foreach(json_object_get(plan->facts->data, "notes"), i, line)
	{
		g_autofree char *text = sentence_of(plan, "note", line);

		json_array_append_new(rows, json_pack("{s:s}", "text", text));
	}
	return wrap_rows(rows);
}

json_t *bulk_of(const MailPlan *plan)
{
	static const char *const filed[] = { "filed", NULL };
	static const char *const known[] = { "known", NULL };
	static const char *const dropped[] = { "dropped", NULL };
	static const char *const left[] = { "open", "failed", NULL };
	const struct {
		const char *name, *const *states;
	} lists[] = {
		{ "filed", filed }, { "known", known }, { "dropped", dropped }, { "left", left }
	};
	json_t *bulk = json_object(), *rows;

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if ((rows = rows_of(plan, lists[i].states)) != NULL)
			json_object_set_new(bulk, lists[i].name, rows);
	if ((rows = rows_of_notes(plan)) != NULL)
		json_object_set_new(bulk, "notes", rows);
	return bulk;
}
