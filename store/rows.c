/* rows.c - what several tables have in common. */
#include "store/rows.h"

RawRange column_range(Statement *row, int column)
{
	RawRange range = { .segment = column_number(row, column),
			   .offset = column_number(row, column + 1),
			   .length = column_number(row, column + 2) };

	g_strlcpy(range.sha256, column_text(row, column + 3), sizeof(range.sha256));
	return range;
}

void bind_range(Statement *put, const RawRange *range)
{
	bind_number(put, ":segment", range->segment);
	bind_number(put, ":offset", range->offset);
	bind_number(put, ":length", range->length);
	bind_text(put, ":sha256", range->sha256);
}
