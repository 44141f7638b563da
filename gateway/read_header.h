/* read_header.h - the values of header fields: RFC 2047, RFC 5322 3.4 and 3.6.4.
 *
 * raw: the value as it lies in the mail, folded, of any bytes; never NULL.
 */
#pragma once

#include "common/mail.h"

/* Unfolded, in UTF-8, every encoded word decoded, on one line of at most max bytes. */
char *header_text(const char *raw, gsize max);

/* Unfolded, in UTF-8, with adjacent encoded words joined to one UTF-8 "B" word each: what
 * GMime's parsers of structured fields read rightly.  (GMime 3.2.13 alone loses
 * what follows a padded word, and characters split over two words.) */
char *header_joined(const char *raw);

/* Adds the mailboxes of raw to mailboxes (Mailbox), groups opened, at most MAIL_ADDRESSES; false
 * when there were more. */
bool header_mailboxes(const char *raw, GPtrArray *mailboxes);

/* Adds the message ids of raw, without <>, to ids (char *), each once. */
void header_ids(const char *raw, GPtrArray *ids);

/* Seconds since 1970, or -1. */
gint64 header_date(const char *raw);

/* A parameter's value out of a Content-Type or Content-Disposition field, decoded
 * (RFC 2231, RFC 2047), or NULL. */
char *header_parameter(const char *raw, const char *name, bool is_disposition);
