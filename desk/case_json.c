/* case_json.c - a case and its parts as JSON; its keys may be added to, never renamed or dropped.
 */
#include "desk/case_json.h"

#include "common/text.h"
#include "store/bulk.h"

json_t *time_json(gint64 seconds)
{
	g_autofree char *text = seconds != 0 ? text_time(seconds) : NULL;

	return text != NULL ? json_string(text) : json_null();
}

json_t *text_json(const char *text)
{
	return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

json_t *case_number_json(Store *store, gint64 id)
{
	g_autoptr(Case) c = NULL;

	if (id == 0 || !case_get(store, id, &c, NULL) || c == NULL)
		return json_null();
	return json_string(c->number);
}

json_t *mail_sha256_json(Store *store, gint64 mail)
{
	g_autoptr(MailRow) row = NULL;

	if (mail == 0 || !mails_get(store, mail, &row, NULL) || row == NULL)
		return json_null();
	return json_string(row->raw.sha256);
}

static json_t *party_json(const Party *party)
{
	if (party->person == 0 && party->address[0] == '\0')
		return json_null();
	return json_pack("{s:s, s:s, s:s}", "number", party->number, "name", party->name, "address",
			 party->address);
}

json_t *case_json(const Case *c)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:b, s:o, s:o, s:o, s:o}",
		"number", c->number, "state", case_state_name(c->state), "form", c->form, "subject",
		c->subject, "team", c->team, "assignee", text_json(c->assignee.number), "requester",
		party_json(&c->requester), "employee", party_json(&c->employee), "approver",
		party_json(&c->approver), "deputy", party_json(&c->deputy), "proposed",
		party_json(&c->proposed), "comment", c->comment, "language",
		c->language != LANGUAGE_NONE ? language_code(c->language) : "", "verified",
		c->verified, "opened", time_json(c->opened), "changed", time_json(c->changed),
		"closed", time_json(c->closed), "due", time_json(c->due));
}

/* ---- the whole of it: each list by its rows ---- */

typedef bool (*ListOf)(Store *store, gint64 id, GPtrArray **ret_rows, GError **error);
typedef json_t *(*RowJson)(Store *store, const void *row);

static json_t *problem_json(Store *store, const void *row)
{
	const Problem *problem = row;

	return json_pack("{s:s, s:s, s:s}", "field", problem->field, "code", problem->code, "read",
			 problem->read);
}

static json_t *document_json(Store *store, const void *row)
{
	const CaseDocument *document = row;

	return json_pack("{s:s, s:s, s:s, s:I, s:s, s:o, s:b}", "kind", document->kind, "name",
			 document->name, "type", document->type, "size", (json_int_t)document->size,
			 "sha256", document->sha256, "mail",
			 mail_sha256_json(store, document->mail), "public", document->is_public);
}

static json_t *mail_json(Store *store, const void *row)
{
	const MailRow *mail = row;

	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:s}", "message_id",
			 text_json(mail->message_id), "sha256", mail->raw.sha256, "direction",
			 mail->direction, "from", mail->from, "to", mail->to, "subject",
			 mail->subject, "at", time_json(mail->at), "public", mail->is_public,
			 "text", mail->text);
}

static json_t *event_json(Store *store, const void *row)
{
	const CaseEvent *event = row;

	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:o}", "at", time_json(event->at), "who",
			 event->who, "way", event->way, "what", event->what, "text", event->text,
			 "mail", mail_sha256_json(store, event->mail));
}

static json_t *held_json(Store *store, const void *row)
{
	const Held *held = row;
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, held->receipt);
	g_autoptr(GPtrArray) receipts = NULL;
	json_t *mail = json_null();

	if (receipts_find(store, number, &receipts, NULL) && receipts->len == 1)
		mail = json_string(((const Receipt *)receipts->pdata[0])->raw.sha256);
	return json_pack("{s:I, s:o, s:s, s:o}", "id", (json_int_t)held->id, "mail", mail, "why",
			 held->why, "at", time_json(held->at));
}

static json_t *item_json(Store *store, const void *row)
{
	const BulkItem *item = row;

	(void)store;
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "n", (json_int_t)item->place,
			 "name", item->name, "state", item->state, "why", item->why, "hint",
			 item->hint, "person", item->person_name, "case", item->filed_number);
}

static const struct {
	const char *key;
	ListOf list;
	RowJson json;
} lists[] = {
	{ "problems", case_problems, problem_json }, { "documents", case_documents, document_json },
	{ "mails", mails_of_case, mail_json },       { "events", case_events, event_json },
	{ "held", held_of_case, held_json },         { "items", bulk_items, item_json },
};

static json_t *answers_json(const GPtrArray *answers)
{
	json_t *json = json_object();

	for (guint i = 0; i < answers->len; i++) {
		const Answer *answer = answers->pdata[i];

		json_object_set_new(json, answer->field, json_string(answer->value));
	}
	return json;
}

json_t *case_whole_json(Store *store, const Case *c, GError **error)
{
	g_autoptr(GPtrArray) answers = NULL;
	json_t *json;
	bool read = case_answers(store, c->id, &answers, error);

	if (!read)
		return NULL;
	json = case_json(c);
	json_object_set_new(json, "earlier", case_number_json(store, c->earlier));
	json_object_set_new(json, "merged", case_number_json(store, c->merged));
	json_object_set_new(json, "answers", answers_json(answers));
	for (gsize i = 0; i < G_N_ELEMENTS(lists) && read; i++) {
		g_autoptr(GPtrArray) rows = NULL;
		json_t *list = json_array();

		read = lists[i].list(store, c->id, &rows, error);
		for (guint r = 0; read && r < rows->len; r++)
			json_array_append_new(list, lists[i].json(store, rows->pdata[r]));
		json_object_set_new(json, lists[i].key, list);
	}
	if (read)
		return json;
	json_decref(json);
	return NULL;
}

json_t *receipt_events_json(Store *store, const Receipt *receipt)
{
	g_autoptr(GPtrArray) events = NULL;
	json_t *all = json_array();

	if (!receipts_notes(store, receipt->id, &events, NULL))
		return all;
	for (guint i = 0; i < events->len; i++)
		json_array_append_new(all, event_json(store, events->pdata[i]));
	return all;
}

json_t *receipt_json(Store *store, const Receipt *receipt)
{
	return json_pack("{s:I, s:s, s:o, s:s, s:s, s:o, s:s, s:o, s:o, s:o}", "id",
			 (json_int_t)receipt->id, "sha256", receipt->raw.sha256, "message_id",
			 text_json(receipt->message_id), "mailbox", receipt->mailbox, "uid",
			 receipt->uid, "received", time_json(receipt->received), "state",
			 receipt->state, "decision", text_json(receipt->decision), "case",
			 case_number_json(store, receipt->case_id), "why", text_json(receipt->why));
}
