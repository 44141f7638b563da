/* upload.h - what somebody writes on the page, as a mail that we write ourselves.
 *
 * The raw message stays the one truth: text and files become a MIME message (RFC 2045), in a
 * nameless file while they come, and in a raw segment once they are complete.  The memory taken
 * does not depend on the size of the files.
 */
#pragma once

#include "portal/inside.h"

#define UPLOAD_FILES 50

/* A message from the viewer about the request's case or form. NULL with an error. */
Upload *upload_new(const Request *request, GError **error);
void upload_free(Upload *upload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Upload, upload_free)

/* The next file, chosen in a field of the page, and its bytes.  DESK_ERROR_DATA when there are more
 * than UPLOAD_FILES, or the message would be larger than a mail may be. */
bool upload_begin_file(Upload *upload, const char *field, const char *name, GError **error);
bool upload_bytes(Upload *upload, const void *bytes, gsize length, GError **error);

/* Ends the last file; more may come. */
bool upload_end_file(Upload *upload, GError **error);
/* Ends the last file and adds what was typed: nothing comes after. */
bool upload_end(Upload *upload, const char *text, GError **error);
/* The files that are not empty: Attachment, lent. */
const GPtrArray *upload_files(const Upload *upload);
/* The field in which a file was chosen; lent. */
const char *upload_field(const Upload *upload, guint file);
/* Bytes of the message so far. */
gint64 upload_size(const Upload *upload);
/* Copies the message into a raw segment, durable, and fills the row of the mail (raw, message_id,
 * direction, from, to, subject, text, at; all but raw are given). */
bool upload_keep(Upload *upload, RawWriter *raw, MailRow *row, GError **error);
