/* reader_fork.h - one document, one process: what it does to its reader harms no other.
 *
 * A new program would take 50 ms for its libraries; a child of one that has them loaded takes 1 ms.
 * The parent looks at nothing: it hands on the bytes that the child answers.
 */
#pragma once

#include "gateway/reader_child.h"

/* Lets a child close its doors and read.  Its packed Mail as bytes; NULL when it did not survive:
 * then *ret_how says how it ended ("died of signal 11").  Both given. */
GBytes *read_in_child(ReaderRead read, int fd, gint64 offset, gint64 length, guint cpu_seconds,
		      const ReadOptions *options, char **ret_how);
