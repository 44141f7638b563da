/* test_read_zip.c - ZIPs: what is in them, cut anywhere, with any byte wrong, and bombs. */
#include "gateway/read_zip.h"

#include <string.h>
#include <zlib.h>

#include "common/limits.h"
#include "common/part_decode.h"
#include "gateway/read.h"

static void put16(GByteArray *zip, guint number)
{
	const guint8 bytes[] = { (guint8)number, (guint8)(number >> 8) };

	g_byte_array_append(zip, bytes, 2);
}

static void put32(GByteArray *zip, guint32 number)
{
	put16(zip, number & 0xffff);
	put16(zip, number >> 16);
}

typedef struct Entry {
	const char *name, *content;
	guint flags;
	guint32 size; /* as it says; 0: what it is */
	guint32 at;   /* where it is said to begin; G_MAXUINT32: where it does */
} Entry;

/* Names, times, sizes as both headers have them. */
static void put_common(GByteArray *zip, const Entry *entry)
{
	guint32 length = (guint32)strlen(entry->content);

	put16(zip, entry->flags);
	put16(zip, 0); /* stored */
	put32(zip, 0);
	put32(zip, (guint32)crc32(0, (const guint8 *)entry->content, length));
	put32(zip, length);
	put32(zip, entry->size != 0 ? entry->size : length);
	put16(zip, (guint)strlen(entry->name));
	put16(zip, 0);
}

static GByteArray *zip_of(const Entry *entries, guint count, guint claimed)
{
	GByteArray *zip = g_byte_array_new();
	g_autofree guint32 *places = g_new0(guint32, count);
	guint32 start;

	for (guint i = 0; i < count; i++) {
		places[i] = entries[i].at != G_MAXUINT32 ? entries[i].at : zip->len;
		g_byte_array_append(zip, (const guint8 *)"PK\3\4\24\0", 6);
		put_common(zip, &entries[i]);
		g_byte_array_append(zip, (const guint8 *)entries[i].name,
				    (guint)strlen(entries[i].name));
		g_byte_array_append(zip, (const guint8 *)entries[i].content,
				    (guint)strlen(entries[i].content));
	}
	start = zip->len;
	for (guint i = 0; i < count; i++) {
		g_byte_array_append(zip, (const guint8 *)"PK\1\2\24\0\24\0", 8);
		put_common(zip, &entries[i]);
		put16(zip, 0);
		put16(zip, 0);
		put16(zip, 0);
		put32(zip, 0);
		put32(zip, places[i]);
		g_byte_array_append(zip, (const guint8 *)entries[i].name,
				    (guint)strlen(entries[i].name));
	}
	g_byte_array_append(zip, (const guint8 *)"PK\5\6\0\0\0\0", 8);
	put16(zip, claimed);
	put16(zip, claimed);
	put32(zip, 0);
	put32(zip, start);
	put16(zip, 0);
	/* the size of the directory, now that it is known */
	for (guint b = 0; b < 4; b++)
		zip->data[zip->len - 10 + b] = (guint8)((zip->len - 22 - start) >> (8 * b));
	return zip;
}

static const Entry good[] = {
	{ "map/a.pdf", "%PDF-1.4 a", 0, 0, G_MAXUINT32 },
	{ "__MACOSX/._a.pdf", "x", 0, 0, G_MAXUINT32 },
	{ "caf\x82.pdf", "%PDF-1.4 b", 0, 0, G_MAXUINT32 },
};

static void test_good(void)
{
	g_autoptr(GByteArray) zip = zip_of(good, 3, 3);
	const char *fault;
	g_autoptr(GPtrArray) entries = zip_entries(zip->data, zip->len, &fault);
	const ZipEntry *first, *second;

	g_assert_nonnull(entries);
	g_assert_cmpuint(entries->len, ==, 2);
	first = entries->pdata[0];
	second = entries->pdata[1];
	g_assert_cmpstr(first->name, ==, "map/a.pdf");
	g_assert_cmpstr(second->name, ==, "café.pdf");
	g_assert_cmpstr(first->fault, ==, "");
	g_assert_cmpmem(zip->data + first->slice.offset, (gsize)first->slice.length, "%PDF-1.4 a",
			10);
}

static void test_faults(void)
{
	static const Entry closed[] = { { "a.pdf", "x", 1, 0, G_MAXUINT32 } };
	static const Entry liar[] = { { "a.pdf", "x", 0, 100000000, G_MAXUINT32 } };
	static const Entry shared[] = {
		{ "a.pdf",
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		  0, 0, G_MAXUINT32 },
		{ "b.pdf", "y", 0, 0, 5 },
	};
	static const struct {
		const Entry *entries;
		guint count, claimed;
		const char *whole, *fault;
	} rows[] = {
		{ closed, 1, 1, "", "encrypted" },
		{ liar, 1, 1, "", "unreadable" },
		{ shared, 2, 2, "", "" },
		{ good, 3, 5, "unreadable", NULL },
		{ good, 3, 1001, "too-large", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) zip = zip_of(rows[i].entries, rows[i].count, rows[i].claimed);
		const char *fault;
		g_autoptr(GPtrArray) entries = zip_entries(zip->data, zip->len, &fault);

		g_assert_cmpstr(fault, ==, rows[i].whole);
		g_assert_true((entries == NULL) == (*fault != '\0'));
		if (entries != NULL)
			g_assert_cmpstr(((const ZipEntry *)entries->pdata[0])->fault, ==,
					rows[i].fault);
		if (rows[i].entries == shared) /* an entry that lies elsewhere is not believed */
			g_assert_cmpstr(((const ZipEntry *)entries->pdata[1])->fault, ==,
					"unreadable");
	}
}

/* Cut at every byte, and each byte wrong in turn: nothing outside is touched (ASan, valgrind). */
static void test_broken(void)
{
	g_autoptr(GByteArray) zip = zip_of(good, 3, 3);

	for (guint i = 0; i <= zip->len; i++) {
		g_autofree guint8 *cut = g_memdup2(zip->data, MAX(i, 1));
		const char *fault;
		GPtrArray *entries = zip_entries(cut, i, &fault);

		g_assert_true(entries == NULL || i == zip->len);
		g_clear_pointer(&entries, g_ptr_array_unref);
	}
	for (guint i = 0; i < zip->len * 8; i++) {
		g_autofree guint8 *copy = g_memdup2(zip->data, zip->len);
		const char *fault;
		GPtrArray *entries;

		copy[i / 8] ^= (guint8)(1u << i % 8);
		entries = zip_entries(copy, zip->len, &fault);
		for (guint e = 0; entries != NULL && e < entries->len; e++) {
			const ZipEntry *entry = entries->pdata[e];

			g_assert_cmpint(entry->slice.offset, >=, 0);
			g_assert_cmpint(entry->slice.offset + entry->slice.length, <=, zip->len);
		}
		g_clear_pointer(&entries, g_ptr_array_unref);
	}
}

/* A slice of what was decoded, and how it is written down. */
static void test_slices(void)
{
	static const char raw[] = "xxMDEyMzQ1Njc4OQ==";
	const PartRange outer = { .offset = 2, .length = 16, .encoding = ENCODING_BASE64 };
	const PartRange inner = { .offset = 3, .length = 4 };
	PartRange both, back = { 0 };
	g_autofree char *text = NULL;
	guint8 got[16];

	g_assert_true(part_range_inside(&outer, &inner, &both));
	text = part_inners_text(&both);
	g_assert_cmpstr(text, ==, "3+4:identity");
	g_assert_true(part_inners_parse(text, &back));
	g_assert_cmpint(back.inner[0].offset, ==, 3);
	g_assert_false(part_inners_parse("3+4:nothing", &back));
	g_assert_false(part_inners_parse("3+:base64", &back));
	g_autoptr(PartStream) stream =
		part_stream_open_bytes((const guint8 *)raw, strlen(raw), &both);
	g_assert_cmpint(part_stream_read(stream, got, sizeof got), ==, 4);
	g_assert_cmpmem(got, 4, "3456", 4);
	g_assert_cmpint(part_stream_read(stream, got, sizeof got), ==, 0);
	for (guint i = 1; i < PART_INNERS; i++)
		g_assert_true(part_range_inside(&both, &inner, &both));
	g_assert_false(part_range_inside(&both, &inner, &back));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add_func("/read/zip/good", test_good);
	g_test_add_func("/read/zip/faults", test_faults);
	g_test_add_func("/read/zip/broken", test_broken);
	g_test_add_func("/read/zip/slices", test_slices);
	return g_test_run();
}
