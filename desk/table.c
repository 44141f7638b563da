/* table.c - tables for eyes: fitted to the terminal, or to 80 columns. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/text.h"
#include "desk/desk.h"

#define GAP 2
#define NARROWEST 6

struct Table {
	guint columns;
	GPtrArray *cells; /* char *, row by row; the headings first */
};

Table *table_new(const char *const *headings)
{
	Table *table = g_new0(Table, 1);

	table->cells = g_ptr_array_new_with_free_func(g_free);
	for (; headings[table->columns] != NULL; table->columns++)
		g_ptr_array_add(table->cells, g_strdup(headings[table->columns]));
	return table;
}

void table_row(Table *table, ...)
{
	va_list cells;

	va_start(cells, table);
	for (guint i = 0; i < table->columns; i++) {
		const char *cell = va_arg(cells, const char *);

		/* a terminal obeys what stands in it */
		g_ptr_array_add(table->cells, text_one_line(cell, G_MAXSSIZE));
	}
	va_end(cells);
}

static guint terminal_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= 40)
		return size.ws_col;
	return 80;
}

/* The columns' widths; what is too much is taken from the widest, again and again. */
static guint *fit(const Table *table)
{
	guint *widths = g_new0(guint, table->columns), total = 0, limit = terminal_width();

	for (guint i = 0; i < table->cells->len; i++) {
		guint width = g_utf8_strlen(g_ptr_array_index(table->cells, i), -1);

		widths[i % table->columns] = MAX(widths[i % table->columns], width);
	}
	for (guint c = 0; c < table->columns; c++)
		total += widths[c] + (c > 0 ? GAP : 0);
	while (total > limit) {
		guint widest = 0;

		for (guint c = 1; c < table->columns; c++)
			if (widths[c] >= widths[widest])
				widest = c;
		if (widths[widest] <= NARROWEST)
			break;
		widths[widest]--;
		total--;
	}
	return widths;
}

static void print_cell(const char *cell, guint width, bool last)
{
	guint length = g_utf8_strlen(cell, -1);

	if (length > width) {
		g_autofree char *cut = g_utf8_substring(cell, 0, width - 1);

		printf("%s…", cut);
	} else {
		printf("%s%*s", cell, last ? 0 : (int)(width - length), "");
	}
	if (!last)
		printf("%*s", GAP, "");
}

void table_print(Table *table)
{
	g_autofree guint *widths = fit(table);
	guint rows = table->cells->len / table->columns;

	if (rows == 1)
		puts("none");
	for (guint r = 0; r < rows && rows > 1; r++) {
		if (r == 0)
			fputs(desk_bold(true), stdout);
		for (guint c = 0; c < table->columns; c++)
			print_cell(g_ptr_array_index(table->cells, r * table->columns + c),
				   widths[c], c + 1 == table->columns);
		puts(r == 0 ? desk_bold(false) : "");
	}
	g_ptr_array_unref(table->cells);
	g_free(table);
}
