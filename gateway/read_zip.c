/* read_zip.c - the directory at the end of a ZIP.
 *
 * Only what it says is believed that the entry itself says as well; entries that share bytes are
 * refused, since those are bombs.
 */
#include "gateway/read_zip.h"

#include <string.h>

#include "common/limits.h"
#include "gateway/read_charset.h"

#define END_BYTES 22
#define ENTRY_BYTES 46
#define LOCAL_BYTES 30
#define COMMENT_BYTES 65535
#define RATIO_FROM (64 * 1024) /* what is smaller may be as blank as it likes */
#define NAME_MOST 4096

enum { STORED = 0, DEFLATED = 8 };
enum { FLAG_ENCRYPTED = 1, FLAG_UTF8 = 1 << 11 };

static guint get16(const guint8 *p)
{
	return (guint)p[0] | (guint)p[1] << 8;
}

static guint32 get32(const guint8 *p)
{
	return (guint32)get16(p) | (guint32)get16(p + 2) << 16;
}

void zip_entry_free(ZipEntry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->name);
	g_free(entry);
}

/* The record at the end: its comment reaches to the end of the file. */
static const guint8 *find_end(const guint8 *bytes, gsize length)
{
	gsize least = length > END_BYTES + COMMENT_BYTES ? length - END_BYTES - COMMENT_BYTES : 0;

	for (gsize at = length >= END_BYTES ? length - END_BYTES + 1 : 0; at-- > least;) {
		const guint8 *p = bytes + at;

		if (memcmp(p, "PK\5\6", 4) == 0 && at + END_BYTES + get16(p + 20) <= length)
			return p;
	}
	return NULL;
}

/* Nobody sends these: they come along. */
static bool is_noise(const char *name)
{
	static const char *const files[] = { ".DS_Store", "Thumbs.db", "desktop.ini" };
	const char *slash = strrchr(name, '/');
	const char *base = slash != NULL ? slash + 1 : name;

	if (*base == '\0' || g_str_has_prefix(name, "__MACOSX/") || g_str_has_prefix(base, "._"))
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		if (g_ascii_strcasecmp(base, files[i]) == 0)
			return true;
	return false;
}

static char *entry_name(const guint8 *name, gsize length, guint flags)
{
	bool utf8 = (flags & FLAG_UTF8) != 0 ||
		    g_utf8_validate((const char *)name, (gssize)length, NULL);
	char *text =
		charset_text((const char *)name, MIN(length, NAME_MOST), utf8 ? "utf-8" : "CP850");

	return g_strdelimit(text, "\\", '/');
}

/* Where the content of the entry at p begins, when the entry itself agrees; else -1. */
static gint64 content_at(const guint8 *bytes, gsize length, const guint8 *p)
{
	gsize at = get32(p + 42);
	const guint8 *local = bytes + at;
	gsize content;

	if (at > length || length - at < LOCAL_BYTES || memcmp(local, "PK\3\4", 4) != 0)
		return -1;
	content = at + LOCAL_BYTES + get16(local + 26) + get16(local + 28);
	if (get16(local + 26) != get16(p + 28) || get16(local + 8) != get16(p + 10) ||
	    content > length || length - content < get32(p + 20) ||
	    memcmp(local + LOCAL_BYTES, p + ENTRY_BYTES, get16(p + 28)) != 0)
		return -1;
	return (gint64)content;
}

static const char *fault_of(const ZipEntry *entry, guint flags, guint method)
{
	if (entry->slice.offset < 0)
		return "unreadable";
	if ((flags & FLAG_ENCRYPTED) != 0)
		return "encrypted";
	if ((method != STORED && method != DEFLATED) ||
	    (method == STORED && entry->size != entry->slice.length))
		return "unreadable";
	if (entry->size > ZIP_BYTES ||
	    (entry->size > RATIO_FROM && entry->size / ZIP_RATIO > entry->slice.length))
		return "too-large";
	return "";
}

static ZipEntry *entry_read(const guint8 *bytes, gsize length, const guint8 *p)
{
	ZipEntry *entry = g_new0(ZipEntry, 1);
	guint flags = get16(p + 8), method = get16(p + 10);

	entry->name = entry_name(p + ENTRY_BYTES, get16(p + 28), flags);
	entry->slice.offset = content_at(bytes, length, p);
	entry->slice.length = get32(p + 20);
	entry->slice.encoding = method == DEFLATED && (flags & FLAG_ENCRYPTED) == 0
					? ENCODING_DEFLATE
					: ENCODING_IDENTITY;
	entry->size = get32(p + 24);
	entry->crc = get32(p + 16);
	entry->fault = fault_of(entry, flags, method);
	if (entry->slice.offset < 0)
		entry->slice = (PartSlice){ 0 };
	return entry;
}

/* All packed bytes and headers together are no more than the ZIP is, or they lie in one another. */
static bool lies_in_another(const GPtrArray *entries, gsize length)
{
	gint64 sum = 0;

	for (guint i = 0; i < entries->len; i++)
		sum += LOCAL_BYTES + ((ZipEntry *)g_ptr_array_index(entries, i))->slice.length;
	return sum > (gint64)length;
}

GPtrArray *zip_entries(const guint8 *bytes, gsize length, const char **ret_fault)
{
	const guint8 *end = find_end(bytes, length), *p;
	g_autoptr(GPtrArray) entries =
		g_ptr_array_new_with_free_func((GDestroyNotify)zip_entry_free);
	gsize start, size;
	guint count;

	*ret_fault = "unreadable";
	if (end == NULL)
		return NULL;
	count = get16(end + 10);
	size = get32(end + 12);
	start = get32(end + 16);
	if (count == G_MAXUINT16 || start > length || size > length - start)
		return NULL;
	if (count > ZIP_ENTRIES) {
		*ret_fault = "too-large";
		return NULL;
	}
	p = bytes + start;
	for (guint i = 0; i < count; i++) {
		gsize left = (gsize)(bytes + start + size - p), whole;

		if (left < ENTRY_BYTES || memcmp(p, "PK\1\2", 4) != 0)
			return NULL;
		whole = ENTRY_BYTES + (gsize)get16(p + 28) + get16(p + 30) + get16(p + 32);
		if (whole > left)
			return NULL;
		ZipEntry *entry = entry_read(bytes, length, p);
		if (is_noise(entry->name))
			zip_entry_free(entry);
		else
			g_ptr_array_add(entries, entry);
		p += whole;
	}
	if (lies_in_another(entries, length))
		return NULL;
	*ret_fault = "";
	return g_steal_pointer(&entries);
}
