/* mail.c - making and freeing a mail and what belongs to it. */
#include "common/mail.h"

#include <stdarg.h>

#define WARNINGS 100

Mailbox *mailbox_new(const char *name, const char *address)
{
	Mailbox *mailbox = g_new0(Mailbox, 1);

	mailbox->name = g_strdup(name != NULL ? name : "");
	mailbox->address = g_strdup(address != NULL ? address : "");
	return mailbox;
}

void mailbox_free(Mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	g_free(mailbox->name);
	g_free(mailbox->address);
	g_free(mailbox);
}

static GPtrArray *mailboxes_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
}

void attachment_free(Attachment *attachment)
{
	if (attachment == NULL)
		return;
	g_free(attachment->name);
	g_free(attachment->type);
	g_free(attachment->sha256);
	g_free(attachment->text);
	g_free(attachment);
}

Bounce *bounce_new(void)
{
	Bounce *bounce = g_new0(Bounce, 1);

	bounce->recipient = g_strdup("");
	bounce->action = g_strdup("");
	bounce->status = g_strdup("");
	return bounce;
}

void bounce_free(Bounce *bounce)
{
	if (bounce == NULL)
		return;
	g_free(bounce->recipient);
	g_free(bounce->action);
	g_free(bounce->status);
	g_free(bounce->original_message_id);
	g_free(bounce);
}

Forward *forward_new(void)
{
	Forward *forward = g_new0(Forward, 1);

	forward->from.name = g_strdup("");
	forward->from.address = g_strdup("");
	forward->to = mailboxes_new();
	forward->cc = mailboxes_new();
	forward->subject = g_strdup("");
	forward->date = g_strdup("");
	forward->text = g_strdup("");
	return forward;
}

void forward_free(Forward *forward)
{
	if (forward == NULL)
		return;
	g_free(forward->from.name);
	g_free(forward->from.address);
	g_ptr_array_unref(forward->to);
	g_ptr_array_unref(forward->cc);
	g_free(forward->subject);
	g_free(forward->date);
	g_free(forward->text);
	g_free(forward);
}

Authenticated *authenticated_new(void)
{
	Authenticated *authenticated = g_new0(Authenticated, 1);

	authenticated->spf = g_strdup("none");
	authenticated->dkim = g_strdup("none");
	authenticated->dmarc = g_strdup("none");
	authenticated->spf_domain = g_strdup("");
	authenticated->dkim_domain = g_strdup("");
	return authenticated;
}

void authenticated_free(Authenticated *authenticated)
{
	if (authenticated == NULL)
		return;
	g_free(authenticated->spf);
	g_free(authenticated->dkim);
	g_free(authenticated->dmarc);
	g_free(authenticated->spf_domain);
	g_free(authenticated->dkim_domain);
	g_free(authenticated);
}

void signature_free(Signature *signature)
{
	if (signature == NULL)
		return;
	g_free(signature->by);
	g_free(signature->national_number);
	g_free(signature);
}

Mail *mail_new(void)
{
	Mail *mail = g_new0(Mail, 1);

	mail->sha256 = g_strdup("");
	mail->in_reply_to = g_new0(char *, 1);
	mail->references = g_new0(char *, 1);
	mail->date = -1;
	mail->from = mailboxes_new();
	mail->reply_to = mailboxes_new();
	mail->to = mailboxes_new();
	mail->cc = mailboxes_new();
	mail->delivered_to = g_ptr_array_new_with_free_func(g_free);
	mail->subject = g_strdup("");
	mail->text = g_strdup("");
	mail->reply = g_strdup("");
	mail->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	mail->messages = g_ptr_array_new_with_free_func((GDestroyNotify)mail_free);
	mail->bounces = g_ptr_array_new_with_free_func((GDestroyNotify)bounce_free);
	mail->language = LANGUAGE_NONE;
	mail->warnings = g_ptr_array_new_with_free_func(g_free);
	return mail;
}

void mail_free(Mail *mail)
{
	if (mail == NULL)
		return;
	g_free(mail->sha256);
	g_free(mail->message_id);
	g_strfreev(mail->in_reply_to);
	g_strfreev(mail->references);
	g_ptr_array_unref(mail->from);
	g_ptr_array_unref(mail->reply_to);
	g_ptr_array_unref(mail->to);
	g_ptr_array_unref(mail->cc);
	mailbox_free(mail->sender);
	g_ptr_array_unref(mail->delivered_to);
	g_free(mail->return_path);
	g_free(mail->subject);
	g_free(mail->text);
	g_free(mail->reply);
	g_ptr_array_unref(mail->attachments);
	g_ptr_array_unref(mail->messages);
	forward_free(mail->forward);
	g_ptr_array_unref(mail->bounces);
	signature_free(mail->signature);
	authenticated_free(mail->authenticated);
	g_ptr_array_unref(mail->warnings);
	g_free(mail);
}

const char *automatic_name(Automatic automatic)
{
	static const char *const names[] = {
		[AUTOMATIC_NO] = NULL,           [AUTOMATIC_BOUNCE] = "bounce",
		[AUTOMATIC_DELAYED] = "delayed", [AUTOMATIC_AUTO_REPLY] = "auto-reply",
		[AUTOMATIC_LIST] = "list",       [AUTOMATIC_RECEIPT] = "receipt",
	};

	return (guint)automatic < G_N_ELEMENTS(names) ? names[automatic] : NULL;
}

void mail_warn(Mail *mail, const char *format, ...)
{
	va_list arguments;

	if (mail->warnings->len >= WARNINGS)
		return;
	va_start(arguments, format);
	g_ptr_array_add(mail->warnings, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}
