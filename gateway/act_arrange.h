/* act_arrange.h - the commands by which dossier managers arrange cases among themselves. */
#pragma once

#include "gateway/act.h"
#include "gateway/command.h"

typedef struct Arrange {   /* what the arguments of the commands stand for */
	char *text;        /* of a canned answer with what stands below it; NULL: none */
	Case *target;      /* of #merge, or NULL */
	const Form *split; /* of #split, or NULL */
	gint64 due;        /* of #due: the end of that day; 0 */
	char *wrong;       /* words that are wrong, where they are none of the mail's; NULL */
	char *day;         /* 2026-12-01 */
	json_t *done;      /* [{"what": code, "text": words}]: for the mail that says so */
} Arrange;

void arrange_clear(Arrange *arrange);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arrange, arrange_clear)

/* Finds all of it. ret_mistake: a code and the words that are wrong, or NULL.  False: the database
 * fails. */
bool arrange_find(Act *act, const Commands *commands, Arrange *arrange, const char **ret_mistake,
		  const char **ret_line, GError **error);
/* A line of the mail that tells what was done; text may be NULL. */
void arrange_done(Arrange *arrange, const char *what, const char *text);
/* #due #watch #unwatch #merge #split. */
bool arrange_do(Act *act, const Commands *commands, Arrange *arrange, GError **error);
/* Whether text makes the new case of #split or the note of #merge, and is no answer. */
bool arrange_takes_text(const Commands *commands);
/* What another dossier manager did to the case since the mail that this one answers; NULL. */
bool arrange_find_crossing(Act *act, CaseEvent **ret_event, GError **error);
bool arrange_tell_crossing(Act *act, const CaseEvent *event, GError **error);
/* Tells the writer what was done, once, where a command of this file was given. */
bool arrange_tell(Act *act, const Commands *commands, Arrange *arrange, GError **error);
