/* main.c - `persocontact COMMAND`: finds the command and the options that all of them share. */
#include <curl/curl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "desk/desk.h"
#include "gateway/reader_child.h"
#include "gateway/reader_wire.h"

static void print_help(void)
{
	printf("persocontact %s - a desk that works like a mailbox\n\n"
	       "usage: persocontact [--config FILE] COMMAND [...]\n\n",
	       PACKAGE_VERSION);
	for (const DeskCommand *command = desk_commands; command->name != NULL; command++)
		printf("  %s%-11s%s %s\n", desk_bold(true), command->name, desk_bold(false),
		       command->summary);
	printf("\n`persocontact COMMAND --help` tells more.  Begin with `persocontact demo`.\n");
}

/* Takes --config FILE, --config=FILE and --json out of the line, wherever they stand. */
static int take_shared(int argc, char **argv, DeskContext *context)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (i < argc)
				argv[kept++] = argv[i++];
			break;
		}
		if (strcmp(argv[i], "--json") == 0) {
			context->json = true;
		} else if (strcmp(argv[i], "--config") == 0) {
			if (i + 1 == argc)
				return -1;
			context->config = argv[++i];
		} else if (g_str_has_prefix(argv[i], "--config=")) {
			context->config = argv[i] + strlen("--config=");
		} else {
			argv[kept++] = argv[i];
		}
	}
	argv[kept] = NULL;
	return kept;
}

static int run(int argc, char **argv)
{
	DeskContext context = { 0 };

	argc = take_shared(argc, argv, &context);
	if (argc < 0)
		return desk_usage(NULL, "--config needs a file");
	if (argc < 2)
		return desk_usage(NULL, "a command is missing");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help();
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("persocontact %s\n", PACKAGE_VERSION);
		return 0;
	}
	for (const DeskCommand *command = desk_commands; command->name != NULL; command++)
		if (strcmp(argv[1], command->name) == 0)
			return command->run(argc - 1, argv + 1, &context);
	return desk_usage(NULL, "there is no command \"%s\"", argv[1]);
}

int main(int argc, char **argv)
{
	/* the hidden command of a gateway: it needs nothing of what follows */
	if (argc == 2 && strcmp(argv[1], READER_ARGUMENT) == 0)
		return reader_child_main(mail_read);
	g_auto(GStrv) copy = g_strdupv(argv);
	g_autofree char **words =
		g_memdup2(copy, (argc + 1) * sizeof(char *)); /* moved about and cut */
	int status;

	setlocale(LC_ALL, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	status = run(argc, words);
	if (fflush(stdout) != 0) {
		fprintf(stderr, "persocontact: writing the output failed\n");
		status = status != 0 ? status : DESK_ERROR_IO;
	}
	curl_global_cleanup();
	return status;
}
