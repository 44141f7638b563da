/* replay_page.c - what was written on the page, once more: its message says all of it. */
#include "desk/replay.h"

#include <string.h>

#include "forms/form_amend.h"
#include "forms/form_write.h"
#include "gateway/read.h"

typedef struct Again {
	Replay *replay;
	const ReplayEvent *event;
	const MailRow *was; /* in the old database */
	Mail *mail;
	MailRow *row; /* in the new one */
	Person *person;
	CaseBy by;
} Again;

static void again_clear(Again *again)
{
	mail_free(again->mail);
	mail_row_free(again->row);
	person_free(again->person);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Again, again_clear)

static bool read_message(Again *again, GError **error)
{
	ReadOptions options = { .own_address = again->replay->desk.settings->address,
				.own_separator = again->replay->desk.settings->sub_address };
	int fd = raw_open(again->replay->desk.store, &again->was->raw, error);

	if (fd < 0)
		return false;
	again->mail = mail_read(fd, again->was->raw.offset, again->was->raw.length, &options);
	return true;
}

static bool keep_message(Again *again, GError **error)
{
	const MailRow *was = again->was;

	again->row = g_new0(MailRow, 1);
	*again->row = (MailRow){ .raw = was->raw,
				 .message_id = g_strdup(was->message_id),
				 .direction = g_strdup(was->direction),
				 .from = g_strdup(was->from),
				 .to = g_strdup(was->to),
				 .subject = g_strdup(was->subject),
				 .text = g_strdup(was->text),
				 .at = was->at,
				 .is_public = was->is_public };
	if (!mails_put(again->replay->desk.store, again->row, again->mail->attachments, error))
		return false;
	again->by.mail = again->row->id;
	return true;
}

/* CaseDocument of each file; kinds: const char * beside them, or NULL. */
static GPtrArray *documents_of(Again *again, const GPtrArray *kinds, GError **error)
{
	g_autoptr(GPtrArray) parts = NULL;
	GPtrArray *documents;

	if (!parts_of_mail(again->replay->desk.store, again->row->id, &parts, error))
		return NULL;
	documents = g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	for (guint i = 0; i < parts->len; i++)
		g_ptr_array_add(documents,
				case_document_new(((PartRow *)parts->pdata[i])->id, again->row->id,
						  kinds != NULL && i < kinds->len ? kinds->pdata[i]
										  : NULL));
	return documents;
}

/* The page wrote a line "Kind: names" for each file that was chosen as one: no other has a kind. */
static GPtrArray *kinds_of(const Again *again, const Form *form, const Filled *filled,
			   GPtrArray *named, GPtrArray *types)
{
	GPtrArray *kinds = g_ptr_array_new();

	for (guint i = 0; i < again->mail->attachments->len; i++) {
		const Attachment *file = again->mail->attachments->pdata[i];
		const FormDocument *document = NULL;

		for (guint k = 0; k < filled->documents->len && document == NULL; k++) {
			const DocumentLine *line = filled->documents->pdata[k];

			if (strstr(line->name, file->name) != NULL)
				document = form_document(form, line->kind);
		}
		g_ptr_array_add(kinds, document != NULL ? document->kind : NULL);
		if (document == NULL)
			continue;
		g_ptr_array_add(named, document->kind);
		g_ptr_array_add(types, file->type);
	}
	return kinds;
}

static bool find_people(Again *again, const Form *form, const Filled *filled, Person **ret_employee,
			Person **ret_approver, GError **error)
{
	Store *store = again->replay->desk.store;
	const char *read = answers_get(filled->answers, "employee");

	if (read != NULL && form_field(form, "employee") != NULL &&
	    !people_hr_means(store, again->person, read, ret_employee, error))
		return false;
	return !form->approval ||
	       people_approver_of(store, *ret_employee != NULL ? *ret_employee : again->person,
				  ret_approver, error);
}

static Filled *fill(const Again *again, const Form *form)
{
	const Settings *settings = again->replay->desk.settings;
	const OrganisationSettings *organisation =
		settings_organisation(settings, again->person->organisation);
	Language language = LANGUAGE_NONE;

	forms_marked(again->replay->desk.forms, again->was->subject, again->was->text, &language);
	TemplateFor writer = { .name = again->person->name,
			       .number = again->person->number,
			       .organisation = organisation != NULL
						       ? localised(organisation->name, language)
						       : NULL };
	Filled *filled =
		form_fill_known(form, again->was->text, &writer, again->replay->desk.sentences);

	if (filled->language == LANGUAGE_NONE)
		filled->language = language;
	return filled;
}

/* The subject is "[ID]". */
static const Form *form_of(const Again *again)
{
	gsize length = strlen(again->was->subject);
	g_autofree char *id =
		length > 2 ? g_strndup(again->was->subject + 1, length - 2) : g_strdup("");

	return forms_find(again->replay->desk.forms, id);
}

static bool open_again(Again *again, const Form *form, GError **error)
{
	Store *store = again->replay->desk.store;
	g_autoptr(Filled) filled = fill(again, form);
	g_autoptr(GPtrArray) named = g_ptr_array_new(), types = g_ptr_array_new();
	g_autoptr(GPtrArray) kinds = kinds_of(again, form, filled, named, types);
	g_autoptr(GPtrArray) problems =
		form_check(form, filled->answers, named, types, filled->problems);
	g_autoptr(GPtrArray) documents = NULL;
	g_autoptr(Person) employee = NULL, approver = NULL;
	gint64 id = 0;

	if (!keep_message(again, error) ||
	    !find_people(again, form, filled, &employee, &approver, error) ||
	    (documents = documents_of(again, kinds, error)) == NULL)
		return false;
	CaseOpen open = { .form = form->id,
			  .subject = form->title[MAX((int)filled->language, 0)],
			  .team = form->team != NULL ? form->team : "",
			  .comment = filled->comment,
			  .language = filled->language,
			  .requester = again->person,
			  .requester_address = again->was->from,
			  .employee = employee,
			  .approver = approver,
			  .verified = true,
			  .state = problems->len > 0 ? CASE_INCOMPLETE
				   : form->approval  ? CASE_AWAITING_APPROVAL
						     : CASE_OPEN,
			  .answers = filled->answers,
			  .problems = problems,
			  .documents = documents };

	return case_open(store, &open, &again->by, &id, error) &&
	       mails_set_case(store, again->row->id, id, true, error);
}

static Amendment *amendment_of(const Again *again, const Form *form, const CaseStands *stands)
{
	AmendBefore before = { stands->answers, stands->problems, stands->kinds, stands->types };

	return form_amend(form, form_fill(form, again->was->text), again->was->text, &before,
			  again->mail->attachments);
}

static bool add_again(Again *again, GError **error)
{
	Store *store = again->replay->desk.store;
	g_autoptr(Case) c = NULL;
	g_autoptr(CaseStands) stands = NULL;
	g_autoptr(Amendment) amendment = NULL;
	g_autoptr(GPtrArray) documents = NULL;
	g_autoptr(Person) employee = NULL;
	const char *unknown = NULL;
	const Form *form;

	if (!case_get(store, again->event->case_id, &c, error) ||
	    !case_stands(store, again->event->case_id, &stands, error))
		return false;
	form = c != NULL ? forms_find(again->replay->desk.forms, c->form) : NULL;
	if (form != NULL)
		amendment = amendment_of(again, form, stands);
	if (c == NULL || !keep_message(again, error) ||
	    (documents = documents_of(again, amendment != NULL ? amendment->kinds : NULL, error)) ==
		    NULL)
		return c == NULL;
	if (amendment != NULL && form_field(form, "employee") != NULL &&
	    !people_asked_for(store, again->person, amendment->answers, &employee, &unknown, error))
		return false;
	if (amendment != NULL && unknown != NULL)
		g_ptr_array_add(amendment->problems,
				problem_new("employee", "unknown-person", unknown));
	CaseAdd what = { .text = again->event->text,
			 .answers = amendment != NULL ? amendment->fresh : NULL,
			 .documents = documents,
			 .employee = employee };

	if (c->state == CASE_INCOMPLETE && amendment != NULL) {
		what.problems = amendment->problems;
		what.completes = amendment->problems->len == 0;
		what.needs_approval = form->approval;
	}
	return mails_set_case(store, again->row->id, c->id, true, error) &&
	       case_add(store, c->id, &what, &again->by, error);
}

static bool open_or_nothing(Again *again, GError **error)
{
	const Form *form = form_of(again);

	return form == NULL || open_again(again, form, error);
}

/* ---- what dossier managers wrote ---- */

/* The message and its documents, on the case; NULL with an error. */
static GPtrArray *kept_on_case(Again *again, bool is_public, GError **error)
{
	Store *store = again->replay->desk.store;

	if (!keep_message(again, error) ||
	    !mails_set_case(store, again->row->id, again->event->case_id, is_public, error))
		return NULL;
	return documents_of(again, NULL, error);
}

static bool answer_again(Again *again, GError **error)
{
	g_autoptr(GPtrArray) documents = kept_on_case(again, true, error);
	bool closes;

	return documents != NULL &&
	       replay_closes(again->replay->old, again->event, &closes, error) &&
	       case_answer(again->replay->desk.store, again->event->case_id, again->event->text,
			   documents, closes, &again->by, error);
}

static bool ask_again(Again *again, GError **error)
{
	g_autoptr(GPtrArray) documents = kept_on_case(again, true, error);

	return documents != NULL && case_ask(again->replay->desk.store, again->event->case_id,
					     again->event->text, documents, &again->by, error);
}

static bool note_again(Again *again, GError **error)
{
	g_autoptr(GPtrArray) documents = kept_on_case(again, false, error);

	return documents != NULL && case_note(again->replay->desk.store, again->event->case_id,
					      again->event->text, documents, &again->by, error);
}

/* Does an event again, by the message that was kept of it. */
typedef bool DoAgain(Again *again, GError **error);

static const struct {
	const char *what;
	DoAgain *run;
} written[] = {
	{ "opened", open_or_nothing }, { "added", add_again },       { "completed", add_again },
	{ "reopened", add_again },     { "answered", answer_again }, { "asked", ask_again },
	{ "noted", note_again },
};

/* How an event of the page is done again; NULL: not by its message. */
static DoAgain *run_of(const ReplayEvent *event)
{
	for (gsize i = 0; i < G_N_ELEMENTS(written); i++)
		if (strcmp(event->way, "page") == 0 && strcmp(written[i].what, event->what) == 0)
			return written[i].run;
	return NULL;
}

bool replay_page(Replay *replay, const ReplayFirst *first, GError **error)
{
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(MailRow) was = NULL;
	g_auto(Again) again = { .replay = replay };

	if (!replay_events(replay->old, first->event - 1, 1, &events, error) ||
	    !mails_get(replay->old, first->mail, &was, error))
		return false;
	if (events->len == 0 || was == NULL || run_of(events->pdata[0]) == NULL)
		return true;
	again.event = events->pdata[0];
	again.was = was;
	again.by = (CaseBy){ .who = again.event->who, .way = WAY_PAGE, .now = again.event->at };
	if (!people_find_number(replay->desk.store, again.event->who, &again.person, error) ||
	    !read_message(&again, error))
		return false;
	if (again.person == NULL)
		return true;
	again.by.person = again.person->id;
	if (!store_begin(replay->desk.store, error))
		return false;
	if (!run_of(again.event)(&again, error)) {
		store_rollback(replay->desk.store);
		return false;
	}
	replay->done_actions++;
	return store_commit(replay->desk.store, error);
}
