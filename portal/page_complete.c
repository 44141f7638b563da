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

typedef struct Completing {
	Typed *typed;
	CaseStands **stands; /* what typed is compared with */
} Completing;

static bool stand(Typed *typed, CaseStands **stands, GError **error)
{
	g_clear_pointer(stands, case_stands_free);
	if (!case_stands(typed->request->portal->desk.store, typed->request->about->id, stands,
			 error))
		return false;
	typed->only = (*stands)->problems;
	typed->have = (*stands)->answers;
	typed->had_kinds = (*stands)->kinds;
	typed->had_types = (*stands)->types;
	return true;
}

/* Something may have come by mail while this was typed. */
static bool read_again(Request *request, void *user, const GPtrArray **ret_kinds, GError **error)
{
	const Completing *completing = user;

	typed_clear(completing->typed);
	if (!stand(completing->typed, completing->stands, error) ||
	    !typed_read(completing->typed, error))
		return false;
	*ret_kinds = completing->typed->kinds;
	return true;
}

static bool add(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		GError **error)
{
	const Typed *typed = ((const Completing *)user)->typed;
	CaseBy by = request_by(request);
	CaseAdd what = { .text = row->text,
			 .answers = typed->fresh,
			 .documents = documents,
			 .employee = typed->employee };

	if (request->about->state == CASE_INCOMPLETE) {
		what.problems = typed->problems;
		what.completes = typed->problems->len == 0;
		what.needs_approval = typed->form->approval;
	}
	by.mail = row->id;
	return case_add(request->portal->desk.store, request->about->id, &what, &by, error);
}

/* Something, at least: a message that says nothing helps nobody. */
static bool is_empty(const Typed *typed)
{
	return typed->fresh->len == 0 && upload_files(typed->request->upload)->len == 0;
}

static enum MHD_Result take(Typed *typed, CaseStands **stands)
{
	Completing completing = { typed, stands };
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
	    !page_keep(request, read_again, add, &completing, &error))
		return answer_refused(request, error);
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
	if (!stand(&typed, &stands, &error))
		return answer_fault(request, error);
	if (!request_may(request, ACT_WRITE) || typed.form == NULL)
		return back_to_case(request);
	if (request->route.is_post) /* also when a mail completed it meanwhile: nothing is lost */
		return take(&typed, &stands);
	if (request->about->state != CASE_INCOMPLETE || stands->problems->len == 0)
		return back_to_case(request);
	return show(&typed, MHD_HTTP_OK);
}
