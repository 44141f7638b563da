/* read_html.h - HTML to the lines that a person would see. */
#pragma once

#include <glib.h>

/* html: UTF-8, at most HTML_BYTES of it are read.  Paragraphs, line breaks, headings and list
 * items become lines ("- " before an item, "1. " in a numbered list); a table
 * row becomes one line "cell<TAB>cell"; what is quoted begins with "> " a level;
 * a rule becomes a line of underscores; a link with a text of its own is followed
 * by " <address>".  Scripts, styles and comments are dropped.  At most
 * MAIL_TEXT_BYTES.  Given. */
char *html_text(const char *html, gsize length);
