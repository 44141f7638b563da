/* sniff.h - what a document is, by its first bytes, and how it may be handed out.  Pure. */
#pragma once

#include <glib.h>

#define SNIFF_BYTES 512

/* The media type of a file that begins with these bytes; name decides among office types.
 * Static. */
const char *sniff_type(const guint8 *head, gsize length, const char *name);

/* type when a browser may be told it, else "application/octet-stream". Static. */
const char *sniff_served(const char *type);
