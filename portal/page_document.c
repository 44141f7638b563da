/* page_document.c - a document of a case, decoded where it lies while it is sent. */
#include "portal/inside.h"

#include <string.h>

#include "common/part_decode.h"
#include "common/text.h"
#include "portal/connections.h"
#include "portal/sniff.h"

#define PIECE_BYTES (32 * 1024)

typedef struct Sending {
	PartStream *stream;
	struct MHD_Connection *connection;
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

static enum MHD_Result send_document(Request *request, const CaseDocument *document,
				     PartStream *stream)
{
	Sending *sending = g_new0(Sending, 1);
	g_autofree char *disposition = disposition_of(document->name);
	struct MHD_Response *response;

	*sending = (Sending){ .stream = stream,
			      .connection = request->connection,
			      .left = document->size };
	response = MHD_create_response_from_callback((uint64_t)document->size, PIECE_BYTES,
						     send_piece, sending, sending_free);
	MHD_add_response_header(response, "Content-Type", sniff_served(document->type));
	MHD_add_response_header(response, "Content-Disposition", disposition);
	return answer_queue(request, MHD_HTTP_OK, response);
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
