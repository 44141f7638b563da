/* fields_show.c - the fields of a form for a page: labels, hints, what was typed, what is wrong. */
#include "portal/fields.h"

#include <string.h>

#include "common/text.h"
#include "forms/field_type.h"
#include "portal/drafts.h"

#define RADIOS_MOST 5 /* more choices stand in a list that opens */
#define READ_SHOWN 4000

static bool stands_in(const GPtrArray *problems, const char *field)
{
	for (guint i = 0; problems != NULL && i < problems->len; i++)
		if (strcmp(((Problem *)g_ptr_array_index(problems, i))->field, field) == 0)
			return true;
	return false;
}

/* Where only what is missing is asked, a field that is wrong since something else was typed is
 * asked, too. */
static bool is_asked(const Typed *typed, const char *field)
{
	return typed->only == NULL || stands_in(typed->only, field) ||
	       stands_in(typed->problems, field);
}

/* What is wrong with a field or a document, as a sentence; NULL: nothing.  Given. */
static char *problem_of(const Typed *typed, const char *field)
{
	const PortalDesk *desk = &typed->request->portal->desk;
	const GPtrArray *problems = typed->is_sent ? typed->problems : typed->only;

	if (typed->unknown_employee != NULL && strcmp(field, "employee") == 0)
		return texts_say(desk->texts, typed->request->language, "page.unknown-employee",
				 "read", typed->unknown_employee, NULL);
	for (guint i = 0; problems != NULL && i < problems->len; i++) {
		const Problem *problem = g_ptr_array_index(problems, i);

		if (strcmp(problem->field, field) == 0) {
			g_autofree char *text = problem_text(problem, typed->form, desk->texts,
							     typed->request->language);

			return text_one_line(text, READ_SHOWN);
		}
	}
	return NULL;
}

/* What stands in the field: what was typed, else what was read before. */
static char *value_of(const Typed *typed, const FormField *field)
{
	g_autofree char *name = g_strconcat("f-", field->id, NULL);

	if (typed->is_sent && g_hash_table_contains(typed->request->fields, name))
		return text_valid(request_field(typed->request, name), -1);
	for (guint i = 0; typed->is_sent && typed->have != NULL && i < typed->have->len; i++) {
		const Answer *answer = g_ptr_array_index(typed->have, i);

		if (strcmp(answer->field, field->id) == 0)
			return answer_text(typed->form, field->id, answer->value,
					   typed->request->portal->desk.texts,
					   typed->request->language);
	}
	for (guint i = 0; typed->only != NULL && i < typed->only->len; i++) {
		const Problem *problem = g_ptr_array_index(typed->only, i);

		if (strcmp(problem->field, field->id) == 0)
			return text_valid(problem->read != NULL ? problem->read : "", -1);
	}
	return g_strdup("");
}

static void option_put(json_t *options, const FormField *field, const char *label,
		       const char *value)
{
	g_autofree char *id =
		g_strdup_printf("f-%s%s", field->id, json_array_size(options) == 0 ? "" : "-");
	g_autofree char *whole = json_array_size(options) == 0
					 ? g_strdup(id)
					 : g_strdup_printf("%s%zu", id, json_array_size(options));
	g_autofree char *stripped = g_strstrip(g_strdup(value));

	json_array_append_new(options, json_pack("{s:s, s:s, s:b}", "option", label, "option-id",
						 whole, "chosen", strcmp(stripped, label) == 0));
}

static json_t *options_of(const Typed *typed, const FormField *field, const char *value)
{
	json_t *options = json_array();

	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		option_put(options, field, choice->label[typed->request->language], value);
	}
	if (strcmp(field->type->name, "yes-no") == 0) {
		option_put(options, field, page_word(typed->request, "word.yes"), value);
		option_put(options, field, page_word(typed->request, "word.no"), value);
	}
	return options;
}

static const char *input_mode(const FormField *field)
{
	const char *type = field->type->name;

	if (strcmp(type, "email") == 0)
		return "email";
	if (strcmp(type, "telephone") == 0)
		return "tel";
	return strcmp(type, "number") == 0 || strcmp(type, "amount") == 0 ||
			       strcmp(type, "percentage") == 0
		       ? "decimal"
		       : "text";
}

static json_t *field_json(const Typed *typed, const FormField *field)
{
	g_autofree char *problem = problem_of(typed, field->id), *value = value_of(typed, field);
	const char *hint = field->hint[typed->request->language];
	json_t *options = options_of(typed, field, value);
	g_autofree char *described = g_strdup_printf(
		"%s%s%s%s%s", hint != NULL ? "h-" : "", hint != NULL ? field->id : "",
		hint != NULL && problem != NULL ? " " : "", problem != NULL ? "e-" : "",
		problem != NULL ? field->id : "");
	size_t count = json_array_size(options);
	bool required = field->required || (typed->only != NULL && problem != NULL);

	return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:o, s:b, s:b, s:b, s:b, s:s, s:s}", "id",
			 field->id, "label", field->label[typed->request->language], "required",
			 required, "hint", hint != NULL ? hint : "", "error",
			 problem != NULL ? problem : "", "typed", value, "options", options,
			 "is-radios", count > 0 && count <= RADIOS_MOST, "is-select",
			 count > RADIOS_MOST, "is-lines", field->type->is_lines, "is-line",
			 count == 0 && !field->type->is_lines, "mode", input_mode(field),
			 "described", described);
}

/* ---- documents ---- */

static json_t *files_of(const Typed *typed, const char *kind)
{
	json_t *files = json_array();
	const GPtrArray *all =
		typed->request->upload != NULL ? upload_files(typed->request->upload) : NULL;

	for (guint i = 0; all != NULL && typed->kinds != NULL && i < all->len; i++) {
		const Attachment *file = g_ptr_array_index(all, i);
		g_autofree char *size =
			text_size(file->size, typed->request->language == LANGUAGE_EN ? '.' : ',');

		if (g_strcmp0(g_ptr_array_index(typed->kinds, i), kind) == 0)
			json_array_append_new(
				files, json_pack("{s:s, s:s}", "name", file->name, "size", size));
	}
	return files;
}

/* An object with the list, or null when it is empty. */
static json_t *list_of(json_t *rows)
{
	if (json_array_size(rows) > 0)
		return json_pack("{s:o}", "rows", rows);
	json_decref(rows);
	return json_null();
}

static json_t *document_json(const Typed *typed, guint n)
{
	const FormDocument *document = g_ptr_array_index(typed->form->documents, n);
	g_autofree char *problem = problem_of(typed, document->kind);
	g_autofree char *name = g_strdup_printf("d-%u", n);

	return json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", name, "label",
			 document->label[typed->request->language], "required",
			 document->required || (typed->only != NULL && problem != NULL), "error",
			 problem != NULL ? problem : "", "kept",
			 list_of(files_of(typed, document->kind)));
}

/* ---- the whole ---- */

static void mistake_put(json_t *mistakes, const char *target, const char *text)
{
	if (text != NULL)
		json_array_append_new(mistakes,
				      json_pack("{s:s, s:s}", "target", target, "text", text));
}

static void fields_put(const Typed *typed, json_t *data, json_t *mistakes)
{
	json_t *fields = json_array();

	for (guint i = 0; form_field_at(typed->form, i) != NULL; i++) {
		const FormField *field = form_field_at(typed->form, i);
		g_autofree char *target = g_strconcat("f-", field->id, NULL);
		g_autofree char *problem = problem_of(typed, field->id);

		if (!is_asked(typed, field->id) ||
		    (field == typed->form->manager &&
		     !typed_asks_manager(typed->request, typed->form)))
			continue;
		json_array_append_new(fields, field_json(typed, field));
		mistake_put(mistakes, target, problem);
	}
	json_object_set_new(data, "fields", fields);
}

static void documents_put(const Typed *typed, json_t *data, json_t *mistakes)
{
	json_t *documents = json_array(), *needed = json_array();

	for (guint i = 0; i < typed->form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(typed->form->documents, i);
		g_autofree char *target = g_strdup_printf("d-%u", i);
		g_autofree char *problem = problem_of(typed, document->kind);

		if (!is_asked(typed, document->kind))
			continue;
		json_array_append_new(documents, document_json(typed, i));
		mistake_put(mistakes, target, problem);
		if (document->required || problem != NULL)
			json_array_append_new(needed,
					      json_pack("{s:s}", "label",
							document->label[typed->request->language]));
	}
	json_object_set_new(data, "needed", list_of(needed));
	json_object_set_new(data, "documents", documents);
	json_object_set_new(data, "extra", list_of(files_of(typed, NULL)));
}

void typed_put(const Typed *typed, json_t *data)
{
	json_t *mistakes = json_array();

	if (typed->request->files_are_gone)
		mistake_put(mistakes, "files", page_word(typed->request, "page.wrong-files-gone"));
	fields_put(typed, data, mistakes);
	documents_put(typed, data, mistakes);
	if (typed->is_sent)
		json_object_set_new(data, "mistakes", list_of(mistakes));
	else
		json_decref(mistakes);
	json_object_set_new(
		data, "later",
		json_boolean(strcmp(request_field(typed->request, "later"), "yes") == 0));
}

void typed_put_draft(const Typed *typed, json_t *data)
{
	Request *request = typed->request;
	g_autofree char *name = NULL;

	if (request->upload == NULL || upload_files(request->upload)->len == 0)
		return;
	name = drafts_keep(request);
	json_object_set_new(data, "draft", json_string(name));
}
