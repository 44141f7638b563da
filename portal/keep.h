/* keep.h - what was written on the page is kept as a mail, and done, in one transaction. */
#pragma once

#include "portal/upload.h"

/* How things stand now is read, inside the transaction and before anything is written: what was
 * read when the request began may be old, the gateway works at the same time.  request->about is as
 * it stands now.  *ret_kinds: const char * beside the upload's files, NULL: an extra document;
 * leave it NULL when all of them are. */
typedef bool (*KeepRead)(Request *request, void *user, const GPtrArray **ret_kinds, GError **error);

/* Does what the mail says, inside the transaction.  documents: CaseDocument for each file. */
typedef bool (*KeepDo)(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		       GError **error);

/* read may be NULL. */
bool page_keep(Request *request, KeepRead read, KeepDo what, void *user, GError **error);
