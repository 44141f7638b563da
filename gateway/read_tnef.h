/* read_tnef.h - winmail.dat (MS-OXTNEF): the files and the body inside. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct TnefFile {
	char *name;          /* as told, "" when it has none */
	char *type;          /* media type as told, "" */
	const guint8 *bytes; /* lent: lies within the container */
	gsize length;
	bool is_message; /* bytes are a TNEF of their own */
} TnefFile;

typedef struct Tnef {
	GPtrArray *files; /* TnefFile */
	char *text;       /* plain body, UTF-8, or NULL */
	char *html;       /* or NULL */
	GByteArray *rtf;  /* decompressed, or NULL */
	bool cut;         /* it has more files than are read */
} Tnef;

/* NULL when bytes are no TNEF; what is cut off or broken is read as far as it goes.
 * bytes must outlive the result. Given. */
Tnef *tnef_read(const guint8 *bytes, gsize length);
void tnef_free(Tnef *tnef);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tnef, tnef_free)

/* MS-OXRTFCP: compressed RTF as RTF of at most max bytes; NULL when broken. Given. */
GByteArray *rtf_decompress(const guint8 *bytes, gsize length, gsize max);

/* The text of RTF, roughly: without control words and groups that show nothing. Given. */
char *rtf_text(const char *rtf, gsize length);
