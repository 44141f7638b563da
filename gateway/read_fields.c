/* read_fields.c - the header of a message, field by field. */
#include "gateway/read_fields.h"

#include <string.h>

#include "common/limits.h"
#include "gateway/read_header.h"

static char **strings_end(GPtrArray *ids)
{
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(ids, FALSE);
}

static char *first_address(const char *raw)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);

	header_mailboxes(raw, list);
	if (list->len == 0)
		return g_strdup("");
	return g_strdup(((Mailbox *)g_ptr_array_index(list, 0))->address);
}

static void read_address_field(Mail *mail, const char *name, const char *raw, GPtrArray *senders)
{
	const struct {
		const char *name;
		GPtrArray *list;
	} lists[] = {
		{ "From", mail->from },
		{ "Reply-To", mail->reply_to },
		{ "To", mail->to },
		{ "Cc", mail->cc },
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		if (g_ascii_strcasecmp(name, lists[i].name) == 0 &&
		    !header_mailboxes(raw, lists[i].list))
			mail_warn(mail, "%s: only the first %d addresses were read", lists[i].name,
				  MAIL_ADDRESSES);
	if (g_ascii_strcasecmp(name, "Sender") == 0)
		header_mailboxes(raw, senders);
}

/* Of several senders, which no mail may have, the one that is not the writer. */
static void choose_sender(Mail *mail, GPtrArray *senders)
{
	const Mailbox *from = mail->from->len > 0 ? g_ptr_array_index(mail->from, 0) : NULL;
	guint chosen = 0;

	for (guint i = senders->len; from != NULL && i > 0; i--) {
		const Mailbox *sender = g_ptr_array_index(senders, i - 1);

		if (g_ascii_strcasecmp(sender->address, from->address) != 0)
			chosen = i - 1;
	}
	if (senders->len > 0)
		mail->sender = g_ptr_array_steal_index(senders, chosen);
}

static void read_envelope_field(Mail *mail, const char *name, const char *raw)
{
	static const char *const delivered[] = { "Delivered-To", "X-Original-To", "Envelope-To",
						 "X-Envelope-To", NULL };

	if (g_ascii_strcasecmp(name, "Return-Path") == 0 && mail->return_path == NULL)
		mail->return_path = strstr(raw, "<>") != NULL ? g_strdup("") : first_address(raw);
	for (guint i = 0; delivered[i] != NULL; i++)
		if (g_ascii_strcasecmp(name, delivered[i]) == 0 &&
		    mail->delivered_to->len < MAIL_ADDRESSES)
			g_ptr_array_add(mail->delivered_to, first_address(raw));
}

void fields_read(Mail *mail, GMimeHeaderList *headers)
{
	g_autoptr(GPtrArray) message_id = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) senders = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
	GPtrArray *in_reply_to = g_ptr_array_new(), *references = g_ptr_array_new();
	bool has_subject = false;
	int count = MIN(g_mime_header_list_get_count(headers), MAIL_HEADER_FIELDS);

	for (int i = 0; i < count; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
		const char *name = g_mime_header_get_name(header);
		const char *raw = g_mime_header_get_raw_value(header);

		if (name == NULL || raw == NULL)
			continue;
		read_address_field(mail, name, raw, senders);
		read_envelope_field(mail, name, raw);
		if (g_ascii_strcasecmp(name, "Message-ID") == 0)
			header_ids(raw, message_id);
		else if (g_ascii_strcasecmp(name, "In-Reply-To") == 0)
			header_ids(raw, in_reply_to);
		else if (g_ascii_strcasecmp(name, "References") == 0)
			header_ids(raw, references);
		else if (g_ascii_strcasecmp(name, "Date") == 0 && mail->date < 0)
			mail->date = header_date(raw);
		else if (g_ascii_strcasecmp(name, "Subject") == 0 && !has_subject) {
			has_subject = true;
			g_free(mail->subject);
			mail->subject = header_text(raw, MAIL_SUBJECT_BYTES);
		}
	}
	choose_sender(mail, senders);
	if (message_id->len > 0)
		mail->message_id = g_strdup(g_ptr_array_index(message_id, 0));
	g_strfreev(mail->in_reply_to);
	mail->in_reply_to = strings_end(in_reply_to);
	g_strfreev(mail->references);
	mail->references = strings_end(references);
}
