/* bulk_list.c - lists as HR makes them. */
#include "gateway/bulk_list.h"

#include <string.h>

#include "common/text.h"
#include "store/csv.h"

#define ROWS 2000
#define FIELD_BYTES 400

enum { COLUMN_FILE, COLUMN_NUMBER, COLUMN_NAME, COLUMNS };

/* Folded, without blanks. */
static const struct {
	const char *name;
	int column;
} headers[] = {
	{ "file", COLUMN_FILE },
	{ "filename", COLUMN_FILE },
	{ "bestand", COLUMN_FILE },
	{ "bestandsnaam", COLUMN_FILE },
	{ "fichier", COLUMN_FILE },
	{ "nomdufichier", COLUMN_FILE },
	{ "datei", COLUMN_FILE },
	{ "dateiname", COLUMN_FILE },
	{ "number", COLUMN_NUMBER },
	{ "employeenumber", COLUMN_NUMBER },
	{ "personeelsnummer", COLUMN_NUMBER },
	{ "stamnummer", COLUMN_NUMBER },
	{ "matricule", COLUMN_NUMBER },
	{ "personalnummer", COLUMN_NUMBER },
	{ "name", COLUMN_NAME },
	{ "naam", COLUMN_NAME },
	{ "nom", COLUMN_NAME },
};

static void row_free(gpointer data)
{
	BulkRow *row = data;

	g_free(row->file);
	g_free(row->number);
	g_free(row->name);
	g_free(row);
}

void bulk_list_free(BulkList *list)
{
	if (list == NULL)
		return;
	g_ptr_array_unref(list->rows);
	g_free(list);
}

static BulkList *list_new(void)
{
	BulkList *list = g_new0(BulkList, 1);

	list->rows = g_ptr_array_new_with_free_func(row_free);
	return list;
}

static const char *base_of(const char *file)
{
	const char *slash = strrchr(file, '/'), *back = strrchr(file, '\\');
	const char *last = slash > back ? slash : back;

	return last != NULL ? last + 1 : file;
}

static bool same_text(const char *a, const char *b)
{
	g_autofree char *left = text_fold_tight(a);
	g_autofree char *right = text_fold_tight(b);

	return strcmp(left, right) == 0;
}

/* How well a row's file is this one: 3 to the letter, 2 without ending, 0 not. */
static int fits(const char *written, const char *file)
{
	const char *base = base_of(written), *dot = strrchr(file, '.');
	g_autofree char *stem = g_strndup(file, dot > file ? (gsize)(dot - file) : strlen(file));

	if (*base == '\0')
		return 0;
	if (g_ascii_strcasecmp(base, file) == 0)
		return 4;
	if (same_text(base, file))
		return 3;
	return same_text(base, stem) ? 2 : 0;
}

BulkRow *bulk_list_find(const BulkList *list, const char *file)
{
	BulkRow *best = NULL;
	int most = 0;

	for (guint i = 0; i < list->rows->len; i++) {
		BulkRow *row = g_ptr_array_index(list->rows, i);
		int how = fits(row->file, file);

		if (how > most) {
			best = row;
			most = how;
		} else if (how > 0 && how == most) {
			row->is_used = true;
			if (strcmp(row->number, best->number) != 0 ||
			    !same_text(row->name, best->name))
				best->is_double = row->is_double = true;
		}
	}
	if (best != NULL)
		best->is_used = true;
	return best;
}

/* ---- CSV ---- */

static void find_columns(const GPtrArray *fields, int columns[COLUMNS])
{
	for (int c = 0; c < COLUMNS; c++)
		columns[c] = -1;
	for (guint i = 0; i < fields->len; i++) {
		g_autofree char *folded = text_fold_tight(g_ptr_array_index(fields, i));

		for (gsize h = 0; h < G_N_ELEMENTS(headers); h++)
			if (strcmp(headers[h].name, folded) == 0 && columns[headers[h].column] < 0)
				columns[headers[h].column] = (int)i;
	}
}

static char *field_of(const GPtrArray *fields, int column)
{
	char *field = column >= 0 && (guint)column < fields->len
			      ? text_one_line(g_ptr_array_index(fields, (guint)column), FIELD_BYTES)
			      : g_strdup("");

	return g_strstrip(field);
}

BulkList *bulk_list_read(const char *text)
{
	BulkList *list = list_new();
	g_autofree char *copy = g_strdup(text);
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	const char *mistake = NULL;
	int columns[COLUMNS];
	Csv csv;

	/* a spreadsheet may say first what separates */
	if (g_ascii_strncasecmp(copy, "sep=", 4) == 0)
		memset(copy, ' ', strcspn(copy, "\n"));
	csv_open(&csv, g_strchug(copy), strlen(copy));
	if (!csv_read(&csv, fields, &mistake)) {
		list->mistake = mistake != NULL ? "list-broken" : "list-empty";
		return list;
	}
	find_columns(fields, columns);
	if (columns[COLUMN_FILE] < 0 || (columns[COLUMN_NUMBER] < 0 && columns[COLUMN_NAME] < 0)) {
		list->mistake = "list-columns";
		return list;
	}
	while (list->rows->len < ROWS && csv_read(&csv, fields, &mistake)) {
		BulkRow *row = g_new0(BulkRow, 1);

		row->line = csv.line;
		row->file = field_of(fields, columns[COLUMN_FILE]);
		row->number = field_of(fields, columns[COLUMN_NUMBER]);
		row->name = field_of(fields, columns[COLUMN_NAME]);
		g_ptr_array_add(list->rows, row);
	}
	if (mistake != NULL)
		list->mistake = "list-broken";
	return list;
}

/* ---- lines of a mail ---- */

static const char *find_no_case(const char *line, const char *what)
{
	gsize length = strlen(what);

	for (const char *p = line; *p != '\0'; p++)
		if (g_ascii_strncasecmp(p, what, length) == 0)
			return p;
	return NULL;
}

/* What a line says beside the file's name; NULL when the name is not there. Given. */
static char *beside(const char *line, const char *file)
{
	const char *at = strlen(file) >= 5 ? find_no_case(line, file) : NULL;
	g_autoptr(GString) rest = NULL;

	if (at == NULL)
		return NULL;
	rest = g_string_new_len(line, at - line);
	g_string_append_c(rest, ' ');
	g_string_append(rest, at + strlen(file));
	g_strdelimit(rest->str, ":;=>|,\"'<()[]*\t", ' ');
	return g_strstrip(g_strdup(rest->str));
}

static bool is_number(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static void add_line(BulkList *list, guint line, const char *file, const char *said)
{
	BulkRow *row = g_new0(BulkRow, 1);
	g_autofree char *folded = text_fold(said);

	row->line = line;
	row->file = g_strdup(file);
	row->number = g_strdup(is_number(folded) ? folded : "");
	row->name = g_strdup(is_number(folded) ? "" : said);
	g_ptr_array_add(list->rows, row);
}

BulkList *bulk_list_of_text(const char *text, const GPtrArray *files)
{
	BulkList *list = list_new();
	g_auto(GStrv) lines = g_strsplit(text, "\n", ROWS);

	for (guint l = 0; lines[l] != NULL; l++) {
		const char *found = NULL;
		g_autofree char *said = NULL;

		if (strlen(lines[l]) > FIELD_BYTES || strpbrk(lines[l], ".") == NULL)
			continue;
		for (guint i = 0; i < files->len; i++) {
			const char *file = g_ptr_array_index(files, i);
			char *rest = beside(lines[l], file);

			if (rest == NULL || (found != NULL && strlen(file) <= strlen(found))) {
				g_free(rest);
				continue;
			}
			g_free(said);
			said = rest;
			found = file;
		}
		if (found != NULL && *said != '\0')
			add_line(list, l + 1, found, said);
	}
	return list;
}
