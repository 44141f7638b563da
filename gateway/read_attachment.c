/* read_attachment.c - documents, read once in bounded memory. */
#include "gateway/read_attachment.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_charset.h"
#include "gateway/read_header.h"
#include "gateway/read_type.h"

bool part_range(GMimePart *part, gint64 shift, PartRange *range)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content != NULL ? g_mime_data_wrapper_get_stream(content) : NULL;

	if (stream == NULL || stream->bound_end < stream->bound_start)
		return false;
	*range = (PartRange){ .offset = stream->bound_start - shift,
			      .length = stream->bound_end - stream->bound_start };
	switch (g_mime_part_get_content_encoding(part)) {
	case GMIME_CONTENT_ENCODING_BASE64:
		range->encoding = ENCODING_BASE64;
		break;
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		range->encoding = ENCODING_QUOTED_PRINTABLE;
		break;
	case GMIME_CONTENT_ENCODING_UUENCODE:
		range->encoding = ENCODING_UUENCODE;
		break;
	default:
		range->encoding = ENCODING_IDENTITY;
		break;
	}
	return range->offset >= 0;
}

char *name_without_folder(const char *name)
{
	g_autofree char *line = text_one_line(name, 4 * MAIL_NAME_BYTES);
	const char *slash = strrchr(line, '/');
	const char *base = slash != NULL ? slash + 1 : line;

	slash = strrchr(base, '\\');
	base = slash != NULL ? slash + 1 : base;
	if (*base == '\0') { /* a folder alone: its last name */
		g_autofree char *bare = g_strdelimit(g_strdup(line), "\\", '/');

		while (g_str_has_suffix(bare, "/"))
			bare[strlen(bare) - 1] = '\0';
		slash = strrchr(bare, '/');
		return text_one_line(slash != NULL ? slash + 1 : bare, MAIL_NAME_BYTES);
	}
	if (strcmp(base, ".") == 0 || strcmp(base, "..") == 0)
		return g_strdup("");
	return text_one_line(base, MAIL_NAME_BYTES);
}

/* GMime has decoded the name, but loses text of adjacent encoded words. */
static char *name_of_field(GMimeObject *part, const char *field, const char *parameter,
			   bool is_disposition)
{
	GMimeHeader *header =
		g_mime_header_list_get_header(g_mime_object_get_header_list(part), field);
	const char *raw = header != NULL ? g_mime_header_get_raw_value(header) : NULL;
	g_autofree char *value = NULL;

	if (raw == NULL)
		return NULL;
	value = header_parameter(raw, parameter, is_disposition);
	return value != NULL ? header_text(value, 4 * MAIL_NAME_BYTES) : NULL;
}

char *part_name(GMimeObject *part)
{
	static const struct {
		const char *field, *parameter;
		bool is_disposition;
	} places[] = {
		{ "Content-Disposition", "filename", true },
		{ "Content-Type", "name", false },
		{ "Content-Disposition", "name", true },
		{ "Content-Type", "filename", false },
	};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *name = name_of_field(part, places[i].field, places[i].parameter,
						      places[i].is_disposition);

		if (name != NULL && *name != '\0')
			return name_without_folder(name);
	}
	return g_strdup("");
}

struct AttachmentLook {
	Digest *digest;
	GByteArray *head;
	gint64 size;
	GByteArray *list; /* all of it, where it is a list; or NULL */
};

AttachmentLook *attachment_look_new(void)
{
	AttachmentLook *look = g_new0(AttachmentLook, 1);

	look->digest = digest_new();
	look->head = g_byte_array_new();
	return look;
}

void attachment_look_add(AttachmentLook *look, const guint8 *bytes, gsize length)
{
	digest_add(look->digest, bytes, length);
	if (look->head->len < TYPE_HEAD)
		g_byte_array_append(look->head, bytes,
				    (guint)MIN(length, TYPE_HEAD - look->head->len));
	if (look->list != NULL && look->list->len + length <= LIST_BYTES)
		g_byte_array_append(look->list, bytes, (guint)length);
	look->size += (gint64)length;
}

/* A list in CSV, by its name or its declared kind. */
static bool is_list(const char *name, const char *declared)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);

	return g_str_has_suffix(lower, ".csv") || g_ascii_strcasecmp(declared, "text/csv") == 0;
}

Attachment *attachment_look_end(AttachmentLook *look, const char *name, const char *declared,
				const char *from, const PartRange *range)
{
	Attachment *attachment = g_new0(Attachment, 1);

	attachment->name = name_without_folder(name);
	attachment->type = g_strdup(
		type_of_content(look->head->data, look->head->len, declared, attachment->name));
	attachment->size = look->size;
	attachment->sha256 = digest_end(look->digest);
	attachment->from = from;
	attachment->fault = "";
	attachment->range = *range;
	if (is_list(attachment->name, declared) && look->list == NULL)
		look->list = g_byte_array_ref(look->head);
	if (look->list != NULL && look->list->len == look->size &&
	    is_list(attachment->name, declared))
		attachment->text =
			charset_text((const char *)look->list->data, look->list->len, NULL);
	g_clear_pointer(&look->list, g_byte_array_unref);
	g_byte_array_unref(look->head);
	g_free(look);
	return attachment;
}

static bool look_at(const guint8 *bytes, gsize length, void *user)
{
	attachment_look_add(user, bytes, length);
	return true;
}

Attachment *attachment_read(const MailBytes *source, const PartRange *range, const char *name,
			    const char *declared, GError **error)
{
	AttachmentLook *look = attachment_look_new();

	if (is_list(name, declared))
		look->list = g_byte_array_new();
	if (!mail_bytes_decode(source, range, look_at, look, error)) {
		attachment_free(attachment_look_end(look, name, declared, "mime", range));
		return NULL;
	}
	return attachment_look_end(look, name, declared, "mime", range);
}

Attachment *attachment_of_bytes(const guint8 *bytes, gsize length, const char *name,
				const char *declared, const char *from, const PartRange *range)
{
	AttachmentLook *look = attachment_look_new();

	if (is_list(name, declared))
		look->list = g_byte_array_new();
	attachment_look_add(look, bytes, length);
	return attachment_look_end(look, name, declared, from, range);
}
