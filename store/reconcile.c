/* reconcile.c - every receipt against its outcome, every case against its acknowledgement.
 *
 * One table: a query that finds, and the sentence about a row.  A row is: the number of
 * what it is about, and up to two words for the sentence.
 */
#include "store/reconcile.h"

#include <jansson.h>
#include <string.h>

#include "store/inside.h"
#include "store/raw_sizes.h"
#include "store/receipts.h"

#define HOUR 3600
#define DAY (24 * HOUR)
#define MOST 1000 /* findings of a kind */

void finding_free(Finding *finding)
{
	if (finding == NULL)
		return;
	g_free(finding->text);
	g_free(finding);
}

static const char stuck[] =
	"SELECT id, state, received FROM receipts WHERE state = 'received' AND received < :before"
	" UNION ALL SELECT id, state, received FROM receipts WHERE state = 'read' AND received < :before"
	" LIMIT 1001";
static const char no_outcome[] =
	"SELECT id, decision, '' FROM receipts WHERE state = 'done' AND (decision = '' OR (case_id IS NULL"
	" AND decision IN ('request', 'reply', 'approval', 'attestations'))) ORDER BY id LIMIT 1001";
static const char not_held[] =
	"SELECT r.id, r.why, '' FROM receipts r WHERE r.state = 'held' AND NOT EXISTS (SELECT 1 FROM held h"
	" WHERE h.receipt = r.id AND h.state = 'held') LIMIT 1001";
/* What went over the limits of automatic mail was noted on the case. */
static const char no_acknowledgement[] =
	"SELECT c.id, c.requester_address, '' FROM cases c WHERE c.requester_address <> ''"
	" AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = c.id"
	" AND o.kind IN ('acknowledgement', 'redirected'))"
	" AND NOT EXISTS (SELECT 1 FROM events e WHERE e.case_id = c.id AND e.what = 'dropped') LIMIT 1001";
/* Or, after the clock was set back, for the days of a future that does not come soon. */
static const char owed[] = "SELECT id, kind, recipient FROM outbox WHERE state = 'owed'"
			   " AND (created < :before OR next > :before + 950400) LIMIT 1001";

static const struct Look {
	FindingKind kind;
	const char *sql;
	gint64 patience;    /* seconds, 0: no :before in it */
	const char *format; /* number, first word, second word */
} looks[] = {
	{ FOUND_STUCK, stuck, HOUR, "mail %s is %s, and was not dealt with for more than an hour" },
	{ FOUND_NO_OUTCOME, no_outcome, 0, "mail %s is done (%s), and has no decision or no case" },
	{ FOUND_NOT_HELD, not_held, 0, "mail %s is held (%s), and no list shows it" },
	{ FOUND_NO_ACKNOWLEDGEMENT, no_acknowledgement, 0,
	  "case %s: its requester %s was never told that it was received" },
	{ FOUND_OWED, owed, 5 * DAY, "notice %s (%s) to %s is owed for more than 5 days" },
};

static void add(GPtrArray *findings, FindingKind kind, gint64 id, char *text)
{
	Finding *finding = g_new0(Finding, 1);

	*finding = (Finding){ kind, id, text };
	g_ptr_array_add(findings, finding);
}

/* The formats take one word more than some of them show. */
static char *sentence(const struct Look *look, Statement *row)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, column_number(row, 0));
	const char *words[] = { number, column_text(row, 1), column_text(row, 2) };
	GString *text = g_string_new(NULL);
	guint next = 0;

	for (const char *at = look->format; *at != '\0'; at++) {
		if (at[0] == '%' && at[1] == 's' && next < G_N_ELEMENTS(words)) {
			g_string_append(text, words[next++]);
			at++;
			continue;
		}
		g_string_append_c(text, *at);
	}
	return g_string_free(text, FALSE);
}

static bool look_for(Store *store, const struct Look *look, gint64 now, GPtrArray *findings,
		     GError **error)
{
	g_autoptr(Statement) select = statement(store, look->sql);
	guint found = 0;
	Step step;

	if (look->patience > 0)
		bind_number(select, ":before", now - look->patience);
	while ((step = statement_step(select, error)) == STEP_ROW) {
		if (++found <= MOST)
			add(findings, look->kind, column_number(select, 0), sentence(look, select));
		else
			add(findings, FOUND_RAW, 0, g_strdup("and more of these"));
	}
	return step == STEP_DONE;
}

/* ---- quarantine: who was told stands in the data of the notices ---- */

static void *data_read(Statement *row)
{
	return column_given(row, 0);
}

/* The receipts that any notice of quarantine is about. */
static bool told_receipts(Store *store, GHashTable *told, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, "SELECT data FROM outbox WHERE kind = 'quarantined'");
	g_autoptr(GPtrArray) all = NULL;

	if (!statement_rows(select, data_read, g_free, &all, error))
		return false;
	for (guint i = 0; i < all->len; i++) {
		json_t *json = json_loads(all->pdata[i], 0, NULL);
		gint64 *id = g_new(gint64, 1);

		*id = json_integer_value(json_object_get(json, "receipt"));
		g_hash_table_add(told, id);
		json_decref(json);
	}
	return true;
}

static bool look_not_told(Store *store, GPtrArray *findings, GError **error)
{
	g_autoptr(GHashTable) told =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GPtrArray) receipts = NULL;

	if (!receipts_list(store, "quarantined", 0, &receipts, error) ||
	    (receipts->len > 0 && !told_receipts(store, told, error)))
		return false;
	for (guint i = 0; i < receipts->len; i++) {
		const Receipt *receipt = receipts->pdata[i];

		if (!g_hash_table_contains(told, &receipt->id))
			add(findings, FOUND_NOT_TOLD, receipt->id,
			    g_strdup_printf("mail %" G_GINT64_FORMAT
					    " is quarantined (%s), and no admin was told",
					    receipt->id, receipt->why));
	}
	return true;
}

static bool look_raw(Store *store, GPtrArray *findings, GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	if (!raw_sizes_check(store, texts, error))
		return false;
	for (guint i = 0; i < texts->len; i++)
		add(findings, FOUND_RAW, 0, g_strdup(texts->pdata[i]));
	return true;
}

bool reconcile_look(Store *store, gint64 now, GPtrArray **ret_findings, GError **error)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);

	for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
		if (!look_for(store, &looks[i], now, findings, error))
			return false;
	if (!look_not_told(store, findings, error) || !look_raw(store, findings, error))
		return false;
	*ret_findings = g_steal_pointer(&findings);
	return true;
}

bool reconcile_receipt(Store *store, const char *mailbox, gint64 uidvalidity, const char *uid,
		       gint64 *ret_received, GError **error)
{
	static const char sql[] = "SELECT received FROM receipts WHERE mailbox = :mailbox"
				  " AND uidvalidity = :uidvalidity AND uid = :uid";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":mailbox", mailbox);
	bind_number(select, ":uidvalidity", uidvalidity);
	bind_text(select, ":uid", uid);
	*ret_received = 0;
	return statement_number(select, ret_received, error);
}
