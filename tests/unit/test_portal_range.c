/* test_portal_range.c - parts of documents. */
#include "portal/range.h"

static void test_range(void)
{
	static const struct {
		const char *range, *if_range;
		RangeResult result;
		gint64 first, length;
	} rows[] = {
		{ "", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=0-9", "", RANGE_PART, 0, 10 },
		{ "BYTES=0-0", "", RANGE_PART, 0, 1 },
		{ "bytes=90-", "", RANGE_PART, 90, 10 },
		{ "bytes=90-99999", "", RANGE_PART, 90, 10 },
		{ "bytes=-5", "", RANGE_PART, 95, 5 },
		{ "bytes=-500", "", RANGE_PART, 0, 100 },
		{ "bytes=99-99", "", RANGE_PART, 99, 1 },
		{ "bytes=100-", "", RANGE_NONE, 0, 100 },
		{ "bytes=-0", "", RANGE_NONE, 0, 100 },
		{ "bytes=5-4", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=-", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=1-2,5-6", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=+1-2", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=1-2x", "", RANGE_WHOLE, 0, 100 },
		{ "lines=1-2", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=9999999999999999999999-", "", RANGE_WHOLE, 0, 100 },
		{ "bytes=0-9", "\"tag\"", RANGE_PART, 0, 10 },
		{ "bytes=0-9", "\"other\"", RANGE_WHOLE, 0, 100 },
		{ "bytes=0-9", "W/\"tag\"", RANGE_WHOLE, 0, 100 },
		{ "bytes=0-9", "Tue, 24 Nov 2026 10:00:00 GMT", RANGE_WHOLE, 0, 100 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		ByteRange range;

		g_test_message("%s %s", rows[i].range, rows[i].if_range);
		g_assert_cmpint(range_find(rows[i].range, rows[i].if_range, "\"tag\"", 100, &range),
				==, rows[i].result);
		g_assert_cmpint(range.first, ==, rows[i].first);
		g_assert_cmpint(range.length, ==, rows[i].length);
	}
}

static void test_empty(void)
{
	ByteRange range;

	g_assert_cmpint(range_find("bytes=0-", "", "x", 0, &range), ==, RANGE_NONE);
	g_assert_cmpint(range_find("bytes=-1", "", "x", 0, &range), ==, RANGE_NONE);
	g_assert_cmpint(range_find("", "", "x", 0, &range), ==, RANGE_WHOLE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/range/range", test_range);
	g_test_add_func("/range/empty", test_empty);
	return g_test_run();
}
