/* test_oauth2.c - access tokens from an endpoint on this machine: kept, refreshed, refused. */
#include "common/oauth2.h"

#include "common/error.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* An endpoint that gives its answers one after the other, and remembers what it was asked. */
typedef struct Endpoint {
	int listener;
	char *url;
	const char *const *answers; /* whole HTTP answers, ended by NULL */
	GPtrArray *asked;           /* bodies of the requests */
	GThread *thread;
} Endpoint;

/* Reads a request as far as its body. Given. */
static char *read_request(int fd)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char buffer[4096];
	gsize wanted = G_MAXSIZE;

	while (text->len < wanted) {
		ssize_t got = recv(fd, buffer, sizeof buffer, 0);
		const char *body, *length;

		if (got <= 0)
			break;
		g_string_append_len(text, buffer, got);
		body = strstr(text->str, "\r\n\r\n");
		length = strstr(text->str, "Content-Length: ");
		if (body != NULL && length != NULL)
			wanted = (gsize)(body + 4 - text->str) +
				 (gsize)g_ascii_strtoull(length + 16, NULL, 10);
	}
	return g_strdup(strstr(text->str, "\r\n\r\n") + 4);
}

static gpointer endpoint_run(gpointer data)
{
	Endpoint *endpoint = data;

	for (const char *const *answer = endpoint->answers; *answer != NULL; answer++) {
		int fd = accept(endpoint->listener, NULL, NULL);

		if (fd < 0)
			return NULL;
		g_ptr_array_add(endpoint->asked, read_request(fd));
		send(fd, *answer, strlen(*answer), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void endpoint_begin(Endpoint *endpoint, const char *const *answers)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;

	endpoint->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(endpoint->listener, (struct sockaddr *)&address, size), ==, 0);
	g_assert_cmpint(listen(endpoint->listener, 4), ==, 0);
	g_assert_cmpint(getsockname(endpoint->listener, (struct sockaddr *)&address, &size), ==, 0);
	endpoint->url = g_strdup_printf("http://127.0.0.1:%u/token", ntohs(address.sin_port));
	endpoint->answers = answers;
	endpoint->asked = g_ptr_array_new_with_free_func(g_free);
	endpoint->thread = g_thread_new("endpoint", endpoint_run, endpoint);
}

static void endpoint_end(Endpoint *endpoint)
{
	shutdown(endpoint->listener, SHUT_RDWR);
	g_thread_join(endpoint->thread);
	close(endpoint->listener);
	g_ptr_array_unref(endpoint->asked);
	g_free(endpoint->url);
}

static OAuth2Settings settings_for(const Endpoint *endpoint)
{
	return (OAuth2Settings){ .name = (char *)"mail",
				 .token_url = endpoint->url,
				 .client_id = (char *)"desk app",
				 .client_secret = (char *)"env:TEST_OAUTH2_SECRET",
				 .refresh_token = (char *)"env:TEST_OAUTH2_REFRESH" };
}

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

static char *token_at(OAuth2 *oauth2, gint64 now, bool expect_cached)
{
	g_autoptr(GError) error = NULL;
	char *token = NULL;
	bool cached = false;

	g_assert_true(oauth2_token(oauth2, now, &token, &cached, &error));
	g_assert_no_error(error);
	g_assert_true(cached == expect_cached);
	return token;
}

static void test_life(void)
{
	static const char *const answers[] = {
		OK
		"{\"access_token\": \"one\", \"expires_in\": 3600, \"refresh_token\": \"second\"}",
		OK "{\"access_token\": \"two\", \"expires_in\": \"3600\"}",
		OK "{\"access_token\": \"three\"}", NULL
	};
	Endpoint endpoint;
	g_autofree char *first = NULL, *again = NULL, *second = NULL, *third = NULL;
	g_autoptr(OAuth2) oauth2 = NULL;
	OAuth2Settings settings;

	endpoint_begin(&endpoint, answers);
	settings = settings_for(&endpoint);
	oauth2 = oauth2_new(&settings, "/");
	first = token_at(oauth2, 1000, false);
	again = token_at(oauth2, 1000 + 3600 - 61, true);
	second = token_at(oauth2, 1000 + 3600 - 59, false);
	oauth2_forget(oauth2);
	third = token_at(oauth2, 1000 + 3600, false);
	g_assert_cmpstr(first, ==, "one");
	g_assert_cmpstr(again, ==, "one");
	g_assert_cmpstr(second, ==, "two");
	g_assert_cmpstr(third, ==, "three");
	g_assert_cmpstr(g_ptr_array_index(endpoint.asked, 0), ==,
			"grant_type=refresh_token&client_id=desk%20app&client_secret=s%26cret"
			"&refresh_token=first");
	/* the refresh token that came with the first answer serves from then on */
	g_assert_nonnull(strstr(g_ptr_array_index(endpoint.asked, 1), "refresh_token=second"));
	g_assert_nonnull(strstr(g_ptr_array_index(endpoint.asked, 2), "refresh_token=second"));
	endpoint_end(&endpoint);
}

static void test_client_credentials(void)
{
	static const char *const answers[] = { OK "{\"access_token\": \"one\"}", NULL };
	Endpoint endpoint;
	g_autofree char *token = NULL;
	g_autoptr(OAuth2) oauth2 = NULL;
	OAuth2Settings settings;

	endpoint_begin(&endpoint, answers);
	settings = settings_for(&endpoint);
	settings.refresh_token = NULL;
	settings.scope = (char *)"https://mail.example/.default";
	oauth2 = oauth2_new(&settings, "/");
	token = token_at(oauth2, 1000, false);
	g_assert_cmpstr(g_ptr_array_index(endpoint.asked, 0), ==,
			"grant_type=client_credentials&client_id=desk%20app&client_secret=s%26cret"
			"&scope=https%3A%2F%2Fmail.example%2F.default");
	endpoint_end(&endpoint);
}

#define STATUS(line) "HTTP/1.1 " line "\r\nConnection: close\r\n\r\n"

static const struct {
	const char *what, *answer;
	int code;
	const char *says;
} refusals[] = {
	{ "the refresh token has ended",
	  STATUS("400 Bad") "{\"error\": \"invalid_grant\", \"error_description\": \"a\\r\\nb\"}",
	  DESK_ERROR_NO_PERMISSION, "RefreshToken= says (a  b)" },
	{ "a wrong client", STATUS("401 No") "{\"error\": \"invalid_client\"}",
	  DESK_ERROR_NO_PERMISSION, "invalid_client" },
	{ "the endpoint is ill", STATUS("503 Later") "oops", DESK_ERROR_UNAVAILABLE, "503" },
	{ "too many questions", STATUS("429 Later") "{}", DESK_ERROR_UNAVAILABLE, "429" },
	{ "a page and no token", OK "<html>", DESK_ERROR_UNAVAILABLE, "TokenUrl" },
	{ "a token of another type", OK "{\"access_token\": 5}", DESK_ERROR_UNAVAILABLE,
	  "no token" },
	{ "a token that would end a line", OK "{\"access_token\": \"a\\r\\nb\"}",
	  DESK_ERROR_UNAVAILABLE, "no token" },
	{ "nothing at all", "", DESK_ERROR_UNAVAILABLE, "away" },
	{ "another address", STATUS("302 Found\r\nLocation: http://127.0.0.1:1/"),
	  DESK_ERROR_UNAVAILABLE, "302" },
};

static void test_refusals(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		const char *const answers[] = { refusals[i].answer, NULL };
		g_autoptr(GError) error = NULL;
		g_autoptr(OAuth2) oauth2 = NULL;
		OAuth2Settings settings;
		char *token = NULL;
		Endpoint endpoint;

		g_test_message("%s", refusals[i].what);
		endpoint_begin(&endpoint, answers);
		settings = settings_for(&endpoint);
		oauth2 = oauth2_new(&settings, "/");
		g_assert_false(oauth2_token(oauth2, 1000, &token, NULL, &error));
		g_assert_error(error, DESK_ERROR, refusals[i].code);
		g_assert_nonnull(strstr(error->message, refusals[i].says));
		g_assert_nonnull(strstr(error->message, "[OAuth2 mail]"));
		g_assert_null(strstr(error->message, "s&cret"));
		g_assert_null(token);
		endpoint_end(&endpoint);
	}
}

static const struct {
	const char *what, *url, *secret;
	int code;
} settings_rows[] = {
	{ "nobody listens", "http://127.0.0.1:1/token", "env:TEST_OAUTH2_SECRET",
	  DESK_ERROR_UNAVAILABLE },
	{ "plain http elsewhere", "http://login.example/token", "env:TEST_OAUTH2_SECRET",
	  DESK_ERROR_CONFIG },
	{ "another protocol", "file:///etc/passwd", "env:TEST_OAUTH2_SECRET", DESK_ERROR_CONFIG },
	{ "no secret", "http://127.0.0.1:1/token", "file:/nonexistent/secret", DESK_ERROR_CONFIG },
};

static void test_settings(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(settings_rows); i++) {
		Endpoint nowhere = { .url = (char *)settings_rows[i].url };
		OAuth2Settings settings = settings_for(&nowhere);
		g_autoptr(GError) error = NULL;
		g_autoptr(OAuth2) oauth2 = NULL;
		char *token = NULL;

		g_test_message("%s", settings_rows[i].what);
		settings.client_secret = (char *)settings_rows[i].secret;
		oauth2 = oauth2_new(&settings, "/");
		g_assert_false(oauth2_token(oauth2, 1000, &token, NULL, &error));
		g_assert_error(error, DESK_ERROR, settings_rows[i].code);
	}
}

int main(int argc, char **argv)
{
	g_setenv("TEST_OAUTH2_SECRET", "s&cret", TRUE);
	g_setenv("TEST_OAUTH2_REFRESH", "first", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oauth2/life", test_life);
	g_test_add_func("/oauth2/client-credentials", test_client_credentials);
	g_test_add_func("/oauth2/refusals", test_refusals);
	g_test_add_func("/oauth2/settings", test_settings);
	return g_test_run();
}
