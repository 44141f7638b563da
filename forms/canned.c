/* canned.c - answers that a team writes once. */
#include "forms/canned.h"

#include <string.h>

#include "common/error.h"
#include "common/yaml.h"
#include "forms/form_fill.h"
#include "forms/schema.h"

static void canned_free(void *data)
{
	Canned *canned = data;

	g_free(canned->id);
	form_text_clear(canned->title);
	form_text_clear(canned->text);
	g_ptr_array_unref(canned->teams);
	g_free(canned);
}

static Canned *read_one(const char *folder, const char *file, GError **error)
{
	static const SchemaKey keys[] = {
		{ "title", schema_localised, G_STRUCT_OFFSET(Canned, title), true },
		{ "text", schema_localised, G_STRUCT_OFFSET(Canned, text), true },
		{ "teams", schema_aliases, G_STRUCT_OFFSET(Canned, teams), false },
		{ 0 },
	};
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autoptr(YamlNode) root = yaml_read_file(path, error);
	Schema schema = { path, error };
	Canned *canned = g_new0(Canned, 1);

	canned->id = g_strndup(file, strlen(file) - strlen(".yaml"));
	canned->teams = g_ptr_array_new_with_free_func(g_free);
	if (root != NULL && schema_map(&schema, root, "a canned answer", keys, canned))
		return canned;
	canned_free(canned);
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(Canned *const *)a)->id, (*(Canned *const *)b)->id);
}

static bool is_definition(const char *name)
{
	gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length > 0 && strcmp(name + length, ".yaml") == 0;
}

GPtrArray *canned_read(const char *folder, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(canned_free);
	g_autofree char *answers = g_build_filename(folder, "answers", NULL);
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(answers, 0, &why);
	const char *name;

	if (dir == NULL && g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_steal_pointer(&all);
	if (dir == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT,
			    "%s: the folder of answers cannot be read: %s", answers, why->message);
		return NULL;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		Canned *canned;

		if (!g_str_has_suffix(name, ".yaml") || *name == '.')
			continue;
		if (!is_definition(name)) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
				    "%s/%s: the name of an answer has small letters, digits and -",
				    answers, name);
			return NULL;
		}
		canned = read_one(answers, name, error);
		if (canned == NULL)
			return NULL;
		g_ptr_array_add(all, canned);
	}
	g_ptr_array_sort(all, by_id);
	return g_steal_pointer(&all);
}

bool canned_is_for(const Canned *canned, const char *team)
{
	return canned->teams->len == 0 ||
	       g_ptr_array_find_with_equal_func(canned->teams, team, g_str_equal, NULL);
}

const Canned *canned_find(const GPtrArray *all, const char *id, const char *team)
{
	for (guint i = 0; i < all->len; i++) {
		const Canned *canned = g_ptr_array_index(all, i);

		if (strcmp(canned->id, id) == 0)
			return canned_is_for(canned, team) ? canned : NULL;
	}
	return NULL;
}

char *canned_text(const Canned *canned, Language language, GHashTable *places, char **ret_missing)
{
	const char *text = canned->text[language != LANGUAGE_NONE ? language : LANGUAGE_NL];
	g_autoptr(GString) filled = g_string_new(NULL);
	const char *open;

	for (; (open = strchr(text, '{')) != NULL;) {
		gsize length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz0123456789-");
		g_autofree char *name = g_strndup(open + 1, length);
		const char *value = g_hash_table_lookup(places, name);

		g_string_append_len(filled, text, open - text);
		text = open + 1;
		if (length == 0 || open[1 + length] != '}') {
			g_string_append_c(filled, '{');
			continue;
		}
		if (value == NULL || *value == '\0') {
			*ret_missing = g_steal_pointer(&name);
			return NULL;
		}
		g_string_append(filled, value);
		text += length + 1;
	}
	g_string_append(filled, text);
	return g_strstrip(g_strdup(filled->str));
}

static void put(GHashTable *places, const char *name, char *text)
{
	g_hash_table_replace(places, g_strdup(name), text);
}

GHashTable *canned_places(const CannedAbout *about, const Texts *texts)
{
	GHashTable *places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; about->form != NULL && i < about->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(about->answers, i);

		put(places, answer->field,
		    answer_text(about->form, answer->field, answer->value, texts, about->language));
	}
	put(places, "number", g_strdup(about->number));
	put(places, "form",
	    g_strdup(about->form != NULL ? about->form->title[about->language] : about->form_name));
	put(places, "requester", g_strdup(about->requester));
	put(places, "employee", g_strdup(about->employee));
	put(places, "team", g_strdup(about->team));
	return places;
}
