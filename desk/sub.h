/* sub.h - commands of two words: "case list", "held drop". One table a command. */
#pragma once

#include "desk/desk.h"

typedef struct SubCommand SubCommand;

typedef struct Sub {               /* what a subcommand works with; owned by sub_run */
	const SubCommand *command; /* that runs */
	const DeskContext *context;
	bool json;
	Settings *settings; /* opened by sub_words */
	Store *store;
} Sub;

struct SubCommand {
	const char *name;   /* "list" */
	const char *called; /* "case list", for messages and --help */
	StoreOpen open;
	/* argv[0] is called; options are not parsed yet. Exit status. */
	int (*run)(Sub *sub, int argc, char **argv);
	const char *arguments; /* "NUMBER [--text TEXT]" */
	const char *summary;
};

/* Finds argv[1] in the table (which ends with a NULL name), opens and runs it. */
int sub_run(const SubCommand *commands, int argc, char **argv, const DeskContext *context);
/* The options of the subcommand that runs: as desk_options, with its own words from the table. */
bool sub_options(Sub *sub, int *argc, char ***argv, const GOptionEntry *entries, int *ret_status);
/* Whether argv has from least to most words behind its name, else a usage error in *ret_status;
 * then opens the configuration and the database, so that a mistake of the line is said first. */
bool sub_words(Sub *sub, int argc, char **argv, int least, int most, int *ret_status);
/* Says "DONE" where people look on, nothing with --json. */
void sub_say(Sub *sub, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A number from 1 on; a usage error in *ret_status. */
bool sub_id(char **argv, const char *word, gint64 *ret_id, int *ret_status);
