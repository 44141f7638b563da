/* bulk_pdf.h - what the PDF of an attestation says, where nothing else says whose it is. */
#pragma once

#include "gateway/decide.h"
#include "gateway/reader.h"
#include "store/receipts.h"

/* Whether the part may be read: the desk is set so, and it is a PDF of a size that is taken. */
bool bulk_pdf_is_wanted(const Desk *desk, const PartRow *part);

/* Its text, read by a process that has no rights and reads nothing else; "" when there is none,
 * and when that process did not survive it.  *pool: NULL at first, to be freed at the end.  Given.
 * False only when the database fails. */
bool bulk_pdf_text(const Desk *desk, const PartRow *part, ReaderPool **pool, char **ret_text,
		   GError **error);
