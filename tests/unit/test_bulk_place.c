/* test_bulk_place.c - whose an attestation is: by rows, and by thousands of mails of known truth.
 */
#include "gateway/bulk_place.h"

#include "common/text.h"
#include "gateway/bulk_place_pdf.h"
#include "gateway/bulk_words.h"
#include "store_fixture.h"

static const char few[] =
	"number,name,addresses,organisation,language,manager,roles,teams,national_number\n"
	"10010001,Jan Peeters,jan@minfin.example,MINFIN,nl,20010001,employee,,\n"
	"10010002,Luc Janssens,luc@minfin.example,MINFIN,nl,,employee,,\n"
	"10010003,Luc Janssens,luc2@minfin.example,MINFIN,nl,,employee,,\n"
	"10010004,Els Van der Straeten,els@minfin.example,MINFIN,nl,,employee,,\n"
	"10010005,Anne-Françoise D'Hondt,anne@minfin.example,MINFIN,fr,,employee,,\n"
	"10010006,Eva Maes,eva@minfin.example,MINFIN,nl,,employee,,\n"
	"10010007,Eva Maes-Peeters,eva2@minfin.example,MINFIN,nl,,employee,,\n"
	"10010008,Jürgen Groß,jurgen@minfin.example,MINFIN,de,,employee,,\n"
	"2026,Piet Jaar,piet@minfin.example,MINFIN,nl,,employee,,\n"
	"20261123,Dag Datum,dag@minfin.example,MINFIN,nl,,employee,,\n"
	"20010001,Mia Chef,mia@minfin.example,MINFIN,nl,,employee manager,,\n"
	"50010001,Jan Elders,elders@other.example,OTHER,nl,,employee,,\n"
	"90010001,Hugo Haar,hugo@minfin.example,MINFIN,nl,,employee hr,,\n";

static Desk *desk_with(const char *people)
{
	Desk *desk = desk_new();

	add_organisation(desk->settings, "OTHER");
	people_import_free(desk_import(desk, people, NOW));
	return desk;
}

static Person *hr_of(Desk *desk)
{
	Person *hr = NULL;

	g_assert_true(people_find_number(desk->store, "90010001", &hr, NULL));
	g_assert_nonnull(hr);
	return hr;
}

static const struct {
	const char *file, *sender, *number, *name;
	const char *person; /* a number, or NULL: a question */
	const char *why;
} rows[] = {
	{ "Peeters_Jan_10010001_medisch.pdf", "", "", "", "10010001", "" },
	{ "10010001.pdf", "", "", "", "10010001", "" },
	{ "jan-peeters.pdf", "", "", "", "10010001", "" },
	{ "attest van Jan Peeters 23-11-2026.pdf", "", "", "", "10010001", "" },
	{ "PeetersJan.pdf", "", "", "", "10010001", "" },
	{ "Peeters_medisch_attest_Jan.pdf", "", "", "", "10010001", "" },
	{ "Peeters_Jan_2026.pdf", "", "", "", "10010001", "" },
	{ "Peeters_Jan_20261123.pdf", "", "", "", "10010001", "" },
	{ "2026.pdf", "", "", "", "2026", "" },
	{ "attest_20261123.pdf", "", "", "", NULL, "no-name" },
	{ "20261123.pdf", "", "", "", "20261123", "" },
	{ "2026 medisch attest.pdf", "", "", "", "2026", "" },
	{ "Peters_Jan_10010006.pdf", "", "", "", NULL, "contradiction" },
	{ "Jansens_Luk_10010003.pdf", "", "", "", "10010003", "" },
	{ "Onbekend_Iemand_20261123.pdf", "", "", "", NULL, "nobody" },
	{ "vanderstraeten els.pdf", "", "", "", "10010004", "" },
	{ "Straeten, Els Van der.pdf", "", "", "", "10010004", "" },
	{ "dhondt_anne_francoise.jpg", "", "", "", "10010005", "" },
	{ "Gross_Juergen_10010008.pdf", "", "", "", "10010008", "" },
	{ "Jurgen Groß.pdf", "", "", "", "10010008", "" },
	{ "Janssens_Luc.pdf", "", "", "", NULL, "several" },
	{ "Janssens_Luc_10010003.pdf", "", "", "", "10010003", "" },
	{ "Jansens_Luk.pdf", "", "", "", NULL, "near" },
	{ "Peters_Jan.pdf", "", "", "", NULL, "near" },
	{ "Maes_Eva.pdf", "", "", "", "10010006", "" },
	{ "Maes-Peeters_Eva.pdf", "", "", "", "10010007", "" },
	{ "Maes_Eva_Janssens.pdf", "", "", "", NULL, "doubt" },
	{ "Maes-Vandenbossche_Eva.pdf", "", "", "", NULL, "near" },
	{ "Maes_Eva-Vandenbossche_2.pdf", "", "", "", NULL, "doubt" },
	{ "Peeters_Jan_en_Maes_Eva.pdf", "", "", "", NULL, "several" },
	{ "Peeters_Jan_10010006.pdf", "", "", "", NULL, "contradiction" },
	{ "50010001.pdf", "", "", "", NULL, "other-organisation" },
	{ "Elders_Jan.pdf", "", "", "", NULL, "nobody" },
	{ "99999999_attest.pdf", "", "", "", NULL, "unknown-number" },
	{ "IMG_99999999.jpg", "jan@minfin.example", "", "", "10010001", "" },
	{ "scan0001.pdf", "", "", "", NULL, "no-name" },
	{ "scan0001.pdf", "jan@minfin.example", "", "", "10010001", "" },
	{ "Janssens_Luc.pdf", "luc2@minfin.example", "", "", "10010003", "" },
	{ "Maes_Eva.pdf", "jan@minfin.example", "", "", NULL, "contradiction" },
	{ "Peeters_Jan.pdf", "mia@minfin.example", "", "", "10010001", "" },
	{ "scan0001.pdf", "mia@minfin.example", "", "", NULL, "manager" },
	{ "scan0001.pdf", "elders@other.example", "", "", NULL, "no-name" },
	{ "x.pdf", "", "10010001", "", "10010001", "" },
	{ "Maes_Eva.pdf", "", "10010001", "", "10010001", "" },
	{ "x.pdf", "", "10010001", "Eva Maes", NULL, "contradiction" },
	{ "x.pdf", "", "77777777", "", NULL, "unknown-number" },
	{ "x.pdf", "", "50010001", "", NULL, "other-organisation" },
	{ "x.pdf", "", "", "peeters, jan", "10010001", "" },
	{ "x.pdf", "", "", "Luc Janssens", NULL, "several" },
	{ "x.pdf", "", "", "Peeters", NULL, "nobody" },
};

static void test_rows(void)
{
	Desk *desk = desk_with(few);
	g_autoptr(Person) hr = hr_of(desk);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const BulkClue clue = { rows[i].number, rows[i].name, rows[i].file, rows[i].sender,
					"" };
		g_auto(Placing) placing = { 0 };

		g_assert_true(bulk_place(desk->store, hr, &clue, &placing, NULL));
		g_test_message("%s %s: %s %s", rows[i].file, rows[i].name,
			       placing.person != NULL ? placing.person->number : "-", placing.why);
		g_assert_cmpstr(placing.person != NULL ? placing.person->number : NULL, ==,
				rows[i].person);
		g_assert_cmpstr(placing.why, ==, rows[i].why);
	}
	desk_free(desk);
}

static void test_distance(void)
{
	g_assert_cmpuint(bulk_distance("jansens", "janssens", 2), ==, 1);
	g_assert_cmpuint(bulk_distance("peeters", "petters", 2), ==, 1);
	g_assert_cmpuint(bulk_distance("abcd", "abdc", 2), ==, 1);
	g_assert_cmpuint(bulk_distance("maes", "claessens", 2), ==, 3);
	g_assert_true(bulk_composes("vanderstraetenels", "Els Van der Straeten"));
	g_assert_false(bulk_composes("vanderstraetenelsa", "Els Van der Straeten"));
	g_assert_false(bulk_composes("leonnoel", "Noel Elno"));
}

/* ---- the generator ---- */

static const char *const firsts[] = {
	"Jan",   "Luc",     "Marie",  "Anne-Sophie", "Françoise",   "Jürgen", "Zoë",    "Loïc",
	"Els",   "Eva",     "Piet",   "Dirk",        "Jean-Pierre", "Maïté",  "Hélène", "Koen",
	"Björn", "Greta",   "Noémie", "Tom",         "Bram",        "Lotte",  "René",   "André",
	"Chloé", "Mohamed", "Fatima", "Youssef",     "Ann",         "Mark",
};
static const char *const lasts[] = {
	"Peeters",
	"Janssens",
	"Maes",
	"Jacobs",
	"Mertens",
	"Willems",
	"Claes",
	"Goossens",
	"Wouters",
	"De Smet",
	"Van der Straeten",
	"Van den Bossche",
	"Vandenbossche",
	"D'Hondt",
	"De Clercq",
	"Müller",
	"Groß",
	"Dubois",
	"Lambert",
	"Lefèvre",
	"Maes-Peeters",
	"Saint-Rémy",
	"Dupont",
	"Van de Velde",
	"Vandevelde",
	"El Amrani",
	"Ben Ali",
	"Hendrickx",
	"Hendriks",
	"Janssen",
	"Van Damme",
	"Ter Beke",
	"Österreicher",
	"Desmet",
	"Declercq",
	"Leclercq",
	"Martens",
	"Michiels",
	"Aerts",
	"Bogaerts",
	"Stevens",
	"Thijs",
	"Verhoeven",
	"Vermeulen",
	"Lemmens",
	"Pauwels",
	"De Backer",
	"Baert",
	"Wauters",
	"Segers",
	"Nijs",
	"Cools",
	"Smets",
	"Simons",
	"Moens",
};

typedef struct Someone {
	char *number, *first, *last;
	bool is_single; /* nobody else has this name */
} Someone;

static void someone_free(gpointer data)
{
	Someone *someone = data;

	g_free(someone->number);
	g_free(someone->first);
	g_free(someone->last);
	g_free(someone);
}

static const char *one_of(GRand *rand, const char *const *list, gsize count)
{
	return list[g_rand_int_range(rand, 0, (gint32)count)];
}

#define ONE_OF(rand, list) one_of(rand, list, G_N_ELEMENTS(list))

static GPtrArray *make_people(GRand *rand, guint count, GString *csv)
{
	GPtrArray *people = g_ptr_array_new_with_free_func(someone_free);
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_string_assign(csv, strstr(few, "number,"));
	csv->len = strcspn(few, "\n") + 1;
	g_string_truncate(csv, csv->len);
	g_string_append(csv, "90010001,Hugo Haar,hugo@minfin.example,MINFIN,nl,,hr,,\n");
	for (guint i = 0; i < count; i++) {
		Someone *someone = g_new0(Someone, 1);
		g_autofree char *folded = NULL;
		const char *organisation = i % 10 == 9 ? "OTHER" : "MINFIN";

		someone->first = g_strdup(ONE_OF(rand, firsts));
		someone->last =
			i % 3 == 0 ? g_strdup_printf("%s%c%s", ONE_OF(rand, lasts),
						     i % 2 == 0 ? '-' : ' ', ONE_OF(rand, lasts))
				   : g_strdup(ONE_OF(rand, lasts));
		/* some have numbers that look like days and years */
		someone->number =
			i % 50 == 1
				? g_strdup_printf("%u", 20260101 + (i / 50) % 28 + 100 * (i / 1400))
			: i % 400 == 2 ? g_strdup_printf("%u", 1950 + i / 400)
				       : g_strdup_printf("%u", 31000000 + i * 7);
		g_string_append_printf(csv, "%s,%s %s,p%u@%s.example,%s,nl,,employee,,\n",
				       someone->number, someone->first, someone->last, i,
				       i % 10 == 9 ? "other" : "minfin", organisation);
		g_autofree char *whole = g_strconcat(someone->first, " ", someone->last, NULL);
		folded = text_fold_tight(whole);
		if (i % 10 == 9) {
			someone_free(someone);
			continue;
		}
		g_ptr_array_add(people, someone);
		someone->is_single = !g_hash_table_contains(names, folded);
		if (!someone->is_single)
			((Someone *)g_hash_table_lookup(names, folded))->is_single = false;
		g_hash_table_replace(names, g_steal_pointer(&folded), someone);
	}
	return people;
}

/* How people write it: diacritics lost, blanks changed. */
static char *written(GRand *rand, const char *name)
{
	g_autofree char *folded = text_fold(name);

	switch (g_rand_int_range(rand, 0, 4)) {
	case 0:
		return g_strdup(name);
	case 1:
		return g_strdelimit(g_strdup(folded), " ", '_');
	case 2:
		return text_fold_tight(name);
	default:
		return g_steal_pointer(&folded);
	}
}

/* A slip: two letters swapped, one lost, or one doubled. */
static char *with_typo(GRand *rand, const char *name)
{
	g_autofree char *folded = text_fold(name);
	gint32 at = g_rand_int_range(rand, 1, (gint32)MAX(strlen(folded) - 1, 2));
	GString *out = g_string_new(folded);

	switch (g_rand_int_range(rand, 0, 3)) {
	case 0:
		g_string_erase(out, at, 1);
		break;
	case 1:
		g_string_insert_c(out, at, out->str[at]);
		break;
	default:
		if (out->str[at] != '\0' && out->str[at - 1] != '\0') {
			char kept = out->str[at];

			out->str[at] = out->str[at - 1];
			out->str[at - 1] = kept;
		}
	}
	return g_string_free(out, FALSE);
}

typedef struct Made {
	char *file;
	bool is_told; /* there is enough in the name to place it */
} Made;

static Made make_file(GRand *rand, const Someone *who)
{
	static const char *const words[] = { "attest", "medisch attest", "certificat", "scan",
					     "ziekte", "Bescheinigung",  "sick leave", "document" };
	static const char *const noise[] = {
		"",     " 23-11-2026",        "_20261123", " 2026",
		" (2)", " tel 0475 12 34 56", "_1953",     " 20260115"
	};
	static const char *const glue[] = { "_", " ", "-", ", ", "." };
	const char *between = ONE_OF(rand, glue), *word = ONE_OF(rand, words);
	const char *extra = ONE_OF(rand, noise);
	g_autofree char *first = written(rand, who->first), *last = written(rand, who->last);
	bool typo = g_rand_int_range(rand, 0, 10) == 0;
	Made made = { NULL, true };

	if (typo) {
		g_free(last);
		last = with_typo(rand, who->last);
	}
	switch (g_rand_int_range(rand, 0, 6)) {
	case 0:
		made.file = g_strdup_printf("%s%s%s%s%s%s%s%s.pdf", last, between, first, between,
					    who->number, between, word, extra);
		break;
	case 1:
		made.file = g_strdup_printf("%s%s%s%s.pdf", who->number, between, word, extra);
		break;
	case 2:
		made.file = g_strdup_printf("%s %s%s.pdf", word, who->number, extra);
		break;
	case 3:
		made.file = g_strdup_printf("scan%d%s.pdf", g_rand_int_range(rand, 0, 99), extra);
		made.is_told = false;
		break;
	case 4:
		made.file = g_strdup_printf("%s%s%s%s%s%s.pdf", first, between, last, between, word,
					    extra);
		made.is_told = who->is_single && !typo;
		break;
	default:
		made.file = g_strdup_printf("%s %s%s%s%s.jpg", word, last, between, first, extra);
		made.is_told = who->is_single && !typo;
	}
	return made;
}

/* How well many of a known truth were placed. */
typedef struct Tally {
	guint count, placed, right, told, found, guessed;
	gint64 began;
} Tally;

static void tally_add(Tally *tally, const Someone *who, const Made *made, const Placing *placing)
{
	bool is_right =
		placing->person != NULL && strcmp(placing->person->number, who->number) == 0;

	tally->count++;
	tally->told += made->is_told;
	if (placing->person == NULL) {
		if (made->is_told && tally->told - tally->found < 40)
			g_test_message("asked: \"%s\" of %s %s (%s): %s %s", made->file, who->first,
				       who->last, who->number, placing->why, placing->hint);
		return;
	}
	tally->placed++;
	tally->right += is_right;
	tally->found += is_right && made->is_told;
	tally->guessed += !made->is_told && !who->is_single &&
			  strstr(made->file, who->number) == NULL && is_right;
	if (!is_right)
		g_test_message("wrong: \"%s\" of %s %s (%s) went to %s (%s)", made->file,
			       who->first, who->last, who->number, placing->person->name,
			       placing->person->number);
}

/* recall: percent that must be found of what could be. */
static void tally_end(const Tally *tally, const char *what, double recall)
{
	g_print("# %s: %u, %u placed, %u right: precision %.2f %%; %u could be told, %u found:"
		" recall %.2f %%; %.0f us each\n",
		what, tally->count, tally->placed, tally->right,
		100.0 * tally->right / tally->placed, tally->told, tally->found,
		100.0 * tally->found / tally->told,
		(double)(g_get_monotonic_time() - tally->began) / tally->count);
	g_assert_cmpfloat(100.0 * tally->right / tally->placed, >=, 99.5);
	g_assert_cmpfloat(100.0 * tally->found / tally->told, >=, recall);
	g_assert_cmpuint(tally->guessed, ==, 0);
}

static void test_generated(void)
{
	const guint count = g_test_slow() ? 20000 : 4000;
	g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
	g_autoptr(GString) csv = g_string_new(NULL);
	g_autoptr(GPtrArray) people = make_people(rand, 3000, csv);
	Desk *desk = desk_with(csv->str);
	g_autoptr(Person) hr = hr_of(desk);
	Tally tally = { .began = g_get_monotonic_time() };

	for (guint i = 0; i < count; i++) {
		const Someone *who = people->pdata[g_rand_int_range(rand, 0, (gint32)people->len)];
		Made made = make_file(rand, who);
		const BulkClue clue = { "", "", made.file, "", "" };
		g_auto(Placing) placing = { 0 };

		g_assert_true(bulk_place(desk->store, hr, &clue, &placing, NULL));
		tally_add(&tally, who, &made, &placing);
		g_free(made.file);
	}
	tally_end(&tally, "names of files", 90.0);
	desk_free(desk);
}

/* ---- the text of a PDF ---- */

static const struct {
	const char *text, *person, *why; /* person NULL and why "": it says nothing */
} texts[] = {
	{ "Medisch attest\nPersoneelsnummer : 10010001\n", "10010001", "" },
	{ "Personeelsnr. 10.010.001", "10010001", "" },
	{ "Matricule\n10010004", "10010004", "" },
	{ "n° de personnel: 10010005", "10010005", "" },
	{ "Personalnummer 10010008, Herr Groß", "10010008", "" },
	{ "Staff number: 2026", "2026", "" },
	{ "Dossier 10010001 van 2026", NULL, "" },
	{ "Tel. 10010001", NULL, "" },
	{ "Rijksregisternr. 85.07.30-033.28", "10010001", "" },
	{ "85073003328", "10010001", "" },
	{ "NISS 85 07 30 033 28", "10010001", "" },
	{ "85.07.30-033.29", NULL, "" },
	{ "BE71 8507 3003 3281 2", NULL, "" },
	{ "Wij verklaren dat Els Van der Straeten ziek is.", "10010004", "" },
	{ "Naam en voornaam: VAN DER STRAETEN ELS", "10010004", "" },
	{ "Patiënt:\nAnne-Françoise D'Hondt", "10010005", "" },
	{ "Naam: Luc Janssens", NULL, "several" },
	{ "Naam: Luc Janssens\nPersoneelsnummer: 10010003", "10010003", "" },
	{ "Jan Peeters en Eva Maes", NULL, "several" },
	{ "Naam: Jan Peeters\nt.a.v. Eva Maes", "10010001", "" },
	{ "Naam: Jan Peters\nt.a.v. Eva Maes", NULL, "" },
	{ "Naam: Jan Peeters\nPersoneelsnummer 10010006", NULL, "contradiction" },
	{ "Personeelsnummer 10010006\nStamnummer 10010001", NULL, "several" },
	{ "Personeelsnummer 50010001", NULL, "other-organisation" },
	{ "Dr. Eva Maes verklaart", NULL, "" },
	{ "Eva Maes\nhuisarts", NULL, "" },
	{ "Behandelend arts\nEva Maes", NULL, "" },
	{ "Dokter: Dr. Wie\nJan Peeters is ziek", "10010001", "" },
	{ "Beste Hugo Haar,", NULL, "" },
	{ "Maes Eva Janssens", NULL, "doubt" },
	{ "", NULL, "" },
};

static void test_texts(void)
{
	g_autofree char *people = g_strdup(few);
	char *jan = strstr(people, "20010001,employee,,\n");
	g_autofree char *behind = g_strdup(jan + strlen("20010001,employee,,"));

	*jan = '\0';
	g_autofree char *all =
		g_strconcat(people, "20010001,employee,,85.07.30-033.28", behind, NULL);
	Desk *desk = desk_with(all);
	g_autoptr(Person) hr = hr_of(desk);

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(Placing) placing = { .why = "", .hint = g_strdup("") };

		g_assert_true(bulk_place_pdf(desk->store, hr, texts[i].text, &placing, NULL));
		g_test_message("%s: %s %s", texts[i].text,
			       placing.person != NULL ? placing.person->number : "-", placing.why);
		g_assert_cmpstr(placing.person != NULL ? placing.person->number : NULL, ==,
				texts[i].person);
		g_assert_cmpstr(placing.why, ==, texts[i].why);
	}
	desk_free(desk);
}

/* An attestation as doctors write it; a doctor, a clerk or a neighbour may be of the organisation,
 * too. */
static Made make_text(GRand *rand, const Someone *who, const Someone *other)
{
	static const char *const before[] = {
		"Naam: ",
		"Patiënt : ",
		"Nom et prénom : ",
		"Name des Patienten: ",
		"Ik verklaar dat ",
		"Je certifie que ",
		"hiermit wird bescheinigt, dass ",
		"",
	};
	static const char *const number[] = { "Personeelsnummer: ", "Matricule : ", "Personalnr. ",
					      "Staff number ", "N° de personnel " };
	static const char *const doctor[][2] = {
		{ "Dr. ", "\nhuisarts" },  { "Docteur ", "" },       { "Behandelend arts: ", "" },
		{ "", "\nFacharzt Arzt" }, { "dokter ", ", RIZIV" }, { "De arts,\n\n", "" },
	};
	static const char *const unknown = "Hippocrates Vankos";
	bool typo = g_rand_int_range(rand, 0, 10) == 0, swap = g_rand_boolean(rand);
	bool has_number = g_rand_int_range(rand, 0, 3) == 0;
	bool has_name = !has_number || g_rand_boolean(rand);
	gint32 kind = g_rand_int_range(rand, 0, G_N_ELEMENTS(doctor));
	g_autofree char *last = typo ? with_typo(rand, who->last) : g_strdup(who->last);
	g_autofree char *whole =
		g_strdup_printf("%s %s", swap ? last : who->first, swap ? who->first : last);
	g_autofree char *colleague = g_strdup_printf("%s %s", other->first, other->last);
	const char *attending = g_rand_int_range(rand, 0, 5) == 0 ? colleague : unknown;
	GString *text = g_string_new("Medisch attest / Certificat médical\n\n");

	if (has_name)
		g_string_append_printf(text, "%s%s\n", ONE_OF(rand, before), whole);
	if (has_number)
		g_string_append_printf(text, "%s%s\n", ONE_OF(rand, number), who->number);
	g_string_append(text, "van 01/02/2027 tot 05/02/2027, tel. 0475 12 34 56\n\n");
	g_string_append(text, g_rand_int_range(rand, 0, 9) == 0 ? "T.a.v. Hugo Haar\n" : "");
	g_string_append_printf(text, "%s%s%s", doctor[kind][0], attending, doctor[kind][1]);
	g_string_append_c(text, '\n');
	return (Made){ g_string_free(text, FALSE),
		       has_number ? !(has_name && typo) : who->is_single && !typo };
}

static void test_generated_texts(void)
{
	const guint count = g_test_slow() ? 20000 : 3000;
	g_autoptr(GRand) rand = g_rand_new_with_seed(20261125);
	g_autoptr(GString) csv = g_string_new(NULL);
	g_autoptr(GPtrArray) people = make_people(rand, 3000, csv);
	Desk *desk = desk_with(csv->str);
	g_autoptr(Person) hr = hr_of(desk);
	Tally tally = { .began = g_get_monotonic_time() };

	for (guint i = 0; i < count; i++) {
		const Someone *who = people->pdata[g_rand_int_range(rand, 0, (gint32)people->len)];
		const Someone *other =
			people->pdata[g_rand_int_range(rand, 0, (gint32)people->len)];
		Made made = make_text(rand, who, other);
		g_auto(Placing) placing = { .why = "", .hint = g_strdup("") };

		g_assert_true(bulk_place_pdf(desk->store, hr, made.file, &placing, NULL));
		tally_add(&tally, who, &made, &placing);
		g_free(made.file);
	}
	tally_end(&tally, "texts of PDFs", 80.0);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bulk/place/rows", test_rows);
	g_test_add_func("/bulk/place/distance", test_distance);
	g_test_add_func("/bulk/place/generated", test_generated);
	g_test_add_func("/bulk/place/texts", test_texts);
	g_test_add_func("/bulk/place/generated-texts", test_generated_texts);
	return g_test_run();
}
