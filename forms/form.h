/* form.h - forms as data.  A Form is read from one YAML file and never changes.
 *
 * Nothing in C knows a form's name.  docs/forms.md describes the file.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/language.h"
#include "common/texts.h"

typedef char *FormText[LANGUAGES]; /* one sentence in each language; never NULL where required */

typedef struct FieldType FieldType; /* forms/field_type.h */

typedef struct FormChoice {
	char *id; /* the plain form: "half" */
	FormText label;
	GPtrArray *aliases; /* char *: other spellings, any language */
} FormChoice;

typedef struct FormCondition { /* "required-if: {field: from-age, is: 50}" */
	char *field, *is;      /* field NULL: no condition */
} FormCondition;

typedef struct FormField {
	char *id;
	const FieldType *type;
	bool required;
	FormCondition required_if;
	FormText label, hint; /* hint: NULLs when there is none */
	GPtrArray *aliases;   /* char *: other labels, any language */
	GPtrArray *choices;   /* FormChoice, for type choice */
	char *min, *max;      /* in plain form, or NULL */
	char *not_before;     /* a field's id, or NULL: this date is never before that one */
} FormField;

typedef struct FormDocument {
	char *kind; /* "medisch attest" */
	FormText label;
	bool required;
	FormCondition required_if;
	char **types; /* media types accepted; empty: any */
} FormDocument;

typedef struct FormPattern FormPattern; /* compiled PCRE2: forms/form_match.c */

typedef struct FormName { /* one of the names by which a form may be asked, and where it stands */
	char *text;
	Language language; /* LANGUAGE_NONE: any */
	guint line, column;
} FormName;

typedef struct FormLabels FormLabels; /* every label of a form: forms/form_labels.h */

typedef enum {
	ROLE_EMPLOYEE = 1 << 0,
	ROLE_MANAGER = 1 << 1,
	ROLE_HR = 1 << 2,
	ROLE_DOSSIER_MANAGER = 1 << 3,
	ROLE_ADMIN = 1 << 4,
} FormRoles;

typedef struct Form {
	char *path; /* the file it was read from */
	char *id, *category, *team;
	FormText title, summary,
		intro; /* summary: one line for the menu; intro: what to attach; may be NULLs */
	guint roles;   /* FormRoles who may use it */
	bool approval;
	guint levels;    /* how many approve, one above the other: at least 1 */
	guint term;      /* working days until an answer is due, 0: none */
	char *elsewhere; /* id of the application it belongs to: then it is a redirect; or NULL */
	FormText explanation; /* of a redirect: where to go and why */
	GPtrArray *fields;    /* FormField */
	FormField *manager;   /* who approves, asked only where the directory does not say;
				 NULL: no approval, or a field of the form's own */
	GPtrArray *documents; /* FormDocument */
	GPtrArray *patterns;  /* FormPattern */
	GPtrArray *aliases;   /* char *: other names by which it may be asked, any language */
	GPtrArray *names;     /* FormName: its id, titles and aliases */
	FormLabels *labels;   /* for reading a filled-in template */
	guint category_line, category_column;
} Form;

typedef struct Forms {         /* a set, in the order of the menu */
	GPtrArray *all;        /* Form */
	GPtrArray *categories; /* FormCategory, from categories.yaml */
	GHashTable *by_id;     /* char * to Form */
	GHashTable *by_name;   /* folded name to FormNamed: forms/forms.c */
	GPtrArray *canned;     /* Canned, of the desk's own folder: forms/canned.h */
} Forms;

typedef struct FormCategory {
	char *id;
	FormText title;
} FormCategory;

/* Reads one definition.  On a mistake NULL with DESK_ERROR_DATA:
 * "FILE:line:column: what is wrong and what is expected". */
Form *form_read(const char *path, GError **error);
void form_free(Form *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

/* All *.yaml of folder, then those of extra (may be NULL), where a form replaces
 * ours of the same id.  Any mistake fails the whole. */
Forms *forms_open(const char *folder, const char *extra, GError **error);
void forms_free(Forms *forms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Forms, forms_free)

const Form *forms_find(const Forms *forms, const char *id);
const FormField *form_field(const Form *form, const char *id);
/* The field at a place among all that may be answered: those of the form, the manager, and the
 * comment last; NULL behind it. */
const FormField *form_field_at(const Form *form, guint place);
const FormDocument *form_document(const Form *form, const char *kind);
const FormCategory *forms_category(const Forms *forms, const char *id);

/* The form, or the category, that text (a whole subject or body line) names and
 * nothing else: by id, title, or alias in any language, folded.  Either may
 * come out NULL. */
const Form *forms_by_name(const Forms *forms, const char *text, Language *ret_language);
const FormCategory *forms_category_by_name(const Forms *forms, const char *text,
					   Language *ret_language);
