/* form_fill.h - what somebody filled in: a template read out of a mail's text.
 *
 * Pure: no clock, no database.  Dates without a year are not guessed.
 */
#pragma once

#include "common/answer.h"
#include "forms/form.h"

struct TemplateFor; /* forms/form_write.h */

typedef struct DocumentLine { /* "Geboorteattest: scan1.pdf" */
	char *kind, *name;
} DocumentLine;

typedef struct Filled {
	const Form *form;
	Language language;    /* of the labels that were read, LANGUAGE_NONE when there were none */
	GPtrArray *answers;   /* Answer, valid ones, in the form's order */
	GPtrArray *problems;  /* Problem: of values that were read and are wrong; nothing about what
				 is missing */
	GPtrArray *documents; /* DocumentLine */
	GPtrArray *warnings;  /* char *: "the field start stands twice, the last one counts" */
	char *comment;        /* every word that is no label, hint or value of the form */
	guint labels;         /* labels recognised */
} Filled;

/* How a mail says which form it is: the "Formulier: Title (ID)" line of its
 * text, else "[ID]" in its subject, else a title in that line.  NULL when it
 * does not.  ret_language: of that line, or LANGUAGE_NONE. */
const Form *forms_marked(const Forms *forms, const char *subject, const char *text,
			 Language *ret_language);

/* Reads the fields of form out of text. Labels in any language, in any order,
 * quoted or not.  Whatever is not the template's own stays in comment. When text
 * holds no label at all and the form has one required field of type lines
 * ("question"), the text itself is its answer. */
Filled *form_fill(const Form *form, const char *text);

/* As form_fill, for a writer that the desk knows: the line "Aanvrager: ..." that
 * form_template_text made for this writer is the template's own, too, and so are the
 * lines in sentences, which our mails put around a template.  Both may be NULL. */
Filled *form_fill_known(const Form *form, const char *text, const struct TemplateFor *writer,
			GHashTable *sentences);

/* The catalogue's sentences without places, folded: made once, for form_fill_known. Given. */
GHashTable *form_sentences(const Texts *texts);
void filled_free(Filled *filled);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filled, filled_free)

/* Which document each file is. names: the attachments' names, in order; lines:
 * DocumentLine of the text, may be empty; have: kinds that the case has already,
 * may be empty.  Gives as many kinds as names, each lent from form or NULL for an
 * extra document: by line, else by the name or a label in it, else, when one
 * required document is missing and one file is left, that one. */
GPtrArray *form_sort_documents(const Form *form, const GPtrArray *names, const GPtrArray *lines,
			       const GPtrArray *answers, const GPtrArray *have);

/* All that is still wrong with a request: required fields and documents that are
 * missing, relations between fields.  answers: Answer; kinds: char *; types: media
 * type of each.  found: the problems that form_fill met, which are in the result as
 * well unless an answer for the field is there by now.  Each problem once; the
 * result is owned by the caller (Problem, free function set). */
GPtrArray *form_check(const Form *form, const GPtrArray *answers, const GPtrArray *kinds,
		      const GPtrArray *types, const GPtrArray *found);

/* The sentence of a problem in a language: which field, what was read, what is
 * expected.  Given. */
char *problem_text(const Problem *problem, const Form *form, const Texts *texts, Language language);

/* An answer for people: "1 februari 2027", the choice's label, "1.234,56 €",
 * "ja".  Given. */
char *answer_text(const Form *form, const char *field, const char *value, const Texts *texts,
		  Language language);
