/* mail_pack.c - Mail to bytes: what is over is cut here, so that the other end can refuse it. */
#include "common/mail_variant.h"

#include <string.h>

#include "common/mail_variant_types.h"
#include "common/text.h"

typedef enum { PACK_ALL, PACK_WITHOUT_TEXTS, PACK_OUTERMOST } PackHow;

typedef struct Pack {
	GVariantBuilder mails;
	guint count;
	PackHow how;
	bool cut; /* a list of the mail in hand */
} Pack;

/* How many of count are packed. */
static guint pack_count(Pack *pack, guint count, guint max)
{
	pack->cut = pack->cut || count > max;
	return MIN(count, max);
}

static GVariant *pack_text(const char *text, gsize max)
{
	g_autofree char *valid = NULL, *cut = NULL;

	if (!g_utf8_validate(text, -1, NULL))
		text = valid = text_valid(text, -1);
	if (strlen(text) > max)
		text = cut = text_cut(text, max);
	return g_variant_new_string(text);
}

static GVariant *pack_line(const char *line)
{
	g_autofree char *one =
		strpbrk(line, "\r\n") != NULL ? text_one_line(line, LINE_BYTES) : NULL;

	return pack_text(one != NULL ? one : line, LINE_BYTES);
}

static GVariant *pack_maybe_line(const char *line)
{
	return g_variant_new_maybe(G_VARIANT_TYPE_STRING, line != NULL ? pack_line(line) : NULL);
}

static GVariant *pack_lines(Pack *pack, const char *const *lines, guint count, guint max)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("as"));
	count = pack_count(pack, count, max);
	for (guint i = 0; i < count; i++)
		g_variant_builder_add_value(&builder, pack_line(lines[i]));
	return g_variant_builder_end(&builder);
}

static GVariant *pack_mailbox(const Mailbox *mailbox)
{
	return g_variant_new("(@s@s)", pack_line(mailbox->name), pack_line(mailbox->address));
}

static GVariant *pack_mailboxes(Pack *pack, const GPtrArray *mailboxes)
{
	GVariantBuilder builder;
	guint count = pack_count(pack, mailboxes->len, MAIL_ADDRESSES);

	g_variant_builder_init(&builder, G_VARIANT_TYPE(MAILBOXES_TYPE));
	for (guint i = 0; i < count; i++)
		g_variant_builder_add_value(&builder,
					    pack_mailbox(g_ptr_array_index(mailboxes, i)));
	return g_variant_builder_end(&builder);
}

static GVariant *pack_list(const char *text)
{
	return g_variant_new_maybe(G_VARIANT_TYPE_STRING,
				   text != NULL ? pack_text(text, 2 * LIST_BYTES) : NULL);
}

static GVariant *pack_range(const PartRange *range)
{
	GVariantBuilder inner;

	g_variant_builder_init(&inner, G_VARIANT_TYPE("a(xxu)"));
	for (guint i = 0; i < MIN(range->inners, PART_INNERS); i++)
		g_variant_builder_add(&inner, "(xxu)", range->inner[i].offset,
				      range->inner[i].length, (guint)range->inner[i].encoding);
	return g_variant_new("(xxua(xxu))", range->offset, range->length, (guint)range->encoding,
			     &inner);
}

static GVariant *pack_attachments(Pack *pack, const GPtrArray *attachments)
{
	GVariantBuilder builder;
	guint count = pack_count(pack, attachments->len, ATTACHMENTS);

	g_variant_builder_init(&builder, G_VARIANT_TYPE("a" ATTACHMENT_TYPE));
	for (guint i = 0; i < count; i++) {
		const Attachment *a = g_ptr_array_index(attachments, i);

		g_variant_builder_add(&builder, "(@s@sxsbss@(xxua(xxu))@ms)", pack_line(a->name),
				      pack_line(a->type), a->size, a->sha256, a->is_inline, a->from,
				      a->fault != NULL ? a->fault : "", pack_range(&a->range),
				      pack_list(a->text));
	}
	return g_variant_builder_end(&builder);
}

static GVariant *pack_bounces(Pack *pack, const GPtrArray *bounces)
{
	GVariantBuilder builder;
	guint count = pack_count(pack, bounces->len, BOUNCES);

	g_variant_builder_init(&builder, G_VARIANT_TYPE("a" BOUNCE_TYPE));
	for (guint i = 0; i < count; i++) {
		const Bounce *b = g_ptr_array_index(bounces, i);

		g_variant_builder_add(&builder, "(@s@s@s@ms)", pack_line(b->recipient),
				      pack_line(b->action), pack_line(b->status),
				      pack_maybe_line(b->original_message_id));
	}
	return g_variant_builder_end(&builder);
}

static GVariant *pack_forward(Pack *pack, const Forward *forward, bool with_text)
{
	if (forward == NULL)
		return g_variant_new_maybe(G_VARIANT_TYPE(FORWARD_TYPE), NULL);
	return g_variant_new_maybe(
		NULL,
		g_variant_new("(@" MAILBOX_TYPE "@" MAILBOXES_TYPE "@" MAILBOXES_TYPE "@s@s@s)",
			      pack_mailbox(&forward->from), pack_mailboxes(pack, forward->to),
			      pack_mailboxes(pack, forward->cc), pack_line(forward->subject),
			      pack_line(forward->date),
			      pack_text(with_text ? forward->text : "", TEXT_BYTES)));
}

static GVariant *pack_signature(const Signature *signature)
{
	if (signature == NULL)
		return g_variant_new_maybe(G_VARIANT_TYPE("(sbsms)"), NULL);
	return g_variant_new_maybe(NULL,
				   g_variant_new("(sb@s@ms)", signature->kind, signature->valid,
						 pack_line(signature->by),
						 pack_maybe_line(signature->national_number)));
}

static GVariant *pack_authenticated(const Authenticated *a)
{
	if (a == NULL)
		return g_variant_new_maybe(G_VARIANT_TYPE("(sssss)"), NULL);
	return g_variant_new_maybe(NULL, g_variant_new("(@s@s@s@s@s)", pack_line(a->spf),
						       pack_line(a->dkim), pack_line(a->dmarc),
						       pack_line(a->spf_domain),
						       pack_line(a->dkim_domain)));
}

static GVariant *pack_named(Pack *pack, const Mail *mail)
{
	const char *const *replies = (const char *const *)mail->in_reply_to;
	const char *const *references = (const char *const *)mail->references;

	return g_variant_new(
		"(xs@ms@as@asx)", mail->size, mail->sha256, pack_maybe_line(mail->message_id),
		pack_lines(pack, replies, g_strv_length(mail->in_reply_to), MAIL_REFERENCES + 1),
		pack_lines(pack, references, g_strv_length(mail->references), MAIL_REFERENCES + 1),
		mail->date);
}

static GVariant *pack_addressed(Pack *pack, const Mail *mail)
{
	return g_variant_new(
		"(@" MAILBOXES_TYPE "@" MAILBOXES_TYPE "@" MAILBOXES_TYPE "@" MAILBOXES_TYPE
		"@m" MAILBOX_TYPE "@as@ms)",
		pack_mailboxes(pack, mail->from), pack_mailboxes(pack, mail->reply_to),
		pack_mailboxes(pack, mail->to), pack_mailboxes(pack, mail->cc),
		g_variant_new_maybe(G_VARIANT_TYPE(MAILBOX_TYPE),
				    mail->sender != NULL ? pack_mailbox(mail->sender) : NULL),
		pack_lines(pack, (const char *const *)mail->delivered_to->pdata,
			   mail->delivered_to->len, MAIL_ADDRESSES),
		pack_maybe_line(mail->return_path));
}

static GVariant *pack_warnings(Pack *pack, const Mail *mail, bool outermost)
{
	g_autoptr(GPtrArray) warnings = g_ptr_array_new();

	if (outermost && pack->how == PACK_WITHOUT_TEXTS)
		g_ptr_array_add(
			warnings,
			(gpointer) "too much text: the texts of the mails in it are left out");
	if (pack->cut)
		g_ptr_array_add(warnings,
				(gpointer) "a list of addresses, reports or files is cut");
	if (outermost && pack->how == PACK_OUTERMOST)
		g_ptr_array_add(warnings, (gpointer) "too much text: the mails in it are left out");
	g_ptr_array_extend(warnings, mail->warnings, NULL, NULL);
	return pack_lines(pack, (const char *const *)warnings->pdata, warnings->len, WARNINGS);
}

static GVariant *pack_written(const Mail *mail, bool texts)
{
	return g_variant_new("(@s@s@sbub)", pack_line(mail->subject),
			     pack_text(texts ? mail->text : "", TEXT_BYTES),
			     pack_text(texts ? mail->reply : "", TEXT_BYTES), mail->text_is_html,
			     (guint)(mail->language + 1), mail->unreadable);
}

/* The mails right in it that are packed: those that are too many or too deep are left out. */
static guint pack_inner(Pack *pack, const Mail *mail, guint depth)
{
	guint inner = pack->how == PACK_OUTERMOST
			      ? 0
			      : pack_count(pack, mail->messages->len,
					   depth + 1 < DEPTH ? MAILS - pack->count : 0);

	pack->count += inner;
	return inner;
}

static void pack_mail(Pack *pack, const Mail *mail, guint depth)
{
	bool texts = depth == 0 || pack->how == PACK_ALL;
	GVariant *named, *addressed, *attachments, *forward, *bounces, *warnings;
	guint inner;

	pack->cut = false; /* the order counts: the warnings tell whether anything before was cut */
	named = pack_named(pack, mail);
	addressed = pack_addressed(pack, mail);
	attachments = pack_attachments(pack, mail->attachments);
	inner = pack_inner(pack, mail, depth);
	forward = pack_forward(pack, mail->forward, texts);
	bounces = pack_bounces(pack, mail->bounces);
	warnings = pack_warnings(pack, mail, depth == 0);
	g_variant_builder_add(
		&pack->mails,
		"(@" NAMED_TYPE "@" ADDRESSED_TYPE "@" WRITTEN_TYPE "@a" ATTACHMENT_TYPE
		"u@m" FORWARD_TYPE "u@a" BOUNCE_TYPE "@m(sbsms)@m(sssss)@as)",
		named, addressed, pack_written(mail, texts), attachments, inner, forward,
		(guint)mail->automatic, bounces, pack_signature(mail->signature),
		pack_authenticated(mail->authenticated), warnings);
	for (guint i = 0; i < inner; i++)
		pack_mail(pack, g_ptr_array_index(mail->messages, i), depth + 1);
}

static gsize texts_length(const Mail *mail)
{
	gsize length = strlen(mail->text) + strlen(mail->reply);

	if (mail->forward != NULL)
		length += strlen(mail->forward->text);
	for (guint i = 0; i < mail->messages->len; i++)
		length += texts_length(g_ptr_array_index(mail->messages, i));
	return length;
}

GBytes *mail_pack(const Mail *mail)
{
	PackHow how = texts_length(mail) > MAIL_PACKED_BYTES ? PACK_WITHOUT_TEXTS : PACK_ALL;
	GBytes *bytes = NULL;

	for (; bytes == NULL || g_bytes_get_size(bytes) > MAIL_PACKED_BYTES; how++) {
		Pack pack = { .count = 1, .how = how };
		g_autoptr(GVariant) mails = NULL;

		g_clear_pointer(&bytes, g_bytes_unref);
		g_variant_builder_init(&pack.mails, G_VARIANT_TYPE(MAILS_TYPE));
		pack_mail(&pack, mail, 0);
		mails = g_variant_ref_sink(g_variant_builder_end(&pack.mails));
		bytes = g_variant_get_data_as_bytes(mails);
		if (how == PACK_OUTERMOST)
			break;
	}
	return bytes;
}
