/* cmd_case.h - what the files of `persocontact case` share. */
#pragma once

#include "desk/sub.h"
#include "store/cases.h"

/* The case of a number that was typed; NULL, with the sentence said, when there is none. */
Case *case_named(Sub *sub, const char *number, int *ret_status);

int case_list_run(Sub *sub, int argc, char **argv);
int case_show_run(Sub *sub, int argc, char **argv);
int case_verb_run(Sub *sub, int argc, char **argv); /* all that change a case */
int case_export_run(Sub *sub, int argc, char **argv);
