/* page_write.c - a requester writes to a case on the page: text and documents.
 *
 * What is missing is looked for in what was typed, as in a mail: lines with labels, and, where
 * one answer is missing, the words themselves.
 */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"
#include "forms/form_fill.h"
#include "portal/upload.h"

typedef struct Written {
	Request *request;
	const Form *form; /* NULL: not known any more */
	char *text;
	const GPtrArray *files; /* Attachment, of the upload */
	Filled *filled;
	GPtrArray *answers;   /* Answer: those of the case with the new ones in their place */
	GPtrArray *fresh;     /* CaseAnswer: the new ones */
	GPtrArray *problems;  /* CaseProblem: all that is still wrong */
	GPtrArray *kinds;     /* const char * of each file, NULL: an extra document */
	GPtrArray *documents; /* CaseDocument */
} Written;

static void written_clear(Written *written)
{
	g_free(written->text);
	filled_free(written->filled);
	g_clear_pointer(&written->answers, g_ptr_array_unref);
	g_clear_pointer(&written->fresh, g_ptr_array_unref);
	g_clear_pointer(&written->problems, g_ptr_array_unref);
	g_clear_pointer(&written->kinds, g_ptr_array_unref);
	g_clear_pointer(&written->documents, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Written, written_clear)

/* ---- what the form makes of it ---- */

/* The one field that is missing or wrong, or NULL: none, or several. */
static const FormField *only_missing(const Form *form, const GPtrArray *problems)
{
	const FormField *missing = NULL;

	for (guint i = 0; i < problems->len; i++) {
		const CaseProblem *problem = g_ptr_array_index(problems, i);
		const FormField *field = form_field(form, problem->field);

		if (field == NULL || field == missing)
			continue;
		if (missing != NULL)
			return NULL;
		missing = field;
	}
	return missing;
}

static void fill(Written *written, const GPtrArray *old_problems)
{
	const FormField *missing = only_missing(written->form, old_problems);
	g_autofree char *line = NULL, *labelled = NULL;
	g_autoptr(Filled) bare = NULL;

	written->filled = form_fill(written->form, written->text);
	if (written->filled->labels > 0 || missing == NULL)
		return;
	line = text_one_line(written->text, 500);
	labelled = g_strdup_printf("%s: %s", missing->label[LANGUAGE_NL], line);
	bare = form_fill(written->form, labelled);
	if (answers_get(bare->answers, missing->id) == NULL)
		return;
	filled_free(written->filled);
	written->filled = g_steal_pointer(&bare);
}

static bool merge_answers(Written *written, GError **error)
{
	g_autoptr(GPtrArray) old = NULL;

	written->answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	if (!case_answers(written->request->portal->desk.store, written->request->about->id, &old,
			  error))
		return false;
	for (guint i = 0; i < written->filled->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(written->filled->answers, i);

		if (strcmp(answer->field, "comment") == 0) /* what was typed stands in the event */
			continue;
		g_ptr_array_add(written->answers,
				answer_new(answer->field, answer->value, answer->read));
		g_ptr_array_add(written->fresh,
				case_answer_new(answer->field, answer->value, answer->read));
	}
	for (guint i = 0; i < old->len; i++) {
		const CaseAnswer *answer = g_ptr_array_index(old, i);

		if (answers_get(written->answers, answer->field) == NULL)
			g_ptr_array_add(written->answers,
					answer_new(answer->field, answer->value, answer->read));
	}
	return true;
}

/* Values that were wrong before stay wrong until they are answered again. */
static void carry_problems(const GPtrArray *old, GPtrArray *found)
{
	for (guint i = 0; i < old->len; i++) {
		const CaseProblem *problem = g_ptr_array_index(old, i);
		bool again = g_str_has_prefix(problem->code, "missing") ||
			     g_str_has_prefix(problem->code, "before-");

		for (guint k = 0; k < found->len && !again; k++)
			again = strcmp(((Problem *)g_ptr_array_index(found, k))->field,
				       problem->field) == 0;
		if (!again)
			g_ptr_array_add(found,
					problem_new(problem->field, problem->code, problem->read));
	}
}

static void check(Written *written, const GPtrArray *old_problems, const GPtrArray *had)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new(), kinds = g_ptr_array_new(),
			     types = g_ptr_array_new(), problems = NULL;

	for (guint i = 0; i < had->len; i++) {
		const CaseDocument *document = g_ptr_array_index(had, i);

		if (*document->kind == '\0')
			continue;
		g_ptr_array_add(kinds, document->kind);
		g_ptr_array_add(types, document->type);
	}
	for (guint i = 0; i < written->files->len; i++)
		g_ptr_array_add(names, ((Attachment *)g_ptr_array_index(written->files, i))->name);
	written->kinds = form_sort_documents(written->form, names, written->filled->documents,
					     written->answers, kinds);
	for (guint i = 0; i < written->files->len; i++) {
		if (g_ptr_array_index(written->kinds, i) == NULL)
			continue;
		g_ptr_array_add(kinds, g_ptr_array_index(written->kinds, i));
		g_ptr_array_add(types, ((Attachment *)g_ptr_array_index(written->files, i))->type);
	}
	carry_problems(old_problems, written->filled->problems);
	problems = form_check(written->form, written->answers, kinds, types,
			      written->filled->problems);
	written->problems = g_ptr_array_new_with_free_func((GDestroyNotify)case_problem_free);
	for (guint i = 0; i < problems->len; i++) {
		const Problem *problem = g_ptr_array_index(problems, i);

		g_ptr_array_add(written->problems,
				case_problem_new(problem->field, problem->code, problem->read));
	}
}

static bool read_form(Written *written, GError **error)
{
	Store *store = written->request->portal->desk.store;
	gint64 id = written->request->about->id;
	g_autoptr(GPtrArray) old = NULL, had = NULL;

	if (!case_problems(store, id, &old, error) || !case_documents(store, id, &had, error))
		return false;
	fill(written, old);
	if (!merge_answers(written, error))
		return false;
	check(written, old, had);
	return true;
}

/* ---- keeping it ---- */

static bool number_documents(Written *written, gint64 mail, GError **error)
{
	g_autoptr(GPtrArray) parts = NULL;

	if (!parts_of_mail(written->request->portal->desk.store, mail, &parts, error))
		return false;
	for (guint i = 0; i < parts->len; i++) {
		const char *kind = written->kinds != NULL && i < written->kinds->len
					   ? g_ptr_array_index(written->kinds, i)
					   : NULL;

		g_ptr_array_add(written->documents,
				case_document_new(((PartRow *)g_ptr_array_index(parts, i))->id,
						  mail, kind));
	}
	return true;
}

static bool add(Written *written, MailRow *row, GError **error)
{
	Store *store = written->request->portal->desk.store;
	const Case *about = written->request->about;
	CaseBy by = request_by(written->request);
	CaseAdd what = { .text = written->text,
			 .answers = written->fresh,
			 .documents = written->documents };

	if (!mails_put(store, row, written->files, error) ||
	    !number_documents(written, row->id, error))
		return false;
	if (about->state == CASE_INCOMPLETE && written->problems != NULL) {
		what.problems = written->problems;
		what.completes = written->problems->len == 0;
		what.needs_approval = written->form->approval;
	}
	by.mail = row->id;
	return case_add(store, about->id, &what, &by, error);
}

static bool keep(Written *written, GError **error)
{
	Portal *portal = written->request->portal;
	g_autoptr(MailRow) row = g_new0(MailRow, 1);

	if (portal->raw == NULL &&
	    (portal->raw = raw_writer_open(portal->desk.store, error)) == NULL)
		return false;
	row->case_id = written->request->about->id;
	if (upload_keep(written->request->upload, portal->raw, row, error) &&
	    store_begin(portal->desk.store, error)) {
		if (add(written, row, error))
			return store_commit(portal->desk.store, error);
		store_rollback(portal->desk.store);
	}
	raw_rewind(portal->raw);
	return false;
}

static bool write_it(Written *written, GError **error)
{
	if (written->form != NULL && !read_form(written, error))
		return false;
	return keep(written, error);
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
		return answer_fault(request, request->fault);
	written.files = upload_files(request->upload);
	if (*written.text == '\0' && written.files->len == 0)
		return page_case(request, MHD_HTTP_BAD_REQUEST, "page.wrong-empty");
	written.form = forms_find(request->portal->desk.forms, request->about->form);
	written.fresh = g_ptr_array_new_with_free_func((GDestroyNotify)case_answer_free);
	written.documents = g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	return write_it(&written, &error) ? back_to_case(request) : answer_fault(request, error);
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
	return answer_fault(request, error);
}
