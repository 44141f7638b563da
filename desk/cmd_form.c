/* cmd_form.c - `persocontact form`: the forms, their templates, and whether a definition is right.
 */
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/error.h"
#include "desk/desk.h"
#include "forms/field_type.h"
#include "forms/form_write.h"

typedef struct FormDesk { /* what the subcommands work with */
	Settings *settings;
	Forms *forms;
	bool json;
	int status;
} FormDesk;

typedef struct FormCommand {
	const char *name;
	int (*run)(FormDesk *desk, int argc, char **argv);
	const char *usage, *summary;
	bool needs_forms;
} FormCommand;

static void form_desk_clear(FormDesk *desk)
{
	settings_free(desk->settings);
	forms_free(desk->forms);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FormDesk, form_desk_clear)

static json_t *text_json(FormText const text)
{
	json_t *json = json_object();

	for (int i = 0; i < LANGUAGES; i++)
		if (text[i] != NULL)
			json_object_set_new(json, language_code(i), json_string(text[i]));
	return json;
}

static json_t *roles_json(guint roles)
{
	static const char *const names[] = { "employee", "manager", "hr", "dossier-manager",
					     "admin" };
	json_t *json = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (roles & (1u << i))
			json_array_append_new(json, json_string(names[i]));
	return json;
}

static json_t *condition_json(const FormCondition *condition)
{
	if (condition->field == NULL)
		return json_null();
	return json_pack("{s:s, s:s}", "field", condition->field, "is", condition->is);
}

/* To those who fill it in, several lines are text too: one word for both. */
static const char *shown_type(const FormField *field)
{
	return strcmp(field->type->name, "lines") == 0 ? "text" : field->type->name;
}

static json_t *field_json(const FormField *field)
{
	json_t *choices = json_array();

	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		json_array_append_new(choices, json_pack("{s:s, s:o}", "id", choice->id, "label",
							 text_json(choice->label)));
	}
	return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:s?, s:s?, s:s?}", "id", field->id,
			 "type", shown_type(field), "required", field->required, "required_if",
			 condition_json(&field->required_if), "label", text_json(field->label),
			 "hint", text_json(field->hint), "choices", choices, "min", field->min,
			 "max", field->max, "not_before", field->not_before);
}

static json_t *document_json(const FormDocument *document)
{
	json_t *types = json_array();

	for (char **type = document->types; *type != NULL; type++)
		json_array_append_new(types, json_string(*type));
	return json_pack("{s:s, s:o, s:b, s:o, s:o}", "kind", document->kind, "label",
			 text_json(document->label), "required", document->required, "required_if",
			 condition_json(&document->required_if), "types", types);
}

/* The form as `form list` gives it. */
static json_t *form_json(const Form *form)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:s?, s:o, s:b, s:s?}", "id", form->id, "category",
			 form->category, "title", text_json(form->title), "summary",
			 text_json(form->summary), "team", form->team, "roles",
			 roles_json(form->roles), "approval", form->approval, "elsewhere",
			 form->elsewhere);
}

static int form_list(FormDesk *desk, int argc, char **argv)
{
	static const char *const headings[] = { "FORM", "CATEGORY", "TITLE", NULL };
	Language language = desk->settings->language;
	json_t *list = json_array();
	Table *table = desk->json ? NULL : table_new(headings);

	if (argc > 1) {
		json_decref(list);
		return desk_usage(argv[0], "\"%s\" is one word too many", argv[1]);
	}
	for (guint i = 0; i < desk->forms->all->len; i++) {
		const Form *form = g_ptr_array_index(desk->forms->all, i);

		if (desk->json)
			json_array_append_new(list, form_json(form));
		else
			table_row(table, form->id, form->category, form->title[language], NULL);
	}
	if (desk->json)
		return desk_print_json(list);
	json_decref(list);
	table_print(table);
	return 0;
}

/* The form that argv names, alone; else NULL and the status. */
static const Form *form_of_argument(FormDesk *desk, int argc, char **argv)
{
	const Form *form = argc == 2 ? forms_find(desk->forms, argv[1]) : NULL;

	if (argc != 2) {
		desk->status = desk_usage(argv[0],
					  argc < 2 ? "which form? `persocontact form list` has them"
						   : "one form is expected");
	} else if (form == NULL) {
		fprintf(stderr,
			"persocontact: there is no form \"%s\": `persocontact form list` has them\n",
			argv[1]);
		desk->status = DESK_ERROR_DATA;
	}
	return form;
}

static void print_form(const Form *form, Language language)
{
	static const char *const fields[] = { "FIELD", "TYPE", "REQUIRED", "LABEL", NULL };
	static const char *const documents[] = { "DOCUMENT", "REQUIRED", "LABEL", NULL };
	Table *table = table_new(fields);

	printf("%s%s%s (%s)\n", desk_bold(true), form->title[language], desk_bold(false), form->id);
	printf("category %s, %s %s%s\n\n", form->category,
	       form->elsewhere ? "asked elsewhere:" : "team",
	       form->elsewhere ? form->elsewhere : form->team,
	       form->approval ? ", needs approval" : "");
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = g_ptr_array_index(form->fields, i);

		table_row(table, field->id, field->type->name,
			  field->required            ? "yes"
			  : field->required_if.field ? "if"
						     : "",
			  field->label[language], NULL);
	}
	table_print(table);
	if (form->documents->len == 0)
		return;
	puts("");
	table = table_new(documents);
	for (guint i = 0; i < form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);

		table_row(table, document->kind,
			  document->required            ? "yes"
			  : document->required_if.field ? "if"
							: "",
			  document->label[language], NULL);
	}
	table_print(table);
}

static int form_show(FormDesk *desk, int argc, char **argv)
{
	const Form *form = form_of_argument(desk, argc, argv);

	if (form == NULL)
		return desk->status;
	if (!desk->json) {
		print_form(form, desk->settings->language);
		return 0;
	}
	json_t *json = form_json(form), *fields = json_array(), *documents = json_array();

	for (guint i = 0; i < form->fields->len; i++)
		json_array_append_new(fields, field_json(g_ptr_array_index(form->fields, i)));
	for (guint i = 0; i < form->documents->len; i++)
		json_array_append_new(documents,
				      document_json(g_ptr_array_index(form->documents, i)));
	if (form->manager != NULL)
		json_object_set_new(json, "manager", field_json(form->manager));
	json_object_set_new(json, "intro", text_json(form->intro));
	json_object_set_new(json, "explanation", text_json(form->explanation));
	json_object_set_new(json, "fields", fields);
	json_object_set_new(json, "documents", documents);
	return desk_print_json(json);
}

/* The address of a form: "desk+absence-parental@..."; "" without a configuration. */
static char *form_address(const Settings *settings, const Form *form)
{
	if (settings->address == NULL || *settings->address == '\0')
		return g_strdup("");
	return address_with_detail(settings->address,
				   settings->sub_address ? settings->sub_address : "", form->id);
}

static int form_template(FormDesk *desk, int argc, char **argv)
{
	g_autofree char *code = NULL, *as = NULL, *text = NULL;
	const GOptionEntry entries[] = {
		{ "language", 'l', 0, G_OPTION_ARG_STRING, &code,
		  "nl, fr, de or en; default: the desk's", "L" },
		{ "as", 'a', 0, G_OPTION_ARG_STRING, &as, "text, eml or mailto; default: text",
		  "HOW" },
		G_OPTION_ENTRY_NULL,
	};

	if (!desk_options(&argc, &argv, entries,
			  "form template ID [--language L] [--as text|eml|mailto]",
			  "The empty template of a form, as a mail's text, a draft or a URL.",
			  &desk->status))
		return desk->status;
	Language language = code ? language_of_code(code) : desk->settings->language;
	const Form *form = form_of_argument(desk, argc, argv);

	if (form == NULL)
		return desk->status;
	if (language == LANGUAGE_NONE)
		return desk_usage(argv[0], "--language %s: expected nl, fr, de or en", code);
	g_autoptr(Texts) texts = desk_texts(&desk->status);
	g_autofree char *to = form_address(desk->settings, form);
	TemplateFor writer = { .to = to };

	if (texts == NULL)
		return desk->status;
	if (as == NULL || strcmp(as, "text") == 0)
		text = form_template_text(form, texts, language, &writer);
	else if (strcmp(as, "eml") == 0)
		text = form_template_eml(form, texts, language, &writer, desk_now());
	else if (strcmp(as, "mailto") == 0)
		text = form_template_mailto(form, texts, language, &writer);
	else
		return desk_usage(argv[0], "--as %s: expected text, eml or mailto", as);
	printf("%s%s", text, g_str_has_suffix(text, "\n") ? "" : "\n");
	return 0;
}

static int check_file(const char *path, bool json, json_t *list)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Form) form = form_read(path, &error);

	if (json)
		json_array_append_new(list, json_pack("{s:s, s:b, s:s?}", "file", path, "ok",
						      form != NULL, "error",
						      error ? error->message : NULL));
	else if (form != NULL)
		printf("%s: %s is right\n", path, form->id);
	return form != NULL ? 0 : json ? desk_error_status(error) : desk_fail(error);
}

/* Each file is looked at; the status is that of the first that is wrong. */
static int form_check_files(FormDesk *desk, int argc, char **argv)
{
	json_t *list = json_array();
	int status = 0;

	if (argc < 2) {
		json_decref(list);
		return desk_usage(argv[0], "which file?");
	}
	for (int i = 1; i < argc; i++) {
		int one = check_file(argv[i], desk->json, list);

		status = status != 0 ? status : one;
	}
	if (desk->json)
		desk_print_json(list);
	else
		json_decref(list);
	return status;
}

static const FormCommand commands[] = {
	{ "list", form_list, "form list", "All forms of this desk.", true },
	{ "show", form_show, "form show ID", "One form: its fields and its documents.", true },
	{ "template", form_template, "form template ID [--language L] [--as text|eml|mailto]", NULL,
	  true },
	{ "check", form_check_files, "form check FILE...",
	  "Whether definitions are right; else file, line and column.", false },
};

static int run(const FormCommand *command, int argc, char **argv, const DeskContext *context)
{
	g_auto(FormDesk) desk = { .json = context->json };

	/* template has options of its own; the others have --help alone */
	if (command->summary != NULL &&
	    !desk_options(&argc, &argv, NULL, command->usage, command->summary, &desk.status))
		return desk.status;
	if (!command->needs_forms)
		return command->run(&desk, argc, argv);
	desk.settings = desk_has_configuration(context) ? desk_settings(context, &desk.status)
							: settings_defaults();
	desk.forms = desk.settings ? desk_forms(desk.settings, &desk.status) : NULL;
	return desk.forms != NULL ? command->run(&desk, argc, argv) : desk.status;
}

int cmd_form(int argc, char **argv, const DeskContext *context)
{
	static const char usage[] = "form list | show ID | template ID | check FILE...";

	for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++)
		if (strcmp(commands[i].name, argv[1]) == 0) {
			g_autofree char *name = g_strdup_printf("form %s", argv[1]);
			char *called = argv[1];

			argv[1] = name;
			int status = run(&commands[i], argc - 1, argv + 1, context);

			argv[1] = called;
			return status;
		}
	if (argc > 1 && argv[1][0] != '-')
		return desk_usage(
			"form",
			"\"%s\" is no subcommand of form: expected list, show, template or check",
			argv[1]);
	int status = 0;

	if (!desk_options(&argc, &argv, NULL, usage, "The forms that the desk takes.", &status))
		return status;
	return desk_usage("form", "a subcommand is expected: list, show, template or check");
}
