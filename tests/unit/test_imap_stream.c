/* test_imap_stream.c - addresses of mailboxes, names of folders, and the stream against servers
 * that are silent, endless, gone or not what they say. */
#include "gateway/imap_nesting.h"
#include "gateway/imap_session.h"

#include "common/error.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	const char *what, *source;
	Tls tls;
	const char *host, *user, *folder; /* host NULL: refused */
	guint port;
	bool implicit_tls;
} accounts[] = {
	{ "all of it", "imaps://desk@imap.example:1993/Desk/In", TLS_REQUIRED, "imap.example",
	  "desk", "Desk/In", 1993, true },
	{ "a user with @", "imaps://desk%40desk.example@imap.example/INBOX", TLS_REQUIRED,
	  "imap.example", "desk@desk.example", "INBOX", 993, true },
	{ "no folder", "imap://desk@imap.example", TLS_REQUIRED, "imap.example", "desk", "INBOX",
	  143, false },
	{ "no user", "imaps://imap.example/", TLS_REQUIRED, "imap.example", "", "INBOX", 993,
	  true },
	{ "an escaped folder", "imaps://d@h/Trait%C3%A9s%20%26", TLS_REQUIRED, "h", "d",
	  "Traités &", 993, true },
	{ "IPv6", "imap://d@[::1]:1143/INBOX", TLS_NONE, "::1", "d", "INBOX", 1143, false },
	{ "plain on this machine", "imap://d@localhost", TLS_NONE, "localhost", "d", "INBOX", 143,
	  false },
	{ "plain elsewhere", "imap://d@imap.example", TLS_NONE, NULL, NULL, NULL, 0, false },
	{ "a host that begins like this machine", "imap://d@127.0.0.1.example", TLS_NONE, NULL,
	  NULL, NULL, 0, false },
	{ "a password in it", "imaps://desk:secret@imap.example", TLS_REQUIRED, NULL, NULL, NULL, 0,
	  false },
	{ "no host", "imaps:///INBOX", TLS_REQUIRED, NULL, NULL, NULL, 0, false },
	{ "a bad port", "imaps://d@h:99999/", TLS_REQUIRED, NULL, NULL, NULL, 0, false },
	{ "a bad escape", "imaps://d@h/%GG", TLS_REQUIRED, NULL, NULL, NULL, 0, false },
	{ "a NUL", "imaps://d@h/%00", TLS_REQUIRED, NULL, NULL, NULL, 0, false },
};

static void test_accounts(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(accounts); i++) {
		Settings settings = { .folder = (char *)"/", .test_clock = 1.0 };
		MailboxSettings mailbox = { .name = (char *)"inbox",
					    .source = (char *)accounts[i].source,
					    .tls = accounts[i].tls };
		g_autoptr(GError) error = NULL;
		g_autoptr(ImapAccount) account = imap_account_new(&settings, &mailbox, &error);

		g_test_message("%s", accounts[i].what);
		if (accounts[i].host == NULL) {
			g_assert_null(account);
			g_assert_error(error, DESK_ERROR, DESK_ERROR_CONFIG);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(account->host, ==, accounts[i].host);
		g_assert_cmpstr(account->user, ==, accounts[i].user);
		g_assert_cmpstr(account->folder, ==, accounts[i].folder);
		g_assert_cmpuint(account->port, ==, accounts[i].port);
		g_assert_true(account->implicit_tls == accounts[i].implicit_tls);
	}
}

static void test_same_folder(void)
{
	Settings settings = { .folder = (char *)"/", .test_clock = 1.0 };
	MailboxSettings mailbox = { .name = (char *)"inbox",
				    .source = (char *)"imaps://d@h/Processed",
				    .processed = (char *)"Processed" };
	g_autoptr(GError) error = NULL;

	g_assert_null(imap_account_new(&settings, &mailbox, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_CONFIG);
}

static const struct {
	const char *name, *spelled;
} folders[] = {
	{ "Processed", "Processed" },
	{ "", "" },
	{ "a & b", "a &- b" },
	{ "&", "&-" },
	{ "Traités", "Trait&AOk-s" },
	{ "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, /* RFC 3501 5.1.3 */
	{ "\U0001f600", "&2D3eAA-" },
	{ "é&é", "&AOk-&-&AOk-" },
	{ "broken \xff", "broken &,,0-" },
};

static void test_folders(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *spelled = imap_folder_name(folders[i].name);

		g_assert_cmpstr(spelled, ==, folders[i].spelled);
	}
}

/* A server for one connection: says text, then leaves, or waits for the other side to. */
typedef struct Peer {
	int listener;
	guint16 port;
	const char *says;
	gsize times;
	bool leaves;
	GThread *thread;
} Peer;

static gpointer peer_run(gpointer data)
{
	Peer *peer = data;
	int fd = accept(peer->listener, NULL, NULL);
	char byte;

	for (gsize i = 0; i < peer->times; i++)
		if (send(fd, peer->says, strlen(peer->says), MSG_NOSIGNAL) < 0)
			break;
	while (!peer->leaves && recv(fd, &byte, 1, 0) > 0)
		;
	close(fd);
	return NULL;
}

static void peer_begin(Peer *peer)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;

	peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(peer->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(peer->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(peer->listener, (struct sockaddr *)&address, &size), ==, 0);
	peer->port = ntohs(address.sin_port);
	peer->thread = g_thread_new("peer", peer_run, peer);
}

static void peer_end(Peer *peer)
{
	g_thread_join(peer->thread);
	close(peer->listener);
}

static const struct {
	const char *what, *says;
	gsize times;
	bool leaves, stops;
	guint seconds; /* of the command */
	int code;
	const char *why;
} peers[] = {
	{ "the other side leaves", "* OK hello", 1, true, false, 5, DESK_ERROR_UNAVAILABLE,
	  "closed the connection" },
	{ "it says nothing until the command's time is over", "", 0, false, false, 1,
	  DESK_ERROR_UNAVAILABLE, "too slow" },
	{ "it says more than was asked for", "0123456789abcdef", 64 * 1024, false, false, 5,
	  DESK_ERROR_UNAVAILABLE, "more than was asked for" },
	{ "the program must stop", "", 0, false, true, 5, DESK_ERROR_TEMPFAIL, "stopped" },
};

static void test_peers(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
		Peer peer = { .says = peers[i].says,
			      .times = peers[i].times,
			      .leaves = peers[i].leaves };
		int stop_fd = eventfd(peers[i].stops ? 1 : 0, EFD_CLOEXEC);
		g_autoptr(GError) error = NULL;
		ImapStream *stream;
		mailstream *wrapped;
		char buffer[1024];

		g_test_message("%s", peers[i].what);
		peer_begin(&peer);
		stream = imap_stream_connect("127.0.0.1", peer.port, stop_fd, 60, &error);
		if (peers[i].stops && stream == NULL) { /* at once, when connecting took a moment */
			g_assert_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL);
			stream = imap_stream_connect("127.0.0.1", peer.port, -1, 60, NULL);
			imap_stream_free(stream);
			peer_end(&peer);
			close(stop_fd);
			continue;
		}
		g_assert_no_error(error);
		imap_stream_hurry(stream, peers[i].seconds);
		wrapped = imap_stream_wrap(stream);
		while (mailstream_read(wrapped, buffer, sizeof buffer) > 0)
			;
		g_assert_nonnull(imap_stream_error(stream));
		g_assert_cmpint(imap_stream_error(stream)->code, ==, peers[i].code);
		g_assert_nonnull(strstr(imap_stream_error(stream)->message, peers[i].why));
		mailstream_close(wrapped);
		peer_end(&peer);
		close(stop_fd);
	}
}

static void test_no_tls(void)
{
	Peer peer = { .says = "* OK IMAP without TLS\r\n", .times = 1, .leaves = true };
	g_autoptr(GError) error = NULL, absent = NULL;
	ImapStream *stream;

	peer_begin(&peer);
	stream = imap_stream_connect("127.0.0.1", peer.port, -1, 60, NULL);
	g_assert_false(imap_stream_secure(stream, "localhost", "/nonexistent/ca.pem", &absent));
	g_assert_error(absent, DESK_ERROR, DESK_ERROR_CONFIG);
	g_assert_nonnull(strstr(absent->message, "/nonexistent/ca.pem"));
	imap_stream_free(stream);
	peer_end(&peer);
	g_assert_null(imap_stream_connect("127.0.0.1", peer.port, -1, 60, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
}

/* Lists that are nested without end would fill the stack of libetpan. */
static void test_nesting(void)
{
	g_autofree char *deep = g_strnfill(IMAP_NESTING_MOST + 1, '(');
	static const struct {
		const char *before;
		bool fits;
	} rows[] = {
		{ "* 1 FETCH (BODYSTRUCTURE ", false },
		{ "* OK [ALERT] text {500}\r\n* 1 FETCH (", false },
		{ "* SEARCH {500}\r\n", false },
		{ "* 1 FETCH (FLAGS (\\Seen) X \"a\\\"b\" ", false },
		{ "* 1 FETCH (UID 1 BODY[] {500}\r\n", true },
		{ "* 1 FETCH (UID 1 BODY[] {500}\r\nabc\r\n\r\nabc", true },
		{ "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 fetch (BODY[] {101}\r\n", true },
		{ "* 1 FETCH (UID 1 BODY[] \"\\\"", true },
		{ "* 1 FETCH (UID 1 BODY[] {3}\r\nabc ", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *whole = g_strconcat(rows[i].before, deep, NULL);
		ImapNesting at_once = { 0 }, one_by_one = { 0 };
		bool fits = true;

		g_test_message("%s", rows[i].before);
		g_assert_true(imap_nesting_fits(&at_once, whole, strlen(whole)) == rows[i].fits);
		for (const char *p = whole; *p != '\0'; p++)
			fits = imap_nesting_fits(&one_by_one, p, 1) && fits;
		g_assert_true(fits == rows[i].fits);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap/accounts", test_accounts);
	g_test_add_func("/imap/same-folder", test_same_folder);
	g_test_add_func("/imap/folders", test_folders);
	g_test_add_func("/imap/peers", test_peers);
	g_test_add_func("/imap/nesting", test_nesting);
	g_test_add_func("/imap/no-tls", test_no_tls);
	return g_test_run();
}
