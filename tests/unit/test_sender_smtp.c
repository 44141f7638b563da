/* test_sender_smtp.c - what becomes of a mail, against a server that answers as it is told. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "common/error.h"
#include "folder.h"
#include "notifier/sender_smtp.h"
#include "smtp_server.h"

static const char mail_bytes[] = "Subject: x\r\n\r\n.dot\r\nbye\r\n";
static int mail_fd;

static Settings *settings_for(guint16 port, guint connections)
{
	Settings *settings = settings_defaults();

	g_free(settings->address);
	settings->address = g_strdup("desk@desk.example");
	g_free(settings->smtp.server);
	settings->smtp.server = g_strdup_printf("smtp://127.0.0.1:%u", port);
	settings->smtp.tls = TLS_NONE;
	settings->smtp.connections = connections;
	return settings;
}

static SendJob *job_to(const char *to)
{
	SendJob *job = send_job_new();

	job->from = "desk+b1.x@desk.example";
	job->to = to;
	job->fd = mail_fd;
	job->length = (gint64)strlen(mail_bytes);
	return job;
}

static void count_finished(SendJob *job, void *user)
{
	++*(guint *)user;
}

static GPtrArray *send_to(Sender *sender, const char *const *to)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func((GDestroyNotify)send_job_free);
	guint finished = 0;

	for (; *to != NULL; to++)
		g_ptr_array_add(jobs, job_to(*to));
	sender->send(sender, jobs, -1, count_finished, &finished);
	g_assert_cmpuint(finished, ==, jobs->len);
	return jobs;
}

static const SendJob *job_at(const GPtrArray *jobs, guint i)
{
	return g_ptr_array_index(jobs, i);
}

static void test_outcome(void)
{
	static const struct {
		const char *what;
		CURLcode code;
		long reply;
		SmtpPhase phase;
		SendResult result;
		bool away;
	} rows[] = {
		{ "taken", CURLE_OK, 250, SMTP_DATA, SEND_DONE, false },
		{ "no such user", CURLE_SEND_ERROR, 550, SMTP_RCPT, SEND_NEVER, false },
		{ "greylisted", CURLE_SEND_ERROR, 451, SMTP_RCPT, SEND_LATER, false },
		{ "refused for its content", CURLE_WEIRD_SERVER_REPLY, 554, SMTP_DATA, SEND_NEVER,
		  false },
		{ "full", CURLE_WEIRD_SERVER_REPLY, 452, SMTP_DATA, SEND_LATER, false },
		{ "broken in the middle", CURLE_RECV_ERROR, 354, SMTP_DATA, SEND_LATER, false },
		{ "our sender is not liked: all would be lost", CURLE_SEND_ERROR, 553, SMTP_MAIL,
		  SEND_LATER, false },
		{ "too large", CURLE_SEND_ERROR, 552, SMTP_MAIL, SEND_NEVER, false },
		{ "login first", CURLE_SEND_ERROR, 530, SMTP_MAIL, SEND_LATER, true },
		{ "wrong password", CURLE_LOGIN_DENIED, 535, SMTP_CONNECT, SEND_LATER, true },
		{ "nobody there", CURLE_COULDNT_CONNECT, 0, SMTP_CONNECT, SEND_LATER, true },
		{ "a greeting that refuses", CURLE_WEIRD_SERVER_REPLY, 554, SMTP_CONNECT,
		  SEND_LATER, true },
		{ "a certificate of somebody else", CURLE_PEER_FAILED_VERIFICATION, 220,
		  SMTP_CONNECT, SEND_LATER, true },
		{ "our own disk", CURLE_ABORTED_BY_CALLBACK, 354, SMTP_DATA, SEND_LATER, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		SmtpOutcome outcome = smtp_outcome(rows[i].code, rows[i].reply, rows[i].phase);

		g_test_message("%s", rows[i].what);
		g_assert_cmpint(outcome.result, ==, rows[i].result);
		g_assert_cmpint(outcome.away, ==, rows[i].away);
	}
	g_assert_true(smtp_was_stale(CURLE_SEND_ERROR, 421, false, false));
	g_assert_false(smtp_was_stale(CURLE_SEND_ERROR, 550, false, false));
	g_assert_false(
		smtp_was_stale(CURLE_RECV_ERROR, 0, false, true)); /* the mail may have arrived */
	g_assert_false(smtp_was_stale(CURLE_COULDNT_CONNECT, 0, true, false));
}

static void test_answers(void)
{
	static const char *const to[] = { "an@x",   "later@x", "never@x", "data@x",
					  "mute@x", "busy@x",  "eva@x",   NULL };
	static const SendResult wanted[] = { SEND_DONE,  SEND_LATER, SEND_NEVER, SEND_NEVER,
					     SEND_LATER, SEND_LATER, SEND_DONE };
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(Settings) settings = settings_for(server->port, 1);
	g_autoptr(Sender) sender = sender_open(settings, NULL);
	g_autoptr(GPtrArray) jobs = send_to(sender, to);

	for (guint i = 0; i < jobs->len; i++) {
		g_test_message("%s: %s", to[i], job_at(jobs, i)->reply);
		g_assert_cmpint(job_at(jobs, i)->result, ==, wanted[i]);
		g_assert_false(job_at(jobs, i)->away);
	}
	g_assert_cmpstr(job_at(jobs, 2)->reply, ==, "550 5.1.1 no such user");
	g_assert_cmpstr(job_at(jobs, 1)->reply, ==, "451 4.2.1 later");
	g_assert_cmpstr(job_at(jobs, 3)->reply, ==, "554 5.7.1 spam");
	g_mutex_lock(&server->lock);
	g_assert_cmpstr(server->last->str, ==, "Subject: x\r\n\r\n..dot\r\nbye\r\n");
	g_mutex_unlock(&server->lock);
}

/* A connection is used again, and one that died meanwhile costs no mail. */
static void test_reuse(void)
{
	static const char *const many[] = { "a@x", "b@x", "c@x", "d@x", "e@x", NULL };
	static const char *const drop[] = { "drop@x", NULL };
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(Settings) settings = settings_for(server->port, 1);
	g_autoptr(Sender) sender = sender_open(settings, NULL);
	g_autoptr(GPtrArray) G_GNUC_UNUSED first = send_to(sender, many);

	g_assert_cmpint(g_atomic_int_get(&server->sessions), ==, 1);
	g_autoptr(GPtrArray) G_GNUC_UNUSED second = send_to(sender, drop);
	g_usleep(50 * 1000); /* the 421 is on its way */
	g_autoptr(GPtrArray) third = send_to(sender, many);

	for (guint i = 0; i < third->len; i++)
		g_assert_cmpint(job_at(third, i)->result, ==, SEND_DONE);
	g_assert_cmpint(g_atomic_int_get(&server->mails), ==, 11);
	g_assert_cmpint(g_atomic_int_get(&server->sessions), ==, 2);
}

static void test_several(void)
{
	static const char *const many[] = { "a@x", "b@x", "c@x", "d@x", "e@x", "f@x",
					    "g@x", "h@x", "i@x", "j@x", NULL };
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(Settings) settings = settings_for(server->port, 4);
	g_autoptr(Sender) sender = sender_open(settings, NULL);
	g_autoptr(GPtrArray) jobs = send_to(sender, many);

	for (guint i = 0; i < jobs->len; i++) {
		g_test_message("%s: %s", many[i], job_at(jobs, i)->reply);
		g_assert_cmpint(job_at(jobs, i)->result, ==, SEND_DONE);
	}
	g_assert_cmpint(g_atomic_int_get(&server->sessions), <=, 4);
	g_assert_cmpint(g_atomic_int_get(&server->mails), ==, 10);
}

/* Nobody there, or somebody who refuses everybody: no mail is blamed. */
static void test_away(void)
{
	static const char *const many[] = { "a@x", "b@x", "c@x", "d@x", "e@x", NULL };
	SmtpServer *refuses = smtp_server_new("554 not you");
	const guint16 ports[] = { 9, refuses->port }; /* discard: nobody listens */

	for (gsize p = 0; p < G_N_ELEMENTS(ports); p++) {
		g_autoptr(Settings) settings = settings_for(ports[p], 2);
		g_autoptr(Sender) sender = sender_open(settings, NULL);
		g_autoptr(GPtrArray) jobs = send_to(sender, many);
		g_autoptr(GError) error = NULL;

		for (guint i = 0; i < jobs->len; i++) {
			g_assert_cmpint(job_at(jobs, i)->result, ==, SEND_LATER);
			g_assert_true(job_at(jobs, i)->away);
			g_assert_cmpstr(job_at(jobs, i)->reply, !=, "");
		}
		g_assert_null(sender->check(sender, &error));
		g_assert_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
		g_assert_nonnull(strstr(error->message, "127.0.0.1:"));
	}
}

/* No address makes a command. */
static void test_injection(void)
{
	static const char *const bad[] = { "a@x>\r\nRCPT TO:<b@x", "a b@x", "", "a@x>", NULL };
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(Settings) settings = settings_for(server->port, 1);
	g_autoptr(Sender) sender = sender_open(settings, NULL);
	g_autoptr(GPtrArray) jobs = send_to(sender, bad);

	for (guint i = 0; i < jobs->len; i++)
		g_assert_cmpint(job_at(jobs, i)->result, ==, SEND_NEVER);
	g_assert_cmpint(g_atomic_int_get(&server->sessions), ==, 0);
}

/* TLS is required and the server has none: nothing is sent in the clear. */
static void test_no_tls(void)
{
	static const char *const to[] = { "a@x", NULL };
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(Settings) settings = settings_for(server->port, 1);

	settings->smtp.tls = TLS_REQUIRED;
	g_autoptr(Sender) sender = sender_open(settings, NULL);
	g_autoptr(GPtrArray) jobs = send_to(sender, to);

	g_assert_true(job_at(jobs, 0)->away);
	g_mutex_lock(&server->lock);
	g_assert_null(strstr(server->commands->str, "MAIL"));
	g_mutex_unlock(&server->lock);
}

static void test_check(void)
{
	static const char *const none[] = { NULL };
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(Settings) settings = settings_for(server->port, 1);
	g_autoptr(Sender) sender = sender_open(settings, NULL);
	g_autoptr(GPtrArray) G_GNUC_UNUSED empty = send_to(sender, none);
	g_autofree char *said = sender->check(sender, NULL);

	g_assert_nonnull(strstr(said, "takes mail"));
}

static void test_broken_settings(void)
{
	g_autoptr(Settings) settings = settings_for(25, 1);
	g_autoptr(GError) error = NULL;

	settings->smtp.password = g_strdup("file:/no/such/secret");
	g_assert_null(sender_open(settings, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_CONFIG);
}

int main(int argc, char **argv)
{
	char *folder = folder_new();
	g_autofree char *path = folder_put(folder, "mail", mail_bytes, -1);
	int status;

	mail_fd = open(path, O_RDONLY);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sender-smtp/outcome", test_outcome);
	g_test_add_func("/sender-smtp/answers", test_answers);
	g_test_add_func("/sender-smtp/reuse", test_reuse);
	g_test_add_func("/sender-smtp/several", test_several);
	g_test_add_func("/sender-smtp/away", test_away);
	g_test_add_func("/sender-smtp/injection", test_injection);
	g_test_add_func("/sender-smtp/no-tls", test_no_tls);
	g_test_add_func("/sender-smtp/check", test_check);
	g_test_add_func("/sender-smtp/broken-settings", test_broken_settings);
	status = g_test_run();
	close(mail_fd);
	folder_remove(folder);
	return status;
}
