/* test_source_imap.c - the IMAP source against a server that answers by a script: what real
 * servers do seldom, or only when they are broken.  Real ones are in tests/functional. */
#include "gateway/source.h"

#include "common/error.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Script { /* what is particular about a server */
	const char *what;
	const char *sizes;  /* answer to the FETCH of sizes */
	const char *fetch;  /* answer to a FETCH of several mails */
	const char *status; /* "OK done", "NO ...", or NULL: the connection ends */
	const char *single; /* answer to a FETCH of one mail, with OK; NULL: as fetch and status */
	bool refuse;        /* the sink cannot keep */
	bool taken_fails;
	const char *says;     /* in the error */
	const char *mails[3]; /* what the sink has got whole */
	const char *moved;    /* the set that is moved, or NULL */
} Script;

#define SIZES                                                                             \
	"* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE \"10-Nov-2026 10:00:00 +0100\")\r\n" \
	"* 2 FETCH (UID 2 RFC822.SIZE 3 INTERNALDATE \"10-Nov-2026 10:00:00 +0100\")\r\n"

static const Script scripts[] = {
	{ .what = "two mails",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ndef)\r\n",
	  .status = "OK done",
	  .mails = { "abc", "def" },
	  .moved = "1:2" },
	{ .what = "the UID after the body, a quoted body, flags and a mail that was not asked for",
	  .sizes = SIZES,
	  .fetch =
		  "* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n* 2 FETCH (FLAGS (\\Seen))\r\n"
		  "* 9 FETCH (UID 99 BODY[] {3}\r\nxyz)\r\n* 2 FETCH (BODY[] \"d\\\"f\" UID 2)\r\n",
	  .status = "OK done",
	  .mails = { "abc", "d\"f" },
	  .moved = "1:2" },
	{ .what = "a mail that another program moved away meanwhile",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (UID 1 BODY[] NIL)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ndef)\r\n",
	  .status = "OK done",
	  .single = "",
	  .mails = { "def" },
	  .moved = "2" },
	{ .what = "a mail whose text the server does not have",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (UID 1 BODY[] NIL)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ndef)\r\n",
	  .status = "OK done",
	  .single = "* 1 FETCH (UID 1 BODY[] NIL)\r\n",
	  .taken_fails = true,
	  .says = "UID 1 stays in the mailbox",
	  .mails = { "def" },
	  .moved = "2" },
	{ .what = "the server refuses several together, not one by one",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n",
	  .status = "NO some are damaged",
	  .single = "* 2 FETCH (UID 2 BODY[] {3}\r\ndef)\r\n",
	  .mails = { "abc", "def" },
	  .moved = "1:2" },
	{ .what = "an empty mail",
	  .sizes = "* 1 FETCH (UID 1 RFC822.SIZE 0)\r\n",
	  .fetch = "* 1 FETCH (UID 1 BODY[] \"\")\r\n",
	  .status = "OK done",
	  .mails = { "" },
	  .moved = "1" },
	{ .what = "the connection ends in the middle of a mail",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\nd",
	  .taken_fails = true,
	  .says = "closed the connection",
	  .mails = { "abc" } },
	{ .what = "the server says goodbye",
	  .sizes = SIZES,
	  .fetch = "* BYE shutting down\r\n",
	  .taken_fails = true,
	  .says = "closed the connection" },
	{ .what = "the answer makes no sense",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (((((\r\n",
	  .status = "OK done",
	  .taken_fails = true,
	  .says = "makes no sense" },
	{ .what = "the sink cannot keep: nothing is moved",
	  .sizes = SIZES,
	  .fetch = "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ndef)\r\n",
	  .status = "OK done",
	  .refuse = true,
	  .taken_fails = true,
	  .says = "the disk is full",
	  .mails = { "abc", "def" } },
};

typedef struct Server {
	const Script *script;
	int listener;
	guint16 port;
	GThread *thread;
	GPtrArray *commands; /* without their tags */
} Server;

static bool say(int fd, const char *text)
{
	return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* The answer to a command: what stands before the tagged line, and that line's text. */
static const char *answer_of(const Server *server, const char *command, const char **status)
{
	const Script *script = server->script;

	*status = "OK done";
	if (g_str_has_prefix(command, "CAPABILITY"))
		return "* CAPABILITY IMAP4rev1 MOVE UIDPLUS IDLE\r\n";
	if (g_str_has_prefix(command, "SELECT"))
		return "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";
	if (g_str_has_prefix(command, "UID SEARCH"))
		return "* SEARCH 2 1\r\n";
	if (g_str_has_prefix(command, "UID FETCH") && strstr(command, "SIZE") != NULL)
		return script->sizes;
	if (g_str_has_prefix(command, "UID FETCH")) {
		if (script->single != NULL && !g_str_has_prefix(command, "UID FETCH 1:2"))
			return script->single;
		*status = script->status;
		return script->fetch;
	}
	return "";
}

static gpointer server_run(gpointer data)
{
	Server *server = data;
	int fd = accept(server->listener, NULL, NULL);
	FILE *in = fdopen(fd, "r");
	char line[1024];

	say(fd, "* OK hello\r\n");
	while (fgets(line, sizeof line, in) != NULL) {
		char *command = strchr(line, ' ');
		const char *status;
		g_autofree char *last = NULL;

		*command++ = '\0';
		g_strchomp(command);
		g_ptr_array_add(server->commands, g_strdup(command));
		say(fd, answer_of(server, command, &status));
		if (status == NULL || g_str_equal(command, "LOGOUT"))
			break;
		last = g_strdup_printf("%s %s\r\n", line, status);
		say(fd, last);
	}
	fclose(in);
	return NULL;
}

static void server_begin(Server *server, const Script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;

	server->script = script;
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(server->listener, (struct sockaddr *)&address, size), ==, 0);
	g_assert_cmpint(listen(server->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(server->listener, (struct sockaddr *)&address, &size), ==, 0);
	server->port = ntohs(address.sin_port);
	server->commands = g_ptr_array_new_with_free_func(g_free);
	server->thread = g_thread_new("server", server_run, server);
}

typedef struct TextSink {
	Sink sink;
	GString *mail;
	GPtrArray *mails;
	bool refuse;
} TextSink;

static bool sink_known(Sink *sink, const char *mailbox, gint64 uidvalidity, const char *uid,
		       bool *ret_known, GError **error)
{
	g_assert_cmpint(uidvalidity, ==, 7);
	*ret_known = false;
	return true;
}

static bool sink_begin(Sink *sink, GError **error)
{
	g_string_truncate(((TextSink *)sink)->mail, 0);
	return true;
}

static bool sink_bytes(Sink *sink, const void *bytes, gsize length, GError **error)
{
	g_string_append_len(((TextSink *)sink)->mail, bytes, (gssize)length);
	return true;
}

static bool sink_end(Sink *sink, const SourceMail *mail, GError **error)
{
	TextSink *self = (TextSink *)sink;

	if (mail->size > 0)
		g_assert_cmpint(mail->received, ==, 1794301200); /* 09:00 UTC */
	g_ptr_array_add(self->mails, g_strdup(self->mail->str));
	return true;
}

static bool sink_keep(Sink *sink, GError **error)
{
	if (((TextSink *)sink)->refuse)
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "the disk is full");
	return !((TextSink *)sink)->refuse;
}

/* The set of the only UID MOVE, or NULL when there was none. */
static char *moved_set(const Server *server)
{
	char *set = NULL;

	for (guint i = 0; i < server->commands->len; i++) {
		const char *command = g_ptr_array_index(server->commands, i);

		if (!g_str_has_prefix(command, "UID MOVE "))
			continue;
		g_assert_null(set);
		g_assert_nonnull(strstr(command, "Processed"));
		set = g_strndup(command + 9, strcspn(command + 9, " "));
	}
	return set;
}

static void run_script(const Script *script)
{
	Settings settings = { .folder = (char *)"/", .test_clock = 1.0 };
	g_autofree char *url = NULL, *moved = NULL;
	MailboxSettings mailbox = { .name = (char *)"inbox",
				    .tls = TLS_NONE,
				    .after = AFTER_MOVE,
				    .processed = (char *)"Processed",
				    .quarantine = (char *)"Quarantine",
				    .poll = 60 };
	TextSink sink = { { sink_known, sink_begin, sink_bytes, sink_end, sink_keep },
			  g_string_new(NULL),
			  g_ptr_array_new_with_free_func(g_free),
			  script->refuse };
	g_autoptr(GError) error = NULL;
	Server server;
	Source *source;
	guint taken = 99;

	server_begin(&server, script);
	url = g_strdup_printf("imap://desk@127.0.0.1:%u/INBOX", server.port);
	mailbox.source = url;
	source = source_open(&settings, &mailbox, &error);
	g_assert_no_error(error);
	g_assert_true(source->take(source, &sink.sink, &taken, &error) == !script->taken_fails);
	source_free(source);
	g_thread_join(server.thread);
	if (script->taken_fails)
		g_assert_nonnull(strstr(error->message, script->says));
	for (guint i = 0; i < sink.mails->len; i++)
		g_assert_cmpstr(g_ptr_array_index(sink.mails, i), ==, script->mails[i]);
	g_assert_null(script->mails[sink.mails->len]);
	moved = moved_set(&server);
	g_assert_cmpstr(moved, ==, script->moved);
	close(server.listener);
	g_ptr_array_unref(server.commands);
	g_ptr_array_unref(sink.mails);
	g_string_free(sink.mail, TRUE);
}

static void test_scripts(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_test_message("%s", scripts[i].what);
		run_script(&scripts[i]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/source-imap/scripts", test_scripts);
	return g_test_run();
}
