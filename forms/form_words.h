/* form_words.h - the words of a template that are no form's own.
 *
 * They stand here and not in the catalogue, because the one who writes a template
 * and the one who reads it back must agree on them to the letter, also when a
 * desk has changed its catalogue in between.
 */
#pragma once

#include "common/language.h"

typedef struct FormWords {
	const char *form;      /* "Formulier": begins the first line */
	const char *requester; /* label of who asks */
	const char *comment;   /* label of the implicit field */
	const char *comment_hint;
	const char *manager; /* label of who approves, where the directory does not say */
	const char *manager_hint;
	const char *manager_aliases[4];  /* how people write it besides */
	const char *fill;                /* how to fill in */
	const char *documents;           /* stands above the documents */
	const char *required, *optional; /* may stand in parentheses behind a label */
} FormWords;

/* lent */
const FormWords *form_words(Language language);
