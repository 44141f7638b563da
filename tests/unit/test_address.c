/* test_address.c - addresses, their domains and details. */
#include "common/address.h"

static void test_valid(void)
{
	static const struct {
		const char *what, *address;
		bool valid;
	} rows[] = {
		{ "an address", "an.peeters@minfin.example", true },
		{ "a sub-address", "desk+c12.k7f2@desk.example", true },
		{ "with accents (RFC 6531)", "andr\303\251@ex\303\251mple.be", true },
		{ "no domain", "an@", false },
		{ "no local part", "@minfin.example", false },
		{ "no at", "an.minfin.example", false },
		{ "two ats", "an@b@c.example", false },
		{ "a blank", "an peeters@minfin.example", false },
		{ "a no-break space", "an\302\240p@minfin.example", false },
		{ "a line end", "an@minfin.example\r\nRCPT TO:<x@y>", false },
		{ "a control", "an\001@minfin.example", false },
		{ "angle brackets", "<an@minfin.example>", false },
		{ "no UTF-8", "an\351@minfin.example", false },
		{ "turned text", "an\342\200\256@minfin.example", false },
		{ "nothing", "", false },
		{ "NULL", NULL, false },
	};
	g_autofree char *local = g_strnfill(250, 'a');
	g_autofree char *longest = g_strconcat(local, "@b.c", NULL);
	g_autofree char *longer = g_strconcat(local, "@b.cd", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(address_is_valid(rows[i].address), ==, rows[i].valid);
	}
	g_assert_true(address_is_valid(longest));
	g_assert_false(address_is_valid(longer));
}

static void test_normal(void)
{
	g_autofree char *normal = address_normal("  An.PEETERS@MinFin.Example\n");
	g_autofree char *accents = address_normal("\303\211LISE@X.BE");
	g_autofree char *broken = address_normal("\351@x.be");
	g_autofree char *domain = address_domain("\"a@b\"@MinFin.Example");
	g_autofree char *none = address_domain("nobody");
	g_autofree char *null = address_domain(NULL);

	g_assert_cmpstr(normal, ==, "an.peeters@minfin.example");
	g_assert_cmpstr(accents, ==, "\303\251lise@x.be");
	g_assert_true(g_utf8_validate(broken, -1, NULL));
	g_assert_cmpstr(domain, ==, "minfin.example");
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(null, ==, "");
}

static void test_aligned(void)
{
	static const struct {
		const char *what, *a, *b;
		bool aligned;
	} rows[] = {
		{ "the same", "minfin.example", "minfin.example", true },
		{ "the same in capitals", "MINFIN.example", "minfin.EXAMPLE", true },
		{ "the root's dot", "minfin.example.", "minfin.example", true },
		{ "below", "mail.minfin.example", "minfin.example", true },
		{ "below, the other way round", "minfin.example", "a.b.minfin.example", true },
		{ "beside", "a.minfin.example", "b.minfin.example", false },
		{ "only the same ending", "evilminfin.example", "minfin.example", false },
		{ "a top-level domain is nobody's", "minfin.example", "example", false },
		{ "two equal single labels", "localhost", "localhost", false },
		{ "nothing", "", "", false },
		{ "nothing and something", "", "minfin.example", false },
		{ "dots alone", ".", "minfin.example", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(domain_aligned(rows[i].a, rows[i].b), ==, rows[i].aligned);
		g_assert_cmpint(domain_aligned(rows[i].b, rows[i].a), ==, rows[i].aligned);
	}
}

static void test_detail(void)
{
	static const struct {
		const char *what, *address, *separator, *detail;
	} rows[] = {
		{ "the address itself", "desk@x.example", "+", "" },
		{ "in capitals", "DESK@X.EXAMPLE", "+", "" },
		{ "a detail", "desk+absence-parental@x.example", "+", "absence-parental" },
		{ "a detail in capitals is lower case", "Desk+C12.K7F2@x.example", "+",
		  "c12.k7f2" },
		{ "a detail with the sign in it", "desk+a+b@x.example", "+", "a+b" },
		{ "an empty detail", "desk+@x.example", "+", "" },
		{ "another sign", "desk-a@x.example", "-", "a" },
		{ "a sign of two", "desk--a@x.example", "--", "a" },
		{ "not our sign", "desk+a@x.example", "-", NULL },
		{ "no sub-addresses", "desk+a@x.example", "", NULL },
		{ "no sub-addresses, itself", "desk@x.example", "", "" },
		{ "another name", "desks@x.example", "+", NULL },
		{ "a shorter name", "des@x.example", "+", NULL },
		{ "another domain", "desk+a@y.example", "+", NULL },
		{ "a longer domain", "desk+a@x.example.com", "+", NULL },
		{ "no address", "desk", "+", NULL },
		{ "nothing", "", "+", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *detail =
			address_detail(rows[i].address, "desk@x.example", rows[i].separator);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(detail, ==, rows[i].detail);
	}
}

static void test_with_detail(void)
{
	g_autofree char *with = address_with_detail("desk@x.example", "+", "c12.k7f2");
	g_autofree char *without = address_with_detail("desk@x.example", "", "c12.k7f2");
	g_autofree char *empty = address_with_detail("desk@x.example", "+", "");
	g_autofree char *back = address_detail(with, "desk@x.example", "+");

	g_assert_cmpstr(with, ==, "desk+c12.k7f2@x.example");
	g_assert_cmpstr(without, ==, "desk@x.example");
	g_assert_cmpstr(empty, ==, "desk@x.example");
	g_assert_cmpstr(back, ==, "c12.k7f2");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/valid", test_valid);
	g_test_add_func("/address/normal", test_normal);
	g_test_add_func("/address/aligned", test_aligned);
	g_test_add_func("/address/detail", test_detail);
	g_test_add_func("/address/with-detail", test_with_detail);
	return g_test_run();
}
