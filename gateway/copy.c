/* copy.c - trace fields are left out of two headers, the rest and the bodies are compared. */
#include "gateway/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/limits.h"

#define COPIES_LOOKED_AT 8 /* earlier mails of one Message-ID: anybody can write any */
#define PIECE_BYTES (64 * 1024)

/* What was written above the body: the fields that are no trace, as they lie in the mail. */
typedef struct Written {
	GByteArray *header;
	gint64 body; /* where it begins */
} Written;

static void written_clear(Written *written)
{
	g_clear_pointer(&written->header, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Written, written_clear)

static bool begins_with(const char *field, gsize length, const char *name)
{
	gsize bytes = strlen(name);

	return length > bytes && g_ascii_strncasecmp(field, name, bytes) == 0;
}

static bool is_named(const char *field, gsize length, const char *name)
{
	return begins_with(field, length, name) && field[strlen(name)] == ':';
}

static bool is_trace(const char *field, gsize length, const char *separator)
{
	static const char *const paths[] = { "Return-Path", "Received", "Received-SPF",
					     "X-Received" };
	static const char *const families[] = { "ARC-", "X-Spam-", "X-MS-Exchange-" };
	static const char *const recipients[] = { "Delivered-To", "X-Original-To", "Envelope-To",
						  "X-Envelope-To" };

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
		if (is_named(field, length, paths[i]))
			return true;
	for (gsize i = 0; i < G_N_ELEMENTS(families); i++)
		if (begins_with(field, length, families[i]))
			return true;
	for (gsize i = 0; i < G_N_ELEMENTS(recipients); i++)
		if (is_named(field, length, recipients[i]))
			return memchr(field, '@', length) != NULL &&
			       g_strstr_len(field, (gssize)length, separator) == NULL;
	return false;
}

/* The field that begins at p, with the lines it goes on in. */
static const char *end_of_field(const char *p, const char *end)
{
	while (p < end) {
		const char *next = memchr(p, '\n', (gsize)(end - p));

		p = next != NULL ? next + 1 : end;
		if (p < end && *p != ' ' && *p != '\t')
			break;
	}
	return p;
}

static void split(const char *head, gsize length, const char *separator, Written *ret_written)
{
	const char *p = head, *end = head + length;

	while (p < end && *p != '\n' && !(*p == '\r' && p + 1 < end && p[1] == '\n')) {
		const char *next = end_of_field(p, end);

		if (!is_trace(p, (gsize)(next - p), separator))
			g_byte_array_append(ret_written->header, (const guint8 *)p,
					    (guint)(next - p));
		p = next;
	}
	ret_written->body = p - head;
}

/* Up to size bytes, fewer only at the end. */
static bool read_piece(const MailBytes *source, gint64 offset, void *buffer, gsize size,
		       gsize *ret_got, GError **error)
{
	gsize got = 0;

	while (got < size) {
		gssize more = mail_bytes_read(source, offset + (gint64)got, (char *)buffer + got,
					      size - got);

		if (more < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO,
				    "the message cannot be read: %s", g_strerror(errno));
			return false;
		}
		if (more == 0)
			break;
		got += (gsize)more;
	}
	*ret_got = got;
	return true;
}

static bool written_read(const MailBytes *source, const char *separator, Written *ret_written,
			 GError **error)
{
	gsize most = (gsize)MIN(source->length, MAIL_HEADER_BYTES), got;
	g_autofree char *head = g_malloc(most + 1);

	ret_written->header = g_byte_array_new();
	if (!read_piece(source, 0, head, most, &got, error))
		return false;
	split(head, got, separator, ret_written);
	return true;
}

static bool same_bodies(const MailBytes *left, gint64 left_at, const MailBytes *right,
			gint64 right_at, bool *ret_same, GError **error)
{
	g_autofree char *one = g_malloc(PIECE_BYTES), *other = g_malloc(PIECE_BYTES);
	gsize got, more;

	*ret_same = false;
	if (left->length - left_at != right->length - right_at)
		return true;
	do {
		if (!read_piece(left, left_at, one, PIECE_BYTES, &got, error) ||
		    !read_piece(right, right_at, other, PIECE_BYTES, &more, error))
			return false;
		if (got != more || memcmp(one, other, got) != 0)
			return true;
		left_at += (gint64)got;
		right_at += (gint64)got;
	} while (got == PIECE_BYTES);
	*ret_same = true;
	return true;
}

bool copy_is(const MailBytes *left, const MailBytes *right, const char *separator, bool *ret_is,
	     GError **error)
{
	g_auto(Written) one = { 0 }, other = { 0 };

	*ret_is = false;
	if (!written_read(left, separator, &one, error) ||
	    !written_read(right, separator, &other, error))
		return false;
	if (one.header->len != other.header->len ||
	    (one.header->len > 0 &&
	     memcmp(one.header->data, other.header->data, one.header->len) != 0))
		return true;
	return same_bodies(left, one.body, right, other.body, ret_is, error);
}

/* The bytes of a raw message, by a descriptor of their own: that of the store may be closed when it
 * opens another segment. */
static bool open_raw(Store *store, const RawRange *range, MailBytes *ret_bytes, int *ret_fd,
		     GError **error)
{
	int fd = raw_open(store, range, error);

	if (fd < 0)
		return false;
	*ret_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (*ret_fd < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "no descriptor: %s",
			    g_strerror(errno));
		return false;
	}
	return mail_bytes_open(ret_bytes, *ret_fd, range->offset, range->length, error);
}

static bool compare(const Desk *desk, const RawRange *left, const RawRange *right, bool *ret_is,
		    GError **error)
{
	MailBytes one = { 0 }, other = { 0 };
	int one_fd = -1, other_fd = -1;
	bool done = open_raw(desk->store, left, &one, &one_fd, error) &&
		    open_raw(desk->store, right, &other, &other_fd, error) &&
		    copy_is(&one, &other, desk->settings->sub_address, ret_is, error);

	mail_bytes_close(&one);
	mail_bytes_close(&other);
	if (one_fd >= 0)
		close(one_fd);
	if (other_fd >= 0)
		close(other_fd);
	return done;
}

bool copy_find(const Desk *desk, const Mail *mail, const Receipt *receipt, gint64 *ret_first,
	       GError **error)
{
	g_autoptr(GPtrArray) earlier = NULL;

	*ret_first = 0;
	if (mail->message_id == NULL || *mail->message_id == '\0' || mail->unreadable)
		return true;
	if (!mails_received_as(desk->store, mail->message_id, receipt->id, COPIES_LOOKED_AT,
			       &earlier, error))
		return false;
	for (guint i = 0; i < earlier->len && *ret_first == 0; i++) {
		const MailRow *row = earlier->pdata[i];
		g_autoptr(GError) mistake = NULL;
		bool is_copy = false;

		if (!compare(desk, &row->raw, &receipt->raw, &is_copy, &mistake) &&
		    !g_error_matches(mistake, DESK_ERROR, DESK_ERROR_DATA)) {
			g_propagate_error(error, g_steal_pointer(&mistake));
			return false;
		}
		if (is_copy)
			*ret_first = row->receipt;
	}
	return true;
}
