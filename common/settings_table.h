/* settings_table.h - every group and key of the configuration, as tables.
 * Only settings*.c and its documentation check need it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/settings.h"

typedef struct SettingRow SettingRow;

/* How a value is read and freed. */
typedef struct SettingType {
	const char *expected; /* "an e-mail address": for messages */
	/* Reads value into place, false when it is not what is expected.  Paths
	 * are made absolute from folder. */
	bool (*read)(const SettingRow *row, const char *value, const char *folder, void *place);
	void (*clear)(void *place); /* NULL: nothing to free */
	bool is_localised;          /* Key[fr] is known too */
	bool is_secret;             /* its value is never shown */
} SettingType;

struct SettingRow {
	const char *group, *key;
	const SettingType *type;
	gsize place;          /* in the struct of its group */
	const char *standard; /* the value where none is given, or NULL */
	const char *expected; /* where that of the type is not enough, or NULL */
	gint64 least, most;   /* of numbers; of durations in seconds */
	const char *choices;  /* "move|flag|delete": numbered as the enum is */
	bool is_required;
	bool may_be_empty; /* Key= counts as if it were not there */
};

/* A group, and the struct that a named one makes: "[Mailbox inbox]". */
typedef struct SettingGroup {
	const char *group;
	bool is_named;
	gsize size;  /* of the struct of a named group */
	gsize array; /* of Settings, where these structs are kept */
	gsize name;  /* in the struct: its name */
} SettingGroup;

extern const SettingRow setting_rows[];
extern const gsize setting_rows_count;
extern const SettingGroup setting_groups[];
extern const gsize setting_groups_count;

extern const SettingType setting_hours;
extern const SettingType setting_text, setting_localised, setting_address, setting_separator,
	setting_url, setting_token_url, setting_choice, setting_flag, setting_time_zone,
	setting_secret, setting_path, setting_number, setting_factor, setting_duration,
	setting_database, setting_source, setting_server, setting_directory, setting_listen,
	setting_domains, setting_networks, setting_header, setting_words, setting_algorithms,
	setting_parameters;

/* Takes a server's URL apart: scheme://user@host:port/rest.  False when it is
 * none.  The ret_ may be NULL; *ret_user is decoded, NULL when there is none. */
bool setting_split_url(const char *url, char **ret_scheme, char **ret_user, char **ret_host,
		       char **ret_path);

/* Whether host is this machine: 127.0.0.0/8, ::1, localhost. */
bool setting_is_loopback(const char *host);

/* What the types share: a string in place, and whether a value has controls. */
void setting_set_text(void *place, char *text);
void setting_clear_text(void *place);
bool setting_has_controls(const char *value);
