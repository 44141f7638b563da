/* page_case.c - a case as its viewer may see it: where it stands, what is asked, what was said. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"
#include "forms/form_fill.h"

#define VALUE_SHOWN 4000 /* bytes of one answer */

typedef struct CaseView {
	Request *request;
	const Case *c;
	const Form *form; /* NULL: not known any more */
	GPtrArray *answers, *problems, *documents, *events;
	json_t *items; /* of a bulk mail */
} CaseView;

static bool view_read(CaseView *view, GError **error)
{
	Store *store = view->request->portal->desk.store;

	return case_answers(store, view->c->id, &view->answers, error) &&
	       case_problems(store, view->c->id, &view->problems, error) &&
	       case_documents(store, view->c->id, &view->documents, error) &&
	       case_events(store, view->c->id, &view->events, error) &&
	       page_bulk_rows(view->request, view->c->id, &view->items, error);
}

static void view_clear(CaseView *view)
{
	g_clear_pointer(&view->answers, g_ptr_array_unref);
	g_clear_pointer(&view->problems, g_ptr_array_unref);
	g_clear_pointer(&view->documents, g_ptr_array_unref);
	g_clear_pointer(&view->events, g_ptr_array_unref);
	json_decref(view->items);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CaseView, view_clear)

static void row_put(json_t *rows, const char *label, const char *value)
{
	g_autofree char *line = text_one_line(value, VALUE_SHOWN);

	if (*line != '\0')
		json_array_append_new(rows, json_pack("{s:s, s:s}", "label", label, "value", line));
}

/* An empty list is not shown at all. */
static void list_put(json_t *data, const char *name, json_t *rows)
{
	if (json_array_size(rows) > 0)
		json_object_set_new(data, name, json_pack("{s:o}", "rows", rows));
	else
		json_decref(rows);
}

static json_t *facts_of(const CaseView *view)
{
	const Case *c = view->c;
	g_autofree char *opened = page_time(view->request, c->opened);
	json_t *rows = json_array();

	row_put(rows, page_word(view->request, "mail.label-number"), c->number);
	row_put(rows, page_word(view->request, "mail.label-opened"), opened);
	if (view->request->person == NULL || c->requester.person != view->request->person->id)
		row_put(rows, page_word(view->request, "mail.label-requester"), c->requester.name);
	if (c->employee.person != c->requester.person)
		row_put(rows, page_word(view->request, "mail.label-employee"), c->employee.name);
	row_put(rows, page_word(view->request, "mail.label-team"),
		team_name(view->request, c->team));
	return rows;
}

static const Answer *answer_of(const CaseView *view, const char *field)
{
	for (guint i = 0; i < view->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(view->answers, i);

		if (strcmp(answer->field, field) == 0)
			return answer;
	}
	return NULL;
}

/* In the order of the form; what the form does not know (any more) comes after. */
static json_t *answers_of(const CaseView *view)
{
	Language language = view->request->language;
	json_t *rows = json_array();

	for (guint i = 0; view->form != NULL && form_field_at(view->form, i) != NULL; i++) {
		const FormField *field = form_field_at(view->form, i);
		const Answer *answer = answer_of(view, field->id);
		g_autofree char *value = NULL;

		if (answer == NULL ||
		    strcmp(field->id, "comment") == 0) /* has a place of its own */
			continue;
		value = answer_text(view->form, field->id, answer->value,
				    view->request->portal->desk.texts, language);
		row_put(rows, field->label[language], value);
	}
	for (guint i = 0; i < view->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(view->answers, i);

		if (view->form == NULL || form_field(view->form, answer->field) == NULL)
			row_put(rows, answer->field, answer->value);
	}
	return rows;
}

static json_t *problems_of(const CaseView *view)
{
	json_t *rows = json_array();

	for (guint i = 0; i < view->problems->len; i++) {
		const Problem *kept = g_ptr_array_index(view->problems, i);
		Problem problem = { kept->field, kept->code, kept->read };
		g_autofree char *text = view->form != NULL
						? problem_text(&problem, view->form,
							       view->request->portal->desk.texts,
							       view->request->language)
						: NULL;
		g_autofree char *line =
			text_one_line(text != NULL ? text : kept->field, VALUE_SHOWN);

		json_array_append_new(rows, json_pack("{s:s}", "text", line));
	}
	return rows;
}

static json_t *document_row(const CaseView *view, const CaseDocument *document)
{
	Language language = view->request->language;
	const FormDocument *kind = view->form != NULL && *document->kind != '\0'
					   ? form_document(view->form, document->kind)
					   : NULL;
	g_autofree char *name = text_one_line(document->name, 200);
	g_autofree char *size = text_size(document->size, language == LANGUAGE_EN ? '.' : ',');

	return json_pack("{s:s, s:s, s:s, s:I, s:b}", "kind",
			 kind != NULL ? kind->label[language]
				      : page_word(view->request, "mail.documents-extra"),
			 "name", *name != '\0' ? name : document->type, "size", size, "id",
			 (json_int_t)document->id, "inside", !document->is_public);
}

static json_t *documents_of(const CaseView *view)
{
	bool inside = request_may(view->request, ACT_INSIDE);
	json_t *rows = json_array();

	for (guint i = 0; i < view->documents->len; i++) {
		const CaseDocument *document = g_ptr_array_index(view->documents, i);

		if (document->is_public || inside)
			json_array_append_new(rows, document_row(view, document));
	}
	return rows;
}

/* ---- what was said ---- */

/* The events that are told, in these words (page.event-WHAT); the others are the desk's own. */
static const struct {
	const char *what;
	bool is_inside;
} told[] = {
	{ "opened", false },
	{ "added", false },
	{ "completed", false },
	{ "answered", false },
	{ "asked", false },
	{ "closed", false },
	{ "reopened", false },
	{ "refused", false },
	{ "withdrawn", false },
	{ "approved", false },
	{ "disapproved", false },
	{ "noted", true },
	{ "handed-on", true },
	{ "taken", true },
	{ "decided-for", false },
	{ "approved-level", false },
	{ "due", true },
	{ "merged", false },
	{ "merged-from", true },
	{ "reformed", true },
	{ "bounced", true },
	{ "warning", true },
	{ "approved-scan", false },
	{ "manager-named", false },
	{ "manager-confirmed", false },
	{ "manager-refused", false },
};

static bool is_told(const CaseView *view, const CaseEvent *event)
{
	for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
		if (strcmp(told[i].what, event->what) == 0)
			return !told[i].is_inside || request_may(view->request, ACT_INSIDE);
	return false;
}

/* People see each other's names; who sits at the desk is the team. */
static const char *who_of(const CaseView *view, const CaseEvent *event)
{
	const Party *parties[] = { &view->c->requester, &view->c->approver, &view->c->deputy };
	const Person *person = view->request->person;

	if (person != NULL && strcmp(event->who, person->number) == 0)
		return page_word(view->request, "page.you");
	for (gsize i = 0; i < G_N_ELEMENTS(parties); i++)
		if (*parties[i]->name != '\0' && parties[i]->number[0] != '\0' &&
		    strcmp(event->who, parties[i]->number) == 0)
			return parties[i]->name;
	if (g_str_has_prefix(event->what, "manager-") && event->mail != 0)
		return page_word(view->request, "page.role-hr");
	return team_name(view->request, view->c->team);
}

/* The words of the mail where the event has none of its own: how a request was made. */
static bool text_of(const CaseView *view, const CaseEvent *event, char **ret_text, GError **error)
{
	g_autoptr(MailRow) mail = NULL;

	*ret_text = g_strdup(event->text);
	if (strcmp(event->what, "opened") != 0 || event->mail == 0 || *event->text != '\0')
		return true;
	if (!mails_get(view->request->portal->desk.store, event->mail, &mail, error))
		return false;
	if (mail != NULL && mail->is_public) {
		g_free(*ret_text);
		*ret_text = g_strdup(mail->text);
	}
	return true;
}

/* A filled-in form is long, and what it says stands among the details. */
static bool is_folded(const CaseView *view, const CaseEvent *event)
{
	return strcmp(event->what, "opened") == 0 && *event->text == '\0' && view->answers->len > 1;
}

static bool event_put_row(const CaseView *view, const CaseEvent *event, json_t *list,
			  GError **error)
{
	g_autofree char *key = g_strconcat("page.event-", event->what, NULL);
	g_autofree char *at = page_time(view->request, event->at), *utc = text_time(event->at);
	g_autofree char *text = NULL;
	json_t *row;

	if (!text_of(view, event, &text, error))
		return false;
	row = json_pack("{s:s, s:s, s:s, s:s}", "what", page_word(view->request, key), "who",
			who_of(view, event), "at", at, "utc", utc);
	if (*text != '\0')
		json_object_set_new(row, is_folded(view, event) ? "folded" : "said",
				    json_pack("{s:o}", "lines", page_lines(text)));
	if (strcmp(event->what, "answered") == 0 || strcmp(event->what, "asked") == 0)
		json_object_set_new(row, "from-desk", json_true());
	json_array_append_new(list, row);
	return true;
}

static bool events_put(const CaseView *view, json_t *data, GError **error)
{
	json_t *list = json_array();

	for (guint i = 0; i < view->events->len; i++) {
		const CaseEvent *event = g_ptr_array_index(view->events, i);

		if (is_told(view, event) && !event_put_row(view, event, list, error)) {
			json_decref(list);
			return false;
		}
	}
	list_put(data, "events", list);
	return true;
}

/* ---- the whole ---- */

/* Whom or what it waits for. */
static const char *next_of(const Case *c)
{
	if (c->state != CASE_AWAITING_APPROVAL)
		return case_state_name(c->state);
	if (c->approver.person == 0)
		return c->proposed.person != 0 ? "awaiting-proposed" : "awaiting-manager";
	return *c->approver.name != '\0' ? "awaiting-approver" : "awaiting-approval";
}

static void state_put(const CaseView *view, json_t *data)
{
	const char *state = case_state_name(view->c->state);
	g_autofree char *word = g_strconcat("mail.state-", state, NULL);
	g_autofree char *next = g_strconcat("page.next-", next_of(view->c), NULL);
	g_autofree char *sentence =
		texts_say(view->request->portal->desk.texts, view->request->language, next, "team",
			  team_name(view->request, view->c->team), "approver",
			  view->c->approver.name, "proposed", view->c->proposed.name, NULL);

	json_object_set_new(data, "state", json_string(page_word(view->request, word)));
	/* what happens next is told to who waits for it */
	if (!request_may(view->request, ACT_INSIDE))
		json_object_set_new(data, "next", json_string(sentence));
}

static void acts_put(const CaseView *view, json_t *data)
{
	static const struct {
		const char *name;
		PageAct act;
	} acts[] = { { "may-write", ACT_WRITE },
		     { "may-withdraw", ACT_WITHDRAW },
		     { "may-reopen", ACT_REOPEN },
		     { "may-approve", ACT_APPROVE } };

	for (gsize i = 0; i < G_N_ELEMENTS(acts); i++)
		json_object_set_new(data, acts[i].name,
				    json_boolean(request_may(view->request, acts[i].act)));
	json_object_set_new(data, "may-complete",
			    json_boolean(request_may(view->request, ACT_WRITE) &&
					 view->c->state == CASE_INCOMPLETE && view->form != NULL &&
					 view->problems->len > 0));
	json_object_set_new(data, "may-print",
			    json_boolean(request_may(view->request, ACT_FOLLOW)));
	json_object_set_new(data, "sent",
			    json_boolean(*request_query(view->request, "sent") != '\0'));
}

static json_t *view_data(const CaseView *view)
{
	json_t *data = json_object();

	json_object_set_new(data, "number", json_string(view->c->number));
	json_object_set_new(data, "title", json_string(form_title(view->request, view->c)));
	state_put(view, data);
	acts_put(view, data);
	list_put(data, "facts", facts_of(view));
	list_put(data, "answers", answers_of(view));
	list_put(data, "problems", problems_of(view));
	list_put(data, "documents", documents_of(view));
	list_put(data, "items", json_incref(view->items));
	if (*view->c->comment != '\0')
		json_object_set_new(data, "comment",
				    json_pack("{s:o}", "lines", page_lines(view->c->comment)));
	return data;
}

static gint64 last_event(const CaseView *view)
{
	const CaseEvent *last = view->events->len > 0
					? g_ptr_array_index(view->events, view->events->len - 1)
					: NULL;

	return last != NULL ? last->id : 0;
}

enum MHD_Result page_case(Request *request, guint status, const char *mistake)
{
	g_auto(CaseView) view = { .request = request, .c = request->about };
	g_autoptr(GError) error = NULL;
	json_t *data;

	if (request->about == NULL)
		return answer_missing(request);
	view.form = forms_find(request->portal->desk.forms, request->about->form);
	if (!view_read(&view, &error))
		return answer_fault(request, error);
	data = view_data(&view);
	if (request_may(request, ACT_FOLLOW) && !events_put(&view, data, &error)) {
		json_decref(data);
		return answer_fault(request, error);
	}
	if (request_may(request, ACT_NOTE) &&
	    !page_handle_put(request, view.answers, last_event(&view), data, &error)) {
		json_decref(data);
		return answer_fault(request, error);
	}
	if (mistake != NULL) {
		json_object_set_new(data, "mistake", json_string(page_word(request, mistake)));
		json_object_set_new(data, "typed", json_string(request_field(request, "text")));
	}
	return answer_page(request, status, "page-case", data);
}
