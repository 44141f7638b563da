/* test_read_auth.c - whose Authentication-Results are believed, and what they say. */
#include "tests/unit/mail_of.h"

#define END "From: jan@x.example\r\nSubject: x\r\n\r\nx\r\n"
#define OURS "Authentication-Results: mx.desk.example;"

static const struct {
	const char *what, *mail,
		*results; /* "spf dkim dmarc spf-domain dkim-domain", NULL: nothing is known */
} rows[] = {
	{ "all three",
	  OURS
	  " spf=pass smtp.mailfrom=jan@x.example; dkim=pass header.d=X.example; dmarc=pass\r\n" END,
	  "pass pass pass x.example x.example" },
	{ "a folded field",
	  OURS
	  "\r\n\tspf=pass\r\n\t smtp.mailfrom=x.example;\r\n\tdmarc=pass (p=none dis=none)\r\n\t header.from=x.example\r\n" END,
	  "pass none pass x.example " },
	{ "comments anywhere",
	  "Authentication-Results: (a) mx.desk.example (b;c=d) 1 (e);(f) dkim (g) = (h) pass (i(j)) header.d (k) = x.example\r\n" END,
	  "none pass none  x.example" },
	{ "the version told", "Authentication-Results: mx.desk.example 1; dmarc=fail\r\n" END,
	  "none none fail  " },
	{ "a version that we do not know",
	  "Authentication-Results: mx.desk.example 2; dmarc=pass\r\n" END, NULL },
	{ "no results", OURS " none\r\n" END, "none none none  " },
	{ "a quoted reason does not end the result",
	  OURS " dkim=fail reason=\"a; dmarc=pass\" header.d=x.example; dmarc=none\r\n" END,
	  "none fail none  " },
	{ "a comment does not pass", OURS " dmarc=fail (dmarc=pass)\r\n" END, "none none fail  " },
	{ "of two fields of ours the topmost alone counts: the other may be forged",
	  OURS " spf=pass smtp.mailfrom=x.example\r\n" OURS " dmarc=pass\r\n" END,
	  "pass none none x.example " },
	{ "another server's", "Authentication-Results: evil.example; dmarc=pass\r\n" END, NULL },
	{ "one that looks like ours",
	  "Authentication-Results: mx.desk.example.evil.example; dmarc=pass\r\n" END, NULL },
	{ "ours below another's",
	  "Authentication-Results: evil.example; dmarc=pass\r\n" OURS " dmarc=pass\r\n" END,
	  "none none pass  " },
	{ "a forged one further down does not add",
	  OURS " dmarc=fail\r\nReceived: from a by mx.desk.example\r\n" OURS
	       " dkim=pass header.d=x.example\r\n" END,
	  "none none fail  " },
	{ "ours below our own Received",
	  "Received: by store.desk.example\r\n" OURS " dmarc=pass\r\n" END, "none none pass  " },
	{ "the signature of the sender's domain counts",
	  OURS " dkim=pass header.d=list.example; dkim=pass header.d=mail.x.example\r\n" END,
	  "none pass none  mail.x.example" },
	{ "a broken signature beside a good one",
	  OURS " dkim=fail header.d=x.example; dkim=pass header.d=y.example\r\n" END,
	  "none pass none  y.example" },
	{ "the method's version", OURS " dkim/1=pass header.d=x.example\r\n" END,
	  "none pass none  x.example" },
	{ "a word that is no result", OURS " dmarc=passed\r\n" END, "none none none  " },
	{ "cut off", OURS " dmarc=\r\n" END, "none none none  " },
	{ "brackets without end", OURS " ((((( dmarc=pass\r\n" END, "none none none  " },
	{ "none at all", END, NULL },
};

static void test_results(void)
{
	static const ReadOptions options = { .trust_authserv = "MX.desk.example" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Mail) mail = mail_of_bytes(rows[i].mail, strlen(rows[i].mail), &options);
		Authenticated *found = mail->authenticated;
		g_autofree char *results = NULL;

		g_test_message("%s", rows[i].what);
		g_assert_true((found != NULL) == (rows[i].results != NULL));
		if (found == NULL)
			continue;
		results = g_strjoin(" ", found->spf, found->dkim, found->dmarc, found->spf_domain,
				    found->dkim_domain, NULL);
		g_assert_cmpstr(results, ==, rows[i].results);
	}
}

static void test_no_trust(void)
{
	g_autoptr(Mail) mail = mail_of(rows[0].mail);

	g_assert_null(mail->authenticated);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add_func("/read/auth/results", test_results);
	g_test_add_func("/read/auth/no-trust", test_no_trust);
	return g_test_run();
}
