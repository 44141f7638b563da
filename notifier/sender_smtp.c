/* sender_smtp.c - an SMTP server (RFC 5321) through libcurl.
 *
 * One multi handle in one thread; up to Connections wires, each an easy handle that
 * takes the next mail when it is done with one, over a connection that stays open.  One
 * recipient a transaction.  The phase and the words of the server are taken from the
 * debug callback, where commands and replies pass in order.  A wire that cannot reach
 * the server gives its mail back and retires; when none is left the server is away.
 */
#include "notifier/sender_smtp.h"

#include <errno.h>
#include <unistd.h>

#include "common/address.h"
#include "common/error.h"
#include "common/oauth2.h"
#include "common/secret.h"
#include "common/text.h"

#define CONNECT_SECONDS 15L
#define REPLY_SECONDS 60L
#define MAIL_SECONDS 65L  /* the longest time of one mail; SEND_ and MAIL_SECONDS stay below CLAIM_SECONDS */
#define SEND_SECONDS 20	  /* no new mail is begun after this */
#define STOP_SECONDS 5	  /* what is on its way when we are stopped has this long */
#define KEEP_SECONDS 30L  /* an idle connection is not trusted for longer */

typedef struct SmtpSender SmtpSender;

typedef struct Wire {
	SmtpSender *smtp;
	CURL *easy;
	struct curl_slist *to;
	SendJob *job; /* NULL: idle */
	gint64 at, began;
	SmtpPhase phase;
	bool has_sent_data, is_second;
	bool is_over; /* QUIT was sent: what is said now is not about the mail */
	long code;
	GString *reply;
	char error[CURL_ERROR_SIZE];
} Wire;

struct SmtpSender {
	Sender sender;
	const Settings *settings;
	char *url, *where, *password;
	OAuth2 *oauth2;
	CURLM *multi;
	Wire *wires;
	guint count;
	/* of one call of send */
	GQueue *queue; /* SendJob, lent */
	guint running;
	bool is_stopped;
	char *away; /* why no wire could be opened */
	SendFinished finished;
	void *user;
};

/* ---- one wire ---- */

static size_t wire_read(char *bytes, size_t size, size_t count, void *user)
{
	Wire *wire = user;
	size_t room = (size_t)MIN((gint64)(size * count), wire->job->length - wire->at);
	ssize_t got;

	wire->has_sent_data = true;
	if (room == 0)
		return 0;
	do
		got = pread(wire->job->fd, bytes, room, (off_t)(wire->job->offset + wire->at));
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return CURL_READFUNC_ABORT;
	wire->at += got;
	return (size_t)got;
}

static int wire_rewind(void *user, curl_off_t offset, int origin)
{
	Wire *wire = user;

	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_CANTSEEK;
	wire->at = offset;
	return CURL_SEEKFUNC_OK;
}

static void wire_heard(Wire *wire, const char *line, size_t length)
{
	if (length < 3 || !g_ascii_isdigit(line[0]))
		return;
	if (wire->reply->len > 0 && wire->reply->str[wire->reply->len - 1] != '\n')
		g_string_truncate(wire->reply, 0); /* the last reply was whole: this is a new one */
	while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
		length--;
	if (wire->reply->len < 1000)
		g_string_append_len(wire->reply, line, (gssize)MIN(length, 512));
	if (length > 3 && line[3] == '-')
		g_string_append_c(wire->reply, '\n');
	wire->code = strtol(line, NULL, 10);
}

static int wire_trace(CURL *easy, curl_infotype type, char *data, size_t length, void *user)
{
	Wire *wire = user;

	if (type == CURLINFO_HEADER_OUT && length >= 4 && g_ascii_strncasecmp(data, "QUIT", 4) == 0)
		wire->is_over = true;
	if (wire->is_over)
		return 0;
	if (type == CURLINFO_HEADER_OUT)
		wire->phase = smtp_phase_of(wire->phase, data, length);
	else if (type == CURLINFO_HEADER_IN)
		wire_heard(wire, data, length);
	return 0;
}

static size_t wire_ignore(char *bytes, size_t size, size_t count, void *user)
{
	return size * count;
}

/* What holds for every transfer: where, TLS, and how long. */
static void wire_dress(Wire *wire)
{
	const SmtpSettings *smtp = &wire->smtp->settings->smtp;
	CURL *easy = wire->easy;

	curl_easy_setopt(easy, CURLOPT_URL, wire->smtp->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(smtp->tls == TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (smtp->ca_file != NULL && *smtp->ca_file != '\0')
		curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, REPLY_SECONDS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, MAIL_SECONDS);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, KEEP_SECONDS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, wire->error);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, wire);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, wire_ignore);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, wire_trace);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, wire);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, wire_read);
	curl_easy_setopt(easy, CURLOPT_READDATA, wire);
	curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, wire_rewind);
	curl_easy_setopt(easy, CURLOPT_SEEKDATA, wire);
	curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
}

static void wire_login(Wire *wire, const char *token)
{
	const SmtpSender *self = wire->smtp;
	const char *user = self->settings->smtp.user;

	if (token != NULL) {
		if (user == NULL)
			user = oauth2_user(self->oauth2);
		curl_easy_setopt(wire->easy, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
		curl_easy_setopt(wire->easy, CURLOPT_XOAUTH2_BEARER, token);
		curl_easy_setopt(wire->easy, CURLOPT_USERNAME, user != NULL ? user : "");
	} else if (user != NULL && self->password != NULL) {
		curl_easy_setopt(wire->easy, CURLOPT_USERNAME, user);
		curl_easy_setopt(wire->easy, CURLOPT_PASSWORD, self->password);
	}
}

static void wire_reset(Wire *wire)
{
	wire->at = 0;
	wire->phase = SMTP_CONNECT;
	wire->has_sent_data = wire->is_over = false;
	wire->code = 0;
	wire->error[0] = '\0';
	g_string_truncate(wire->reply, 0);
}

static void wire_start(Wire *wire, SendJob *job, bool is_second)
{
	wire_reset(wire);
	wire->job = job;
	wire->is_second = is_second;
	if (!is_second)
		wire->began = g_get_monotonic_time();
	curl_slist_free_all(wire->to);
	wire->to = curl_slist_append(NULL, job->to);
	curl_easy_setopt(wire->easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(wire->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)job->length);
	curl_easy_setopt(wire->easy, CURLOPT_MAIL_FROM, job->from);
	curl_easy_setopt(wire->easy, CURLOPT_MAIL_RCPT, wire->to);
	curl_easy_setopt(wire->easy, CURLOPT_FRESH_CONNECT, is_second ? 1L : 0L);
	curl_multi_add_handle(wire->smtp->multi, wire->easy);
	wire->smtp->running++;
}

/* What the server said, else what libcurl found, as one sentence. */
static char *wire_words(const Wire *wire, CURLcode result)
{
	if (result == CURLE_OK || (wire->code >= 400 && wire->reply->len > 0))
		return g_strdup(wire->reply->str);
	return g_strdup_printf("%s: %s", wire->smtp->where,
			       wire->error[0] != '\0' ? wire->error : curl_easy_strerror(result));
}

/* ---- all of them ---- */

static void job_finish(SmtpSender *self, SendJob *job, SmtpOutcome outcome, const char *words)
{
	job->away = outcome.away;
	send_job_finish(job, outcome.result, words);
	self->finished(job, self->user);
}

/* The next mail of the queue whose addresses can be given to a server. */
static SendJob *next_job(SmtpSender *self)
{
	SendJob *job;

	while (!self->is_stopped && (job = g_queue_pop_head(self->queue)) != NULL) {
		if (address_is_valid(job->to) && address_is_valid(job->from))
			return job;
		job_finish(self, job, (SmtpOutcome){ SEND_NEVER, false }, "this is no mail address");
	}
	return NULL;
}

static void wire_done(Wire *wire, CURLcode result)
{
	SmtpSender *self = wire->smtp;
	SendJob *job = wire->job;
	SmtpOutcome outcome = smtp_outcome(result, wire->code, wire->phase);
	g_autofree char *words = wire_words(wire, result);
	long opened = 0;

	curl_easy_getinfo(wire->easy, CURLINFO_NUM_CONNECTS, &opened);
	curl_multi_remove_handle(self->multi, wire->easy);
	self->running--;
	wire->job = NULL;
	if (!wire->is_second && smtp_was_stale(result, wire->code, opened > 0, wire->has_sent_data)) {
		wire_start(wire, job, true);
		return;
	}
	if (result == CURLE_LOGIN_DENIED && self->oauth2 != NULL)
		oauth2_forget(self->oauth2);
	job->milliseconds = (g_get_monotonic_time() - wire->began) / 1000;
	if (outcome.away) { /* the mail waits for another wire, this one retires */
		g_queue_push_head(self->queue, job);
		g_free(self->away);
		self->away = g_steal_pointer(&words);
		return;
	}
	job_finish(self, job, outcome, words);
	job = next_job(self);
	if (job != NULL)
		wire_start(wire, job, false);
}

static void take_done(SmtpSender *self)
{
	CURLMsg *message;
	int rest;

	while ((message = curl_multi_info_read(self->multi, &rest)) != NULL) {
		CURLcode result = message->data.result;
		Wire *wire = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&wire);
		wire_done(wire, result);
	}
}

/* Transfers that are cut off: their mails are tried again. */
static void drop_running(SmtpSender *self)
{
	for (guint i = 0; i < self->count; i++) {
		Wire *wire = &self->wires[i];

		if (wire->job == NULL)
			continue;
		curl_multi_remove_handle(self->multi, wire->easy);
		self->running--;
		job_finish(self, wire->job, (SmtpOutcome){ SEND_LATER, true }, "stopped in the middle");
		wire->job = NULL;
	}
}

static void run_wires(SmtpSender *self, int stop_fd)
{
	gint64 began = g_get_monotonic_time(), stopped = 0;

	while (self->running > 0) {
		struct curl_waitfd stop = { stop_fd, CURL_WAIT_POLLIN, 0 };
		int active;

		curl_multi_perform(self->multi, &active);
		take_done(self);
		if (self->running == 0)
			break;
		curl_multi_poll(self->multi, &stop, stop_fd >= 0 && stopped == 0 ? 1 : 0, 200, NULL);
		if (stop_fd >= 0 && stop.revents != 0 && stopped == 0)
			stopped = g_get_monotonic_time();
		self->is_stopped = stopped != 0 || g_get_monotonic_time() - began > SEND_SECONDS * G_USEC_PER_SEC;
		if (stopped != 0 && g_get_monotonic_time() - stopped > STOP_SECONDS * G_USEC_PER_SEC)
			drop_running(self);
	}
}

/* The token of this call; false with why when there is none to be had. */
static bool have_token(SmtpSender *self, char **ret_token, char **ret_why)
{
	g_autoptr(GError) error = NULL;

	if (self->oauth2 == NULL || oauth2_token(self->oauth2, g_get_real_time() / G_USEC_PER_SEC, ret_token, NULL, &error))
		return true;
	*ret_why = g_strdup(error->message);
	return false;
}

static void smtp_send(Sender *sender, GPtrArray *jobs, int stop_fd, SendFinished finished, void *user)
{
	SmtpSender *self = (SmtpSender *)sender;
	g_autofree char *token = NULL;
	SendJob *job;

	self->finished = finished;
	self->user = user;
	self->is_stopped = false;
	g_clear_pointer(&self->away, g_free);
	for (guint i = 0; i < jobs->len; i++)
		g_queue_push_tail(self->queue, g_ptr_array_index(jobs, i));
	if (have_token(self, &token, &self->away)) {
		for (guint i = 0; i < self->count && (job = next_job(self)) != NULL; i++) {
			wire_login(&self->wires[i], token);
			wire_start(&self->wires[i], job, false);
		}
		run_wires(self, stop_fd);
	}
	while ((job = g_queue_pop_head(self->queue)) != NULL) {
		job->is_untried = true;
		job_finish(self, job, (SmtpOutcome){ SEND_LATER, self->away != NULL }, self->away);
	}
}

static char *smtp_check(Sender *sender, GError **error)
{
	SmtpSender *self = (SmtpSender *)sender;
	Wire *wire = &self->wires[0];
	g_autofree char *token = NULL;
	g_autofree char *words = NULL;
	CURLcode result;

	if (!have_token(self, &token, &words)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "%s: %s", self->where, words);
		return NULL;
	}
	wire_reset(wire);
	wire_login(wire, token);
	curl_easy_setopt(wire->easy, CURLOPT_UPLOAD, 0L);
	curl_easy_setopt(wire->easy, CURLOPT_MAIL_RCPT, NULL);
	curl_easy_setopt(wire->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
	result = curl_easy_perform(wire->easy);
	curl_easy_setopt(wire->easy, CURLOPT_CUSTOMREQUEST, NULL);
	if (result == CURLE_OK)
		return g_strdup_printf("%s takes mail%s%s", self->where,
				       self->settings->smtp.tls == TLS_NONE ? " without TLS" : " over TLS",
				       token != NULL || self->password != NULL ? ", and our login" : "");
	words = wire_words(wire, result);
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "%s%s%s",
		    g_str_has_prefix(words, self->where) ? "" : self->where,
		    g_str_has_prefix(words, self->where) ? "" : ": ", words);
	return NULL;
}

/* ---- opening and closing ---- */

static void smtp_free(Sender *sender)
{
	SmtpSender *self = (SmtpSender *)sender;

	for (guint i = 0; i < self->count; i++) {
		curl_easy_cleanup(self->wires[i].easy);
		curl_slist_free_all(self->wires[i].to);
		g_string_free(self->wires[i].reply, TRUE);
	}
	curl_multi_cleanup(self->multi);
	g_free(self->wires);
	g_queue_free(self->queue);
	oauth2_free(self->oauth2);
	g_free(self->url);
	g_free(self->where);
	g_free(self->password);
	g_free(self->away);
	g_free(self);
}

/* The URL with the name that we greet with as its path, and "host:port" for people. */
static bool read_url(SmtpSender *self, GError **error)
{
	g_autofree char *domain = address_domain(self->settings->address);
	const char *host = strchr(g_get_host_name(), '.') != NULL ? g_get_host_name() : domain;
	g_autofree char *path = g_strdup_printf("/%s", *host != '\0' ? host : "localhost");
	CURLU *url = curl_url();
	char *whole = NULL, *name = NULL, *port = NULL;
	bool good = curl_url_set(url, CURLUPART_URL, self->settings->smtp.server, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
		    curl_url_set(url, CURLUPART_PATH, path, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;

	if (good) {
		self->url = g_strdup(whole);
		self->where = g_strdup_printf("%s:%s", name, port);
	} else {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "[Smtp] Server=%s: expected smtp://HOST:PORT, smtps://HOST or directory:PATH",
			    self->settings->smtp.server);
	}
	curl_free(whole);
	curl_free(name);
	curl_free(port);
	curl_url_cleanup(url);
	return good;
}

static bool read_secrets(SmtpSender *self, GError **error)
{
	const SmtpSettings *smtp = &self->settings->smtp;
	const OAuth2Settings *oauth2;

	if (smtp->oauth2 != NULL && *smtp->oauth2 != '\0') {
		oauth2 = settings_oauth2(self->settings, smtp->oauth2);
		if (oauth2 == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
				    "[Smtp] OAuth2=%s: there is no group [OAuth2 %s]", smtp->oauth2, smtp->oauth2);
			return false;
		}
		self->oauth2 = oauth2_new(oauth2, self->settings->folder);
		return true;
	}
	if (smtp->password == NULL || *smtp->password == '\0')
		return true;
	self->password = secret_read(smtp->password, self->settings->folder, error);
	return self->password != NULL;
}

Sender *sender_smtp_new(const Settings *settings, GError **error)
{
	static gsize once;
	SmtpSender *self = g_new0(SmtpSender, 1);
	g_autoptr(Sender) sender = &self->sender;

	if (g_once_init_enter(&once)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&once, 1);
	}
	self->sender = (Sender){ smtp_send, smtp_check, smtp_free };
	self->settings = settings;
	self->queue = g_queue_new();
	self->multi = curl_multi_init();
	if (!read_url(self, error) || !read_secrets(self, error))
		return NULL;
	self->count = MAX(settings->smtp.connections, 1);
	self->wires = g_new0(Wire, self->count);
	curl_multi_setopt(self->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)self->count);
	/* Room to spare: libcurl says QUIT to one too many, and waits for the answer while all else stands still. */
	curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)self->count * 2);
	for (guint i = 0; i < self->count; i++) {
		Wire *wire = &self->wires[i];

		*wire = (Wire){ .smtp = self, .easy = curl_easy_init(), .reply = g_string_new(NULL) };
		wire_dress(wire);
	}
	return g_steal_pointer(&sender);
}
