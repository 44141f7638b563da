/* test_retry.c - when a mail is tried again. */
#include <glib.h>

#include "notifier/retry.h"

static void test_waits(void)
{
	static const struct {
		const char *what;
		guint tries;
		double wait, away;
	} rows[] = {
		{ "the first retry of a mail comes after a minute, of the server after 5 s", 1, 60,
		  5 },
		{ "they grow", 2, 90, 10 },
		{ "and grow", 4, 202.5, 40 },
		{ "the server is never left for longer than 5 minutes", 8, 1025.15625, 300 },
		{ "a mail never for longer than 4 hours", 20, 14400, 300 },
		{ "no number of tries is too many", 4000000000u, 14400, 300 },
		{ "no try counts as one", 0, 60, 5 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_assert_cmpfloat(retry_wait(rows[i].tries), ==, rows[i].wait);
		g_assert_cmpfloat(retry_wait_away(rows[i].tries), ==, rows[i].away);
	}
}

static void test_spread(void)
{
	g_assert_cmpfloat(retry_spread(100, 0, 1), ==, 100);
	g_assert_cmpfloat(retry_spread(100, 1, 1), ==, 120);
	g_assert_cmpfloat(retry_spread(100, 7, 1), ==, 120); /* dice that are none */
	g_assert_cmpfloat(retry_spread(100, 0, 50), ==, 2);  /* the test clock */
	g_assert_cmpfloat(retry_spread(100, 0, 0), ==, 100);
}

static void test_end(void)
{
	gint64 five_days = 5 * 24 * 3600;

	g_assert_false(retry_is_over(1000, 1000 + five_days - 1, 1));
	g_assert_true(retry_is_over(1000, 1000 + five_days, 1));
	g_assert_true(retry_is_over(1000, 1000 + five_days / 100, 100));
	g_assert_false(retry_is_over(1000, 0, 1)); /* a clock that went back */
}

static void test_due(void)
{
	g_assert_cmpint(retry_due(1000, 60), ==, 1060);
	g_assert_cmpint(retry_due(1000, 60.1), ==, 1061);
	g_assert_cmpint(retry_due(1000, 0.001), ==,
			1001); /* never at once: that would be a busy loop */
	g_assert_cmpint(retry_due(1000, 0), ==, 1001);
}

/* All tries of five days, in the worst case, are few enough for any server. */
static void test_sum(void)
{
	double all = 0;
	guint tries = 0;

	while (all < RETRY_GIVE_UP)
		all += retry_wait(++tries);
	g_assert_cmpuint(tries, >, 20);
	g_assert_cmpuint(tries, <, 60);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/retry/waits", test_waits);
	g_test_add_func("/retry/spread", test_spread);
	g_test_add_func("/retry/end", test_end);
	g_test_add_func("/retry/due", test_due);
	g_test_add_func("/retry/sum", test_sum);
	return g_test_run();
}
