/* act_arrange.c - the commands by which dossier managers arrange cases among themselves: a canned
 * answer, a day, one case for two, two cases for one, following a case. */
#include "gateway/act_arrange.h"

#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "forms/canned.h"
#include "forms/value.h"
#include "store/outbox.h"

#define ARRANGING                                                                       \
	(COMMAND_ANSWER | COMMAND_MERGE | COMMAND_SPLIT | COMMAND_DUE | COMMAND_WATCH | \
	 COMMAND_UNWATCH)

void arrange_clear(Arrange *arrange)
{
	g_free(arrange->text);
	g_clear_pointer(&arrange->target, case_free);
	g_free(arrange->day);
	g_free(arrange->wrong);
	json_decref(arrange->done);
}

bool arrange_takes_text(const Commands *commands)
{
	return (commands->given & (COMMAND_MERGE | COMMAND_SPLIT)) != 0;
}

/* ---- what the arguments stand for ---- */

static GHashTable *places_of(const Act *act, const GPtrArray *answers)
{
	const Case *c = act->decision->about;
	const TeamSettings *team = settings_team(act->desk->settings, c->team);
	const CannedAbout about = {
		.form = forms_find(act->desk->forms, c->form),
		.form_name = c->form,
		.number = c->number,
		.requester = c->requester.name,
		.employee = c->employee.name,
		.team = team != NULL ? localised(team->name, c->language) : c->team,
		.answers = answers,
		.language = c->language,
	};

	return canned_places(&about, act->desk->texts);
}

/* The canned answer, and below it what the mail says; its code when there is a mistake. */
static bool find_canned(Act *act, const Commands *commands, Arrange *arrange,
			const char **ret_mistake, const char **ret_line, GError **error)
{
	const Case *about = act->decision->about;
	const Canned *canned = canned_find(act->desk->forms->canned, commands->answer, about->team);
	g_autoptr(GPtrArray) answers = NULL;
	g_autoptr(GHashTable) places = NULL;
	g_autofree char *text = NULL, *missing = NULL;

	*ret_line = commands->answer;
	if (canned == NULL) {
		*ret_mistake = "unknown-answer";
		return true;
	}
	if (!case_answers(act->desk->store, about->id, &answers, error))
		return false;
	places = places_of(act, answers);
	text = canned_text(canned, about->language, places, &missing);
	if (text == NULL) {
		*ret_mistake = "answer-place";
		*ret_line = arrange->wrong =
			g_strdup_printf("#answer %s: {%s}", canned->id, missing);
	} else {
		arrange->text = *commands->text != '\0'
					? g_strconcat(text, "\n\n", commands->text, NULL)
					: g_steal_pointer(&text);
	}
	return true;
}

static bool find_target(Act *act, const Commands *commands, Arrange *arrange,
			const char **ret_mistake, GError **error)
{
	const Person *sender = act->decision->sender;
	gint64 end = 0;

	if (!case_find(act->desk->store, commands->merge, &arrange->target, error))
		return false;
	if (arrange->target == NULL) {
		*ret_mistake = "unknown-case";
		return true;
	}
	if (!case_goes_on_in(act->desk->store, arrange->target->id, &end, error))
		return false;
	if (end != arrange->target->id) {
		g_clear_pointer(&arrange->target, case_free);
		if (!case_get(act->desk->store, end, &arrange->target, error))
			return false;
	}
	if (!act_may_handle(sender, arrange->target))
		*ret_mistake = "unknown-case";
	else if (case_merge_obstacle(act->decision->about, arrange->target) != NULL)
		*ret_mistake = "cannot-merge";
	return true;
}

static void find_day(Act *act, const Commands *commands, Arrange *arrange, const char **ret_mistake)
{
	static const FormField field = { .id = (char *)"due" };

	if (value_read_date(&field, commands->due, &arrange->day) == NULL)
		arrange->due = text_day_end(arrange->day, act->desk->settings->time_zone);
	if (arrange->due < act->now)
		*ret_mistake = "wrong-date";
}

bool arrange_find(Act *act, const Commands *commands, Arrange *arrange, const char **ret_mistake,
		  const char **ret_line, GError **error)
{
	arrange->done = json_array();
	if (commands->answer != NULL &&
	    !find_canned(act, commands, arrange, ret_mistake, ret_line, error))
		return false;
	if (*ret_mistake == NULL && commands->merge != NULL) {
		*ret_line = commands->merge;
		if (!find_target(act, commands, arrange, ret_mistake, error))
			return false;
	}
	if (*ret_mistake == NULL && commands->split != NULL) {
		*ret_line = commands->split;
		arrange->split = forms_find(act->desk->forms, commands->split);
		if (arrange->split == NULL || arrange->split->elsewhere != NULL)
			*ret_mistake = "unknown-form";
	}
	if (*ret_mistake == NULL && commands->due != NULL) {
		*ret_line = commands->due;
		find_day(act, commands, arrange, ret_mistake);
	}
	return true;
}

/* ---- doing it ---- */

void arrange_done(Arrange *arrange, const char *what, const char *text)
{
	json_array_append_new(arrange->done, json_pack("{s:s, s:s}", "what", what, "text",
						       text != NULL ? text : ""));
}

static bool do_merge(Act *act, const Commands *commands, Arrange *arrange, GError **error)
{
	Store *store = act->desk->store;
	const Case *about = act->decision->about;

	arrange_done(arrange, "merged", arrange->target->number);
	return case_merge(store, about->id, arrange->target->id, &act->by, error) &&
	       (*commands->text == '\0' ||
		case_note(store, arrange->target->id, commands->text, NULL, &act->by, error));
}

/* What the requester sent in, as the documents of another case. */
static GPtrArray *documents_for(const Form *form, const GPtrArray *documents,
				const GPtrArray *answers, GPtrArray *kinds, GPtrArray *types)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	g_autoptr(GPtrArray) names = g_ptr_array_new(), lines = g_ptr_array_new(),
			     have = g_ptr_array_new(), sorted = NULL;

	for (guint i = 0; i < documents->len; i++) {
		const CaseDocument *document = g_ptr_array_index(documents, i);

		if (document->is_public)
			g_ptr_array_add(names, document->name);
	}
	sorted = form_sort_documents(form, names, lines, answers, have);
	for (guint i = 0, n = 0; i < documents->len; i++) {
		const CaseDocument *document = g_ptr_array_index(documents, i);
		const char *kind = document->is_public ? g_ptr_array_index(sorted, n++) : NULL;

		if (!document->is_public)
			continue;
		g_ptr_array_add(all, case_document_new(document->part, document->mail, kind));
		if (kind == NULL)
			continue;
		g_ptr_array_add(kinds, (gpointer)kind);
		g_ptr_array_add(types, document->type);
	}
	return all;
}

static CaseState state_of(const Form *form, const GPtrArray *problems)
{
	if (problems->len > 0)
		return CASE_INCOMPLETE;
	return form->approval ? CASE_AWAITING_APPROVAL : CASE_OPEN;
}

/* A case of its own for what else the requester asked: the text below says what. */
static bool do_split(Act *act, const Commands *commands, Arrange *arrange, GError **error)
{
	Store *store = act->desk->store;
	const Case *about = act->decision->about;
	const Form *form = arrange->split;
	const char *text = *commands->text != '\0' ? commands->text : about->comment;
	g_autoptr(Filled) filled = form_fill(form, text);
	g_autoptr(GPtrArray) kinds = g_ptr_array_new(), types = g_ptr_array_new(), sent = NULL,
			     documents = NULL, problems = NULL;
	g_autoptr(Person) requester = NULL, employee = NULL, approver = NULL;
	g_autoptr(Case) opened = NULL;
	gint64 id = 0;

	if (!case_documents(store, about->id, &sent, error) ||
	    !people_find_id(store, about->requester.person, &requester, error) ||
	    !people_find_id(store, about->employee.person, &employee, error))
		return false;
	if (requester == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s has no requester any more",
			    about->number);
		return false;
	}
	documents = documents_for(form, sent, filled->answers, kinds, types);
	problems = form_check(form, filled->answers, kinds, types, filled->problems);
	if (!act_find_approver(act, form, employee != NULL ? employee : requester, &approver,
			       error))
		return false;
	CaseOpen open = {
		.form = form->id,
		.subject = form->title[about->language],
		.team = form->team != NULL ? form->team : "",
		.comment = filled->comment,
		.language = about->language,
		.requester = requester,
		.requester_address = about->requester.address,
		.employee = employee,
		.approver = approver,
		.levels = form->levels,
		.verified = about->verified,
		.state = state_of(form, problems),
		.answers = filled->answers,
		.problems = problems,
		.documents = documents,
		.earlier = about->id,
	};

	if (!case_open(store, &open, &act->by, &id, error) || !case_get(store, id, &opened, error))
		return false;
	arrange_done(arrange, "split", opened->number);
	return case_event(store, about->id, "split", opened->number, &act->by, error);
}

bool arrange_do(Act *act, const Commands *commands, Arrange *arrange, GError **error)
{
	Store *store = act->desk->store;
	gint64 id = act->decision->about->id;

	if ((commands->given & COMMAND_DUE) != 0) {
		arrange_done(arrange, "due", arrange->day);
		if (!case_set_due(store, id, arrange->due, arrange->day, &act->by, error))
			return false;
	}
	if ((commands->given & (COMMAND_WATCH | COMMAND_UNWATCH)) != 0) {
		bool on = (commands->given & COMMAND_WATCH) != 0;

		arrange_done(arrange, on ? "watch" : "unwatch", NULL);
		if (!case_watch(store, id, on, &act->by, error))
			return false;
	}
	if (arrange->split != NULL && !do_split(act, commands, arrange, error))
		return false;
	return arrange->target == NULL || do_merge(act, commands, arrange, error);
}

/* ---- telling ---- */

/* The event that the mail which was replied to told of; 0 when it is not known. */
static bool event_answered(Act *act, gint64 *ret_event, GError **error)
{
	char **ids = act->mail->in_reply_to;

	*ret_event = 0;
	for (guint i = 0; ids[i] != NULL && *ret_event == 0; i++) {
		g_autoptr(Notice) notice = NULL;
		gint64 id = 0, outbox = 0;

		if (!mails_find_message_id(act->desk->store, ids[i], &id, &outbox, error) ||
		    (outbox != 0 && !outbox_get(act->desk->store, outbox, &notice, error)))
			return false;
		if (notice != NULL && notice->case_id == act->decision->about->id)
			*ret_event = notice->event;
	}
	return true;
}

bool arrange_find_crossing(Act *act, CaseEvent **ret_event, GError **error)
{
	gint64 event = 0;

	*ret_event = NULL;
	return event_answered(act, &event, error) &&
	       (event == 0 || case_done_since(act->desk->store, act->decision->about->id, event,
					      act->decision->sender->number, ret_event, error));
}

bool arrange_tell_crossing(Act *act, const CaseEvent *event, GError **error)
{
	return act_notice_of(act, "crossed", event->id, NULL, act->decision->about->id, error);
}

bool arrange_tell(Act *act, const Commands *commands, Arrange *arrange, GError **error)
{
	if ((commands->given & ARRANGING) == 0)
		return true;
	return act_notice(act, "command-done", json_pack("{s:O}", "done", arrange->done),
			  act->decision->about->id, error);
}
