/* page_document.c - a document of a case, decoded where it lies while it is sent. */
#include "portal/inside.h"

#include <string.h>

#include "common/part_decode.h"
#include "common/text.h"
#include "portal/connections.h"
#include "portal/range.h"
#include "portal/sniff.h"

#define PIECE_BYTES (32 * 1024)

typedef struct Sending {
	PartStream *stream;
	struct MHD_Connection *connection;
	gint64 skip; /* before what was asked for */
	gint64 left; /* of what was announced */
} Sending;

static void sending_free(void *user)
{
	Sending *sending = user;

	part_stream_free(sending->stream);
	g_free(sending);
}

static ssize_t send_piece(void *user, uint64_t at, char *buffer, size_t size)
{
	Sending *sending = user;
	gssize got;

	if (sending->left == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	connection_answers(sending->connection);
	while (sending->skip > 0) {
		got = part_stream_read(sending->stream, buffer,
				       (gsize)MIN((gint64)size, sending->skip));
		if (got <= 0)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		sending->skip -= got;
	}
	got = part_stream_read(sending->stream, buffer, (gsize)MIN((gint64)size, sending->left));
	if (got <= 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	sending->left -= got;
	return got;
}

/* RFC 6266 4.3: the name in ASCII, and as it is. */
static char *disposition_of(const char *name)
{
	g_autofree char *safe = text_file_name(name);
	g_autofree char *escaped = g_uri_escape_string(safe, NULL, FALSE);
	g_autoptr(GString) ascii = g_string_new(NULL);

	for (const char *p = safe; *p != '\0'; p = g_utf8_next_char(p))
		g_string_append_c(
			ascii,
			*p >= ' ' && *p < 0x7f && *p != '"' && *p != '\\' && *p != '%' ? *p : '_');
	return g_strdup_printf("attachment; filename=\"%s\"; filename*=UTF-8''%s", ascii->str,
			       escaped);
}

/* The documents that the viewer may have: those inside the desk only who works there. */
static bool find_document(Request *request, CaseDocument **ret_document, GError **error)
{
	g_autoptr(GPtrArray) documents = NULL;

	if (!case_documents(request->portal->desk.store, request->about->id, &documents, error))
		return false;
	for (guint i = 0; i < documents->len; i++) {
		CaseDocument *document = g_ptr_array_index(documents, i);

		if (document->id != request->route.document ||
		    (!document->is_public && !request_may(request, ACT_INSIDE)))
			continue;
		*ret_document = g_ptr_array_steal_index(documents, i);
		return true;
	}
	return true;
}

static bool open_stream(Request *request, const CaseDocument *document, PartStream **ret_stream,
			GError **error)
{
	Store *store = request->portal->desk.store;
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(MailRow) mail = NULL;
	int fd;

	if (!parts_of_mail(store, document->mail, &parts, error) ||
	    !mails_get(store, document->mail, &mail, error))
		return false;
	for (guint i = 0; mail != NULL && i < parts->len; i++) {
		const PartRow *part = g_ptr_array_index(parts, i);

		if (part->id != document->part)
			continue;
		fd = raw_open_checked(store, &mail->raw, error);
		*ret_stream = fd >= 0 ? part_stream_open(fd, mail->raw.offset, &part->range, error)
				      : NULL;
		return *ret_stream != NULL;
	}
	return true;
}

static void put_headers(struct MHD_Response *response, const CaseDocument *document,
			const char *etag)
{
	g_autofree char *disposition = disposition_of(document->name);

	MHD_add_response_header(response, "Content-Type", sniff_served(document->type));
	MHD_add_response_header(response, "Content-Disposition", disposition);
	MHD_add_response_header(response, "Accept-Ranges", "bytes");
	MHD_add_response_header(response, "ETag", etag);
}

static enum MHD_Result send_nothing(Request *request, const CaseDocument *document)
{
	g_autofree char *range = g_strdup_printf("bytes */%" G_GINT64_FORMAT, document->size);
	struct MHD_Response *response =
		MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);

	MHD_add_response_header(response, "Content-Range", range);
	return answer_queue(request, MHD_HTTP_RANGE_NOT_SATISFIABLE, response);
}

/* Takes stream. */
static enum MHD_Result send_document(Request *request, const CaseDocument *document,
				     PartStream *stream)
{
	g_autofree char *etag = g_strdup_printf("\"%s\"", document->sha256);
	ByteRange range;
	RangeResult result =
		range_find(request_header(request, "Range"), request_header(request, "If-Range"),
			   etag, document->size, &range);
	struct MHD_Response *response;
	Sending *sending;

	if (result == RANGE_NONE) {
		part_stream_free(stream);
		return send_nothing(request, document);
	}
	sending = g_new0(Sending, 1);
	*sending = (Sending){ .stream = stream,
			      .connection = request->connection,
			      .skip = range.first,
			      .left = range.length };
	response = MHD_create_response_from_callback((uint64_t)range.length, PIECE_BYTES,
						     send_piece, sending, sending_free);
	put_headers(response, document, etag);
	if (result == RANGE_PART) {
		g_autofree char *content = g_strdup_printf(
			"bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
			range.first, range.first + range.length - 1, document->size);

		MHD_add_response_header(response, "Content-Range", content);
	}
	return answer_queue(request, result == RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK,
			    response);
}

enum MHD_Result page_document(Request *request)
{
	CaseDocument *document = NULL;
	PartStream *stream = NULL;
	g_autoptr(GError) error = NULL;
	enum MHD_Result result;

	if (request->about == NULL)
		return answer_missing(request);
	if (!find_document(request, &document, &error) ||
	    (document != NULL && !open_stream(request, document, &stream, &error))) {
		case_document_free(document);
		return answer_fault(request, error);
	}
	result =
		stream != NULL ? send_document(request, document, stream) : answer_missing(request);
	case_document_free(document);
	return result;
}
