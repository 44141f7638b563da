/* reader.h - mails are read in processes of their own, which can do nothing else.
 *
 * A reader has no network, no database, no file and no other program in reach (reader_doors.h); it
 * is given a descriptor that is read-only and a range, and gives back a Mail whose every value is
 * checked (common/mail_variant.h).  A mail that kills its reader, stalls it or fills its
 * memory harms nobody else: each reader reads one mail at a time, so the mail that did it is
 * known, and the other readers go on.
 *
 * A pool belongs to one thread, and its readers end with that thread.  Readers start
 * when they are first needed, live long, and are replaced when they die.  A reader that is busy
 * with one mail for more than a second does not count as one of the workers: another takes its
 * place, up to four of them, so that a few slow mails delay nobody.
 */
#pragma once

#include "gateway/read.h"

#define READERS 2         /* mails read at the same time */
#define READER_SECONDS 20 /* of time a mail */
#define READER_CPU_SECONDS 10

typedef struct ReaderPool ReaderPool;

/* The options are copied.  No process starts yet. */
ReaderPool *readers_new(const ReadOptions *options, guint workers, GError **error);
void readers_free(ReaderPool *pool); /* ends the readers, whatever they do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReaderPool, readers_free)

/* The longest that a mail may take; for tests. */
void readers_set_limits(ReaderPool *pool, guint seconds, guint cpu_seconds);

/* Gives a mail to be read: length bytes at offset of fd, which may be closed afterwards.  alone: in
 * a new reader, one such mail at a time.  tag comes back with the outcome; the pool never looks at
 * it. */
bool readers_give(ReaderPool *pool, int fd, gint64 offset, gint64 length, bool alone, gpointer tag,
		  GError **error);
/* Mails that were given and not yet taken back. */
guint readers_busy(const ReaderPool *pool);

/* For each of them. */
void readers_each(ReaderPool *pool, void (*visit)(gpointer tag, gpointer user), gpointer user);

typedef struct ReaderOutcome {
	gpointer tag;
	Mail *mail; /* NULL: the reader did not survive it */
	char *why;  /* then: "its reader died of signal 11", for people; else NULL */
} ReaderOutcome;

void reader_outcome_free(ReaderOutcome *outcome); /* the mail with it, the tag not */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReaderOutcome, reader_outcome_free)

/* Takes the answers that are there and gives readers what waits, without waiting: for who does
 * something else meanwhile.  False as readers_take. */
bool readers_turn(ReaderPool *pool, GError **error);

/* The next mail that is read, or NULL in *ret_outcome: none after milliseconds, or nothing is being
 * read. False: no reader can be started; what was given waits. */
bool readers_take(ReaderPool *pool, int milliseconds, ReaderOutcome **ret_outcome, GError **error);

/* Takes back one mail that was given and is not read yet, and forgets it; NULL when there is none.
 */
gpointer readers_cancel(ReaderPool *pool);

/* Reads one mail and waits for it; a mail that its reader does not survive twice gives a Mail with
 * unreadable set and the reason as warning.  Not while others are being read. */
Mail *readers_read(ReaderPool *pool, int fd, gint64 offset, gint64 length, GError **error);

/* The pid of one running reader, or 0; for tests and figures. */
int readers_pid(const ReaderPool *pool);
