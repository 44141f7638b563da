/* stats.c - how many there are of what. */
#include "store/stats.h"

#include "store/inside.h"

static const struct {
	const char *of, *sql;
} queries[] = {
	{ "cases", "SELECT state, COUNT(*) FROM cases GROUP BY state ORDER BY state" },
	{ "mails", "SELECT state, COUNT(*) FROM receipts GROUP BY state ORDER BY state" },
	{ "held", "SELECT state, COUNT(*) FROM held GROUP BY state ORDER BY state" },
	{ "notices", "SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state" },
	{ "people", "SELECT '', COUNT(*) FROM people WHERE left_at IS NULL" },
};

void count_free(Count *count)
{
	if (count == NULL)
		return;
	g_free(count->state);
	g_free(count);
}

bool store_counts(Store *store, GPtrArray **ret_counts, GError **error)
{
	g_autoptr(GPtrArray) counts = g_ptr_array_new_with_free_func((GDestroyNotify)count_free);

	for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autoptr(Statement) select = statement(store, queries[i].sql);
		Step step;

		while ((step = statement_step(select, error)) == STEP_ROW) {
			Count *count = g_new0(Count, 1);

			*count = (Count){ queries[i].of, column_given(select, 0),
					  column_number(select, 1) };
			g_ptr_array_add(counts, count);
		}
		if (step == STEP_ERROR)
			return false;
	}
	*ret_counts = g_steal_pointer(&counts);
	return true;
}
