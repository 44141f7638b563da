/* page_receipt.c - a case on paper: what was received when, with hashes, to print or to keep. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"

#define SHOWN 300

static bool is_for(const Request *request, bool is_public)
{
	return is_public || request_may(request, ACT_INSIDE);
}

static json_t *message_row(const Request *request, const MailRow *mail)
{
	g_autofree char *at = page_time(request, mail->at), *utc = text_time(mail->at);
	g_autofree char *from = text_one_line(mail->from, SHOWN);
	g_autofree char *subject = text_one_line(mail->subject, SHOWN);
	g_autofree char *id = text_one_line(mail->message_id, SHOWN);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "at", at, "utc", utc, "from", from,
			 "subject", subject, "id", id, "hash", mail->raw.sha256);
}

static json_t *messages_of(const Request *request, const GPtrArray *mails)
{
	json_t *rows = json_array();

	for (guint i = 0; i < mails->len; i++) {
		const MailRow *mail = g_ptr_array_index(mails, i);

		if (strcmp(mail->direction, "in") == 0 && is_for(request, mail->is_public))
			json_array_append_new(rows, message_row(request, mail));
	}
	return rows;
}

static json_t *documents_of(const Request *request, const GPtrArray *documents)
{
	json_t *rows = json_array();

	for (guint i = 0; i < documents->len; i++) {
		const CaseDocument *document = g_ptr_array_index(documents, i);
		g_autofree char *name = text_one_line(document->name, SHOWN);
		g_autofree char *size =
			text_size(document->size, request->language == LANGUAGE_EN ? '.' : ',');

		if (is_for(request, document->is_public))
			json_array_append_new(rows,
					      json_pack("{s:s, s:s, s:s}", "name", name, "size",
							size, "hash", document->sha256));
	}
	return rows;
}

static json_t *receipt_data(const Request *request, const GPtrArray *mails,
			    const GPtrArray *documents)
{
	const Case *c = request->about;
	g_autofree char *opened = page_time(request, c->opened),
			*now = page_time(request, request->now);
	g_autofree char *word = g_strconcat("mail.state-", case_state_name(c->state), NULL);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "title",
			 page_word(request, "page.receipt-title"), "number", c->number, "subject",
			 form_title(request, c), "opened", opened, "now", now, "state",
			 page_word(request, word), "requester", c->requester.name, "messages",
			 messages_of(request, mails), "documents",
			 documents_of(request, documents));
}

enum MHD_Result page_receipt(Request *request)
{
	g_autoptr(GPtrArray) mails = NULL, documents = NULL;
	g_autoptr(GError) error = NULL;
	Store *store = request->portal->desk.store;

	if (request->about == NULL || !request_may(request, ACT_FOLLOW))
		return answer_missing(request);
	if (!mails_of_case(store, request->about->id, &mails, &error) ||
	    !case_documents(store, request->about->id, &documents, &error))
		return answer_fault(request, error);
	return answer_page(request, MHD_HTTP_OK, "page-receipt",
			   receipt_data(request, mails, documents));
}
