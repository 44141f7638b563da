/* form_amend.h - what somebody adds to a request that is there already.  Pure.
 *
 * What is missing is looked for in what was written now: lines with labels, and, where one answer
 * is missing, the words themselves.  What was answered before is kept.
 */
#pragma once

#include "common/mail.h"
#include "forms/form_fill.h"

typedef struct AmendBefore {                 /* the request as it stands; all lent */
	const GPtrArray *answers, *problems; /* Answer, Problem */
	const GPtrArray *kinds, *types; /* const char *: kind and media type of its documents */
} AmendBefore;

typedef struct Amendment {
	Filled *filled;
	GPtrArray *answers; /* Answer: all of them, the new in the place of the old */
	GPtrArray *fresh;   /* Answer: the new ones; no comment, which is text and no answer here */
	GPtrArray
		*kinds; /* const char * beside the files, lent from form; NULL: an extra document */
	GPtrArray *problems; /* Problem: all that is still wrong */
} Amendment;

/* filled: text as it was filled in, kept by the amendment; files: Attachment.  Given. */
Amendment *form_amend(const Form *form, Filled *filled, const char *text, const AmendBefore *before,
		      const GPtrArray *files);
void amendment_free(Amendment *amendment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Amendment, amendment_free)
