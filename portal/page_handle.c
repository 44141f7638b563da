/* page_handle.c - a case in the hands of its team: what a dossier manager does with it. */
#include "portal/inside.h"

#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "forms/value.h"
#include "portal/keep.h"
#include "store/desk_lists.h"

typedef struct Handling {
	Request *request;
	const struct HandleVerb *verb;
	char *text;
	const char *team;
	const Form *form;
	Case *target;
	gint64 due;
	char *day;
	bool is_crossed; /* somebody else was first */
} Handling;

static void handling_clear(Handling *handling)
{
	g_free(handling->text);
	g_free(handling->day);
	case_free(handling->target);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Handling, handling_clear)

/* ---- the verbs: each changes the case through the store ---- */

static bool do_take(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		    GError **error)
{
	return case_take(handling->request->portal->desk.store, handling->request->about->id, by,
			 error);
}

static bool do_answer(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		      GError **error)
{
	return case_answer(handling->request->portal->desk.store, handling->request->about->id,
			   handling->text, documents, false, by, error);
}

static bool do_answer_close(Handling *handling, const GPtrArray *documents, const CaseBy *by,
			    GError **error)
{
	return case_answer(handling->request->portal->desk.store, handling->request->about->id,
			   handling->text, documents, true, by, error);
}

static bool do_ask(Handling *handling, const GPtrArray *documents, const CaseBy *by, GError **error)
{
	return case_ask(handling->request->portal->desk.store, handling->request->about->id,
			handling->text, documents, by, error);
}

static bool do_note(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		    GError **error)
{
	return case_note(handling->request->portal->desk.store, handling->request->about->id,
			 handling->text, documents, by, error);
}

static bool do_hand_on(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		       GError **error)
{
	return case_hand_on(handling->request->portal->desk.store, handling->request->about->id,
			    handling->team, handling->text, by, error);
}

static bool do_reform(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		      GError **error)
{
	return case_reform(handling->request->portal->desk.store, handling->request->about->id,
			   handling->form->id, handling->form->team, NULL, by, error);
}

static bool do_close(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		     GError **error)
{
	return case_close(handling->request->portal->desk.store, handling->request->about->id,
			  handling->text, by, error);
}

static bool do_reopen(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		      GError **error)
{
	return case_reopen(handling->request->portal->desk.store, handling->request->about->id,
			   handling->text, by, error);
}

static bool do_due(Handling *handling, const GPtrArray *documents, const CaseBy *by, GError **error)
{
	return case_set_due(handling->request->portal->desk.store, handling->request->about->id,
			    handling->due, handling->day != NULL ? handling->day : "", by, error);
}

static bool do_merge(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		     GError **error)
{
	return case_merge(handling->request->portal->desk.store, handling->request->about->id,
			  handling->target->id, by, error);
}

/* ---- what they need: a code of page.wrong-CODE when it is not right, else NULL ---- */

static bool find_team(Handling *handling, const char **ret_code, GError **error)
{
	const Request *request = handling->request;

	handling->team = request_field(request, "team");
	if (settings_team(request->portal->desk.settings, handling->team) == NULL)
		*ret_code = "page.wrong-team";
	return true;
}

static bool find_form(Handling *handling, const char **ret_code, GError **error)
{
	const Request *request = handling->request;

	handling->form = forms_find(request->portal->desk.forms, request_field(request, "form"));
	if (handling->form == NULL || handling->form->elsewhere != NULL)
		*ret_code = "page.wrong-new-form";
	return true;
}

static bool find_day(Handling *handling, const char **ret_code, GError **error)
{
	static const FormField field = { .id = (char *)"due" };
	Request *request = handling->request;
	const char *day = request_field(request, "day");

	if (*day == '\0') /* takes the day away */
		return true;
	if (value_read_date(&field, day, &handling->day) == NULL)
		handling->due =
			text_day_end(handling->day, request->portal->desk.settings->time_zone);
	if (handling->due < request->now)
		*ret_code = "page.wrong-day";
	return true;
}

static bool find_target(Handling *handling, const char **ret_code, GError **error)
{
	Request *request = handling->request;
	g_autofree char *number = text_valid(request_field(request, "into"), -1);

	if (!case_find(request->portal->desk.store, g_strstrip(number), &handling->target, error))
		return false;
	if (!access_may(&request->viewer, handling->target, ACT_INSIDE, request->now, 0) ||
	    case_merge_obstacle(request->about, handling->target) != NULL)
		*ret_code = "page.wrong-merge";
	return true;
}

static bool find_words(Handling *handling, const char **ret_code, GError **error)
{
	if (*handling->text == '\0' && upload_files(handling->request->upload)->len == 0)
		*ret_code = "page.wrong-empty";
	return true;
}

typedef struct HandleVerb {
	const char *name;
	PageAct act;
	bool (*find)(Handling *handling, const char **ret_code, GError **error); /* or NULL */
	bool (*run)(Handling *handling, const GPtrArray *documents, const CaseBy *by,
		    GError **error);
	bool is_mail;   /* its words and documents are kept as a mail */
	bool is_public; /* the requester is told */
} HandleVerb;

static const HandleVerb verbs[] = {
	{ "take", ACT_TAKE, NULL, do_take, false, false },
	{ "answer", ACT_ANSWER, find_words, do_answer, true, true },
	{ "answer-close", ACT_ANSWER_CLOSE, find_words, do_answer_close, true, true },
	{ "ask", ACT_ASK, find_words, do_ask, true, true },
	{ "note", ACT_NOTE, find_words, do_note, true, false },
	{ "hand-on", ACT_HAND_ON, find_team, do_hand_on, false, false },
	{ "reform", ACT_REFORM, find_form, do_reform, false, false },
	{ "close", ACT_CLOSE, NULL, do_close, false, true },
	{ "bring-back", ACT_BRING_BACK, NULL, do_reopen, false, true },
	{ "due", ACT_SET_DUE, find_day, do_due, false, false },
	{ "merge", ACT_MERGE, find_target, do_merge, false, true },
};

static const HandleVerb *verb_of(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* ---- doing it ---- */

static bool do_kept(Request *request, const MailRow *row, GPtrArray *documents, void *user,
		    GError **error)
{
	Handling *handling = user;
	CaseBy by = request_by(request);

	by.mail = row->id;
	return mails_set_case(request->portal->desk.store, row->id, request->about->id,
			      handling->verb->is_public, error) &&
	       handling->verb->run(handling, documents, &by, error);
}

/* Somebody else told the requester something since the page was shown: then nothing is done. */
static bool look_whether_crossed(Request *request, void *user, const GPtrArray **ret_kinds,
				 GError **error)
{
	Handling *handling = user;
	gint64 seen = g_ascii_strtoll(request_field(request, "seen"), NULL, 10);
	g_autoptr(CaseEvent) event = NULL;

	if (!handling->verb->is_public || seen <= 0)
		return true;
	if (!case_done_since(request->portal->desk.store, request->about->id, seen,
			     request->person->number, &event, error))
		return false;
	handling->is_crossed = event != NULL;
	if (handling->is_crossed)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "somebody else was first");
	return !handling->is_crossed;
}

static bool do_without_mail(Handling *handling, GError **error)
{
	Store *store = handling->request->portal->desk.store;
	CaseBy by = request_by(handling->request);
	const GPtrArray *kinds;

	if (!store_begin(store, error))
		return false;
	if (look_whether_crossed(handling->request, handling, &kinds, error) &&
	    handling->verb->run(handling, NULL, &by, error))
		return store_commit(store, error);
	store_rollback(store);
	return false;
}

static bool do_verb(Handling *handling, GError **error)
{
	Request *request = handling->request;

	if (!handling->verb->is_mail)
		return do_without_mail(handling, error);
	return upload_end(request->upload, handling->text, error) &&
	       page_keep(request, look_whether_crossed, do_kept, handling, error);
}

static enum MHD_Result run(Handling *handling)
{
	Request *request = handling->request;
	const char *code = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strconcat("/case/", request->about->number, NULL);

	if (handling->verb->find != NULL && !handling->verb->find(handling, &code, &error))
		return answer_fault(request, error);
	if (code != NULL)
		return page_case(request, MHD_HTTP_BAD_REQUEST, code);
	if (do_verb(handling, &error))
		return answer_redirect(request, path, NULL);
	if (handling->is_crossed)
		return page_case(request, MHD_HTTP_CONFLICT, "page.wrong-crossed");
	return answer_refused(request, error);
}

enum MHD_Result page_handle(Request *request)
{
	g_auto(Handling) handling = { .request = request };

	handling.verb = verb_of(request_field(request, "verb"));
	if (handling.verb == NULL)
		return answer_wrong(request, MHD_HTTP_BAD_REQUEST, "form");
	if (!request_may(request, handling.verb->act))
		return answer_wrong(request, MHD_HTTP_CONFLICT, "state");
	if (request->upload == NULL && request->fault == NULL)
		request->upload = upload_new(request, &request->fault);
	if (request->fault == NULL)
		upload_end_file(request->upload, &request->fault);
	if (request->fault != NULL)
		return answer_fault(request, request->fault);
	handling.text = text_valid(request_field(request, "text"), -1);
	g_strstrip(handling.text);
	return run(&handling);
}
