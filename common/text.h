/* text.h - small things one does with UTF-8 text. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* text without controls, line ends and what turns the order of writing: one line, white space runs
 * as one blank, cut at a character at or below max bytes.  Invalid UTF-8 is replaced by U+FFFD.
 * NULL gives "".  The caller frees it. */
char *text_one_line(const char *text, gsize max);

/* text of length bytes made valid: UTF-8, "\n" line ends, no NUL, no controls
 * but \n and \t.  length -1: until the NUL. */
char *text_valid(const char *text, gssize length);

/* The letters and digits of text for comparing: without case, accents (NFKD,
 * marks dropped), ß as ss, œ as oe, and with every run of anything else as one
 * blank, none at the ends; soft hyphens and zero widths are nothing at all.  "Datum - ván
 * geboorte:" gives "datum van geboorte". */
char *text_fold(const char *text);

/* As text_fold, but without the blanks. */
char *text_fold_tight(const char *text);

/* A copy of text cut to at most max bytes at a character's end. */
char *text_cut(const char *text, gsize max);

/* RFC 3339 in UTC, "2026-11-23T10:00:00Z"; the caller frees it. */
char *text_time(gint64 seconds);
/* The last second of a day "2026-12-01" in a time zone; 0 when it is no day. */
gint64 text_day_end(const char *day, const char *time_zone);

/* A file name that is safe to write: no folder, no leading dot, no controls,
 * none of <>:"|?*\, at most 200 bytes; "document" when nothing is left. */
char *text_file_name(const char *name);

/* 1234567 as "1,2 MB" or "1.2 MB" by decimal point; the caller frees it. */
char *text_size(gint64 bytes, char decimal_point);
