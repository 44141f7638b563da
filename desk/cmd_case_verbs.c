/* cmd_case_verbs.c - `persocontact case answer|ask|note|take|hand-on|...`: one table of verbs. */
#include "desk/cmd_case.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/text.h"
#include "desk/case_json.h"

typedef struct Typed { /* of the command line */
	char *text, *file, *as;
	gboolean close;
	const char *word; /* the second one: a team, a day, a case */
	const Settings *settings;
} Typed;

typedef bool (*DoVerb)(Store *store, gint64 id, const char *text, const Typed *typed,
		       const CaseBy *by, GError **error);

static bool do_answer(Store *store, gint64 id, const char *text, const Typed *typed,
		      const CaseBy *by, GError **error)
{
	return case_answer(store, id, text, NULL, typed->close, by, error);
}

static bool do_ask(Store *store, gint64 id, const char *text, const Typed *typed, const CaseBy *by,
		   GError **error)
{
	return case_ask(store, id, text, NULL, by, error);
}

static bool do_note(Store *store, gint64 id, const char *text, const Typed *typed, const CaseBy *by,
		    GError **error)
{
	return case_note(store, id, text, NULL, by, error);
}

static bool do_take(Store *store, gint64 id, const char *text, const Typed *typed, const CaseBy *by,
		    GError **error)
{
	return case_take(store, id, by, error);
}

static bool do_hand_on(Store *store, gint64 id, const char *text, const Typed *typed,
		       const CaseBy *by, GError **error)
{
	return case_hand_on(store, id, typed->word, text, by, error);
}

static bool do_close(Store *store, gint64 id, const char *text, const Typed *typed,
		     const CaseBy *by, GError **error)
{
	return case_close(store, id, text, by, error);
}

static bool do_reopen(Store *store, gint64 id, const char *text, const Typed *typed,
		      const CaseBy *by, GError **error)
{
	return case_reopen(store, id, text, by, error);
}

static bool do_refuse(Store *store, gint64 id, const char *text, const Typed *typed,
		      const CaseBy *by, GError **error)
{
	return case_refuse(store, id, text, by, error);
}

static bool do_withdraw(Store *store, gint64 id, const char *text, const Typed *typed,
			const CaseBy *by, GError **error)
{
	return case_withdraw(store, id, text, by, error);
}

static bool do_due(Store *store, gint64 id, const char *text, const Typed *typed, const CaseBy *by,
		   GError **error)
{
	gint64 due = text_day_end(typed->word, typed->settings->time_zone);

	if (due != 0)
		return case_set_due(store, id, due, typed->word, by, error);
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "\"%s\" is no day: expected one as 2027-02-01", typed->word);
	return false;
}

static bool do_merge(Store *store, gint64 id, const char *text, const Typed *typed,
		     const CaseBy *by, GError **error)
{
	g_autoptr(Case) into = NULL;

	if (!case_find(store, typed->word, &into, error))
		return false;
	if (into != NULL)
		return case_merge(store, id, into->id, by, error);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "there is no case %s", typed->word);
	return false;
}

static const struct Verb {
	const char *called;
	DoVerb run;
	bool wants_text; /* read from standard input when it is not given */
	int words;
} verbs[] = {
	{ "case answer", do_answer, true, 1 },      { "case ask", do_ask, true, 1 },
	{ "case note", do_note, true, 1 },          { "case take", do_take, false, 1 },
	{ "case hand-on", do_hand_on, false, 2 },   { "case close", do_close, false, 1 },
	{ "case reopen", do_reopen, false, 1 },     { "case refuse", do_refuse, false, 1 },
	{ "case withdraw", do_withdraw, false, 1 }, { "case due", do_due, false, 2 },
	{ "case merge", do_merge, false, 2 },
};

static const struct Verb *verb_of(const char *called)
{
	const struct Verb *verb = verbs;

	while (strcmp(verb->called, called) != 0)
		verb++;
	return verb;
}

/* ---- the text ---- */

static bool read_stream(FILE *stream, const char *name, char **ret_text, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char piece[4096];
	gsize got;

	while (text->len <= MAIL_TEXT_BYTES && (got = fread(piece, 1, sizeof(piece), stream)) > 0)
		g_string_append_len(text, piece, (gssize)got);
	if (ferror(stream)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s cannot be read: %s", name,
			    g_strerror(errno));
		return false;
	}
	if (text->len > MAIL_TEXT_BYTES) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s is larger than %d KiB", name,
			    MAIL_TEXT_BYTES / 1024);
		return false;
	}
	*ret_text = text_valid(text->str, (gssize)text->len);
	return true;
}

static bool read_file(const char *path, char **ret_text, GError **error)
{
	FILE *file;
	bool read;

	if (strcmp(path, "-") == 0)
		return read_stream(stdin, "standard input", ret_text, error);
	file = fopen(path, "re");
	if (file == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s cannot be read: %s", path,
			    g_strerror(errno));
		return false;
	}
	read = read_stream(file, path, ret_text, error);
	fclose(file);
	return read;
}

static bool read_text(const struct Verb *verb, const Typed *typed, char **ret_text, GError **error)
{
	if (typed->text != NULL)
		*ret_text = text_valid(typed->text, -1);
	else if (typed->file != NULL)
		return read_file(typed->file, ret_text, error);
	else if (!verb->wants_text)
		*ret_text = g_strdup("");
	else {
		if (desk_is_terminal(STDIN_FILENO))
			fprintf(stderr, "The text; end it with Ctrl-D:\n");
		return read_file("-", ret_text, error);
	}
	return true;
}

/* ---- who ---- */

static bool find_actor(Sub *sub, const char *number, Person **ret_person, GError **error)
{
	if (number == NULL)
		return true;
	if (!people_find_number(sub->store, number, ret_person, error))
		return false;
	if (*ret_person == NULL || (*ret_person)->left) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "--as %s: nobody has this number",
			    number);
		return false;
	}
	if (((*ret_person)->roles & (PERSON_DOSSIER_MANAGER | PERSON_ADMIN)) != 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_NO_PERMISSION,
		    "--as %s: no dossier manager and no admin; cases are theirs to handle", number);
	return false;
}

static int print_case(Sub *sub, gint64 id)
{
	g_autoptr(Case) c = NULL;
	g_autoptr(GError) error = NULL;

	if (!case_get(sub->store, id, &c, &error))
		return desk_fail(error);
	if (sub->json)
		return desk_print_json(case_json(c));
	sub_say(sub, "%s is %s", c->number, case_state_name(c->state));
	return 0;
}

static int run_verb(Sub *sub, const struct Verb *verb, const char *number, const Typed *typed)
{
	g_autoptr(Case) c = NULL;
	g_autoptr(Person) person = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	CaseBy by = { .who = "console", .way = WAY_COMMAND, .now = desk_now() };
	int status = 0;

	c = case_named(sub, number, &status);
	if (c == NULL)
		return status;
	if (!find_actor(sub, typed->as, &person, &error) || !read_text(verb, typed, &text, &error))
		return desk_fail(error);
	if (person != NULL) {
		by.person = person->id;
		by.who = person->number;
	}
	g_strchomp(text);
	if (!verb->run(sub->store, c->id, text, typed, &by, &error))
		return desk_fail(error);
	return print_case(sub, c->id);
}

int case_verb_run(Sub *sub, int argc, char **argv)
{
	const struct Verb *verb = verb_of(argv[0]);
	Typed typed = { 0 };
	const GOptionEntry entries[] = {
		{ "text", 't', 0, G_OPTION_ARG_STRING, &typed.text,
		  "The text; else it is read from standard input", "TEXT" },
		{ "file", 'f', 0, G_OPTION_ARG_FILENAME, &typed.file,
		  "The text is in a file (-: standard input)", "FILE" },
		{ "as", 0, 0, G_OPTION_ARG_STRING, &typed.as, "In the name of this person",
		  "NUMBER" },
		{ "close", 0, 0, G_OPTION_ARG_NONE, &typed.close, "answer: closes the case", NULL },
		G_OPTION_ENTRY_NULL,
	};
	int status = 0;

	if (sub_options(sub, &argc, &argv, entries, &status) &&
	    sub_words(sub, argc, argv, verb->words, verb->words, &status)) {
		typed.word = verb->words > 1 ? argv[2] : NULL;
		typed.settings = sub->settings;
		if (typed.text != NULL && typed.file != NULL)
			status = desk_usage(argv[0], "--text and --file exclude each other");
		else if (typed.close && verb->run != do_answer)
			status = desk_usage(argv[0], "--close belongs to `case answer`");
		else
			status = run_verb(sub, verb, argv[1], &typed);
	}
	g_free(typed.text);
	g_free(typed.file);
	g_free(typed.as);
	return status;
}
