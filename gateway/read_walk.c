/* read_walk.c - goes through the parts of a mail in order. */
#include "gateway/read_walk.h"

#include <string.h>

#include "common/limits.h"
#include "common/part_decode.h"
#include "common/text.h"
#include "gateway/read_attachment.h"
#include "gateway/read_body.h"
#include "gateway/read_charset.h"

#define REPORT_BYTES (256 * 1024)
#define NESTED_BYTES (8 * 1024 * 1024) /* a message inside base64 */

static void walk(Reading *reading, GMimeObject *entity, GMimeMultipart *parent, bool want_text);

static bool is_type(GMimeObject *entity, const char *type, const char *subtype)
{
	GMimeContentType *content = g_mime_object_get_content_type(entity);

	return content != NULL && g_mime_content_type_is_type(content, type, subtype);
}

void reading_attach(Reading *reading, Attachment *attachment, const char *content_id)
{
	if (reading->container != NULL &&
	    (reading->is_sealed ||
	     !part_range_inside(reading->container, &attachment->range, &attachment->range)))
		attachment->range = *reading->container;
	g_ptr_array_add(reading->mail->attachments, attachment);
	g_ptr_array_add(reading->content_ids, g_strdup(content_id));
}

void reading_add_text(Reading *reading, const char *text)
{
	gsize room =
		MAIL_TEXT_BYTES > reading->text->len ? MAIL_TEXT_BYTES - reading->text->len : 0;
	g_autofree char *cut = strlen(text) > room ? text_cut(text, room) : NULL;
	g_autofree char *shown =
		text_valid(cut != NULL ? cut : text, -1); /* entities bring anything */

	if (cut != NULL)
		mail_warn(reading->mail, "the text is cut at %d bytes", MAIL_TEXT_BYTES);
	if (reading->text->len > 0 && reading->text->str[reading->text->len - 1] != '\n')
		g_string_append_c(reading->text, '\n');
	g_string_append(reading->text, shown);
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static bool leaf_range(Reading *reading, GMimeObject *entity, PartRange *range)
{
	if (!GMIME_IS_PART(entity) || !part_range(GMIME_PART(entity), reading->shift, range))
		return false;
	reading->end = MAX(reading->end, range->offset + range->length);
	return true;
}

/* The text of a text leaf, or NULL. Given. */
static char *leaf_text(Reading *reading, GMimeObject *entity)
{
	BodyPart part = { 0 };
	bool cut = false;
	char *text;

	if (!leaf_range(reading, entity, &part.range))
		return NULL;
	body_part_describe(g_mime_object_get_content_type(entity), &part);
	text = body_text(reading->source, &part, reading->shown, &cut);
	if (cut)
		mail_warn(reading->mail, "a text part is longer than is read");
	reading->mail->text_is_html = reading->mail->text_is_html || part.kind == BODY_HTML;
	return text;
}

static bool is_attachment_disposition(GMimeObject *entity)
{
	const char *disposition = g_mime_object_get_disposition(entity);

	return disposition != NULL && g_ascii_strcasecmp(disposition, "attachment") == 0;
}

/* Whether a leaf is meant to be read, not to be saved. */
static bool is_readable(GMimeObject *entity, GMimeMultipart *parent)
{
	static const char *const subtypes[] = { "plain", "html", "enriched", "richtext", NULL };
	GMimeContentType *type = g_mime_object_get_content_type(entity);
	const char *subtype = g_mime_content_type_get_media_subtype(type);
	bool text = g_mime_content_type_is_type(type, "text", "*");
	g_autofree char *name = NULL;

	if (is_attachment_disposition(entity))
		return false;
	for (guint i = 0; text && subtypes[i] != NULL; i++) {
		if (g_ascii_strcasecmp(subtype, subtypes[i]) != 0)
			continue;
		name = part_name(entity);
		return *name == '\0' || parent == NULL ||
		       is_type(GMIME_OBJECT(parent), "multipart", "alternative");
	}
	/* a text of some other kind as the whole of a mail */
	return text && parent == NULL && g_mime_object_get_disposition(entity) == NULL;
}

static void attach(Reading *reading, GMimeObject *entity, GMimeMultipart *parent)
{
	GMimeContentType *content = g_mime_object_get_content_type(entity);
	g_autofree char *declared = g_mime_content_type_get_mime_type(content);
	g_autofree char *name = part_name(entity);
	const char *id = g_mime_object_get_content_id(entity);
	const char *disposition = g_mime_object_get_disposition(entity);
	g_autoptr(GError) error = NULL;
	Attachment *attachment;
	PartRange range;

	if (!leaf_range(reading, entity, &range))
		return;
	attachment = attachment_read(reading->source, &range, name, declared, &error);
	if (attachment == NULL) {
		mail_warn(reading->mail, "attachment %u: %s", reading->mail->attachments->len + 1,
			  error->message);
		return;
	}
	if (g_str_has_prefix(attachment->type, "image/"))
		attachment->is_inline =
			(id != NULL && parent != NULL &&
			 is_type(GMIME_OBJECT(parent), "multipart", "related")) ||
			(disposition != NULL && g_ascii_strcasecmp(disposition, "inline") == 0 &&
			 *name == '\0');
	if (zip_read(reading, attachment))
		attachment_free(attachment);
	else
		reading_attach(reading, attachment, id);
}

/* The text of a small part of a report. Given. */
static char *report_text(Reading *reading, const PartRange *range)
{
	g_autoptr(GByteArray) bytes =
		mail_bytes_content(reading->source, range, REPORT_BYTES, NULL);

	return charset_text((const char *)bytes->data, bytes->len, NULL);
}

/* Parts of reports are kept for those who know them; they are attachments as well. */
static void keep_report(Reading *reading, GMimeObject *entity)
{
	PartRange range;

	if (!leaf_range(reading, entity, &range))
		return;
	if (is_type(entity, "message", "delivery-status") ||
	    is_type(entity, "message", "global-delivery-status"))
		g_ptr_array_add(reading->statuses, report_text(reading, &range));
	else if (is_type(entity, "text", "rfc822-headers") ||
		 is_type(entity, "message", "rfc822-headers") ||
		 is_type(entity, "message", "global-headers")) {
		if (reading->returned == NULL)
			reading->returned = report_text(reading, &range);
	} else if (is_type(entity, "message", "disposition-notification") ||
		   is_type(entity, "message", "global-disposition-notification"))
		reading->receipt = true;
	else if (is_type(entity, "message", "feedback-report"))
		reading->feedback = true;
}

static bool is_encoded(GMimePart *part)
{
	GMimeContentEncoding encoding = g_mime_part_get_content_encoding(part);

	return encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	       encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

/* A message that somebody encoded: GMime leaves it as a part. */
static bool read_encoded_message(Reading *reading, GMimeObject *entity)
{
	g_autoptr(GByteArray) bytes = NULL;
	bool cut = false;
	PartRange range;
	Mail *mail;

	if (!is_type(entity, "message", "rfc822") && !is_type(entity, "message", "global") &&
	    !is_type(entity, "message", "news"))
		return false;
	if (!is_encoded(GMIME_PART(entity)) || !leaf_range(reading, entity, &range))
		return false;
	bytes = mail_bytes_content(reading->source, &range, NESTED_BYTES, &cut);
	if (cut) {
		mail_warn(reading->mail, "an attached message is too large to be read");
		return false;
	}
	if (reading->container != NULL && !part_range_inside(reading->container, &range, &range))
		return false;
	mail = message_read_bytes(bytes, &range, reading);
	if (mail == NULL)
		return false;
	g_ptr_array_add(reading->mail->messages, mail);
	return true;
}

static void walk_leaf(Reading *reading, GMimeObject *entity, GMimeMultipart *parent, bool want_text)
{
	PartRange range;

	if (is_readable(entity, parent)) {
		g_autofree char *text = want_text ? leaf_text(reading, entity) : NULL;

		if (text != NULL)
			reading_add_text(reading, text);
		leaf_range(reading, entity, &range);
		return;
	}
	keep_report(reading, entity);
	if (read_encoded_message(reading, entity))
		return;
	if (leaf_range(reading, entity, &range) &&
	    container_read(reading, GMIME_PART(entity), &range))
		return;
	attach(reading, entity, parent);
}

static void walk_message(Reading *reading, GMimeMessagePart *entity)
{
	GMimeMessage *message = g_mime_message_part_get_message(entity);
	Mail *mail;

	if (message == NULL) {
		mail_warn(reading->mail, "an attached message is empty");
		return;
	}
	mail = message_read(message, reading->source, reading->shift, -1, reading->container,
			    reading->options, reading);
	g_ptr_array_add(reading->mail->messages, mail);
}

/* RFC 2046 5.1.4: the last form that can be shown is the best, but plain text that
 * says something is what forms are filled in. Others are looked through for attachments. */
static void walk_alternative(Reading *reading, GMimeMultipart *multipart, bool want_text)
{
	int count = g_mime_multipart_get_count(multipart);
	g_autofree bool *walked = g_new0(bool, (gsize)count + 1);
	int chosen = -1;

	for (int i = 0; want_text && chosen < 0 && i < count; i++) {
		GMimeObject *child = g_mime_multipart_get_part(multipart, i);
		g_autofree char *text = NULL;

		if (!is_type(child, "text", "plain") || !is_readable(child, multipart))
			continue;
		text = leaf_text(reading, child);
		if (text == NULL || is_blank(text))
			continue;
		reading_add_text(reading, text);
		chosen = i;
	}
	for (int i = count - 1; want_text && chosen < 0 && i >= 0; i--) {
		GMimeObject *child = g_mime_multipart_get_part(multipart, i);
		gsize before = reading->text->len;

		if (!GMIME_IS_MULTIPART(child) && !is_readable(child, multipart))
			continue;
		walk(reading, child, multipart, true);
		walked[i] = true;
		if (!is_blank(reading->text->str + MIN(before, reading->text->len)))
			chosen = i;
	}
	for (int i = 0; i < count; i++)
		if (i != chosen && !walked[i])
			walk(reading, g_mime_multipart_get_part(multipart, i), multipart, false);
}

static void walk_signed(Reading *reading, GMimeMultipart *multipart, bool want_text)
{
	int count = g_mime_multipart_get_count(multipart);

	for (int i = 0; i < count; i++) {
		GMimeObject *child = g_mime_multipart_get_part(multipart, i);
		bool pgp = is_type(child, "application", "pgp-signature");
		bool smime = is_type(child, "application", "pkcs7-signature") ||
			     is_type(child, "application", "x-pkcs7-signature");

		if (i == 0 || !(pgp || smime)) {
			walk(reading, child, multipart, want_text);
			continue;
		}
		if (reading->mail->signature == NULL) {
			reading->mail->signature = g_new0(Signature, 1);
			reading->mail->signature->kind = pgp ? "pgp" : "smime";
			reading->mail->signature->by = g_strdup("");
		}
	}
}

/* A multipart without parts (no boundary, or one that never comes): its text as it lies. */
static void walk_broken(Reading *reading, GMimeMultipart *multipart, bool want_text)
{
	const char *raw = g_mime_multipart_get_prologue(multipart);
	g_autofree char *text = NULL;

	mail_warn(reading->mail, "a multipart has no part that can be found");
	if (!want_text || raw == NULL)
		return;
	text = charset_text(raw, MIN(strlen(raw), MAIL_TEXT_BYTES), NULL);
	reading_add_text(reading, text);
}

static void walk_multipart(Reading *reading, GMimeMultipart *multipart, bool want_text)
{
	int count = g_mime_multipart_get_count(multipart);

	if (count == 0) {
		walk_broken(reading, multipart, want_text);
		return;
	}
	reading->report =
		reading->report || is_type(GMIME_OBJECT(multipart), "multipart", "report");
	if (is_type(GMIME_OBJECT(multipart), "multipart", "alternative")) {
		walk_alternative(reading, multipart, want_text);
		return;
	}
	if (is_type(GMIME_OBJECT(multipart), "multipart", "signed")) {
		walk_signed(reading, multipart, want_text);
		return;
	}
	for (int i = 0; i < count; i++)
		walk(reading, g_mime_multipart_get_part(multipart, i), multipart, want_text);
}

static void walk(Reading *reading, GMimeObject *entity, GMimeMultipart *parent, bool want_text)
{
	if (entity == NULL)
		return;
	if (*reading->parts_left == 0 || reading->depth >= MAIL_DEPTH) {
		mail_warn(reading->mail, "%s",
			  *reading->parts_left == 0 ? "there are more parts than are read"
						    : "parts lie deeper than is read");
		return;
	}
	(*reading->parts_left)--;
	reading->depth++;
	if (GMIME_IS_MULTIPART(entity))
		walk_multipart(reading, GMIME_MULTIPART(entity), want_text);
	else if (GMIME_IS_MESSAGE_PART(entity))
		walk_message(reading, GMIME_MESSAGE_PART(entity));
	else if (GMIME_IS_PART(entity))
		walk_leaf(reading, entity, parent, want_text);
	reading->depth--;
}

void walk_entity(Reading *reading, GMimeObject *entity)
{
	walk(reading, entity, NULL, true);
}
