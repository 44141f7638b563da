/* bulk_words.h - a file name taken apart: words, numbers, and what each may be. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct BulkWord {
	char *text;       /* letters folded, or digits as they stand */
	bool is_number;   /* digits */
	bool is_weak;     /* a number that may be a date, a year or a piece of a telephone number */
	bool is_noise;    /* "attest", "medisch", a month: no name, unless it fits one */
	bool is_particle; /* "van", "de" */
	bool hyphened;    /* a hyphen joins it to the word before */
	bool follows;     /* directly on the word before: no number stands between */
} BulkWord;

/* The words of text in their order, at most 40.  A last ".pdf" is no word where is_file. Given:
 * BulkWord. */
GPtrArray *bulk_words(const char *text, bool is_file);
/* bulk_noise.c: of a folded word. */
bool bulk_is_noise(const char *word);
bool bulk_is_particle(const char *word);
/* Whether tight is the words of name (folded) in any order, without blanks. */
bool bulk_composes(const char *tight, const char *name);
/* Edits (insert, delete, replace, swap two) from a to b, at most most + 1. */
guint bulk_distance(const char *a, const char *b, guint most);
