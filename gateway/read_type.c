/* read_type.c - signatures of the files people send, libmagic for the rest. */
#include "gateway/read_type.h"

#include <magic.h>
#include <stdbool.h>
#include <string.h>

#define BINARY "application/octet-stream"

static const struct {
	guint offset;
	const char *bytes;
	guint length;
	const char *type;
} signatures[] = {
	{ 0, "%PDF-", 5, "application/pdf" },
	{ 0, "\x89PNG\r\n\x1a\n", 8, "image/png" },
	{ 0, "\xff\xd8\xff", 3, "image/jpeg" },
	{ 0, "GIF87a", 6, "image/gif" },
	{ 0, "GIF89a", 6, "image/gif" },
	{ 0, "II*\0", 4, "image/tiff" },
	{ 0, "MM\0*", 4, "image/tiff" },
	{ 8, "WEBP", 4, "image/webp" },
	{ 4, "ftypheic", 8, "image/heic" },
	{ 4, "ftypheix", 8, "image/heic" },
	{ 4, "ftyphevc", 8, "image/heic-sequence" },
	{ 4, "ftypmif1", 8, "image/heif" },
	{ 4, "ftypmsf1", 8, "image/heif-sequence" },
	{ 4, "ftypavif", 8, "image/avif" },
	{ 0, "{\\rtf", 5, "application/rtf" },
};

/* The kinds of a ZIP archive, by the names of its first members. */
static const struct {
	const char *member, *type;
} archives[] = {
	{ "word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "mimetypeapplication/vnd.oasis.opendocument.text",
	  "application/vnd.oasis.opendocument.text" },
	{ "mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
	  "application/vnd.oasis.opendocument.spreadsheet" },
	{ "mimetypeapplication/vnd.oasis.opendocument.presentation",
	  "application/vnd.oasis.opendocument.presentation" },
	{ "mimetypeapplication/epub+zip", "application/epub+zip" },
};

/* The kinds of an OLE compound file, by names of its streams (UTF-16). */
static const struct {
	const char *stream;
	guint length;
	const char *type;
} compounds[] = {
	{ "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", 24, "application/msword" },
	{ "W\0o\0r\0k\0b\0o\0o\0k\0", 16, "application/vnd.ms-excel" },
	{ "P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0", 20, "application/vnd.ms-powerpoint" },
	{ "_\0_\0n\0a\0m\0e\0i\0d\0", 16, "application/vnd.ms-outlook" },
};

/* Types by the end of a name: for archives and compounds whose inside lies too far. */
static const struct {
	const char *end, *type;
} endings[] = {
	{ ".doc", "application/msword" },
	{ ".xls", "application/vnd.ms-excel" },
	{ ".ppt", "application/vnd.ms-powerpoint" },
	{ ".msg", "application/vnd.ms-outlook" },
	{ ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
};

static const char *type_of_ending(const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);

	for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(lower, endings[i].end))
			return endings[i].type;
	return NULL;
}

static const char *type_of_zip(const guint8 *head, gsize length, const char *name)
{
	const guint8 *p = head, *end = head + length;
	const char *type;

	while ((p = memmem(p, (gsize)(end - p), "PK\3\4", 4)) != NULL && end - p > 30) {
		for (guint i = 0; i < G_N_ELEMENTS(archives); i++) {
			gsize size = strlen(archives[i].member);

			if ((gsize)(end - p - 30) >= size &&
			    memcmp(p + 30, archives[i].member, size) == 0)
				return archives[i].type;
		}
		p += 4;
	}
	/* a content list first, and the rest beyond the head */
	type = memmem(head, length, "[Content_Types].xml", 19) != NULL ? type_of_ending(name)
								       : NULL;
	return type != NULL ? type : "application/zip";
}

static const char *type_of_compound(const guint8 *head, gsize length, const char *name)
{
	const char *type = type_of_ending(name);

	for (guint i = 0; type == NULL && i < G_N_ELEMENTS(compounds); i++)
		if (memmem(head, length, compounds[i].stream, compounds[i].length) != NULL)
			type = compounds[i].type;
	return type != NULL ? type : "application/x-ole-storage";
}

static void magic_forget(gpointer cookie)
{
	magic_close(cookie);
}

/* One cookie a thread; the answer lives until the next call, so it is kept by name. */
static const char *type_by_magic(const guint8 *head, gsize length)
{
	static GPrivate cookies = G_PRIVATE_INIT(magic_forget);
	magic_t cookie = g_private_get(&cookies);
	const char *type;

	if (cookie == NULL) {
		cookie = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
				    MAGIC_NO_CHECK_CDF);
		if (cookie == NULL)
			return BINARY;
		if (magic_load(cookie, NULL) != 0) {
			magic_close(cookie);
			return BINARY;
		}
		g_private_set(&cookies, cookie);
	}
	type = magic_buffer(cookie, head, length);
	return type != NULL && strchr(type, '/') != NULL ? g_intern_string(type) : BINARY;
}

/* No NUL and hardly any control: text in some charset. */
static bool is_text(const guint8 *head, gsize length)
{
	gsize controls = 0;

	for (gsize i = 0; i < length; i++) {
		if (head[i] == 0)
			return false;
		controls += head[i] < ' ' && strchr("\t\n\r\f\033", head[i]) == NULL;
	}
	return controls * 100 <= length;
}

static const char *declared_kept(const char *declared)
{
	g_autofree char *lower = g_ascii_strdown(declared, -1);

	for (const char *p = lower; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("/+.-_", *p) == NULL)
			return NULL;
	return strlen(lower) <= 100 && strchr(lower, '/') != NULL ? g_intern_string(lower) : NULL;
}

const char *type_of_content(const guint8 *head, gsize length, const char *declared,
			    const char *name)
{
	bool text_declared = g_ascii_strncasecmp(declared, "text/", 5) == 0 ||
			     g_ascii_strncasecmp(declared, "message/", 8) == 0;
	const char *type;

	for (guint i = 0; i < G_N_ELEMENTS(signatures); i++)
		if (length >= signatures[i].offset + signatures[i].length &&
		    memcmp(head + signatures[i].offset, signatures[i].bytes,
			   signatures[i].length) == 0)
			return signatures[i].type;
	if (length > 30 && memcmp(head, "PK\3\4", 4) == 0)
		return type_of_zip(head, length, name);
	if (length > 8 && memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
		return type_of_compound(head, length, name);
	if (length == 0 || (text_declared && is_text(head, length))) {
		type = declared_kept(declared);
		return type != NULL ? type : length == 0 ? BINARY : "text/plain";
	}
	type = type_by_magic(head, length);
	if (strcmp(type, BINARY) == 0 || strcmp(type, "text/plain") == 0) {
		const char *kept = declared_kept(declared);

		/* the bytes say nothing: what it is called, unless that is a known kind */
		if (kept != NULL && !g_str_has_prefix(kept, "image/") &&
		    strcmp(kept, "application/pdf") != 0 && strcmp(kept, "application/zip") != 0 &&
		    !(g_str_has_prefix(kept, "text/")))
			return kept;
	}
	return type;
}
