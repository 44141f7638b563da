/* commands.c - the table of commands, in the order of the help. */
#include "desk/desk.h"

const DeskCommand desk_commands[] = {
	{ "demo", cmd_demo, "demo [--once] [--dir DIR]", "play a whole desk in a folder, without servers" },
	{ "init", cmd_init, "init [DIR] [--address ADDRESS] ...", "write a configuration and a secret" },
	{ "check", cmd_check, "check", "try configuration, database, IMAP, SMTP, forms" },
	{ "run", cmd_run, "run", "start and watch gateway, notifier and portal" },
	{ "gateway", cmd_gateway, "gateway [--once]", "take mail in" },
	{ "notifier", cmd_notifier, "notifier [--once]", "send what is owed" },
	{ "portal", cmd_portal, "portal [--debug]", "show people their cases on a page" },
	{ "ingest", cmd_ingest, "ingest FILE|DIR|- ...", "take mails from files, mboxes, Maildirs" },
	{ "explain", cmd_explain, "explain [--trust ID] FILE ...", "tell what the desk makes of a mail" },
	{ "case", cmd_case, "case list|show|answer|ask|note|take|hand-on|close|reopen|export ...", "look at cases and handle them" },
	{ "mail", cmd_mail, "mail list|show ...", "what became of each mail" },
	{ "held", cmd_held, "held list|add|drop ...", "mails that wait for a dossier manager's eye" },
	{ "quarantine", cmd_quarantine, "quarantine list|show|retry|drop ...", "mails that could not be read" },
	{ "outbox", cmd_outbox, "outbox list|retry|drop ...", "notices that are owed, sent, refused" },
	{ "person", cmd_person, "person import|list|show|erase ...", "who may write to the desk" },
	{ "form", cmd_form, "form list|show|check|template ...", "the forms" },
	{ "reconcile", cmd_reconcile, "reconcile [--repair]", "mailboxes against receipts, receipts against outcomes" },
	{ "verify", cmd_verify, "verify", "database and raw messages against their hashes" },
	{ "backup", cmd_backup, "backup FILE", "copy the desk while it runs" },
	{ "replay", cmd_replay, "replay FILE", "build the database again from the raw mails, and compare" },
	{ "stats", cmd_stats, "stats", "counts of cases, mails and notices" },
	{ NULL, NULL, NULL, NULL },
};
