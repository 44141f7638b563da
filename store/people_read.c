/* people_read.c - a list of people: read from CSV and checked, before anything is written.
 *
 * Each mistake is a line "people.csv:12: column roles: ..."; the first hundred are kept.
 */
#include "store/people_inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/error.h"
#include "common/limits.h"
#include "common/text.h"
#include "store/absences.h"
#include "store/csv.h"

typedef enum {
	COLUMN_NUMBER,
	COLUMN_NAME,
	COLUMN_ADDRESSES,
	COLUMN_ORGANISATION,
	COLUMN_LANGUAGE,
	COLUMN_MANAGER,
	COLUMN_ROLES,
	COLUMN_TEAMS,
	COLUMN_NATIONAL_NUMBER,
	COLUMN_ABSENT_FROM,
	COLUMN_ABSENT_UNTIL,
	COLUMN_SUBSTITUTE,
	COLUMNS,
} Column;

typedef struct Reading {
	const Settings *settings;
	const char *file;   /* as it stands in the sentences; NULL: entries have their own */
	GPtrArray *entries; /* PersonEntry: line N is entry N - 1; NULL: a file */
	guint line;
	int place[COLUMNS]; /* where each column stands, -1 */
	PeopleList *list;
	GHashTable *numbers;   /* const char * -> line + 1 */
	GHashTable *addresses; /* the same */
} Reading;

/* "line 12", or the DN of an entry.  Given. */
static char *where(const Reading *reading, guint line)
{
	const PersonEntry *entry = NULL;

	if (reading->entries == NULL)
		return g_strdup_printf("line %u", line);
	entry = g_ptr_array_index(reading->entries, line - 1);
	return g_strdup(entry->place);
}

static void mistake(Reading *reading, const char *column, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static void mistake(Reading *reading, const char *column, const char *format, ...)
{
	GString *line;
	va_list arguments;

	if (reading->list->mistakes->len >= MISTAKES_SHOWN) {
		reading->list->mistakes_more++;
		return;
	}
	line = g_string_new(NULL);
	if (reading->entries == NULL)
		g_string_printf(line, "%s:%u: ", reading->file, reading->line);
	else
		g_string_printf(line, "%s: ",
				((PersonEntry *)reading->entries->pdata[reading->line - 1])->place);
	if (column != NULL)
		g_string_append_printf(line, "column %s: ", column);
	va_start(arguments, format);
	g_string_append_vprintf(line, format, arguments);
	va_end(arguments);
	g_ptr_array_add(reading->list->mistakes, g_string_free(line, FALSE));
}

/* ---- the columns ---- */

static void read_number(Reading *reading, Person *person, const char *value)
{
	gpointer line;

	if (value[0] == '\0') {
		mistake(reading, "number", "it is empty: each person has a number");
	} else if (strspn(value,
			  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") !=
			   strlen(value) ||
		   strlen(value) > 40) {
		mistake(reading, "number",
			"\"%s\": expected at most 40 letters, digits, dots and dashes", value);
	} else if ((line = g_hash_table_lookup(reading->numbers, value)) != NULL) {
		g_autofree char *there = where(reading, GPOINTER_TO_UINT(line));

		mistake(reading, "number", "%s stands in %s already", value, there);
	} else {
		person->number = g_strdup(value);
		g_hash_table_insert(reading->numbers, person->number,
				    GUINT_TO_POINTER(reading->line));
	}
}

static void read_name(Reading *reading, Person *person, const char *value)
{
	person->name = text_one_line(value, MAIL_NAME_BYTES);
	if (person->name[0] == '\0')
		mistake(reading, "name", "it is empty");
}

static char **words_of(const char *value)
{
	g_auto(GStrv) pieces = g_strsplit_set(value, " \t\r\n", -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (char **piece = pieces; *piece != NULL; piece++)
		if (**piece != '\0')
			g_strv_builder_add(words, *piece);
	return g_strv_builder_end(words);
}

static void read_addresses(Reading *reading, Person *person, const char *value)
{
	person->addresses = words_of(value);
	for (char **each = person->addresses; *each != NULL; each++) {
		char *normal = address_normal(*each);
		gpointer line = g_hash_table_lookup(reading->addresses, normal);

		g_free(*each);
		*each = normal;
		if (!address_is_valid(normal))
			mistake(reading, "addresses", "\"%s\" is no mail address", normal);
		else if (line != NULL) {
			g_autofree char *there = where(reading, GPOINTER_TO_UINT(line));

			mistake(reading, "addresses", "%s stands in %s already", normal, there);
		} else
			g_hash_table_insert(reading->addresses, normal,
					    GUINT_TO_POINTER(reading->line));
	}
}

static void read_organisation(Reading *reading, Person *person, const char *value)
{
	person->organisation = g_strdup(value);
	if (value[0] != '\0' && settings_organisation(reading->settings, value) == NULL)
		mistake(reading, "organisation",
			"\"%s\" is not in the configuration: expected a [Organisation CODE] of it",
			value);
}

static void read_language(Reading *reading, Person *person, const char *value)
{
	person->language = value[0] != '\0' ? language_of_code(value) : LANGUAGE_NONE;
	if (value[0] != '\0' && person->language == LANGUAGE_NONE)
		mistake(reading, "language", "\"%s\": expected nl, fr, de or en", value);
}

static void read_manager(Reading *reading, Person *person, const char *value)
{
	person->manager = g_strdup(value);
}

static const struct {
	const char *name;
	PersonRole role;
} roles[] = {
	{ "employee", PERSON_EMPLOYEE },
	{ "manager", PERSON_MANAGER },
	{ "hr", PERSON_HR },
	{ "dossier-manager", PERSON_DOSSIER_MANAGER },
	{ "admin", PERSON_ADMIN },
};

guint person_role_of(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (g_ascii_strcasecmp(name, roles[i].name) == 0)
			return roles[i].role;
	return 0;
}

static void read_roles(Reading *reading, Person *person, const char *value)
{
	g_auto(GStrv) words = words_of(value);

	for (char **word = words; *word != NULL; word++) {
		guint role = person_role_of(*word);

		if (role == 0)
			mistake(reading, "roles",
				"\"%s\": expected employee, manager, hr, dossier-manager or admin",
				*word);
		person->roles |= role;
	}
	if (person->roles == 0)
		person->roles = PERSON_EMPLOYEE;
}

static void read_teams(Reading *reading, Person *person, const char *value)
{
	person->teams = words_of(value);
	for (char **team = person->teams; *team != NULL; team++)
		if (settings_team(reading->settings, *team) == NULL)
			mistake(reading, "teams",
				"\"%s\" is not in the configuration: expected a [Team ID] of it",
				*team);
}

static void read_national_number(Reading *reading, Person *person, const char *value)
{
	GString *digits = g_string_new(NULL);

	for (const char *p = value; *p != '\0'; p++)
		if (strchr(" .-/", *p) == NULL)
			g_string_append_c(digits, *p);
	if (digits->len > 0 && (digits->len != 11 || strspn(digits->str, "0123456789") != 11))
		mistake(reading, "national_number", "\"%s\": expected 11 digits", value);
	person->national_number = g_string_free(digits, FALSE);
}

static Absence *away(Person *person)
{
	if (person->away == NULL)
		person->away = g_new0(Absence, 1);
	return person->away;
}

static void read_absent_from(Reading *reading, Person *person, const char *value)
{
	if (*value != '\0')
		away(person)->from = g_strdup(value);
}

static void read_absent_until(Reading *reading, Person *person, const char *value)
{
	if (*value != '\0')
		away(person)->until = g_strdup(value);
}

static void read_substitute(Reading *reading, Person *person, const char *value)
{
	if (*value != '\0')
		away(person)->substitute = g_strdup(value);
}

static const struct {
	const char *name;
	void (*read)(Reading *reading, Person *person, const char *value);
	bool required;
} columns[COLUMNS] = {
	[COLUMN_NUMBER] = { "number", read_number, true },
	[COLUMN_NAME] = { "name", read_name, true },
	[COLUMN_ADDRESSES] = { "addresses", read_addresses, true },
	[COLUMN_ORGANISATION] = { "organisation", read_organisation, false },
	[COLUMN_LANGUAGE] = { "language", read_language, false },
	[COLUMN_MANAGER] = { "manager", read_manager, false },
	[COLUMN_ROLES] = { "roles", read_roles, false },
	[COLUMN_TEAMS] = { "teams", read_teams, false },
	[COLUMN_NATIONAL_NUMBER] = { "national_number", read_national_number, false },
	[COLUMN_ABSENT_FROM] = { "absent_from", read_absent_from, false },
	[COLUMN_ABSENT_UNTIL] = { "absent_until", read_absent_until, false },
	[COLUMN_SUBSTITUTE] = { "substitute", read_substitute, false },
};

/* ---- the lines ---- */

static void read_header(Reading *reading, const GPtrArray *fields)
{
	for (gsize c = 0; c < COLUMNS; c++)
		reading->place[c] = -1;
	for (guint i = 0; i < fields->len; i++) {
		const char *name = g_strstrip(fields->pdata[i]);
		gsize c = 0;

		while (c < COLUMNS && g_ascii_strcasecmp(name, columns[c].name) != 0)
			c++;
		if (c == COLUMNS)
			mistake(reading, NULL,
				"no column is called \"%s\": expected number, name,"
				" addresses, organisation, language, manager, roles, teams, national_number,"
				" absent_from, absent_until, substitute",
				name);
		else if (reading->place[c] >= 0)
			mistake(reading, name, "it stands there twice");
		else
			reading->place[c] = (int)i;
	}
	for (gsize c = 0; c < COLUMNS; c++)
		if (columns[c].required && reading->place[c] < 0)
			mistake(reading, columns[c].name, "it is missing");
}

/* The three columns of an absence are one: whole, or empty. */
static void read_away(Reading *reading, Person *person)
{
	g_autoptr(Absence) given = g_steal_pointer(&person->away);
	g_autoptr(GError) wrong = NULL;

	if (given == NULL)
		return;
	if (given->from == NULL)
		mistake(reading, "absent_from", "it is empty: expected the first day");
	else if (given->until == NULL)
		mistake(reading, "absent_until", "it is empty: expected the last day");
	else if (!absence_read(given->from, given->until, given->substitute,
			       reading->settings->time_zone, 0, &person->away, &wrong))
		mistake(reading, "absent_until", "%s", wrong->message);
}

static void read_values(Reading *reading, char *const values[COLUMNS])
{
	Person *person = g_new0(Person, 1);
	bool at_desk;

	g_ptr_array_add(reading->list->people, person);
	g_array_append_val(reading->list->lines, reading->line);
	for (gsize c = 0; c < COLUMNS; c++) {
		char *value = values[c];

		if (value != NULL && strlen(value) > CSV_FIELD_BYTES) {
			mistake(reading, columns[c].name, "it is longer than %d bytes",
				CSV_FIELD_BYTES);
			value = NULL;
		}
		columns[c].read(reading, person, value != NULL ? g_strstrip(value) : "");
	}
	read_away(reading, person);
	at_desk = (person->roles & (PERSON_DOSSIER_MANAGER | PERSON_ADMIN)) != 0;
	if (person->organisation[0] == '\0' && !at_desk)
		mistake(reading, "organisation",
			"it is empty: only dossier managers and admins need none");
}

static void read_person(Reading *reading, const GPtrArray *fields)
{
	char *values[COLUMNS] = { NULL };

	for (gsize c = 0; c < COLUMNS; c++) {
		int place = reading->place[c];

		if (place >= 0 && (guint)place < fields->len)
			values[c] = fields->pdata[place];
	}
	read_values(reading, values);
}

static void read_lines(Reading *reading, Csv *csv, void (*each)(Reading *, const GPtrArray *))
{
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	const char *broken = NULL;
	guint width;

	if (!csv_read(csv, fields, &broken)) {
		reading->line = MAX(csv->line, 1);
		mistake(reading, NULL, "%s", broken != NULL ? broken : "the list is empty");
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
			mistake(reading, NULL, "%u fields: the header line has %u", fields->len,
				width);
		else
			each(reading, fields);
	}
	reading->line = csv->line;
	if (broken != NULL)
		mistake(reading, NULL, "%s: what follows cannot be read", broken);
}

/* Somebody of the list, and somebody else. */
static void check_other(Reading *reading, const Person *person, const char *column,
			const char *number)
{
	if (number[0] == '\0')
		return;
	if (g_strcmp0(number, person->number) == 0)
		mistake(reading, column, "%s is the person's own number", number);
	else if (!reading->list->is_part && !g_hash_table_contains(reading->numbers, number))
		mistake(reading, column, "nobody of this list has the number %s", number);
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
		mistake(&reading, NULL, "it is not UTF-8: save the list as CSV UTF-8");
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
		read_values(&reading, ((PersonEntry *)entries->pdata[i])->values);
	}
	check_managers(&reading);
}

const char *person_column(guint column)
{
	return column < COLUMNS ? columns[column].name : NULL;
}

G_STATIC_ASSERT(COLUMNS == PERSON_COLUMNS);

void people_list_clear(PeopleList *list)
{
	g_clear_pointer(&list->people, g_ptr_array_unref);
	g_clear_pointer(&list->lines, g_array_unref);
	g_clear_pointer(&list->mistakes, g_ptr_array_unref);
}
