/* fields.h - a form's definition as fields of a page, and what was typed in them. */
#pragma once

#include "forms/form_fill.h"
#include "portal/inside.h"

typedef struct Typed { /* a form as it was sent from the page */
	Request *request;
	const Form *form;
	const GPtrArray *have; /* Answer that were given before, or NULL */
	const GPtrArray *only; /* Problem: only the fields and documents of these are asked;
				  NULL: all */
	GPtrArray *answers;    /* Answer: all, what was typed now in the place of before */
	GPtrArray *fresh;      /* Answer: typed now */
	GPtrArray *kinds;      /* const char * beside the upload's files, or NULL */
	GPtrArray *problems;   /* Problem: all that is wrong */
	GPtrArray *had_kinds, *had_types; /* const char *: documents of before */
	char *unknown_employee; /* as typed: nobody whom this person may speak for; or NULL */
	Person *employee;       /* whom an HR form is about, or NULL */
	bool is_sent;           /* else it is an empty form */
} Typed;

/* Reads and checks the fields of the request; its upload has all its files. */
bool typed_read(Typed *typed, GError **error);
void typed_clear(Typed *typed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Typed, typed_clear)

/* Whether what was typed may be kept: nothing is wrong, or nothing but documents that the person
 * says will come later. */
bool typed_is_right(const Typed *typed);
/* Puts fields, documents, mistakes into the data of a page. */
void typed_put(const Typed *typed, json_t *data);
/* Keeps the files of the request for the next try, and puts their name into the data of a page. */
void typed_put_draft(const Typed *typed, json_t *data);
/* What was typed as a mail's text: the form's own template, filled in.  Given. */
char *typed_text(const Typed *typed);

/* Whether nobody knows who approves what the viewer asks on the form. */
bool typed_asks_manager(const Request *request, const Form *form);
/* What the desk knows of the viewer, for a template; to: given, to be freed. */
struct TemplateFor typed_writer(const Request *request, const Form *form, char **ret_to);

/* Takes the files of an earlier try, and ends the last file that came.  False with request->fault
 * set. */
bool typed_take_files(Typed *typed);
