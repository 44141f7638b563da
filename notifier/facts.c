/* facts.c - reading what a notice is about. */
#include "notifier/facts.h"

#include <string.h>

bool notice_is_keyless(const Notice *notice)
{
	return strcmp(notice->kind, "held") == 0 || strcmp(notice->kind, "quarantined") == 0;
}

void mail_file_free(MailFile *file)
{
	if (file == NULL)
		return;
	case_document_free(file->document);
	part_row_free(file->part);
	g_free(file);
}

MailFacts *mail_facts_new(const Notice *notice)
{
	MailFacts *facts = g_new0(MailFacts, 1);

	facts->notice = notice;
	facts->language = notice->language;
	facts->data = json_loads(notice->data != NULL ? notice->data : "{}", 0, NULL);
	if (!json_is_object(facts->data)) {
		json_decref(facts->data);
		facts->data = json_object();
	}
	facts->answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	facts->problems = g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
	facts->files = g_ptr_array_new_with_free_func((GDestroyNotify)mail_file_free);
	facts->cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
	facts->event = g_strdup("");
	facts->text = g_strdup(mail_facts_said(facts, "text"));
	facts->references = g_strdup("");
	facts->in_reply_to = g_strdup("");
	return facts;
}

void mail_facts_free(MailFacts *facts)
{
	if (facts == NULL)
		return;
	json_decref(facts->data);
	case_free(facts->about);
	g_clear_pointer(&facts->answers, g_ptr_array_unref);
	g_clear_pointer(&facts->problems, g_ptr_array_unref);
	g_clear_pointer(&facts->files, g_ptr_array_unref);
	g_clear_pointer(&facts->cases, g_ptr_array_unref);
	g_free(facts->event);
	g_free(facts->writer);
	g_free(facts->text);
	person_free(facts->recipient);
	person_free(facts->requester);
	person_free(facts->employee);
	g_free(facts->earlier);
	mail_row_free(facts->cause);
	g_free(facts->references);
	g_free(facts->in_reply_to);
	g_free(facts);
}

const char *mail_facts_said(const MailFacts *facts, const char *name)
{
	const char *said = json_string_value(json_object_get(facts->data, name));

	return said != NULL ? said : "";
}

/* The part and the raw mail of each document. */
static bool read_files(const MailDesk *desk, MailFacts *facts, GError **error)
{
	g_autoptr(GPtrArray) documents = NULL;

	if (!case_documents(desk->store, facts->about->id, &documents, error))
		return false;
	g_ptr_array_set_free_func(documents, NULL);
	for (guint i = 0; i < documents->len; i++) {
		MailFile *file = g_new0(MailFile, 1);

		file->document = g_ptr_array_index(documents, i);
		g_ptr_array_add(facts->files, file);
	}
	for (guint i = 0; i < facts->files->len; i++) {
		MailFile *file = g_ptr_array_index(facts->files, i);
		g_autoptr(MailRow) row = NULL;
		g_autoptr(GPtrArray) parts = NULL;

		if (!mails_get(desk->store, file->document->mail, &row, error) ||
		    !parts_of_mail(desk->store, file->document->mail, &parts, error))
			return false;
		if (row == NULL)
			continue;
		file->raw = row->raw;
		for (guint p = 0; p < parts->len && file->part == NULL; p++) {
			PartRow *part = g_ptr_array_index(parts, p);

			if (part->id == file->document->part)
				file->part = g_ptr_array_steal_index(parts, p);
		}
	}
	return true;
}

/* What happened, and the words that were written with it, unless the notice brings its own. */
static bool read_writer(const MailDesk *desk, MailFacts *facts, const char *who, GError **error)
{
	g_autoptr(Person) writer = NULL;

	if (strcmp(who, facts->about->requester.number) == 0)
		return true;
	if (!people_find_number(desk->store, who, &writer, error))
		return false;
	facts->writer = writer != NULL ? g_strdup(writer->name) : NULL;
	return true;
}

static bool read_event(const MailDesk *desk, MailFacts *facts, GError **error)
{
	g_autoptr(GPtrArray) events = NULL;

	if (facts->notice->event == 0)
		return true;
	if (!case_events(desk->store, facts->about->id, &events, error))
		return false;
	for (guint i = 0; i < events->len; i++) {
		const CaseEvent *event = g_ptr_array_index(events, i);

		if (event->id != facts->notice->event)
			continue;
		g_free(facts->event);
		facts->event = g_strdup(event->what);
		facts->event_at = event->at;
		if (!read_writer(desk, facts, event->who, error))
			return false;
		if (*facts->text == '\0') {
			g_free(facts->text);
			facts->text = g_strdup(event->text);
		}
	}
	return true;
}

static bool read_earlier(const MailDesk *desk, MailFacts *facts, GError **error)
{
	g_autoptr(Case) earlier = NULL;

	if (facts->about->earlier == 0)
		return true;
	if (!case_get(desk->store, facts->about->earlier, &earlier, error))
		return false;
	facts->earlier = earlier != NULL ? g_strdup(earlier->number) : NULL;
	return true;
}

static bool read_party(const MailDesk *desk, const Party *party, Person **ret_person,
		       GError **error)
{
	return party->person == 0 || people_find_id(desk->store, party->person, ret_person, error);
}

static bool read_case(const MailDesk *desk, MailFacts *facts, GError **error)
{
	if (facts->notice->case_id == 0)
		return true;
	if (!case_get(desk->store, facts->notice->case_id, &facts->about, error))
		return false;
	if (facts->about == NULL)
		return true;
	g_clear_pointer(&facts->answers, g_ptr_array_unref);
	g_clear_pointer(&facts->problems, g_ptr_array_unref);
	return case_answers(desk->store, facts->about->id, &facts->answers, error) &&
	       case_problems(desk->store, facts->about->id, &facts->problems, error) &&
	       read_files(desk, facts, error) && read_event(desk, facts, error) &&
	       read_earlier(desk, facts, error) &&
	       read_party(desk, &facts->about->requester, &facts->requester, error) &&
	       read_party(desk, &facts->about->employee, &facts->employee, error);
}

/* The person whom the notice is for: by its holder, else by address. */
static bool read_recipient(const MailDesk *desk, MailFacts *facts, GError **error)
{
	const char *holder = facts->notice->holder;

	if (g_str_has_prefix(holder, "p:"))
		return people_find_number(desk->store, holder + 2, &facts->recipient, error);
	if (g_str_has_prefix(holder, "t:"))
		return true;
	return people_find_address(desk->store, facts->notice->to, &facts->recipient, error);
}

/* The cases that the notice names by id. */
static bool read_named(const MailDesk *desk, MailFacts *facts, GError **error)
{
	json_t *id;
	size_t i;

	json_array_foreach(json_object_get(facts->data, "cases"), i, id)
	{
		Case *c = NULL;

		if (!case_get(desk->store, json_integer_value(id), &c, error))
			return false;
		if (c != NULL)
			g_ptr_array_add(facts->cases, c);
	}
	return true;
}

/* The cases among which the writer is to choose. */
static bool read_choice(const MailDesk *desk, MailFacts *facts, GError **error)
{
	if (strcmp(facts->notice->kind, "which-case") != 0 || facts->recipient == NULL)
		return true;
	if (json_is_array(json_object_get(facts->data, "cases")))
		return read_named(desk, facts, error);
	g_clear_pointer(&facts->cases, g_ptr_array_unref);
	return case_waiting_of(desk->store, facts->recipient->id, &facts->cases, error);
}

bool mail_facts_read(const MailDesk *desk, const Notice *notice, MailFacts **ret_facts,
		     GError **error)
{
	g_autoptr(MailFacts) facts = mail_facts_new(notice);

	if (notice->cause != 0 && !mails_get(desk->store, notice->cause, &facts->cause, error))
		return false;
	if (!read_case(desk, facts, error) || !read_recipient(desk, facts, error) ||
	    !read_choice(desk, facts, error) || !thread_read(desk, facts, error))
		return false;
	if (facts->language == LANGUAGE_NONE && facts->recipient != NULL)
		facts->language = facts->recipient->language;
	if (facts->language == LANGUAGE_NONE)
		facts->language = desk->settings->language;
	*ret_facts = g_steal_pointer(&facts);
	return true;
}
