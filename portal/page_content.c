/* page_content.c - My content: everything that somebody sent, and every document of it. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"

#define PAGE_MAILS 20
#define TEXT_SHOWN 2000

static json_t *document_row(const Request *request, const CaseDocument *document)
{
	g_autofree char *name = text_one_line(document->name, 200);
	g_autofree char *size =
		text_size(document->size, request->language == LANGUAGE_EN ? '.' : ',');

	return json_pack("{s:s, s:s, s:I}", "name", *name != '\0' ? name : document->type, "size",
			 size, "id", (json_int_t)document->id);
}

static json_t *documents_of(const Request *request, const MailRow *mail, const GPtrArray *documents)
{
	json_t *rows = json_array();

	for (guint i = 0; i < documents->len; i++) {
		const CaseDocument *document = g_ptr_array_index(documents, i);

		if (document->mail == mail->id && document->is_public)
			json_array_append_new(rows, document_row(request, document));
	}
	return rows;
}

static json_t *mail_row(const Request *request, const MailRow *mail, const Case *c,
			const GPtrArray *documents)
{
	g_autofree char *at = page_time(request, mail->at), *utc = text_time(mail->at);
	g_autofree char *text = text_cut(mail->text, TEXT_SHOWN);

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "number", c->number, "subject",
			 form_title(request, c), "at", at, "utc", utc, "said", page_lines(text),
			 "documents", documents_of(request, mail, documents));
}

static bool add_mail(Request *request, const MailRow *mail, json_t *rows, GError **error)
{
	Store *store = request->portal->desk.store;
	g_autoptr(GPtrArray) documents = NULL;
	g_autoptr(Case) c = NULL;

	if (!case_get(store, mail->case_id, &c, error) ||
	    !case_documents(store, mail->case_id, &documents, error))
		return false;
	if (c != NULL && access_may(&request->viewer, c, ACT_FOLLOW, request->now, 0))
		json_array_append_new(rows, mail_row(request, mail, c, documents));
	return true;
}

enum MHD_Result page_content(Request *request)
{
	gint64 before = g_ascii_strtoll(request_query(request, "before"), NULL, 10);
	g_autoptr(GPtrArray) mails = NULL;
	g_autoptr(GError) error = NULL;
	json_t *rows, *data;

	if (request->person == NULL || request->person->left)
		return answer_missing(request);
	if (!mails_by_person(request->portal->desk.store, request->person->id, before,
			     PAGE_MAILS + 1, &mails, &error))
		return answer_fault(request, error);
	rows = json_array();
	for (guint i = 0; i < mails->len && i < PAGE_MAILS; i++)
		if (!add_mail(request, g_ptr_array_index(mails, i), rows, &error)) {
			json_decref(rows);
			return answer_fault(request, error);
		}
	data = json_pack("{s:s, s:o}", "title", page_word(request, "page.content"), "rows", rows);
	if (mails->len > PAGE_MAILS)
		json_object_set_new(
			data, "before",
			json_integer(((MailRow *)g_ptr_array_index(mails, PAGE_MAILS - 1))->id));
	return answer_page(request, MHD_HTTP_OK, "page-content", data);
}
