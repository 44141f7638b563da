/* raw_verify.c - all raw messages against the SHA-256 that the database has of them. */
#include "store/raw.h"

#include "store/inside.h"
#include "store/rows.h"

bool raw_verify_all(Store *store, void (*progress)(guint done, void *user), void *user,
		    guint *ret_done, GPtrArray **ret_findings, GError **error)
{
	static const char sql[] = "SELECT segment, raw_offset, raw_length, sha256 FROM receipts"
				  " UNION SELECT segment, raw_offset, raw_length, sha256 FROM mails"
				  " ORDER BY 1, 2";
	g_autoptr(Statement) select = statement(store, sql);
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
	guint done = 0;
	Step step;

	while ((step = statement_step(select, error)) == STEP_ROW) {
		RawRange range = column_range(select, 0);
		g_autoptr(GError) fault = NULL;

		if (!raw_verify(store, &range, &fault))
			g_ptr_array_add(findings, g_strdup(fault->message));
		done++;
		if (progress != NULL)
			progress(done, user);
	}
	if (step == STEP_ERROR)
		return false;
	*ret_done = done;
	*ret_findings = g_steal_pointer(&findings);
	return true;
}
