/* people_columns.c - what each column of a list of people may hold. */
#include "store/people_columns.h"

#include <string.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/national_number.h"
#include "common/text.h"
#include "store/absences.h"
#include "store/csv.h"

/* "line 12", or the DN of an entry.  Given. */
static char *where(const Reading *reading, guint line)
{
	const PersonEntry *entry = NULL;

	if (reading->entries == NULL)
		return g_strdup_printf("line %u", line);
	entry = g_ptr_array_index(reading->entries, line - 1);
	return g_strdup(entry->place);
}

void reading_mistake(Reading *reading, const char *column, const char *format, ...)
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
		reading_mistake(reading, "number", "it is empty: each person has a number");
	} else if (strspn(value,
			  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") !=
			   strlen(value) ||
		   strlen(value) > 40) {
		reading_mistake(reading, "number",
				"\"%s\": expected at most 40 letters, digits, dots and dashes",
				value);
	} else if ((line = g_hash_table_lookup(reading->numbers, value)) != NULL) {
		g_autofree char *there = where(reading, GPOINTER_TO_UINT(line));

		reading_mistake(reading, "number", "%s stands in %s already", value, there);
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
		reading_mistake(reading, "name", "it is empty");
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
			reading_mistake(reading, "addresses", "\"%s\" is no mail address", normal);
		else if (line != NULL) {
			g_autofree char *there = where(reading, GPOINTER_TO_UINT(line));

			reading_mistake(reading, "addresses", "%s stands in %s already", normal,
					there);
		} else
			g_hash_table_insert(reading->addresses, normal,
					    GUINT_TO_POINTER(reading->line));
	}
}

static void read_organisation(Reading *reading, Person *person, const char *value)
{
	person->organisation = g_strdup(value);
	if (value[0] != '\0' && settings_organisation(reading->settings, value) == NULL)
		reading_mistake(
			reading, "organisation",
			"\"%s\" is not in the configuration: expected a [Organisation CODE] of it",
			value);
}

static void read_language(Reading *reading, Person *person, const char *value)
{
	person->language = value[0] != '\0' ? language_of_code(value) : LANGUAGE_NONE;
	if (value[0] != '\0' && person->language == LANGUAGE_NONE)
		reading_mistake(reading, "language", "\"%s\": expected nl, fr, de or en", value);
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
			reading_mistake(
				reading, "roles",
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
			reading_mistake(
				reading, "teams",
				"\"%s\" is not in the configuration: expected a [Team ID] of it",
				*team);
}

static void read_national_number(Reading *reading, Person *person, const char *value)
{
	person->national_number = national_number_digits(value);
	if (person->national_number != NULL)
		return;
	person->national_number = g_strdup("");
	if (strspn(value, " .-/") != strlen(value)) /* "-" is none */
		reading_mistake(reading, "national_number", "\"%s\": expected 11 digits", value);
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

const PeopleColumn people_columns[COLUMNS] = {
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

/* The three columns of an absence are one: whole, or empty. */
static void read_away(Reading *reading, Person *person)
{
	g_autoptr(Absence) given = g_steal_pointer(&person->away);
	g_autoptr(GError) wrong = NULL;

	if (given == NULL)
		return;
	if (given->from == NULL)
		reading_mistake(reading, "absent_from", "it is empty: expected the first day");
	else if (given->until == NULL)
		reading_mistake(reading, "absent_until", "it is empty: expected the last day");
	else if (!absence_read(given->from, given->until, given->substitute,
			       reading->settings->time_zone, 0, &person->away, &wrong))
		reading_mistake(reading, "absent_until", "%s", wrong->message);
}

void reading_values(Reading *reading, char *const values[COLUMNS])
{
	Person *person = g_new0(Person, 1);
	bool at_desk;

	g_ptr_array_add(reading->list->people, person);
	g_array_append_val(reading->list->lines, reading->line);
	for (gsize c = 0; c < COLUMNS; c++) {
		char *value = values[c];

		if (value != NULL && strlen(value) > CSV_FIELD_BYTES) {
			reading_mistake(reading, people_columns[c].name,
					"it is longer than %d bytes", CSV_FIELD_BYTES);
			value = NULL;
		}
		people_columns[c].read(reading, person, value != NULL ? g_strstrip(value) : "");
	}
	read_away(reading, person);
	at_desk = (person->roles & (PERSON_DOSSIER_MANAGER | PERSON_ADMIN)) != 0;
	if (person->organisation[0] == '\0' && !at_desk)
		reading_mistake(reading, "organisation",
				"it is empty: only dossier managers and admins need none");
}
