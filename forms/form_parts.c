/* form_parts.c - reading the parts of a definition: its fields and its documents. */
#include "forms/form_parts.h"

#include <string.h>

#include "forms/field_type.h"
#include "forms/form_words.h"

static void choice_free(void *data)
{
	FormChoice *choice = data;

	g_free(choice->id);
	form_text_clear(choice->label);
	g_ptr_array_unref(choice->aliases);
	g_free(choice);
}

void form_field_free(FormField *field)
{
	g_free(field->id);
	g_free(field->required_if.field);
	g_free(field->required_if.is);
	form_text_clear(field->label);
	form_text_clear(field->hint);
	g_ptr_array_unref(field->aliases);
	g_ptr_array_unref(field->choices);
	g_free(field->min);
	g_free(field->max);
	g_free(field->not_before);
	g_free(field);
}

void form_document_free(FormDocument *document)
{
	g_free(document->kind);
	form_text_clear(document->label);
	g_free(document->required_if.field);
	g_free(document->required_if.is);
	g_strfreev(document->types);
	g_free(document);
}

static FormField *field_new(void)
{
	FormField *field = g_new0(FormField, 1);

	field->aliases = g_ptr_array_new_with_free_func(g_free);
	field->choices = g_ptr_array_new_with_free_func(choice_free);
	return field;
}

FormField *form_comment_field(void)
{
	FormField *field = field_new();

	field->id = g_strdup("comment");
	field->type = field_type_find("lines");
	for (int i = 0; i < LANGUAGES; i++) {
		field->label[i] = g_strdup(form_words(i)->comment);
		field->hint[i] = g_strdup(form_words(i)->comment_hint);
	}
	return field;
}

FormField *form_manager_field(void)
{
	FormField *field = field_new();

	field->id = g_strdup("manager");
	field->type = field_type_find("text");
	for (int i = 0; i < LANGUAGES; i++) {
		field->label[i] = g_strdup(form_words(i)->manager);
		field->hint[i] = g_strdup(form_words(i)->manager_hint);
	}
	return field;
}

static bool read_type(const Schema *schema, const YamlNode *node, void *place)
{
	const FieldType *type = node->kind == YAML_SCALAR ? field_type_find(node->text) : NULL;
	g_autofree char *names = field_type_names();

	if (type == NULL)
		return schema_fail(schema, node, "%s%s%s is no type of field: expected one of %s",
				   node->kind == YAML_SCALAR ? "\"" : "",
				   node->kind == YAML_SCALAR ? node->text : "this",
				   node->kind == YAML_SCALAR ? "\"" : "", names);
	*(const FieldType **)place = type;
	return true;
}

static bool read_condition(const Schema *schema, const YamlNode *node, void *place)
{
	static const SchemaKey keys[] = {
		{ "field", schema_id, G_STRUCT_OFFSET(FormCondition, field), true },
		{ "is", schema_text, G_STRUCT_OFFSET(FormCondition, is), true },
		{ 0 },
	};

	return schema_map(schema, node, "required-if", keys, place);
}

static bool read_choice(const Schema *schema, const YamlNode *node, FormField *field)
{
	static const SchemaKey keys[] = {
		{ "id", schema_id, G_STRUCT_OFFSET(FormChoice, id), true },
		{ "label", schema_localised, G_STRUCT_OFFSET(FormChoice, label), true },
		{ "aliases", schema_aliases, G_STRUCT_OFFSET(FormChoice, aliases), false },
		{ 0 },
	};
	FormChoice *choice = g_new0(FormChoice, 1);

	choice->aliases = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(field->choices, choice);
	if (!schema_map(schema, node, "a choice", keys, choice))
		return false;
	for (guint i = 0; i + 1 < field->choices->len; i++) {
		const FormChoice *other = g_ptr_array_index(field->choices, i);

		if (strcmp(other->id, choice->id) == 0)
			return schema_fail(schema, yaml_get(node, "id"),
					   "the choice %s stands twice", choice->id);
	}
	return true;
}

static bool read_choices(const Schema *schema, const YamlNode *node, void *place)
{
	FormField *field = (FormField *)((char *)place - G_STRUCT_OFFSET(FormField, choices));

	if (!schema_is_list(schema, node, "choices"))
		return false;
	for (guint i = 0; i < node->items->len; i++)
		if (!read_choice(schema, g_ptr_array_index(node->items, i), field))
			return false;
	return true;
}

static bool check_required(const Schema *schema, const YamlNode *node)
{
	if (yaml_get(node, "required") != NULL && yaml_get(node, "required-if") != NULL)
		return schema_fail(schema, yaml_get(node, "required-if"),
				   "required-if stands instead of required, not beside it");
	return true;
}

/* Each spelling of a choice means one choice. */
static bool check_choices(const Schema *schema, const YamlNode *node, const FormField *field)
{
	const YamlNode *list = yaml_get(node, "choices");
	bool wanted = strcmp(field->type->name, "choice") == 0;

	if (wanted && field->choices->len < 2)
		return schema_fail(schema, list ? list : node,
				   "the field %s is a choice and needs two choices or more",
				   field->id);
	if (!wanted && list != NULL)
		return schema_fail(schema, list,
				   "the field %s is of type %s: only a choice has choices",
				   field->id, field->type->name);
	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		for (int l = 0; l < LANGUAGES; l++) {
			g_autofree char *plain = NULL;
			const char *code = field->type->read(field, choice->label[l], &plain);

			if (code != NULL || strcmp(plain, choice->id) != 0)
				return schema_fail(schema, g_ptr_array_index(list->items, i),
						   "the label \"%s\" already means the choice %s",
						   choice->label[l], plain ? plain : "of nothing");
		}
	}
	return true;
}

static bool check_limits(const Schema *schema, const YamlNode *node, const FormField *field)
{
	const char *const names[] = { "min", "max" };

	for (guint i = 0; i < 2; i++) {
		const YamlNode *limit = yaml_get(node, names[i]);

		if (limit != NULL && !field_type_accepts_limit(field->type, limit->text))
			return schema_fail(
				schema, limit,
				"%s: \"%s\" is no limit for a field of type %s, in its plain form",
				names[i], limit->text, field->type->name);
	}
	return true;
}

static bool read_field(const Schema *schema, const YamlNode *node, GPtrArray *fields)
{
	static const SchemaKey keys[] = {
		{ "id", schema_id, G_STRUCT_OFFSET(FormField, id), true },
		{ "type", read_type, G_STRUCT_OFFSET(FormField, type), true },
		{ "required", schema_yes_no, G_STRUCT_OFFSET(FormField, required), false },
		{ "required-if", read_condition, G_STRUCT_OFFSET(FormField, required_if), false },
		{ "label", schema_localised, G_STRUCT_OFFSET(FormField, label), true },
		{ "hint", schema_localised, G_STRUCT_OFFSET(FormField, hint), false },
		{ "aliases", schema_aliases, G_STRUCT_OFFSET(FormField, aliases), false },
		{ "choices", read_choices, G_STRUCT_OFFSET(FormField, choices), false },
		{ "min", schema_text, G_STRUCT_OFFSET(FormField, min), false },
		{ "max", schema_text, G_STRUCT_OFFSET(FormField, max), false },
		{ "not-before", schema_id, G_STRUCT_OFFSET(FormField, not_before), false },
		{ 0 },
	};
	FormField *field = field_new();

	g_ptr_array_add(fields, field);
	if (!schema_map(schema, node, "a field", keys, field))
		return false;
	if (strcmp(field->id, "comment") == 0)
		return schema_fail(schema, yaml_get(node, "id"),
				   "every form has the field comment by itself");
	for (guint i = 0; i + 1 < fields->len; i++)
		if (strcmp(((const FormField *)g_ptr_array_index(fields, i))->id, field->id) == 0)
			return schema_fail(schema, yaml_get(node, "id"),
					   "the field %s stands twice", field->id);
	return check_required(schema, node) && check_choices(schema, node, field) &&
	       check_limits(schema, node, field);
}

bool form_read_fields(const Schema *schema, const YamlNode *node, void *place)
{
	GPtrArray **fields = place;

	if (!schema_is_list(schema, node, "fields"))
		return false;
	for (guint i = 0; i < node->items->len; i++)
		if (!read_field(schema, g_ptr_array_index(node->items, i), *fields))
			return false;
	return true;
}

/* Names of kinds of files, and the media types that files of the kind are found to have. */
static const struct {
	const char *name, *types[6];
} file_types[] = {
	{ "pdf", { "application/pdf" } },
	{ "jpeg", { "image/jpeg" } },
	{ "png", { "image/png" } },
	{ "heic", { "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence" } },
	{ "tiff", { "image/tiff" } },
	{ "docx", { "application/vnd.openxmlformats-officedocument.wordprocessingml.document" } },
	{ "doc",
	  { "application/msword", "application/x-ole-storage", "application/CDFV2",
	    "application/rtf", "text/rtf" } },
	{ "odt", { "application/vnd.oasis.opendocument.text" } },
	/* those below only where a form names them */
	{ "webp", { "image/webp" } },
	{ "gif", { "image/gif" } },
	{ "txt", { "text/plain" } },
	{ "xlsx", { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" } },
	{ "ods", { "application/vnd.oasis.opendocument.spreadsheet" } },
	{ "csv", { "text/csv", "text/plain", "application/csv" } },
	{ "zip", { "application/zip" } },
};

#define STANDARD_TYPES 8

static void add_types(GPtrArray *types, guint index)
{
	for (const char *const *type = file_types[index].types; *type != NULL; type++)
		g_ptr_array_add(types, g_strdup(*type));
}

static bool add_types_of(const Schema *schema, const YamlNode *node, GPtrArray *types)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(file_types); i++) {
		if (node->kind == YAML_SCALAR && strcmp(file_types[i].name, node->text) == 0) {
			add_types(types, i);
			return true;
		}
		g_string_append_printf(names, " %s", file_types[i].name);
	}
	return schema_fail(schema, node, "\"%s\" is no type of file: expected some of%s",
			   node->kind == YAML_SCALAR ? node->text : "", names->str);
}

static bool read_types(const Schema *schema, const YamlNode *node, void *place)
{
	g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func(g_free);

	if (!schema_is_list(schema, node, "types"))
		return false;
	for (guint i = 0; i < node->items->len; i++)
		if (!add_types_of(schema, g_ptr_array_index(node->items, i), types))
			return false;
	g_ptr_array_add(types, NULL);
	*(char ***)place = (char **)g_ptr_array_steal(types, NULL);
	return true;
}

static bool read_document(const Schema *schema, const YamlNode *node, GPtrArray *documents)
{
	static const SchemaKey keys[] = {
		{ "kind", schema_text, G_STRUCT_OFFSET(FormDocument, kind), true },
		{ "label", schema_localised, G_STRUCT_OFFSET(FormDocument, label), true },
		{ "required", schema_yes_no, G_STRUCT_OFFSET(FormDocument, required), false },
		{ "required-if", read_condition, G_STRUCT_OFFSET(FormDocument, required_if),
		  false },
		{ "types", read_types, G_STRUCT_OFFSET(FormDocument, types), false },
		{ 0 },
	};
	FormDocument *document = g_new0(FormDocument, 1);

	g_ptr_array_add(documents, document);
	if (!schema_map(schema, node, "a document", keys, document) ||
	    !check_required(schema, node))
		return false;
	for (guint i = 0; i + 1 < documents->len; i++)
		if (strcmp(((const FormDocument *)g_ptr_array_index(documents, i))->kind,
			   document->kind) == 0)
			return schema_fail(schema, yaml_get(node, "kind"),
					   "the document \"%s\" stands twice", document->kind);
	if (document->types == NULL) {
		g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func(g_free);

		for (guint i = 0; i < STANDARD_TYPES; i++)
			add_types(types, i);
		g_ptr_array_add(types, NULL);
		document->types = (char **)g_ptr_array_steal(types, NULL);
	}
	return true;
}

bool form_read_documents(const Schema *schema, const YamlNode *node, void *place)
{
	GPtrArray **documents = place;

	if (!schema_is_list(schema, node, "documents"))
		return false;
	for (guint i = 0; i < node->items->len; i++)
		if (!read_document(schema, g_ptr_array_index(node->items, i), *documents))
			return false;
	return true;
}

static bool check_condition(const Schema *schema, const YamlNode *node, const Form *form)
{
	const YamlNode *condition = yaml_get(node, "required-if");
	g_autofree char *plain = NULL;

	if (condition == NULL)
		return true;
	const YamlNode *of = yaml_get(condition, "field"), *is = yaml_get(condition, "is");
	const FormField *field = form_field(form, of->text);

	if (field == NULL)
		return schema_fail(schema, of, "\"%s\" is no field of this form", of->text);
	if (field_read(field, is->text, &plain) != NULL || strcmp(plain, is->text) != 0)
		return schema_fail(schema, is, "\"%s\" is no plain value of the field %s", is->text,
				   field->id);
	return true;
}

static bool check_not_before(const Schema *schema, const YamlNode *node, const Form *form)
{
	const YamlNode *relation = yaml_get(node, "not-before");
	const FormField *field = relation ? form_field(form, yaml_get(node, "id")->text) : NULL;

	if (field == NULL)
		return true;
	const FormField *other = form_field(form, relation->text);

	if (other == NULL || other == field)
		return schema_fail(schema, relation, "\"%s\" is no other field of this form",
				   relation->text);
	if (other->type != field->type || field->type->order != ORDER_TEXT)
		return schema_fail(
			schema, relation,
			"not-before holds two dates together: %s is of type %s, %s of type %s",
			field->id, field->type->name, other->id, other->type->name);
	return true;
}

bool form_check_relations(const Schema *schema, const YamlNode *root, const Form *form)
{
	const YamlNode *parts[] = { yaml_get(root, "fields"), yaml_get(root, "documents") };

	for (guint p = 0; p < 2; p++)
		for (guint i = 0; parts[p] != NULL && i < parts[p]->items->len; i++) {
			const YamlNode *node = g_ptr_array_index(parts[p]->items, i);

			if (!check_condition(schema, node, form) ||
			    (p == 0 && !check_not_before(schema, node, form)))
				return false;
		}
	return true;
}
