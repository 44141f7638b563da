/* compose_lists.c - the mails that are lists: menu, template, choice of a case, commands. */
#include "notifier/compose_data.h"

#include <string.h>

#include "common/address.h"
#include "common/key.h"
#include "forms/form_write.h"
#include "notifier/compose_words.h"

/* desk+ID@, or the desk's own address where there are no sub-addresses. */
static char *form_address(const MailPlan *plan, const Form *form)
{
	return address_with_detail(plan->desk->settings->address, plan->desk->settings->sub_address,
				   form->id);
}

/* Whether the directory does not say who approves what the writer asks on a form. */
static bool asks_manager(const MailPlan *plan, const Form *form)
{
	const Person *person = plan->facts->recipient;
	g_autoptr(Person) manager = NULL;

	return form->manager != NULL && person != NULL && form_field(form, "employee") == NULL &&
	       plan->desk->store != NULL &&
	       people_approver_of(plan->desk->store, person, &manager, NULL) && manager == NULL;
}

static TemplateFor writer_of(const MailPlan *plan, const Form *form, const char *to)
{
	const Person *person = plan->facts->recipient;
	const OrganisationSettings *organisation =
		person != NULL ? settings_organisation(plan->desk->settings, person->organisation)
			       : NULL;

	return (TemplateFor){
		.to = to,
		.asks_manager = asks_manager(plan, form),
		.name = person != NULL ? person->name : NULL,
		.number = person != NULL ? person->number : NULL,
		.organisation = organisation != NULL
					? localised(organisation->name, plan->facts->language)
					: NULL,
	};
}

static json_t *menu_line(const MailPlan *plan, const Form *form)
{
	Language language = plan->facts->language;
	g_autofree char *address = form_address(plan, form);
	TemplateFor writer = writer_of(plan, form, address);
	g_autofree char *mailto = form_template_mailto(form, plan->desk->texts, language, &writer);
	const char *summary = form->summary[language];

	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "title", form->title[language], "summary",
			 summary != NULL ? summary : "", "address", address, "mailto", mailto,
			 "has-address", *plan->desk->settings->sub_address != '\0');
}

/* The forms of one category that roles may use and that are made here. */
static json_t *menu_lines(const MailPlan *plan, const FormCategory *category, guint roles)
{
	const GPtrArray *all = plan->desk->forms->all;
	json_t *lines = json_array();

	for (guint i = 0; i < all->len; i++) {
		const Form *form = g_ptr_array_index(all, i);

		if (strcmp(form->category, category->id) == 0 && (form->roles & roles) != 0 &&
		    form->elsewhere == NULL)
			json_array_append_new(lines, menu_line(plan, form));
	}
	return lines;
}

json_t *list_of_categories(const MailPlan *plan)
{
	const Person *person = plan->facts->recipient;
	guint roles = person != NULL && person->roles != 0 ? person->roles : ROLE_EMPLOYEE;
	const char *only = mail_facts_said(plan->facts, "category");
	const GPtrArray *all = plan->desk->forms->categories;
	json_t *categories = json_array();

	for (guint i = 0; i < all->len; i++) {
		const FormCategory *category = g_ptr_array_index(all, i);
		json_t *lines;

		if (*only != '\0' && strcmp(only, category->id) != 0)
			continue;
		lines = menu_lines(plan, category, roles);
		if (json_array_size(lines) > 0)
			json_array_append_new(categories,
					      json_pack("{s:s, s:O}", "title",
							category->title[plan->facts->language],
							"forms", lines));
		json_decref(lines);
	}
	return categories;
}

json_t *list_of_template(const MailPlan *plan, char **ret_subject)
{
	const Form *form = forms_find(plan->desk->forms, mail_facts_said(plan->facts, "form"));
	Language language = plan->facts->language;
	json_t *lines = json_array();
	g_auto(GStrv) split = NULL;

	if (form == NULL)
		return lines;
	g_autofree char *address = form_address(plan, form);
	TemplateFor writer = writer_of(plan, form, address);
	g_autofree char *text = form_template_text(form, plan->desk->texts, language, &writer);

	g_free(*ret_subject);
	*ret_subject = form_template_subject(form, language);
	split = g_strsplit(g_strchomp(text), "\n", -1);
	for (guint i = 0; split[i] != NULL; i++)
		json_array_append_new(lines, json_pack("{s:s}", "line", split[i]));
	return lines;
}

/* One case to choose: its line, its address, and the words for a subject. */
static json_t *choice_of(const MailPlan *plan, const Case *c)
{
	const MailDesk *desk = plan->desk;
	const Form *form = forms_find(desk->forms, c->form);
	Language language = plan->facts->language;
	const char *holder = plan->facts->notice->holder;
	g_autofree char *detail = key_detail(desk->secret, KEY_CASE, c->id, holder);
	g_autofree char *hash = key_hash(desk->secret, KEY_CASE, c->id, holder);
	g_autofree char *address =
		address_with_detail(desk->settings->address, desk->settings->sub_address, detail);
	g_autofree char *tag = g_strdup_printf("[%s %s]", c->number, hash);
	g_autofree char *opened = plan_time(plan, c->opened);
	g_autofree char *mailto = g_strdup_printf("mailto:%s", address);
	g_autoptr(GHashTable) places = places_new();

	places_put(places, "number", c->number);
	places_put(places, "form", form != NULL ? form->title[language] : c->form);
	places_put(places, "opened", opened);
	g_autofree char *line = mail_say(desk->texts, language, "case-line", places);

	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "line", line, "address", address, "mailto",
			 mailto, "tag", tag, "has-address", *desk->settings->sub_address != '\0');
}

json_t *list_of_cases(const MailPlan *plan)
{
	json_t *cases = json_array();

	for (guint i = 0; i < plan->facts->cases->len; i++)
		json_array_append_new(cases,
				      choice_of(plan, g_ptr_array_index(plan->facts->cases, i)));
	return wrap_rows(cases);
}

/* Where a request belongs that is not ours: the form's explanation, and how to get there. */
json_t *redirect_of(const MailPlan *plan)
{
	const Form *form = plan_form(plan);
	const ElsewhereSettings *elsewhere =
		form != NULL && form->elsewhere != NULL
			? settings_elsewhere(plan->desk->settings, form->elsewhere)
			: NULL;
	Language language = plan->facts->language;
	g_autoptr(GHashTable) places = places_new();

	if (form == NULL || form->explanation[language] == NULL)
		return NULL;
	places_put(places, "name",
		   elsewhere != NULL ? localised(elsewhere->name, language)
				     : plan_word(plan, "elsewhere-unknown"));
	places_put(places, "url", elsewhere != NULL ? elsewhere->url : NULL);
	places_put(places, "telephone", elsewhere != NULL ? elsewhere->telephone : NULL);
	g_autofree char *explanation =
		form_explanation(form, language, g_hash_table_lookup(places, "name"),
				 elsewhere != NULL ? elsewhere->url : NULL,
				 elsewhere != NULL ? elsewhere->telephone : NULL);

	return json_pack("{s:s, s:s, s:s, s:s}", "explanation", explanation, "name",
			 g_hash_table_lookup(places, "name"), "url",
			 g_hash_table_lookup(places, "url"), "telephone",
			 g_hash_table_lookup(places, "telephone"));
}
