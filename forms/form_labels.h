/* form_labels.h - every label of one form, ready to be found at the start of a line.
 *
 * Made once when the form is read.  Labels are compared by text_fold_tight: without
 * regard to case, accents, blanks and punctuation.
 */
#pragma once

#include "forms/form.h"

typedef enum {
	LABEL_FIELD,
	LABEL_DOCUMENT,
	LABEL_FORM,      /* "Formulier" */
	LABEL_REQUESTER, /* "Aanvrager" */
} LabelKind;

typedef struct FormLabel {
	LabelKind kind;
	const void *of;  /* the FormField or FormDocument; NULL for the others */
	guint languages; /* a bit (1 << Language) for each language that says it so */
} FormLabel;

typedef struct LabelFound {
	const FormLabel *label;
	const char *value; /* what stands behind the separator: lent, a part of the line */
	char *inside;      /* what stood in parentheses behind the label and is no hint, or is not
			      closed; or NULL */
	bool bare;         /* the line is the label, without a separator */
	bool marked;       /* with its star or its hint: no word of a text */
} LabelFound;

FormLabels *form_labels_new(void); /* with the words of every template in it */
void form_labels_free(FormLabels *labels);

/* Adds text as a label; LANGUAGE_NONE: of no language.  False when it belongs to
 * something else already, or has no letter or digit. */
bool form_labels_add(FormLabels *labels, const char *text, LabelKind kind, const void *of,
		     Language language);

/* Adds what may stand in parentheses behind a label and be left there as a value. */
void form_labels_add_hint(FormLabels *labels, const char *text);

/* Adds a text of the template's own: each paragraph and each line. */
void form_labels_add_own(FormLabels *labels, const char *text);

/* The label at the start of line, behind bullets and emphasis.  False when there
 * is none.  The caller frees ret_found->inside. */
bool form_labels_find(const FormLabels *labels, const char *line, LabelFound *ret_found);

/* Whether the words that begin line may begin a label that goes on in the next one. */
bool form_labels_may_go_on(const FormLabels *labels, const char *line);

/* Whether line begins with what stands between a label and its value. */
bool form_labels_is_separator(const char *line);

/* Whether text is a hint, in parentheses or not, and nothing else. */
bool form_labels_is_hint(const FormLabels *labels, const char *text);

/* Whether a text, folded by text_fold_tight, is the template's own; or only the start of it, in
 * ret_start. */
bool form_labels_is_own(const FormLabels *labels, const char *folded, bool *ret_start);

/* line behind what lists and emphasis put before its words: "- ", "• ", "**"; lent. */
const char *line_words(const char *line);
