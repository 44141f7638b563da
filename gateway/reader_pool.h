/* reader_pool.h - the inside of a pool, for reader.c and reader_assign.c alone. */
#pragma once

#include "gateway/reader_process.h"

#define READER_SLOW \
	(1 * G_USEC_PER_SEC) /* with one mail for longer, it does not count as a worker */

struct ReaderPool {
	GVariant *options;
	guint workers, seconds, cpu_seconds;
	GPtrArray *readers; /* Reader */
	GQueue waiting;     /* ReaderItem */
	GQueue outcomes;    /* ReaderOutcome */
	guint failed_starts;
};

/* Hands out what waits, starts readers for it, and ends those that are too many or old.  False:
 * none can be started. */
bool readers_assign(ReaderPool *pool, GError **error);

/* Ends a reader, and blames what it has.  how: what is said of it, or NULL: how it ended by itself.
 */
bool readers_bury(ReaderPool *pool, Reader *reader, const char *how, GError **error);
