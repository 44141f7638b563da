/* compose_words.c - filling the sentences of mails. */
#include "notifier/compose_words.h"

#include <string.h>

#include "common/text.h"

#define PREFIX "mail."
#define PLACE_BYTES 500

GHashTable *places_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void places_put(GHashTable *places, const char *name, const char *value)
{
	g_hash_table_replace(places, g_strdup(name), text_one_line(value, PLACE_BYTES));
}

char *sentence_fill(const char *sentence, GHashTable *places)
{
	GString *said = g_string_new(NULL);
	const char *open;

	while ((open = strchr(sentence, '{')) != NULL) {
		gsize length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

		g_string_append_len(said, sentence, open - sentence);
		if (length > 0 && open[1 + length] == '}') {
			g_autofree char *name = g_strndup(open + 1, length);
			const char *value = g_hash_table_lookup(places, name);

			g_string_append(said, value != NULL ? value : "");
			sentence = open + length + 2;
		} else {
			g_string_append_c(said, '{');
			sentence = open + 1;
		}
	}
	g_string_append(said, sentence);
	return g_string_free(said, FALSE);
}

char *mail_say(const Texts *texts, Language language, const char *key, GHashTable *places)
{
	g_autofree char *whole = g_strconcat(PREFIX, key, NULL);

	return sentence_fill(texts_get(texts, language, whole), places);
}

/* Adds those of the language's sentences that have places, or those that have none. */
static void add_sentences(const Texts *texts, Language language, GHashTable *places,
			  bool has_places, json_t *all)
{
	GHashTableIter each;
	gpointer key, sentence;

	g_hash_table_iter_init(&each, texts_all(texts, language));
	while (g_hash_table_iter_next(&each, &key, &sentence)) {
		g_autofree char *filled = NULL;

		if (!g_str_has_prefix(key, PREFIX) || (strchr(sentence, '{') != NULL) != has_places)
			continue;
		filled = has_places ? sentence_fill(sentence, places) : NULL;
		json_object_set_new(all, (const char *)key + strlen(PREFIX),
				    json_string(has_places ? filled : sentence));
	}
}

json_t *mail_sentences(const MailDesk *desk, Language language, GHashTable *places)
{
	json_t *all = json_object();

	if (desk->cache == NULL) {
		add_sentences(desk->texts, language, NULL, false, all);
	} else {
		json_t **kept = &desk->cache->sentences[language];

		if (*kept == NULL) {
			*kept = json_object();
			add_sentences(desk->texts, language, NULL, false, *kept);
		}
		json_object_update(all, *kept);
	}
	add_sentences(desk->texts, language, places, true, all);
	return all;
}

json_t *mail_rules(json_t *sentences)
{
	json_t *rules = json_object();
	const char *key;
	json_t *sentence;

	json_object_foreach(sentences, key, sentence)
	{
		if (strstr(key, "-title") != NULL) {
			g_autofree char *rule = g_strnfill(
				(gsize)g_utf8_strlen(json_string_value(sentence), -1), '-');

			json_object_set_new(rules, key, json_string(rule));
		}
	}
	return rules;
}
