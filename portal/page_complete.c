/* page_complete.c - what is missing from a request is filled in: only those fields and documents.
 */
#include "portal/inside.h"

#include <string.h>

#include "portal/drafts.h"
#include "portal/fields.h"
#include "portal/keep.h"

static enum MHD_Result back_to_case(Request *request)
{
	g_autofree char *path = g_strconcat("/case/", request->about->number, NULL);

	return answer_redirect(request, path, NULL);
}

static enum MHD_Result show(Typed *typed, guint status)
{
	Request *request = typed->request;
	json_t *data = json_pack(
		"{s:s, s:s, s:s}", "title", page_word(request, "page.complete-title"), "number",
		request->about->number, "subject", typed->form->title[request->language]);

	typed_put(typed, data);
	typed_put_draft(typed, data);
	return answer_page(request, status, "page-complete", data);
}

static bool add(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		GError **error)
{
	const Typed *typed = user;
	CaseBy by = request_by(request);
	CaseAdd what = { .text = row->text,
			 .answers = typed->fresh,
			 .problems = typed->problems,
			 .documents = documents,
			 .completes = typed->problems->len == 0,
			 .needs_approval = typed->form->approval };

	by.mail = row->id;
	return case_add(request->portal->desk.store, request->about->id, &what, &by, error);
}

/* Something, at least: a message that says nothing helps nobody. */
static bool is_empty(const Typed *typed)
{
	return typed->fresh->len == 0 && upload_files(typed->request->upload)->len == 0;
}

static enum MHD_Result take(Typed *typed)
{
	Request *request = typed->request;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	if (!typed_take_files(typed))
		return answer_upload_fault(request);
	if (!typed_read(typed, &error))
		return answer_fault(request, error);
	if (!typed_is_right(typed) || is_empty(typed))
		return show(typed, MHD_HTTP_BAD_REQUEST);
	text = typed_text(typed);
	if (!upload_end(request->upload, text, &error) ||
	    !page_keep(request, typed->kinds, add, typed, &error))
		return answer_fault(request, error);
	return back_to_case(request);
}

enum MHD_Result page_complete(Request *request)
{
	g_auto(Typed) typed = { .request = request };
	g_autoptr(CaseStands) stands = NULL;
	g_autoptr(GError) error = NULL;

	if (request->about == NULL)
		return answer_missing(request);
	typed.form = forms_find(request->portal->desk.forms, request->about->form);
	if (!case_stands(request->portal->desk.store, request->about->id, &stands, &error))
		return answer_fault(request, error);
	if (!request_may(request, ACT_WRITE) || request->about->state != CASE_INCOMPLETE ||
	    typed.form == NULL || stands->problems->len == 0)
		return back_to_case(request);
	typed.only = stands->problems;
	typed.have = stands->answers;
	typed.had_kinds = stands->kinds;
	typed.had_types = stands->types;
	return request->route.is_post ? take(&typed) : show(&typed, MHD_HTTP_OK);
}
