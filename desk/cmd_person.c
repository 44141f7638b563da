/* cmd_person.c - `persocontact person`: who may write to the desk. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "desk/case_json.h"
#include "desk/directory.h"
#include "desk/sub.h"
#include "store/absences.h"
#include "store/people.h"
#include "store/sessions.h"

static const struct {
	PersonRole role;
	const char *name;
} roles[] = {
	{ PERSON_EMPLOYEE, "employee" },
	{ PERSON_MANAGER, "manager" },
	{ PERSON_HR, "hr" },
	{ PERSON_DOSSIER_MANAGER, "dossier-manager" },
	{ PERSON_ADMIN, "admin" },
};

static json_t *words_json(char **words)
{
	json_t *json = json_array();

	for (; *words != NULL; words++)
		json_array_append_new(json, json_string(*words));
	return json;
}

static json_t *roles_json(guint of)
{
	json_t *json = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if ((of & roles[i].role) != 0)
			json_array_append_new(json, json_string(roles[i].name));
	return json;
}

static json_t *absence_json(const Absence *absence)
{
	return absence != NULL ? json_pack("{s:s, s:s, s:s}", "from", absence->from, "until",
					   absence->until, "substitute", absence->substitute)
			       : json_null();
}

static json_t *person_json(const Person *person)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:b}", "number", person->number,
			 "name", person->name, "addresses", words_json(person->addresses),
			 "organisation", person->organisation, "language",
			 person->language != LANGUAGE_NONE ? language_code(person->language) : "",
			 "manager", person->manager, "roles", roles_json(person->roles), "teams",
			 words_json(person->teams), "left", person->left);
}

static char *roles_text(guint of)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if ((of & roles[i].role) != 0)
			g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "",
					       roles[i].name);
	return g_string_free(text, FALSE);
}

/* ---- list, show ---- */

static int person_list_run(Sub *sub, int argc, char **argv)
{
	static const char *const headings[] = { "number",   "name",  "organisation",
						"language", "roles", "addresses",
						NULL };
	gint limit = 0;
	const GOptionEntry entries[] = {
		{ "limit", 0, 0, G_OPTION_ARG_INT, &limit, "At most so many", "N" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(GError) error = NULL;
	json_t *all;
	Table *table;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	if (limit < 0)
		return desk_usage(argv[0], "--limit is a number from 1 on");
	if (!people_list(sub->store, (guint)limit, &people, &error))
		return desk_fail(error);
	all = json_array();
	table = sub->json ? NULL : table_new(headings);
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		g_autofree char *does = roles_text(person->roles);
		g_autofree char *addresses = g_strjoinv(" ", person->addresses);

		if (sub->json)
			json_array_append_new(all, person_json(person));
		else
			table_row(table, person->number, person->name, person->organisation,
				  person->language != LANGUAGE_NONE
					  ? language_code(person->language)
					  : "",
				  person->left ? "(left)" : does, addresses, NULL);
	}
	if (sub->json)
		return desk_print_json(all);
	json_decref(all);
	table_print(table);
	return 0;
}

static void print_person(const Person *person)
{
	g_autofree char *does = roles_text(person->roles);
	g_autofree char *addresses = g_strjoinv(" ", person->addresses);
	g_autofree char *teams = g_strjoinv(" ", person->teams);

	printf("%s%s %s%s%s\n", desk_bold(true), person->number, person->name, desk_bold(false),
	       person->left ? "  (left)" : "");
	printf("%-13s %s\n%-13s %s\n%-13s %s\n%-13s %s\n%-13s %s\n%-13s %s\n", "addresses",
	       addresses, "organisation", person->organisation, "language",
	       person->language != LANGUAGE_NONE ? language_code(person->language) : "", "manager",
	       person->manager, "roles", does, "teams", teams);
}

/* By number, else by address. */
static bool find(Store *store, const char *name, Person **ret_person, GError **error)
{
	if (!people_find_number(store, name, ret_person, error) ||
	    (*ret_person == NULL && !people_find_address(store, name, ret_person, error)))
		return false;
	if (*ret_person == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "nobody has the number or address %s", name);
	return *ret_person != NULL;
}

static int person_show_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(Person) person = NULL;
	g_autoptr(Absence) absence = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (!find(sub->store, argv[1], &person, &error) ||
	    !absence_of(sub->store, person->id, desk_now(), &absence, &error))
		return desk_fail(error);
	if (sub->json) {
		json_t *json = person_json(person);

		json_object_set_new(json, "absence", absence_json(absence));
		return desk_print_json(json);
	}
	print_person(person);
	if (absence != NULL)
		printf("%-13s %s - %s%s%s\n", "away", absence->from, absence->until,
		       absence->substitute[0] != '\0' ? "  substitute " : "", absence->substitute);
	return 0;
}

/* ---- absent ---- */

static bool change_absence(Sub *sub, const char *name, bool back, const char *const *days,
			   const char *substitute, GError **error)
{
	g_autoptr(Person) person = NULL;
	g_autoptr(Absence) absence = NULL;
	gint64 now = desk_now();

	if (!find(sub->store, name, &person, error))
		return false;
	if (back)
		return absence_end(sub->store, person->number, now, error);
	return absence_read(days[0], days[1], substitute, sub->settings->time_zone, now, &absence,
			    error) &&
	       absence_set(sub->store, person->number, absence, now, error);
}

static int person_absent_run(Sub *sub, int argc, char **argv)
{
	g_autofree char *from = NULL, *until = NULL, *substitute = NULL;
	gboolean back = FALSE;
	const GOptionEntry entries[] = {
		{ "from", 0, 0, G_OPTION_ARG_STRING, &from, "The first day; else today",
		  "YYYY-MM-DD" },
		{ "until", 0, 0, G_OPTION_ARG_STRING, &until, "The last day", "YYYY-MM-DD" },
		{ "substitute", 0, 0, G_OPTION_ARG_STRING, &substitute, "Who stands in", "NUMBER" },
		{ "back", 0, 0, G_OPTION_ARG_NONE, &back, "The person is here again", NULL },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status))
		return status;
	if (back == (until != NULL) || (back && (from != NULL || substitute != NULL)))
		return desk_usage(argv[0], "expected either --until YYYY-MM-DD or --back");
	if (!sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (!change_absence(sub, argv[1], back, (const char *const[]){ from, until }, substitute,
			    &error))
		return desk_fail(error);
	if (back)
		sub_say(sub, "%s is here", argv[1]);
	else
		sub_say(sub, "%s is away until %s", argv[1], until);
	return 0;
}

/* ---- import, erase ---- */

static void show_progress(guint lines, void *user)
{
	if (desk_is_terminal(STDERR_FILENO))
		fprintf(stderr, "\r%u people", lines);
}

static int print_import(Sub *sub, const PeopleImport *import, const char *path)
{
	for (guint i = 0; i < import->mistakes->len; i++)
		fprintf(stderr, "%s\n", (const char *)import->mistakes->pdata[i]);
	if (import->mistakes->len > 0)
		fprintf(stderr, "persocontact: %s was not imported: nothing was changed\n", path);
	if (sub->json) {
		json_t *mistakes = json_array();

		for (guint i = 0; i < import->mistakes->len; i++)
			json_array_append_new(mistakes, json_string(import->mistakes->pdata[i]));
		desk_print_json(json_pack("{s:i, s:i, s:i, s:i, s:o}", "read", (int)import->read,
					  "added", (int)import->added, "changed",
					  (int)import->changed, "left", (int)import->left,
					  "mistakes", mistakes));
	} else if (import->mistakes->len == 0) {
		printf("%u people: %u new, %u changed, %u left\n", import->read, import->added,
		       import->changed, import->left);
	}
	return import->mistakes->len > 0 ? DESK_ERROR_DATA : 0;
}

static int person_import_run(Sub *sub, int argc, char **argv)
{
	PeopleImport *import = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (!people_import(sub->store, sub->settings, argv[1], desk_now(), show_progress, NULL,
			   &import, &error))
		return desk_fail(error);
	if (desk_is_terminal(STDERR_FILENO))
		fprintf(stderr, "\r%*s\r", 20, "");
	status = print_import(sub, import, argv[1]);
	people_import_free(import);
	return status;
}

/* One cookie a directory and what is asked of it. */
static char *cookie_name(const DirectorySettings *of)
{
	g_autofree char *all = g_strjoin("\n", of->url, of->base, of->filter, of->attributes, NULL);
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);

	return g_strdup_printf("directory:%s", hash);
}

static bool sync_people(Sub *sub, bool full, PeopleImport **ret_import, GError **error)
{
	g_autofree char *name = cookie_name(&sub->settings->directory);
	g_autofree char *since = NULL;
	g_autoptr(Directory) found = NULL;
	PeopleSync sync = { .name = name };

	if (!full && !people_sync_cookie(sub->store, name, &since, error))
		return false;
	if (!directory_read(sub->settings, since, &found, error))
		return false;
	sync.entries = found->entries;
	sync.is_part = since != NULL;
	sync.cookie = found->newest;
	return people_sync(sub->store, sub->settings, &sync, desk_now(), ret_import, error);
}

static int person_sync_run(Sub *sub, int argc, char **argv)
{
	gboolean full = FALSE;
	const GOptionEntry entries[] = {
		{ "full", 0, 0, G_OPTION_ARG_NONE, &full,
		  "Everybody, also who did not change: who is not there any more has left", NULL },
		G_OPTION_ENTRY_NULL,
	};
	PeopleImport *import = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, entries, &status) ||
	    !sub_words(sub, argc, argv, 0, 0, &status))
		return status;
	if (!sync_people(sub, full, &import, &error))
		return desk_fail(error);
	status = print_import(sub, import, "the directory");
	people_import_free(import);
	return status;
}

static int person_erase_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (!people_erase(sub->store, argv[1], desk_now(), &error))
		return desk_fail(error);
	sub_say(sub, "%s: name, addresses and national number are gone; the cases keep the number",
		argv[1]);
	return 0;
}

static int person_revoke_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(Person) person = NULL;
	g_autofree char *holder = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 1, 1, &status))
		return status;
	if (!find(sub->store, argv[1], &person, &error))
		return desk_fail(error);
	holder = g_strconcat("p:", person->number, NULL);
	if (!way_in_close(sub->store, holder, &error))
		return desk_fail(error);
	sub_say(sub, "%s: every link that was mailed leads nowhere, and every session has ended",
		person->number);
	return 0;
}

static const SubCommand person_commands[] = {
	{ "list", "person list", STORE_EXISTING, person_list_run, "[--limit N]",
	  "The people, by number." },
	{ "show", "person show", STORE_EXISTING, person_show_run, "NUMBER|ADDRESS",
	  "One of them." },
	{ "import", "person import", STORE_CREATE, person_import_run, "FILE",
	  "Reads people.csv (- is standard input), all of it or nothing." },
	{ "sync", "person sync", STORE_CREATE, person_sync_run, "[--full]",
	  "Reads the people of [Directory] (LDAP): who changed, or everybody." },
	{ "absent", "person absent", STORE_EXISTING, person_absent_run,
	  "NUMBER --until YYYY-MM-DD [--from YYYY-MM-DD] [--substitute NUMBER] | NUMBER --back",
	  "Who is away, until when, and who stands in." },
	{ "erase", "person erase", STORE_EXISTING, person_erase_run, "NUMBER",
	  "Takes name, addresses and national number away." },
	{ "revoke", "person revoke", STORE_EXISTING, person_revoke_run, "NUMBER|ADDRESS",
	  "Ends the person's sessions on the page, and kills the links in all mails." },
	{ NULL, NULL, STORE_EXISTING, NULL, NULL, NULL },
};

int cmd_person(int argc, char **argv, const DeskContext *context)
{
	return sub_run(person_commands, argc, argv, context);
}
