/* form_lines.h - a mail's text as the lines that a template is read from. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "forms/form_labels.h"

#define WRAP_WIDTH 56 /* mail programs break lines at 60 or more; some count the quote marks */

typedef struct TextLine {
	char *text;  /* without quote marks, blanks made plain, none at the end */
	guint width; /* characters, as it came, with its quote marks */
	bool blank;  /* nothing on it */
	bool header; /* of the block that mail programs put above a quoted mail ("From: ...") */
} TextLine;

/* The lines of text; a table's row that holds two labels becomes two.  GPtrArray of
 * TextLine, given. */
GPtrArray *text_lines(const FormLabels *labels, const char *text);

/* Whether next goes on with what line began: line was so long that the first word of
 * next had no place on it. */
bool text_line_wraps(const TextLine *line, const TextLine *next);

/* Appends next to what was wrapped before it: with a blank, or without one where a
 * word was cut at its hyphen. */
void text_line_join(GString *text, const char *next);
