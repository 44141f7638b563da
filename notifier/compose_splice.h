/* compose_splice.h - the documents of a mail; for compose.c. */
#pragma once

#include <gmime/gmime.h>

#include "notifier/compose.h"
#include "notifier/compose_data.h"

#define MEMORY_BYTES (3 * 1024 * 1024) /* of documents: put together in memory up to here */

void mail_splice_free(MailSplice *splice);

/* Adds a part for each document of the plan to mixed, and to composed->splices those that GMime
 * is not to write; *ret_large: what it is to write is too much for memory. */
bool documents_attach(const MailPlan *plan, Composed *composed, GMimeMultipart *mixed,
		      bool *ret_large, GError **error);
