/* page_help.c - the manuals, and which application a request belongs to. */
#include "portal/inside.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <string.h>

#include "forms/form_write.h"

static const struct {
	const char *manual; /* and of its words: page.role-MANUAL */
	guint roles;
} manuals[] = {
	{ "employee", PERSON_EMPLOYEE | PERSON_MANAGER | PERSON_HR },
	{ "manager", PERSON_MANAGER },
	{ "hr", PERSON_HR },
	{ "dossier-manager", PERSON_DOSSIER_MANAGER | PERSON_ADMIN },
};

/* Those of the viewer's roles stand first; nothing in them is secret. */
static json_t *manuals_of(const Request *request, bool mine)
{
	guint roles = request->person != NULL ? request->person->roles : PERSON_EMPLOYEE;
	json_t *rows = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(manuals); i++) {
		g_autofree char *key = g_strconcat("page.manual-", manuals[i].manual, NULL);

		if (((manuals[i].roles & roles) != 0) == mine)
			json_array_append_new(rows,
					      json_pack("{s:s, s:s}", "manual", manuals[i].manual,
							"label", page_word(request, key)));
	}
	return rows;
}

enum MHD_Result page_help(Request *request)
{
	return answer_page(request, MHD_HTTP_OK, "page-help",
			   json_pack("{s:s, s:o, s:o}", "title", page_word(request, "page.help"),
				     "manuals", manuals_of(request, true), "others",
				     manuals_of(request, false)));
}

/* ---- a manual ---- */

static char *manual_path(const Request *request)
{
	const char *own = g_getenv("PERSOCONTACT_DATA");
	g_autofree char *name = g_strconcat(request->route.word, ".md", NULL);
	g_autofree char *folder = NULL;

	if (own != NULL && *own != '\0')
		folder = g_build_filename(own, "docs", "manual", NULL);
	else if (g_file_test(DOCDIR "/manual", G_FILE_TEST_IS_DIR))
		folder = g_strdup(DOCDIR "/manual");
	else
		folder = g_build_filename(SOURCEDIR, "docs", "manual", NULL);
	return g_build_filename(folder, language_code(request->language), name, NULL);
}

/* GitHub's Markdown with tables; what is HTML in it is left out (safe mode).  Given. */
static char *html_of(const char *markdown, gsize length)
{
	cmark_parser *parser;
	cmark_node *document;
	cmark_syntax_extension *table;
	char *made, *html;

	cmark_gfm_core_extensions_ensure_registered();
	parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8);
	table = cmark_find_syntax_extension("table");
	if (table != NULL)
		cmark_parser_attach_syntax_extension(parser, table);
	cmark_parser_feed(parser, markdown, length);
	document = cmark_parser_finish(parser);
	made = cmark_render_html(document, CMARK_OPT_VALIDATE_UTF8,
				 cmark_parser_get_syntax_extensions(parser));
	html = g_strdup(made);
	cmark_get_default_mem_allocator()->free(made);
	cmark_node_free(document);
	cmark_parser_free(parser);
	return html;
}

enum MHD_Result page_manual(Request *request)
{
	g_autofree char *path = NULL, *markdown = NULL, *html = NULL, *key = NULL;
	gsize length = 0;
	bool known = false;

	for (gsize i = 0; i < G_N_ELEMENTS(manuals); i++)
		known = known || strcmp(manuals[i].manual, request->route.word) == 0;
	if (!known)
		return answer_missing(request);
	path = manual_path(request);
	if (!g_file_get_contents(path, &markdown, &length, NULL))
		return answer_missing(request);
	html = html_of(markdown, length);
	key = g_strconcat("page.manual-", request->route.word, NULL);
	return answer_page(request, MHD_HTTP_OK, "page-manual",
			   json_pack("{s:s, s:s}", "title", page_word(request, key), "html", html));
}

/* ---- which application ---- */

static json_t *requests_of(const Request *request, const ElsewhereSettings *elsewhere)
{
	const GPtrArray *all = request->portal->desk.forms->all;
	Language language = request->language;
	json_t *rows = json_array();

	for (guint i = 0; i < all->len; i++) {
		const Form *form = g_ptr_array_index(all, i);
		g_autofree char *why = NULL;

		if (g_strcmp0(form->elsewhere, elsewhere->id) != 0)
			continue;
		why = form_explanation(form, language, localised(elsewhere->name, language),
				       elsewhere->url, elsewhere->telephone);
		json_array_append_new(rows, json_pack("{s:s, s:s}", "label", form->title[language],
						      "why", why != NULL ? why : ""));
	}
	return rows;
}

static bool is_web(const char *url)
{
	return url != NULL &&
	       (g_str_has_prefix(url, "https://") || g_str_has_prefix(url, "http://"));
}

static json_t *application(const Request *request, const ElsewhereSettings *elsewhere, json_t *rows)
{
	const char *telephone = elsewhere->telephone;

	return json_pack("{s:s, s:s, s:s, s:o}", "heading",
			 localised(elsewhere->name, request->language), "url",
			 is_web(elsewhere->url) ? elsewhere->url : "", "telephone",
			 telephone != NULL ? telephone : "", "requests", rows);
}

enum MHD_Result page_elsewhere(Request *request)
{
	const GPtrArray *all = request->portal->desk.settings->elsewhere;
	json_t *list = json_array();

	for (guint i = 0; i < all->len; i++) {
		const ElsewhereSettings *elsewhere = g_ptr_array_index(all, i);
		json_t *rows = requests_of(request, elsewhere);

		if (json_array_size(rows) > 0)
			json_array_append_new(list, application(request, elsewhere, rows));
		else
			json_decref(rows);
	}
	return answer_page(request, MHD_HTTP_OK, "page-elsewhere",
			   json_pack("{s:s, s:o}", "title", page_word(request, "page.elsewhere"),
				     "applications", list));
}
