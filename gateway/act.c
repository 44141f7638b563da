/* act.c - one mail, one outcome: what was decided becomes rows. */
#include "gateway/act.h"

#include <string.h>

#include "common/text.h"
#include "gateway/bulk.h"
#include "store/outbox.h"

#define DAY (24 * 60 * 60)

/* All attachments of a mail and of the mails in it, in the order in which they are kept. */
static void collect_attachments(const Mail *mail, GPtrArray *attachments)
{
	for (guint i = 0; i < mail->attachments->len; i++)
		g_ptr_array_add(attachments, g_ptr_array_index(mail->attachments, i));
	for (guint i = 0; i < mail->messages->len; i++)
		collect_attachments(g_ptr_array_index(mail->messages, i), attachments);
}

static char *recipients(const Mail *mail)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < mail->to->len && i < 20; i++) {
		const Mailbox *to = g_ptr_array_index(mail->to, i);

		g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", to->address);
	}
	return g_string_free(all, FALSE);
}

static bool keep_mail(Act *act, GError **error)
{
	g_autoptr(MailRow) row = g_new0(MailRow, 1);
	g_autoptr(GPtrArray) attachments = g_ptr_array_new();

	if (act->receipt->mail_id != 0 &&
	    strcmp(act->receipt->state, "held") == 0) { /* decided once more */
		act->mail_id = act->receipt->mail_id;
		return parts_of_mail(act->desk->store, act->mail_id, &act->parts, error);
	}
	row->raw = act->receipt->raw;
	row->message_id = g_strdup(act->mail->message_id != NULL ? act->mail->message_id : "");
	row->direction = g_strdup("in");
	row->from = g_strdup(act->decision->address);
	row->to = recipients(act->mail);
	row->subject = text_cut(act->mail->subject, 998);
	row->text = g_strdup(act->mail->reply);
	row->at = act->receipt->received;
	row->receipt = act->receipt->id;
	collect_attachments(act->mail, attachments);
	if (!mails_put(act->desk->store, row, attachments, error))
		return false;
	act->mail_id = row->id;
	return attachments->len == 0 ||
	       parts_of_mail(act->desk->store, row->id, &act->parts, error);
}

GPtrArray *act_attachments(const Act *act)
{
	GPtrArray *attachments = g_ptr_array_new();

	collect_attachments(act->mail, attachments);
	return attachments;
}

GPtrArray *act_documents(const Act *act, const GPtrArray *kinds)
{
	GPtrArray *documents = g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	g_autoptr(GPtrArray) attachments = g_ptr_array_new();

	collect_attachments(act->mail, attachments);
	for (guint i = 0; i < act->decision->documents->len; i++) {
		const char *kind =
			kinds != NULL && i < kinds->len ? g_ptr_array_index(kinds, i) : NULL;
		guint at;

		if (act->parts == NULL ||
		    !g_ptr_array_find(attachments, g_ptr_array_index(act->decision->documents, i),
				      &at) ||
		    at >= act->parts->len)
			continue;
		const PartRow *part = g_ptr_array_index(act->parts, at);
		g_ptr_array_add(documents, case_document_new(part->id, act->mail_id,
							     kind != NULL ? kind : ""));
	}
	return documents;
}

bool act_notice_of(Act *act, const char *kind, gint64 event, json_t *data, gint64 case_id,
		   GError **error)
{
	const Decision *decision = act->decision;
	bool by_desk = decision->sender != NULL &&
		       (decision->sender->roles & (PERSON_DOSSIER_MANAGER | PERSON_ADMIN)) != 0;
	g_autofree char *holder = decision->sender != NULL
					  ? g_strconcat("p:", decision->sender->number, NULL)
					  : g_strconcat("a:", decision->address, NULL);
	char *json = data != NULL ? json_dumps(data, JSON_COMPACT) : NULL;
	NoticePut put = {
		.case_id = case_id,
		.event = event,
		.cause = act->mail_id,
		.kind = kind,
		.to = decision->address,
		.holder = holder,
		.data = json,
		.language = decision->language,
		.automatic = !by_desk,
		.now = act->now,
	};
	bool done = outbox_put(act->desk->store, &put, error);

	free(json);
	json_decref(data);
	return done;
}

bool act_notice(Act *act, const char *kind, json_t *data, gint64 case_id, GError **error)
{
	return act_notice_of(act, kind, 0, data, case_id, error);
}

bool act_held(Act *act, const char *why, gint64 case_id, GError **error)
{
	act->state = "held";
	act->decided = decision_name(DECISION_HELD);
	g_free(act->why);
	act->why = g_strdup(why);
	act->case_id = case_id;
	return held_put(act->desk->store, act->receipt->id, case_id, act->mail_id, why, act->now,
			error);
}

static bool act_quarantined(Act *act, GError **error)
{
	g_autoptr(GPtrArray) admins = NULL;
	json_t *data =
		json_pack("{s:s, s:I}", "why", act->why, "receipt", (json_int_t)act->receipt->id);
	char *json = json_dumps(data, JSON_COMPACT);
	bool done = people_with_role(act->desk->store, PERSON_ADMIN, &admins, error);

	act->state = "quarantined";
	for (guint i = 0; done && i < admins->len; i++) {
		const Person *admin = g_ptr_array_index(admins, i);
		g_autofree char *holder = g_strconcat("p:", admin->number, NULL);
		NoticePut put = {
			.cause = 0,
			.kind = "quarantined",
			.to = admin->addresses[0],
			.holder = holder,
			.data = json,
			.language = admin->language,
			.automatic = true,
			.now = act->now,
		};

		done = admin->addresses[0] == NULL || outbox_put(act->desk->store, &put, error);
	}
	free(json);
	json_decref(data);
	return done;
}

static json_t *notice_data(const Act *act)
{
	const Decision *decision = act->decision;
	json_t *data = json_object();

	if (decision->form != NULL)
		json_object_set_new(data, "form", json_string(decision->form->id));
	if (decision->category != NULL)
		json_object_set_new(data, "category", json_string(decision->category->id));
	if (decision->sender != NULL)
		json_object_set_new(data, "roles", json_integer(decision->sender->roles));
	if (*decision->why != '\0')
		json_object_set_new(data, "why", json_string(decision->why));
	if (decision->waiting != NULL) {
		json_t *cases = json_array();

		for (guint i = 0; i < decision->waiting->len; i++)
			json_array_append_new(
				cases,
				json_integer(
					((Case *)g_ptr_array_index(decision->waiting, i))->id));
		json_object_set_new(data, "cases", cases);
	}
	return data;
}

static bool act_help(Act *act, GError **error)
{
	if (act->decision->notice == NULL)
		return true;
	return act_notice(act, act->decision->notice, notice_data(act), 0, error);
}

/* A stranger is answered once a day at most. */
static bool act_stranger(Act *act, GError **error)
{
	bool told;

	if (!outbox_sent_since(act->desk->store, "stranger", act->decision->address, act->now - DAY,
			       &told, error))
		return false;
	return told || act_notice(act, "stranger", NULL, 0, error);
}

static bool act_too_large(Act *act, GError **error)
{
	gint64 size = g_ascii_strtoll(act->receipt->why + strlen(RECEIPT_TOO_LARGE), NULL, 10);

	act->decided = decision_name(DECISION_QUARANTINED);
	g_free(act->why);
	act->why = g_strdup(act->receipt->why);
	if (act->decision->sender != NULL && act->mail->automatic == AUTOMATIC_NO &&
	    !act_notice(act, "too-large", json_pack("{s:I}", "size", (json_int_t)size), 0, error))
		return false;
	/* a stranger is told what any mail of a stranger is told */
	if (act->decision->sender == NULL && act->decision->notice != NULL &&
	    !act_stranger(act, error))
		return false;
	return act_quarantined(act, error);
}

static bool act_by_kind(Act *act, GError **error)
{
	switch (act->decision->kind) {
	case DECISION_REQUEST:
		return act_request(act, error);
	case DECISION_ATTESTATIONS:
		return act_attestations(act, error);
	case DECISION_REPLY:
		return act_reply(act, error);
	case DECISION_COMMAND:
		return act_command(act, error);
	case DECISION_APPROVAL:
		return act_approval(act, error);
	case DECISION_HELP:
		return act_help(act, error);
	case DECISION_HELD:
		return act_held(act, act->decision->why,
				act->decision->about != NULL ? act->decision->about->id : 0, error);
	case DECISION_QUARANTINED:
		return act_quarantined(act, error);
	case DECISION_IGNORED:
		break;
	}
	if (act->decision->notice != NULL)
		return act_stranger(act, error);
	return act_ignored(act, error);
}

bool act(const Desk *desk, const Mail *mail, const Decision *decision, const Receipt *receipt,
	 gint64 now, GError **error)
{
	Act self = {
		.desk = desk,
		.mail = mail,
		.decision = decision,
		.receipt = receipt,
		.now = now,
		.decided = decision_name(decision->kind),
		.why = g_strdup(decision->why),
		.state = "done",
		.case_id = decision->about != NULL ? decision->about->id : 0,
	};
	bool done = keep_mail(&self, error);

	self.by = (CaseBy){
		.person = decision->sender != NULL ? decision->sender->id : 0,
		.who = decision->sender != NULL ? decision->sender->number : "desk",
		.way = WAY_MAIL,
		.mail = self.mail_id,
		.now = now,
	};
	if (done && g_str_has_prefix(receipt->why, RECEIPT_TOO_LARGE))
		done = act_too_large(&self, error);
	else if (done)
		done = act_by_kind(&self, error);
	done = done && receipts_settle(desk->store, receipt->id, self.state, self.decided, self.why,
				       self.case_id, self.mail_id, error);
	g_free(self.why);
	g_clear_pointer(&self.parts, g_ptr_array_unref);
	return done;
}
