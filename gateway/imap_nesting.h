/* imap_nesting.h - how deep the lists of a server's answer are nested (RFC 3501 4.4).
 *
 * libetpan reads lists within lists by calling itself, as deep as the server likes, until the
 * stack is full.  What the desk asks for is never nested deeper than a few lists.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define IMAP_NESTING_MOST 100

/* Where in the server's words we are; begins with all 0. */
typedef struct ImapNesting {
	size_t skip;    /* bytes of a literal that are still to come */
	size_t literal; /* the number between { and } */
	int depth, word;
	char last;
	bool is_fetch, is_quoted, is_escaped, has_number;
} ImapNesting;

/* Looks at the next bytes of the server; false when lists are nested too deep. */
bool imap_nesting_fits(ImapNesting *nesting, const char *bytes, size_t length);
