/* read_body.h - one text part to the text that a person reads. */
#pragma once

#include <gmime/gmime.h>

#include "gateway/read_source.h"

typedef enum { BODY_PLAIN, BODY_HTML, BODY_ENRICHED } BodyKind;

typedef struct BodyPart {
	PartRange range;
	BodyKind kind;
	const char *charset;       /* label, or NULL */
	bool flowed, delete_space; /* RFC 3676 */
} BodyPart;

/* What content type says of a text part; range is left as it is. */
void body_part_describe(GMimeContentType *type, BodyPart *part);

/* The text of part, decoded, with "\n" line ends, in UTF-8; HTML is laid out as lines. Content
 * ids that HTML shows are added to shown (char *, may be NULL).  *cut: there was more
 * than is read. Given. */
char *body_text(const MailBytes *source, const BodyPart *part, GHashTable *shown, bool *cut);

/* The same of decoded bytes. */
char *body_text_of_bytes(const char *bytes, gsize length, const BodyPart *part, GHashTable *shown);

/* RFC 3676: paragraphs of format=flowed on one line each, quotes kept as "> ". Given. */
char *flowed_text(const char *text, bool delete_space);
