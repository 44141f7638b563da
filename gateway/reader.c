/* reader.c - who reads what: mails that wait, readers that are free, and those that take too long.
 *
 *	start --> ready --> reading --> ready		a mail is read: its answer is checked
 *	  |         |          |
 *	  +---------+----------+--> dead			whatever it has is blamed for it
 */
#include "gateway/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/mail_variant.h"
#include "gateway/reader_pool.h"

#define START_SECONDS 30
#define OUTCOME_BYTES (32 * 1024 * 1024)
#define STARTS 3 /* readers that die before they are ready, one after the other */

void reader_outcome_free(ReaderOutcome *outcome)
{
	if (outcome == NULL)
		return;
	mail_free(outcome->mail);
	g_free(outcome->why);
	g_free(outcome);
}

ReaderPool *readers_new(const ReadOptions *options, guint workers, GError **error)
{
	ReaderPool *pool;

	if (workers == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "a pool without readers");
		return NULL;
	}
	pool = g_new0(ReaderPool, 1);
	pool->options = g_variant_ref_sink(
		g_variant_new(READER_OPTIONS, options->trust_authserv, options->own_address,
			      options->own_separator, options->reads_pdf));
	pool->workers = workers;
	readers_set_limits(pool, READER_SECONDS, READER_CPU_SECONDS);
	pool->readers = g_ptr_array_new();
	return pool;
}

void readers_free(ReaderPool *pool)
{
	if (pool == NULL)
		return;
	for (guint i = 0; i < pool->readers->len; i++)
		g_free(reader_end(g_ptr_array_index(pool->readers, i), pool->cpu_seconds, NULL));
	g_ptr_array_unref(pool->readers);
	g_queue_clear_full(&pool->waiting, (GDestroyNotify)reader_item_free);
	g_queue_clear_full(&pool->outcomes, (GDestroyNotify)reader_outcome_free);
	g_variant_unref(pool->options);
	g_free(pool);
}

void readers_set_limits(ReaderPool *pool, guint seconds, guint cpu_seconds)
{
	pool->seconds = seconds;
	pool->cpu_seconds = cpu_seconds;
}

int readers_pid(const ReaderPool *pool)
{
	return pool->readers->len > 0 ? ((Reader *)g_ptr_array_index(pool->readers, 0))->pid : 0;
}

/* Opened anew: a descriptor that is handed over shares its position, and its rights to write. */
static int reopen(int fd, GError **error)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	int own = open(path, O_RDONLY | O_CLOEXEC);

	if (own < 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s: %s", path, g_strerror(errno));
	return own;
}

bool readers_give(ReaderPool *pool, int fd, gint64 offset, gint64 length, bool alone, gpointer tag,
		  GError **error)
{
	int own = reopen(fd, error);
	ReaderItem *item;

	if (own < 0)
		return false;
	item = g_new0(ReaderItem, 1);
	*item = (ReaderItem){ tag, own, offset, length, alone };
	g_queue_push_tail(&pool->waiting, item);
	return true;
}

guint readers_busy(const ReaderPool *pool)
{
	guint busy = pool->waiting.length + pool->outcomes.length;

	for (guint i = 0; i < pool->readers->len; i++)
		busy += ((Reader *)g_ptr_array_index(pool->readers, i))->item != NULL;
	return busy;
}

void readers_each(ReaderPool *pool, void (*visit)(gpointer tag, gpointer user), gpointer user)
{
	for (GList *link = pool->outcomes.head; link != NULL; link = link->next)
		visit(((ReaderOutcome *)link->data)->tag, user);
	for (GList *link = pool->waiting.head; link != NULL; link = link->next)
		visit(((ReaderItem *)link->data)->tag, user);
	for (guint i = 0; i < pool->readers->len; i++) {
		const Reader *reader = g_ptr_array_index(pool->readers, i);

		if (reader->item != NULL)
			visit(reader->item->tag, user);
	}
}

gpointer readers_cancel(ReaderPool *pool)
{
	gpointer tag = NULL;

	if (pool->outcomes.length > 0) {
		g_autoptr(ReaderOutcome) outcome = g_queue_pop_head(&pool->outcomes);

		return outcome->tag;
	}
	if (pool->waiting.length > 0) {
		ReaderItem *item = g_queue_pop_head(&pool->waiting);

		tag = item->tag;
		reader_item_free(item);
		return tag;
	}
	for (guint i = 0; tag == NULL && i < pool->readers->len; i++) {
		Reader *reader = g_ptr_array_index(pool->readers, i);
		ReaderItem *item = NULL;

		if (reader->item == NULL)
			continue;
		g_ptr_array_remove_index(pool->readers, i--);
		g_free(reader_end(reader, pool->cpu_seconds, &item));
		tag = item->tag;
		reader_item_free(item);
	}
	return tag;
}

static void add_outcome(ReaderPool *pool, ReaderItem *item, Mail *mail, char *why)
{
	ReaderOutcome *outcome = g_new0(ReaderOutcome, 1);

	*outcome = (ReaderOutcome){ item->tag, mail, why };
	g_queue_push_tail(&pool->outcomes, outcome);
	reader_item_free(item);
}

bool readers_bury(ReaderPool *pool, Reader *reader, const char *how, GError **error)
{
	bool was_ready = reader->ready;
	ReaderItem *item = NULL;
	g_autofree char *ended = NULL;

	g_ptr_array_remove(pool->readers, reader);
	ended = reader_end(reader, pool->cpu_seconds, &item);
	if (item != NULL)
		add_outcome(pool, item, NULL,
			    g_strconcat("its reader ", how != NULL ? how : ended, NULL));
	if (was_ready || ++pool->failed_starts < STARTS)
		return true;
	pool->failed_starts = 0;
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
		    "readers cannot be started: the last one %s", how != NULL ? how : ended);
	return false;
}

/* ---- what they say ---- */

static bool take_ready(ReaderPool *pool, Reader *reader, guint32 number, GBytes *bytes,
		       GError **error)
{
	if (number != 0 || g_bytes_get_size(bytes) != sizeof(guint32))
		return readers_bury(pool, reader, "made no sense", error);
	reader->ready = true;
	pool->failed_starts = 0;
	return true;
}

static bool take_mail(ReaderPool *pool, Reader *reader, guint32 number, GBytes *bytes,
		      GError **error)
{
	g_autoptr(GError) mistake = NULL;
	g_autofree char *how = NULL;
	Mail *mail;

	if (reader->item == NULL || number != reader->number)
		return readers_bury(pool, reader, "made no sense", error);
	mail = mail_unpack(bytes, reader->item->length, &mistake);
	if (mail == NULL) {
		how = g_strdup_printf("made no sense: %s", mistake->message);
		return readers_bury(pool, reader, how, error);
	}
	add_outcome(pool, g_steal_pointer(&reader->item), mail, NULL);
	reader->mails++;
	return true;
}

static bool listen_to(ReaderPool *pool, Reader *reader, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	guint32 number = 0;

	switch (reader_receive(reader, &number, &bytes)) {
	case READER_WAITS:
		return true;
	case READER_DEAD:
		return readers_bury(pool, reader, NULL, error);
	case READER_LIES:
		return readers_bury(pool, reader, "made no sense", error);
	case READER_TOLD:
		break;
	}
	return reader->ready ? take_mail(pool, reader, number, bytes, error)
			     : take_ready(pool, reader, number, bytes, error);
}

/* Until when a reader may go on with what it does; G_MAXINT64: it waits for us. */
static gint64 deadline(const ReaderPool *pool, const Reader *reader)
{
	if (!reader->ready)
		return reader->since + START_SECONDS * G_USEC_PER_SEC;
	return reader->item != NULL ? reader->since + pool->seconds * G_USEC_PER_SEC : G_MAXINT64;
}

static bool stop_late(ReaderPool *pool, GError **error)
{
	gint64 now = g_get_monotonic_time();

	for (guint i = 0; i < pool->readers->len; i++) {
		Reader *reader = g_ptr_array_index(pool->readers, i);
		g_autofree char *how = NULL;

		if (now < deadline(pool, reader))
			continue;
		how = g_strdup_printf("was stopped after %u s",
				      reader->ready ? pool->seconds : START_SECONDS);
		if (!readers_bury(pool, reader, how, error))
			return false;
		i--;
	}
	return true;
}

/* Until something is said, a reader is late or becomes slow, or until. */
static void wait_for_news(const ReaderPool *pool, struct pollfd *fds, gint64 until)
{
	gint64 now = g_get_monotonic_time();

	for (guint i = 0; i < pool->readers->len; i++) {
		const Reader *reader = g_ptr_array_index(pool->readers, i);
		gint64 slow = reader->since + READER_SLOW + 1000;

		fds[i] = (struct pollfd){ reader->fd, POLLIN, 0 };
		until = MIN(until, deadline(pool, reader));
		if (reader->item != NULL && slow > now && pool->waiting.length > 0)
			until = MIN(until, slow);
	}
	poll(fds, pool->readers->len, until > now ? (int)((until - now + 999) / 1000) : 0);
}

static bool hear_all(ReaderPool *pool, gint64 until, GError **error)
{
	guint count = pool->readers->len;
	g_autofree struct pollfd *fds = g_new0(struct pollfd, count + 1);
	g_autofree Reader **readers = g_memdup2(pool->readers->pdata, count * sizeof(Reader *));

	wait_for_news(pool, fds, until);
	for (guint i = 0; i < count; i++)
		if (fds[i].revents != 0 && !listen_to(pool, readers[i], error))
			return false;
	return stop_late(pool, error);
}

/* Whether the answers that nobody has taken yet may have become large. */
static bool is_full(const ReaderPool *pool)
{
	gint64 bytes = 0;

	for (const GList *i = pool->outcomes.head; i != NULL; i = i->next) {
		const ReaderOutcome *outcome = i->data;

		bytes += outcome->mail != NULL ? MIN(outcome->mail->size, 2 * MAIL_TEXT_BYTES) : 0;
	}
	return bytes > OUTCOME_BYTES;
}

bool readers_turn(ReaderPool *pool, GError **error)
{
	if (is_full(pool))
		return true;
	return readers_assign(pool, error) && hear_all(pool, 0, error) &&
	       readers_assign(pool, error);
}

bool readers_take(ReaderPool *pool, int milliseconds, ReaderOutcome **ret_outcome, GError **error)
{
	gint64 until = g_get_monotonic_time() + milliseconds * G_GINT64_CONSTANT(1000);
	bool last = false;

	*ret_outcome = NULL;
	for (;;) {
		if (!readers_assign(pool, error))
			return false;
		*ret_outcome = g_queue_pop_head(&pool->outcomes);
		if (*ret_outcome != NULL || last || readers_busy(pool) == 0)
			return true;
		if (!hear_all(pool, until, error))
			return false;
		last = g_get_monotonic_time() >= until;
	}
}

Mail *readers_read(ReaderPool *pool, int fd, gint64 offset, gint64 length, GError **error)
{
	g_autoptr(ReaderOutcome) outcome = NULL;

	for (int tries = 0; tries < 2; tries++) {
		g_clear_pointer(&outcome, reader_outcome_free);
		if (!readers_give(pool, fd, offset, length, tries > 0, pool, error))
			return NULL;
		while (outcome == NULL)
			if (!readers_take(pool, 1000, &outcome, error)) {
				readers_cancel(pool);
				return NULL;
			}
		if (outcome->mail != NULL)
			return g_steal_pointer(&outcome->mail);
	}
	Mail *mail = mail_new();
	mail->size = length;
	mail->unreadable = true;
	mail_warn(mail, "not read: %s", outcome->why);
	return mail;
}
