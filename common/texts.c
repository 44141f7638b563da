/* texts.c - the catalogue of sentences in four languages, and the templates. */
#include "common/texts.h"

#include <stdarg.h>
#include <string.h>

#include "common/error.h"
#include "common/yaml.h"

#define TEMPLATE_BYTES (256 * 1024)

struct Texts {
	GHashTable *sentences[LANGUAGES]; /* key to sentence */
	GHashTable *templates;            /* file name to source */
};

void texts_free(Texts *texts)
{
	if (texts == NULL)
		return;
	for (int l = 0; l < LANGUAGES; l++)
		if (texts->sentences[l] != NULL)
			g_hash_table_unref(texts->sentences[l]);
	g_hash_table_unref(texts->templates);
	g_free(texts);
}

/* The next {place} at or after text: a name of letters, digits, "-", "_" and
 * "." in braces.  NULL when there is none; else where it starts. */
static const char *next_place(const char *text, char **ret_name)
{
	for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
		gsize length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

		if (length > 0 && open[length + 1] == '}') {
			*ret_name = g_strndup(open + 1, length);
			return open;
		}
	}
	return NULL;
}

/* Fills set with the names of the places of a sentence. */
static GHashTable *places_of(const char *sentence)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	char *name;

	while ((sentence = next_place(sentence, &name)) != NULL) {
		sentence += strlen(name) + 2;
		g_hash_table_add(set, name);
	}
	return set;
}

static GHashTable *read_catalogue(const char *path, GError **error)
{
	g_autoptr(YamlNode) root = yaml_read_file(path, error);
	g_autoptr(GHashTable) table =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	if (root == NULL)
		return NULL;
	if (root->kind != YAML_MAP) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s:%u:%u: expected lines \"key: sentence\"", path, root->line,
			    root->column);
		return NULL;
	}
	for (guint i = 0; i < root->keys->len; i++) {
		const YamlNode *key = g_ptr_array_index(root->keys, i);
		const YamlNode *value = g_ptr_array_index(root->items, i);

		if (value->kind != YAML_SCALAR) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
				    "%s:%u:%u: the value of \"%s\" must be a sentence", path,
				    value->line, value->column, key->text);
			return NULL;
		}
		g_hash_table_insert(table, g_strdup(key->text), g_strdup(value->text));
	}
	return g_steal_pointer(&table);
}

/* Whether every place of one sentence is in the other. */
static bool has_places(const char *path, const char *key, const char *sentence, const char *other,
		       Language other_language, GError **error)
{
	g_autoptr(GHashTable) places = places_of(sentence);
	g_autoptr(GHashTable) wanted = places_of(other);
	GHashTableIter each;
	gpointer place;

	g_hash_table_iter_init(&each, wanted);
	while (g_hash_table_iter_next(&each, &place, NULL)) {
		if (g_hash_table_contains(places, place))
			continue;
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s: \"%s\" lacks the place {%s}, which it has in %s.yaml", path, key,
			    (const char *)place, language_code(other_language));
		return false;
	}
	return true;
}

/* Whether language has every key and place of other. */
static bool has_all_of(const Texts *texts, const char *folder, Language language, Language other,
		       GError **error)
{
	g_autofree char *path = g_strdup_printf("%s/%s.yaml", folder, language_code(language));
	g_autoptr(GList) keys = g_hash_table_get_keys(texts->sentences[other]);

	keys = g_list_sort(keys, (GCompareFunc)strcmp);
	for (const GList *key = keys; key != NULL; key = key->next) {
		const char *sentence = g_hash_table_lookup(texts->sentences[language], key->data);
		const char *theirs = g_hash_table_lookup(texts->sentences[other], key->data);

		if (sentence == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
				    "%s: lacks the key \"%s\", which %s.yaml has", path,
				    (const char *)key->data, language_code(other));
			return false;
		}
		if (!has_places(path, key->data, sentence, theirs, other, error))
			return false;
	}
	return true;
}

static bool read_sentences(Texts *texts, const char *folder, GError **error)
{
	for (int l = 0; l < LANGUAGES; l++) {
		g_autofree char *path =
			g_strdup_printf("%s/%s.yaml", folder, language_code((Language)l));

		if ((texts->sentences[l] = read_catalogue(path, error)) == NULL)
			return false;
	}
	for (int l = LANGUAGE_NL + 1; l < LANGUAGES; l++)
		if (!has_all_of(texts, folder, (Language)l, LANGUAGE_NL, error) ||
		    !has_all_of(texts, folder, LANGUAGE_NL, (Language)l, error))
			return false;
	return true;
}

static bool read_template(Texts *texts, const char *folder, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) why = NULL;
	g_autofree char *source = NULL;
	gsize length;

	if (!g_file_get_contents(path, &source, &length, &why)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s: cannot be read: %s", path,
			    why->message);
		return false;
	}
	if (length > TEMPLATE_BYTES || !g_utf8_validate_len(source, length, NULL)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "%s: expected UTF-8 of at most %d bytes", path, TEMPLATE_BYTES);
		return false;
	}
	g_hash_table_insert(texts->templates, g_strdup(name), g_steal_pointer(&source));
	return true;
}

static bool read_templates(Texts *texts, const char *folder, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
	const char *name;

	if (dir == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s: cannot be read: %s",
			    folder, why->message);
		return false;
	}
	while ((name = g_dir_read_name(dir)) != NULL)
		if (*name != '.' && g_str_has_suffix(name, ".mustache") &&
		    !read_template(texts, folder, name, error))
			return false;
	return true;
}

Texts *texts_open(const char *folder, GError **error)
{
	g_autoptr(Texts) texts = g_new0(Texts, 1);

	texts->templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!read_sentences(texts, folder, error) || !read_templates(texts, folder, error))
		return NULL;
	return g_steal_pointer(&texts);
}

GHashTable *texts_all(const Texts *texts, Language language)
{
	return texts->sentences[language >= 0 && language < LANGUAGES ? language : LANGUAGE_NL];
}

const char *texts_find(const Texts *texts, Language language, const char *key)
{
	return g_hash_table_lookup(texts_all(texts, language), key);
}

const char *texts_get(const Texts *texts, Language language, const char *key)
{
	const char *sentence = texts_find(texts, language, key);

	return sentence != NULL ? sentence : key;
}

char *texts_say(const Texts *texts, Language language, const char *key, ...)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	const char *rest = texts_get(texts, language, key);
	GString *said = g_string_new(NULL);
	const char *open, *name;
	va_list pairs;
	char *place;

	va_start(pairs, key);
	while ((name = va_arg(pairs, const char *)) != NULL)
		g_hash_table_insert(values, (gpointer)name, va_arg(pairs, char *));
	va_end(pairs);
	while ((open = next_place(rest, &place)) != NULL) {
		const char *value = g_hash_table_lookup(values, place);

		g_string_append_len(said, rest, open - rest);
		g_string_append(said, value != NULL ? value : "");
		rest = open + strlen(place) + 2;
		g_free(place);
	}
	g_string_append(said, rest);
	return g_string_free(said, FALSE);
}

const char *texts_template(const Texts *texts, const char *name)
{
	return g_hash_table_lookup(texts->templates, name);
}

char *data_folder(const char *name)
{
	const char *own = g_getenv("PERSOCONTACT_DATA");

	if (own != NULL && *own != '\0')
		return g_build_filename(own, name, NULL);
	if (g_file_test(DATADIR, G_FILE_TEST_IS_DIR))
		return g_build_filename(DATADIR, name, NULL);
	return g_build_filename(SOURCEDIR, name, NULL);
}
