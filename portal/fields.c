/* fields.c - what was typed in the fields of a form: read and checked as a mail would be. */
#include "portal/fields.h"

#include <string.h>

#include "common/address.h"
#include "common/text.h"
#include "forms/field_type.h"
#include "forms/form_write.h"
#include "portal/drafts.h"

void typed_clear(Typed *typed)
{
	g_clear_pointer(&typed->answers, g_ptr_array_unref);
	g_clear_pointer(&typed->fresh, g_ptr_array_unref);
	g_clear_pointer(&typed->kinds, g_ptr_array_unref);
	g_clear_pointer(&typed->problems, g_ptr_array_unref);
	g_clear_pointer(&typed->unknown_employee, g_free);
	g_clear_pointer(&typed->employee, person_free);
}

bool typed_take_files(Typed *typed)
{
	Request *request = typed->request;

	return drafts_open(request) && upload_end_file(request->upload, &request->fault);
}

/* ---- fields ---- */

static void add_answer(GPtrArray *answers, const Answer *answer)
{
	g_ptr_array_add(answers, answer_new(answer->field, answer->value, answer->read));
}

static char *typed_in(const Request *request, const FormField *field)
{
	g_autofree char *name = g_strconcat("f-", field->id, NULL);
	char *text = text_valid(request_field(request, name), -1);

	return g_strstrip(text);
}

static void read_field(Typed *typed, const FormField *field, GPtrArray *found)
{
	g_autofree char *text = typed_in(typed->request, field), *plain = NULL;
	const char *code;

	if (*text == '\0')
		return;
	code = field_read(field, text, &plain);
	if (code != NULL)
		g_ptr_array_add(found, problem_new(field->id, code, text));
	else
		g_ptr_array_add(typed->fresh, answer_new(field->id, plain, text));
}

static void read_fields(Typed *typed, GPtrArray *found)
{
	typed->fresh = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	typed->answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	for (guint i = 0; form_field_at(typed->form, i) != NULL; i++)
		read_field(typed, form_field_at(typed->form, i), found);
	for (guint i = 0; i < typed->fresh->len; i++)
		add_answer(typed->answers, g_ptr_array_index(typed->fresh, i));
	for (guint i = 0; typed->have != NULL && i < typed->have->len; i++) {
		const Answer *answer = g_ptr_array_index(typed->have, i);

		if (answers_get(typed->answers, answer->field) == NULL)
			add_answer(typed->answers, answer);
	}
}

/* ---- documents ---- */

/* The kind of the document that is chosen in the field "d-N", else NULL: an extra one. */
static const char *kind_of(const Form *form, const char *field)
{
	guint64 n;

	if (!g_str_has_prefix(field, "d-") ||
	    !g_ascii_string_to_unsigned(field + 2, 10, 0, form->documents->len, &n, NULL) ||
	    n >= form->documents->len)
		return NULL;
	return ((FormDocument *)g_ptr_array_index(form->documents, n))->kind;
}

static void copy(const GPtrArray *from, GPtrArray *to)
{
	for (guint i = 0; from != NULL && i < from->len; i++)
		g_ptr_array_add(to, g_ptr_array_index(from, i));
}

static void check(Typed *typed, const GPtrArray *found)
{
	const GPtrArray *files = upload_files(typed->request->upload);
	g_autoptr(GPtrArray) kinds = g_ptr_array_new(), types = g_ptr_array_new();

	typed->kinds = g_ptr_array_new();
	copy(typed->had_kinds, kinds);
	copy(typed->had_types, types);
	for (guint i = 0; i < files->len; i++) {
		const char *kind = kind_of(typed->form, upload_field(typed->request->upload, i));

		g_ptr_array_add(typed->kinds, (gpointer)kind);
		if (kind == NULL)
			continue;
		g_ptr_array_add(kinds, (gpointer)kind);
		g_ptr_array_add(types, ((Attachment *)g_ptr_array_index(files, i))->type);
	}
	typed->problems = form_check(typed->form, typed->answers, kinds, types, found);
}

/* An HR form is about somebody of HR's own organisation: by mail a wrong name is looked at by a
 * person, here it can be said at once. */
static bool find_employee(Typed *typed, GError **error)
{
	const char *read = answers_get(typed->answers, "employee");
	const FormField *field = form_field(typed->form, "employee");

	if (read == NULL || field == NULL || strcmp(field->type->name, "person") != 0)
		return true;
	if (!people_hr_means(typed->request->portal->desk.store, typed->request->person, read,
			     &typed->employee, error))
		return false;
	if (typed->employee == NULL)
		typed->unknown_employee = g_strdup(read);
	return true;
}

bool typed_read(Typed *typed, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);

	typed->is_sent = true;
	read_fields(typed, found);
	check(typed, found);
	return find_employee(typed, error);
}

bool typed_is_right(const Typed *typed)
{
	bool later = strcmp(request_field(typed->request, "later"), "yes") == 0;

	for (guint i = 0; i < typed->problems->len; i++) {
		const Problem *problem = g_ptr_array_index(typed->problems, i);

		if (!later || strcmp(problem->code, "missing-document") != 0)
			return false;
	}
	return typed->unknown_employee == NULL && !typed->request->files_are_gone;
}

/* ---- as a mail ---- */

bool typed_asks_manager(const Request *request, const Form *form)
{
	g_autoptr(Person) manager = NULL;

	return form->manager != NULL && form_field(form, "employee") == NULL &&
	       people_approver_of(request->portal->desk.store, request->person, &manager, NULL) &&
	       manager == NULL;
}

TemplateFor typed_writer(const Request *request, const Form *form, char **ret_to)
{
	const Settings *settings = request->portal->desk.settings;
	const Person *person = request->person;
	const OrganisationSettings *organisation =
		settings_organisation(settings, person->organisation);

	*ret_to = address_with_detail(settings->address,
				      settings->sub_address != NULL ? settings->sub_address : "",
				      form->id);
	return (TemplateFor){ .to = *ret_to,
			      .asks_manager = typed_asks_manager(request, form),
			      .name = person->name,
			      .number = person->number,
			      .organisation = organisation != NULL ? localised(organisation->name,
									       request->language)
								   : NULL };
}

/* The template has a line for each kind of document: the names go there. */
static void write_names(const Typed *typed, GString *text)
{
	const GPtrArray *files = upload_files(typed->request->upload);

	for (guint i = 0; i < files->len; i++) {
		const char *kind = g_ptr_array_index(typed->kinds, i);
		const Attachment *file = g_ptr_array_index(files, i);
		const FormDocument *document =
			kind != NULL ? form_document(typed->form, kind) : NULL;
		g_autofree char *line = NULL;
		const char *place;

		if (document == NULL)
			continue;
		line = g_strdup_printf("\n%s%s: ", document->label[typed->request->language],
				       document->required ? " *" : "");
		place = strstr(text->str, line);
		if (place == NULL)
			continue;
		gssize at = place - text->str + (gssize)strlen(line);

		g_string_insert(text, at, file->name);
		if (text->str[at + (gssize)strlen(file->name)] != '\n')
			g_string_insert(text, at + (gssize)strlen(file->name), ", ");
	}
}

/* Lines "Label: value" of what was typed now, and "Kind: name" of the documents. */
static char *amendment_text(const Typed *typed)
{
	const GPtrArray *files = upload_files(typed->request->upload);
	GString *text = g_string_new(NULL);
	Language language = typed->request->language;

	for (guint i = 0; i < typed->fresh->len; i++) {
		const Answer *answer = g_ptr_array_index(typed->fresh, i);
		const FormField *field = form_field(typed->form, answer->field);
		g_autofree char *value = answer_text(typed->form, answer->field, answer->value,
						     typed->request->portal->desk.texts, language);

		g_string_append_printf(text, "%s: %s\n", field->label[language], value);
	}
	for (guint i = 0; i < files->len; i++) {
		const char *kind = g_ptr_array_index(typed->kinds, i);

		if (kind != NULL)
			g_string_append_printf(text, "%s: %s\n",
					       form_document(typed->form, kind)->label[language],
					       ((Attachment *)g_ptr_array_index(files, i))->name);
	}
	return g_string_free(text, FALSE);
}

char *typed_text(const Typed *typed)
{
	g_autofree char *to = NULL, *template = NULL;
	TemplateFor writer;
	GString *text;

	if (typed->only != NULL)
		return amendment_text(typed);
	writer = typed_writer(typed->request, typed->form, &to);
	writer.answers = typed->answers;
	template = form_template_text(typed->form, typed->request->portal->desk.texts,
				      typed->request->language, &writer);
	text = g_string_new(template);
	write_names(typed, text);
	return g_string_free(text, FALSE);
}
