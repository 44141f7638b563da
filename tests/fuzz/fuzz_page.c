/* fuzz_page.c - any bytes as what a client sends to the portal, on a Unix socket, with a real
 * database behind it: each answer has the headers that every answer has, and no others.
 *
 * Bytes of the input that stand for what is random: 1 the cookie of an employee, 2 of a dossier
 * manager, 3 the employee's CSRF token, 4 the manager's, 5 the number of a case, 6 a link's token.
 * PERSOCONTACT_DATA names where forms and texts lie.
 */
#include "portal/portal.c" /* its loop, turned by hand */

#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "portal/listen.h"
#include "store/sessions.h"
#include "tests/unit/store_fixture.h"

#define SENT_MOST (256 * 1024)
#define RENEW 20000 /* requests, then a new database */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const known[] = {
	"Date",
	"Content-Length",
	"Content-Type",
	"Content-Language",
	"Content-Disposition",
	"Content-Range",
	"Content-Security-Policy",
	"X-Content-Type-Options",
	"Referrer-Policy",
	"Cache-Control",
	"Cross-Origin-Opener-Policy",
	"Cross-Origin-Resource-Policy",
	"X-Robots-Tag",
	"Retry-After",
	"Location",
	"Set-Cookie",
	"Accept-Ranges",
	"ETag",
	"Allow",
	"Connection",
	"Transfer-Encoding",
};

static struct World {
	Desk *desk;
	Forms *forms;
	Texts *texts;
	Secret *secret;
	Portal portal;
	Listener listener;
	struct sockaddr_un address;
	char *where;
	char *tokens[7]; /* by the byte that stands for each */
	int fd;
	guint served;
} world;

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* ---- the desk ---- */

static char *csrf_of(char *token)
{
	Request request = { .portal = &world.portal, .token = token };

	return request_csrf(&request);
}

static char *session_of(const char *holder)
{
	char *token = secret_token();
	g_autofree char *hash = secret_token_hash(token);
	PageSession session = { .holder = (char *)holder,
				.browser = (char *)"",
				.began = g_get_real_time() / G_USEC_PER_SEC };

	must(session_begin(world.desk->store, hash, &session, G_MAXINT32, NULL));
	return token;
}

static bool is_over(const char *token)
{
	g_autofree char *hash = secret_token_hash(token != NULL ? token : "");
	g_autoptr(PageSession) session = NULL;

	must(session_find(world.desk->store, hash, g_get_real_time() / G_USEC_PER_SEC, G_MAXINT32,
			  &session, NULL));
	return session == NULL;
}

/* A request may end a session: what is gone is begun anew. */
static void sign_in(void)
{
	static const char *const holders[] = { NULL, "p:1001", "p:3001" };

	for (int i = 1; i <= 2; i++) {
		if (!is_over(world.tokens[i]))
			continue;
		g_free(world.tokens[i]);
		g_free(world.tokens[i + 2]);
		world.tokens[i] = session_of(holders[i]);
		world.tokens[i + 2] = csrf_of(world.tokens[i]);
	}
}

static void make_case(void)
{
	g_autoptr(Case) c = desk_get(world.desk, desk_case(world.desk, "absence", CASE_OPEN, NOW));
	g_autofree char *hash = NULL;

	world.tokens[5] = g_strdup(c->number);
	world.tokens[6] = secret_token();
	hash = secret_token_hash(world.tokens[6]);
	must(token_put(world.desk->store, hash, TOKEN_CASE, c->id, "p:1001", G_MAXINT32, NULL));
}

static void open_world(void)
{
	static const char bytes[] = "0123456789abcdef0123456789abcdef";
	Settings *settings;

	world.desk = desk_new();
	world.secret = secret_new(bytes, sizeof(bytes) - 1, NULL);
	settings = world.desk->settings;
	settings->address = g_strdup("desk@desk.example");
	settings->url = g_strdup("http://desk.example");
	settings->requests_per_minute = G_MAXINT32;
	must(bucket_set(world.desk->store, LINK_BUCKET, 1000000, NULL));
	portal_open(&world.portal, &(PortalDesk){ .settings = settings,
						  .forms = world.forms,
						  .texts = world.texts,
						  .secret = world.secret,
						  .store = world.desk->store });
	make_case();
	world.where = g_strdup_printf("unix:%s/web", world.desk->folder);
	world.address.sun_family = AF_UNIX;
	g_strlcpy(world.address.sun_path, world.where + strlen("unix:"),
		  sizeof(world.address.sun_path));
	world.fd = listen_open("Portal", world.where, NULL);
	must(world.fd >= 0);
	must(start(&world.listener, &world.portal, world.fd, NULL, NULL));
	world.served = 0;
}

static void close_world(void)
{
	MHD_stop_daemon(world.listener.daemon);
	portal_close(&world.portal);
	listen_close(world.fd, world.where);
	for (gsize i = 0; i < G_N_ELEMENTS(world.tokens); i++)
		g_clear_pointer(&world.tokens[i], g_free);
	g_clear_pointer(&world.where, g_free);
	g_clear_pointer(&world.secret, secret_free);
	desk_free(world.desk);
}

static void leave(void)
{
	close_world();
	forms_free(world.forms);
	texts_free(world.texts);
}

static void open_once(void)
{
	g_autofree char *folder = NULL, *words = NULL;

	if (world.desk != NULL && ++world.served < RENEW)
		return;
	if (world.desk != NULL) {
		close_world();
		open_world();
		return;
	}
	folder = data_folder("forms/definitions");
	words = data_folder("texts");
	world.forms = forms_open(folder, NULL, NULL);
	world.texts = texts_open(words, NULL);
	must(world.forms != NULL && world.texts != NULL);
	open_world();
	atexit(leave);
}

/* ---- one client ---- */

static GString *request_of(const uint8_t *bytes, size_t length)
{
	GString *sent = g_string_new(NULL);

	for (size_t i = 0; i < length && sent->len < SENT_MOST; i++)
		if (bytes[i] > 0 && bytes[i] < G_N_ELEMENTS(world.tokens))
			g_string_append(sent, world.tokens[bytes[i]]);
		else
			g_string_append_c(sent, (char)bytes[i]);
	return sent;
}

static void take_what_came(int fd, GString *got)
{
	char piece[16 * 1024];
	gssize n;

	while ((n = recv(fd, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		g_string_append_len(got, piece, n);
}

/* Sends, ends its side, reads until the portal has ended the connection. */
static GString *ask(const GString *sent)
{
	GString *got = g_string_new(NULL);
	gsize done = 0;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd >= 0 && connect(fd, (struct sockaddr *)&world.address, sizeof(world.address)) == 0);
	for (guint turns = 0; turns == 0 || g_hash_table_size(world.portal.connections) > 0;
	     turns++) {
		gssize n = done < sent->len ? send(fd, sent->str + done, sent->len - done,
						   MSG_DONTWAIT | MSG_NOSIGNAL)
					    : 0;

		done += n > 0 ? (gsize)n : 0;
		if (done == sent->len || (n < 0 && errno != EAGAIN))
			shutdown(fd, SHUT_WR);
		MHD_run_wait(world.listener.daemon, 0);
		take_what_came(fd, got);
		must(turns < 10000);
	}
	take_what_came(fd, got);
	close(fd);
	return got;
}

/* ---- what holds for every answer ---- */

static bool is_known(const char *line)
{
	for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_str_has_prefix(line, known[i]) && line[strlen(known[i])] == ':')
			return true;
	return false;
}

static void check_header(char **lines)
{
	guint ours = 0;

	for (char **line = lines + 1; *line != NULL; line++) {
		must(is_known(*line));
		ours += g_str_has_prefix(*line, "Content-Security-Policy:") ||
					g_str_has_prefix(*line, "X-Content-Type-Options:") ||
					g_str_has_prefix(*line, "Referrer-Policy:") ||
					g_str_has_prefix(*line, "Cache-Control:")
				? 1
				: 0;
		if (g_str_has_prefix(*line, "Location: "))
			must((*line)[10] == '/' && (*line)[11] != '/' && (*line)[11] != '\\');
		if (g_str_has_prefix(*line, "Set-Cookie: "))
			must(strstr(*line, "; HttpOnly") != NULL &&
			     strstr(*line, "; SameSite=Strict") != NULL);
	}
	must(ours == 4);
}

/* What the cookie holds is in no page, unless somebody typed it. */
static void check_secret(const GString *sent, const char *body)
{
	for (int i = 1; i <= 2; i++) {
		g_autofree char *cookie =
			g_strconcat("\r\nCookie: persocontact=", world.tokens[i], NULL);
		const char *first = strstr(sent->str, world.tokens[i]);

		if (first != NULL && strstr(sent->str, cookie) != NULL &&
		    strstr(first + 1, world.tokens[i]) == NULL)
			must(strstr(body, world.tokens[i]) == NULL);
	}
}

static void check_body(const char *body)
{
	static const char *const never[] = { "<script", "<iframe", "<object", "<img", "<base" };
	g_autofree char *lower = g_ascii_strdown(body, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
		must(strstr(lower, never[i]) == NULL);
}

/* The library answers by itself what is no HTTP, or too long: with a page of its own that says
 * nothing of us. */
static bool is_the_librarys(const char *header)
{
	return strstr(header, "Content-Security-Policy:") == NULL &&
	       (g_str_has_prefix(header, "HTTP/1.1 4") || g_str_has_prefix(header, "HTTP/1.1 5") ||
		g_str_has_prefix(header, "HTTP/1.0 4") || g_str_has_prefix(header, "HTTP/1.0 5"));
}

static void check_answer(const GString *sent, const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");
	g_autofree char *header = NULL;
	g_auto(GStrv) lines = NULL;

	if (*answer == '\0' || g_str_has_prefix(answer, "HTTP/1.1 100 "))
		return;
	must(g_str_has_prefix(answer, "HTTP/1.") && end != NULL);
	header = g_strndup(answer, (gsize)(end - answer));
	if (is_the_librarys(header))
		return;
	lines = g_strsplit(header, "\r\n", -1);
	check_header(lines);
	must(!g_str_has_prefix(answer + strlen("HTTP/1.1 "), "500"));
	if (strstr(header, "Content-Type: text/html") == NULL)
		return;
	check_body(end);
	check_secret(sent, end);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(GString) sent = NULL, got = NULL;

	open_once();
	sign_in();
	sent = request_of(bytes, length);
	got = ask(sent);
	check_answer(sent, got->str);
	return 0;
}
