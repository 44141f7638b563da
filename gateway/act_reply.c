/* act_reply.c - a requester writes to a case that is there.
 *
 * What is missing is looked for in what the person wrote now: lines with labels, and, where one
 * answer is missing, the words themselves.  What was answered before is kept.
 */
#include <string.h>

#include "common/text.h"
#include "gateway/act.h"

typedef struct Reply {
	const Form *form;
	Filled *filled;
	GPtrArray *answers;  /* Answer: those of the case with the new ones in their place */
	GPtrArray *fresh;    /* CaseAnswer: the new ones */
	GPtrArray *problems; /* Problem: what is still wrong, or NULL */
	GPtrArray *kinds;    /* const char * beside the mail's documents */
} Reply;

static void reply_clear(Reply *reply)
{
	filled_free(reply->filled);
	g_clear_pointer(&reply->answers, g_ptr_array_unref);
	g_clear_pointer(&reply->fresh, g_ptr_array_unref);
	g_clear_pointer(&reply->problems, g_ptr_array_unref);
	g_clear_pointer(&reply->kinds, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reply, reply_clear)

/* The one field of the case that is missing or wrong, or NULL: none, or several. */
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

/* "30/6/2027" alone answers the one field that is missing: each line is tried as its value. */
static void try_bare_value(Reply *reply, const FormField *field, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", 40);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *line = text_one_line(lines[i], 500);
		g_autofree char *labelled =
			g_strdup_printf("%s: %s", field->label[LANGUAGE_NL], line);
		g_autoptr(Filled) filled = *line != '\0' ? form_fill(reply->form, labelled) : NULL;

		if (filled == NULL || answers_get(filled->answers, field->id) == NULL)
			continue;
		filled_free(reply->filled);
		reply->filled = g_steal_pointer(&filled);
		return;
	}
}

static bool merge_answers(Act *act, Reply *reply, GError **error)
{
	g_autoptr(GPtrArray) old = NULL;

	reply->answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	reply->fresh = g_ptr_array_new_with_free_func((GDestroyNotify)case_answer_free);
	if (!case_answers(act->desk->store, act->decision->about->id, &old, error))
		return false;
	for (guint i = 0; i < reply->filled->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(reply->filled->answers, i);

		if (strcmp(answer->field, "comment") ==
		    0) /* what the reply says stands in its event */
			continue;
		g_ptr_array_add(reply->answers,
				answer_new(answer->field, answer->value, answer->read));
		g_ptr_array_add(reply->fresh,
				case_answer_new(answer->field, answer->value, answer->read));
	}
	for (guint i = 0; i < old->len; i++) {
		const CaseAnswer *answer = g_ptr_array_index(old, i);

		if (answers_get(reply->answers, answer->field) == NULL)
			g_ptr_array_add(reply->answers,
					answer_new(answer->field, answer->value, answer->read));
	}
	return true;
}

/* Values that were wrong before stay wrong until they are answered again. */
static void carry_problems(const GPtrArray *old, GPtrArray *found)
{
	for (guint i = 0; i < old->len; i++) {
		const CaseProblem *problem = g_ptr_array_index(old, i);
		bool again = false;

		for (guint k = 0; k < found->len; k++)
			again = again || strcmp(((Problem *)g_ptr_array_index(found, k))->field,
						problem->field) == 0;
		if (!again && !g_str_has_prefix(problem->code, "missing") &&
		    !g_str_has_prefix(problem->code, "before-"))
			g_ptr_array_add(found,
					problem_new(problem->field, problem->code, problem->read));
	}
}

static bool check_documents(Act *act, Reply *reply, const GPtrArray *old_problems, GError **error)
{
	const GPtrArray *brought = act->decision->documents;
	g_autoptr(GPtrArray) had = NULL, names = g_ptr_array_new(), kinds = g_ptr_array_new(),
			     types = g_ptr_array_new();

	if (!case_documents(act->desk->store, act->decision->about->id, &had, error))
		return false;
	for (guint i = 0; i < had->len; i++) {
		const CaseDocument *document = g_ptr_array_index(had, i);

		if (*document->kind == '\0')
			continue;
		g_ptr_array_add(kinds, document->kind);
		g_ptr_array_add(types, document->type);
	}
	for (guint i = 0; i < brought->len; i++)
		g_ptr_array_add(names, ((Attachment *)g_ptr_array_index(brought, i))->name);
	reply->kinds = form_sort_documents(reply->form, names, reply->filled->documents,
					   reply->answers, kinds);
	for (guint i = 0; i < brought->len; i++) {
		const char *kind = g_ptr_array_index(reply->kinds, i);

		if (kind == NULL)
			continue;
		g_ptr_array_add(kinds, (gpointer)kind);
		g_ptr_array_add(types, ((Attachment *)g_ptr_array_index(brought, i))->type);
	}
	carry_problems(old_problems, reply->filled->problems);
	reply->problems =
		form_check(reply->form, reply->answers, kinds, types, reply->filled->problems);
	return true;
}

static bool read_reply(Act *act, Reply *reply, GError **error)
{
	g_autoptr(GPtrArray) problems = NULL;
	const FormField *missing;

	reply->form = act->decision->form;
	if (!case_problems(act->desk->store, act->decision->about->id, &problems, error))
		return false;
	reply->filled = decision_fill(act->desk, act->decision, reply->form, act->mail->reply);
	missing = only_missing(reply->form, problems);
	if (reply->filled->labels == 0 && missing != NULL)
		try_bare_value(reply, missing, act->mail->reply);
	return merge_answers(act, reply, error) && check_documents(act, reply, problems, error);
}

/* A reply to a case that was finished long ago opens a new one that names it. */
static bool open_next(Act *act, GError **error)
{
	const Case *old = act->decision->about;
	g_autoptr(GPtrArray) documents = act_documents(act, NULL);
	CaseOpen open = {
		.form = old->form,
		.subject = old->subject,
		.team = old->team,
		.comment = act->mail->reply,
		.language = old->language,
		.requester = act->decision->sender,
		.requester_address = act->decision->address,
		.verified = act->decision->verified,
		.state = CASE_OPEN,
		.documents = documents,
		.earlier = old->id,
		.warning = act->decision->verified ? NULL : "not-verified",
	};

	return case_open(act->desk->store, &open, &act->by, &act->case_id, error) &&
	       mails_set_case(act->desk->store, act->mail_id, act->case_id, true, error);
}

bool act_reply(Act *act, GError **error)
{
	const Case *about = act->decision->about;
	bool waits = about->state == CASE_INCOMPLETE;
	g_auto(Reply) reply = { 0 };
	g_autoptr(GPtrArray) documents = NULL, rows = NULL;

	if (about->closed != 0 && act->now - about->closed > act->desk->settings->reopen)
		return open_next(act, error);
	if (act->decision->form != NULL && !read_reply(act, &reply, error))
		return false;
	documents = act_documents(act, reply.kinds);
	if (waits && reply.problems != NULL)
		rows = act_problems(reply.problems);
	CaseAdd add = {
		.text = act->mail->reply,
		.answers = reply.fresh,
		.problems = rows,
		.documents = documents,
		.completes = rows != NULL && rows->len == 0,
		.needs_approval = act->decision->form != NULL && act->decision->form->approval,
		.warning = act->decision->verified ? NULL : "not-verified",
	};
	if (!mails_set_case(act->desk->store, act->mail_id, about->id, true, error))
		return false;
	return case_add(act->desk->store, about->id, &add, &act->by, error);
}
