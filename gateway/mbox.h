/* mbox.h - a stream as mails: an mbox when it begins with "From ", else one mail as it is. */
#pragma once

#include "gateway/feed.h"

/* Called when a mail is whole: it calls feed_end() with what it knows of the mail, and ends
 * the reading by false. */
typedef bool (*MboxEnd)(Feed *feed, void *user, GError **error);

/* Reads fd to its end.  The next mail of an mbox begins at a "From " line with a time and a
 * year in it, after an empty line (which belongs to the separator).  Lines quoted as
 * ">From ", ">>From " (mboxrd) lose one ">".  Memory is bounded however long the lines. */
bool mbox_take(Feed *feed, int fd, const char *name, MboxEnd end, void *user, GError **error);
