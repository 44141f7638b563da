/* read_walk.h - the parts of a mail: which are its text, which its documents.
 *
 * Inside gateway/read only.
 */
#pragma once

#include <gmime/gmime.h>

#include "gateway/read.h"
#include "gateway/read_source.h"

/* A message being read: the mail, and what later steps need of its parts. */
typedef struct Reading {
	Mail *mail;
	const MailBytes *source;
	const ReadOptions *options;
	gint64 shift; /* where source begins in the stream that GMime reads */
	const PartRange
		*container; /* source was decoded out of this part; NULL: it is the raw message */
	guint *parts_left;  /* of MAIL_PARTS, over all levels */
	gint64 *zip_left;   /* of ZIP_BYTES, over all levels */
	bool in_zip;        /* a message of a ZIP: a ZIP in it stays closed */
	bool is_sealed;     /* nobody can say where in the container something lies */
	guint depth;        /* of nested multiparts and messages */
	gint64 end;         /* of the last content seen, in the source */

	GString *text;
	GHashTable *shown;      /* char *: content ids that the HTML shows */
	GPtrArray *content_ids; /* char * or NULL: beside mail->attachments */
	GPtrArray *statuses;    /* char *: message/delivery-status, as text */
	char *returned;         /* header block of the message that came back, or NULL */
	bool report;            /* multipart/report */
	bool receipt;           /* RFC 8098 */
	bool feedback;          /* RFC 5965 */
} Reading;

/* Reads message, whose bytes lie in source, into a new Mail.  parent: the reading that found it,
 * or NULL for the mail itself.  Given. */
Mail *message_read(GMimeMessage *message, const MailBytes *source, gint64 shift, gint64 begin,
		   const PartRange *container, const ReadOptions *options, Reading *parent);

/* Reads bytes that came out of a part (a message in base64) as a message. Given, or NULL. */
Mail *message_read_bytes(GByteArray *bytes, const PartRange *container, Reading *parent);

/* Reads entity and all below it into reading. */
void walk_entity(Reading *reading, GMimeObject *entity);

/* Reads a part that holds other files (winmail.dat, opaque S/MIME); false: it is an attachment. */
bool container_read(Reading *reading, GMimePart *part, const PartRange *range);

/* Parses bytes as an entity (header and body) and walks it.  container: where bytes lie in the raw
 * message, or is_sealed: where what holds them lies. */
void walk_bytes(Reading *reading, GByteArray *bytes, const PartRange *container, bool is_sealed);

/* read_unzip.c: the files of a ZIP, in its place; false: it is an attachment as it stands. */
bool zip_read(Reading *reading, Attachment *zip);

/* Adds an attachment (whose range counts within the source) and the content id it goes by. */
void reading_attach(Reading *reading, Attachment *attachment, const char *content_id);
void reading_add_text(Reading *reading, const char *text);
