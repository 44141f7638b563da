/* test_bucket.c - tokens by the hour. */
#include "store/bucket.h"

#include "tests/unit/store_fixture.h"

static gint64 take(Desk *desk, gint64 now)
{
	gint64 wait = -1;

	g_assert_true(bucket_take(desk->store, "test", now, &wait, NULL));
	return wait;
}

static void test_hour(void)
{
	Desk *desk = desk_new();

	g_assert_cmpint(take(desk, NOW), ==, 0); /* not set: no end */
	g_assert_true(bucket_set(desk->store, "test", 60, NULL));
	for (int i = 0; i < 60; i++)
		g_assert_cmpint(take(desk, NOW), ==, 0);
	for (int i = 1; i <= 5; i++) /* then one a minute */
		g_assert_cmpint(take(desk, NOW), ==, 60 * i);
	g_assert_cmpint(take(desk, NOW + 10 * 60), ==, 0); /* four are there again */
	g_assert_cmpint(take(desk, NOW + 3 * 3600), ==, 0);
	desk_free(desk);
}

static void test_change(void)
{
	Desk *desk = desk_new();

	g_assert_true(bucket_set(desk->store, "test", 1, NULL));
	g_assert_cmpint(take(desk, NOW), ==, 0);
	g_assert_cmpint(take(desk, NOW), ==, 3600);
	g_assert_true(bucket_set(desk->store, "test", 3600, NULL));
	g_assert_cmpint(take(desk, NOW + 3600), <=, 1);
	/* a clock that is set back by a year does not hold anything up for a year */
	g_assert_cmpint(take(desk, NOW - 365 * 86400), ==, 0);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bucket/hour", test_hour);
	g_test_add_func("/bucket/change", test_change);
	return g_test_run();
}
