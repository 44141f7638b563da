/* people_read.c - a list of people: read from CSV and checked, before anything is written.
 *
 * Each mistake is a line "people.csv:12: column roles: ..."; the first hundred are kept.
 */
#include "store/people_columns.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/limits.h"
#include "store/absences.h"
#include "store/csv.h"

static void read_header(Reading *reading, const GPtrArray *fields)
{
	for (gsize c = 0; c < COLUMNS; c++)
		reading->place[c] = -1;
	for (guint i = 0; i < fields->len; i++) {
		const char *name = g_strstrip(fields->pdata[i]);
		gsize c = 0;

		while (c < COLUMNS && g_ascii_strcasecmp(name, people_columns[c].name) != 0)
			c++;
		if (c == COLUMNS)
			reading_mistake(
				reading, NULL,
				"no column is called \"%s\": expected number, name,"
				" addresses, organisation, language, manager, roles, teams, national_number,"
				" absent_from, absent_until, substitute",
				name);
		else if (reading->place[c] >= 0)
			reading_mistake(reading, name, "it stands there twice");
		else
			reading->place[c] = (int)i;
	}
	for (gsize c = 0; c < COLUMNS; c++)
		if (people_columns[c].required && reading->place[c] < 0)
			reading_mistake(reading, people_columns[c].name, "it is missing");
}

static void read_person(Reading *reading, const GPtrArray *fields)
{
	char *values[COLUMNS] = { NULL };

	for (gsize c = 0; c < COLUMNS; c++) {
		int place = reading->place[c];

		if (place >= 0 && (guint)place < fields->len)
			values[c] = fields->pdata[place];
	}
	reading_values(reading, values);
}

static void read_lines(Reading *reading, Csv *csv, void (*each)(Reading *, const GPtrArray *))
{
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	const char *broken = NULL;
	guint width;

	if (!csv_read(csv, fields, &broken)) {
		reading->line = MAX(csv->line, 1);
		reading_mistake(reading, NULL, "%s", broken != NULL ? broken : "the list is empty");
		return;
	}
	reading->line = csv->line;
	width = fields->len;
	read_header(reading, fields);
	if (reading->list->mistakes->len > 0)
		return; /* without columns nothing can be said of the lines */
	reading->list->has_absences = reading->place[COLUMN_ABSENT_FROM] >= 0;
	while (csv_read(csv, fields, &broken)) {
		reading->line = csv->line;
		if (fields->len != width)
			reading_mistake(reading, NULL, "%u fields: the header line has %u",
					fields->len, width);
		else
			each(reading, fields);
	}
	reading->line = csv->line;
	if (broken != NULL)
		reading_mistake(reading, NULL, "%s: what follows cannot be read", broken);
}

/* Somebody of the list, and somebody else. */
static void check_other(Reading *reading, const Person *person, const char *column,
			const char *number)
{
	if (number[0] == '\0')
		return;
	if (g_strcmp0(number, person->number) == 0)
		reading_mistake(reading, column, "%s is the person's own number", number);
	else if (!reading->list->is_part && !g_hash_table_contains(reading->numbers, number))
		reading_mistake(reading, column, "nobody of this list has the number %s", number);
}

static void check_managers(Reading *reading)
{
	for (guint i = 0; i < reading->list->people->len; i++) {
		const Person *person = reading->list->people->pdata[i];

		reading->line = g_array_index(reading->list->lines, guint, i);
		check_other(reading, person, "manager", person->manager);
		if (person->away != NULL)
			check_other(reading, person, "substitute", person->away->substitute);
	}
}

/* ---- the file ---- */

static bool read_file(const char *path, GString *text, GError **error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	char piece[16384];
	gsize got;
	bool done = file != NULL;

	while (done && (got = fread(piece, 1, sizeof(piece), file)) > 0) {
		g_string_append_len(text, piece, (gssize)got);
		done = text->len <= CSV_BYTES;
	}
	if (!done && file != NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s: it is larger than %d MiB",
			    path, CSV_BYTES / 1024 / 1024);
	else if (file == NULL || ferror(file))
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s cannot be read: %s", path,
			    g_strerror(errno));
	done = done && !ferror(file);
	if (file != NULL && !is_stdin)
		fclose(file);
	return done;
}

static guint line_of(const char *text, const char *place)
{
	guint line = 1;

	for (const char *p = text; p < place; p++)
		line += *p == '\n';
	return line;
}

static void list_begin(PeopleList *list)
{
	*list = (PeopleList){ .people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free),
			      .lines = g_array_new(FALSE, FALSE, sizeof(guint)),
			      .mistakes = g_ptr_array_new_with_free_func(g_free) };
}

bool people_list_read(const char *path, const Settings *settings, PeopleList *list, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *base = strcmp(path, "-") == 0 ? g_strdup("-") : g_path_get_basename(path);
	g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
	Reading reading = { .settings = settings,
			    .file = base,
			    .list = list,
			    .numbers = numbers,
			    .addresses = addresses };
	const char *bad = NULL;
	Csv csv;

	list_begin(list);
	if (!read_file(path, text, error))
		return false;
	if (!g_utf8_validate(text->str, (gssize)text->len, &bad)) {
		reading.line = line_of(text->str, bad);
		reading_mistake(&reading, NULL, "it is not UTF-8: save the list as CSV UTF-8");
		return true;
	}
	csv_open(&csv, text->str, text->len);
	read_lines(&reading, &csv, read_person);
	check_managers(&reading);
	return true;
}

void people_list_entries(GPtrArray *entries, const Settings *settings, PeopleList *list)
{
	g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
	bool is_part = list->is_part;
	Reading reading = { .settings = settings,
			    .entries = entries,
			    .list = list,
			    .numbers = numbers,
			    .addresses = addresses };

	list_begin(list);
	list->is_part = is_part;
	for (guint i = 0; i < entries->len; i++) {
		reading.line = i + 1;
		reading_values(&reading, ((PersonEntry *)entries->pdata[i])->values);
	}
	check_managers(&reading);
}

const char *person_column(guint column)
{
	return column < COLUMNS ? people_columns[column].name : NULL;
}

G_STATIC_ASSERT(COLUMNS == PERSON_COLUMNS);

void people_list_clear(PeopleList *list)
{
	g_clear_pointer(&list->people, g_ptr_array_unref);
	g_clear_pointer(&list->lines, g_array_unref);
	g_clear_pointer(&list->mistakes, g_ptr_array_unref);
}
