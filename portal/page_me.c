/* page_me.c - My data: what the desk knows of the viewer, and the language of the pages. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"

static void row_put(json_t *rows, const char *label, const char *value)
{
	g_autofree char *line = text_one_line(value, 1000);

	if (*line != '\0')
		json_array_append_new(rows, json_pack("{s:s, s:s}", "label", label, "value", line));
}

static char *roles_of(const Request *request)
{
	static const char *const names[] = { "employee", "manager", "hr", "dossier-manager",
					     "admin" };
	g_autoptr(GString) roles = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *key = g_strconcat("page.role-", names[i], NULL);

		if ((request->person->roles & (1u << i)) != 0)
			g_string_append_printf(roles, "%s%s", roles->len > 0 ? ", " : "",
					       page_word(request, key));
	}
	return g_strdup(roles->str);
}

static json_t *facts_of(const Request *request, const Person *manager)
{
	const Person *person = request->person;
	const OrganisationSettings *organisation =
		settings_organisation(request->portal->desk.settings, person->organisation);
	g_autofree char *addresses = g_strjoinv(", ", person->addresses);
	g_autofree char *roles = roles_of(request);
	json_t *rows = json_array();

	row_put(rows, page_word(request, "page.me-name"), person->name);
	row_put(rows, page_word(request, "mail.label-staff-number"), person->number);
	row_put(rows, page_word(request, "mail.label-address"), addresses);
	row_put(rows, page_word(request, "mail.label-organisation"),
		organisation != NULL ? localised(organisation->name, request->language)
				     : person->organisation);
	row_put(rows, page_word(request, "page.me-manager"), manager != NULL ? manager->name : "");
	row_put(rows, page_word(request, "page.me-roles"), roles);
	if (person->language != LANGUAGE_NONE) {
		g_autofree char *key =
			g_strconcat("page.language-", language_code(person->language), NULL);

		row_put(rows, page_word(request, "page.me-language"), page_word(request, key));
	}
	return rows;
}

static json_t *languages_of(const Request *request)
{
	json_t *rows = json_array();

	for (int i = 0; i < LANGUAGES; i++) {
		g_autofree char *key = g_strconcat("page.language-", language_code(i), NULL);

		json_array_append_new(rows, json_pack("{s:s, s:s, s:b}", "code", language_code(i),
						      "name", page_word(request, key), "chosen",
						      i == (int)request->language));
	}
	return rows;
}

enum MHD_Result page_me(Request *request)
{
	Store *store = request->portal->desk.store;
	g_autoptr(Person) manager = NULL;
	g_autoptr(GError) error = NULL;

	if (request->person == NULL || request->person->left)
		return answer_missing(request);
	if (*request->person->manager != '\0' &&
	    !people_find_number(store, request->person->manager, &manager, &error))
		return answer_fault(request, error);
	return answer_page(request, MHD_HTTP_OK, "page-me",
			   json_pack("{s:s, s:o, s:o}", "title", page_word(request, "page.me"),
				     "rows", facts_of(request, manager), "languages",
				     languages_of(request)));
}

/* The choice stays with the browser: it is of the pages, the mails follow the person's own. */
enum MHD_Result page_language(Request *request)
{
	Language language = language_of_code(request_field(request, "language"));
	g_autofree char *cookie = NULL;

	if (language == LANGUAGE_NONE)
		return answer_wrong(request, MHD_HTTP_BAD_REQUEST, "language");
	cookie = g_strdup_printf(LANGUAGE_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict;"
						 " Max-Age=31536000%s",
				 language_code(language),
				 request->portal->is_https ? "; Secure" : "");
	return answer_redirect(request, request->person != NULL ? "/me" : "/", cookie);
}
