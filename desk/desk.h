/* desk.h - the one command `persocontact` and what its subcommands share. */
#pragma once

#include <jansson.h>

#include "common/settings.h"
#include "common/texts.h"
#include "forms/form.h"
#include "store/store.h"

typedef struct DeskContext { /* of the command line, before anything is opened */
	const char *config;  /* --config FILE, or NULL */
	bool json;           /* --json */
} DeskContext;

/* A subcommand: argv[0] is its name; options of all commands are taken out already.  Returns an
 * exit status of sysexits.h. */
typedef int (*DeskCommandRun)(int argc, char **argv, const DeskContext *context);

typedef struct DeskCommand {
	const char *name;
	DeskCommandRun run;
	const char *usage;   /* "case list|show|…" */
	const char *summary; /* one line */
} DeskCommand;

extern const DeskCommand desk_commands[]; /* desk/commands.c; ends with a NULL name */

int cmd_form(int argc, char **argv, const DeskContext *context);
int cmd_case(int argc, char **argv, const DeskContext *context);
int cmd_mail(int argc, char **argv, const DeskContext *context);
int cmd_held(int argc, char **argv, const DeskContext *context);
int cmd_quarantine(int argc, char **argv, const DeskContext *context);
int cmd_outbox(int argc, char **argv, const DeskContext *context);
int cmd_person(int argc, char **argv, const DeskContext *context);
int cmd_init(int argc, char **argv, const DeskContext *context);
int cmd_check(int argc, char **argv, const DeskContext *context);
int cmd_verify(int argc, char **argv, const DeskContext *context);
int cmd_reconcile(int argc, char **argv, const DeskContext *context);
int cmd_backup(int argc, char **argv, const DeskContext *context);
int cmd_replay(int argc, char **argv, const DeskContext *context);
int cmd_stats(int argc, char **argv, const DeskContext *context);
int cmd_explain(int argc, char **argv, const DeskContext *context);
int cmd_ingest(int argc, char **argv, const DeskContext *context);
int cmd_gateway(int argc, char **argv, const DeskContext *context);
int cmd_notifier(int argc, char **argv, const DeskContext *context);
int cmd_portal(int argc, char **argv, const DeskContext *context);
int cmd_run(int argc, char **argv, const DeskContext *context);
int cmd_demo(int argc, char **argv, const DeskContext *context);

/* ---- shared by the commands: desk/desk.c ---- */

/* Says the error on stderr as "persocontact: sentence" and gives its exit status. */
int desk_fail(const GError *error);
/* A usage error: sentence on stderr, and where help is; gives 64. */
int desk_usage(const char *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Whether there is a configuration to read: named, or in one of its places. */
bool desk_has_configuration(const DeskContext *context);

/* Each exits with NULL and the error said, its status in *ret_status. */
Settings *desk_settings(const DeskContext *context, int *ret_status);
Store *desk_store(const Settings *settings, StoreOpen how, int *ret_status);
Forms *desk_forms(const Settings *settings, int *ret_status);
Texts *desk_texts(int *ret_status);

/* Parses the options of a subcommand (GOption), with --help; the usage line and summary are given.
 * False: *ret_status says how to end (0 after --help). */
bool desk_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
		  const char *summary, int *ret_status);

/* Prints JSON in one line with "\n"; takes the reference. */
int desk_print_json(json_t *json);

/* A table for eyes: columns with headings, fitted to the terminal (80 columns when it is none);
 * the last column is cut first. */
typedef struct Table Table;
Table *table_new(const char *const *headings);            /* NULL-ended */
void table_row(Table *table, ...) G_GNUC_NULL_TERMINATED; /* one const char * a column */
void table_print(Table *table); /* prints and frees; nothing but "none" when empty */

bool desk_is_terminal(int fd);
/* Bold on a terminal that may show it (and NO_COLOR is not set), else as it is. Lent static. */
const char *desk_bold(bool on);
gint64 desk_now(void); /* seconds since 1970 */
