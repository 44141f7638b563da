/* forms.c - the set of all forms, in the order of the menu, and their names. */
#include "forms/form.h"

#include <string.h>

#include "common/error.h"
#include "common/text.h"
#include "common/yaml.h"
#include "forms/canned.h"
#include "forms/schema.h"

typedef struct FormNamed { /* what a folded name stands for */
	const Form *form;
	const FormName *name;
} FormNamed;

static void category_free(void *data)
{
	FormCategory *category = data;

	g_free(category->id);
	form_text_clear(category->title);
	g_free(category);
}

static Forms *forms_new(void)
{
	Forms *forms = g_new0(Forms, 1);

	forms->all = g_ptr_array_new_with_free_func((GDestroyNotify)form_free);
	forms->categories = g_ptr_array_new_with_free_func(category_free);
	forms->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	forms->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return forms;
}

void forms_free(Forms *forms)
{
	if (forms == NULL)
		return;
	g_hash_table_unref(forms->by_id);
	g_hash_table_unref(forms->by_name);
	g_ptr_array_unref(forms->all);
	g_ptr_array_unref(forms->categories);
	g_clear_pointer(&forms->canned, g_ptr_array_unref);
	g_free(forms);
}

static bool read_category(const Schema *schema, const YamlNode *node, Forms *forms)
{
	static const SchemaKey keys[] = {
		{ "id", schema_id, G_STRUCT_OFFSET(FormCategory, id), true },
		{ "title", schema_localised, G_STRUCT_OFFSET(FormCategory, title), true },
		{ 0 },
	};
	FormCategory *category = g_new0(FormCategory, 1);
	bool read = schema_map(schema, node, "a category", keys, category);
	FormCategory *known = read ? (FormCategory *)forms_category(forms, category->id) : NULL;

	if (known != NULL) { /* a desk's own title for it */
		for (int i = 0; i < LANGUAGES; i++) {
			g_free(known->title[i]);
			known->title[i] = g_steal_pointer(&category->title[i]);
		}
		category_free(category);
	} else {
		g_ptr_array_add(forms->categories, category);
	}
	return read;
}

static bool read_categories(Forms *forms, const char *folder, bool required, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "categories.yaml", NULL);

	if (!required && !g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	g_autoptr(YamlNode) root = yaml_read_file(path, error);
	Schema schema = { path, error };

	if (root == NULL || !schema_is_list(&schema, root, "categories"))
		return false;
	for (guint i = 0; i < root->items->len; i++)
		if (!read_category(&schema, g_ptr_array_index(root->items, i), forms))
			return false;
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The definitions in folder, sorted; NULL with the error. */
static GPtrArray *definition_paths(const char *folder, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
	const char *name;

	if (dir == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT,
			    "%s: the folder of forms cannot be read: %s", folder, why->message);
		return NULL;
	}
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	while ((name = g_dir_read_name(dir)) != NULL)
		if (g_str_has_suffix(name, ".yaml") && *name != '.' &&
		    strcmp(name, "categories.yaml") != 0)
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, by_text);
	return paths;
}

static bool read_folder(Forms *forms, const char *folder, GError **error)
{
	g_autoptr(GPtrArray) paths = definition_paths(folder, error);

	for (guint i = 0; paths != NULL && i < paths->len; i++) {
		Form *form = form_read(g_ptr_array_index(paths, i), error);

		if (form == NULL)
			return false;
		Form *replaced = g_hash_table_lookup(forms->by_id, form->id);

		g_hash_table_replace(forms->by_id, form->id, form);
		if (replaced != NULL)
			g_ptr_array_remove(forms->all, replaced);
		g_ptr_array_add(forms->all, form);
	}
	return paths != NULL;
}

static guint category_place(const Forms *forms, const char *id)
{
	guint i = 0;

	while (i < forms->categories->len &&
	       strcmp(((FormCategory *)forms->categories->pdata[i])->id, id) != 0)
		i++;
	return i;
}

/* By category, in each first what the desk itself takes, then by id. */
static int in_menu_order(const void *a, const void *b, void *user)
{
	const Form *one = *(Form *const *)a, *other = *(Form *const *)b;
	int places = (int)category_place(user, one->category) -
		     (int)category_place(user, other->category);
	int elsewhere = (one->elsewhere != NULL) - (other->elsewhere != NULL);

	return places != 0 ? places : elsewhere != 0 ? elsewhere : strcmp(one->id, other->id);
}

static bool name_wrong(const Form *form, const FormName *name, GError **error, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "%s:%u:%u: the name \"%s\" %s", form->path,
		    name->line, name->column, name->text, what);
	return false;
}

static bool index_name(Forms *forms, const Form *form, const FormName *name, GError **error)
{
	g_autofree char *folded = text_fold_tight(name->text);
	const FormNamed *known = g_hash_table_lookup(forms->by_name, folded);

	if (*folded == '\0')
		return name_wrong(form, name, error, "has no letter");
	if (known == NULL) {
		FormNamed *named = g_new0(FormNamed, 1);

		*named = (FormNamed){ form, name };
		g_hash_table_insert(forms->by_name, g_steal_pointer(&folded), named);
	} else if (known->form != form) {
		g_autofree char *what =
			g_strdup_printf("already means the form %s", known->form->id);

		return name_wrong(form, name, error, what);
	}
	return true;
}

static bool index_names(Forms *forms, GError **error)
{
	for (guint i = 0; i < forms->all->len; i++) {
		const Form *form = g_ptr_array_index(forms->all, i);

		if (forms_category(forms, form->category) == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
				    "%s:%u:%u: \"%s\" is no category of categories.yaml",
				    form->path, form->category_line, form->category_column,
				    form->category);
			return false;
		}
		for (guint n = 0; n < form->names->len; n++)
			if (!index_name(forms, form, g_ptr_array_index(form->names, n), error))
				return false;
	}
	return true;
}

Forms *forms_open(const char *folder, const char *extra, GError **error)
{
	g_autoptr(Forms) forms = forms_new();

	if (!read_categories(forms, folder, true, error) || !read_folder(forms, folder, error))
		return NULL;
	if (extra != NULL &&
	    (!read_categories(forms, extra, false, error) || !read_folder(forms, extra, error)))
		return NULL;
	forms->canned = canned_read(extra != NULL ? extra : folder, error);
	if (forms->canned == NULL)
		return NULL;
	g_ptr_array_sort_with_data(forms->all, in_menu_order, forms);
	return index_names(forms, error) ? g_steal_pointer(&forms) : NULL;
}

const Form *forms_find(const Forms *forms, const char *id)
{
	return g_hash_table_lookup(forms->by_id, id);
}

const FormField *form_field(const Form *form, const char *id)
{
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = g_ptr_array_index(form->fields, i);

		if (strcmp(field->id, id) == 0)
			return field;
	}
	return form->manager != NULL && strcmp(form->manager->id, id) == 0 ? form->manager : NULL;
}

const FormField *form_field_at(const Form *form, guint place)
{
	guint comment = form->fields->len - 1;

	if (form->manager != NULL && place == comment)
		return form->manager;
	if (form->manager != NULL && place > comment)
		place--;
	return place <= comment ? g_ptr_array_index(form->fields, place) : NULL;
}

const FormDocument *form_document(const Form *form, const char *kind)
{
	for (guint i = 0; i < form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);

		if (strcmp(document->kind, kind) == 0)
			return document;
	}
	return NULL;
}

const FormCategory *forms_category(const Forms *forms, const char *id)
{
	guint place = category_place(forms, id);

	return place < forms->categories->len ? g_ptr_array_index(forms->categories, place) : NULL;
}

const Form *forms_by_name(const Forms *forms, const char *text, Language *ret_language)
{
	g_autofree char *folded = strlen(text) > 1000 ? NULL : text_fold_tight(text);
	const FormNamed *named = folded ? g_hash_table_lookup(forms->by_name, folded) : NULL;

	if (named != NULL && ret_language != NULL)
		*ret_language = named->name->language;
	return named ? named->form : NULL;
}

const FormCategory *forms_category_by_name(const Forms *forms, const char *text,
					   Language *ret_language)
{
	g_autofree char *folded = strlen(text) > 1000 ? g_strdup("") : text_fold_tight(text);

	for (guint i = 0; i < forms->categories->len; i++) {
		const FormCategory *category = g_ptr_array_index(forms->categories, i);

		for (int l = -1; l < LANGUAGES; l++) {
			g_autofree char *name =
				text_fold_tight(l < 0 ? category->id : category->title[l]);

			if (strcmp(name, folded) != 0)
				continue;
			if (ret_language != NULL)
				*ret_language = l;
			return category;
		}
	}
	return NULL;
}
