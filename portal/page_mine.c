/* page_mine.c - My cases: waiting for me, being handled, finished. */
#include "portal/case_lists.h"

#include <string.h>

#include "common/text.h"

#define PAGE_CASES 20
#define WORDS_BYTES 200
#define SKIP_MOST 100000

static const CaseTab groups[] = {
	{ "waiting", MANY(CASE_INCOMPLETE) | MANY(CASE_WAITING), false, false },
	{ "open", MANY(CASE_AWAITING_APPROVAL) | MANY(CASE_OPEN) | MANY(CASE_ASSIGNED), false,
	  false },
	{ "finished",
	  MANY(CASE_ANSWERED) | MANY(CASE_CLOSED) | MANY(CASE_REDIRECTED) | MANY(CASE_REFUSED) |
		  MANY(CASE_WITHDRAWN),
	  false, false },
};

static json_t *case_row(const Request *request, const Case *c)
{
	g_autofree char *opened = page_time(request, c->opened), *title = case_title(request, c);

	return json_pack("{s:s, s:s, s:s, s:s}", "number", c->number, "title", title, "opened",
			 opened, "state", case_state_word(request, c));
}

typedef struct Asked {           /* what is looked for */
	const char *show, *sort; /* of the query */
	char *words;
	GPtrArray *forms; /* const char *: those whose title has the words; ends in NULL */
	guint skip;
} Asked;

static void asked_clear(Asked *asked)
{
	g_free(asked->words);
	g_clear_pointer(&asked->forms, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

/* A case is known by the title of its form in the reader's language. */
static GPtrArray *forms_with(const Request *request, const char *words)
{
	const GPtrArray *all = request->portal->desk.forms->all;
	g_autofree char *wanted = text_fold(words);
	GPtrArray *ids = g_ptr_array_new();

	for (guint i = 0; *wanted != '\0' && i < all->len; i++) {
		const Form *form = g_ptr_array_index(all, i);
		g_autofree char *title = text_fold(form->title[request->language]);

		if (strstr(title, wanted) != NULL)
			g_ptr_array_add(ids, form->id);
	}
	g_ptr_array_add(ids, NULL);
	return ids;
}

static void asked_read(const Request *request, Asked *asked)
{
	g_autofree char *line = text_one_line(request_query(request, "q"), WORDS_BYTES);
	gint64 skip = g_ascii_strtoll(request_query(request, "skip"), NULL, 10);

	asked->show = request_query(request, "show");
	asked->sort = strcmp(request_query(request, "sort"), "changed") == 0 ? "changed" : "opened";
	asked->words = g_strdup(g_strstrip(line));
	asked->forms = forms_with(request, asked->words);
	asked->skip = (guint)CLAMP(skip, 0, SKIP_MOST);
}

/* "?show=open&skip=20", with what is looked for. */
static char *query_text(const Asked *asked, const char *group, guint skip)
{
	g_autofree char *words = g_uri_escape_string(asked->words, NULL, FALSE);

	return g_strdup_printf("?show=%s&skip=%u&sort=%s%s%s", group, skip, asked->sort,
			       *words != '\0' ? "&q=" : "", words);
}

static bool add_group(Request *request, const CaseTab *group, const Asked *asked, json_t *list,
		      GError **error)
{
	guint skip = strcmp(asked->show, group->name) == 0 ? asked->skip : 0;
	CaseQuery query = { .requester = request->person->number,
			    .limit = PAGE_CASES,
			    .states = group->states,
			    .words = asked->words,
			    .forms = (const char *const *)asked->forms->pdata,
			    .by_change = strcmp(asked->sort, "changed") == 0,
			    .skip = skip };
	g_autofree char *key = g_strconcat("page.mine-", group->name, NULL);
	g_autofree char *next = query_text(asked, group->name, skip + PAGE_CASES);
	g_autofree char *newer = query_text(asked, group->name, skip - MIN(skip, PAGE_CASES));
	g_autoptr(Case) last = NULL;
	json_t *data = json_pack("{s:s}", "heading", page_word(request, key));

	json_array_append_new(list, data);
	if (!case_rows(request, &query, case_row, data, &last, error))
		return false;
	if (last != NULL)
		json_object_set_new(data, "next", json_string(next));
	if (skip > 0)
		json_object_set_new(data, "newer", json_string(newer));
	return true;
}

static bool add_groups(Request *request, const Asked *asked, json_t *list, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
		if (*asked->show != '\0' && strcmp(asked->show, groups[i].name) != 0)
			continue;
		if (!add_group(request, &groups[i], asked, list, error))
			return false;
	}
	return true;
}

enum MHD_Result page_mine(Request *request)
{
	g_auto(Asked) asked = { 0 };
	g_autoptr(GError) error = NULL;
	json_t *list;

	if (request->person == NULL || request->person->left)
		return answer_missing(request);
	asked_read(request, &asked);
	list = json_array();
	if (add_groups(request, &asked, list, &error))
		return answer_page(request, MHD_HTTP_OK, "page-mine",
				   json_pack("{s:s, s:o, s:s, s:b, s:b}", "title",
					     page_word(request, "page.mine"), "groups", list,
					     "words", asked.words, "by-change",
					     strcmp(asked.sort, "changed") == 0, "filtered",
					     *asked.words != '\0' || *asked.show != '\0'));
	json_decref(list);
	return answer_fault(request, error);
}
