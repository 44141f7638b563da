/* bulk_items.h - the attestations of a bulk mail, and what is said about each. Pure. */
#pragma once

#include "common/mail.h"
#include "store/bulk.h"
#include "store/receipts.h"

/* Whether an attachment is a document (no picture of a signature) and no list. */
bool bulk_is_item(const Attachment *attachment);
bool bulk_is_list(const Attachment *attachment);
/* How many items the mail brings. */
guint bulk_count(const Mail *mail);

/* The items of the mail, in its order.  attachments: all of the mail and the mails in it, beside
 * parts (PartRow).  ret_notes: JSON of what is odd with the
 * list. BulkItem; given. */
GPtrArray *bulk_collect(const Mail *mail, const GPtrArray *attachments, const GPtrArray *parts,
			char **ret_notes);
