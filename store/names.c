/* names.c - the index of people's names. */
#include "store/names.h"

#include <string.h>

#include "common/text.h"
#include "store/inside.h"
#include "store/names_inside.h"
#include "store/people_inside.h"

static int by_letter(gconstpointer a, gconstpointer b)
{
	gunichar left = *(const gunichar *)a, right = *(const gunichar *)b;

	return (left > right) - (left < right);
}

char *name_letters(const char *folded)
{
	g_autoptr(GArray) letters = g_array_new(FALSE, FALSE, sizeof(gunichar));

	for (const char *p = folded; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar letter = g_utf8_get_char(p);

		if (letter != ' ')
			g_array_append_val(letters, letter);
	}
	g_array_sort(letters, by_letter);
	return letters->len > 0 ? g_ucs4_to_utf8((gunichar *)(void *)letters->data, letters->len,
						 NULL, NULL, NULL)
				: g_strdup("");
}

char *name_skeleton(const char *word)
{
	GString *skeleton = g_string_new(NULL);

	for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar letter = g_utf8_get_char(p);
		const char *last =
			skeleton->len > 0 ? g_utf8_prev_char(skeleton->str + skeleton->len) : NULL;

		if (p > word && letter < 128 && strchr("aeiouyh", (int)letter) != NULL)
			continue;
		if (last != NULL && g_utf8_get_char(last) == letter)
			continue;
		g_string_append_unichar(skeleton, letter);
	}
	return g_string_free(skeleton, FALSE);
}

/* ---- keeping ---- */

static bool put_word(Driver *driver, gint64 person, const char *organisation, const char *word,
		     GError **error)
{
	static const char sql[] = "INSERT INTO name_words (person, organisation, word, skeleton)"
				  " VALUES (:person, :organisation, :word, :skeleton)";
	g_autoptr(Statement) put = driver_statement(driver, sql);
	g_autofree char *skeleton = name_skeleton(word);

	bind_number(put, ":person", person);
	bind_text(put, ":organisation", organisation);
	bind_text(put, ":word", word);
	bind_text(put, ":skeleton", skeleton);
	return statement_run(put, error);
}

static bool put_name(Driver *driver, gint64 person, const char *organisation, const char *name,
		     GError **error)
{
	g_autoptr(Statement) update =
		driver_statement(driver, "UPDATE people SET letters = :letters WHERE id = :person");
	g_autoptr(Statement) clear =
		driver_statement(driver, "DELETE FROM name_words WHERE person = :person");
	g_autofree char *folded = text_fold(name);
	g_autofree char *letters = name_letters(folded);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);

	bind_text(update, ":letters", letters);
	bind_number(update, ":person", person);
	bind_number(clear, ":person", person);
	if (!statement_run(update, error) || !statement_run(clear, error))
		return false;
	for (guint i = 0; words[i] != NULL; i++)
		if (*words[i] != '\0' && !put_word(driver, person, organisation, words[i], error))
			return false;
	return true;
}

bool names_put(Store *store, gint64 person, const char *organisation, const char *name,
	       GError **error)
{
	return put_name(store->driver, person, organisation, name, error);
}

typedef struct Named {
	gint64 id;
	char *organisation, *name;
} Named;

static void named_free(Named *named)
{
	g_free(named->organisation);
	g_free(named->name);
	g_free(named);
}

static void *named_read(Statement *row)
{
	Named *named = g_new0(Named, 1);

	*named = (Named){ column_number(row, 0), column_given(row, 1), column_given(row, 2) };
	return named;
}

bool names_fill(Driver *driver, GError **error)
{
	g_autoptr(Statement) select = driver_statement(
		driver, "SELECT id, organisation, name FROM people WHERE name <> ''");
	g_autoptr(GPtrArray) all = NULL;

	if (!statement_rows(select, named_read, (GDestroyNotify)named_free, &all, error))
		return false;
	for (guint i = 0; i < all->len; i++) {
		const Named *named = g_ptr_array_index(all, i);

		if (!put_name(driver, named->id, named->organisation, named->name, error))
			return false;
	}
	return true;
}

/* ---- looking ---- */

bool people_find_letters(Store *store, const char *organisation, const char *letters,
			 GPtrArray **ret_people, GError **error)
{
	static const char sql[] = PERSON_SELECT
		"WHERE p.organisation = :organisation AND p.letters = :letters"
		" AND p.letters <> '' AND p.left_at IS NULL ORDER BY p.number LIMIT 40";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":organisation", organisation);
	bind_text(select, ":letters", letters);
	return statement_rows(select, person_read, (GDestroyNotify)person_free, ret_people, error);
}

bool people_find_word(Store *store, const char *organisation, const char *word, bool alike,
		      GPtrArray **ret_people, GError **error)
{
	static const char exact[] = PERSON_SELECT
		"JOIN (SELECT DISTINCT person FROM name_words WHERE organisation = :organisation"
		" AND word = :word LIMIT 40) w ON w.person = p.id WHERE p.left_at IS NULL";
	static const char near[] = PERSON_SELECT
		"JOIN (SELECT DISTINCT person FROM name_words WHERE organisation = :organisation"
		" AND skeleton = :word LIMIT 40) w ON w.person = p.id WHERE p.left_at IS NULL";
	g_autoptr(Statement) select = statement(store, alike ? near : exact);
	g_autofree char *skeleton = alike ? name_skeleton(word) : NULL;

	bind_text(select, ":organisation", organisation);
	bind_text(select, ":word", alike ? skeleton : word);
	return statement_rows(select, person_read, (GDestroyNotify)person_free, ret_people, error);
}

bool people_have_word(Store *store, const char *organisation, const char *word, bool *ret_found,
		      GError **error)
{
	static const char sql[] = "SELECT person FROM name_words"
				  " WHERE organisation = :organisation AND word = :word LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 person = 0;

	bind_text(select, ":organisation", organisation);
	bind_text(select, ":word", word);
	if (!statement_number(select, &person, error))
		return false;
	*ret_found = person != 0;
	return true;
}
