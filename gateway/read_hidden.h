/* read_hidden.h - which HTML is there and not to be seen.
 *
 * What a person cannot see in a mail is no command, no answer and no text: a line in white
 * or of no size can be put into a mail by somebody whose text was forwarded or answered.
 */
#pragma once

#include <glib.h>

typedef enum {
	HIDDEN_WHOLE = 1,    /* with all in it: display:none */
	HIDDEN_SMALL = 2,    /* unless something in it has a size again */
	HIDDEN_UNSEEN = 4,   /* unless something in it is visible again */
	HIDDEN_COLOR = 8,    /* unless something in it has another colour */
	HIDDEN_PAINTED = 16, /* hides nothing: what it lies on has a colour, or may have */
} Hidden;
#define HIDDEN_ANY (HIDDEN_WHOLE | HIDDEN_SMALL | HIDDEN_UNSEEN | HIDDEN_COLOR)

/* What an element says of itself; NULL where it does not. */
typedef struct Looks {
	const char *style, *color, *background; /* style=, color= of font, bgcolor= */
	gboolean hidden;                        /* hidden= */
} Looks;

/* What of an element's text is hidden: of that it lies in (inherited), and by its own looks. */
guint hidden_of(guint inherited, const Looks *looks);
