/* reader_child.h - the life of one reader: everything is loaded, the doors close, mails are read.
 */
#pragma once

#include "gateway/read.h"

/* How a mail is read: mail_read, or what a test puts in its place. */
typedef Mail *(*ReaderRead)(int fd, gint64 offset, gint64 length, const ReadOptions *options);

/* The program when its only argument is READER_ARGUMENT, and nothing else before it: descriptor 3
 * is the socket of its gateway.  Ends when that closes.  Gives the exit status. */
int reader_child_main(ReaderRead read);
