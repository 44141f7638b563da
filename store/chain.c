/* chain.c - the chain of events: each carries a hash of itself and of the one before. */
#include "store/chain_inside.h"

#include <string.h>

#include "store/inside.h"

static const char every[] = "SELECT id, case_id, at, COALESCE(mail, 0), who, way, what, text, chain"
			    " FROM events ORDER BY id";

static void add_text(GChecksum *sum, const char *text)
{
	g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
}

static void add_number(GChecksum *sum, gint64 number)
{
	char digits[24];

	g_snprintf(digits, sizeof(digits), "%" G_GINT64_FORMAT, number);
	add_text(sum, digits);
}

void chain_of(const char *before, const ChainEvent *event, char *ret_chain)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	add_text(sum, before);
	add_number(sum, event->id);
	add_number(sum, event->case_id);
	add_number(sum, event->at);
	add_text(sum, event->who);
	add_text(sum, event->way);
	add_text(sum, event->what);
	add_text(sum, event->text);
	add_number(sum, event->mail);
	g_strlcpy(ret_chain, g_checksum_get_string(sum), CHAIN_DIGITS + 1);
	g_checksum_free(sum);
}

bool chain_last(Driver *driver, gint64 *ret_id, char *ret_chain, GError **error)
{
	static const char sql[] = "SELECT id, chain FROM events ORDER BY id DESC LIMIT 1";
	g_autoptr(Statement) select = driver_statement(driver, sql);
	Step step = statement_step(select, error);

	*ret_id = 0;
	ret_chain[0] = '\0';
	if (step == STEP_ROW) {
		*ret_id = column_number(select, 0);
		g_strlcpy(ret_chain, column_text(select, 1), CHAIN_DIGITS + 1);
	}
	return step != STEP_ERROR;
}

/* The texts are lent until the next step. */
static ChainEvent event_at(Statement *row)
{
	return (ChainEvent){ .id = column_number(row, 0),
			     .case_id = column_number(row, 1),
			     .at = column_number(row, 2),
			     .mail = column_number(row, 3),
			     .who = column_text(row, 4),
			     .way = column_text(row, 5),
			     .what = column_text(row, 6),
			     .text = column_text(row, 7) };
}

static bool write_chain(Driver *driver, gint64 id, const char *chain, GError **error)
{
	g_autoptr(Statement) update =
		driver_statement(driver, "UPDATE events SET chain = :chain WHERE id = :id");

	bind_text(update, ":chain", chain);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

bool chain_fill(Driver *driver, GError **error)
{
	g_autoptr(Statement) select = driver_statement(driver, every);
	char chain[CHAIN_DIGITS + 1] = "";
	Step step;

	while ((step = statement_step(select, error)) == STEP_ROW) {
		ChainEvent event = event_at(select);

		chain_of(chain, &event, chain);
		if (!write_chain(driver, event.id, chain, error))
			return false;
	}
	return step == STEP_DONE;
}

bool chain_verify(Store *store, guint *ret_events, char *ret_last, GPtrArray *findings,
		  GError **error)
{
	g_autoptr(Statement) select = statement(store, every);
	Step step;

	*ret_events = 0;
	ret_last[0] = '\0';
	while ((step = statement_step(select, error)) == STEP_ROW) {
		ChainEvent event = event_at(select);
		char chain[CHAIN_DIGITS + 1];

		chain_of(ret_last, &event, chain);
		if (strcmp(chain, column_text(select, 8)) != 0) {
			g_ptr_array_add(
				findings,
				g_strdup_printf(
					"event %" G_GINT64_FORMAT " (case %" G_GINT64_FORMAT
					", %s) does not fit what comes before it: it was changed,"
					" or something before it was changed or taken out",
					event.id, event.case_id, event.what));
			return true;
		}
		g_strlcpy(ret_last, chain, CHAIN_DIGITS + 1);
		(*ret_events)++;
	}
	return step == STEP_DONE;
}
