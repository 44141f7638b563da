/* read_quote.h - how mail programs show what a mail answers or forwards.
 *
 * Lines are a GPtrArray of char *, without line ends.
 */
#pragma once

#include "common/mail.h"

#define QUOTE_LINES 4000 /* of a text are looked at: nobody writes more above a quotation */

typedef enum {
	LABEL_NONE,
	LABEL_FROM,
	LABEL_DATE,
	LABEL_TO,
	LABEL_CC,
	LABEL_SUBJECT,
	LABEL_OTHER, /* Reply-To, Bcc, Importance, Attachments */
} Label;

/* "Van: Jan <jan@x>" in any language of mail programs, quoted or not, bold or not.
 * *value, where it begins, is lent. */
Label label_of_line(const char *line, const char **value);

/* The line without quotation marks at its beginning; lent. */
const char *line_unquoted(const char *line);
bool line_is_quoted(const char *line);
bool line_is_blank(const char *line);

/* Past blanks, asterisks and marks that no one sees; lent. */
const char *line_skip_ornament(const char *line);

/* text as lines. Given. */
GPtrArray *lines_split(const char *text);

/* text as lines; a header that a program wrote on one line is broken into its fields. Given. */
GPtrArray *quote_lines(const char *text);

/* Lines i to i + n joined by "\n"; n beyond the end is all the rest. Given. */
char *lines_join(const GPtrArray *lines, guint start, guint end);

/* How many lines a block "From: / Sent: / To: / Subject:" at i takes; 0 when there is
 * none.  marked: something above says that one follows, so that less will do. */
guint block_length(const GPtrArray *lines, guint i, bool marked);

/* How many lines "On ..., somebody wrote:" at i takes; 0 when there is none.  *start, where
 * it begins in the first line, when something is written before it. */
guint attribution_length(const GPtrArray *lines, guint i, gsize *start);

/* Whether folded text tells a date, and that somebody wrote. */
bool says_wrote(const char *folded);

typedef enum { MARK_NONE, MARK_ORIGINAL, MARK_FORWARD } Mark;

/* "-----Original Message-----", "Begin forwarded message:" in any language. */
Mark mark_of_line(const char *line);

/* Whether a subject begins as that of a forwarded mail ("Fwd:", "Tr:", "WG:"), or of an answer
 * ("Re:", "Antw:", "AW:"). */
bool subject_is_forward(const char *subject);
bool subject_is_answer(const char *subject);

/* subject without such beginnings; lent. */
const char *subject_base(const char *subject);
