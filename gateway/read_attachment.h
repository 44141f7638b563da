/* read_attachment.h - a part of a mail as a document: name, kind, size, digest, place. */
#pragma once

#include <gmime/gmime.h>

#include "gateway/read_source.h"

/* The range and encoding of a leaf's content within source; shift: where source begins in the
 * stream that GMime read.  False when it has none. */
bool part_range(GMimePart *part, gint64 shift, PartRange *range);

/* The name that the sender gave, decoded, on one line, without folders; "". Given. */
char *part_name(GMimeObject *part);

/* The last component of a name, on one line. Given. */
char *name_without_folder(const char *name);

/* Looks at content as it passes: size, digest, kind. */
typedef struct AttachmentLook AttachmentLook;

AttachmentLook *attachment_look_new(void);
void attachment_look_add(AttachmentLook *look, const guint8 *bytes, gsize length);
/* name: with folders or without.  The attachment is given; the look is gone. */
Attachment *attachment_look_end(AttachmentLook *look, const char *name, const char *declared,
				const char *from, const PartRange *range);

/* Reads the content once, piece by piece. declared: media type as written. Given. */
Attachment *attachment_read(const MailBytes *source, const PartRange *range, const char *name,
			    const char *declared, GError **error);

/* The same of decoded bytes in memory, as they come out of a container at range. */
Attachment *attachment_of_bytes(const guint8 *bytes, gsize length, const char *name,
				const char *declared, const char *from, const PartRange *range);
