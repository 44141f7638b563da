/* oauth2.c - one POST to a token endpoint, and its answer read by jansson. */
#include "common/oauth2.h"

#include "common/error.h"
#include "common/fetch.h"
#include "common/secret.h"

#include <jansson.h>
#include <string.h>

#define ANSWER_BYTES (256 * 1024)
#define TOKEN_SPARE 60  /* a token that ends within these seconds is not used any more */
#define TOKEN_LIFE 300  /* when the endpoint does not say how long it lasts */
#define FETCH_SECONDS 8 /* a program that must stop waits no longer */

struct OAuth2 {
	const OAuth2Settings *settings;
	char *folder;
	char *refresh_token; /* handed out later than the configured one, or NULL */
	char *token;
	gint64 ends;
};

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

OAuth2 *oauth2_new(const OAuth2Settings *settings, const char *folder)
{
	OAuth2 *oauth2 = g_new0(OAuth2, 1);

	oauth2->settings = settings;
	oauth2->folder = g_strdup(folder);
	return oauth2;
}

void oauth2_forget(OAuth2 *oauth2)
{
	g_clear_pointer(&oauth2->token, g_free);
}

void oauth2_free(OAuth2 *oauth2)
{
	if (oauth2 == NULL)
		return;
	oauth2_forget(oauth2);
	g_free(oauth2->refresh_token);
	g_free(oauth2->folder);
	g_free(oauth2);
}

const char *oauth2_user(const OAuth2 *oauth2)
{
	return oauth2->settings->user;
}

static bool oauth2_error(const OAuth2 *oauth2, DeskError code, GError **error, const char *format,
			 ...) G_GNUC_PRINTF(4, 5);

static bool oauth2_error(const OAuth2 *oauth2, DeskError code, GError **error, const char *format,
			 ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, DESK_ERROR, code, "[OAuth2 %s] %s: %s", oauth2->settings->name,
		    oauth2->settings->token_url, text);
	return false;
}

/* Reads a secret that may be absent: then *ret_secret is NULL. */
static bool read_secret(const OAuth2 *oauth2, const char *where, char **ret_secret, GError **error)
{
	*ret_secret = where != NULL ? secret_read(where, oauth2->folder, error) : NULL;
	return where == NULL || *ret_secret != NULL;
}

/* What is asked of the endpoint. Given, NULL when a secret cannot be had. */
static char *request_of(const OAuth2 *oauth2, GError **error)
{
	const OAuth2Settings *settings = oauth2->settings;
	g_autofree char *secret = NULL, *configured = NULL;
	const char *refresh;
	GString *form;

	if (!read_secret(oauth2, settings->client_secret, &secret, error) ||
	    !read_secret(oauth2, settings->refresh_token, &configured, error))
		return NULL;
	refresh = oauth2->refresh_token != NULL ? oauth2->refresh_token : configured;
	form = g_string_new(NULL);
	fetch_field(form, "grant_type", refresh != NULL ? "refresh_token" : "client_credentials");
	fetch_field(form, "client_id", settings->client_id);
	fetch_field(form, "client_secret", secret);
	fetch_field(form, "refresh_token", refresh);
	fetch_field(form, "scope", settings->scope);
	return g_string_free(form, FALSE);
}

/* Posts the form; the answer and its HTTP status. */
static bool post(const OAuth2 *oauth2, const char *form, GString *answer, long *ret_status,
		 GError **error)
{
	const Fetch ask = { .what = "the token endpoint",
			    .url = oauth2->settings->token_url,
			    .form = form,
			    .ca_file = oauth2->settings->ca_file,
			    .milliseconds = FETCH_SECONDS * 1000,
			    .most = ANSWER_BYTES };

	if (fetch(&ask, answer, ret_status, error))
		return true;
	g_prefix_error(error, "[OAuth2 %s] ", oauth2->settings->name);
	return false;
}

/* A text of the answer on one short line. Given. */
static char *words_of(const Json *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));
	char *words = g_utf8_make_valid(text != NULL ? text : "",
					text != NULL ? (gssize)strnlen(text, 200) : 0);

	for (char *p = words; *p != '\0'; p++)
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	return words;
}

static bool refused(const OAuth2 *oauth2, long status, const Json *answer, GError **error)
{
	g_autofree char *code = words_of(answer, "error"),
			*why = words_of(answer, "error_description");

	if (status >= 500 || status == 429 || status == 408)
		return oauth2_error(oauth2, DESK_ERROR_UNAVAILABLE, error, "HTTP status %ld %s",
				    status, code);
	if (g_str_equal(code, "invalid_grant"))
		return oauth2_error(oauth2, DESK_ERROR_NO_PERMISSION, error,
				    "the refresh token has ended or was revoked: get a new one, "
				    "and put it where "
				    "RefreshToken= says (%s)",
				    why);
	if (*code != '\0')
		return oauth2_error(
			oauth2, DESK_ERROR_NO_PERMISSION, error,
			"no token: %s %s: check ClientId=, ClientSecret= and Scope=", code, why);
	return oauth2_error(oauth2, DESK_ERROR_UNAVAILABLE, error,
			    "HTTP status %ld, and no token: check TokenUrl=", status);
}

/* RFC 6750 2.1: what a token is made of; nothing that could end a line. */
static bool is_token(const char *text)
{
	if (text == NULL || *text == '\0')
		return false;
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return true;
}

static bool token_keep(OAuth2 *oauth2, const Json *answer, gint64 now)
{
	const char *token = json_string_value(json_object_get(answer, "access_token"));
	const char *refresh = json_string_value(json_object_get(answer, "refresh_token"));
	const Json *life = json_object_get(answer, "expires_in");
	const char *digits = json_string_value(life);
	gint64 seconds = json_is_number(life) ? (gint64)CLAMP(json_number_value(life), 0, 1e9)
			 : digits != NULL     ? g_ascii_strtoll(digits, NULL, 10)
					      : TOKEN_LIFE;

	if (!is_token(token))
		return false;
	g_free(oauth2->token);
	oauth2->token = g_strdup(token);
	oauth2->ends = now + seconds;
	if (is_token(refresh)) {
		g_free(oauth2->refresh_token);
		oauth2->refresh_token = g_strdup(refresh);
	}
	return true;
}

bool oauth2_token(OAuth2 *oauth2, gint64 now, char **ret_token, bool *ret_cached, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *form = NULL;
	g_autoptr(Json) answer = NULL;
	bool cached = oauth2->token != NULL && oauth2->ends - TOKEN_SPARE > now;
	long status = 0;

	if (!cached) {
		form = request_of(oauth2, error);
		if (form == NULL || !post(oauth2, form, text, &status, error))
			return false;
		answer = json_loadb(text->str, text->len, JSON_REJECT_DUPLICATES, NULL);
		if (status != 200 || !token_keep(oauth2, answer, now))
			return refused(oauth2, status, answer, error);
	}
	*ret_token = g_strdup(oauth2->token);
	if (ret_cached != NULL)
		*ret_cached = cached;
	return true;
}
