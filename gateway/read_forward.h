/* read_forward.h - a mail forwarded inside the text of another. */
#pragma once

#include "common/mail.h"

/* What text forwards, or NULL.  subject: of the mail itself; is_answer: the mail answers another
 * (In-Reply-To).  *above: what stands above the forwarded mail, given; set only with
 * a result.  Known are the ways of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo
 * and their like, in the languages of read_quote.c. */
Forward *forward_read(const char *text, const char *subject, bool is_answer, char **above);

/* Adds the mailboxes of a To line as programs show it ("Doe, John <j@x<mailto:j@x>>; k@y"). */
void shown_mailboxes(const char *value, GPtrArray *mailboxes);
