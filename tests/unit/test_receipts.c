/* test_receipts.c - mails that came in: once each, claimed by one worker, found by what people call
 * them. */
#include "common/error.h"
#include "tests/unit/store_fixture.h"

static Receipt *get(Desk *desk, gint64 id)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);
	g_autoptr(GPtrArray) found = NULL;

	g_assert_true(receipts_find(desk->store, number, &found, NULL));
	g_assert_cmpuint(found->len, ==, 1);
	return g_ptr_array_steal_index(found, 0);
}

static void test_once(void)
{
	Desk *desk = desk_new();
	Receipt receipt = { .mailbox = (char *)"inbox",
			    .uid = (char *)"5",
			    .uidvalidity = 1,
			    .received = NOW,
			    .raw = desk_raw(desk, "hello") };
	g_autoptr(GPtrArray) all = NULL;
	bool known = true;

	g_assert_true(receipts_known(desk->store, "inbox", 1, "5", &known, NULL));
	g_assert_false(known);
	g_assert_true(receipts_put(desk->store, &receipt, NULL));
	g_assert_true(receipts_put(desk->store, &receipt, NULL)); /* a second gateway */
	g_assert_true(receipts_known(desk->store, "inbox", 1, "5", &known, NULL));
	g_assert_true(known);
	g_assert_true(receipts_known(desk->store, "inbox", 2, "5", &known, NULL));
	g_assert_false(known);
	g_assert_true(receipts_known(desk->store, "other", 1, "5", &known, NULL));
	g_assert_false(known);
	g_assert_true(receipts_list(desk->store, NULL, 0, &all, NULL));
	g_assert_cmpuint(all->len, ==, 1);
	g_assert_cmpstr(((Receipt *)all->pdata[0])->state, ==, "received");
	g_assert_cmpstr(((Receipt *)all->pdata[0])->raw.sha256, ==, receipt.raw.sha256);
	desk_free(desk);
}

/* Two connections never have the same receipt; a claim that ran out is had again. */
static void test_claim(void)
{
	Desk *desk = desk_new();
	g_autoptr(Store) other = store_open(desk->where, STORE_EXISTING, NULL);
	g_autoptr(GPtrArray) first = NULL;
	g_autoptr(GPtrArray) second = NULL;
	g_autoptr(GPtrArray) none = NULL;
	g_autoptr(GPtrArray) again = NULL;

	for (int i = 0; i < 5; i++)
		desk_receipt(desk, "x");
	g_assert_true(receipts_claim(desk->store, NOW, 60, 3, &first, NULL));
	g_assert_true(receipts_claim(other, NOW, 60, 3, &second, NULL));
	g_assert_true(receipts_claim(other, NOW + 59, 60, 3, &none, NULL));
	g_assert_cmpuint(first->len, ==, 3);
	g_assert_cmpuint(second->len, ==, 2);
	g_assert_cmpuint(none->len, ==, 0);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(((Receipt *)first->pdata[i])->id, ==, i + 1); /* oldest first */
	g_assert_cmpint(((Receipt *)second->pdata[0])->id, ==, 4);
	g_assert_true(receipts_settle(desk->store, 1, "done", "request", "", 0, 0, NULL));
	g_assert_true(receipts_release(desk->store, 2, NULL));
	g_assert_true(receipts_claim(other, NOW + 60, 60, 10, &again, NULL));
	g_assert_cmpuint(again->len, ==, 4);
	g_assert_cmpint(((Receipt *)again->pdata[0])->id, ==, 2);
	g_assert_cmpint(((Receipt *)again->pdata[0])->tries, ==, 1); /* given back */
	g_assert_cmpint(((Receipt *)again->pdata[1])->tries, ==, 2);
	desk_free(desk);
}

static void test_duplicates(void)
{
	Desk *desk = desk_new();
	g_autoptr(Receipt) first = get(desk, desk_receipt(desk, "same"));
	g_autoptr(Receipt) second = get(desk, desk_receipt(desk, "same"));
	g_autoptr(Receipt) third = get(desk, desk_receipt(desk, "same"));
	g_autoptr(Receipt) other = get(desk, desk_receipt(desk, "other"));
	g_autoptr(Receipt) settled = NULL;
	gint64 id = -1;

	g_assert_true(receipts_duplicate(desk->store, first, &id, NULL));
	g_assert_cmpint(id, ==, 0);
	g_assert_true(receipts_duplicate(desk->store, second, &id, NULL));
	g_assert_cmpint(id, ==, first->id);
	g_assert_true(receipts_duplicate(desk->store, third, &id, NULL));
	g_assert_cmpint(id, ==, first->id);
	g_assert_true(receipts_duplicate(desk->store, other, &id, NULL));
	g_assert_cmpint(id, ==, 0);
	desk_mail(desk, first->id, "same@x");
	g_assert_true(receipts_repeat(desk->store, third->id, first->id, NULL));
	settled = get(desk, third->id);
	g_assert_cmpstr(settled->state, ==, "done");
	g_assert_cmpstr(settled->decision, ==, "ignored");
	g_assert_cmpstr(settled->why, ==, "duplicate");
	g_assert_cmpstr(settled->message_id, ==, "same@x");
	desk_free(desk);
}

static void test_settle(void)
{
	const CaseBy by = { .who = "console", .way = WAY_COMMAND, .now = NOW };
	Desk *desk = desk_new();
	gint64 id = desk_receipt(desk, "x"), mail = desk_mail(desk, id, "id@x");
	gint64 number = desk_case(desk, "absence", CASE_OPEN, NOW);
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(Receipt) retried = NULL;
	g_autoptr(GPtrArray) quarantined = NULL;
	GError *error = NULL;

	g_assert_false(quarantine_retry(desk->store, id, &by, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	g_assert_true(receipts_settle(desk->store, id, "quarantined", "quarantined", "broken",
				      number, 0, NULL));
	receipt = get(desk, id);
	g_assert_cmpstr(receipt->why, ==, "broken");
	g_assert_cmpstr(receipt->message_id, ==, "id@x");
	g_assert_cmpint(receipt->case_id, ==, number);
	g_assert_cmpint(receipt->mail_id, ==, mail); /* told when the mail was kept */
	g_assert_true(receipts_list(desk->store, "quarantined", 0, &quarantined, NULL));
	g_assert_cmpuint(quarantined->len, ==, 1);
	g_assert_true(quarantine_retry(desk->store, id, &by, NULL));
	retried = get(desk, id);
	g_assert_cmpstr(retried->state, ==, "received");
	g_assert_cmpint(retried->tries, ==, 0);
	desk_free(desk);
}

static void test_quarantine(void)
{
	const CaseBy by = { .who = "console", .way = WAY_COMMAND, .now = NOW };
	Desk *desk = desk_new();
	gint64 large = desk_receipt(desk, "header"), broken = desk_receipt(desk, "y");
	g_autoptr(GPtrArray) events = NULL, none = NULL;
	g_autoptr(Receipt) dropped = NULL;
	GError *error = NULL;

	g_assert_true(receipts_settle(desk->store, large, "quarantined", "quarantined",
				      RECEIPT_TOO_LARGE "99999999", 0, 0, NULL));
	g_assert_false(quarantine_retry(desk->store, large, &by, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_assert_nonnull(strstr(error->message, "Quarantine="));
	g_clear_error(&error);
	g_assert_true(receipts_notes(desk->store, large, &none, NULL));
	g_assert_cmpuint(none->len, ==, 0);

	g_assert_true(receipts_settle(desk->store, broken, "quarantined", "quarantined", "why", 0,
				      0, NULL));
	g_assert_true(quarantine_retry(desk->store, broken, &by, NULL));
	g_assert_true(receipts_settle(desk->store, broken, "quarantined", "quarantined", "why", 0,
				      0, NULL));
	g_assert_true(quarantine_drop(desk->store, broken, "spam", &by, NULL));
	g_assert_false(quarantine_drop(desk->store, broken, "spam", &by, NULL));
	dropped = get(desk, broken);
	g_assert_cmpstr(dropped->state, ==, "done");
	g_assert_cmpstr(dropped->why, ==, "spam");
	g_assert_true(receipts_notes(desk->store, broken, &events, NULL));
	g_assert_cmpuint(events->len, ==, 2);
	g_assert_cmpstr(((CaseEvent *)events->pdata[0])->what, ==, "retried");
	g_assert_cmpstr(((CaseEvent *)events->pdata[1])->what, ==, "dropped");
	g_assert_cmpstr(((CaseEvent *)events->pdata[1])->text, ==, "spam");
	g_assert_cmpstr(((CaseEvent *)events->pdata[1])->who, ==, "console");
	desk_free(desk);
}

static void test_find(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_receipt(desk, "hello");
	g_autoptr(Receipt) receipt = get(desk, id);
	g_autofree char *eight = g_ascii_strup(receipt->raw.sha256, 8);
	g_autofree char *seven = g_strndup(receipt->raw.sha256, 7);
	const struct {
		const char *what;
		guint count;
	} rows[] = {
		{ "hello@x", 1 },   { "<hello@x>", 1 }, { receipt->raw.sha256, 1 },
		{ eight, 1 },       { seven, 0 },       { "1", 1 },
		{ "2", 0 },         { "", 0 },          { "<>", 0 },
		{ "nothing@x", 0 }, { "%", 0 },         { "abcdef0123", 0 },
	};

	desk_mail(desk, id, "hello@x");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) found = NULL;

		g_test_message("%s", rows[i].what);
		g_assert_true(receipts_find(desk->store, rows[i].what, &found, NULL));
		g_assert_cmpuint(found->len, ==, rows[i].count);
	}
	desk_free(desk);
}

/* ---- mails ---- */

static void test_mails(void)
{
	Desk *desk = desk_new();
	gint64 in = desk_mail(desk, desk_receipt(desk, "x"), "same@x");
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW), of_case = -1, outbox = -1;
	gint64 notice = desk_last_notice(desk);
	MailRow out = { .raw = desk_raw(desk, "out"),
			.message_id = (char *)"out@desk",
			.direction = (char *)"out",
			.from = (char *)"desk@desk.example",
			.to = (char *)"an@minfin.example",
			.subject = (char *)"s",
			.text = (char *)"t",
			.at = NOW };
	g_autoptr(MailRow) row = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) parts = NULL;

	g_assert_true(mails_find_message_id(desk->store, "same@x", &of_case, &outbox, NULL));
	g_assert_cmpint(of_case, ==, 0);
	g_assert_true(mails_set_case(desk->store, in, id, true, NULL));
	g_assert_true(mails_find_message_id(desk->store, "same@x", &of_case, &outbox, NULL));
	g_assert_cmpint(of_case, ==, id);
	g_assert_cmpint(outbox, ==, 0);
	g_assert_true(mails_put(desk->store, &out, NULL, NULL));
	g_assert_true(outbox_rendered(desk->store, notice, out.id, "out@desk", NULL));
	g_assert_true(mails_find_message_id(desk->store, "out@desk", &of_case, &outbox, NULL));
	g_assert_cmpint(of_case, ==, id);
	g_assert_cmpint(outbox, ==, notice);
	g_assert_true(mails_find_message_id(desk->store, "", &of_case, NULL, NULL));
	g_assert_cmpint(of_case, ==, 0);
	g_assert_true(mails_of_case(desk->store, id, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, 2);
	g_assert_true(mails_get(desk->store, in, &row, NULL));
	g_assert_cmpstr(row->from, ==, "an@minfin.example");
	g_assert_true(row->is_public);
	g_assert_true(parts_of_mail(desk->store, in, &parts, NULL));
	g_assert_cmpuint(parts->len, ==, 1);
	g_assert_cmpint(((PartRow *)parts->pdata[0])->range.length, ==, 4);
	g_assert_cmpint(((PartRow *)parts->pdata[0])->range.encoding, ==, ENCODING_BASE64);
	desk_free(desk);
}

/* Somebody writes a Message-ID of ours into a mail: ours still comes first. */
static void test_borrowed_id(void)
{
	Desk *desk = desk_new();
	gint64 mine = desk_case(desk, "absence", CASE_OPEN, NOW), of_case = 0, outbox = 0;
	gint64 other = desk_case(desk, "absence", CASE_OPEN, NOW);
	gint64 in = desk_mail(desk, 0, "out@desk");
	MailRow out = { .raw = desk_raw(desk, "out"),
			.message_id = (char *)"out@desk",
			.direction = (char *)"out",
			.case_id = mine };

	g_assert_true(mails_set_case(desk->store, in, other, true, NULL));
	g_assert_true(mails_put(desk->store, &out, NULL, NULL));
	g_assert_true(mails_find_message_id(desk->store, "out@desk", &of_case, &outbox, NULL));
	g_assert_cmpint(of_case, ==, mine);
	desk_free(desk);
}

/* ---- held ---- */

static void test_held(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_OPEN, NOW);
	gint64 first = desk_receipt(desk, "a"), second = desk_receipt(desk, "b");
	gint64 before = desk_last_notice(desk);
	g_autofree char *owed = NULL;
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GPtrArray) of_case = NULL;
	g_autoptr(GPtrArray) left = NULL;
	g_autoptr(Receipt) receipt = NULL;
	g_autoptr(Receipt) done = NULL;
	Held *held = NULL;
	GError *error = NULL;

	g_assert_true(held_put(desk->store, first, id, 0, "the key of another", NOW, NULL));
	g_assert_true(held_put(desk->store, second, 0, 0, "dmarc=fail", NOW, NULL));
	owed = desk_owed(desk, before);
	g_assert_cmpstr(owed, ==, "held>absence@desk.example held>ada@desk.example");
	g_assert_true(held_list(desk->store, &list, NULL));
	g_assert_cmpuint(list->len, ==, 2);
	g_assert_true(held_of_case(desk->store, id, &of_case, NULL));
	g_assert_cmpuint(of_case->len, ==, 1);
	receipt = get(desk, first);
	g_assert_cmpstr(receipt->state, ==, "held");
	g_assert_true(held_settle(desk->store, 1, "dropped", "spam", "console", NOW, NULL));
	g_assert_false(held_settle(desk->store, 1, "added", "", "console", NOW, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	g_assert_true(held_get(desk->store, 1, &held, NULL));
	g_assert_cmpstr(held->state, ==, "dropped");
	held_free(held);
	done = get(desk, first);
	g_assert_cmpstr(done->state, ==, "done");
	g_assert_true(held_list(desk->store, &left, NULL));
	g_assert_cmpuint(left->len, ==, 1);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/receipts/quarantine", test_quarantine);
	g_test_add_func("/receipts/once", test_once);
	g_test_add_func("/receipts/claim", test_claim);
	g_test_add_func("/receipts/duplicates", test_duplicates);
	g_test_add_func("/receipts/settle", test_settle);
	g_test_add_func("/receipts/find", test_find);
	g_test_add_func("/mails/all", test_mails);
	g_test_add_func("/mails/borrowed-id", test_borrowed_id);
	g_test_add_func("/held/all", test_held);
	return g_test_run();
}
