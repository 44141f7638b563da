/* field_type.h - what a field can hold: one table of types.
 *
 * A type reads what somebody typed, in any of the four languages, into its plain
 * form ("2027-02-01", "1234.56", "1/5", "yes"), and shows a plain value to people.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "forms/form.h"

/* NULL when typed could be read: its plain form in ret_plain, given.  Else the
 * code of the problem, static; ret_plain is untouched. */
typedef const char *(*ValueRead)(const FormField *field, const char *typed, char **ret_plain);

/* A plain value for people; given. */
typedef char *(*ValueShow)(const FormField *field, const char *value, const Texts *texts,
			   Language language);

typedef enum { ORDER_NONE, ORDER_TEXT, ORDER_NUMBER, ORDER_LENGTH } ValueOrder;

struct FieldType {
	const char *name;
	ValueRead read;
	ValueShow show;
	const char *code;      /* of the problem when the value cannot be read */
	const char *expected;  /* key in the catalogue: what is expected */
	ValueOrder order;      /* how min and max are compared with a value */
	const char *min, *max; /* where the form sets none; or NULL */
	bool is_text;          /* any words will do */
	bool is_lines;         /* takes the lines that follow */
};

/* The type of a name, or NULL; static. */
const FieldType *field_type_find(const char *name);

/* All names, "text lines date ...", for messages; given. */
char *field_type_names(void);

/* Reads typed as the field's type and holds it against min and max.  NULL and
 * ret_plain (given), or the problem's code. */
const char *field_read(const FormField *field, const char *typed, char **ret_plain);

/* Whether text may stand as min or max of the type in a definition. */
bool field_type_accepts_limit(const FieldType *type, const char *text);

/* Whether typed only says that there is nothing to say: "n.v.t.", "sans objet",
 * "entfällt", "n/a", "geen". */
bool field_says_nothing(const char *typed);
