/* decide.c - the order of the questions that are asked of a mail. */
#include "gateway/decide.h"

#include <string.h>

#include "common/address.h"
#include "common/key.h"

#define INLINE_DOCUMENT_BYTES \
	(20 * 1024) /* a picture in the text: smaller ones are signatures' logos */

static const char *const names[] = {
	[DECISION_REQUEST] = "request",           [DECISION_REPLY] = "reply",
	[DECISION_COMMAND] = "command",           [DECISION_APPROVAL] = "approval",
	[DECISION_ATTESTATIONS] = "attestations", [DECISION_HELP] = "help",
	[DECISION_IGNORED] = "ignored",           [DECISION_HELD] = "held",
	[DECISION_QUARANTINED] = "quarantined",
};

const char *decision_name(DecisionKind kind)
{
	return names[kind];
}

Step decided(Decision *decision, DecisionKind kind, const char *why)
{
	decision->kind = kind;
	g_free(decision->why);
	decision->why = g_strdup(why);
	return STEP_DECIDED;
}

static void add_details(GPtrArray *details, const Desk *desk, const char *address)
{
	char *detail =
		address_detail(address, desk->settings->address, desk->settings->sub_address);

	if (detail != NULL && *detail != '\0')
		g_ptr_array_add(details, detail);
	else
		g_free(detail);
}

GPtrArray *mail_details(const Desk *desk, const Mail *mail)
{
	GPtrArray *details = g_ptr_array_new_with_free_func(g_free);
	const GPtrArray *const fields[] = { mail->to, mail->cc };

	for (guint i = 0; i < mail->delivered_to->len; i++)
		add_details(details, desk, g_ptr_array_index(mail->delivered_to, i));
	for (size_t f = 0; f < G_N_ELEMENTS(fields); f++) {
		for (guint i = 0; i < fields[f]->len; i++) {
			const Mailbox *mailbox = g_ptr_array_index(fields[f], i);

			add_details(details, desk, mailbox->address);
		}
	}
	return details;
}

/* Nobody writes to the envelope sender of our mails but robots (RFC 3834 4). */
static bool is_for_bounces(const Desk *desk, const Mail *mail)
{
	g_autoptr(GPtrArray) details = mail_details(desk, mail);
	bool bounces = false;

	for (guint i = 0; i < details->len; i++) {
		KeyPurpose purpose;
		gint64 id;
		g_autofree char *hash = NULL;

		if (!key_parse_detail(g_ptr_array_index(details, i), &purpose, &id, &hash))
			continue;
		if (purpose == KEY_CASE)
			return false;
		bounces = true;
	}
	return bounces;
}

/* Robots, our own mails, and what could not be read: before anybody asks who wrote. */
static Step decide_automatic(const Desk *desk, const Mail *mail, Decision *decision)
{
	if (mail->unreadable)
		return decided(decision, DECISION_QUARANTINED, "unreadable");
	for (guint i = 0; i < mail->from->len; i++) {
		const Mailbox *from = g_ptr_array_index(mail->from, i);
		g_autofree char *detail = address_detail(from->address, desk->settings->address,
							 desk->settings->sub_address);

		if (detail != NULL)
			return decided(decision, DECISION_IGNORED, "own-mail");
	}
	if (mail->automatic != AUTOMATIC_NO)
		return decided(decision, DECISION_IGNORED, automatic_name(mail->automatic));
	if (is_for_bounces(desk, mail))
		return decided(decision, DECISION_IGNORED, "to-the-bounce-address");
	if (mail->return_path != NULL && *mail->return_path == '\0')
		return decided(decision, DECISION_IGNORED, "null-sender");
	return STEP_NEXT;
}

static bool is_document(const Attachment *attachment)
{
	if (!attachment->is_inline)
		return true;
	return !g_str_has_prefix(attachment->type, "image/") ||
	       attachment->size >= INLINE_DOCUMENT_BYTES;
}

static void collect_documents(const Mail *mail, GPtrArray *documents)
{
	for (guint i = 0; i < mail->attachments->len; i++) {
		Attachment *attachment = g_ptr_array_index(mail->attachments, i);

		if (is_document(attachment))
			g_ptr_array_add(documents, attachment);
	}
	for (guint i = 0; i < mail->messages->len; i++)
		collect_documents(g_ptr_array_index(mail->messages, i), documents);
}

static Decision *decision_new(const Desk *desk, const Mail *mail)
{
	Decision *decision = g_new0(Decision, 1);

	decision->why = g_strdup("");
	decision->address = g_strdup("");
	decision->language =
		mail->language != LANGUAGE_NONE ? mail->language : desk->settings->language;
	decision->documents = g_ptr_array_new();
	collect_documents(mail, decision->documents);
	decision->kinds = g_ptr_array_new();
	return decision;
}

bool decide(const Desk *desk, const Mail *mail, Decision **ret_decision, GError **error)
{
	static Step (*const steps[])(const Desk *, const Mail *, Decision *, GError **) = {
		decide_sender,
		decide_case,
		decide_help,
		decide_request,
	};
	g_autoptr(Decision) decision = decision_new(desk, mail);
	Step step = decide_automatic(desk, mail, decision);

	for (size_t i = 0; i < G_N_ELEMENTS(steps) && step == STEP_NEXT; i++)
		step = steps[i](desk, mail, decision, error);
	if (step == STEP_FAILED)
		return false;
	*ret_decision = g_steal_pointer(&decision);
	return true;
}

void decision_free(Decision *decision)
{
	if (decision == NULL)
		return;
	g_free(decision->why);
	g_free(decision->address);
	person_free(decision->sender);
	case_free(decision->about);
	filled_free(decision->filled);
	g_ptr_array_unref(decision->documents);
	g_ptr_array_unref(decision->kinds);
	g_clear_pointer(&decision->problems, g_ptr_array_unref);
	g_clear_pointer(&decision->waiting, g_ptr_array_unref);
	g_free(decision);
}
