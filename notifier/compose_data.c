/* compose_data.c - a notice and its case as the data of its template. */
#include "notifier/compose_data.h"

#include <string.h>

#include "common/text.h"
#include "forms/value.h"
#include "notifier/compose_words.h"
#include "store/logins.h"

#define SAID_BYTES (64 * 1024) /* of what a person wrote, shown */

static Language language_of(const MailPlan *plan)
{
	return plan->facts->language;
}

bool plan_is_kind(const MailPlan *plan, const char *kind)
{
	return strcmp(plan->facts->notice->kind, kind) == 0;
}

bool plan_is_for_team(const MailPlan *plan)
{
	static const char *const kinds[] = { "new-case",
					     "wrote",
					     "withdrawn-team",
					     "bounced",
					     "held",
					     "quarantined",
					     "command-error",
					     "command-help",
					     "command-done",
					     "followed",
					     "crossed",
					     "reconcile",
					     NULL };

	return g_strv_contains(kinds, plan->facts->notice->kind);
}

static const char *plan_find_word(const MailPlan *plan, const char *key)
{
	g_autofree char *whole = g_strconcat("mail.", key, NULL);

	return texts_find(plan->desk->texts, language_of(plan), whole);
}

const char *plan_word(const MailPlan *plan, const char *key)
{
	const char *word = plan_find_word(plan, key);

	return word != NULL ? word : "";
}

const Form *plan_form(const MailPlan *plan)
{
	return plan->facts->about != NULL ? forms_find(plan->desk->forms, plan->facts->about->form)
					  : NULL;
}

const char *plan_form_title(const MailPlan *plan)
{
	const Form *form = plan_form(plan);

	if (form != NULL)
		return form->title[language_of(plan)];
	return plan->facts->about != NULL ? plan->facts->about->form : "";
}

char *plan_time(const MailPlan *plan, gint64 seconds)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(plan->desk->settings->time_zone);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) there = g_date_time_new_from_unix_utc(seconds);
	g_autoptr(GDateTime) here =
		there != NULL ? g_date_time_to_timezone(there, zone != NULL ? zone : utc) : NULL;
	g_autoptr(GHashTable) places = places_new();

	if (here == NULL)
		return g_strdup("");
	g_autofree char *plain = g_date_time_format(here, "%Y-%m-%d");
	g_autofree char *date = value_show_date(NULL, plain, plan->desk->texts, language_of(plan));
	g_autofree char *time = g_date_time_format(here, "%H:%M");

	places_put(places, "date", date);
	places_put(places, "time", time);
	return mail_say(plan->desk->texts, language_of(plan), "date", places);
}

json_t *said_of(const char *text)
{
	g_autofree char *valid = text_valid(text, -1);
	g_autofree char *cut = text_cut(g_strchomp(valid), SAID_BYTES);
	g_auto(GStrv) split = g_strsplit(cut, "\n", -1);
	GString *indented = g_string_new(NULL);
	json_t *lines = json_array();
	json_t *said;

	for (guint i = 0; split[i] != NULL; i++) {
		json_array_append_new(lines, json_pack("{s:s}", "line", split[i]));
		g_string_append_printf(indented, "%s%s%s", i > 0 ? "\n" : "",
				       *split[i] != '\0' ? "    " : "", split[i]);
	}
	said = *cut != '\0' ? json_pack("{s:O, s:s}", "lines", lines, "indented", indented->str)
			    : NULL;
	g_string_free(indented, TRUE);
	json_decref(lines);
	return said;
}

/* The name to greet with: as they are called on the case, else of the person. */
static const char *name_of(const MailPlan *plan)
{
	const MailFacts *facts = plan->facts;

	if (facts->recipient != NULL)
		return facts->recipient->name;
	if (facts->about == NULL || plan_is_for_team(plan) || plan_is_kind(plan, "confirm-manager"))
		return "";
	return plan_is_kind(plan, "approval") || plan_is_kind(plan, "approval-reminder")
		       ? facts->about->approver.name
		       : facts->about->requester.name;
}

static void put(json_t *data, const char *name, json_t *value)
{
	if (value != NULL)
		json_object_set_new(data, name, value);
}

static void put_flag(json_t *data, const char *name, bool value)
{
	json_object_set_new(data, name, json_boolean(value));
}

/* Whether an approver said yes; the notice says, else what happened, else what became of the case.
 */
static bool said_yes(const MailFacts *facts)
{
	json_t *yes = json_object_get(facts->data, "yes");

	if (json_is_boolean(yes))
		return json_is_true(yes);
	if (strcmp(facts->event, "approved") == 0)
		return true;
	return facts->about != NULL && facts->about->state != CASE_REFUSED &&
	       strcmp(facts->event, "refused") != 0;
}

/* A new case that comes with words: a note of who handed it on, or what the requester wrote. */
static bool has_note(const MailFacts *facts)
{
	return g_str_has_prefix(facts->event, "handed") || *mail_facts_said(facts, "note") != '\0';
}

static void put_flags(const MailPlan *plan, json_t *data)
{
	const MailFacts *facts = plan->facts;
	const Case *about = facts->about;
	const Form *form = plan_form(plan);

	put_flag(data, "team", plan_is_for_team(plan));
	put_flag(data, "has-case", about != NULL && !notice_is_keyless(facts->notice));
	put_flag(data, "has-sub-address", *plan->desk->settings->sub_address != '\0');
	put_flag(data, "no-approver", json_is_true(json_object_get(facts->data, "no-approver")));
	put_flag(data, "note", has_note(facts));
	if (about == NULL)
		return;
	put_flag(data, "incomplete", about->state == CASE_INCOMPLETE);
	put_flag(data, "awaiting",
		 about->state == CASE_AWAITING_APPROVAL && !case_waits_for_manager(about));
	put_flag(data, "awaiting-proposed",
		 case_waits_for_manager(about) && about->proposed.person != 0);
	put_flag(data, "awaiting-manager",
		 case_waits_for_manager(about) && about->proposed.person == 0);
	put_flag(data, "open",
		 about->state != CASE_INCOMPLETE && about->state != CASE_AWAITING_APPROVAL);
	put_flag(data, "closed", about->state == CASE_CLOSED);
	put_flag(data, "approval", form != NULL && form->approval);
	put_flag(data, "approved",
		 form != NULL && form->approval && *about->approver.name != '\0' &&
			 about->state != CASE_AWAITING_APPROVAL);
	put_flag(data, "unverified", !about->verified);
	put_flag(data, "yes", said_yes(facts));
	put_flag(data, "earlier", facts->earlier != NULL);
	put_flag(data, "behalf",
		 facts->recipient != NULL && facts->recipient->id == about->employee.person &&
			 about->requester.person != about->employee.person);
	put_flag(data, "in-mail", plan->desk->settings->answer_in_mail);
}

/* What was written, where the mail may show it: an answer stays out of it unless the desk wants it
 * in. */
static json_t *what_was_written(const MailPlan *plan)
{
	static const char *const shown[] = { "closed",  "refused",         "reopened",   "decided",
					     "wrote",   "withdrawn-team",  "redirected", "followed",
					     "crossed", "manager-refused", NULL };
	const MailFacts *facts = plan->facts;
	bool is_note = plan_is_kind(plan, "new-case") &&
		       (has_note(facts) || strcmp(facts->event, "reopened") == 0);
	bool is_answer = plan_is_kind(plan, "answered") || plan_is_kind(plan, "question");

	if (is_note)
		return said_of(said_or(mail_facts_said(facts, "note"), facts->text));
	if (g_strv_contains(shown, facts->notice->kind) ||
	    (is_answer && plan->desk->settings->answer_in_mail))
		return said_of(facts->text);
	return NULL;
}

/* Why something is not as it should be: a code of ours as a sentence, else as it stands. */
static char *why_of(const MailPlan *plan, GHashTable *places)
{
	const char *why =
		said_or(mail_facts_said(plan->facts, "code"), mail_facts_said(plan->facts, "why"));
	g_autofree char *key = g_strconcat("why-", why, NULL);
	g_autofree char *sentence = mail_say(plan->desk->texts, language_of(plan), key, places);

	if (*why == '\0')
		why = plan->facts->text;
	return text_one_line(g_str_has_prefix(sentence, "mail.") ? why : sentence, 1000);
}

static void put_tables(const MailPlan *plan, json_t *data)
{
	json_t *documents = rows_of_documents(plan);

	if (documents != NULL) {
		put_flag(documents, "attached", plan->is_attached);
		put_flag(documents, "linked",
			 !plan->is_attached &&
				 (plan_is_for_team(plan) || plan_is_kind(plan, "approval")));
	}
	put(data, "documents", documents);
	put(data, "facts", rows_of_facts(plan));
	put(data, "person",
	    plan_is_for_team(plan) || plan_is_kind(plan, "confirm-manager") ? rows_of_person(plan)
									    : NULL);
	put(data, "answers", rows_of_answers(plan));
	put(data, "problems", rows_of_problems(plan));
	put(data, "comment",
	    plan->facts->about != NULL ? said_of(plan->facts->about->comment) : NULL);
	put(data, "said", what_was_written(plan));
	put(data, "redirect", redirect_of(plan));
	put(data, "commands", plan_is_for_team(plan) ? list_of_commands(plan) : NULL);
}

/* What is told of a mail at the door. */
static void put_door(const MailPlan *plan, GHashTable *places, json_t *data)
{
	const MailFacts *facts = plan->facts;
	json_int_t receipt = json_integer_value(json_object_get(facts->data, "receipt"));
	g_autofree char *id = NULL;
	g_autofree char *why = why_of(plan, places);
	json_t *rows = json_array();

	if (receipt == 0 && facts->cause != NULL)
		receipt = facts->cause->receipt;
	id = receipt != 0 ? g_strdup_printf("%" JSON_INTEGER_FORMAT, receipt) : g_strdup("");
	if (facts->cause != NULL) {
		g_autofree char *at = plan_time(plan, facts->cause->at);

		rows_put(rows, plan_word(plan, "label-from"), facts->cause->from);
		rows_put(rows, plan_word(plan, "label-subject"), facts->cause->subject);
		rows_put(rows, plan_word(plan, "label-opened"), at);
	} else {
		rows_put(rows, plan_word(plan, "label-from"), mail_facts_said(facts, "from"));
		rows_put(rows, plan_word(plan, "label-subject"), mail_facts_said(facts, "subject"));
	}
	rows_put(rows, plan_word(plan, "label-number"),
		 facts->about != NULL ? facts->about->number : NULL);
	rows_put(rows, plan_word(plan, "label-mail"), id);
	rows_put(rows, plan_word(plan, "label-why"), why);
	put(data, "door", wrap_rows(rows));
	put(data, "id", json_string(id));
	put(data, "why", json_string(why));
}

static const char *subject_key(const MailPlan *plan)
{
	const Case *about = plan->facts->about;

	if (plan_is_kind(plan, "acknowledgement") && about != NULL &&
	    about->state == CASE_INCOMPLETE)
		return "subject-acknowledgement-incomplete";
	if (plan_is_kind(plan, "decided"))
		return said_yes(plan->facts) ? "subject-decided-yes" : "subject-decided-no";
	return NULL;
}

static char *subject_of(const MailPlan *plan, GHashTable *places)
{
	g_autofree char *usual = g_strconcat("subject-", plan->facts->notice->kind, NULL);
	const char *key = subject_key(plan);

	return mail_say(plan->desk->texts, language_of(plan), key != NULL ? key : usual, places);
}

/* The button: where it leads, and what it says. */
static json_t *link_of(const MailPlan *plan)
{
	g_autofree char *own = g_strconcat("link-", plan->facts->notice->kind, NULL);
	const char *label = plan_find_word(plan, own);

	if (*plan->link == '\0')
		return NULL;
	if (label == NULL)
		label = plan_word(plan, plan_is_for_team(plan) ? "link-case-team" : "link-case");
	return json_pack("{s:s, s:s}", "url", plan->link, "label", label);
}

/* What another browser than the one that asked must give beside the link. */
static json_t *code_of(const MailPlan *plan)
{
	gint64 login = json_integer_value(json_object_get(plan->facts->data, "login"));
	g_autofree char *code = login_code(plan->desk->secret, login);

	return json_string(code);
}

/* What HR is asked about the approver: who was named, what was read, why that does not do. */
static json_t *manager_of(const MailPlan *plan)
{
	const MailFacts *facts = plan->facts;
	const char *why = mail_facts_said(facts, "manager"), *hint = mail_facts_said(facts, "hint");
	const char *read = mail_facts_said(facts, "read");
	bool proposed = facts->about != NULL && facts->about->proposed.person != 0;
	g_autofree char *key =
		g_strconcat("manager-", strcmp(why, "refused") == 0 ? "refused-hr" : why, NULL);

	return json_pack("{s:b, s:b, s:s, s:b}", "proposed", proposed, "read",
			 !proposed && *read != '\0', "why",
			 *why != '\0' ? plan_word(plan, key) : "", "hint", *hint != '\0');
}

json_t *mail_data(const MailPlan *plan, char **ret_subject)
{
	g_autofree char *name = text_one_line(name_of(plan), 200);
	g_autoptr(GHashTable) places = plan_places(plan, name);
	g_autofree char *hello = mail_say(plan->desk->texts, language_of(plan),
					  *name != '\0' ? "hello" : "hello-nobody", places);
	g_autofree char *subject = subject_of(plan, places);
	json_t *sentences = mail_sentences(plan->desk, language_of(plan), places);
	json_t *data = json_object();

	put(data, "lang", json_string(language_code(language_of(plan))));
	put(data, "hello", json_string(hello));
	put(data, "number",
	    json_string(plan->facts->about != NULL ? plan->facts->about->number : ""));
	put(data, "reply", json_string(plan->reply));
	put(data, "u", mail_rules(sentences));
	put(data, "t", sentences);
	put_flags(plan, data);
	put_tables(plan, data);
	put_door(plan, places, data);
	put(data, "done", list_of_done(plan));
	put(data, "cases-open", list_of_open(plan));
	put(data, "findings", json_incref(json_object_get(plan->facts->data, "findings")));
	put_flag(data, "canned", *(const char *)g_hash_table_lookup(places, "canned") != '\0');
	put(data, "link", link_of(plan));
	put(data, "command",
	    json_string(said_or(mail_facts_said(plan->facts, "line"),
				mail_facts_said(plan->facts, "wrong"))));
	if (plan_is_kind(plan, "link"))
		put(data, "code", code_of(plan));
	if (plan_is_kind(plan, "confirm-manager"))
		put(data, "manager", manager_of(plan));
	put_flag(data, "reminder", json_is_true(json_object_get(plan->facts->data, "reminder")));
	if (plan_is_kind(plan, "menu"))
		put(data, "categories", list_of_categories(plan));
	if (plan_is_kind(plan, "template"))
		put(data, "template", list_of_template(plan, &subject));
	if (g_str_has_prefix(plan->facts->notice->kind, "bulk-"))
		put(data, "bulk", bulk_of(plan));
	if (plan_is_kind(plan, "which-case"))
		put(data, "cases", list_of_cases(plan));
	put(data, "title", json_string(subject));
	*ret_subject = g_steal_pointer(&subject);
	return data;
}
