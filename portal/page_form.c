/* page_form.c - a new request on the page: which form, the form, and what comes of it. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"
#include "forms/form_write.h"
#include "portal/fields.h"
#include "portal/keep.h"

#define BULK_FORM "hr-attestations" /* one mail, many certificates: it is taken apart as a mail */

/* ---- which form ---- */

static bool is_affiliated(const Request *request)
{
	const Person *person = request->person;

	return person != NULL &&
	       settings_organisation(request->portal->desk.settings, person->organisation) != NULL;
}

bool request_may_use(const Request *request, const Form *form)
{
	return form != NULL && form->elsewhere == NULL &&
	       access_may_use(&request->viewer, is_affiliated(request), form->roles);
}

bool request_may_ask(const Request *request)
{
	return access_may_use(&request->viewer, is_affiliated(request), ~0u);
}

static json_t *form_row(const Request *request, const Form *form)
{
	const char *summary = form->summary[request->language];

	return json_pack("{s:s, s:s, s:s}", "form", form->id, "label",
			 form->title[request->language], "summary", summary != NULL ? summary : "");
}

static json_t *forms_of(const Request *request, const char *category)
{
	const GPtrArray *all = request->portal->desk.forms->all;
	json_t *rows = json_array();

	for (guint i = 0; i < all->len; i++) {
		const Form *form = g_ptr_array_index(all, i);

		if (strcmp(form->category, category) == 0 && request_may_use(request, form))
			json_array_append_new(rows, form_row(request, form));
	}
	return rows;
}

enum MHD_Result page_new(Request *request)
{
	const GPtrArray *categories = request->portal->desk.forms->categories;
	json_t *groups = json_array();

	if (!request_may_ask(request)) {
		json_decref(groups);
		return answer_missing(request);
	}
	for (guint i = 0; i < categories->len; i++) {
		const FormCategory *category = g_ptr_array_index(categories, i);
		json_t *rows = forms_of(request, category->id);

		if (json_array_size(rows) > 0)
			json_array_append_new(groups, json_pack("{s:s, s:o}", "heading",
								category->title[request->language],
								"rows", rows));
		else
			json_decref(rows);
	}
	return answer_page(
		request, MHD_HTTP_OK, "page-new",
		json_pack("{s:s, s:o}", "title", page_word(request, "page.new"), "groups", groups));
}

/* ---- the form ---- */

static void put_mailto(const Request *request, const Form *form, json_t *data)
{
	g_autofree char *to = NULL, *url = NULL;
	TemplateFor writer = typed_writer(request, form, &to);

	url = form_template_mailto(form, request->portal->desk.texts, request->language, &writer);
	json_object_set_new(data, "mailto", json_string(url));
}

static enum MHD_Result show(Typed *typed, guint status)
{
	Request *request = typed->request;
	const Form *form = typed->form;
	const char *intro = form->intro[request->language];
	json_t *data =
		json_pack("{s:s, s:s, s:s, s:b, s:b}", "title", form->title[request->language],
			  "form", form->id, "intro", intro != NULL ? intro : "", "approval",
			  form->approval, "by-mail-only", strcmp(form->id, BULK_FORM) == 0);

	typed_put(typed, data);
	put_mailto(request, form, data);
	typed_put_draft(typed, data);
	return answer_page(request, status, "page-form", data);
}

/* ---- what comes of it ---- */

static bool open_case(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		      GError **error)
{
	const Typed *typed = user;
	const Form *form = typed->form;
	Store *store = request->portal->desk.store;
	const char *comment = answers_get(typed->answers, "comment");
	const Person *employee = typed->employee != NULL ? typed->employee : request->person;
	g_autoptr(Person) approver = NULL;
	CaseBy by = request_by(request);
	gint64 id = 0;
	CaseOpen open = { .form = form->id,
			  .subject = form->title[request->language],
			  .team = form->team != NULL ? form->team : "",
			  .comment = comment != NULL ? comment : "",
			  .language = request->language,
			  .requester = request->person,
			  .requester_address = row->from,
			  .employee = typed->employee,
			  .verified = true,
			  .answers = typed->answers,
			  .problems = typed->problems,
			  .documents = documents };

	by.mail = row->id;
	open.state = form->approval ? CASE_AWAITING_APPROVAL : CASE_OPEN;
	if (typed->problems->len > 0)
		open.state = CASE_INCOMPLETE;
	if (form->approval && !people_approver_of(store, employee, &approver, error))
		return false;
	open.approver = approver;
	open.levels = form->levels;
	if (!case_open(store, &open, &by, &id, error) ||
	    !mails_set_case(store, row->id, id, true, error))
		return false;
	return case_get(store, id, &request->about, error);
}

static bool kinds_of(Request *request, void *user, const GPtrArray **ret_kinds, GError **error)
{
	*ret_kinds = ((const Typed *)user)->kinds;
	return true;
}

static enum MHD_Result keep_it(Typed *typed)
{
	Request *request = typed->request;
	g_autofree char *text = typed_text(typed), *path = NULL;
	g_autoptr(GError) error = NULL;

	if (!upload_end(request->upload, text, &error) ||
	    !page_keep(request, kinds_of, open_case, typed, &error))
		return answer_fault(request, error);
	path = g_strdup_printf("/case/%s?sent=yes", request->about->number);
	return answer_redirect(request, path, NULL);
}

enum MHD_Result page_form(Request *request)
{
	g_auto(Typed) typed = {
		.request = request,
		.form = forms_find(request->portal->desk.forms, request->route.word),
	};
	g_autoptr(GError) error = NULL;

	if (!request_may_use(request, typed.form))
		return answer_missing(request);
	if (!request->route.is_post)
		return show(&typed, MHD_HTTP_OK);
	if (strcmp(typed.form->id, BULK_FORM) == 0)
		return answer_wrong(request, MHD_HTTP_CONFLICT, "state");
	if (!typed_take_files(&typed))
		return answer_upload_fault(request);
	if (!typed_read(&typed, &error))
		return answer_fault(request, error);
	return typed_is_right(&typed) ? keep_it(&typed) : show(&typed, MHD_HTTP_BAD_REQUEST);
}

/* ---- the form as a mail ---- */

enum MHD_Result page_draft(Request *request)
{
	const Form *form = forms_find(request->portal->desk.forms, request->route.word);
	g_autofree char *to = NULL, *name = NULL;
	struct MHD_Response *response;
	TemplateFor writer;
	char *eml;

	if (!request_may_use(request, form))
		return answer_missing(request);
	writer = typed_writer(request, form, &to);
	eml = form_template_eml(form, request->portal->desk.texts, request->language, &writer,
				request->now);
	name = g_strdup_printf("attachment; filename=\"%s.eml\"", form->id);
	response = MHD_create_response_from_buffer(strlen(eml), eml, MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(response, "Content-Type", "message/rfc822");
	MHD_add_response_header(response, "Content-Disposition", name);
	return answer_queue(request, MHD_HTTP_OK, response);
}
