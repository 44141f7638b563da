/* mail_unpack.c - bytes to Mail, every value checked: the first thing that is wrong ends it. */
#include "common/mail_variant.h"

#include <string.h>

#include "common/error.h"
#include "common/mail_variant_types.h"

typedef struct Unpack {
	GVariant *mails;
	gsize at, count;
	gint64 length;     /* of the raw message */
	const char *wrong; /* the first thing that is */
} Unpack;

static bool need(Unpack *unpack, bool right, const char *what)
{
	if (!right && unpack->wrong == NULL)
		unpack->wrong = what;
	return right;
}

static char *text_of(Unpack *unpack, const char *text)
{
	need(unpack, strlen(text) <= TEXT_BYTES, "a text is too long");
	return g_strdup(text);
}

static char *line_of(Unpack *unpack, const char *line)
{
	need(unpack, strlen(line) <= LINE_BYTES, "a line is too long");
	need(unpack, strpbrk(line, "\r\n") == NULL, "a line has an end inside");
	return g_strdup(line);
}

static char *maybe_line_of(Unpack *unpack, const char *line)
{
	return line != NULL ? line_of(unpack, line) : NULL;
}

static char *digest_of(Unpack *unpack, const char *hex)
{
	gsize length = strlen(hex);

	need(unpack, length == 0 || (length == 64 && strspn(hex, "0123456789abcdef") == 64),
	     "a hash is none");
	return g_strdup(hex);
}

static void set_line(Unpack *unpack, char **place, const char *line)
{
	g_free(*place);
	*place = line_of(unpack, line);
}

/* Lines into array. */
static void lines_of(Unpack *unpack, GVariant *lines, guint max, GPtrArray *array)
{
	GVariantIter iter;
	const char *line;

	if (!need(unpack, g_variant_n_children(lines) <= max, "a list is too long"))
		return;
	g_variant_iter_init(&iter, lines);
	while (g_variant_iter_next(&iter, "&s", &line))
		g_ptr_array_add(array, line_of(unpack, line));
}

static void ids_of(Unpack *unpack, GVariant *lines, char ***place)
{
	GPtrArray *array = g_ptr_array_new();

	lines_of(unpack, lines, MAIL_REFERENCES + 1, array);
	g_ptr_array_add(array, NULL);
	g_strfreev(*place);
	*place = (char **)g_ptr_array_free(array, FALSE);
}

static Mailbox *mailbox_of(Unpack *unpack, const char *name, const char *address)
{
	Mailbox *mailbox = g_new0(Mailbox, 1);

	mailbox->name = line_of(unpack, name);
	mailbox->address = line_of(unpack, address);
	return mailbox;
}

static void mailboxes_of(Unpack *unpack, GVariant *mailboxes, GPtrArray *array)
{
	GVariantIter iter;
	const char *name, *address;

	if (!need(unpack, g_variant_n_children(mailboxes) <= MAIL_ADDRESSES,
		  "a list of addresses is too long"))
		return;
	g_variant_iter_init(&iter, mailboxes);
	while (g_variant_iter_next(&iter, "(&s&s)", &name, &address))
		g_ptr_array_add(array, mailbox_of(unpack, name, address));
}

static const char *one_of(Unpack *unpack, const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return *names;
	need(unpack, false, "a name is unknown");
	return "";
}

static void range_check(Unpack *unpack, const PartRange *range)
{
	need(unpack,
	     range->offset >= 0 && range->length >= 0 && range->offset <= unpack->length &&
		     range->length <= unpack->length - range->offset,
	     "a range is not in the message");
	need(unpack, (guint)range->encoding <= ENCODING_DEFLATE, "an encoding is unknown");
	for (guint i = 0; i < range->inners; i++) {
		const PartSlice *slice = &range->inner[i];

		need(unpack,
		     slice->offset >= 0 && slice->offset <= ZIP_BYTES && slice->length >= 0 &&
			     slice->length <= ZIP_BYTES,
		     "a slice is not in its container");
		need(unpack, (guint)slice->encoding <= ENCODING_DEFLATE, "an encoding is unknown");
	}
}

static void range_of(Unpack *unpack, gint64 offset, gint64 length, guint encoding, GVariant *inner,
		     PartRange *range)
{
	gsize inners = g_variant_n_children(inner);

	*range = (PartRange){ .offset = offset, .length = length, .encoding = (Encoding)encoding };
	if (!need(unpack, inners <= PART_INNERS, "a range has too many layers"))
		return;
	for (range->inners = 0; range->inners < inners; range->inners++) {
		PartSlice *slice = &range->inner[range->inners];
		guint coding;

		g_variant_get_child(inner, range->inners, "(xxu)", &slice->offset, &slice->length,
				    &coding);
		slice->encoding = (Encoding)coding;
	}
	range_check(unpack, range);
}

static void attachments_of(Unpack *unpack, GVariant *attachments, GPtrArray *array)
{
	static const char *const origins[] = { "mime", "tnef", "zip", NULL };
	static const char *const faults[] = { "",          "encrypted",  "unreadable",
					      "too-large", "zip-in-zip", NULL };
	const char *name, *type, *sha256, *from, *fault, *text;
	gint64 size, offset, length;
	gboolean is_inline;
	guint encoding;
	GVariant *inner;
	GVariantIter iter;

	if (!need(unpack, g_variant_n_children(attachments) <= ATTACHMENTS,
		  "there are too many attachments"))
		return;
	g_variant_iter_init(&iter, attachments);
	while (g_variant_iter_next(&iter, "(&s&sx&sb&s&s(xxu@a(xxu))m&s)", &name, &type, &size,
				   &sha256, &is_inline, &from, &fault, &offset, &length, &encoding,
				   &inner, &text)) {
		Attachment *a = g_new0(Attachment, 1);

		g_ptr_array_add(array, a);
		a->name = line_of(unpack, name);
		a->type = line_of(unpack, type);
		a->size = size;
		a->sha256 = digest_of(unpack, sha256);
		a->is_inline = is_inline;
		a->from = one_of(unpack, from, origins);
		a->text = text != NULL ? text_of(unpack, text) : NULL;
		a->fault = one_of(unpack, fault, faults);
		range_of(unpack, offset, length, encoding, inner, &a->range);
		g_variant_unref(inner);
		need(unpack, size >= 0, "a size is below nothing");
		need(unpack, strchr(name, '/') == NULL, "a name has a folder");
		need(unpack, *type != '\0', "a type is missing");
	}
}

static void bounces_of(Unpack *unpack, GVariant *bounces, GPtrArray *array)
{
	const char *recipient, *action, *status, *original;
	GVariantIter iter;

	if (!need(unpack, g_variant_n_children(bounces) <= BOUNCES, "there are too many bounces"))
		return;
	g_variant_iter_init(&iter, bounces);
	while (g_variant_iter_next(&iter, "(&s&s&sm&s)", &recipient, &action, &status, &original)) {
		Bounce *b = bounce_new();

		g_ptr_array_add(array, b);
		set_line(unpack, &b->recipient, recipient);
		set_line(unpack, &b->action, action);
		set_line(unpack, &b->status, status);
		b->original_message_id = maybe_line_of(unpack, original);
	}
}

static void forward_of(Unpack *unpack, GVariant *maybe, Mail *mail)
{
	g_autoptr(GVariant) value = g_variant_get_maybe(maybe);
	g_autoptr(GVariant) to = NULL, cc = NULL;
	const char *name, *address, *subject, *date, *text;
	Forward *forward;

	if (value == NULL)
		return;
	g_variant_get(value, "((&s&s)@" MAILBOXES_TYPE "@" MAILBOXES_TYPE "&s&s&s)", &name,
		      &address, &to, &cc, &subject, &date, &text);
	forward = mail->forward = forward_new();
	set_line(unpack, &forward->from.name, name);
	set_line(unpack, &forward->from.address, address);
	mailboxes_of(unpack, to, forward->to);
	mailboxes_of(unpack, cc, forward->cc);
	set_line(unpack, &forward->subject, subject);
	set_line(unpack, &forward->date, date);
	g_free(forward->text);
	forward->text = text_of(unpack, text);
}

static void signature_of(Unpack *unpack, GVariant *maybe, Mail *mail)
{
	static const char *const kinds[] = { "smime", "pgp", NULL };
	g_autoptr(GVariant) value = g_variant_get_maybe(maybe);
	const char *kind, *by, *number;
	gboolean valid;

	if (value == NULL)
		return;
	g_variant_get(value, "(&sb&sm&s)", &kind, &valid, &by, &number);
	mail->signature = g_new0(Signature, 1);
	mail->signature->kind = one_of(unpack, kind, kinds);
	mail->signature->valid = valid;
	mail->signature->by = line_of(unpack, by);
	mail->signature->national_number = maybe_line_of(unpack, number);
}

static void authenticated_of(Unpack *unpack, GVariant *maybe, Mail *mail)
{
	g_autoptr(GVariant) value = g_variant_get_maybe(maybe);
	const char *spf, *dkim, *dmarc, *spf_domain, *dkim_domain;
	Authenticated *a;

	if (value == NULL)
		return;
	g_variant_get(value, "(&s&s&s&s&s)", &spf, &dkim, &dmarc, &spf_domain, &dkim_domain);
	a = mail->authenticated = authenticated_new();
	set_line(unpack, &a->spf, spf);
	set_line(unpack, &a->dkim, dkim);
	set_line(unpack, &a->dmarc, dmarc);
	set_line(unpack, &a->spf_domain, spf_domain);
	set_line(unpack, &a->dkim_domain, dkim_domain);
}

static void named_of(Unpack *unpack, GVariant *named, Mail *mail)
{
	g_autoptr(GVariant) replies = NULL, references = NULL;
	const char *sha256, *id;

	g_variant_get(named, "(x&sm&s@as@asx)", &mail->size, &sha256, &id, &replies, &references,
		      &mail->date);
	need(unpack, mail->size >= 0, "a size is below nothing");
	need(unpack, mail->date >= -1, "a date is before the first");
	g_free(mail->sha256);
	mail->sha256 = digest_of(unpack, sha256);
	mail->message_id = maybe_line_of(unpack, id);
	ids_of(unpack, replies, &mail->in_reply_to);
	ids_of(unpack, references, &mail->references);
}

static void addressed_of(Unpack *unpack, GVariant *addressed, Mail *mail)
{
	g_autoptr(GVariant) from = NULL, reply_to = NULL, to = NULL, cc = NULL, sender = NULL,
			    delivered = NULL;
	g_autoptr(GVariant) one = NULL;
	const char *return_path, *name, *address;

	g_variant_get(addressed,
		      "(@" MAILBOXES_TYPE "@" MAILBOXES_TYPE "@" MAILBOXES_TYPE "@" MAILBOXES_TYPE
		      "@m" MAILBOX_TYPE "@asm&s)",
		      &from, &reply_to, &to, &cc, &sender, &delivered, &return_path);
	mailboxes_of(unpack, from, mail->from);
	mailboxes_of(unpack, reply_to, mail->reply_to);
	mailboxes_of(unpack, to, mail->to);
	mailboxes_of(unpack, cc, mail->cc);
	lines_of(unpack, delivered, MAIL_ADDRESSES, mail->delivered_to);
	mail->return_path = maybe_line_of(unpack, return_path);
	one = g_variant_get_maybe(sender);
	if (one == NULL)
		return;
	g_variant_get(one, "(&s&s)", &name, &address);
	mail->sender = mailbox_of(unpack, name, address);
}

static void written_of(Unpack *unpack, GVariant *written, Mail *mail)
{
	const char *subject, *text, *reply;
	gboolean is_html, unreadable;
	guint language;

	g_variant_get(written, "(&s&s&sbub)", &subject, &text, &reply, &is_html, &language,
		      &unreadable);
	set_line(unpack, &mail->subject, subject);
	g_free(mail->text);
	mail->text = text_of(unpack, text);
	g_free(mail->reply);
	mail->reply = text_of(unpack, reply);
	mail->text_is_html = is_html;
	mail->unreadable = unreadable;
	if (need(unpack, language <= LANGUAGES, "a language is unknown"))
		mail->language = (Language)((int)language - 1);
}

/* The next mail, and those in it. */
static Mail *mail_of(Unpack *unpack, guint depth)
{
	g_autoptr(GVariant) value = g_variant_get_child_value(unpack->mails, unpack->at++);
	g_autoptr(GVariant) named = NULL, addressed = NULL, written = NULL, attachments = NULL,
			    forward = NULL;
	g_autoptr(GVariant) bounces = NULL, signature = NULL, authenticated = NULL, warnings = NULL;
	guint inner, automatic;
	Mail *mail = mail_new();

	g_variant_get(value,
		      "(@" NAMED_TYPE "@" ADDRESSED_TYPE "@" WRITTEN_TYPE "@a" ATTACHMENT_TYPE
		      "u@m" FORWARD_TYPE "u@a" BOUNCE_TYPE "@m(sbsms)@m(sssss)@as)",
		      &named, &addressed, &written, &attachments, &inner, &forward, &automatic,
		      &bounces, &signature, &authenticated, &warnings);
	named_of(unpack, named, mail);
	addressed_of(unpack, addressed, mail);
	written_of(unpack, written, mail);
	attachments_of(unpack, attachments, mail->attachments);
	forward_of(unpack, forward, mail);
	bounces_of(unpack, bounces, mail->bounces);
	signature_of(unpack, signature, mail);
	authenticated_of(unpack, authenticated, mail);
	lines_of(unpack, warnings, WARNINGS, mail->warnings);
	if (need(unpack, automatic <= AUTOMATIC_RECEIPT, "a kind of mail is unknown"))
		mail->automatic = (Automatic)automatic;
	need(unpack, depth < DEPTH || inner == 0, "mails lie too deep in mails");
	need(unpack, inner <= unpack->count - unpack->at, "a mail is missing");
	for (guint i = 0; unpack->wrong == NULL && i < inner; i++) {
		if (!need(unpack, unpack->at < unpack->count, "a mail is missing"))
			break;
		g_ptr_array_add(mail->messages, mail_of(unpack, depth + 1));
	}
	return mail;
}

Mail *mail_unpack(GBytes *bytes, gint64 length, GError **error)
{
	g_autoptr(GVariant) mails = NULL;
	g_autoptr(Mail) mail = NULL;
	Unpack unpack = { .length = length };

	if (need(&unpack, g_bytes_get_size(bytes) <= MAIL_PACKED_BYTES, "it is too large")) {
		mails = g_variant_ref_sink(
			g_variant_new_from_bytes(G_VARIANT_TYPE(MAILS_TYPE), bytes, FALSE));
		need(&unpack, g_variant_is_normal_form(mails), "it is not in normal form");
	}
	if (unpack.wrong == NULL) {
		unpack.mails = mails;
		unpack.count = g_variant_n_children(mails);
		need(&unpack, unpack.count > 0 && unpack.count <= MAILS,
		     "the count of mails is wrong");
	}
	if (unpack.wrong == NULL) {
		mail = mail_of(&unpack, 0);
		need(&unpack, unpack.at == unpack.count, "a mail is left over");
		need(&unpack, mail->size <= length, "the mail is larger than its bytes");
	}
	if (unpack.wrong == NULL)
		return g_steal_pointer(&mail);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "a mail as it was read cannot be believed: %s", unpack.wrong);
	return NULL;
}
