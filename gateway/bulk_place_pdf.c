/* bulk_place_pdf.c - whose an attestation is, by the text of its PDF.
 *
 * A doctor's name stands on it, too, and HR's, and the employer's: a name counts where it is the
 * only one, stands in no line about a doctor, and behind a label where there is one.
 */
#include "gateway/bulk_place_pdf.h"

#include <string.h>

#include "common/text.h"
#include "forms/value.h"
#include "gateway/bulk_read.h"

#define LINES 400
#define LINE_BYTES 300
#define NUMBERS 50 /* candidates looked up */

#define NATIONAL \
	"(?<![\\d.])\\d{2}[. /-]?\\d{2}[. /-]?\\d{2}[ .-]{0,3}\\d{3}[ .-]{0,3}\\d{2}(?!\\d)"
#define LABELLED                                                                                 \
	"(?<!\\p{L})(?:personeels|stam|werknemers)(?:nummer|nr)\\b\\.?|(?<!\\p{L})matricule\\b|" \
	"\\bnum[ée]ro (?:de |d.)?(?:personnel|agent|employ[ée])\\b|\\bn[°o]\\.? (?:de |d.)?"  \
	"(?:personnel|agent|employ[ée])\\b|\\b(?:personal|mitarbeiter)(?:nummer|-?nr)\\b\\.?|"  \
	"\\b(?:staff|employee|personnel) (?:number|no|id)\\b\\.?"
#define BEHIND_LABEL "(?:" LABELLED ")[^\\p{L}\\d]{0,20}(\\p{L}{0,3}\\d[\\p{L}\\d./-]{0,20})"

static const char *const doctors[] = {
	"dr",         "dokter",      "doctor",       "arts",     "huisarts",    "geneesheer",
	"docteur",    "medecin",     "arzt",         "arztin",   "hausarzt",    "hausarztin",
	"physician",  "riziv",       "inami",        "praktijk", "cabinet",     "praxis",
	"specialist", "specialiste", "controlearts", "prof",     "mutualiteit", "ziekenfonds",
	"mutuelle",   NULL,
};
static const char *const labels[] = {
	"naam",           "patient",      "patiente",
	"betrokkene",     "werknemer",    "werkneemster",
	"personeelslid",  "nom",          "travailleur",
	"agent",          "name",         "arbeitnehmer",
	"arbeitnehmerin", "mitarbeiter",  "mitarbeiterin",
	"employee",       "assure",       "assuree",
	"verzekerde",     "versicherter", "versicherte",
	"patientin",      NULL,
};

typedef struct Found {
	Store *store;
	const Person *hr;
	GPtrArray *numbered, *named; /* Person, by number and by name */
	const char
		*foreign; /* a number of nobody in the organisation: "left", "other-organisation" */
	bool is_doubtful; /* a name may be a piece of another's, or a label names nobody we know */
} Found;

static void found_clear(Found *found)
{
	g_ptr_array_unref(found->numbered);
	g_ptr_array_unref(found->named);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

static bool holds(const GPtrArray *people, gint64 id)
{
	for (guint i = 0; i < people->len; i++)
		if (((const Person *)people->pdata[i])->id == id)
			return true;
	return false;
}

/* ---- numbers ---- */

static void take_numbered(Found *found, Person *person)
{
	if (person == NULL)
		return;
	if (strcmp(person->organisation, found->hr->organisation) != 0)
		found->foreign = "other-organisation";
	else if (person->left)
		found->foreign = "left";
	else if (!holds(found->numbered, person->id)) {
		g_ptr_array_add(found->numbered, person);
		return;
	}
	person_free(person);
}

static bool take_national(Found *found, const char *typed, GError **error)
{
	static const FormField field = { .id = (char *)"national-number" };
	g_autofree char *plain = NULL;
	Person *person = NULL;

	if (value_read_national_number(&field, typed, &plain) != NULL)
		return true;
	if (!people_find_national_number(found->store, plain, &person, error))
		return false;
	take_numbered(found, person);
	return true;
}

/* As it stands, else without points and strokes: 12.345-67. */
static bool take_labelled(Found *found, const char *typed, GError **error)
{
	g_autofree char *number = g_strdup(typed), *bare = NULL;
	Person *person = NULL;
	GString *tight = g_string_new(NULL);

	while (*number != '\0' && strchr("./-", number[strlen(number) - 1]) != NULL)
		number[strlen(number) - 1] = '\0';
	for (const char *p = number; *p != '\0'; p++)
		if (strchr("./-", *p) == NULL)
			g_string_append_c(tight, *p);
	bare = g_string_free(tight, FALSE);
	if (!people_find_number(found->store, number, &person, error) ||
	    (person == NULL && strcmp(bare, number) != 0 &&
	     !people_find_number(found->store, bare, &person, error)))
		return false;
	take_numbered(found, person);
	return true;
}

static bool take_matches(Found *found, const char *text, const char *pattern, int group,
			 bool (*take)(Found *, const char *, GError **), GError **error)
{
	g_autoptr(GRegex) regex =
		g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	guint count = 0;

	g_regex_match(regex, text, 0, &match);
	for (; g_match_info_matches(match) && count < NUMBERS; count++) {
		g_autofree char *typed = g_match_info_fetch(match, group);

		if (!take(found, typed, error))
			return false;
		g_match_info_next(match, NULL);
	}
	return true;
}

/* ---- names ---- */

static bool has_word(const char *folded, const char *const *words)
{
	g_auto(GStrv) parts = g_strsplit(folded, " ", -1);

	for (guint i = 0; parts[i] != NULL; i++)
		if (g_strv_contains(words, parts[i]))
			return true;
	return false;
}

static guint count_words(const char *folded)
{
	guint count = *folded != '\0';

	for (const char *p = folded; *p != '\0'; p++)
		count += *p == ' ';
	return count;
}

/* A line of the text, and what it is about. */
typedef struct PdfLine {
	char *text, *folded;
	bool is_doctor, is_label;
} PdfLine;

static void line_free(gpointer data)
{
	PdfLine *line = data;

	g_free(line->text);
	g_free(line->folded);
	g_free(line);
}

/* "Naam: ...", "Nom et prénom :". */
static bool is_label(const char *text, const char *folded)
{
	g_autofree char *first = g_strndup(folded, strcspn(folded, " "));
	const char *colon = strchr(text, ':');

	return g_strv_contains(labels, first) && colon != NULL && colon - text < 60;
}

static GPtrArray *lines_of(const char *text)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
	g_auto(GStrv) split = g_strsplit(text, "\n", -1);

	for (guint i = 0; split[i] != NULL && lines->len < LINES; i++) {
		PdfLine *line = g_new0(PdfLine, 1);

		line->text = text_one_line(split[i], LINE_BYTES);
		line->folded = text_fold(line->text);
		line->is_doctor = has_word(line->folded, doctors);
		line->is_label = is_label(line->text, line->folded);
		if (*line->folded != '\0')
			g_ptr_array_add(lines, line);
		else
			line_free(line);
	}
	return lines;
}

/* "Behandelend arts:", "huisarts": a line that says what, and not who. */
static bool is_title(const PdfLine *line)
{
	static const char *const persons[] = { "dr", "prof", NULL };

	return line->is_doctor && count_words(line->folded) <= 3 &&
	       !has_word(line->folded, persons);
}

/* Beside such a line stands the doctor. */
static bool is_of_doctor(const GPtrArray *lines, guint at)
{
	const PdfLine *line = lines->pdata[at];

	return line->is_doctor || (at > 0 && is_title(lines->pdata[at - 1])) ||
	       (at + 1 < lines->len && is_title(lines->pdata[at + 1]));
}

static bool take_names(Found *found, const char *text, guint *ret_count, GError **error)
{
	g_auto(BulkSpeech) speech = { 0 };

	if (!bulk_read_names(found->store, found->hr, text, &speech, error))
		return false;
	*ret_count = speech.named->len;
	found->is_doubtful = found->is_doubtful || speech.is_doubtful;
	while (speech.named->len > 0) {
		Person *person = g_ptr_array_steal_index(speech.named, 0);

		if (person->id == found->hr->id || holds(found->named, person->id))
			person_free(person);
		else
			g_ptr_array_add(found->named, person);
	}
	return true;
}

/* Behind a label, or below it where nothing stands behind. */
static bool take_labelled_names(Found *found, const GPtrArray *lines, guint at, GError **error)
{
	const PdfLine *line = lines->pdata[at];
	const char *value = strchr(line->text, ':') + 1;
	guint count = 0;

	if (*(value + strspn(value, " \t._-")) == '\0' && at + 1 < lines->len)
		value = ((const PdfLine *)lines->pdata[at + 1])->text;
	if (!take_names(found, value, &count, error))
		return false;
	found->is_doubtful = found->is_doubtful || count == 0;
	return true;
}

static bool find_names(Found *found, const char *text, GError **error)
{
	g_autoptr(GPtrArray) lines = lines_of(text);
	bool labelled = false;
	guint count;

	for (guint i = 0; i < lines->len; i++) {
		const PdfLine *line = lines->pdata[i];

		if (!line->is_label || line->is_doctor)
			continue;
		labelled = true;
		if (!take_labelled_names(found, lines, i, error))
			return false;
	}
	for (guint i = 0; !labelled && i < lines->len; i++) {
		const PdfLine *line = lines->pdata[i];

		if (!is_of_doctor(lines, i) && !take_names(found, line->text, &count, error))
			return false;
	}
	return true;
}

/* ---- together ---- */

static Person *take_only(GPtrArray *people)
{
	return g_ptr_array_steal_index(people, 0);
}

static void weigh(Found *found, Placing *placing)
{
	const Person *numbered = found->numbered->len == 1 ? found->numbered->pdata[0] : NULL;

	if (found->foreign != NULL && numbered == NULL)
		placing_ask(placing, found->foreign, NULL);
	else if (found->numbered->len > 1)
		placing_ask(placing, "several", found->numbered);
	else if (numbered != NULL && (found->named->len == 0 || holds(found->named, numbered->id)))
		placing_take(placing, take_only(found->numbered));
	else if (numbered != NULL) {
		g_ptr_array_add(found->named, take_only(found->numbered));
		placing_ask(placing, "contradiction", found->named);
	} else if (found->named->len > 1)
		placing_ask(placing, "several", found->named);
	else if (found->named->len == 1 && found->is_doubtful)
		placing_ask(placing, "doubt", found->named);
	else if (found->named->len == 1)
		placing_take(placing, take_only(found->named));
}

bool bulk_place_pdf(Store *store, const Person *hr, const char *text, Placing *placing,
		    GError **error)
{
	g_auto(Found) found = {
		.store = store,
		.hr = hr,
		.numbered = g_ptr_array_new_with_free_func((GDestroyNotify)person_free),
		.named = g_ptr_array_new_with_free_func((GDestroyNotify)person_free),
	};

	if (!take_matches(&found, text, NATIONAL, 0, take_national, error) ||
	    !take_matches(&found, text, BEHIND_LABEL, 1, take_labelled, error) ||
	    !find_names(&found, text, error))
		return false;
	weigh(&found, placing);
	return true;
}
