/* sniff.c - what a document is, by its first bytes. */
#include "portal/sniff.h"

#include <stdbool.h>
#include <string.h>

#define OCTETS "application/octet-stream"
#define OPEN_XML "application/vnd.openxmlformats-officedocument."
#define OPEN_DOCUMENT "application/vnd.oasis.opendocument."

static const struct {
	guint offset;
	const char *bytes;
	guint length;
	const char *type;
} signatures[] = {
	{ 0, "%PDF-", 5, "application/pdf" },
	{ 0, "\x89PNG\r\n\x1a\n", 8, "image/png" },
	{ 0, "\xff\xd8\xff", 3, "image/jpeg" },
	{ 4, "ftypheic", 8, "image/heic" },
	{ 4, "ftypheix", 8, "image/heic" },
	{ 4, "ftypmif1", 8, "image/heif" },
	{ 0, "PK\3\4", 4, "application/zip" },
	{ 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "application/x-ole-storage" },
};

/* What an archive or a compound file holds, by the end of its name. */
static const struct {
	const char *outer, *end, *type;
} office[] = {
	{ "application/zip", ".docx", OPEN_XML "wordprocessingml.document" },
	{ "application/zip", ".xlsx", OPEN_XML "spreadsheetml.sheet" },
	{ "application/zip", ".pptx", OPEN_XML "presentationml.presentation" },
	{ "application/zip", ".odt", OPEN_DOCUMENT "text" },
	{ "application/zip", ".ods", OPEN_DOCUMENT "spreadsheet" },
	{ "application/zip", ".odp", OPEN_DOCUMENT "presentation" },
	{ "application/x-ole-storage", ".doc", "application/msword" },
	{ "application/x-ole-storage", ".xls", "application/vnd.ms-excel" },
	{ "application/x-ole-storage", ".ppt", "application/vnd.ms-powerpoint" },
};

static const char *const served[] = {
	"application/pdf", "image/png", "image/jpeg", "image/heic", "text/plain",
};

static const char *office_type(const char *outer, const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(office); i++)
		if (strcmp(office[i].outer, outer) == 0 && g_str_has_suffix(lower, office[i].end))
			return office[i].type;
	return outer;
}

/* UTF-8 without controls; a character may be cut at the end of the head. */
static bool is_text(const guint8 *head, gsize length)
{
	const char *end = NULL;

	for (gsize i = 0; i < length; i++)
		if ((head[i] < ' ' && memchr("\t\n\r\f", head[i], 4) == NULL) || head[i] == 0x7f)
			return false;
	return length > 0 && (g_utf8_validate((const char *)head, (gssize)length, &end) ||
			      (length == SNIFF_BYTES && (const char *)head + length - end < 4));
}

const char *sniff_type(const guint8 *head, gsize length, const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++)
		if (length >= signatures[i].offset + signatures[i].length &&
		    memcmp(head + signatures[i].offset, signatures[i].bytes,
			   signatures[i].length) == 0)
			return office_type(signatures[i].type, name);
	return is_text(head, length) ? "text/plain" : OCTETS;
}

const char *sniff_served(const char *type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(served); i++)
		if (strcmp(type, served[i]) == 0)
			return served[i];
	for (gsize i = 0; i < G_N_ELEMENTS(office); i++)
		if (strcmp(type, office[i].type) == 0)
			return office[i].type;
	return OCTETS;
}
