/* answer.c - pages out of templates, with the headers that every answer carries. */
#include "portal/inside.h"

#include <string.h>

#include "common/error.h"
#include "common/log.h"
#include "common/mustache.h"
#include "common/text.h"

static const char *const headers[][2] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self';"
	  " frame-ancestors 'none'; base-uri 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cache-Control", "no-store" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "X-Robots-Tag", "noindex, nofollow" },
};

enum MHD_Result answer_queue(Request *request, guint status, struct MHD_Response *response)
{
	enum MHD_Result queued;

	if (response == NULL)
		return MHD_NO;
	for (gsize i = 0; i < G_N_ELEMENTS(headers); i++)
		MHD_add_response_header(response, headers[i][0], headers[i][1]);
	if (request->at_card) /* the next one is asked for the card anew */
		MHD_add_response_header(response, "Connection", "close");
	if (request->portal->is_https)
		MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
	if (status == MHD_HTTP_TOO_MANY_REQUESTS || status == MHD_HTTP_SERVICE_UNAVAILABLE) {
		g_autofree char *wait = g_strdup_printf("%" G_GINT64_FORMAT,
							request->wait > 0 ? request->wait : 60);

		MHD_add_response_header(response, "Retry-After", wait);
	}
	if (request->ends)
		MHD_add_response_header(response, "Connection", "close");
	queued = MHD_queue_response(request->connection, status, response);
	MHD_destroy_response(response);
	return queued;
}

static const char *partial(const char *name, void *user)
{
	const Request *request = user;
	g_autofree char *file = g_strconcat(name, ".mustache", NULL);

	return texts_template(request->portal->desk.texts, file);
}

const char *page_word(const Request *request, const char *key)
{
	return texts_get(request->portal->desk.texts, request->language, key);
}

/* Every sentence of the pages without its "page."; lent. */
static json_t *page_words(const Request *request)
{
	json_t **words = &request->portal->words[request->language];
	GHashTableIter all;
	gpointer key, sentence;

	if (*words != NULL)
		return *words;
	*words = json_object();
	g_hash_table_iter_init(&all, texts_all(request->portal->desk.texts, request->language));
	while (g_hash_table_iter_next(&all, &key, &sentence))
		if (g_str_has_prefix(key, "page."))
			json_object_set_new(*words, (const char *)key + strlen("page."),
					    json_string(sentence));
	return *words;
}

static void add_frame(Request *request, json_t *data)
{
	const Settings *settings = request->portal->desk.settings;
	g_autofree char *csrf = request_csrf(request);

	json_object_set(data, "t", page_words(request));
	json_object_set_new(data, "lang", json_string(language_code(request->language)));
	json_object_set_new(data, "base",
			    json_string(request->at_card ? settings->url : request->portal->base));
	json_object_set_new(data, "style",
			    json_string(request->at_card ? "" : request->portal->base));
	json_object_set_new(data, "desk",
			    json_string(localised(settings->name, request->language)));
	json_object_set_new(data, "mine", json_boolean(request->person != NULL));
	json_object_set_new(
		data, "handles",
		json_boolean(access_handles(&request->viewer) && request->person != NULL));
	json_object_set_new(data, "is-hr", json_boolean(request_is_hr(request)));
	json_object_set_new(data, "asks", json_boolean(request_may_ask(request)));
	if (request->session == NULL)
		return;
	json_object_set_new(data, "session", json_true());
	json_object_set_new(data, "csrf", json_string(csrf));
}

static enum MHD_Result answer_plain(Request *request)
{
	static const char text[] = "The page cannot be shown.\n";
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof(text) - 1, (void *)text, MHD_RESPMEM_PERSISTENT);

	MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
	return answer_queue(request, MHD_HTTP_INTERNAL_SERVER_ERROR, response);
}

enum MHD_Result answer_page(Request *request, guint status, const char *template_name, json_t *data)
{
	return answer_page_cookie(request, status, template_name, data, NULL);
}

enum MHD_Result answer_page_cookie(Request *request, guint status, const char *template_name,
				   json_t *data, const char *cookie)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *file = g_strconcat(template_name, ".html.mustache", NULL);
	const char *source = texts_template(request->portal->desk.texts, file);
	g_autoptr(Mustache) mustache = NULL;
	char *html = NULL;
	struct MHD_Response *response;

	if (data == NULL)
		data = json_object();
	add_frame(request, data);
	mustache = mustache_new(file, source != NULL ? source : "", &error);
	if (mustache != NULL)
		html = mustache_render(mustache, MUSTACHE_HTML, data, partial, request, &error);
	json_decref(data);
	if (html == NULL) {
		log_error("page=%s %s", template_name, error->message);
		return answer_plain(request);
	}
	response = MHD_create_response_from_buffer(strlen(html), html, MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(response, "Content-Type", "text/html; charset=utf-8");
	MHD_add_response_header(response, "Content-Language", language_code(request->language));
	if (cookie != NULL)
		MHD_add_response_header(response, "Set-Cookie", cookie);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", request->route.allow);
	return answer_queue(request, status, response);
}

/* The same bytes whoever asks: nothing of the session or the person shows. */
enum MHD_Result answer_missing(Request *request)
{
	g_clear_pointer(&request->session, page_session_free);
	g_clear_pointer(&request->person, person_free);
	request->viewer = (Viewer){ 0 };
	return answer_page(request, MHD_HTTP_NOT_FOUND, "page-missing", NULL);
}

enum MHD_Result answer_wrong(Request *request, guint status, const char *code)
{
	g_autofree char *key = g_strconcat("page.wrong-", code, NULL);

	return answer_page(request, status, "page-wrong",
			   json_pack("{s:s}", "text", page_word(request, key)));
}

enum MHD_Result answer_fault(Request *request, const GError *error)
{
	log_warning_rarely(60, "page: %s", error->message);
	return answer_wrong(request, MHD_HTTP_SERVICE_UNAVAILABLE, "fault");
}

enum MHD_Result answer_refused(Request *request, const GError *error)
{
	if (g_error_matches(error, DESK_ERROR, DESK_ERROR_DATA))
		return answer_wrong(request, MHD_HTTP_CONFLICT, "state");
	return answer_fault(request, error);
}

/* Too many files, or too large together, is nothing to try again. */
enum MHD_Result answer_upload_fault(Request *request)
{
	if (g_error_matches(request->fault, DESK_ERROR, DESK_ERROR_DATA))
		return answer_wrong(request, MHD_HTTP_CONTENT_TOO_LARGE, "too-large");
	return answer_fault(request, request->fault);
}

enum MHD_Result answer_redirect(Request *request, const char *path, const char *cookie)
{
	g_autofree char *target = g_strconcat(request->portal->base, path, NULL);

	return answer_leave(request, target, cookie);
}

enum MHD_Result answer_leave(Request *request, const char *url, const char *cookie)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);

	MHD_add_response_header(response, "Location", url);
	if (cookie != NULL)
		MHD_add_response_header(response, "Set-Cookie", cookie);
	return answer_queue(request, MHD_HTTP_SEE_OTHER, response);
}

/* A template without places: it is sent as it lies. */
enum MHD_Result answer_style(Request *request)
{
	const char *css = texts_template(request->portal->desk.texts, "page-style.css.mustache");
	struct MHD_Response *response;

	if (css == NULL)
		return answer_plain(request);
	response =
		MHD_create_response_from_buffer(strlen(css), (void *)css, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, "Content-Type", "text/css; charset=utf-8");
	return answer_queue(request, MHD_HTTP_OK, response);
}

/* ---- words that pages share ---- */

char *page_time(const Request *request, gint64 seconds)
{
	const PortalDesk *desk = &request->portal->desk;
	GTimeZone *zone = request->portal->zone;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
	g_autoptr(GDateTime) local =
		utc != NULL && zone != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
	GDateTime *time = local != NULL ? local : utc;
	g_autofree char *month = NULL, *day = NULL, *year = NULL, *date = NULL, *clock = NULL;

	if (time == NULL)
		return g_strdup("");
	month = g_strdup_printf("month.%d", g_date_time_get_month(time));
	day = g_date_time_format(time, "%-d");
	year = g_date_time_format(time, "%Y");
	clock = g_date_time_format(time, "%H:%M");
	date = texts_say(desk->texts, request->language,
			 g_date_time_get_day_of_month(time) == 1 ? "form.first-day" : "form.day",
			 "day", day, "month", page_word(request, month), "year", year, NULL);
	return texts_say(desk->texts, request->language, "mail.date", "date", date, "time", clock,
			 NULL);
}

const char *form_title(const Request *request, const Case *c)
{
	const Form *form = forms_find(request->portal->desk.forms, c->form);

	return form != NULL ? form->title[request->language] : c->subject;
}

const char *team_name(const Request *request, const char *team)
{
	const TeamSettings *settings = settings_team(request->portal->desk.settings, team);

	if (settings != NULL)
		return localised(settings->name, request->language);
	return localised(request->portal->desk.settings->name, request->language);
}

static bool is_quote(const char *line)
{
	return *line == '>';
}

/* The lines from *at on that are quoted, as one. */
static json_t *quote_of(char **lines, guint *at)
{
	json_t *rows = json_array();

	for (; lines[*at] != NULL && is_quote(lines[*at]); (*at)++)
		json_array_append_new(rows, json_pack("{s:s}", "quote", lines[*at]));
	return json_pack("{s:{s:o}}", "quoted", "quotes", rows);
}

json_t *page_lines(const char *text)
{
	g_autofree char *valid = text_valid(text, -1);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(valid), "\n", -1);
	json_t *list = json_array();
	guint at = 0;

	while (lines[at] != NULL)
		if (is_quote(lines[at]))
			json_array_append_new(list, quote_of(lines, &at));
		else
			json_array_append_new(list, json_pack("{s:s}", "line", lines[at++]));
	return list;
}
