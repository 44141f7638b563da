/* page_write.c - a requester writes to a case on the page: text and documents. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"
#include "forms/form_amend.h"
#include "portal/keep.h"

typedef struct Written {
	Request *request;
	const Form *form; /* NULL: not known any more */
	char *text;
	const GPtrArray *files; /* Attachment, of the upload */
	Amendment *amendment;   /* what the form makes of it; NULL without a form */
	Person *employee;       /* whom HR's request is about, by it; or NULL */
} Written;

static void written_clear(Written *written)
{
	g_free(written->text);
	amendment_free(written->amendment);
	person_free(written->employee);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Written, written_clear)

/* ---- keeping it ---- */

/* As by mail: a name that HR may not speak for is wrong. */
static bool find_employee(Written *written, GError **error)
{
	Store *store = written->request->portal->desk.store;
	const char *unknown;

	if (form_field(written->form, "employee") == NULL)
		return true;
	if (!people_asked_for(store, written->request->person, written->amendment->answers,
			      &written->employee, &unknown, error))
		return false;
	if (unknown != NULL)
		g_ptr_array_add(written->amendment->problems,
				problem_new("employee", "unknown-person", unknown));
	return true;
}

static bool read_form(Request *request, void *user, const GPtrArray **ret_kinds, GError **error)
{
	Written *written = user;
	g_autoptr(CaseStands) stands = NULL;

	if (written->form == NULL)
		return true;
	if (!case_stands(request->portal->desk.store, request->about->id, &stands, error))
		return false;
	AmendBefore before = { stands->answers, stands->problems, stands->kinds, stands->types };
	written->amendment = form_amend(written->form, form_fill(written->form, written->text),
					written->text, &before, written->files);
	*ret_kinds = written->amendment->kinds;
	return find_employee(written, error);
}

static bool add(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		GError **error)
{
	const Written *written = user;
	const Case *about = request->about;
	CaseBy by = request_by(request);
	CaseAdd what = { .text = written->text,
			 .answers = written->amendment != NULL ? written->amendment->fresh : NULL,
			 .documents = documents,
			 .employee = written->employee };

	if (about->state == CASE_INCOMPLETE && written->amendment != NULL) {
		what.problems = written->amendment->problems;
		what.completes = what.problems->len == 0;
		what.needs_approval = written->form->approval;
	}
	by.mail = row->id;
	return case_add(request->portal->desk.store, about->id, &what, &by, error);
}

static enum MHD_Result back_to_case(Request *request)
{
	g_autofree char *path = g_strconcat("/case/", request->about->number, NULL);

	return answer_redirect(request, path, NULL);
}

enum MHD_Result page_write(Request *request)
{
	g_auto(Written) written = { .request = request };
	g_autoptr(GError) error = NULL;

	if (request->upload == NULL && request->fault == NULL)
		request->upload = upload_new(request, &request->fault);
	written.text = text_valid(request_field(request, "text"), -1);
	g_strstrip(written.text);
	if (request->fault == NULL)
		upload_end(request->upload, written.text, &request->fault);
	if (request->fault != NULL)
		return answer_upload_fault(request);
	written.files = upload_files(request->upload);
	if (*written.text == '\0' && written.files->len == 0)
		return page_case(request, MHD_HTTP_BAD_REQUEST, "page.wrong-empty");
	written.form = forms_find(request->portal->desk.forms, request->about->form);
	return page_keep(request, read_form, add, &written, &error)
		       ? back_to_case(request)
		       : answer_refused(request, error);
}

/* ---- the verbs without documents ---- */

static bool do_verb(Request *request, bool yes, const char *text, GError **error)
{
	Store *store = request->portal->desk.store;
	gint64 id = request->about->id;
	CaseBy by = request_by(request);

	switch (request->route.page) {
	case PAGE_WITHDRAW:
		return case_withdraw(store, id, text, &by, error);
	case PAGE_REOPEN:
		return case_reopen(store, id, text, &by, error);
	default:
		return case_approve(store, id, yes, text, &by, error);
	}
}

enum MHD_Result page_verb(Request *request)
{
	const char *decision = request_field(request, "decision");
	bool yes = strcmp(decision, "yes") == 0, no = strcmp(decision, "no") == 0;
	g_autofree char *text = text_valid(request_field(request, "text"), -1);
	g_autoptr(GError) error = NULL;

	if (request->route.page == PAGE_APPROVE && !yes && !no)
		return answer_wrong(request, MHD_HTTP_BAD_REQUEST, "decision");
	if (do_verb(request, yes, g_strstrip(text), &error))
		return back_to_case(request);
	return answer_refused(request, error);
}

enum MHD_Result page_withdraw(Request *request)
{
	if (request->about == NULL)
		return answer_missing(request);
	if (!request_may(request, ACT_WITHDRAW))
		return back_to_case(request);
	return answer_page(request, MHD_HTTP_OK, "page-withdraw",
			   json_pack("{s:s, s:s, s:s}", "title",
				     page_word(request, "page.withdraw-title"), "number",
				     request->about->number, "subject",
				     form_title(request, request->about)));
}
