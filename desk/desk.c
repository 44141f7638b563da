/* desk.c - what the commands share: opening, options, errors, output. */
#include "desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "store/people.h"

int desk_fail(const GError *error)
{
	fprintf(stderr, "persocontact: %s\n", error->message);
	return desk_error_status(error);
}

int desk_usage(const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	fprintf(stderr, "persocontact: %s\nTry `persocontact %s%s--help`.\n", sentence,
		command != NULL ? command : "", command != NULL ? " " : "");
	return DESK_ERROR_USAGE;
}

bool desk_has_configuration(const DeskContext *context)
{
	return context->config != NULL || g_getenv("PERSOCONTACT_CONFIG") != NULL ||
	       g_file_test("desk.conf", G_FILE_TEST_EXISTS) ||
	       g_file_test("/etc/persocontact/desk.conf", G_FILE_TEST_EXISTS);
}

static void *fail_with(GError *error, int *ret_status)
{
	*ret_status = desk_fail(error);
	g_error_free(error);
	return NULL;
}

Settings *desk_settings(const DeskContext *context, int *ret_status)
{
	GError *error = NULL;
	Settings *settings = settings_read(context->config, &error);

	return settings != NULL ? settings : fail_with(error, ret_status);
}

Store *desk_store(const Settings *settings, StoreOpen how, int *ret_status)
{
	GError *error = NULL;
	Store *store = store_open(settings->database, how, &error);

	if (store == NULL)
		return fail_with(error, ret_status);
	if (how == STORE_CREATE && !directory_sync(store, settings, &error)) {
		store_free(store);
		return fail_with(error, ret_status);
	}
	return store;
}

Forms *desk_forms(const Settings *settings, int *ret_status)
{
	GError *error = NULL;
	g_autofree char *folder = data_folder("forms/definitions");
	Forms *forms = forms_open(folder, settings->forms, &error);

	return forms != NULL ? forms : fail_with(error, ret_status);
}

Texts *desk_texts(int *ret_status)
{
	GError *error = NULL;
	g_autofree char *folder = data_folder("texts");
	Texts *texts = texts_open(folder, &error);

	return texts != NULL ? texts : fail_with(error, ret_status);
}

bool desk_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
		  const char *summary, int *ret_status)
{
	g_autoptr(GOptionContext) options = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	gboolean help = FALSE;
	const GOptionEntry own[] = {
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL },
		G_OPTION_ENTRY_NULL,
	};

	g_option_context_set_help_enabled(options, FALSE);
	g_option_context_add_main_entries(options, own, NULL);
	if (entries != NULL)
		g_option_context_add_main_entries(options, entries, NULL);
	if (!g_option_context_parse(options, argc, argv, &error)) {
		*ret_status = desk_usage((*argv)[0], "%s", error->message);
		return false;
	}
	if (help) {
		g_autofree char *all = g_option_context_get_help(options, FALSE, NULL);
		const char *list = strchr(all, '\n');

		printf("usage: persocontact %s\n\n%s\n%s\nEverywhere: --config FILE, --json where things are shown.\n",
		       usage, summary, list != NULL ? list : "");
		*ret_status = 0;
		return false;
	}
	if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
		(*argv)[1] = (*argv)[0];
		(*argv)++;
		(*argc)--;
	}
	return true;
}

int desk_print_json(json_t *json)
{
	char *line = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(json);
	if (line == NULL) {
		fprintf(stderr, "persocontact: the output is no valid JSON\n");
		return DESK_ERROR_SOFTWARE;
	}
	puts(line);
	free(line);
	return 0;
}

bool desk_is_terminal(int fd)
{
	return isatty(fd) != 0;
}

const char *desk_bold(bool on)
{
	if (!desk_is_terminal(STDOUT_FILENO) || g_getenv("NO_COLOR") != NULL)
		return "";
	return on ? "\033[1m" : "\033[0m";
}

gint64 desk_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}
