/* form_documents.c - which document each file is. */
#include "forms/form_fill.h"

#include <string.h>

#include "common/text.h"
#include "forms/form_rules.h"

/* name without its extension, folded; given. */
static char *folded_stem(const char *name)
{
	const char *dot = strrchr(name, '.');
	g_autofree char *stem =
		g_strndup(name, dot && dot > name ? (gsize)(dot - name) : strlen(name));

	return text_fold_tight(stem);
}

/* Whether a line of the text names the file: with its extension or without. */
static bool line_names(const DocumentLine *line, const char *name)
{
	g_autofree char *written = text_fold_tight(line->name);
	g_autofree char *whole = text_fold_tight(name);
	g_autofree char *stem = folded_stem(name);

	if (*whole == '\0' || *written == '\0')
		return false;
	return strcmp(written, whole) == 0 || strcmp(written, stem) == 0 ||
	       (strlen(whole) >= 5 && strstr(written, whole) != NULL);
}

static const FormDocument *document_of_lines(const Form *form, const GPtrArray *lines,
					     const char *name)
{
	for (guint i = 0; lines != NULL && i < lines->len; i++) {
		const DocumentLine *line = g_ptr_array_index(lines, i);

		if (line_names(line, name))
			return form_document(form, line->kind);
	}
	return NULL;
}

/* The bytes of the longest of the document's names that stands in folded, or 0. */
static gsize document_stands_in(const FormDocument *document, const char *folded)
{
	gsize longest = 0;

	for (int i = -1; i < LANGUAGES; i++) {
		g_autofree char *label =
			text_fold_tight(i < 0 ? document->kind : document->label[i]);

		if (*label != '\0' && strstr(folded, label) != NULL)
			longest = MAX(longest, strlen(label));
	}
	return longest;
}

/* The document that a file's name speaks of; the longest name counts, and two as
 * long are none. */
static const FormDocument *document_of_name(const Form *form, const char *name)
{
	g_autofree char *folded = text_fold_tight(name);
	const FormDocument *best = NULL;
	gsize longest = 0;

	for (guint i = 0; i < form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);
		gsize length = document_stands_in(document, folded);

		if (length > longest)
			best = document;
		else if (length == longest)
			best = NULL;
		longest = MAX(longest, length);
	}
	return best;
}

static bool holds_kind(const GPtrArray *kinds, const char *kind)
{
	for (guint i = 0; kinds != NULL && i < kinds->len; i++)
		if (g_strcmp0(g_ptr_array_index(kinds, i), kind) == 0)
			return true;
	return false;
}

/* The one required document that is neither there nor among found; NULL when none or
 * several are. */
static const FormDocument *missing_document(const Form *form, const GPtrArray *found,
					    const GPtrArray *answers, const GPtrArray *have)
{
	const FormDocument *missing = NULL;

	for (guint i = 0; i < form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);

		if (!document_is_required(document, answers) || holds_kind(found, document->kind) ||
		    holds_kind(have, document->kind))
			continue;
		if (missing != NULL)
			return NULL;
		missing = document;
	}
	return missing;
}

GPtrArray *form_sort_documents(const Form *form, const GPtrArray *names, const GPtrArray *lines,
			       const GPtrArray *answers, const GPtrArray *have)
{
	GPtrArray *kinds = g_ptr_array_new();
	guint left = 0, index = 0;

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		const FormDocument *document = document_of_lines(form, lines, name ? name : "");

		if (document == NULL && name != NULL)
			document = document_of_name(form, name);
		if (document == NULL) {
			left++;
			index = i;
		}
		g_ptr_array_add(kinds, document ? document->kind : NULL);
	}
	const FormDocument *missing =
		left == 1 ? missing_document(form, kinds, answers, have) : NULL;

	if (missing != NULL)
		kinds->pdata[index] = missing->kind;
	return kinds;
}
