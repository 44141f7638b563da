/* form_read.c - one definition read from YAML; docs/forms.md describes the file. */
#include "forms/form.h"

#include <string.h>

#include "forms/form_labels.h"
#include "forms/form_parts.h"
#include "forms/form_pattern.h"
#include "forms/form_words.h"

static const struct {
	const char *name;
	FormRoles role;
} roles[] = {
	{ "employee", ROLE_EMPLOYEE },
	{ "manager", ROLE_MANAGER },
	{ "hr", ROLE_HR },
	{ "dossier-manager", ROLE_DOSSIER_MANAGER },
	{ "admin", ROLE_ADMIN },
};

static bool read_role(const Schema *schema, const YamlNode *node, guint *ret_roles)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (node->kind == YAML_SCALAR && strcmp(roles[i].name, node->text) == 0) {
			*ret_roles |= roles[i].role;
			return true;
		}
	return schema_fail(
		schema, node,
		"a role is expected here: employee, manager, hr, dossier-manager or admin");
}

static bool read_roles(const Schema *schema, const YamlNode *node, void *place)
{
	guint *found = place;

	if (!schema_is_list(schema, node, "roles"))
		return false;
	*found = 0;
	for (guint i = 0; i < node->items->len; i++)
		if (!read_role(schema, g_ptr_array_index(node->items, i), found))
			return false;
	return *found != 0 || schema_fail(schema, node, "one role at least is expected here");
}

static bool take_pattern(const Schema *schema, const YamlNode *word, Language language, void *user)
{
	g_autofree char *source = NULL, *what = NULL;
	gsize offset;

	if (!schema_text(schema, word, &source))
		return false;
	FormPattern *pattern = form_pattern_new(source, language, &what, &offset);

	if (pattern == NULL)
		return schema_fail(schema, word, "the pattern \"%s\" is wrong at its byte %zu: %s",
				   source, offset, what);
	g_ptr_array_add(user, pattern);
	return true;
}

static bool read_match(const Schema *schema, const YamlNode *node, void *place)
{
	if (node->kind != YAML_MAP)
		return schema_fail(
			schema, node,
			"lists of patterns by language are expected here: {nl: [...], ...}");
	for (guint i = 0; i < node->keys->len; i++) {
		const YamlNode *key = g_ptr_array_index(node->keys, i);

		if (language_of_code(key->text) == LANGUAGE_NONE)
			return schema_fail(
				schema, key,
				"\"%s\" is no language of the desk: expected nl, fr, de, en",
				key->text);
		if (!schema_is_list(schema, g_ptr_array_index(node->items, i), "patterns"))
			return false;
	}
	return schema_words(schema, node, take_pattern, *(GPtrArray **)place);
}

static bool read_term(const Schema *schema, const YamlNode *node, void *place)
{
	guint64 days;

	if (node->kind != YAML_SCALAR ||
	    !g_ascii_string_to_unsigned(node->text, 10, 1, 366, &days, NULL))
		return schema_fail(schema, node,
				   "expected a number of working days, from 1 to 366");
	*(guint *)place = (guint)days;
	return true;
}

static bool read_levels(const Schema *schema, const YamlNode *node, void *place)
{
	guint64 levels;

	if (node->kind != YAML_SCALAR ||
	    !g_ascii_string_to_unsigned(node->text, 10, 1, 5, &levels, NULL))
		return schema_fail(schema, node,
				   "expected a number of superiors who approve, from 1 to 5");
	*(guint *)place = (guint)levels;
	return true;
}

static const SchemaKey form_keys[] = {
	{ "id", schema_id, G_STRUCT_OFFSET(Form, id), true },
	{ "category", schema_id, G_STRUCT_OFFSET(Form, category), true },
	{ "title", schema_localised, G_STRUCT_OFFSET(Form, title), true },
	{ "summary", schema_localised, G_STRUCT_OFFSET(Form, summary), false },
	{ "intro", schema_localised, G_STRUCT_OFFSET(Form, intro), false },
	{ "aliases", schema_aliases, G_STRUCT_OFFSET(Form, aliases), false },
	{ "roles", read_roles, G_STRUCT_OFFSET(Form, roles), false },
	{ "team", schema_id, G_STRUCT_OFFSET(Form, team), false },
	{ "approval", schema_yes_no, G_STRUCT_OFFSET(Form, approval), false },
	{ "levels", read_levels, G_STRUCT_OFFSET(Form, levels), false },
	{ "term", read_term, G_STRUCT_OFFSET(Form, term), false },
	{ "elsewhere", schema_id, G_STRUCT_OFFSET(Form, elsewhere), false },
	{ "explanation", schema_localised, G_STRUCT_OFFSET(Form, explanation), false },
	{ "fields", form_read_fields, G_STRUCT_OFFSET(Form, fields), false },
	{ "documents", form_read_documents, G_STRUCT_OFFSET(Form, documents), false },
	{ "match", read_match, G_STRUCT_OFFSET(Form, patterns), false },
	{ 0 },
};

static void name_free(void *data)
{
	FormName *name = data;

	g_free(name->text);
	g_free(name);
}

static Form *form_new(const char *path)
{
	Form *form = g_new0(Form, 1);

	form->path = g_strdup(path);
	form->levels = 1;
	form->roles = ROLE_EMPLOYEE | ROLE_MANAGER | ROLE_HR;
	form->fields = g_ptr_array_new_with_free_func((GDestroyNotify)form_field_free);
	form->documents = g_ptr_array_new_with_free_func((GDestroyNotify)form_document_free);
	form->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)form_pattern_free);
	form->aliases = g_ptr_array_new_with_free_func(g_free);
	form->names = g_ptr_array_new_with_free_func(name_free);
	form->labels = form_labels_new();
	return form;
}

void form_free(Form *form)
{
	if (form == NULL)
		return;
	g_free(form->path);
	g_free(form->id);
	g_free(form->category);
	g_free(form->team);
	g_free(form->elsewhere);
	form_text_clear(form->title);
	form_text_clear(form->summary);
	form_text_clear(form->intro);
	form_text_clear(form->explanation);
	g_ptr_array_unref(form->fields);
	g_clear_pointer(&form->manager, form_field_free);
	g_ptr_array_unref(form->documents);
	g_ptr_array_unref(form->patterns);
	g_ptr_array_unref(form->aliases);
	g_ptr_array_unref(form->names);
	form_labels_free(form->labels);
	g_free(form);
}

static bool take_name(const Schema *schema, const YamlNode *word, Language language, void *user)
{
	FormName *name = g_new0(FormName, 1);

	*name = (FormName){ g_strdup(word->text), language, word->line, word->column };
	g_ptr_array_add(user, name);
	return true;
}

typedef struct LabelOwner {
	const Form *form;
	LabelKind kind;
	const void *of;
	const char *name; /* for messages */
} LabelOwner;

static bool take_label(const Schema *schema, const YamlNode *word, Language language, void *user)
{
	const LabelOwner *owner = user;

	if (!form_labels_add(owner->form->labels, word->text, owner->kind, owner->of, language))
		return schema_fail(
			schema, word,
			"the label \"%s\" of %s already means something else in this form",
			word->text, owner->name);
	return true;
}

static bool read_labels(const Schema *schema, const YamlNode *root, const Form *form)
{
	const YamlNode *fields = yaml_get(root, "fields"), *documents = yaml_get(root, "documents");

	for (guint i = 0; fields != NULL && i < fields->items->len; i++) {
		const FormField *field = g_ptr_array_index(form->fields, i);
		const YamlNode *node = g_ptr_array_index(fields->items, i);
		LabelOwner owner = { form, LABEL_FIELD, field, field->id };

		if (!schema_words(schema, yaml_get(node, "label"), take_label, &owner) ||
		    !schema_words(schema, yaml_get(node, "aliases"), take_label, &owner))
			return false;
	}
	for (guint i = 0; documents != NULL && i < documents->items->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);
		const YamlNode *node = g_ptr_array_index(documents->items, i);
		LabelOwner owner = { form, LABEL_DOCUMENT, document, document->kind };

		if (!take_label(schema, yaml_get(node, "kind"), LANGUAGE_NONE, &owner) ||
		    !schema_words(schema, yaml_get(node, "label"), take_label, &owner))
			return false;
	}
	return true;
}

/* The hints of a field, and the list of its choices that a template shows as one. */
static void add_hints(const Form *form, const FormField *field)
{
	for (int l = 0; l < LANGUAGES; l++) {
		g_autoptr(GString) all = g_string_new(NULL);

		if (field->hint[l] != NULL)
			form_labels_add_hint(form->labels, field->hint[l]);
		for (guint i = 0; i < field->choices->len; i++)
			g_string_append(all,
					((const FormChoice *)g_ptr_array_index(field->choices, i))
						->label[l]);
		if (all->len > 0)
			form_labels_add_hint(form->labels, all->str);
	}
}

/* Who approves: an optional field of each form that needs it.  A label of the form's own that is
 * the same means what the form says. */
static void add_manager(Form *form)
{
	form->manager = form_manager_field();
	for (int l = 0; l < LANGUAGES; l++) {
		const FormWords *words = form_words(l);

		form_labels_add(form->labels, words->manager, LABEL_FIELD, form->manager, l);
		for (gsize i = 0; i < G_N_ELEMENTS(words->manager_aliases); i++)
			if (words->manager_aliases[i] != NULL)
				form_labels_add(form->labels, words->manager_aliases[i],
						LABEL_FIELD, form->manager, l);
	}
	add_hints(form, form->manager);
}

/* The field that every form has, and all that a template says besides its labels. */
static void add_own_words(Form *form)
{
	FormField *comment = form_comment_field();

	g_ptr_array_add(form->fields, comment);
	for (int l = 0; l < LANGUAGES; l++) {
		form_labels_add(form->labels, comment->label[l], LABEL_FIELD, comment, l);
		form_labels_add_own(form->labels, form->title[l]);
		if (form->intro[l] != NULL)
			form_labels_add_own(form->labels, form->intro[l]);
	}
	for (guint i = 0; i < form->fields->len; i++)
		add_hints(form, g_ptr_array_index(form->fields, i));
}

static bool check_whole(const Schema *schema, const YamlNode *root, Form *form)
{
	g_autofree char *base = g_path_get_basename(form->path);
	g_autofree char *expected = g_strdup_printf("%s.yaml", form->id);
	const YamlNode *category = yaml_get(root, "category");

	if (strcmp(base, expected) != 0)
		return schema_fail(schema, yaml_get(root, "id"),
				   "the form %s stands in %s: expected %s", form->id, base,
				   expected);
	if (form->elsewhere == NULL && form->team == NULL)
		return schema_fail(schema, root, "a form lacks \"team\"");
	if ((form->elsewhere == NULL) != (form->explanation[0] == NULL))
		return schema_fail(schema, root, "elsewhere and explanation belong together");
	form->category_line = category->line;
	form->category_column = category->column;
	take_name(schema, yaml_get(root, "id"), LANGUAGE_NONE, form->names);
	return schema_words(schema, yaml_get(root, "title"), take_name, form->names) &&
	       schema_words(schema, yaml_get(root, "aliases"), take_name, form->names) &&
	       form_check_relations(schema, root, form);
}

Form *form_read(const char *path, GError **error)
{
	g_autoptr(YamlNode) root = yaml_read_file(path, error);
	Schema schema = { path, error };

	if (root == NULL)
		return NULL;
	g_autoptr(Form) form = form_new(path);

	if (!schema_map(&schema, root, "a form", form_keys, form) ||
	    !check_whole(&schema, root, form))
		return NULL;
	add_own_words(form);
	if (!read_labels(&schema, root, form))
		return NULL;
	if (form->approval && form_field(form, "manager") == NULL)
		add_manager(form);
	return g_steal_pointer(&form);
}
