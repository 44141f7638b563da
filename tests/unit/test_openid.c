/* test_openid.c - sign-ins under way: once, for their own browser, for ten minutes, bounded. */
#include "store/openid.h"
#include "tests/unit/store_fixture.h"

static void put(Desk *desk, const char *state, const char *browser, gint64 now)
{
	OpenIdAsk ask = { .provider = (char *)"itsme",
			  .nonce = (char *)"n",
			  .verifier = (char *)"v",
			  .target = (char *)"/mine",
			  .before = (char *)"" };
	GError *error = NULL;

	openid_put(desk->store, state, browser, &ask, now, &error);
	g_assert_no_error(error);
}

static bool take(Desk *desk, const char *state, const char *browser, const char *provider,
		 gint64 now)
{
	g_autoptr(OpenIdAsk) ask = NULL;
	GError *error = NULL;

	openid_take(desk->store, state, browser, provider, now, &ask, &error);
	g_assert_no_error(error);
	if (ask != NULL) {
		g_assert_cmpstr(ask->nonce, ==, "n");
		g_assert_cmpstr(ask->verifier, ==, "v");
		g_assert_cmpstr(ask->target, ==, "/mine");
	}
	return ask != NULL;
}

static void test_once(void)
{
	Desk *desk = desk_new();

	put(desk, "s", "b", NOW);
	g_assert_false(take(desk, "t", "b", "itsme", NOW));
	g_assert_false(take(desk, "s", "c", "itsme", NOW));
	g_assert_false(take(desk, "s", "b", "other", NOW));
	g_assert_true(take(desk, "s", "b", "itsme", NOW));
	g_assert_false(take(desk, "s", "b", "itsme", NOW));
	desk_free(desk);
}

static void test_over(void)
{
	Desk *desk = desk_new();

	put(desk, "s", "b", NOW);
	g_assert_false(take(desk, "s", "b", "itsme", NOW + OPENID_SECONDS));
	g_assert_true(take(desk, "s", "b", "itsme", NOW + OPENID_SECONDS - 1));
	put(desk, "s", "b", NOW);
	put(desk, "t", "b", NOW + OPENID_SECONDS); /* forgets what is over */
	g_assert_false(take(desk, "s", "b", "itsme", NOW));
	desk_free(desk);
}

static void test_bounded(void)
{
	Desk *desk = desk_new();

	store_begin(desk->store, NULL);
	for (int i = 0; i < OPENID_MOST + 2; i++) {
		g_autofree char *state = g_strdup_printf("s%d", i);

		put(desk, state, "b", NOW + i / 100);
	}
	store_commit(desk->store, NULL);
	g_assert_false(take(desk, "s0", "b", "itsme", NOW));
	g_assert_false(take(desk, "s1", "b", "itsme", NOW));
	g_assert_true(take(desk, "s2", "b", "itsme", NOW));
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openid/once", test_once);
	g_test_add_func("/openid/over", test_over);
	g_test_add_func("/openid/bounded", test_bounded);
	return g_test_run();
}
