/* command.h - the lines of commands in a dossier manager's mail, and the text below them. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	COMMAND_NOTE = 1 << 0,
	COMMAND_CLOSE = 1 << 1,
	COMMAND_WAIT = 1 << 2,
	COMMAND_TAKE = 1 << 3,
	COMMAND_TO = 1 << 4,
	COMMAND_FORM = 1 << 5,
	COMMAND_REOPEN = 1 << 6,
	COMMAND_HELP = 1 << 7,
	COMMAND_ANSWER = 1 << 8,
	COMMAND_MERGE = 1 << 9,
	COMMAND_SPLIT = 1 << 10,
	COMMAND_DUE = 1 << 11,
	COMMAND_WATCH = 1 << 12,
	COMMAND_UNWATCH = 1 << 13,
} Command;

typedef struct Commands {
	guint given;      /* Command bits; 0: the text is the answer */
	char *team;       /* of #to, or NULL */
	char *form;       /* of #form, or NULL */
	char *answer;     /* of #answer: the id of a canned answer, or NULL */
	char *merge;      /* of #merge: the number of a case, or NULL */
	char *split;      /* of #split: a form, or NULL */
	char *due;        /* of #due: a day as it was typed, or NULL */
	char *text;       /* what stands below, without surrounding blank lines */
	char *wrong;      /* the first line that is no command, or NULL */
	const char *code; /* why: "unknown-command", "missing-argument", "contradiction"; NULL */
} Commands;

/* text: the reply of a mail, quotes and signature off. */
Commands *commands_read(const char *text);
void commands_free(Commands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Commands, commands_free)
