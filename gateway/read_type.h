/* read_type.h - what kind of file some bytes are, by the bytes. */
#pragma once

#include <glib.h>

#define TYPE_HEAD (64 * 1024) /* bytes that are looked at */

/* The media type of a file that begins with head, in lower case, static or kept for good.  declared
 * and name (may be "") only decide among kinds of text, and where the bytes say nothing. */
const char *type_of_content(const guint8 *head, gsize length, const char *declared,
			    const char *name);
