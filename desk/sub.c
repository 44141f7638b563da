/* sub.c - commands of two words: found in a table, opened, run. */
#include "desk/sub.h"

#include <stdio.h>
#include <string.h>

#include "common/error.h"

#define WIDTH 72

/* A usage line, folded before the 80th column. */
static void print_folded(FILE *to, const char *line)
{
	while (strlen(line) > WIDTH) {
		const char *cut = line + WIDTH;

		while (cut > line && *cut != ' ')
			cut--;
		if (cut == line)
			break;
		fprintf(to, "%.*s\n     ", (int)(cut - line), line);
		line = cut;
	}
	fprintf(to, "%s\n", line);
}

static int show_help(const SubCommand *commands, const char *name, FILE *to)
{
	fprintf(to, "usage:\n");
	for (; commands->name != NULL; commands++) {
		g_autofree char *line = g_strdup_printf("  persocontact %s %s", commands->called,
							commands->arguments);

		print_folded(to, line);
		fprintf(to, "      %s\n", commands->summary);
	}
	fprintf(to,
		"Everywhere: --config FILE, --json where things are shown.\n"
		"More: persocontact %s WORD --help\n",
		name);
	return to == stdout ? 0 : DESK_ERROR_USAGE;
}

static const SubCommand *find(const SubCommand *commands, const char *name)
{
	for (; commands->name != NULL; commands++)
		if (strcmp(commands->name, name) == 0)
			return commands;
	return NULL;
}

static bool asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

int sub_run(const SubCommand *commands, int argc, char **argv, const DeskContext *context)
{
	const SubCommand *command = argc > 1 ? find(commands, argv[1]) : NULL;
	Sub sub = { .command = command, .context = context, .json = context->json };
	int status;

	if (command == NULL && asks_help(argc, argv))
		return show_help(commands, argv[0], stdout);
	if (command == NULL && argc < 2)
		return show_help(commands, argv[0], stderr);
	if (command == NULL)
		return desk_usage(argv[0], "there is no `%s %s`", argv[0], argv[1]);
	argv[1] = (char *)command->called;
	status = command->run(&sub, argc - 1, argv + 1);
	store_free(sub.store);
	settings_free(sub.settings);
	return status;
}

bool sub_options(Sub *sub, int *argc, char ***argv, const GOptionEntry *entries, int *ret_status)
{
	g_autofree char *usage =
		g_strdup_printf("%s %s", sub->command->called, sub->command->arguments);

	return desk_options(argc, argv, entries, usage, sub->command->summary, ret_status);
}

bool sub_words(Sub *sub, int argc, char **argv, int least, int most, int *ret_status)
{
	if (argc - 1 < least)
		*ret_status = desk_usage(argv[0], "`%s`: something is missing", argv[0]);
	else if (argc - 1 > most)
		*ret_status = desk_usage(argv[0], "`%s`: %s is too much", argv[0], argv[most + 1]);
	if (argc - 1 < least || argc - 1 > most)
		return false;
	sub->settings = desk_settings(sub->context, ret_status);
	if (sub->settings != NULL)
		sub->store = desk_store(sub->settings, sub->command->open, ret_status);
	return sub->store != NULL;
}

void sub_say(Sub *sub, const char *format, ...)
{
	va_list arguments;

	if (sub->json)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

bool sub_id(char **argv, const char *word, gint64 *ret_id, int *ret_status)
{
	guint64 id = 0;

	if (!g_ascii_string_to_unsigned(word, 10, 1, G_MAXINT64, &id, NULL)) {
		*ret_status = desk_usage(argv[0], "`%s`: \"%s\" is no number", argv[0], word);
		return false;
	}
	*ret_id = (gint64)id;
	return true;
}
