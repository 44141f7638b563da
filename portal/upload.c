/* upload.c - what somebody writes on the page, as a mail that we write ourselves. */
#include "portal/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/error.h"
#include "common/limits.h"
#include "common/text.h"
#include "portal/sniff.h"

#define PIECE_BYTES (48 * 1024)
#define UPLOAD_BYTES (MAIL_BYTES - 1024 * 1024) /* room for what was typed */

typedef struct File { /* the one that comes now */
	GChecksum *sum;
	int state, save; /* of the base64 encoder */
	guint8 head[SNIFF_BYTES];
	gsize head_length;
	gint64 size;
	char *name, *field;
	gint64 began; /* where its content begins in the message */
} File;

struct Upload {
	int fd;
	gint64 length;
	GString *buffer; /* what is not in the file yet */
	char *boundary, *message_id, *from, *to, *subject, *text;
	gint64 at;
	File file;
	bool is_open; /* a file is coming */
	guint begun;
	GPtrArray *files, *fields; /* Attachment, and char *: where it was chosen */
};

static bool flush(Upload *upload, const char *bytes, gsize length, GError **error)
{
	while (length > 0) {
		gssize done = write(upload->fd, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL,
				    "what was written on the page cannot be kept: %s",
				    g_strerror(errno));
			return false;
		}
		bytes += done;
		length -= (gsize)done;
	}
	return true;
}

static bool flush_buffer(Upload *upload, GError **error)
{
	gsize length = upload->buffer->len;

	if (!flush(upload, upload->buffer->str, length, error))
		return false;
	g_string_truncate(upload->buffer, 0);
	return true;
}

static bool write_bytes(Upload *upload, const char *bytes, gsize length, GError **error)
{
	g_string_append_len(upload->buffer, bytes, (gssize)length);
	upload->length += (gint64)length;
	return upload->buffer->len < PIECE_BYTES || flush_buffer(upload, error);
}

static bool write_text(Upload *upload, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool write_text(Upload *upload, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list values;

	va_start(values, format);
	text = g_strdup_vprintf(format, values);
	va_end(values);
	return write_bytes(upload, text, strlen(text), error);
}

static bool open_file(Upload *upload, GError **error)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "persocontact-XXXXXX", NULL);

	upload->fd = mkostemp(path, O_CLOEXEC);
	if (upload->fd >= 0) {
		unlink(path);
		return true;
	}
	g_set_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "%s cannot be made: %s", path,
		    g_strerror(errno));
	return false;
}

/* RFC 5322 3.3. */
static char *date_of(gint64 at)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
	g_autofree char *rest = g_date_time_format(time, "%Y %H:%M:%S +0000");

	return g_strdup_printf("%s, %d %s %s", days[g_date_time_get_day_of_week(time) - 1],
			       g_date_time_get_day_of_month(time),
			       months[g_date_time_get_month(time) - 1], rest);
}

static bool write_header(Upload *upload, GError **error)
{
	g_autofree char *date = date_of(upload->at);

	return write_text(
		upload, error,
		"From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s>\r\n"
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n",
		upload->from, upload->to, upload->subject, date, upload->message_id,
		upload->boundary);
}

Upload *upload_new(const Request *request, GError **error)
{
	const Settings *settings = request->portal->desk.settings;
	const Person *person = request->person;
	g_autoptr(Upload) upload = g_new0(Upload, 1);
	g_autofree char *id = secret_token(), *domain = address_domain(settings->address);

	upload->fd = -1;
	upload->buffer = g_string_new(NULL);
	upload->files = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	upload->fields = g_ptr_array_new_with_free_func(g_free);
	upload->boundary = secret_token();
	upload->message_id = g_strdup_printf("page.%s@%s", id, domain);
	upload->from = g_strdup(person != NULL && person->addresses[0] != NULL
					? person->addresses[0]
					: request->about->requester.address);
	upload->to = g_strdup(settings->address);
	upload->subject = g_strdup_printf("[%s]", request->about != NULL ? request->about->number
									 : request->route.word);
	upload->text = g_strdup("");
	upload->at = request->now;
	if (!open_file(upload, error) || !write_header(upload, error))
		return NULL;
	return g_steal_pointer(&upload);
}

static void file_clear(File *file)
{
	g_clear_pointer(&file->sum, g_checksum_free);
	g_clear_pointer(&file->name, g_free);
	g_clear_pointer(&file->field, g_free);
}

void upload_free(Upload *upload)
{
	if (upload == NULL)
		return;
	if (upload->fd >= 0)
		close(upload->fd);
	g_string_free(upload->buffer, TRUE);
	file_clear(&upload->file);
	g_clear_pointer(&upload->files, g_ptr_array_unref);
	g_clear_pointer(&upload->fields, g_ptr_array_unref);
	g_free(upload->boundary);
	g_free(upload->message_id);
	g_free(upload->from);
	g_free(upload->to);
	g_free(upload->subject);
	g_free(upload->text);
	g_free(upload);
}

/* ---- base64 (RFC 2045 6.8), in lines ---- */

/* The encoder ends its lines with LF alone. */
static bool write_lines(Upload *upload, const char *text, gsize length, GError **error)
{
	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		gsize line = end != NULL ? (gsize)(end - text) : length;

		if (!write_bytes(upload, text, line, error) ||
		    (end != NULL && !write_bytes(upload, "\r\n", 2, error)))
			return false;
		line += end != NULL ? 1 : 0;
		text += line;
		length -= line;
	}
	return true;
}

static bool encode(Upload *upload, const guint8 *bytes, gsize length, GError **error)
{
	g_autofree char *out = g_malloc((MIN(length, PIECE_BYTES) / 3 + 1) * 4 + PIECE_BYTES / 8);

	while (length > 0) {
		gsize piece = MIN(length, PIECE_BYTES);
		gsize made = g_base64_encode_step(bytes, piece, TRUE, out, &upload->file.state,
						  &upload->file.save);

		if (!write_lines(upload, out, made, error))
			return false;
		bytes += piece;
		length -= piece;
	}
	return true;
}

static bool encode_end(Upload *upload, GError **error)
{
	char out[8];
	gsize made = g_base64_encode_close(TRUE, out, &upload->file.state, &upload->file.save);

	return write_lines(upload, out, made, error);
}

/* ---- files ---- */

static void end_attachment(Upload *upload)
{
	File *file = &upload->file;
	Attachment *attachment;

	if (file->size == 0)
		return;
	attachment = g_new0(Attachment, 1);
	*attachment = (Attachment){ .name = g_strdup(file->name),
				    .type = g_strdup(
					    sniff_type(file->head, file->head_length, file->name)),
				    .size = file->size,
				    .sha256 = g_strdup(g_checksum_get_string(file->sum)),
				    .from = "mime" };
	attachment->range = (PartRange){ .offset = file->began,
					 .length = upload->length - file->began,
					 .encoding = ENCODING_BASE64 };
	g_ptr_array_add(upload->files, attachment);
	g_ptr_array_add(upload->fields, g_steal_pointer(&file->field));
}

bool upload_end_file(Upload *upload, GError **error)
{
	if (!upload->is_open)
		return true;
	upload->is_open = false;
	if (!encode_end(upload, error))
		return false;
	end_attachment(upload);
	return true;
}

/* The last part of a path that a browser may have sent, safe to show. */
static char *name_of(const char *sent)
{
	g_autofree char *line = text_one_line(sent, MAIL_NAME_BYTES);
	const char *slash = strrchr(line, '/'), *back = strrchr(line, '\\');
	const char *last = MAX(slash, back);

	return text_file_name(last != NULL ? last + 1 : line);
}

bool upload_begin_file(Upload *upload, const char *field, const char *name, GError **error)
{
	g_autofree char *escaped = NULL;

	if (!upload_end_file(upload, error))
		return false;
	if (++upload->begun > UPLOAD_FILES) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "more than %d files", UPLOAD_FILES);
		return false;
	}
	file_clear(&upload->file);
	upload->file = (File){ .sum = g_checksum_new(G_CHECKSUM_SHA256),
			       .name = name_of(name),
			       .field = g_strdup(field) };
	escaped = g_uri_escape_string(upload->file.name, NULL, FALSE);
	upload->is_open = true;
	if (!write_text(upload, error,
			"--%s\r\nContent-Type: application/octet-stream\r\n"
			"Content-Transfer-Encoding: base64\r\n"
			"Content-Disposition: attachment;\r\n filename*=UTF-8''%s\r\n\r\n",
			upload->boundary, escaped))
		return false;
	upload->file.began = upload->length;
	return true;
}

bool upload_bytes(Upload *upload, const void *bytes, gsize length, GError **error)
{
	File *file = &upload->file;
	gsize room = SNIFF_BYTES - file->head_length;

	if (!upload->is_open || length == 0)
		return true;
	if (upload->length > UPLOAD_BYTES) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "larger than a mail may be");
		return false;
	}
	memcpy(file->head + file->head_length, bytes, MIN(room, length));
	file->head_length += MIN(room, length);
	file->size += (gint64)length;
	g_checksum_update(file->sum, bytes, (gssize)length);
	return encode(upload, bytes, length, error);
}

const GPtrArray *upload_files(const Upload *upload)
{
	return upload->files;
}

const char *upload_field(const Upload *upload, guint file)
{
	return g_ptr_array_index(upload->fields, file);
}

gint64 upload_size(const Upload *upload)
{
	return upload->length;
}

/* ---- the whole ---- */

bool upload_end(Upload *upload, const char *text, GError **error)
{
	if (!upload_end_file(upload, error))
		return false;
	g_free(upload->text);
	upload->text = text_valid(text, -1);
	upload->file.state = upload->file.save = 0;
	return write_text(upload, error,
			  "\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\n"
			  "Content-Transfer-Encoding: base64\r\n\r\n",
			  upload->boundary) &&
	       encode(upload, (const guint8 *)upload->text, strlen(upload->text), error) &&
	       encode_end(upload, error) &&
	       write_text(upload, error, "\r\n--%s--\r\n", upload->boundary) &&
	       flush_buffer(upload, error);
}

static bool copy(Upload *upload, RawWriter *raw, GError **error)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);
	gint64 at = 0;

	while (at < upload->length) {
		gssize got = pread(upload->fd, piece, PIECE_BYTES, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO,
				    "what was written on the page cannot be read");
			return false;
		}
		if (!raw_append(raw, piece, (gsize)got, error))
			return false;
		at += got;
	}
	return true;
}

bool upload_keep(Upload *upload, RawWriter *raw, MailRow *row, GError **error)
{
	if (!raw_begin(raw, error) || !copy(upload, raw, error) ||
	    !raw_end(raw, &row->raw, error) || !raw_sync(raw, error))
		return false;
	row->message_id = g_strdup(upload->message_id);
	row->direction = g_strdup("in");
	row->from = g_strdup(upload->from);
	row->to = g_strdup(upload->to);
	row->subject = g_strdup(upload->subject);
	row->text = g_strdup(upload->text);
	row->at = upload->at;
	row->is_public = true;
	return true;
}
