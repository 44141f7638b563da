/* feed.h - gives a mail to a sink piece by piece, and keeps it within MAIL_BYTES.
 *
 * A mail that turns out larger is begun anew with its header alone (at most
 * MAIL_HEADER_BYTES of it), and ended as oversize.
 */
#pragma once

#include "gateway/source.h"

typedef struct Feed {
	Sink *sink;
	GByteArray *header; /* what has come of the header */
	bool header_whole;
	bool open; /* begun and not ended */
	bool oversize;
	gint64 size; /* bytes that have come */
} Feed;

void feed_init(Feed *feed, Sink *sink);
void feed_clear(Feed *feed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Feed, feed_clear)

bool feed_begin(Feed *feed, GError **error);
bool feed_bytes(Feed *feed, const void *bytes, gsize length, GError **error);
/* Ends the mail.  mail->size and oversize are set from what came, but for a size
 * and an oversize that were known before. */
bool feed_end(Feed *feed, SourceMail *mail, GError **error);

/* Reads fd to its end as one mail, or only as far as the header when it is larger than
 * MAIL_BYTES.  name stands in errors. */
bool feed_file(Feed *feed, int fd, const char *name, SourceMail *mail, GError **error);
