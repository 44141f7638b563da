/* smtp_server.h - an SMTP server for one test, which answers as the recipient's name says:
 *
 *   later@ 451 to RCPT    never@ 550    busy@ 421 and away    data@ 554 to the mail
 *   mute@ takes the mail and hangs up without a word    drop@ takes it, then hangs up with 421
 *   anything else: 250
 */
#pragma once

#include <gio/gio.h>
#include <string.h>

typedef struct SmtpServer {
	GSocketService *service;
	guint16 port;
	const char *greeting; /* instead of 220 */
	int sessions, mails;  /* atomic */
	GMutex lock;
	GString *last; /* the last mail, as it came */
	GString *commands;
} SmtpServer;

static inline void smtp_say(GOutputStream *out, const char *line)
{
	g_autofree char *whole = g_strconcat(line, "\r\n", NULL);

	g_output_stream_write_all(out, whole, strlen(whole), NULL, NULL, NULL);
}

static inline void smtp_take_data(SmtpServer *server, GDataInputStream *in)
{
	g_autoptr(GString) mail = g_string_new(NULL);
	char *line;

	while ((line = g_data_input_stream_read_line(in, NULL, NULL, NULL)) != NULL &&
	       strcmp(line, ".") != 0) {
		g_string_append_printf(mail, "%s\r\n", line);
		g_free(line);
	}
	g_free(line);
	g_mutex_lock(&server->lock);
	g_string_assign(server->last, mail->str);
	g_mutex_unlock(&server->lock);
	g_atomic_int_inc(&server->mails);
}

static inline const char *smtp_answer(const char *line, char *to, gsize room)
{
	if (g_str_has_prefix(line, "EHLO"))
		return "250-test\r\n250 SIZE 1000000";
	if (g_str_has_prefix(line, "MAIL"))
		return "250 ok";
	if (g_str_has_prefix(line, "RCPT")) {
		g_strlcpy(to, strchr(line, '<') + 1, room);
		return g_str_has_prefix(to, "later@")   ? "451 4.2.1 later"
		       : g_str_has_prefix(to, "never@") ? "550 5.1.1 no such user"
		       : g_str_has_prefix(to, "busy@")  ? "421 4.3.2 busy"
							: "250 ok";
	}
	if (g_str_has_prefix(line, "DATA"))
		return "354 go on";
	return g_str_has_prefix(line, "QUIT") ? "221 bye" : "250 ok";
}

static inline gboolean smtp_session(GThreadedSocketService *service, GSocketConnection *connection,
				    GObject *source, gpointer user)
{
	SmtpServer *server = user;
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	g_autoptr(GDataInputStream) in =
		g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	char to[300] = "";
	char *line;

	g_atomic_int_inc(&server->sessions);
	g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
	smtp_say(out, server->greeting != NULL ? server->greeting : "220 test ESMTP");
	while ((line = g_data_input_stream_read_line(in, NULL, NULL, NULL)) != NULL) {
		bool quit = g_str_has_prefix(line, "QUIT"), data = g_str_has_prefix(line, "DATA");

		g_mutex_lock(&server->lock);
		g_string_append_printf(server->commands, "%s\n", line);
		g_mutex_unlock(&server->lock);
		smtp_say(out, smtp_answer(line, to, sizeof to));
		g_free(line);
		if (data) {
			smtp_take_data(server, in);
			if (g_str_has_prefix(to, "mute@"))
				break;
			smtp_say(out, g_str_has_prefix(to, "data@") ? "554 5.7.1 spam"
								    : "250 2.0.0 queued");
		}
		if (quit || g_str_has_prefix(to, "busy@"))
			break;
		if (data && g_str_has_prefix(to, "drop@")) {
			smtp_say(out, "421 4.4.2 idle for too long");
			break;
		}
	}
	g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
	return TRUE;
}

static inline gpointer smtp_loop(gpointer user)
{
	g_main_loop_run(user);
	return NULL;
}

/* Runs in the default main context of a thread of its own until the program ends. */
static inline SmtpServer *smtp_server_new(const char *greeting)
{
	static GThread *thread;
	SmtpServer *server = g_new0(SmtpServer, 1);

	server->greeting = greeting;
	server->last = g_string_new(NULL);
	server->commands = g_string_new(NULL);
	g_mutex_init(&server->lock);
	server->service = g_threaded_socket_service_new(20);
	server->port =
		g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(server->service), NULL, NULL);
	g_signal_connect(server->service, "run", G_CALLBACK(smtp_session), server);
	g_socket_service_start(server->service);
	if (thread == NULL)
		thread = g_thread_new("loop", smtp_loop, g_main_loop_new(NULL, FALSE));
	return server;
}
