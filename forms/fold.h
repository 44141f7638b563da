/* fold.h - text made comparable, with its punctuation and line ends kept. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* text in lower case and without accents (NFKD, marks dropped, ß as ss), with
 * every kind of blank as " ", dash as "-", single quote as "'" and double quote
 * as "\"".  Letters, other punctuation, tabs and "\n" stay.  Given. */
char *fold_plain(const char *text);

/* text as a person reads it: every kind of blank as " ", what cannot be seen
 * (zero-width, bidirectional marks) gone, composed (NFC).  Tabs and "\n" stay. Given. */
char *fold_visible(const char *text);

/* fold_visible on one line: runs of white space as one blank, none at the ends. Given. */
char *fold_one_line(const char *text);

/* Whether text holds a letter or a digit. */
bool fold_has_words(const char *text);

/* The number of characters at the start of text that make up one word. */
guint fold_word_length(const char *text);
