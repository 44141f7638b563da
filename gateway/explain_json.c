/* explain_json.c - a mail as JSON, key by key. */
#include "gateway/explain_json.h"

#include "common/text.h"

static json_t *text_or_null(const char *text)
{
	g_autofree char *valid = NULL;

	if (text == NULL)
		return json_null();
	if (g_utf8_validate(text, -1, NULL))
		return json_string_nocheck(text);
	valid = g_utf8_make_valid(text, -1);
	return json_string_nocheck(valid);
}

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new_nocheck(object, key, value);
}

static json_t *strings(char **list)
{
	json_t *array = json_array();

	for (guint i = 0; list != NULL && list[i] != NULL; i++)
		json_array_append_new(array, text_or_null(list[i]));
	return array;
}

static json_t *mailbox(const Mailbox *box)
{
	json_t *object = json_object();

	put(object, "name", text_or_null(box->name));
	put(object, "address", text_or_null(box->address));
	return object;
}

static json_t *mailboxes(const GPtrArray *list)
{
	json_t *array = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(array, mailbox(g_ptr_array_index(list, i)));
	return array;
}

static json_t *attachments(const GPtrArray *list)
{
	json_t *array = json_array();

	for (guint i = 0; i < list->len; i++) {
		const Attachment *attachment = g_ptr_array_index(list, i);
		json_t *object = json_object();

		put(object, "name", text_or_null(attachment->name));
		put(object, "type", text_or_null(attachment->type));
		put(object, "size", json_integer(attachment->size));
		put(object, "sha256", text_or_null(attachment->sha256));
		put(object, "inline", json_boolean(attachment->is_inline));
		put(object, "from", text_or_null(attachment->from));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *forward_object(const Forward *forward)
{
	json_t *object;

	if (forward == NULL)
		return json_null();
	object = json_object();
	put(object, "from", mailbox(&forward->from));
	put(object, "to", mailboxes(forward->to));
	put(object, "cc", mailboxes(forward->cc));
	put(object, "subject", text_or_null(forward->subject));
	put(object, "date", text_or_null(forward->date));
	put(object, "text", text_or_null(forward->text));
	return object;
}

static json_t *bounces(const GPtrArray *list)
{
	json_t *array = json_array();

	for (guint i = 0; i < list->len; i++) {
		const Bounce *bounce = g_ptr_array_index(list, i);
		json_t *object = json_object();

		put(object, "recipient", text_or_null(bounce->recipient));
		put(object, "action", text_or_null(bounce->action));
		put(object, "status", text_or_null(bounce->status));
		put(object, "original_message_id", text_or_null(bounce->original_message_id));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *signature_object(const Signature *signature)
{
	json_t *object;

	if (signature == NULL)
		return json_null();
	object = json_object();
	put(object, "kind", text_or_null(signature->kind));
	put(object, "valid", json_boolean(signature->valid));
	put(object, "by", text_or_null(signature->by != NULL ? signature->by : ""));
	put(object, "national_number", text_or_null(signature->national_number));
	return object;
}

static json_t *authenticated_object(const Authenticated *authenticated)
{
	json_t *object;

	if (authenticated == NULL)
		return json_null();
	object = json_object();
	put(object, "spf", text_or_null(authenticated->spf));
	put(object, "dkim", text_or_null(authenticated->dkim));
	put(object, "dmarc", text_or_null(authenticated->dmarc));
	return object;
}

static json_t *messages(const GPtrArray *list)
{
	json_t *array = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(array, mail_to_json(g_ptr_array_index(list, i), NULL));
	return array;
}

static json_t *warnings(const GPtrArray *list)
{
	json_t *array = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(array, text_or_null(g_ptr_array_index(list, i)));
	return array;
}

json_t *mail_to_json(const Mail *mail, const char *file)
{
	json_t *object = json_object();
	g_autofree char *date = mail->date >= 0 ? text_time(mail->date) : NULL;

	if (file != NULL)
		put(object, "file", text_or_null(file));
	put(object, "size", json_integer(mail->size));
	put(object, "sha256", text_or_null(mail->sha256));
	put(object, "message_id", text_or_null(mail->message_id));
	put(object, "in_reply_to", strings(mail->in_reply_to));
	put(object, "references", strings(mail->references));
	put(object, "date", text_or_null(date));
	put(object, "from", mailboxes(mail->from));
	put(object, "reply_to", mailboxes(mail->reply_to));
	put(object, "to", mailboxes(mail->to));
	put(object, "cc", mailboxes(mail->cc));
	put(object, "subject", text_or_null(mail->subject));
	put(object, "text", text_or_null(mail->text));
	put(object, "reply", text_or_null(mail->reply));
	put(object, "attachments", attachments(mail->attachments));
	put(object, "messages", messages(mail->messages));
	put(object, "forward", forward_object(mail->forward));
	put(object, "automatic", text_or_null(automatic_name(mail->automatic)));
	put(object, "bounces", bounces(mail->bounces));
	put(object, "signed", signature_object(mail->signature));
	put(object, "authenticated", authenticated_object(mail->authenticated));
	put(object, "warnings", warnings(mail->warnings));
	return object;
}
