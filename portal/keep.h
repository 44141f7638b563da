/* keep.h - what was written on the page is kept as a mail, and done, in one transaction. */
#pragma once

#include "portal/upload.h"

/* Does what the mail says, inside the transaction.  documents: CaseDocument for each file. */
typedef bool (*KeepDo)(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		       GError **error);

/* kinds: const char * beside the upload's files, NULL: an extra document; kinds NULL: all of them.
 */
bool page_keep(Request *request, const GPtrArray *kinds, KeepDo what, void *user, GError **error);
