/* act_command.c - a dossier manager's mail: commands first, then the answer.
 *
 * All is looked at before anything is done: a mail with one wrong command does nothing, and its
 * writer is told what was wrong and what is possible.
 */
#include <string.h>

#include "gateway/act_arrange.h"

static bool act_command_error(Act *act, const char *code, const char *line, GError **error)
{
	const Case *about = act->decision->about;
	json_t *data = json_pack("{s:s, s:s, s:s}", "code", code, "line", line != NULL ? line : "",
				 "state", case_state_name(about->state));

	g_free(act->why);
	act->why = g_strdup(code);
	return act_notice(act, "command-error", data, about->id, error);
}

bool act_may_handle(const Person *person, const Case *about)
{
	return person_in_team(person, about->team) || about->assignee.person == person->id ||
	       (person->roles & PERSON_ADMIN) != 0;
}

/* What makes the whole mail do nothing; NULL when there is nothing. */
static const char *find_mistake(const Act *act, const Commands *commands, const char **ret_line)
{
	bool says = *commands->text != '\0' || act->decision->documents->len > 0;
	guint silent = COMMAND_TAKE | COMMAND_CLOSE | COMMAND_TO | COMMAND_FORM | COMMAND_REOPEN |
		       COMMAND_ANSWER | COMMAND_MERGE | COMMAND_SPLIT | COMMAND_DUE |
		       COMMAND_WATCH | COMMAND_UNWATCH;
	const Form *form =
		commands->form != NULL ? forms_find(act->desk->forms, commands->form) : NULL;

	*ret_line = commands->wrong;
	if (commands->code != NULL)
		return commands->code;
	if (!act_may_handle(act->decision->sender, act->decision->about))
		return "not-your-team";
	*ret_line = commands->team;
	if (commands->team != NULL && settings_team(act->desk->settings, commands->team) == NULL)
		return "unknown-team";
	*ret_line = commands->form;
	if (commands->form != NULL && (form == NULL || form->elsewhere != NULL))
		return "unknown-form";
	*ret_line = NULL;
	if (!says && ((commands->given & silent) == 0 ||
		      (commands->given & (COMMAND_NOTE | COMMAND_WAIT)) != 0))
		return "nothing-written";
	return NULL;
}

static bool do_form(Act *act, const Commands *commands, GError **error)
{
	const Form *form = forms_find(act->desk->forms, commands->form);

	return case_reform(act->desk->store, act->decision->about->id, form->id, form->team, NULL,
			   &act->by, error);
}

/* The text goes where the commands say: a note, a note for the new team, a question, the reason of
 * a reopening, the answer. */
static bool do_text(Act *act, const Commands *commands, const char *text,
		    const GPtrArray *documents, Arrange *arrange, GError **error)
{
	Store *store = act->desk->store;
	gint64 id = act->decision->about->id;
	bool says = *text != '\0' || documents->len > 0;
	bool closes = (commands->given & COMMAND_CLOSE) != 0;

	if ((commands->given & COMMAND_TO) != 0) { /* the files first: the new team gets them too */
		arrange_done(arrange, "handed-on", commands->team);
		return (documents->len == 0 ||
			case_note(store, id, "", documents, &act->by, error)) &&
		       case_hand_on(store, id, commands->team, text, &act->by, error);
	}
	if ((commands->given & COMMAND_NOTE) != 0) {
		arrange_done(arrange, closes ? "noted-closed" : "noted", NULL);
		return case_note(store, id, text, documents, &act->by, error) &&
		       (!closes || case_close(store, id, "", &act->by, error));
	}
	if ((commands->given & COMMAND_WAIT) != 0) {
		arrange_done(arrange, "asked", NULL);
		return case_ask(store, id, text, documents, &act->by, error);
	}
	if ((commands->given & COMMAND_REOPEN) != 0)
		return true;
	if (!says && !closes)
		return true;
	arrange_done(arrange, !says ? "closed" : closes ? "answered-closed" : "answered", NULL);
	return says ? case_answer(store, id, text, documents, closes, &act->by, error)
		    : case_close(store, id, "", &act->by, error);
}

static bool do_state(Act *act, const Commands *commands, Arrange *arrange, GError **error)
{
	Store *store = act->desk->store;
	gint64 id = act->decision->about->id;

	if ((commands->given & COMMAND_REOPEN) != 0) {
		arrange_done(arrange, "reopened", NULL);
		if (!case_reopen(store, id, commands->text, &act->by, error))
			return false;
	}
	if ((commands->given & COMMAND_TAKE) != 0) {
		arrange_done(arrange, "taken", NULL);
		if (!case_take(store, id, &act->by, error))
			return false;
	}
	if ((commands->given & COMMAND_FORM) != 0) {
		arrange_done(arrange, "reformed", commands->form);
		return do_form(act, commands, error);
	}
	return true;
}

static bool do_commands(Act *act, const Commands *commands, Arrange *arrange, GError **error)
{
	Store *store = act->desk->store;
	gint64 id = act->decision->about->id;
	const char *text = arrange->text != NULL ? arrange->text : commands->text;
	g_autoptr(GPtrArray) documents = act_documents(act, NULL);
	g_autoptr(CaseEvent) crossing = NULL;
	bool inside = (commands->given & (COMMAND_NOTE | COMMAND_TO)) != 0 ||
		      arrange_takes_text(commands);
	bool reaches = !inside && (*text != '\0' || documents->len > 0 ||
				   (commands->given & COMMAND_CLOSE) != 0);

	if ((reaches && !arrange_find_crossing(act, &crossing, error)) ||
	    !mails_set_case(store, act->mail_id, id,
			    !inside && (*commands->text != '\0' || documents->len > 0), error) ||
	    !do_state(act, commands, arrange, error) || !arrange_do(act, commands, arrange, error))
		return false;
	if (arrange_takes_text(commands))
		return documents->len == 0 || case_note(store, id, "", documents, &act->by, error);
	return do_text(act, commands, text, documents, arrange, error) &&
	       (crossing == NULL || arrange_tell_crossing(act, crossing, error));
}

bool act_command(Act *act, GError **error)
{
	g_autoptr(Commands) commands = commands_read(act->mail->reply);
	g_auto(Arrange) arrange = { 0 };
	const char *line;
	const char *mistake = find_mistake(act, commands, &line);

	if (act->decision->notice != NULL) /* the case did not allow it: intake.c */
		return act_command_error(act, "not-possible", NULL, error);
	if (commands->code == NULL && (commands->given & COMMAND_HELP) != 0)
		return act_notice(act, "command-help", NULL, act->decision->about->id, error);
	if (mistake == NULL && !arrange_find(act, commands, &arrange, &mistake, &line, error))
		return false;
	if (mistake != NULL)
		return act_command_error(act, mistake, line, error);
	return do_commands(act, commands, &arrange, error) &&
	       arrange_tell(act, commands, &arrange, error);
}
