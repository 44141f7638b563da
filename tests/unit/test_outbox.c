/* test_outbox.c - notices that are owed: the limits, who sends them, what became of them; tokens.
 */
#include "common/error.h"
#include "tests/unit/store_fixture.h"

static bool put(Desk *desk, gint64 id, const char *kind, const char *to, bool automatic, gint64 now)
{
	NoticePut what = { .case_id = id,
			   .kind = kind,
			   .to = to,
			   .holder = "p:1001",
			   .language = LANGUAGE_FR,
			   .automatic = automatic,
			   .now = now };
	gint64 before = desk_last_notice(desk);
	GError *error = NULL;

	outbox_put(desk->store, &what, &error);
	g_assert_no_error(error);
	return desk_last_notice(desk) > before;
}

static guint dropped(Desk *desk, gint64 id)
{
	g_autoptr(GPtrArray) events = NULL;
	guint count = 0;

	g_assert_true(case_events(desk->store, id, &events, NULL));
	for (guint i = 0; i < events->len; i++)
		count += strcmp(((CaseEvent *)events->pdata[i])->what, "dropped") == 0;
	return count;
}

#define TO "somebody@minfin.example"

static void test_limit_of_case(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	gint64 other = desk_case(desk, "absence", CASE_OPEN, NOW);

	for (int i = 0; i < 3; i++)
		g_assert_true(put(desk, id, "incomplete", TO, true, NOW + i));
	g_assert_false(put(desk, id, "incomplete", TO, true, NOW + 3));
	g_assert_false(put(desk, id, "incomplete", TO, true, NOW + 4));
	g_assert_cmpuint(dropped(desk, id), ==, 1);                   /* noted once */
	g_assert_true(put(desk, id, "answered", TO, false, NOW + 5)); /* a person's doing */
	g_assert_true(put(desk, id, "incomplete", "else@minfin.example", true, NOW + 5));
	g_assert_true(put(desk, other, "incomplete", TO, true, NOW + 5));
	g_assert_true(put(desk, id, "incomplete", TO, true, NOW + 3600)); /* an hour later */
	desk_free(desk);
}

static void test_limit_of_day(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);

	for (int i = 0; i < 10; i++)
		g_assert_true(put(desk, id, "incomplete", TO, true, NOW + i * 3600));
	g_assert_false(put(desk, id, "incomplete", TO, true, NOW + 10 * 3600));
	g_assert_true(put(desk, id, "incomplete", TO, true, NOW + 24 * 3600));
	desk_free(desk);
}

static void test_limit_of_address(void)
{
	Desk *desk = desk_new();

	for (int i = 0; i < 20; i++)
		g_assert_true(put(desk, 0, "menu", TO, true, NOW + i));
	g_assert_false(put(desk, 0, "menu", TO, true, NOW + 20));
	g_assert_true(put(desk, 0, "new-case", TO, true, NOW + 20)); /* the desk's own people */
	{
		gint64 receipt = desk_receipt(desk, "x");
		NoticePut what = { .kind = "menu",
				   .to = TO,
				   .holder = "p:1001",
				   .automatic = true,
				   .cause = desk_mail(desk, receipt, "menu@x.example"),
				   .now = NOW + 20 };
		g_autoptr(GPtrArray) notes = NULL;

		for (int i = 0; i < 2; i++) /* on no case: noted at the mail that caused it, once */
			g_assert_true(outbox_put(desk->store, &what, NULL));
		g_assert_true(receipts_notes(desk->store, receipt, &notes, NULL));
		g_assert_cmpuint(notes->len, ==, 1);
		g_assert_cmpstr(((CaseEvent *)notes->pdata[0])->what, ==, "dropped");
	}
	g_assert_true(put(desk, 0, "menu", TO, true, NOW + 3600));
	for (int i = 0; i < 50; i++)
		g_assert_true(put(desk, 0, "new-case", "absence@desk.example", true, NOW));
	desk_free(desk);
}

/* Whoever writes without end, and whatever it is that is sent: it ends, and begins again later. */
static void test_limit_of_sender(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW), mail = 0;
	NoticePut what = { .case_id = id,
			   .kind = "new-case",
			   .to = "absence@desk.example",
			   .holder = "t:absence",
			   .now = NOW };

	g_assert_true(store_begin(desk->store, NULL));
	for (int i = 0; i < 1001; i++) {
		g_autofree char *message_id = g_strdup_printf("%d@x.example", i);
		gint64 before = desk_last_notice(desk);

		mail = desk_mail(desk, 0, message_id);
		if (i < 998)
			continue;
		what.cause = mail;
		g_assert_true(outbox_put(desk->store, &what, NULL));
		g_assert_cmpint(desk_last_notice(desk) > before, ==, i < 1000);
	}
	g_assert_true(store_commit(desk->store, NULL));
	g_assert_cmpuint(dropped(desk, id), ==, 1);
	what.cause = 0; /* what no mail caused is not counted */
	g_assert_true(outbox_put(desk->store, &what, NULL));
	what.cause = mail;
	what.now = NOW + 3600;
	g_assert_true(outbox_put(desk->store, &what, NULL));
	g_assert_cmpint(desk_last_notice(desk), ==, 2 + 4);
	desk_free(desk);
}

/* What was put while the clock was a year ahead neither counts as just now nor waits for a year. */
static void test_clock(void)
{
	gint64 year = 365 * 86400, due = 0;
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	bool found = true;

	for (int i = 0; i < 3; i++)
		g_assert_true(put(desk, id, "incomplete", TO, true, NOW + year));
	g_assert_false(put(desk, id, "incomplete", TO, true, NOW + year));
	g_assert_true(put(desk, id, "incomplete", TO, true, NOW));
	g_assert_true(outbox_sent_since(desk->store, "menu", TO, NOW - 86400, &found, NULL));
	g_assert_false(found);
	g_assert_true(outbox_later(desk->store, 1, NOW + year + 60, "451 later", NULL));
	g_assert_true(outbox_later(desk->store, desk_last_notice(desk), NOW + 4 * 3600, "451 later",
				   NULL));
	g_assert_true(outbox_clock_back(desk->store, NOW, NULL));
	{
		g_autoptr(GPtrArray) claimed = NULL, owed = NULL;

		g_assert_true(outbox_claim(desk->store, NOW, 60, 10, &claimed, NULL));
		g_assert_true(outbox_list(desk->store, "owed", &owed, NULL));
		g_assert_cmpuint(owed->len, >=, 4);
		g_assert_cmpuint(claimed->len, ==, owed->len - 1);
	}
	g_assert_true(outbox_next_due(desk->store, &due, NULL));
	g_assert_cmpint(due, ==, NOW);
	desk_free(desk);
}

static void test_claim(void)
{
	Desk *desk = desk_new();
	g_autoptr(Store) other = store_open(desk->where, STORE_EXISTING, NULL);
	g_autoptr(GPtrArray) early = NULL;
	g_autoptr(GPtrArray) first = NULL;
	g_autoptr(GPtrArray) second = NULL;
	g_autoptr(GPtrArray) again = NULL;
	gint64 due = 0;

	g_assert_true(outbox_next_due(desk->store, &due, NULL));
	g_assert_cmpint(due, ==, -1);
	desk_case(desk, "absence", CASE_OPEN, NOW);
	g_assert_true(outbox_next_due(desk->store, &due, NULL));
	g_assert_cmpint(due, ==, NOW);
	g_assert_true(outbox_claim(desk->store, NOW - 1, 60, 9, &early, NULL));
	g_assert_cmpuint(early->len, ==, 0);
	g_assert_true(outbox_claim(desk->store, NOW, 60, 1, &first, NULL));
	g_assert_true(outbox_claim(other, NOW, 60, 9, &second, NULL));
	g_assert_cmpuint(first->len, ==, 1);
	g_assert_cmpuint(second->len, ==, 1);
	g_assert_cmpstr(((Notice *)first->pdata[0])->kind, ==, "acknowledgement");
	g_assert_cmpstr(((Notice *)first->pdata[0])->holder, ==, "p:1001");
	g_assert_cmpstr(((Notice *)first->pdata[0])->data, ==, "{}");
	g_assert_cmpint(((Notice *)first->pdata[0])->tries, ==, 1);
	g_assert_cmpstr(((Notice *)second->pdata[0])->holder, ==, "t:absence");
	g_assert_cmpint(((Notice *)second->pdata[0])->language, ==, LANGUAGE_NONE);
	g_assert_true(outbox_claim(other, NOW + 60, 60, 9, &again, NULL)); /* the claims ran out */
	g_assert_cmpuint(again->len, ==, 2);
	g_assert_cmpint(((Notice *)again->pdata[0])->tries, ==, 2);
	desk_free(desk);
}

static Notice *get(Desk *desk, gint64 id)
{
	Notice *notice = NULL;

	g_assert_true(outbox_get(desk->store, id, &notice, NULL));
	g_assert_nonnull(notice);
	return notice;
}

static void test_outcomes(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW), due = 0;
	g_autoptr(GPtrArray) none = NULL;
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(Notice) later = NULL;
	g_autoptr(Notice) sent = NULL;
	g_autoptr(Notice) refused = NULL;
	g_autofree char *owed = NULL;
	MailRow out = { .raw = desk_raw(desk, "rendered"), .direction = (char *)"out" };

	g_assert_true(mails_put(desk->store, &out, NULL, NULL));
	g_assert_true(outbox_rendered(desk->store, 1, out.id, "1@desk", NULL));
	g_assert_true(outbox_later(desk->store, 1, NOW + 60, "451 busy", NULL));
	later = get(desk, 1);
	g_assert_cmpstr(later->state, ==, "owed");
	g_assert_cmpstr(later->why, ==, "451 busy");
	g_assert_cmpstr(later->message_id, ==, "1@desk");
	g_assert_cmpstr(later->raw.sha256, ==, out.raw.sha256);
	g_assert_cmpint(later->raw.length, ==, 8);
	g_assert_true(outbox_sent(desk->store, 2, NOW, NULL));
	sent = get(desk, 2);
	g_assert_cmpstr(sent->state, ==, "sent");
	g_assert_true(outbox_next_due(desk->store, &due, NULL));
	g_assert_cmpint(due, ==, NOW + 60);
	g_assert_true(outbox_claim(desk->store, NOW, 60, 9, &none, NULL));
	g_assert_cmpuint(none->len, ==, 0);
	g_assert_true(outbox_refused(desk->store, 1, "550 no such user", NOW + 1, NULL));
	refused = get(desk, 1);
	g_assert_cmpstr(refused->state, ==, "refused");
	owed = desk_owed(desk, 2);
	g_assert_cmpstr(owed, ==, "bounced>absence@desk.example");
	g_assert_true(case_events(desk->store, id, &events, NULL));
	g_assert_cmpstr(((CaseEvent *)events->pdata[1])->what, ==, "bounced");
	g_assert_nonnull(strstr(((CaseEvent *)events->pdata[1])->text, "550 no such user"));
	desk_free(desk);
}

/* The team's own address fails: noted, and no mail about mail about mail. */
static void test_no_loop(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	gint64 last = desk_last_notice(desk);

	g_assert_true(
		outbox_refused(desk->store, last, "550", NOW, NULL)); /* the team's new case */
	g_assert_cmpint(desk_last_notice(desk), ==, last + 1);
	g_autofree char *owed = desk_owed(desk, last);

	/* never where it came back from: the admins are told */
	g_assert_cmpstr(owed, ==, "bounced>ada@desk.example");
	g_assert_true(outbox_refused(desk->store, last + 1, "550", NOW, NULL));
	g_assert_cmpint(desk_last_notice(desk), ==, last + 1);
	g_assert_cmpint(id, ==, 1);
	desk_free(desk);
}

static void test_by_hand(void)
{
	Desk *desk = desk_new();
	g_autoptr(GPtrArray) owed = NULL;
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(Notice) notice = NULL;
	GError *error = NULL;
	bool found = false;

	desk_case(desk, "absence", CASE_OPEN, NOW);
	g_assert_true(outbox_drop(desk->store, 1, "by hand", NULL));
	g_assert_true(outbox_list(desk->store, "owed", &owed, NULL));
	g_assert_cmpuint(owed->len, ==, 1);
	g_assert_true(outbox_list(desk->store, "all", &all, NULL));
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_true(outbox_retry(desk->store, 1, NOW + 7, NULL));
	notice = get(desk, 1);
	g_assert_cmpstr(notice->state, ==, "owed");
	g_assert_cmpint(notice->next, ==, NOW + 7);
	g_assert_true(outbox_sent(desk->store, 1, NOW, NULL));
	g_assert_false(outbox_retry(desk->store, 1, NOW, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	g_assert_false(outbox_drop(desk->store, 99, "x", &error));
	g_clear_error(&error);
	g_assert_true(outbox_sent_since(desk->store, "new-case", "absence@desk.example", NOW - 1,
					&found, NULL));
	g_assert_true(found);
	g_assert_true(outbox_sent_since(desk->store, "new-case", "absence@desk.example", NOW,
					&found, NULL));
	g_assert_false(found);
	desk_free(desk);
}

static void test_tokens(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	Token *token = NULL, *mine = NULL, *expired = NULL, *unknown = NULL;

	g_assert_true(token_put(desk->store, "h1", TOKEN_CASE, id, "p:1001", NOW + 10, NULL));
	g_assert_true(token_put(desk->store, "h2", TOKEN_MINE, 0, "a:x@y", NOW + 10, NULL));
	g_assert_true(token_find(desk->store, "h1", NOW, &token, NULL));
	g_assert_cmpint(token->case_id, ==, id);
	g_assert_cmpint(token->purpose, ==, TOKEN_CASE);
	g_assert_cmpstr(token->holder, ==, "p:1001");
	g_assert_true(token_find(desk->store, "h2", NOW, &mine, NULL));
	g_assert_cmpint(mine->case_id, ==, 0);
	g_assert_true(token_find(desk->store, "h1", NOW + 10, &expired, NULL));
	g_assert_null(expired);
	g_assert_true(token_find(desk->store, "h3", NOW, &unknown, NULL));
	g_assert_null(unknown);
	token_free(token);
	token_free(mine);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outbox/limit-of-case", test_limit_of_case);
	g_test_add_func("/outbox/limit-of-day", test_limit_of_day);
	g_test_add_func("/outbox/limit-of-address", test_limit_of_address);
	g_test_add_func("/outbox/limit-of-sender", test_limit_of_sender);
	g_test_add_func("/outbox/claim", test_claim);
	g_test_add_func("/outbox/clock", test_clock);
	g_test_add_func("/outbox/outcomes", test_outcomes);
	g_test_add_func("/outbox/no-loop", test_no_loop);
	g_test_add_func("/outbox/by-hand", test_by_hand);
	g_test_add_func("/outbox/tokens", test_tokens);
	return g_test_run();
}
