/* test_people.c - finding people, and importing them: all or nothing, each mistake by its line. */
#include "common/error.h"
#include "store/csv.h"
#include "tests/unit/store_fixture.h"

/* ---- RFC 4180 ---- */

static const struct {
	const char *what, *text, *fields; /* fields joined by |, records by / */
	const char *mistake;
} csv_rows[] = {
	{ "lines that end in CRLF", "a,b\r\nc,d\r\n", "a|b/c|d", NULL },
	{ "lines that end in LF, the last without", "a,b\nc,d", "a|b/c|d", NULL },
	{ "quotes, doubled quotes, commas", "\"a,\"\"x\"\"\",b\r\n", "a,\"x\"|b", NULL },
	{ "a line end in quotes", "\"a\r\nb\",c\r\n", "a\r\nb|c", NULL },
	{ "empty fields", ",\r\n,,\r\n", "|/||", NULL },
	{ "empty quoted fields", "\"\",\"\"\r\nx,y", "|/x|y", NULL },
	{ "empty lines are no records", "\r\n\na,b\n\n", "a|b", NULL },
	{ "a byte order mark",
	  "\xef\xbb\xbf"
	  "a,b\n",
	  "a|b", NULL },
	{ "semicolons", "a;b\nc,c;d\n", "a|b/c,c|d", NULL },
	{ "nothing", "", "", NULL },
	{ "a quote that does not end", "a,b\n\"c,d\n", "a|b", "a quoted field that does not end" },
	{ "text behind a quote", "\"a\"b,c\n", "", "text behind the quote that ends a field" },
	{ "a quote inside", "a\"b,c\n", "", "a quote inside a field that does not begin with one" },
	{ "a lone return is text", "a\rb,c\n", "a\rb|c", NULL },
	{ "a quote alone", "\"", "", "a quoted field that does not end" },
};

static void test_csv(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(csv_rows); i++) {
		g_autofree char *text = g_strdup(csv_rows[i].text);
		g_autoptr(GPtrArray) fields = g_ptr_array_new();
		g_autoptr(GString) all = g_string_new(NULL);
		const char *mistake = NULL;
		Csv csv;

		csv_open(&csv, text, strlen(text));
		while (csv_read(&csv, fields, &mistake)) {
			g_string_append(all, all->len > 0 ? "/" : "");
			for (guint f = 0; f < fields->len; f++)
				g_string_append_printf(all, "%s%s", f > 0 ? "|" : "",
						       (char *)fields->pdata[f]);
		}
		g_test_message("%s", csv_rows[i].what);
		g_assert_cmpstr(all->str, ==, csv_rows[i].fields);
		g_assert_cmpstr(mistake, ==, csv_rows[i].mistake);
	}
}

/* ---- finding ---- */

static void test_find(void)
{
	static const struct {
		const char *address, *number;
	} rows[] = {
		{ "an@minfin.example", "1001" },
		{ "An.Peeters@MinFin.example", "1001" },
		{ " luc@minfin.example ", "1002" },
		{ "nobody@minfin.example", NULL },
		{ "", NULL },
		{ "an@minfin.example' OR '1'='1", NULL },
	};
	Desk *desk = desk_new();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Person) person = NULL;
		GError *error = NULL;

		g_assert_true(people_find_address(desk->store, rows[i].address, &person, &error));
		g_assert_cmpstr(person != NULL ? person->number : NULL, ==, rows[i].number);
	}
	desk_free(desk);
}

/* By the national number: one person who is still there, or nobody. */
static void test_find_national_number(void)
{
	static const struct {
		const char *what, *national_number, *number;
	} rows[] = {
		{ "one person", "85073003328", "1001" },
		{ "nobody", "85073003427", NULL },
		{ "people without a number are not one", "", NULL },
		{ "two people", "90010100155", NULL },
		{ "who came back under another number", "75120500296", "1006" },
	};
	g_autofree char *more = g_strconcat(desk_people,
					    "1004,A,a4@minfin.example,MINFIN,nl,,,,90010100155\n"
					    "1005,B,a5@minfin.example,MINFIN,nl,,,,90010100155\n"
					    "1006,C,a6@minfin.example,MINFIN,nl,,,,75120500296\n",
					    NULL);
	g_autofree char *before = g_strconcat(
		desk_people, "1007,C,a7@minfin.example,MINFIN,nl,,,,75120500296\n", NULL);
	Desk *desk = desk_new();

	people_import_free(desk_import(desk, before, NOW));
	people_import_free(desk_import(desk, more, NOW + 1)); /* 1007 has left */
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Person) person = NULL;

		g_test_message("%s", rows[i].what);
		g_assert_true(people_find_national_number(desk->store, rows[i].national_number,
							  &person, NULL));
		g_assert_cmpstr(person != NULL ? person->number : NULL, ==, rows[i].number);
	}
	desk_free(desk);
}

static void test_person(void)
{
	Desk *desk = desk_new();
	g_autoptr(Person) an = desk_person(desk, "1001");
	g_autoptr(Person) dirk = desk_person(desk, "3001");
	g_autoptr(Person) same = NULL;

	g_assert_cmpstr(an->name, ==, "An Peeters");
	g_assert_cmpstr(an->addresses[0], ==, "an@minfin.example");
	g_assert_cmpstr(an->addresses[1], ==, "an.peeters@minfin.example");
	g_assert_null(an->addresses[2]);
	g_assert_cmpstr(an->national_number, ==, "85073003328");
	g_assert_cmpstr(an->manager, ==, "2001");
	g_assert_cmpint(an->language, ==, LANGUAGE_NL);
	g_assert_cmpuint(an->roles, ==, PERSON_EMPLOYEE);
	g_assert_true(person_in_team(dirk, "absence"));
	g_assert_false(person_in_team(dirk, "pay"));
	g_assert_true(people_find_id(desk->store, an->id, &same, NULL));
	g_assert_cmpstr(same->number, ==, "1001");
	desk_free(desk);
}

static void test_lists(void)
{
	Desk *desk = desk_new();
	g_autoptr(GPtrArray) named = NULL;
	g_autoptr(GPtrArray) nameless = NULL;
	g_autoptr(GPtrArray) admins = NULL;
	g_autoptr(GPtrArray) managers = NULL;
	g_autoptr(GPtrArray) pay = NULL;
	g_autoptr(GPtrArray) all = NULL;

	g_assert_true(people_find_name(desk->store, "an PÉETERS", &named, NULL));
	g_assert_cmpuint(named->len, ==, 1);
	g_assert_true(people_find_name(desk->store, " - ", &nameless, NULL));
	g_assert_cmpuint(nameless->len, ==, 0);
	g_assert_true(people_with_role(desk->store, PERSON_ADMIN, &admins, NULL));
	g_assert_cmpuint(admins->len, ==, 1);
	g_assert_true(people_with_role(desk->store, PERSON_MANAGER, &managers, NULL));
	g_assert_cmpuint(managers->len, ==, 1);
	g_assert_true(people_in_team(desk->store, "pay", &pay, NULL));
	g_assert_cmpuint(pay->len, ==, 2);
	g_assert_true(people_list(desk->store, 0, &all, NULL));
	g_assert_cmpuint(all->len, ==, 8);
	desk_free(desk);
}

/* ---- importing ---- */

#define HEADER "number,name,addresses,organisation,language,manager,roles,teams,national_number\n"
#define GOOD "1,A B,a@x.example,MINFIN,nl,,,,\n"

static const struct {
	const char *what, *text, *mistake;
} mistakes[] = {
	{ "an empty file", "", "people.csv:1: the list is empty" },
	{ "no such column", "number,name,addresses,nmae\n",
	  "people.csv:1: no column is called \"nmae\"" },
	{ "a column missing", "number,name\n1,A\n",
	  "people.csv:1: column addresses: it is missing" },
	{ "a column twice", "number,name,addresses,name\n",
	  "people.csv:1: column name: it stands there twice" },
	{ "no number", HEADER ",A B,a@x.example,MINFIN,,,,,\n",
	  "people.csv:2: column number: it is empty" },
	{ "a number with blanks", HEADER "1 2,A,a@x.example,MINFIN,,,,,\n",
	  "column number: \"1 2\"" },
	{ "a number twice", HEADER GOOD "1,B,b@x.example,MINFIN,,,,,\n",
	  "people.csv:3: column number: 1 stands in line 2 already" },
	{ "an address twice", HEADER GOOD "2,B,A@x.example,MINFIN,,,,,\n",
	  "people.csv:3: column addresses: a@x.example stands in line 2 already" },
	{ "no address", HEADER GOOD "2,B,b-at-x,MINFIN,,,,,\n",
	  "people.csv:3: column addresses: \"b-at-x\" is no mail address" },
	{ "no name", HEADER "1,,a@x.example,MINFIN,,,,,\n",
	  "people.csv:2: column name: it is empty" },
	{ "no organisation", HEADER "1,A,a@x.example,,,,,,\n", "column organisation: it is empty" },
	{ "an unknown organisation", HEADER "1,A,a@x.example,MINFN,,,,,\n",
	  "column organisation: \"MINFN\"" },
	{ "an unknown language", HEADER "1,A,a@x.example,MINFIN,it,,,,\n",
	  "column language: \"it\"" },
	{ "an unknown role", HEADER "1,A,a@x.example,MINFIN,,,boss,,\n", "column roles: \"boss\"" },
	{ "an unknown team", HEADER "1,A,a@x.example,MINFIN,,,,night,\n",
	  "column teams: \"night\"" },
	{ "a manager who is nobody", HEADER "1,A,a@x.example,MINFIN,,7,,,\n",
	  "people.csv:2: column manager: nobody of this list has the number 7" },
	{ "one's own manager", HEADER "1,A,a@x.example,MINFIN,,1,,,\n", "the person's own number" },
	{ "a short national number", HEADER "1,A,a@x.example,MINFIN,,,,,123\n",
	  "column national_number: \"123\": expected 11 digits" },
	{ "a field too few", HEADER "1,A,a@x.example\n",
	  "people.csv:2: 3 fields: the header line has 9" },
	{ "broken quotes", HEADER GOOD "2,\"B,b@x.example\n",
	  "people.csv:3: a quoted field that does not end" },
	{ "not UTF-8", HEADER GOOD "2,Ren\xe9,b@x.example,MINFIN,,,,,\n",
	  "people.csv:3: it is not UTF-8" },
	{ "the line behind a field of two lines",
	  HEADER "1,\"A\nB\",a@x.example,MINFIN,,,,,\n2,B,,X,,,,,\n",
	  "people.csv:4: column organisation: \"X\"" },
};

static void test_mistakes(void)
{
	Desk *desk = desk_new();

	for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++) {
		PeopleImport *import = desk_import(desk, mistakes[i].text, NOW + 1);
		g_autoptr(GPtrArray) all = NULL;

		g_test_message("%s: %s", mistakes[i].what,
			       import->mistakes->len > 0 ? (char *)import->mistakes->pdata[0]
							 : "-");
		g_assert_cmpuint(import->mistakes->len, ==, 1);
		g_assert_nonnull(strstr(import->mistakes->pdata[0], mistakes[i].mistake));
		g_assert_true(people_list(desk->store, 0, &all, NULL)); /* all or nothing */
		g_assert_cmpuint(all->len, ==, 8);
		g_assert_false(((Person *)all->pdata[0])->left);
		people_import_free(import);
	}
	desk_free(desk);
}

static void test_many_mistakes(void)
{
	Desk *desk = desk_new();
	g_autoptr(GString) text = g_string_new(HEADER);
	PeopleImport *import;

	for (int i = 0; i < 250; i++)
		g_string_append_printf(text, "%d,A,,MINFIN,xx,,,,\n", i);
	import = desk_import(desk, text->str, NOW + 1);
	g_assert_cmpuint(import->mistakes->len, ==, 101);
	g_assert_cmpstr(import->mistakes->pdata[100], ==, "and 150 more");
	g_assert_cmpuint(import->read, ==, 250);
	people_import_free(import);
	desk_free(desk);
}

/* Again: what differs is changed, who is gone has left, an address goes to another person. */
static void test_again(void)
{
	static const char text[] =
		"addresses;number;name;organisation\n" /* any order, semicolons of a spreadsheet */
		"an@minfin.example;1001;An Peeters-Maes;MINFIN\n"
		"an.peeters@minfin.example;4001;\"Peeters, Ann\";MINFIN\n"
		"luc@minfin.example;1002;Luc Dupont;MINFIN\n";
	Desk *desk = desk_new();
	PeopleImport *import = desk_import(desk, desk_people, NOW + 1);
	g_autoptr(Person) ann = NULL;
	g_autoptr(Person) eva = NULL;
	g_autoptr(GPtrArray) admins = NULL;

	g_assert_cmpuint(import->added + import->changed + import->left, ==, 0);
	g_assert_cmpuint(import->read, ==, 8);
	people_import_free(import);
	import = desk_import(desk, text, NOW + 2);
	g_assert_cmpuint(import->mistakes->len, ==, 0);
	g_assert_cmpuint(import->added, ==, 1);
	g_assert_cmpuint(import->changed, ==, 2);
	g_assert_cmpuint(import->left, ==, 6);
	people_import_free(import);
	g_assert_true(people_find_address(desk->store, "an.peeters@minfin.example", &ann, NULL));
	g_assert_cmpstr(ann->number, ==, "4001");
	g_assert_cmpstr(ann->name, ==, "Peeters, Ann");
	g_assert_true(people_find_address(desk->store, "eva@minfin.example", &eva, NULL));
	g_assert_true(eva->left);
	g_assert_true(people_with_role(desk->store, PERSON_ADMIN, &admins, NULL));
	g_assert_cmpuint(admins->len, ==, 0);
	import = desk_import(desk, desk_people, NOW + 3); /* and back */
	g_assert_cmpuint(import->changed, ==, 8);
	g_assert_cmpuint(import->left, ==, 1);
	people_import_free(import);
	desk_free(desk);
}

static void test_no_file(void)
{
	Desk *desk = desk_new();
	PeopleImport *import = NULL;
	GError *error = NULL;

	g_assert_false(people_import(desk->store, desk->settings, "/nowhere/people.csv", NOW, NULL,
				     NULL, &import, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT);
	g_assert_null(import);
	g_clear_error(&error);
	desk_free(desk);
}

static void count_progress(guint lines, void *user)
{
	*(guint *)user = lines;
}

/* Many people, as a whole government has them. */
static void test_many(void)
{
	const int many = g_test_slow() ? 100000 : 5000;
	Desk *desk = desk_new();
	g_autoptr(GString) text = g_string_new(HEADER);
	g_autofree char *path = NULL;
	PeopleImport *import = NULL;
	guint progress = 0;

	for (int i = 0; i < many; i++)
		g_string_append_printf(text, "%d,Person %d,p%d@minfin.example,MINFIN,nl,%s,,,\n", i,
				       i, i, i > 0 ? "0" : "");
	path = desk_file(desk, "many.csv", text->str);
	g_test_timer_start();
	g_assert_true(people_import(desk->store, desk->settings, path, NOW, count_progress,
				    &progress, &import, NULL));
	g_test_message("%d people in %.1f s", many, g_test_timer_elapsed());
	g_assert_cmpuint(import->added + import->changed, ==, many);
	g_assert_cmpuint(progress, >=, many - 1000);
	people_import_free(import);
	desk_free(desk);
}

static void test_erase(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	g_autoptr(Person) gone = NULL;
	g_autoptr(Person) none = NULL;
	g_autoptr(Case) c = NULL;
	g_autoptr(GPtrArray) owed = NULL;
	GError *error = NULL;

	g_assert_true(people_erase(desk->store, "1001", NOW, &error));
	g_assert_true(people_find_address(desk->store, "an@minfin.example", &none, NULL));
	g_assert_null(none);
	gone = desk_person(desk, "1001");
	g_assert_true(gone->left);
	g_assert_cmpstr(gone->name, ==, "");
	g_assert_cmpstr(gone->national_number, ==, "");
	c = desk_get(desk, id);
	g_assert_cmpstr(c->requester.number, ==, "1001");
	g_assert_cmpstr(c->requester.address, ==, "");
	g_assert_true(outbox_list(desk->store, "owed", &owed, NULL));
	g_assert_cmpuint(owed->len, ==, 1); /* the team's alone */
	g_assert_false(people_erase(desk->store, "7777", NOW, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/people/csv", test_csv);
	g_test_add_func("/people/find", test_find);
	g_test_add_func("/people/find-national-number", test_find_national_number);
	g_test_add_func("/people/person", test_person);
	g_test_add_func("/people/lists", test_lists);
	g_test_add_func("/people/mistakes", test_mistakes);
	g_test_add_func("/people/many-mistakes", test_many_mistakes);
	g_test_add_func("/people/again", test_again);
	g_test_add_func("/people/no-file", test_no_file);
	g_test_add_func("/people/many", test_many);
	g_test_add_func("/people/erase", test_erase);
	return g_test_run();
}
