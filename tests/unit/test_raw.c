/* test_raw.c - raw messages: written, found again, cut after a crash, never mixed between writers.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/limits.h"
#include "store/raw_inside.h"
#include "tests/unit/store_fixture.h"

static RawRange append(RawWriter *writer, const void *bytes, gsize length)
{
	RawRange range = { 0 };
	GError *error = NULL;

	g_assert_true(raw_begin(writer, &error));
	g_assert_true(raw_append(writer, bytes, length, &error));
	g_assert_true(raw_end(writer, &range, &error));
	return range;
}

static void keep(Desk *desk, const RawRange *range)
{
	g_autofree char *uid = g_strdup_printf("%u", ++desk->mails);
	Receipt receipt = {
		.mailbox = (char *)"inbox", .uid = uid, .received = NOW, .raw = *range
	};

	g_assert_true(receipts_put(desk->store, &receipt, NULL));
}

static void check_bytes(Desk *desk, const RawRange *range, const void *bytes, gsize length)
{
	GError *error = NULL;
	g_autoptr(GBytes) read = raw_bytes(desk->store, range, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(read, NULL), g_bytes_get_size(read), bytes, length);
	raw_verify(desk->store, range, &error);
	g_assert_no_error(error);
}

static gint64 file_size(Desk *desk, gint64 segment)
{
	g_autofree char *path = raw_path(desk->store, segment);
	struct stat status;

	g_assert_cmpint(stat(path, &status), ==, 0);
	return status.st_size;
}

static void reopen(Desk *desk)
{
	GError *error = NULL;

	raw_writer_free(desk->raw);
	desk->raw = raw_writer_open(desk->store, &error);
	g_assert_no_error(error);
}

static void test_append(void)
{
	static const gsize sizes[] = { 0, 1, 100, 262143, 262144, 262145, 700000, 3, 5000000 };
	Desk *desk = desk_new();
	RawRange ranges[G_N_ELEMENTS(sizes)];
	g_autofree guint8 *bytes = g_malloc(5000000);

	for (gsize i = 0; i < 5000000; i++)
		bytes[i] = (guint8)(i * 2654435761u >> 13);
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
		ranges[i] = append(desk->raw, bytes + i, sizes[i] - (sizes[i] > i ? i : 0));
	g_assert_true(raw_sync(desk->raw, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
		check_bytes(desk, &ranges[i], bytes + i, sizes[i] - (sizes[i] > i ? i : 0));
	g_assert_cmpstr(ranges[0].sha256, ==,
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	desk_free(desk);
}

/* Pieces of any size give one message. */
static void test_pieces(void)
{
	Desk *desk = desk_new();
	g_autofree char *text = g_strnfill(600000, 'm');
	RawRange range = { 0 };

	g_assert_true(raw_begin(desk->raw, NULL));
	for (gsize at = 0, step = 1; at < 600000; at += step, step = step * 3 + 1)
		g_assert_true(raw_append(desk->raw, text + at, MIN(step, 600000 - at), NULL));
	g_assert_true(raw_end(desk->raw, &range, NULL));
	g_assert_true(raw_sync(desk->raw, NULL));
	check_bytes(desk, &range, text, 600000);
	desk_free(desk);
}

/* A message that was begun and not ended is dropped by the next, however much was written of it. */
static void test_unfinished(void)
{
	Desk *desk = desk_new();
	g_autofree char *large = g_strnfill(900000, 'x');
	RawRange first = append(desk->raw, "first", 5), second;

	g_assert_true(raw_begin(desk->raw, NULL));
	g_assert_true(raw_append(desk->raw, "half", 4, NULL));
	g_assert_true(raw_append(desk->raw, large, 900000, NULL));
	second = append(desk->raw, "second", 6);
	g_assert_true(raw_sync(desk->raw, NULL));
	g_assert_cmpint(second.offset, ==, 5);
	check_bytes(desk, &first, "first", 5);
	check_bytes(desk, &second, "second", 6);
	desk_free(desk);
}

/* What no row names is cut off when the segment is opened again, and the place is used. */
static void test_crash(void)
{
	Desk *desk = desk_new();
	RawRange kept = append(desk->raw, "kept", 4), next;

	g_assert_true(raw_sync(desk->raw, NULL));
	keep(desk, &kept);
	append(desk->raw, "lost in a crash", 15);
	g_assert_true(raw_sync(desk->raw, NULL));
	g_assert_cmpint(file_size(desk, kept.segment), ==, 19);
	reopen(desk);
	g_assert_cmpint(file_size(desk, kept.segment), ==, 4);
	next = append(desk->raw, "next", 4);
	g_assert_true(raw_sync(desk->raw, NULL));
	g_assert_cmpint(next.segment, ==, kept.segment);
	g_assert_cmpint(next.offset, ==, 4);
	check_bytes(desk, &kept, "kept", 4);
	check_bytes(desk, &next, "next", 4);
	desk_free(desk);
}

/* A segment that is shorter than its rows say is left alone. */
static void test_short(void)
{
	Desk *desk = desk_new();
	RawRange kept = append(desk->raw, "kept", 4), next;
	g_autofree char *path = raw_path(desk->store, kept.segment);
	GError *error = NULL;

	g_assert_true(raw_sync(desk->raw, NULL));
	keep(desk, &kept);
	g_assert_cmpint(truncate(path, 2), ==, 0);
	reopen(desk);
	next = append(desk->raw, "next", 4);
	g_assert_cmpint(next.segment, !=, kept.segment);
	g_assert_false(raw_verify(desk->store, &kept, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_assert_nonnull(strstr(error->message, "cut off"));
	g_clear_error(&error);
	desk_free(desk);
}

static void test_flipped(void)
{
	Desk *desk = desk_new();
	RawRange range = append(desk->raw, "what was received", 17);
	g_autofree char *path = raw_path(desk->store, range.segment);
	GError *error = NULL;
	int file;

	g_assert_true(raw_sync(desk->raw, NULL));
	file = open(path, O_WRONLY);
	g_assert_cmpint(pwrite(file, "W", 1, 0), ==, 1);
	close(file);
	g_assert_false(raw_verify(desk->store, &range, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_assert_nonnull(strstr(error->message, "is not what was received"));
	g_clear_error(&error);
	range.segment = 999;
	g_assert_false(raw_verify(desk->store, &range, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	desk_free(desk);
}

/* Several writers at once: each has its segment, none waits, none cuts another's. */
static void test_writers(void)
{
	Desk *desk = desk_new();
	Store *stores[3];
	RawWriter *writers[3];
	RawRange ranges[3][20];

	for (int w = 0; w < 3; w++) {
		stores[w] = store_open(desk->where, STORE_EXISTING, NULL);
		writers[w] = raw_writer_open(stores[w], NULL);
		g_assert_nonnull(writers[w]);
	}
	for (int i = 0; i < 20; i++)
		for (int w = 0; w < 3; w++) {
			char text[] = { (char)('a' + w), (char)('a' + i) };

			ranges[w][i] = append(writers[w], text, sizeof(text));
			g_assert_true(raw_sync(writers[w], NULL));
		}
	for (int i = 0; i < 20; i++)
		for (int w = 0; w < 3; w++) {
			char text[] = { (char)('a' + w), (char)('a' + i) };

			check_bytes(desk, &ranges[w][i], text, sizeof(text));
			g_assert_cmpint(ranges[w][i].segment, ==, ranges[w][0].segment);
			g_assert_cmpint(ranges[w][i].segment, !=, ranges[(w + 1) % 3][i].segment);
		}
	for (int w = 0; w < 3; w++) {
		raw_writer_free(writers[w]);
		store_free(stores[w]);
	}
	desk_free(desk);
}

/* After a commit that failed the bytes of its rows go, those of committed rows stay. */
static void test_rewind(void)
{
	Desk *desk = desk_new();
	RawRange kept = append(desk->raw, "kept", 4), lost, next;

	g_assert_true(raw_sync(desk->raw, NULL));
	keep(desk, &kept);
	raw_rewind(desk->raw);
	g_assert_cmpint(file_size(desk, kept.segment), ==, 4);
	g_assert_true(store_begin(desk->store, NULL));
	lost = append(desk->raw, "lost", 4);
	g_assert_true(raw_sync(desk->raw, NULL));
	keep(desk, &lost);
	store_rollback(desk->store);
	raw_rewind(desk->raw);
	g_assert_cmpint(file_size(desk, kept.segment), ==, 4);
	append(desk->raw, "not even written", 16);
	raw_rewind(desk->raw);
	next = append(desk->raw, "next", 4);
	g_assert_true(raw_sync(desk->raw, NULL));
	g_assert_cmpint(next.offset, ==, 4);
	check_bytes(desk, &kept, "kept", 4);
	check_bytes(desk, &next, "next", 4);
	desk_free(desk);
}

/* A full segment is sealed and the next begun. A hole stands for its bytes. */
static void test_sealed(void)
{
	Desk *desk = desk_new();
	RawRange range = append(desk->raw, "x", 1), next;
	g_autofree char *path = raw_path(desk->store, range.segment);
	struct stat status;

	g_assert_true(raw_sync(desk->raw, NULL));
	range.length = SEGMENT_BYTES - 1;
	keep(desk, &range);
	g_assert_cmpint(truncate(path, SEGMENT_BYTES - 1), ==, 0);
	reopen(desk);
	next = append(desk->raw, "last of it", 10);
	g_assert_cmpint(next.segment, ==, range.segment);
	next = append(desk->raw, "first", 5);
	g_assert_cmpint(next.segment, !=, range.segment);
	g_assert_cmpint(next.offset, ==, 0);
	g_assert_true(raw_sync(desk->raw, NULL));
	check_bytes(desk, &next, "first", 5);
	g_assert_cmpint(stat(path, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0222, ==, 0);
	reopen(desk);
	g_assert_cmpint(append(desk->raw, "y", 1).segment, !=, range.segment);
	desk_free(desk);
}

/* A disk without room may have some later: nothing of the message stays, and the next is whole. */
static void test_full(void)
{
	Desk *desk = desk_new();
	g_autofree char *large = g_strnfill(3000000, 'x');
	const struct rlimit tight = { 1000000, RLIM_INFINITY },
			    wide = { RLIM_INFINITY, RLIM_INFINITY };
	RawRange kept = append(desk->raw, "kept", 4), next;
	GError *error = NULL;

	g_assert_true(raw_sync(desk->raw, NULL));
	keep(desk, &kept);
	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &tight), ==, 0);
	g_assert_true(raw_begin(desk->raw, NULL));
	g_assert_false(raw_append(desk->raw, large, 3000000, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL);
	g_clear_error(&error);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &wide), ==, 0);
	next = append(desk->raw, large, 3000000);
	g_assert_true(raw_sync(desk->raw, NULL));
	g_assert_cmpint(next.offset, ==, 4);
	check_bytes(desk, &next, large, 3000000);
	check_bytes(desk, &kept, "kept", 4);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/raw/append", test_append);
	g_test_add_func("/raw/pieces", test_pieces);
	g_test_add_func("/raw/unfinished", test_unfinished);
	g_test_add_func("/raw/crash", test_crash);
	g_test_add_func("/raw/short", test_short);
	g_test_add_func("/raw/flipped", test_flipped);
	g_test_add_func("/raw/writers", test_writers);
	g_test_add_func("/raw/rewind", test_rewind);
	g_test_add_func("/raw/sealed", test_sealed);
	g_test_add_func("/raw/full", test_full);
	return g_test_run();
}
