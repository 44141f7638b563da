/* sender_smtp.c - an SMTP server (RFC 5321) through libcurl.
 *
 * One multi handle in one thread; up to Connections wires, each an easy handle that
 * takes the next mail when it is done with one, over a connection that stays open.  One
 * recipient a transaction.  A wire that cannot reach the server gives its mail back and
 * retires; when none is left the server is away.
 */
#include "notifier/smtp_wire.h"

#include "common/address.h"
#include "common/error.h"
#include "common/secret.h"
#include "common/service.h"

/* No new mail is begun after this; with WIRE_MAIL_SECONDS it stays below the notifier's claim. */
#define SEND_SECONDS 20
#define STOP_SECONDS 5 /* what is on its way when we are stopped has this long */

typedef struct SmtpSender {
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
} SmtpSender;

static void wire_start(SmtpSender *self, Wire *wire, SendJob *job, bool is_second)
{
	wire_load(wire, job, is_second);
	curl_multi_add_handle(self->multi, wire->easy);
	self->running++;
}

static void login(const SmtpSender *self, Wire *wire, const char *token)
{
	const char *user = self->settings->smtp.user;

	if (token != NULL && user == NULL)
		user = oauth2_user(self->oauth2);
	wire_login(wire, user, self->password, token);
}

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
		job_finish(self, job, (SmtpOutcome){ SEND_NEVER, false },
			   "this is no mail address");
	}
	return NULL;
}

static void wire_done(SmtpSender *self, Wire *wire, CURLcode result)
{
	SendJob *job = wire->job;
	SmtpOutcome outcome = smtp_outcome(result, wire->code, wire->phase);
	g_autofree char *words = wire_words(wire, result, self->where);
	long opened = 0;

	curl_easy_getinfo(wire->easy, CURLINFO_NUM_CONNECTS, &opened);
	curl_multi_remove_handle(self->multi, wire->easy);
	self->running--;
	wire->job = NULL;
	if (!wire->is_second &&
	    smtp_was_stale(result, wire->code, opened > 0, wire->has_sent_data)) {
		wire_start(self, wire, job, true);
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
		wire_start(self, wire, job, false);
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
		wire_done(self, wire, result);
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
		job_finish(self, wire->job, (SmtpOutcome){ SEND_LATER, true },
			   "stopped in the middle");
		wire->job = NULL;
	}
}

static void run_wires(SmtpSender *self, int stop_fd)
{
	gint64 began = g_get_monotonic_time(), stopped = 0;

	while (self->running > 0) {
		struct curl_waitfd stop = { stop_fd, CURL_WAIT_POLLIN, 0 };
		int active;

		service_alive();
		curl_multi_perform(self->multi, &active);
		take_done(self);
		if (self->running == 0)
			break;
		curl_multi_poll(self->multi, &stop, stop_fd >= 0 && stopped == 0 ? 1 : 0, 200,
				NULL);
		if (stop_fd >= 0 && stop.revents != 0 && stopped == 0)
			stopped = g_get_monotonic_time();
		self->is_stopped = stopped != 0 ||
				   g_get_monotonic_time() - began > SEND_SECONDS * G_USEC_PER_SEC;
		if (stopped != 0 &&
		    g_get_monotonic_time() - stopped > STOP_SECONDS * G_USEC_PER_SEC)
			drop_running(self);
	}
}

/* The token of this call; false with why when there is none to be had. */
static bool have_token(SmtpSender *self, char **ret_token, char **ret_why)
{
	g_autoptr(GError) error = NULL;

	if (self->oauth2 == NULL ||
	    oauth2_token(self->oauth2, g_get_real_time() / G_USEC_PER_SEC, ret_token, NULL, &error))
		return true;
	*ret_why = g_strdup(error->message);
	return false;
}

static void smtp_send(Sender *sender, GPtrArray *jobs, int stop_fd, SendFinished finished,
		      void *user)
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
			login(self, &self->wires[i], token);
			wire_start(self, &self->wires[i], job, false);
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
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "%s: %s", self->where,
			    words);
		return NULL;
	}
	wire_reset(wire);
	login(self, wire, token);
	curl_easy_setopt(wire->easy, CURLOPT_UPLOAD, 0L);
	curl_easy_setopt(wire->easy, CURLOPT_MAIL_RCPT, NULL);
	curl_easy_setopt(wire->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
	result = curl_easy_perform(wire->easy);
	curl_easy_setopt(wire->easy, CURLOPT_CUSTOMREQUEST, NULL);
	if (result == CURLE_OK)
		return g_strdup_printf(
			"%s takes mail%s%s", self->where,
			self->settings->smtp.tls == TLS_NONE ? " without TLS" : " over TLS",
			token != NULL || self->password != NULL ? ", and our login" : "");
	words = wire_words(wire, result, self->where);
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "%s%s%s",
		    g_str_has_prefix(words, self->where) ? "" : self->where,
		    g_str_has_prefix(words, self->where) ? "" : ": ", words);
	return NULL;
}

/* ---- opening and closing ---- */

static void smtp_free(Sender *sender)
{
	SmtpSender *self = (SmtpSender *)sender;

	for (guint i = 0; i < self->count; i++)
		wire_close(&self->wires[i]);
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
	bool good = curl_url_set(url, CURLUPART_URL, self->settings->smtp.server,
				 CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
		    curl_url_set(url, CURLUPART_PATH, path, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;

	if (good) {
		self->url = g_strdup(whole);
		self->where = g_strdup_printf("%s:%s", name, port);
	} else {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_CONFIG,
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
				    "[Smtp] OAuth2=%s: there is no group [OAuth2 %s]", smtp->oauth2,
				    smtp->oauth2);
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
	/* Room to spare: libcurl says QUIT to one too many, and waits for the answer while all else
	 * stands still. */
	curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)self->count * 2);
	for (guint i = 0; i < self->count; i++)
		wire_open(&self->wires[i], self->url, settings);
	return g_steal_pointer(&sender);
}
