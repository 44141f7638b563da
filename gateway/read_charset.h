/* read_charset.h - bytes of any charset to UTF-8, so that nothing is lost in silence. */
#pragma once

#include <glib.h>

/* bytes under label (may be NULL, unknown or untrue) as valid UTF-8 with "\n"
 * line ends and no NUL; what no charset explains is read as windows-1252.
 * US-ASCII and ISO-8859-1 are read as windows-1252, as browsers do.  Given. */
char *charset_text(const char *bytes, gsize length, const char *label);
