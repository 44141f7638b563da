/* feed.c - the size limit of a mail, for every source. */
#include "gateway/feed.h"

#include "common/error.h"
#include "common/limits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void feed_init(Feed *feed, Sink *sink)
{
	*feed = (Feed){ .sink = sink, .header = g_byte_array_new() };
}

void feed_clear(Feed *feed)
{
	g_clear_pointer(&feed->header, g_byte_array_unref);
}

bool feed_begin(Feed *feed, GError **error)
{
	g_byte_array_set_size(feed->header, 0);
	feed->header_whole = false;
	feed->oversize = false;
	feed->size = 0;
	feed->open = feed->sink->begin(feed->sink, error);
	return feed->open;
}

/* Where the empty line that ends the header begins to end, else 0. */
static gsize header_length(const GByteArray *header, gsize from)
{
	for (gsize i = from; i + 1 < header->len; i++) {
		if (header->data[i] != '\n')
			continue;
		if (header->data[i + 1] == '\n')
			return i + 2;
		if (header->data[i + 1] == '\r' && i + 2 < header->len &&
		    header->data[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

/* Remembers the header as it goes by. */
static void header_collect(Feed *feed, const void *bytes, gsize length)
{
	gsize before = feed->header->len, end;

	if (feed->header_whole)
		return;
	g_byte_array_append(feed->header, bytes, (guint)MIN(length, MAIL_HEADER_BYTES - before));
	end = header_length(feed->header, before > 2 ? before - 2 : 0);
	if (end > 0)
		g_byte_array_set_size(feed->header, (guint)end);
	feed->header_whole = end > 0 || feed->header->len == MAIL_HEADER_BYTES;
}

bool feed_bytes(Feed *feed, const void *bytes, gsize length, GError **error)
{
	feed->size += (gint64)length;
	if (feed->oversize || length == 0)
		return true;
	header_collect(feed, bytes, length);
	if (feed->size <= MAIL_BYTES)
		return feed->sink->bytes(feed->sink, bytes, length, error);
	feed->oversize = true;
	return feed->sink->begin(feed->sink, error) &&
	       feed->sink->bytes(feed->sink, feed->header->data, feed->header->len, error);
}

bool feed_end(Feed *feed, SourceMail *mail, GError **error)
{
	mail->oversize = mail->oversize || feed->oversize;
	mail->size = MAX(mail->size, feed->size);
	feed->open = false;
	return feed->sink->end(feed->sink, mail, error);
}

bool feed_file(Feed *feed, int fd, const char *name, SourceMail *mail, GError **error)
{
	char buffer[64 * 1024];
	bool too_large = mail->size > MAIL_BYTES;

	if (!feed_begin(feed, error))
		return false;
	while (!too_large || !feed->header_whole) {
		ssize_t got = read(fd, buffer, sizeof buffer);
		gsize length = (gsize)MAX(got, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s: cannot be read: %s",
				    name, g_strerror(errno));
			return false;
		}
		if (got == 0)
			break;
		if (too_large) { /* the header alone is collected, and given below */
			header_collect(feed, buffer, length);
			continue;
		}
		if (!feed_bytes(feed, buffer, length, error))
			return false;
	}
	if (too_large &&
	    !feed->sink->bytes(feed->sink, feed->header->data, feed->header->len, error))
		return false;
	mail->oversize = too_large;
	return feed_end(feed, mail, error);
}
