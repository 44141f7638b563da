/* bulk_case.c - the case that an attestation belongs to. */
#include <string.h>

#include "common/text.h"
#include "gateway/bulk.h"

#define OWN_FORM "absence-attestation" /* where one goes that no case waits for */
#define WORD_LEAST 5

void bulk_plan_clear(BulkPlan *plan)
{
	g_clear_pointer(&plan->to, case_free);
	g_clear_pointer(&plan->hint, g_free);
}

/* ---- what kind of document a name speaks of ---- */

static bool has_word(char **words, const char *word)
{
	return g_strv_contains((const char *const *)words, word);
}

/* The words that say no more than that it is an attestation. */
static bool is_generic(const Form *own, const char *word)
{
	for (guint i = 0; own != NULL && i < own->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(own->documents, i);

		for (int l = 0; l < LANGUAGES; l++) {
			g_autofree char *label = text_fold(document->label[l]);

			if (strcmp(label, word) == 0)
				return true;
		}
	}
	return false;
}

static guint score_label(const Form *own, const char *label, const char *tight, char **words)
{
	g_autofree char *folded = text_fold(label);
	g_autofree char *whole = text_fold_tight(label);
	g_auto(GStrv) parts = g_strsplit(folded, " ", -1);
	guint score = 0;

	if (*whole == '\0' || is_generic(own, folded))
		return 0;
	if (strstr(tight, whole) != NULL)
		return 100 + (guint)strlen(whole);
	for (guint i = 0; parts[i] != NULL; i++)
		if (strlen(parts[i]) >= WORD_LEAST && !is_generic(own, parts[i]) &&
		    has_word(words, parts[i]))
			score += (guint)strlen(parts[i]);
	return score;
}

/* How much a text speaks of a kind of document. */
static guint score_document(const Form *own, const FormDocument *document, const char *text)
{
	g_autofree char *tight = text_fold_tight(text);
	g_autofree char *folded = text_fold(text);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);
	guint best = score_label(own, document->kind, tight, words);

	for (int l = 0; l < LANGUAGES; l++)
		best = MAX(best, score_label(own, document->label[l], tight, words));
	return best;
}

static guint score_best(const Desk *desk, const Form *own, const char *text)
{
	guint best = 0;

	for (guint i = 0; i < desk->forms->all->len; i++) {
		const Form *form = g_ptr_array_index(desk->forms->all, i);

		for (guint d = 0; d < form->documents->len; d++)
			best = MAX(best, score_document(own, g_ptr_array_index(form->documents, d),
							text));
	}
	return best;
}

/* ---- which case ---- */

/* The missing document of a case that the text may be; score G_MAXUINT: none. */
static bool missing_of(const Desk *desk, const Form *own, const Case *c, const char *text,
		       const char **ret_kind, guint *ret_score, GError **error)
{
	const Form *form = forms_find(desk->forms, c->form);
	g_autoptr(GPtrArray) problems = NULL;
	guint missing = 0, top = 0;

	*ret_kind = NULL;
	*ret_score = 0;
	if (form == NULL)
		return true;
	if (!case_problems(desk->store, c->id, &problems, error))
		return false;
	for (guint i = 0; i < problems->len; i++) {
		const Problem *problem = g_ptr_array_index(problems, i);
		const FormDocument *document = strcmp(problem->code, "missing-document") == 0
						       ? form_document(form, problem->field)
						       : NULL;
		guint score;

		if (document == NULL)
			continue;
		missing++;
		score = score_document(own, document, text);
		if (*ret_kind == NULL || score > *ret_score) {
			top = 1;
			*ret_kind = document->kind;
			*ret_score = score;
		} else if (score == *ret_score) {
			top++;
		}
	}
	if (top > 1 && missing > 1) /* two are missing, and it may be either */
		*ret_kind = "";
	return true;
}

static void add_hint(BulkPlan *plan, const Case *c)
{
	char *hint = plan->hint != NULL ? g_strconcat(plan->hint, ", ", c->number, NULL)
					: g_strdup(c->number);

	g_free(plan->hint);
	plan->hint = hint;
}

bool bulk_plan(const Desk *desk, gint64 employee, const char *file, const char *said,
	       BulkPlan *ret_plan, GError **error)
{
	const Form *own = forms_find(desk->forms, OWN_FORM);
	g_autofree char *text = g_strconcat(file, " ", said, NULL);
	guint most = score_best(desk, own, text), found = 0, top = 0;
	g_autoptr(GPtrArray) cases = NULL;

	*ret_plan = (BulkPlan){ 0 };
	if (!case_incomplete_of(desk->store, employee, &cases, error))
		return false;
	for (guint i = 0; i < cases->len; i++) {
		Case *c = g_ptr_array_index(cases, i);
		const char *kind;
		guint score;

		if (!missing_of(desk, own, c, text, &kind, &score, error))
			return false;
		if (kind == NULL || score < most || score < top)
			continue;
		found = score > top ? 1 : found + 1;
		if (score > top)
			bulk_plan_clear(ret_plan);
		top = score;
		add_hint(ret_plan, c);
		if (ret_plan->to != NULL)
			continue;
		ret_plan->to = g_ptr_array_steal_index(cases, i--);
		ret_plan->kind = kind;
	}
	if (found > 1) {
		ret_plan->why = "several-cases";
		g_clear_pointer(&ret_plan->to, case_free);
	}
	return true;
}

/* ---- filing ---- */

static bool add_to(const Desk *desk, const BulkPlan *plan, const PartRow *part, const CaseBy *by,
		   GError **error)
{
	const Form *form = forms_find(desk->forms, plan->to->form);
	g_autoptr(CaseStands) stands = NULL;
	g_autoptr(GPtrArray) problems = NULL, documents = NULL;
	CaseAdd add = { .text = "" };

	if (!case_stands(desk->store, plan->to->id, &stands, error))
		return false;
	documents = g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	g_ptr_array_add(documents, case_document_new(part->id, part->mail_id,
						     plan->kind != NULL ? plan->kind : ""));
	add.documents = documents;
	if (form != NULL && plan->to->state == CASE_INCOMPLETE) {
		if (plan->kind != NULL && *plan->kind != '\0') {
			g_ptr_array_add(stands->kinds, (gpointer)plan->kind);
			g_ptr_array_add(stands->types, part->type);
		}
		problems = form_check(form, stands->answers, stands->kinds, stands->types,
				      stands->problems);
		add.problems = problems;
		add.completes = problems->len == 0;
		add.needs_approval = form->approval;
	}
	return case_add(desk->store, plan->to->id, &add, by, error);
}

static bool open_own(const Desk *desk, const Person *employee, const PartRow *part,
		     const CaseBy *by, gint64 *ret_case, GError **error)
{
	const Form *form = forms_find(desk->forms, OWN_FORM);
	Language language =
		employee->language != LANGUAGE_NONE ? employee->language : desk->settings->language;
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	g_autoptr(GPtrArray) answers = g_ptr_array_new(), kinds = g_ptr_array_new();
	g_autoptr(GPtrArray) types = g_ptr_array_new(), found = g_ptr_array_new();
	g_autoptr(GPtrArray) problems = NULL;
	const char *kind =
		form->documents->len > 0
			? ((const FormDocument *)g_ptr_array_index(form->documents, 0))->kind
			: "";
	const char *address = employee->addresses != NULL && employee->addresses[0] != NULL
				      ? employee->addresses[0]
				      : "";
	CaseOpen open = {
		.form = form->id,
		.subject = form->title[language],
		.team = form->team != NULL ? form->team : "",
		.comment = "",
		.language = language,
		.requester = employee,
		.requester_address = address,
		.verified = true,
		.documents = documents,
	};

	g_ptr_array_add(kinds, (gpointer)kind);
	g_ptr_array_add(types, part->type);
	g_ptr_array_add(documents, case_document_new(part->id, part->mail_id, kind));
	problems = form_check(form, answers, kinds, types, found);
	open.problems = problems;
	open.state = problems->len > 0 ? CASE_INCOMPLETE : CASE_OPEN;
	return case_open(desk->store, &open, by, ret_case, error);
}

bool bulk_file(const Desk *desk, const Person *employee, const BulkPlan *plan, const PartRow *part,
	       const CaseBy *by, gint64 *ret_case, GError **error)
{
	if (plan->to == NULL)
		return open_own(desk, employee, part, by, ret_case, error);
	*ret_case = plan->to->id;
	return add_to(desk, plan, part, by, error);
}
