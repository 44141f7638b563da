/* read.c - the order of steps: scan, parse, header, parts, and what they mean together. */
#include "gateway/read.h"

#include <fcntl.h>
#include <gmime/gmime.h>
#include <libxml/parser.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_auth.h"
#include "gateway/read_automatic.h"
#include "gateway/read_body.h"
#include "gateway/read_bounce.h"
#include "gateway/read_cut.h"
#include "gateway/read_fields.h"
#include "gateway/read_forward.h"
#include "gateway/read_reply.h"
#include "gateway/read_scan.h"
#include "gateway/read_walk.h"

/* A message that nothing can be read of still has a sender, if its header has one. */
#define REFUSED_HEADER (64 * 1024)
#define REFUSED_FIELD 4096
#define LANGUAGE_BYTES 8192 /* of a text are enough to know its language */

void mail_read_init(void)
{
	static const char sample[] =
		"From: a@example.org\nSubject: =?utf-8?B?YQ==?=\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b--\n";
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *message;

	g_mime_init();
	xmlInitParser();
	/* makes GObject's classes now: that is not safe in threads */
	stream = g_mime_stream_mem_new_with_buffer(sample, sizeof sample - 1);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	g_clear_object(&message);
	g_object_unref(parser);
	g_object_unref(stream);
}

static void mark_shown(Reading *reading)
{
	for (guint i = 0; i < reading->mail->attachments->len; i++) {
		Attachment *attachment = g_ptr_array_index(reading->mail->attachments, i);
		const char *id = g_ptr_array_index(reading->content_ids, i);

		if (id != NULL && g_hash_table_contains(reading->shown, id) &&
		    g_str_has_prefix(attachment->type, "image/"))
			attachment->is_inline = true;
	}
}

static Language guess_language(const Mail *mail)
{
	g_autofree char *reply = text_cut(mail->reply, LANGUAGE_BYTES);
	Language language = language_guess(reply);

	if (language == LANGUAGE_NONE) {
		g_autofree char *text = text_cut(mail->text, LANGUAGE_BYTES);

		language = language_guess(text);
	}
	return language != LANGUAGE_NONE ? language : language_guess(mail->subject);
}

static void authenticate(Reading *reading, GMimeHeaderList *headers)
{
	Mailbox *from =
		reading->mail->from->len > 0 ? g_ptr_array_index(reading->mail->from, 0) : NULL;
	g_autofree char *domain = from != NULL ? address_domain(from->address) : NULL;

	if (reading->options->trust_authserv != NULL)
		reading->mail->authenticated =
			authentication_read(headers, reading->options->trust_authserv, domain);
}

static void understand(Reading *reading, GMimeHeaderList *headers, bool outermost)
{
	Mail *mail = reading->mail;
	g_autofree char *above = NULL;

	if (outermost)
		authenticate(reading, headers);
	mark_shown(reading);
	mail->automatic = automatic_of(headers, reading);
	bounce_read(reading, headers);
	mail->forward =
		forward_read(mail->text, mail->subject, mail->in_reply_to[0] != NULL, &above);
	g_free(mail->reply);
	mail->reply = reply_text(mail->forward != NULL ? above : mail->text);
	mail->language = guess_language(mail);
}

static void reading_clear(Reading *reading)
{
	g_hash_table_unref(reading->shown);
	g_ptr_array_unref(reading->content_ids);
	g_ptr_array_unref(reading->statuses);
	g_free(reading->returned);
}

/* What a nested message weighs: from its first header to its last content. */
static void measure(Reading *reading, GMimeHeaderList *headers, gint64 begin)
{
	Mail *mail = reading->mail;
	PartRange range = { 0 };
	Digest *digest = digest_new();
	guint8 piece[8192];

	if (begin < 0 && g_mime_header_list_get_count(headers) > 0)
		begin = g_mime_header_get_offset(g_mime_header_list_get_header_at(headers, 0)) -
			reading->shift;
	range.offset = MAX(begin, 0);
	range.length = MAX(reading->end - range.offset, 0);
	mail->size = range.length;
	for (gint64 done = 0; done < range.length;) {
		gssize got = mail_bytes_read(reading->source, range.offset + done, piece,
					     (gsize)MIN((gint64)sizeof piece, range.length - done));

		if (got <= 0)
			break;
		digest_add(digest, piece, (gsize)got);
		done += got;
	}
	g_free(mail->sha256);
	mail->sha256 = digest_end(digest);
}

static bool has_header(GMimeMessage *message)
{
	GMimeObject *body = g_mime_message_get_mime_part(message);

	return g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(message))) >
		       0 ||
	       (body != NULL &&
		g_mime_header_list_get_count(g_mime_object_get_header_list(body)) > 0);
}

/* Text without any header: all of it is what somebody wrote. */
static void read_headless(Reading *reading, gint64 begin)
{
	BodyPart part = { .range = { .offset = begin,
				     .length = reading->source->length - begin,
				     .encoding = ENCODING_IDENTITY } };
	g_autofree char *text = body_text(reading->source, &part, NULL, NULL);

	mail_warn(reading->mail, "there is no header");
	reading_add_text(reading, text);
}

Mail *message_read(GMimeMessage *message, const MailBytes *source, gint64 shift, gint64 begin,
		   const PartRange *container, const ReadOptions *options, Reading *parent)
{
	guint parts = MAIL_PARTS;
	gint64 zip = ZIP_BYTES;
	Reading reading = {
		.mail = mail_new(),
		.source = source,
		.options = options,
		.shift = shift,
		.container = container,
		.parts_left = parent != NULL ? parent->parts_left : &parts,
		.zip_left = parent != NULL ? parent->zip_left : &zip,
		.in_zip = parent != NULL && parent->in_zip,
		.is_sealed = parent != NULL && parent->is_sealed && parent->source == source,
		.depth = parent != NULL ? parent->depth : 0,
		.text = g_string_new(NULL),
		.shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.content_ids = g_ptr_array_new_with_free_func(g_free),
		.statuses = g_ptr_array_new_with_free_func(g_free),
	};
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));

	fields_read(reading.mail, headers);
	if (has_header(message))
		walk_entity(&reading, g_mime_message_get_mime_part(message));
	else
		read_headless(&reading, MAX(begin, 0));
	g_free(reading.mail->text);
	reading.mail->text = g_string_free(reading.text, FALSE);
	understand(&reading, headers, parent == NULL);
	if (parent != NULL) {
		measure(&reading, headers, begin);
		if (container == NULL || parent->container == container)
			parent->end = MAX(parent->end, reading.end);
	}
	reading_clear(&reading);
	return reading.mail;
}

/* A message of bytes in memory. Given, or NULL. */
static GMimeMessage *parse_bytes(GByteArray *bytes, gint64 begin, gint64 end)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
	GMimeParser *parser;
	GMimeMessage *message;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_stream_set_bounds(stream, begin, end);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, TRUE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

/* A file of its own position, so that readers do not move each other's. */
static int reopen(int fd)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	int own = open(path, O_RDONLY | O_CLOEXEC);

	return own >= 0 ? own : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static GMimeMessage *parse_file(const MailBytes *source, gint64 begin, gint64 end)
{
	int fd = reopen(source->fd);
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *message;

	if (fd < 0)
		return NULL;
	stream = g_mime_stream_fs_new_with_bounds(fd, source->start + begin, source->start + end);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, TRUE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

Mail *message_read_bytes(GByteArray *bytes, const PartRange *container, Reading *parent)
{
	MailBytes source = { .fd = -1, .length = (gint64)bytes->len, .bytes = bytes->data };
	g_autoptr(GError) error = NULL;
	GMimeMessage *message;
	Mail *mail;
	Scan scan;

	if (bytes->len == 0 || !scan_message(&source, true, &scan, &error))
		return NULL;
	if (scan.refuse != NULL || scan.empty ||
	    (message = parse_bytes(bytes, scan.begin, source.length)) == NULL) {
		g_free(scan.sha256);
		return NULL;
	}
	mail = message_read(message, &source, 0, scan.begin, container, parent->options, parent);
	g_object_unref(message);
	mail->size = source.length;
	g_free(mail->sha256);
	mail->sha256 = scan.sha256;
	return mail;
}

void walk_bytes(Reading *reading, GByteArray *bytes, const PartRange *container, bool is_sealed)
{
	MailBytes source = { .fd = -1, .length = (gint64)bytes->len, .bytes = bytes->data };
	Reading inner = *reading;
	g_autoptr(GError) error = NULL;
	GMimeMessage *message;
	Scan scan;

	if (bytes->len == 0 || !scan_message(&source, false, &scan, &error) ||
	    scan.refuse != NULL ||
	    (message = parse_bytes(bytes, scan.begin, source.length)) == NULL)
		return;
	inner.source = &source;
	inner.shift = 0;
	inner.container = container;
	inner.is_sealed = is_sealed;
	walk_entity(&inner, g_mime_message_get_mime_part(message));
	reading->returned = inner.returned;
	reading->report = inner.report;
	reading->receipt = inner.receipt;
	reading->feedback = inner.feedback;
	g_object_unref(message);
}

/* The header of a mail that is refused, its long fields left out. */
static GByteArray *small_header(const MailBytes *source, gint64 begin)
{
	g_autofree char *head = g_malloc(REFUSED_HEADER + 1);
	gssize got = mail_bytes_read(source, begin, head, REFUSED_HEADER);
	GByteArray *kept = g_byte_array_new();
	const char *p = head, *end = head + MAX(got, 0), *field = head;

	while (p < end && kept->len < REFUSED_HEADER) {
		const char *next = memchr(p, '\n', (gsize)(end - p));

		if (next == NULL || next == p || (next == p + 1 && *p == '\r'))
			break;
		p = next + 1;
		if (p < end && (*p == ' ' || *p == '\t'))
			continue;
		if (p - field <= REFUSED_FIELD)
			g_byte_array_append(kept, (const guint8 *)field, (guint)(p - field));
		field = p;
	}
	g_byte_array_append(kept, (const guint8 *)"\n", 1);
	return kept;
}

static Mail *read_refused(const MailBytes *source, const Scan *scan, const ReadOptions *options)
{
	g_autoptr(GByteArray) header = small_header(source, scan->begin);
	GMimeMessage *message = parse_bytes(header, 0, (gint64)header->len);
	MailBytes small = { .fd = -1, .length = (gint64)header->len, .bytes = header->data };
	Mail *mail = message != NULL ? message_read(message, &small, 0, 0, NULL, options, NULL)
				     : mail_new();

	g_clear_object(&message);
	mail_warn(mail, "not read: %s", scan->refuse);
	mail->unreadable = true;
	return mail;
}

/* The message up to end; all of it, mostly. */
static Mail *read_accepted(MailBytes *source, const Scan *scan, gint64 end,
			   const ReadOptions *options)
{
	GByteArray *bytes = source->bytes != NULL
				    ? g_byte_array_new_take(source->bytes, (gsize)source->length)
				    : NULL;
	GMimeMessage *message = bytes != NULL ? parse_bytes(bytes, scan->begin, end)
					      : parse_file(source, scan->begin, end);
	Mail *mail;

	if (message == NULL) /* no header, and no line end after it */
		message = g_mime_message_new(FALSE);
	mail = message_read(message, source, bytes != NULL ? 0 : source->start, scan->begin, NULL,
			    options, NULL);
	g_object_unref(message);
	if (bytes != NULL)
		g_byte_array_free(bytes, FALSE);
	return mail;
}

/* The header is made small, and the body, which may be too much as well, is read as far as it
 * can be.  NULL when nothing is left. */
static Mail *read_small_header(const MailBytes *source, const Scan *scan,
			       const ReadOptions *options)
{
	gint64 body = 0, kept = 0, end;
	g_autoptr(GByteArray) whole = message_cut(source, scan->begin, &body, &kept);
	g_autoptr(GError) error = NULL;
	MailBytes small = { .fd = -1 };
	Scan again;
	GMimeMessage *message;
	Mail *mail;

	if (whole == NULL)
		return NULL;
	small.bytes = whole->data;
	small.length = (gint64)whole->len;
	if (!scan_message(&small, false, &again, &error) ||
	    (again.refuse != NULL && again.first_header))
		return NULL;
	end = again.refuse != NULL ? MAX(again.cut, kept) : small.length;
	message = parse_bytes(whole, 0, end);
	if (message == NULL)
		return NULL;
	mail = message_read(message, source, kept - body, 0, NULL, options, NULL);
	g_object_unref(message);
	if (again.refuse != NULL)
		mail_warn(mail, "not read to its end: %s", again.refuse);
	return mail;
}

static bool says_nothing(const Mail *mail)
{
	return mail->from->len == 0 ||
	       (mail->subject[0] == '\0' && mail->text[strspn(mail->text, " \t\r\n")] == '\0' &&
		mail->attachments->len == 0 && mail->messages->len == 0);
}

/* What is over the limits is left out, and the rest is read; or nothing of it is. */
static Mail *read_part(MailBytes *source, const Scan *scan, const ReadOptions *options)
{
	Mail *mail = scan->first_header        ? read_small_header(source, scan, options)
		     : scan->cut > scan->begin ? read_accepted(source, scan, scan->cut, options)
					       : NULL;

	if (mail != NULL && !says_nothing(mail)) {
		mail_warn(mail, "cut: %s", scan->refuse);
		return mail;
	}
	mail_free(mail);
	return read_refused(source, scan, options);
}

/* Line ends of CR alone, as no mail may have: read as line ends all the same. */
static void mend_line_ends(MailBytes *source, Scan *scan)
{
	g_autofree char *sha256 = g_steal_pointer(&scan->sha256);
	g_autoptr(GError) error = NULL;

	for (gint64 i = 0; i < source->length; i++)
		if (source->bytes[i] == '\r')
			source->bytes[i] = '\n';
	scan_message(source, false, scan, &error);
	scan->sha256 = g_steal_pointer(&sha256);
	scan->lone_cr = true;
}

Mail *mail_read(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	static const ReadOptions none = { 0 };
	g_autoptr(GError) error = NULL;
	MailBytes source;
	Scan scan = { 0 };
	Mail *mail;

	options = options != NULL ? options : &none;
	if (!mail_bytes_open(&source, fd, offset, length, &error) ||
	    !scan_message(&source, true, &scan, &error)) {
		mail_bytes_close(&source);
		g_free(scan.sha256);
		mail = mail_new();
		mail->unreadable = true;
		mail_warn(mail, "%s", error->message);
		return mail;
	}
	if (scan.lone_cr && source.bytes != NULL)
		mend_line_ends(&source, &scan);
	if (scan.empty || source.length > MAIL_BYTES) {
		scan.refuse = scan.empty ? "it is empty" : "it is larger than is read";
		mail = read_refused(&source, &scan, options);
	} else {
		mail = scan.refuse != NULL ? read_part(&source, &scan, options)
					   : read_accepted(&source, &scan, source.length, options);
	}
	if (scan.lone_cr)
		mail_warn(mail, "lines end in CR alone");
	if (scan.nul)
		mail_warn(mail, "holds NUL characters");
	mail->size = source.length;
	g_free(mail->sha256);
	mail->sha256 = g_steal_pointer(&scan.sha256);
	mail_bytes_close(&source);
	return mail;
}
