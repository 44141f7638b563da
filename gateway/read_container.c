/* read_container.c - parts that hold other files: winmail.dat, and opaque S/MIME. */
#include <gnutls/pkcs7.h>
#include <string.h>

#include "common/limits.h"
#include "common/part_decode.h"
#include "common/text.h"
#include "gateway/read_attachment.h"
#include "gateway/read_html.h"
#include "gateway/read_tnef.h"
#include "gateway/read_walk.h"

#define CONTAINER_BYTES (8 * 1024 * 1024) /* a larger one is left closed */
#define TNEF_DEPTH 5

static bool is_type(GMimePart *part, const char *subtype)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));

	return g_mime_content_type_is_type(type, "application", subtype);
}

static GByteArray *open_container(Reading *reading, const PartRange *range)
{
	bool cut = false;
	GByteArray *bytes = mail_bytes_content(reading->source, range, CONTAINER_BYTES, &cut);

	if (!cut)
		return bytes;
	mail_warn(reading->mail, "a container is too large to be opened");
	g_byte_array_unref(bytes);
	return NULL;
}

static void attach_bytes(Reading *reading, const guint8 *bytes, gsize length, const char *name,
			 const char *type, const PartRange *range)
{
	Attachment *attachment = attachment_of_bytes(bytes, length, name, type, "tnef", range);

	if (!zip_read(reading, attachment))
		reading_attach(reading, attachment, NULL);
	else
		attachment_free(attachment);
}

/* Where bytes of a decoded container lie: a slice of it; the container itself when they were made.
 */
static PartRange slice_of(const GByteArray *whole, const PartRange *range, const guint8 *bytes,
			  gsize length)
{
	PartRange place = *range;
	PartRange slice = { .length = (gint64)length };

	if (bytes < whole->data || bytes + length > whole->data + whole->len)
		return place;
	slice.offset = bytes - whole->data;
	part_range_inside(range, &slice, &place);
	return place;
}

static bool has_text(const Reading *reading)
{
	return reading->text->str[strspn(reading->text->str, " \t\r\n")] != '\0';
}

/* The body is the mail's text where the mail has no other, else a file. */
static void read_tnef_body(Reading *reading, const Tnef *tnef, const PartRange *range, bool outer)
{
	g_autofree char *from_rtf = NULL;
	bool used = !outer || has_text(reading);

	if (tnef->text != NULL && *tnef->text != '\0' && !used) {
		reading_add_text(reading, tnef->text);
		used = true;
	}
	if (tnef->html != NULL && used) {
		attach_bytes(reading, (const guint8 *)tnef->html, strlen(tnef->html), "body.html",
			     "text/html", range);
	} else if (tnef->html != NULL) {
		g_autofree char *text = html_text(tnef->html, strlen(tnef->html));

		reading_add_text(reading, text);
		reading->mail->text_is_html = true;
		used = true;
	}
	if (tnef->rtf == NULL)
		return;
	if (!used) {
		from_rtf = rtf_text((const char *)tnef->rtf->data, tnef->rtf->len);
		reading_add_text(reading, from_rtf);
	} else {
		attach_bytes(reading, tnef->rtf->data, tnef->rtf->len, "body.rtf", "text/rtf",
			     range);
	}
}

static void read_tnef(Reading *reading, const GByteArray *whole, const Tnef *tnef,
		      const PartRange *range, guint depth)
{
	read_tnef_body(reading, tnef, range, depth == 0);
	if (tnef->cut)
		mail_warn(reading->mail, "a winmail.dat holds more files than are read");
	for (guint i = 0; i < tnef->files->len; i++) {
		TnefFile *file = g_ptr_array_index(tnef->files, i);
		g_autoptr(Tnef) inner = NULL;
		PartRange place = *range;

		if (*reading->parts_left == 0)
			break;
		(*reading->parts_left)--;
		if (file->is_message && depth < TNEF_DEPTH)
			inner = tnef_read(file->bytes, file->length);
		if (inner != NULL)
			read_tnef(reading, whole, inner, range, depth + 1);
		else if (file->bytes != NULL || *file->name != '\0') {
			if (file->bytes != NULL)
				place = slice_of(whole, range, file->bytes, file->length);
			attach_bytes(reading,
				     file->bytes != NULL ? file->bytes : (const guint8 *)"",
				     file->length, file->name,
				     *file->type != '\0' ? file->type : "application/octet-stream",
				     &place);
		}
	}
}

static bool read_winmail(Reading *reading, GMimePart *part, const PartRange *range)
{
	g_autofree char *name = part_name(GMIME_OBJECT(part));
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(Tnef) tnef = NULL;

	if (!is_type(part, "ms-tnef") && !is_type(part, "vnd.ms-tnef") &&
	    g_ascii_strcasecmp(name, "winmail.dat") != 0)
		return false;
	bytes = open_container(reading, range);
	tnef = bytes != NULL ? tnef_read(bytes->data, bytes->len) : NULL;
	if (tnef == NULL)
		return false;
	read_tnef(reading, bytes, tnef, range, 0);
	return true;
}

/* RFC 8551 3.5.2: the signed content lies inside; whether the signature is right is not looked at.
 */
static bool read_opaque(Reading *reading, GMimePart *part, const PartRange *range)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	const char *kind = g_mime_content_type_get_parameter(type, "smime-type");
	g_autoptr(GByteArray) bytes = NULL, content = NULL;
	gnutls_datum_t data, inner = { NULL, 0 };
	gnutls_pkcs7_t pkcs7;
	const guint8 *found;
	PartRange place = *range;

	if (!is_type(part, "pkcs7-mime") && !is_type(part, "x-pkcs7-mime"))
		return false;
	if (kind != NULL && g_ascii_strcasecmp(kind, "signed-data") != 0) {
		mail_warn(reading->mail, "a part is encrypted");
		return false;
	}
	bytes = open_container(reading, range);
	if (bytes == NULL || bytes->len == 0 || gnutls_pkcs7_init(&pkcs7) < 0)
		return false;
	data = (gnutls_datum_t){ bytes->data, bytes->len };
	if (gnutls_pkcs7_import(pkcs7, &data, GNUTLS_X509_FMT_DER) >= 0 &&
	    gnutls_pkcs7_get_embedded_data(pkcs7, 0, &inner) >= 0 && inner.size > 0) {
		content = g_byte_array_new();
		g_byte_array_append(content, inner.data, inner.size);
	}
	gnutls_free(inner.data);
	gnutls_pkcs7_deinit(pkcs7);
	if (content == NULL)
		return false;
	if (reading->mail->signature == NULL) {
		reading->mail->signature = g_new0(Signature, 1);
		reading->mail->signature->kind = "smime";
		reading->mail->signature->by = g_strdup("");
	}
	found = memmem(bytes->data, bytes->len, content->data, content->len);
	if (found != NULL)
		place = slice_of(bytes, range, found, content->len);
	if (reading->container != NULL && !part_range_inside(reading->container, &place, &place))
		place = *reading->container;
	walk_bytes(reading, content, &place,
		   found == NULL || place.inners == 0 || reading->is_sealed);
	return true;
}

bool container_read(Reading *reading, GMimePart *part, const PartRange *range)
{
	return read_winmail(reading, part, range) || read_opaque(reading, part, range);
}
