/* reader_process.h - one reader as its gateway sees it: a process, a socket, and the mail it has.
 */
#pragma once

#include <sys/types.h>

#include "gateway/reader.h"
#include "gateway/reader_wire.h"

typedef struct ReaderItem { /* a mail that was given */
	gpointer tag;       /* lent */
	int fd;             /* own, with a position of its own */
	gint64 offset, length;
	bool alone;
} ReaderItem;

void reader_item_free(ReaderItem *item);

typedef struct Reader {
	pid_t pid;
	int fd;
	bool ready;       /* its doors are closed */
	ReaderItem *item; /* what it reads; NULL: it waits */
	guint32 number;   /* of that request */
	gint64 since;     /* monotonic: when it was given that mail, or was started */
	GByteArray *in;   /* of the answer, so far */
	guint mails;      /* read so far */
} Reader;

/* Starts this program again as a reader, with nothing of this process but one socket, and hands it
 * its options (READER_OPTIONS).  DESK_ERROR_UNAVAILABLE. */
Reader *reader_start(GVariant *options, GError **error);

/* Hands over the mail, which the reader then owns; it has cpu_seconds for it.  False: it is dead.
 */
bool reader_send(Reader *reader, ReaderItem *item, guint cpu_seconds);

typedef enum {
	READER_WAITS, /* nothing whole yet */
	READER_TOLD,  /* *ret_words and its bytes are there, and given */
	READER_DEAD,  /* the other end is closed */
	READER_LIES,  /* that is no answer */
} ReaderNews;

/* Takes what has arrived, without waiting. */
ReaderNews reader_receive(Reader *reader, guint32 *ret_number, GBytes **ret_bytes);

/* Kills the process, frees reader (its item goes to *ret_item when that is not NULL), and tells how
 * it had ended before: "died of signal 11", "ran out of memory". Given. */
char *reader_end(Reader *reader, guint cpu_seconds, ReaderItem **ret_item);
