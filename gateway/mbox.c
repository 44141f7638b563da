/* mbox.c - a reader of lines in a fixed buffer, and the little that mbox asks of them. */
#include "gateway/mbox.h"

#include "common/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct Lines {
	int fd;
	gsize start, end;
	bool over;
	bool at_start; /* the next piece begins a line */
	char buffer[64 * 1024];
} Lines;

typedef struct Piece {
	const char *bytes; /* lent until the next piece */
	gsize length;
	bool begins; /* a line; a piece of a long line otherwise */
} Piece;

static bool mbox_begins(const char *bytes, gsize length)
{
	return length >= 5 && memcmp(bytes, "From ", 5) == 0;
}

/* Fills the buffer as far as it goes; false when reading fails. */
static bool lines_fill(Lines *lines, const char *name, GError **error)
{
	memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	while (!lines->over && lines->end < sizeof lines->buffer) {
		ssize_t got = read(lines->fd, lines->buffer + lines->end,
				   sizeof lines->buffer - lines->end);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s: cannot be read: %s",
				    name, g_strerror(errno));
			return false;
		}
		lines->over = got == 0;
		lines->end += (gsize)got;
	}
	return true;
}

/* The next line with its end, or as much of it as the buffer takes; length 0 at the end. */
static bool lines_next(Lines *lines, Piece *piece, const char *name, GError **error)
{
	const char *newline = memchr(lines->buffer + lines->start, '\n', lines->end - lines->start);

	if (newline == NULL && !lines->over) {
		if (!lines_fill(lines, name, error))
			return false;
		newline = memchr(lines->buffer, '\n', lines->end);
	}
	piece->bytes = lines->buffer + lines->start;
	piece->length =
		newline != NULL ? (gsize)(newline - piece->bytes) + 1 : lines->end - lines->start;
	piece->begins = lines->at_start;
	lines->start += piece->length;
	lines->at_start = newline != NULL;
	return true;
}

/* Digits at i, as many as wanted and no more. */
static bool digits_at(const Piece *piece, gsize i, gsize wanted)
{
	gsize count = 0;

	while (i + count < piece->length && g_ascii_isdigit(piece->bytes[i + count]))
		count++;
	return count == wanted;
}

/* "From somebody Mon Jan  1 00:00:00 2026": a time and a year are what a sentence that begins
 * with From does not have. */
static bool is_separator(const Piece *piece)
{
	bool time = false, year = false;

	if (!piece->begins || !mbox_begins(piece->bytes, piece->length))
		return false;
	for (gsize i = 5; i < piece->length; i++) {
		if (!g_ascii_isspace(piece->bytes[i - 1]))
			continue;
		time = time || (digits_at(piece, i, 2) && i + 2 < piece->length &&
				piece->bytes[i + 2] == ':' && digits_at(piece, i + 3, 2));
		year = year || digits_at(piece, i, 4);
	}
	return time && year;
}

/* Takes one ">" off ">From ", ">>From " ... */
static void unquote(Piece *piece)
{
	gsize marks = 0;

	while (piece->begins && marks < piece->length && piece->bytes[marks] == '>')
		marks++;
	if (marks > 0 && mbox_begins(piece->bytes + marks, piece->length - marks)) {
		piece->bytes++;
		piece->length--;
	}
}

static bool is_empty_line(const Piece *piece)
{
	return piece->begins && ((piece->length == 1 && piece->bytes[0] == '\n') ||
				 (piece->length == 2 && memcmp(piece->bytes, "\r\n", 2) == 0));
}

/* Gives the empty line that was kept back, when there is one. */
static bool give_empty(Feed *feed, gsize *empty, GError **error)
{
	gsize length = *empty;

	*empty = 0;
	return feed_bytes(feed, length == 1 ? "\n" : "\r\n", length, error);
}

/* Gives the next piece of an mbox, but for what belongs to separators. */
static bool mbox_give(Feed *feed, Piece *piece, gsize *empty, GError **error)
{
	if (*empty > 0 && !give_empty(feed, empty, error))
		return false;
	if (is_empty_line(piece)) {
		*empty = piece->length;
		return true;
	}
	unquote(piece);
	return feed_bytes(feed, piece->bytes, piece->length, error);
}

bool mbox_take(Feed *feed, int fd, const char *name, MboxEnd end, void *user, GError **error)
{
	g_autofree Lines *lines = g_new(Lines, 1);
	gsize empty = 0; /* length of an empty line kept back: it may belong to a separator */
	bool many, parts;
	Piece piece;

	lines->fd = fd;
	lines->start = lines->end = 0;
	lines->over = false;
	lines->at_start = true;
	if (!lines_fill(lines, name, error) || !feed_begin(feed, error))
		return false;
	many = parts = mbox_begins(lines->buffer, lines->end);
	while (lines_next(lines, &piece, name, error)) {
		if (piece.length == 0)
			return end(feed, user, error);
		if (many && empty > 0 && is_separator(&piece)) {
			parts = true;
			empty = 0;
			if (!end(feed, user, error) || !feed_begin(feed, error))
				return false;
		}
		if (!parts && !(many ? mbox_give(feed, &piece, &empty, error)
				     : feed_bytes(feed, piece.bytes, piece.length, error)))
			return false;
		parts = parts &&
			piece.bytes[piece.length - 1] != '\n'; /* the rest of a long line */
	}
	return false;
}
