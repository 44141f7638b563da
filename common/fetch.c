/* fetch.c - one request by libcurl. */
#include "common/fetch.h"

#include <curl/curl.h>
#include <string.h>

#include "common/error.h"
#include "common/settings_table.h"

typedef CURL Curl;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Curl, curl_easy_cleanup)
typedef struct curl_slist Headers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Headers, curl_slist_free_all)

typedef struct Body {
	GString *bytes;
	gsize most;
	bool is_full;
} Body;

void fetch_field(GString *form, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	if (form->len > 0)
		g_string_append_c(form, '&');
	g_string_append_printf(form, "%s=", name);
	g_string_append_uri_escaped(form, value, NULL, false);
}

static size_t collect(char *bytes, size_t size, size_t count, void *user)
{
	Body *body = user;

	body->is_full = body->bytes->len + size * count > body->most;
	if (body->is_full)
		return 0;
	g_string_append_len(body->bytes, bytes, (gssize)(size * count));
	return size * count;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t to_send,
		       curl_off_t sent)
{
	return g_atomic_int_get((const gint *)user) != 0;
}

/* https, or http to this machine alone. */
static const char *protocols_of(const char *url)
{
	g_autofree char *host = NULL;
	bool is_here = setting_split_url(url, NULL, NULL, &host, NULL) && setting_is_loopback(host);

	return is_here ? "http,https" : "https";
}

static bool failed(const Fetch *ask, CURLcode why, const char *detail, bool is_full, GError **error)
{
	const char *text = *detail != '\0' ? detail : curl_easy_strerror(why);

	if (is_full)
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "%s: %s says more than %" G_GSIZE_FORMAT " bytes", ask->url, ask->what,
			    ask->most);
	else if (why == CURLE_PEER_FAILED_VERIFICATION || why == CURLE_SSL_CACERT_BADFILE)
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: the certificate of %s is not trusted (%s): set CaFile= to the "
			    "authority that issued it",
			    ask->url, ask->what, text);
	else if (why == CURLE_URL_MALFORMAT || why == CURLE_UNSUPPORTED_PROTOCOL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: expected an https:// address (%s)", ask->url, text);
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "%s: %s is away (%s)",
			    ask->url, ask->what, text);
	return false;
}

static void set_up(CURL *curl, const Fetch *ask)
{
	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols_of(ask->url));
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a name server that stalls holds nobody */
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->milliseconds);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
	if (ask->form != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->form);
	if (ask->ca_file != NULL) { /* and not the system's beside it */
		curl_easy_setopt(curl, CURLOPT_CAINFO, ask->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	if (ask->is_cancelled != NULL) {
		curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
		curl_easy_setopt(curl, CURLOPT_XFERINFODATA, ask->is_cancelled);
	}
}

bool fetch(const Fetch *ask, GString *bytes, long *ret_status, GError **error)
{
	g_autoptr(Curl) curl = curl_easy_init();
	g_autoptr(Headers) headers =
		ask->header != NULL ? curl_slist_append(NULL, ask->header) : NULL;
	char detail[CURL_ERROR_SIZE] = "";
	Body body = { bytes, ask->most, false };
	CURLcode done;

	if (curl == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "libcurl cannot begin");
		return false;
	}
	set_up(curl, ask);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	done = curl_easy_perform(curl);
	if (done != CURLE_OK)
		return failed(ask, done, detail, body.is_full, error);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	return true;
}
