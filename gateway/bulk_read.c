/* bulk_read.c - whom a file name speaks of. */
#include "gateway/bulk_read.h"

#include <string.h>

#include "common/text.h"
#include "gateway/bulk_words.h"
#include "store/names.h"

#define RUN 7           /* words of one name, at most */
#define LETTERS_LEAST 4 /* of a whole name */
#define LETTERS_MOST 60
#define NEAR_SHOWN 4
#define NUMBER_LEAST 5 /* digits: a shorter one is "scan 0012" */

typedef struct Match {
	guint begin, end;  /* words, in the sequence of those that are letters */
	GPtrArray *people; /* Person, owned */
} Match;

typedef struct Looking {
	Store *store;
	const Person *hr;
	GPtrArray *words;   /* BulkWord, all */
	GPtrArray *letters; /* BulkWord, lent: those that are letters */
	GArray *matches;    /* Match */
	BulkSpeech *speech;
	GError **error;
} Looking;

static GPtrArray *people_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
}

void bulk_speech_clear(BulkSpeech *speech)
{
	g_clear_pointer(&speech->named, g_ptr_array_unref);
	g_clear_pointer(&speech->strong, g_ptr_array_unref);
	g_clear_pointer(&speech->weak, g_ptr_array_unref);
	g_clear_pointer(&speech->near, g_ptr_array_unref);
}

static bool holds(const GPtrArray *people, gint64 id)
{
	for (guint i = 0; i < people->len; i++)
		if (((const Person *)g_ptr_array_index(people, i))->id == id)
			return true;
	return false;
}

/* ---- numbers ---- */

static bool look_number(Looking *looking, const char *number, bool is_weak)
{
	g_autoptr(Person) person = NULL;
	BulkSpeech *speech = looking->speech;
	GPtrArray *to = is_weak ? speech->weak : speech->strong;

	if (!people_find_number(looking->store, number, &person, looking->error))
		return false;
	if (person == NULL) {
		speech->has_unknown = speech->has_unknown ||
				      (!is_weak && strspn(number, "0123456789") >= NUMBER_LEAST);
		return true;
	}
	if (strcmp(person->organisation, looking->hr->organisation) != 0 || person->left) {
		if (!is_weak)
			speech->foreign = person->left ? "left" : "other-organisation";
		return true;
	}
	if (!holds(to, person->id))
		g_ptr_array_add(to, g_steal_pointer(&person));
	return true;
}

/* Numbers may have letters: E1001. */
static bool look_mixed(Looking *looking, const char *text)
{
	for (const char *p = text; *p != '\0';) {
		const char *begin = p;
		bool digits = false, alpha = false;

		for (; g_ascii_isalnum(*p); p++) {
			digits = digits || g_ascii_isdigit(*p);
			alpha = alpha || g_ascii_isalpha(*p);
		}
		if (digits && alpha && p - begin <= 32) {
			g_autofree char *number = g_strndup(begin, (gsize)(p - begin));

			if (!look_number(looking, number, false))
				return false;
		}
		if (*p != '\0' && !g_ascii_isalnum(*p))
			p++;
	}
	return true;
}

static bool look_numbers(Looking *looking, const char *text)
{
	for (guint i = 0; i < looking->words->len; i++) {
		const BulkWord *word = g_ptr_array_index(looking->words, i);

		if (word->is_number && strlen(word->text) <= 32 &&
		    !look_number(looking, word->text, word->is_weak))
			return false;
	}
	return look_mixed(looking, text);
}

/* ---- names ---- */

static void match_clear(gpointer data)
{
	g_ptr_array_unref(((Match *)data)->people);
}

/* Keeps of people those whose name the run is, word by word. */
static void keep_exact(GPtrArray *people, const char *tight)
{
	for (guint i = people->len; i-- > 0;) {
		const Person *person = g_ptr_array_index(people, i);

		if (!bulk_composes(tight, person->name))
			g_ptr_array_remove_index(people, i);
	}
}

static bool look_run(Looking *looking, GPtrArray *sequence, const guint *places, guint begin,
		     guint length)
{
	g_autoptr(GString) tight = g_string_new(NULL);
	g_autofree char *letters = NULL;
	g_autoptr(GPtrArray) people = NULL;
	bool only_noise = true;

	for (guint i = begin; i < begin + length; i++) {
		const BulkWord *word = g_ptr_array_index(sequence, i);

		only_noise = only_noise && (word->is_noise || word->is_particle);
		g_string_append(tight, word->text);
	}
	if (tight->len < LETTERS_LEAST || tight->len > LETTERS_MOST || only_noise)
		return true;
	letters = name_letters(tight->str);
	if (!people_find_letters(looking->store, looking->hr->organisation, letters, &people,
				 looking->error))
		return false;
	keep_exact(people, tight->str);
	if (people->len > 0) {
		Match match = { places[begin], places[begin + length - 1] + 1,
				g_steal_pointer(&people) };

		g_array_append_val(looking->matches, match);
	}
	return true;
}

/* All runs of the words of sequence; with the noise or without it. */
static bool look_runs(Looking *looking, bool with_noise)
{
	g_autoptr(GPtrArray) sequence = g_ptr_array_new();
	g_autofree guint *places = g_new(guint, looking->letters->len + 1);

	for (guint i = 0; i < looking->letters->len; i++) {
		BulkWord *word = g_ptr_array_index(looking->letters, i);
		bool is_name = false;

		/* "jan" is a month and somebody's name */
		if (!with_noise && word->is_noise &&
		    !people_have_word(looking->store, looking->hr->organisation, word->text,
				      &is_name, looking->error))
			return false;
		if (!with_noise && word->is_noise && !is_name)
			continue;
		places[sequence->len] = i;
		g_ptr_array_add(sequence, word);
	}
	if (!with_noise && sequence->len == looking->letters->len)
		return true;
	for (guint begin = 0; begin < sequence->len; begin++)
		for (guint length = 1; length <= RUN && begin + length <= sequence->len; length++)
			if (!look_run(looking, sequence, places, begin, length))
				return false;
	return true;
}

/* The longest names count: "Jan Van den Berg" is no "Jan Van". */
static bool is_inside_another(const Looking *looking, guint which)
{
	const Match *match = &g_array_index(looking->matches, Match, which);

	for (guint i = 0; i < looking->matches->len; i++) {
		const Match *other = &g_array_index(looking->matches, Match, i);

		if (other->begin <= match->begin && other->end >= match->end &&
		    other->end - other->begin > match->end - match->begin)
			return true;
	}
	return false;
}

/* Whether a word is nearly one of somebody's name. */
static bool is_nearly_a_name(Looking *looking, const BulkWord *word, bool *ret_is)
{
	g_autoptr(GPtrArray) people = NULL;

	if (!people_find_word(looking->store, looking->hr->organisation, word->text, true, &people,
			      looking->error))
		return false;
	for (guint i = 0; i < people->len && !*ret_is; i++) {
		const Person *person = g_ptr_array_index(people, i);
		g_autofree char *folded = text_fold(person->name);
		g_auto(GStrv) parts = g_strsplit(folded, " ", -1);

		for (guint p = 0; parts[p] != NULL; p++)
			*ret_is = *ret_is || (strlen(parts[p]) >= 4 &&
					      bulk_distance(parts[p], word->text, 1) <= 1);
	}
	return true;
}

/* Whether the word at place, outside the name, makes it another name: a name beside it, or one
 * that a hyphen joins to it; a particle behind it. */
static bool spoils(Looking *looking, guint place, bool is_before, bool *ret_spoils)
{
	const BulkWord *word = g_ptr_array_index(looking->letters, place);
	const BulkWord *joint = is_before ? g_ptr_array_index(looking->letters, place + 1) : word;

	*ret_spoils = false;
	if (word->is_noise || !joint->follows)
		return true;
	if (word->is_particle) {
		*ret_spoils = !is_before;
		return true;
	}
	if (joint->hyphened) {
		*ret_spoils = true;
		return true;
	}
	if (!people_have_word(looking->store, looking->hr->organisation, word->text, ret_spoils,
			      looking->error))
		return false;
	return *ret_spoils || strlen(word->text) < 4 || is_nearly_a_name(looking, word, ret_spoils);
}

/* Hyphens that join everything join no names. */
static void forget_hyphens(Looking *looking)
{
	bool all = true;

	for (guint i = 1; i < looking->letters->len; i++) {
		const BulkWord *word = g_ptr_array_index(looking->letters, i);

		all = all && (word->hyphened || !word->follows);
	}
	for (guint i = 0; all && i < looking->letters->len; i++)
		((BulkWord *)g_ptr_array_index(looking->letters, i))->hyphened = false;
}

static bool settle_names(Looking *looking)
{
	BulkSpeech *speech = looking->speech;

	for (guint i = 0; i < looking->matches->len; i++) {
		Match *match = &g_array_index(looking->matches, Match, i);
		bool before = false, after = false;

		if (is_inside_another(looking, i))
			continue;
		if (match->begin > 0 && !spoils(looking, match->begin - 1, true, &before))
			return false;
		if (match->end < looking->letters->len &&
		    !spoils(looking, match->end, false, &after))
			return false;
		speech->is_doubtful = speech->is_doubtful || before || after;
		while (match->people->len > 0) {
			Person *person = g_ptr_array_steal_index(match->people, 0);

			if (holds(speech->named, person->id))
				person_free(person);
			else
				g_ptr_array_add(speech->named, person);
		}
	}
	return true;
}

/* ---- near misses ---- */

/* Whether each word of the name stands there, or nearly. */
static bool nearly_stands(const Looking *looking, const char *name)
{
	g_autofree char *folded = text_fold(name);
	g_auto(GStrv) parts = g_strsplit(folded, " ", -1);
	guint there = 0, count = 0;

	for (guint i = 0; parts[i] != NULL; i++) {
		guint most = strlen(parts[i]) >= 5 ? 2 : strlen(parts[i]) >= 3 ? 1 : 0;
		bool found = false;

		for (guint w = 0; !found && w < looking->letters->len; w++) {
			const BulkWord *word = g_ptr_array_index(looking->letters, w);

			found = bulk_distance(parts[i], word->text, most) <= most;
		}
		there += found;
		count++;
	}
	return there == count || (count >= 3 && there + 1 >= count);
}

static bool look_near_word(Looking *looking, const char *word, bool alike)
{
	g_autoptr(GPtrArray) people = NULL;
	BulkSpeech *speech = looking->speech;

	if (!people_find_word(looking->store, looking->hr->organisation, word, alike, &people,
			      looking->error))
		return false;
	while (people->len > 0 && speech->near->len < NEAR_SHOWN) {
		Person *person = g_ptr_array_steal_index(people, 0);

		if (nearly_stands(looking, person->name) && !holds(speech->near, person->id))
			g_ptr_array_add(speech->near, person);
		else
			person_free(person);
	}
	return true;
}

static bool look_near(Looking *looking)
{
	for (guint i = 0; i < looking->letters->len; i++) {
		const BulkWord *word = g_ptr_array_index(looking->letters, i);

		if (word->is_noise || word->is_particle || strlen(word->text) < 3)
			continue;
		looking->speech->says_something = true;
		if (looking->speech->near->len < NEAR_SHOWN &&
		    (!look_near_word(looking, word->text, false) ||
		     !look_near_word(looking, word->text, true)))
			return false;
	}
	return true;
}

static const Person *only_one(const GPtrArray *people)
{
	return people->len == 1 ? g_ptr_array_index(people, 0) : NULL;
}

/* A number that may be a date is one's number when the name stands beside it, or when it stands
 * where a number stands: alone, or (a year) first. */
static void weigh_weak(Looking *looking)
{
	BulkSpeech *speech = looking->speech;
	const Person *weak = only_one(speech->weak), *strong = only_one(speech->strong);
	const BulkWord *first =
		looking->words->len > 0 ? g_ptr_array_index(looking->words, 0) : NULL;
	guint numbers = looking->words->len - looking->letters->len;

	speech->weak_fits =
		weak != NULL && (nearly_stands(looking, weak->name) ||
				 (!speech->says_something && numbers == 1 && first->is_number &&
				  (looking->letters->len == 0 || strlen(first->text) == 4)));
	speech->is_against =
		strong != NULL && speech->near->len > 0 && !nearly_stands(looking, strong->name);
}

static bool read_text(Store *store, const Person *hr, const char *text, bool is_file, bool is_whole,
		      BulkSpeech *ret_speech, GError **error)
{
	g_autoptr(GPtrArray) words = bulk_words(text, is_file);
	g_autoptr(GPtrArray) letters = g_ptr_array_new();
	g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(Match));
	Looking looking = { store, hr, words, letters, matches, ret_speech, error };

	g_array_set_clear_func(matches, match_clear);
	*ret_speech = (BulkSpeech){ .named = people_new(),
				    .strong = people_new(),
				    .weak = people_new(),
				    .near = people_new() };
	for (guint i = 0; i < words->len; i++)
		if (!((BulkWord *)g_ptr_array_index(words, i))->is_number)
			g_ptr_array_add(letters, g_ptr_array_index(words, i));
	forget_hyphens(&looking);
	if ((is_whole && !look_numbers(&looking, text)) || !look_runs(&looking, true) ||
	    !look_runs(&looking, false) || !settle_names(&looking))
		return false;
	if (!is_whole)
		return true;
	if (ret_speech->named->len == 0 && !look_near(&looking))
		return false;
	weigh_weak(&looking);
	return true;
}

bool bulk_read_text(Store *store, const Person *hr, const char *text, bool is_file,
		    BulkSpeech *ret_speech, GError **error)
{
	return read_text(store, hr, text, is_file, true, ret_speech, error);
}

bool bulk_read_names(Store *store, const Person *hr, const char *text, BulkSpeech *ret_speech,
		     GError **error)
{
	return read_text(store, hr, text, false, false, ret_speech, error);
}
