/* driver.c - what is the same for every engine: reading rows to the end. */
#include "store/driver.h"

bool statement_run(Statement *statement, GError **error)
{
	Step step;

	while ((step = statement_step(statement, error)) == STEP_ROW)
		continue;
	return step == STEP_DONE;
}

bool statement_number(Statement *statement, gint64 *ret_number, GError **error)
{
	Step step = statement_step(statement, error);

	if (step == STEP_ROW) {
		*ret_number = column_number(statement, 0);
		return statement_run(statement, error);
	}
	return step == STEP_DONE;
}

char *column_given(Statement *statement, int column)
{
	return g_strdup(column_text(statement, column));
}

bool statement_rows(Statement *statement, RowRead read, GDestroyNotify free_row,
		    GPtrArray **ret_rows, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
	Step step;

	while ((step = statement_step(statement, error)) == STEP_ROW)
		g_ptr_array_add(rows, read(statement));
	if (step != STEP_DONE)
		return false;
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

bool statement_row(Statement *statement, RowRead read, void **ret_row, GError **error)
{
	Step step = statement_step(statement, error);

	if (step == STEP_ERROR)
		return false;
	*ret_row = step == STEP_ROW ? read(statement) : NULL;
	return true;
}
