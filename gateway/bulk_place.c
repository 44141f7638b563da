/* bulk_place.c - whose an attestation is. */
#include "gateway/bulk_place.h"

#include <string.h>

#include "common/text.h"
#include "gateway/bulk_read.h"

void placing_clear(Placing *placing)
{
	g_clear_pointer(&placing->person, person_free);
	g_clear_pointer(&placing->hint, g_free);
}

void placing_take(Placing *placing, Person *person)
{
	placing_clear(placing);
	placing->person = person;
	placing->why = "";
	placing->hint = g_strdup("");
}

void placing_ask(Placing *placing, const char *why, const GPtrArray *people)
{
	GString *hint = g_string_new(NULL);

	for (guint i = 0; people != NULL && i < people->len && i < 3; i++) {
		const Person *person = g_ptr_array_index(people, i);

		g_string_append_printf(hint, "%s%s (%s)", i > 0 ? ", " : "", person->name,
				       person->number);
	}
	if (people != NULL && people->len > 3)
		g_string_append(hint, ", …");
	placing_clear(placing);
	placing->person = NULL;
	placing->why = why;
	placing->hint = g_string_free(hint, FALSE);
}

static Person *find(const GPtrArray *people, gint64 id)
{
	for (guint i = 0; i < people->len; i++) {
		Person *person = g_ptr_array_index(people, i);

		if (person->id == id)
			return person;
	}
	return NULL;
}

static Person *take(GPtrArray *people, Person *person)
{
	guint at;

	return g_ptr_array_find(people, person, &at) ? g_ptr_array_steal_index(people, at) : person;
}

/* Of those who are named, the one whom a number speaks for; NULL when none or several are. */
static Person *confirmed(const GPtrArray *named, const GPtrArray *numbered)
{
	Person *only = NULL;

	for (guint i = 0; i < named->len; i++) {
		Person *person = g_ptr_array_index(named, i);

		if (find(numbered, person->id) == NULL)
			continue;
		if (only != NULL)
			return NULL;
		only = person;
	}
	return only;
}

static void decide_strong(BulkSpeech *speech, Placing *placing)
{
	Person *both = confirmed(speech->named, speech->strong);

	if (speech->strong->len > 1) {
		if (both != NULL && !speech->is_doubtful)
			placing_take(placing, take(speech->named, both));
		else
			placing_ask(placing, "several", speech->strong);
	} else if (speech->named->len == 0 && speech->is_against) {
		placing_ask(placing, "contradiction", speech->near);
	} else if (speech->named->len == 0 || both != NULL) {
		Person *person = g_ptr_array_index(speech->strong, 0);

		placing_take(placing, take(speech->strong, person));
	} else {
		g_ptr_array_extend(speech->strong, speech->named, NULL, NULL);
		placing_ask(placing, "contradiction", speech->strong);
		g_ptr_array_set_free_func(speech->named, NULL);
	}
}

/* Numbers that may be dates count when a name speaks for the same person, or nothing else speaks.
 */
static void decide_weak(BulkSpeech *speech, Placing *placing)
{
	Person *both = confirmed(speech->named, speech->weak);

	if (both != NULL)
		placing_take(placing, take(speech->named, both));
	else if (speech->named->len > 1)
		placing_ask(placing, "several", speech->named);
	else if (speech->named->len == 1 && (speech->is_doubtful || speech->foreign != NULL))
		placing_ask(placing, speech->is_doubtful ? "doubt" : "contradiction",
			    speech->named);
	else if (speech->named->len == 1)
		placing_take(placing, take(speech->named, g_ptr_array_index(speech->named, 0)));
	else if (speech->weak->len == 1 && speech->weak_fits)
		placing_take(placing, take(speech->weak, g_ptr_array_index(speech->weak, 0)));
	else if (speech->near->len > 0)
		placing_ask(placing, "near", speech->near);
	else if (speech->foreign != NULL)
		placing_ask(placing, speech->foreign, NULL);
	else if (speech->has_unknown && !speech->says_something)
		placing_ask(placing, "unknown-number", NULL);
	else
		placing_ask(placing, speech->says_something ? "nobody" : "no-name", NULL);
}

static bool place_by_text(Store *store, const Person *hr, const char *text, bool is_file,
			  Placing *placing, GError **error)
{
	g_auto(BulkSpeech) speech = { 0 };

	if (!bulk_read_text(store, hr, text, is_file, &speech, error))
		return false;
	if (speech.strong->len > 0)
		decide_strong(&speech, placing);
	else
		decide_weak(&speech, placing);
	return true;
}

/* ---- the list ---- */

static bool place_by_number(Store *store, const Person *hr, const BulkClue *clue, Placing *placing,
			    GError **error)
{
	g_autoptr(Person) person = NULL;
	g_auto(BulkSpeech) speech = { 0 };

	if (!people_find_number(store, clue->number, &person, error))
		return false;
	if (person == NULL || strcmp(person->organisation, hr->organisation) != 0 || person->left) {
		placing_ask(placing,
			    person == NULL ? "unknown-number"
			    : person->left && strcmp(person->organisation, hr->organisation) == 0
				    ? "left"
				    : "other-organisation",
			    NULL);
		return true;
	}
	if (*clue->name == '\0') {
		placing_take(placing, g_steal_pointer(&person));
		return true;
	}
	if (!bulk_read_text(store, hr, clue->name, false, &speech, error))
		return false;
	if (speech.named->len > 0 && find(speech.named, person->id) == NULL) {
		g_ptr_array_add(speech.named, g_steal_pointer(&person));
		placing_ask(placing, "contradiction", speech.named);
		return true;
	}
	placing_take(placing, g_steal_pointer(&person));
	return true;
}

/* ---- the mail that was forwarded ---- */

/* Who wrote it, when that is somebody of the organisation and not the HR sender. */
static bool find_sender(Store *store, const Person *hr, const char *address, Person **ret_sender,
			GError **error)
{
	g_autoptr(Person) sender = NULL;

	if (*address == '\0')
		return true;
	if (!people_find_address(store, address, &sender, error))
		return false;
	if (sender != NULL && !sender->left && sender->id != hr->id &&
	    strcmp(sender->organisation, hr->organisation) == 0)
		*ret_sender = g_steal_pointer(&sender);
	return true;
}

static bool speaks_for_others(const Person *sender, const Person *person)
{
	return (sender->roles & (PERSON_MANAGER | PERSON_HR)) != 0 ||
	       (person != NULL && strcmp(person->manager, sender->number) == 0);
}

/* Nobody is spoken of whom the desk knows. */
bool placing_says_nothing(const Placing *placing)
{
	return strcmp(placing->why, "no-name") == 0 || strcmp(placing->why, "nobody") == 0 ||
	       strcmp(placing->why, "unknown-number") == 0;
}

/* What the file's name left open or decided, together with who wrote. */
static void weigh_sender(Person *sender, Placing *placing)
{
	g_autoptr(GPtrArray) both = NULL;
	g_autofree char *mark = g_strdup_printf("(%s)", sender->number);

	if (placing->person != NULL) {
		if (placing->person->id == sender->id ||
		    speaks_for_others(sender, placing->person)) {
			person_free(sender);
			return;
		}
		both = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
		g_ptr_array_add(both, g_steal_pointer(&placing->person));
		g_ptr_array_add(both, sender);
		placing_ask(placing, "contradiction", both);
		return;
	}
	if (speaks_for_others(sender, NULL)) {
		if (strcmp(placing->why, "no-name") == 0 ||
		    strcmp(placing->why, "unknown-number") == 0)
			placing_ask(placing, "manager", NULL);
		person_free(sender);
		return;
	}
	if (placing_says_nothing(placing) || strstr(placing->hint, mark) != NULL)
		placing_take(placing, sender);
	else
		person_free(sender);
}

bool bulk_place(Store *store, const Person *hr, const BulkClue *clue, Placing *ret_placing,
		GError **error)
{
	Person *sender = NULL;
	bool unsaid;

	if (*clue->number != '\0')
		return place_by_number(store, hr, clue, ret_placing, error);
	if (*clue->name != '\0')
		return place_by_text(store, hr, clue->name, false, ret_placing, error);
	if (!place_by_text(store, hr, clue->file, true, ret_placing, error) ||
	    !find_sender(store, hr, clue->sender, &sender, error))
		return false;
	if (sender != NULL) {
		weigh_sender(sender, ret_placing);
		return true;
	}
	unsaid = ret_placing->person == NULL && placing_says_nothing(ret_placing);
	return !unsaid || *clue->said == '\0' ||
	       place_by_text(store, hr, clue->said, false, ret_placing, error);
}
