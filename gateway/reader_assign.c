/* reader_assign.c - who reads next, and how many may read. */
#include "gateway/reader_pool.h"

#define SLOW_READERS 4
#define MAILS_A_LIFE 10000 /* whatever a library does not give back is gone then */

typedef struct Load { /* of the pool, at one moment */
	guint slow, starting;
	bool alone_reads, alone_waits;
	guint ready_to_go; /* mails that a new reader could begin with */
} Load;

static Load load_of(const ReaderPool *pool, gint64 now)
{
	Load load = { 0 };

	for (guint i = 0; i < pool->readers->len; i++) {
		const Reader *reader = g_ptr_array_index(pool->readers, i);

		load.starting += !reader->ready;
		load.slow += reader->item != NULL && now - reader->since > READER_SLOW;
		load.alone_reads =
			load.alone_reads || (reader->item != NULL && reader->item->alone);
	}
	for (const GList *link = pool->waiting.head; link != NULL; link = link->next) {
		bool alone = ((const ReaderItem *)link->data)->alone;

		load.ready_to_go += !alone || (!load.alone_reads && !load.alone_waits);
		load.alone_waits = load.alone_waits || alone;
	}
	return load;
}

/* Readers that there may be: a mail that is read alone has one more, so it delays no other. */
static guint most_readers(const ReaderPool *pool, const Load *load)
{
	return pool->workers + MIN(load->slow, SLOW_READERS) +
	       (load->alone_reads || load->alone_waits ? 1 : 0);
}

static bool suits(const ReaderItem *item, const Reader *reader, const Load *load)
{
	if (!item->alone)
		return true;
	return reader->mails == 0 && !load->alone_reads;
}

/* What reader begins with: a new one with the mail that wants a new one, if there is any. */
static ReaderItem *item_for(ReaderPool *pool, const Reader *reader, const Load *load)
{
	GList *found = NULL;

	for (GList *link = pool->waiting.head; link != NULL; link = link->next) {
		const ReaderItem *item = link->data;

		if (!suits(item, reader, load))
			continue;
		if (found == NULL || item->alone)
			found = link;
		if (item->alone || reader->mails > 0)
			break;
	}
	if (found == NULL)
		return NULL;
	ReaderItem *item = found->data;
	g_queue_delete_link(&pool->waiting, found);
	return item;
}

static bool start_readers(ReaderPool *pool, GError **error)
{
	Load load = load_of(pool, g_get_monotonic_time());
	guint most = most_readers(pool, &load);

	while (load.ready_to_go > load.starting && pool->readers->len < most) {
		Reader *reader = reader_start(pool->options, error);

		if (reader == NULL)
			return false;
		g_ptr_array_add(pool->readers, reader);
		load.starting++;
	}
	return true;
}

/* A free reader that nothing suits ends when there are too many, when it is old, or when it is in
 * the place of the new one that a mail waits for. */
static bool is_over(const ReaderPool *pool, const Reader *reader, const Load *load)
{
	guint most = most_readers(pool, load);

	if (pool->readers->len > most || reader->mails >= MAILS_A_LIFE)
		return true;
	return load->alone_waits && !load->alone_reads && load->starting == 0 &&
	       reader->mails > 0 && pool->readers->len == most;
}

bool readers_assign(ReaderPool *pool, GError **error)
{
	Load load = load_of(pool, g_get_monotonic_time());

	for (guint i = 0; i < pool->readers->len; i++) {
		Reader *reader = g_ptr_array_index(pool->readers, i);
		ReaderItem *item;

		if (!reader->ready || reader->item != NULL)
			continue;
		item = reader->mails < MAILS_A_LIFE ? item_for(pool, reader, &load) : NULL;
		if (item == NULL && is_over(pool, reader, &load)) {
			g_ptr_array_remove_index(pool->readers, i--);
			g_free(reader_end(reader, pool->cpu_seconds, NULL));
		}
		if (item == NULL)
			continue;
		if (reader_send(reader, item, pool->cpu_seconds)) {
			load.alone_reads = load.alone_reads || item->alone;
			continue;
		}
		g_queue_push_head(&pool->waiting, item); /* it died before: not of this mail */
		if (!readers_bury(pool, reader, NULL, error))
			return false;
		i--;
	}
	return start_readers(pool, error);
}
