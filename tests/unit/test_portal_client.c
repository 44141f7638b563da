/* test_portal_client.c - whose connection it is, for whom it is, and how often. */
#include "portal/client.h"
#include "portal/rate.h"

static void test_behind(void)
{
	char *networks[] = { (char *)"10.0.0.0/8", (char *)"::1", NULL };
	g_autoptr(GPtrArray) proxies = client_proxies(networks);
	static const struct {
		const char *what, *peer, *forwarded, *expected;
	} rows[] = {
		{ "no proxy", "192.0.2.1", NULL, "192.0.2.1" },
		{ "a stranger's header is not believed", "192.0.2.1", "198.51.100.7", "192.0.2.1" },
		{ "a proxy's is", "10.0.0.1", "198.51.100.7", "198.51.100.7" },
		{ "only the end of it", "10.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7" },
		{ "through two proxies", "10.0.0.1", "6.6.6.6, 198.51.100.7, 10.2.3.4",
		  "198.51.100.7" },
		{ "no address", "10.0.0.1", "6.6.6.6, x\r\ny", "10.0.0.1" },
		{ "an empty header", "10.0.0.1", "", "10.0.0.1" },
		{ "IPv6 proxy", "::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
		{ "IPv6 by its /64", "2001:db8::9", NULL, "2001:db8::" },
		{ "a Unix socket", NULL, "198.51.100.7", "198.51.100.7" },
		{ "a Unix socket alone", NULL, NULL, "unix" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *client = client_behind(proxies, rows[i].peer, rows[i].forwarded);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(client, ==, rows[i].expected);
	}
}

static void test_origin(void)
{
	static const struct {
		const char *origin, *host, *url;
		bool is_ours;
	} rows[] = {
		{ "https://desk.example", "desk.example", "https://desk.example", true },
		{ "https://desk.example", "127.0.0.1:8025", "https://desk.example/pc", true },
		{ "https://DESK.example:8443", "x", "https://desk.example:8443/", true },
		{ "http://127.0.0.1:8025", "127.0.0.1:8025", "https://desk.example", true },
		{ "https://desk", "desk.example", "https://desk.example", false },
		{ "https://desk.example.evil.example", "desk.example", "https://desk.example",
		  false },
		{ "https://desk.example:444", "desk.example", "https://desk.example", false },
		{ "http://desk.example", "127.0.0.1", "https://desk.example", false },
		{ "https://", "", "https://desk.example", false },
		{ "null", "null", "https://desk.example", false },
		{ "https", "desk.example", "https://desk.example", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s at %s", rows[i].origin, rows[i].host);
		g_assert_cmpint(client_origin_is_ours(rows[i].origin, rows[i].host, rows[i].url),
				==, rows[i].is_ours);
	}
}

static void test_host(void)
{
	static const struct {
		const char *host, *url;
		bool is_ours;
	} rows[] = {
		{ "desk.example", "https://desk.example", true },
		{ "DESK.example:443", "https://desk.example/pc", true },
		{ "desk.example", "https://desk.example:8443", true },
		{ "127.0.0.1:8025", "https://desk.example", true },
		{ "[::1]:8025", "https://desk.example", true },
		{ "localhost:8025", "https://desk.example", true },
		{ NULL, "https://desk.example", true },
		{ "evil.example", "https://desk.example", false },
		{ "desk.example.evil.example", "https://desk.example", false },
		{ "desk.example@evil.example", "https://desk.example", false },
		{ "", "https://desk.example", false },
		{ "[", "https://desk.example", false },
		{ ":80", "https://desk.example", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s for %s", rows[i].host, rows[i].url);
		g_assert_cmpint(client_host_is_ours(rows[i].host, rows[i].url), ==,
				rows[i].is_ours);
	}
}

static void test_browser(void)
{
	g_autofree char *firefox = client_browser(
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0");
	g_autofree char *edge = client_browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
					       " Chrome/120.0.0.0 Safari/537.36 Edg/120.0");
	g_autofree char *odd = client_browser("<script>alert(1)</script>"),
			*none = client_browser(NULL);

	g_assert_cmpstr(firefox, ==, "Firefox, Windows");
	g_assert_cmpstr(edge, ==, "Edge, Linux");
	g_assert_cmpstr(odd, ==, "");
	g_assert_cmpstr(none, ==, "");
}

static void test_rate(void)
{
	g_autoptr(GHashTable) rates = rates_new();
	const Rate rate = { 3, 60 };
	gint64 wait = -1;

	for (int i = 0; i < 3; i++)
		g_assert_true(rate_take(rates, "a", &rate, 1000000, &wait));
	g_assert_false(rate_take(rates, "a", &rate, 1000000, &wait));
	g_assert_cmpint(wait, ==, 20);
	g_assert_true(rate_take(rates, "b", &rate, 1000000, &wait));
	g_assert_true(rate_take(rates, "a", &rate, 1020000, &wait));
	g_assert_false(rate_take(rates, "a", &rate, 1020000, &wait));
	for (int i = 0; i < 120000; i++) {
		g_autofree char *key = g_strdup_printf("%d", i);

		g_assert_true(rate_take(rates, key, &rate, 1020000, &wait));
	}
	g_assert_cmpint(g_hash_table_size(rates), <=, 50000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/behind", test_behind);
	g_test_add_func("/client/origin", test_origin);
	g_test_add_func("/client/host", test_host);
	g_test_add_func("/client/browser", test_browser);
	g_test_add_func("/client/rate", test_rate);
	return g_test_run();
}
