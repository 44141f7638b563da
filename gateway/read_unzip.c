/* read_unzip.c - the files of a ZIP become attachments of their own.
 *
 * An entry is unpacked once, piece by piece, for its digest and its kind; where it lies is kept, so
 * that it is unpacked again when somebody opens it.  A ZIP that cannot be opened stays as it is,
 * with the reason.
 */
#include <string.h>
#include <zlib.h>

#include "common/limits.h"
#include "common/part_decode.h"
#include "gateway/read_attachment.h"
#include "gateway/read_type.h"
#include "gateway/read_walk.h"
#include "gateway/read_zip.h"

#define MESSAGE_BYTES (8 * 1024 * 1024)

typedef struct Unzip {
	Reading *reading;
	const GByteArray *zip;
	const PartRange *outer; /* of the ZIP, in the source */
} Unzip;

typedef struct Check { /* what passes while an entry is unpacked */
	AttachmentLook *look;
	gint64 size, most;
	guint32 crc;
	GByteArray *kept; /* all of it, or NULL */
} Check;

static bool check_piece(const guint8 *bytes, gsize length, void *user)
{
	Check *check = user;

	check->size += (gint64)length;
	if (check->size > check->most)
		return false;
	check->crc = (guint32)crc32(check->crc, bytes, (guint)length);
	if (check->kept != NULL)
		g_byte_array_append(check->kept, bytes, (guint)length);
	attachment_look_add(check->look, bytes, length);
	return true;
}

static bool is_message_name(const char *name)
{
	return g_str_has_suffix(name, ".eml") || g_str_has_suffix(name, ".EML");
}

/* The entry's packed bytes as they lie: for a digest of what cannot be unpacked. */
static Attachment *attach_closed(const Unzip *unzip, const ZipEntry *entry, const PartRange *range,
				 const char *fault)
{
	Attachment *attachment;

	attachment = attachment_of_bytes(unzip->zip->data + entry->slice.offset,
					 (gsize)entry->slice.length, entry->name,
					 "application/octet-stream", "zip", range);
	attachment->fault = fault;
	return attachment;
}

static bool place_of(const Unzip *unzip, const PartSlice *slice, PartRange *ret_range)
{
	const PartRange inner = { slice->offset, slice->length, slice->encoding, 0, { { 0 } } };

	return part_range_inside(unzip->outer, &inner, ret_range);
}

/* An attached mail within the ZIP. */
static bool attach_message(const Unzip *unzip, GByteArray *bytes, const PartRange *range)
{
	Reading *reading = unzip->reading;
	PartRange whole = *range;
	Mail *mail;

	if (reading->container != NULL && !part_range_inside(reading->container, range, &whole))
		return false;
	reading->in_zip = true;
	mail = message_read_bytes(bytes, &whole, reading);
	reading->in_zip = false;
	if (mail == NULL)
		return false;
	g_ptr_array_add(reading->mail->messages, mail);
	return true;
}

/* Unpacks the entry; NULL when it is a mail and was read as one. */
static Attachment *attach_entry(const Unzip *unzip, const ZipEntry *entry, const PartRange *range)
{
	bool is_message = is_message_name(entry->name) && entry->size <= MESSAGE_BYTES;
	MailBytes zip = { .fd = -1, .length = unzip->zip->len, .bytes = unzip->zip->data };
	const PartRange packed = {
		entry->slice.offset, entry->slice.length, entry->slice.encoding, 0, { { 0 } }
	};
	g_autoptr(GByteArray) kept = is_message ? g_byte_array_new() : NULL;
	Check check = { attachment_look_new(), 0, entry->size, 0, kept };
	bool whole = mail_bytes_decode(&zip, &packed, check_piece, &check, NULL);
	Attachment *attachment;

	attachment = attachment_look_end(check.look, entry->name, "", "zip", range);
	*unzip->reading->zip_left -= check.size;
	if (!whole || check.size != entry->size || check.crc != entry->crc) {
		attachment_free(attachment);
		return attach_closed(unzip, entry, range, "unreadable");
	}
	if (is_message && attach_message(unzip, kept, range)) {
		attachment_free(attachment);
		return NULL;
	}
	if (strcmp(attachment->type, "application/zip") == 0)
		attachment->fault = "zip-in-zip";
	return attachment;
}

static void read_entry(const Unzip *unzip, const ZipEntry *entry)
{
	Reading *reading = unzip->reading;
	const char *fault = entry->fault;
	Attachment *attachment;
	PartSlice closed = entry->slice;
	PartRange range;

	if (*fault == '\0' && entry->size > *reading->zip_left)
		fault = "too-large";
	if (*fault != '\0')
		closed.encoding = ENCODING_IDENTITY;
	if (!place_of(unzip, &closed, &range))
		range = *unzip->outer;
	attachment = *fault != '\0' ? attach_closed(unzip, entry, &range, fault)
				    : attach_entry(unzip, entry, &range);
	if (attachment == NULL)
		return;
	if (*attachment->fault != '\0')
		mail_warn(reading->mail, "a file in a ZIP is not opened: %s", attachment->fault);
	reading_attach(reading, attachment, NULL);
}

bool zip_read(Reading *reading, Attachment *zip)
{
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(GByteArray) bytes = NULL;
	Unzip unzip = { reading, NULL, &zip->range };
	const char *fault;
	bool cut = false;

	if (strcmp(zip->type, "application/zip") != 0)
		return false;
	if (reading->in_zip) {
		zip->fault = "zip-in-zip";
		return false;
	}
	bytes = mail_bytes_content(reading->source, &zip->range, MAIL_BYTES, &cut);
	entries = zip_entries(bytes->data, bytes->len, &fault);
	if (entries == NULL || cut) {
		zip->fault = cut ? "too-large" : fault;
		mail_warn(reading->mail, "a ZIP is not opened: %s", zip->fault);
		return false;
	}
	if (entries->len == 0)
		return false;
	unzip.zip = bytes;
	for (guint i = 0; i<entries->len && * reading->parts_left> 0; i++, (*reading->parts_left)--)
		read_entry(&unzip, g_ptr_array_index(entries, i));
	return true;
}
