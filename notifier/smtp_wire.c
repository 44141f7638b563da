/* smtp_wire.c - one connection to an SMTP server.
 *
 * The phase and the words of the server are taken from the debug callback, where
 * commands and replies pass in order.
 */
#include "notifier/smtp_wire.h"

#include <errno.h>
#include <unistd.h>

#include "common/failpoint.h"

#define CONNECT_SECONDS 15L
#define REPLY_SECONDS 60.0
#define REPLY_LEAST 5L
#define KEEP_SECONDS 30L /* an idle connection is not trusted for longer */

static size_t wire_read(char *bytes, size_t size, size_t count, void *user)
{
	Wire *wire = user;
	size_t room = (size_t)MIN((gint64)(size * count), wire->job->length - wire->at);
	ssize_t got;

	if (!wire->has_sent_data)
		FAILPOINT("smtp.data");
	wire->has_sent_data = true;
	if (room == 0) {
		FAILPOINT("smtp.data-ended");
		return 0;
	}
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

void wire_open(Wire *wire, const char *url, const Settings *settings)
{
	const SmtpSettings *smtp = &settings->smtp;
	long reply = MAX((long)settings_pause(settings, REPLY_SECONDS) / 1000, REPLY_LEAST);
	CURL *easy = curl_easy_init();

	wire->easy = easy;
	wire->reply = g_string_new(NULL);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USE_SSL,
			 (long)(smtp->tls == TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (smtp->ca_file != NULL && *smtp->ca_file != '\0')
		curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, reply);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, WIRE_MAIL_SECONDS);
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

void wire_login(Wire *wire, const char *user, const char *password, const char *token)
{
	if (token != NULL) {
		curl_easy_setopt(wire->easy, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
		curl_easy_setopt(wire->easy, CURLOPT_XOAUTH2_BEARER, token);
		curl_easy_setopt(wire->easy, CURLOPT_USERNAME, user != NULL ? user : "");
	} else if (user != NULL && password != NULL) {
		curl_easy_setopt(wire->easy, CURLOPT_USERNAME, user);
		curl_easy_setopt(wire->easy, CURLOPT_PASSWORD, password);
	}
}

void wire_close(Wire *wire)
{
	curl_easy_cleanup(wire->easy);
	curl_slist_free_all(wire->to);
	g_string_free(wire->reply, TRUE);
}

void wire_reset(Wire *wire)
{
	wire->at = 0;
	wire->phase = SMTP_CONNECT;
	wire->has_sent_data = wire->is_over = false;
	wire->code = 0;
	wire->error[0] = '\0';
	g_string_truncate(wire->reply, 0);
}

void wire_load(Wire *wire, SendJob *job, bool is_second)
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
}

char *wire_words(const Wire *wire, CURLcode result, const char *where)
{
	if (result == CURLE_OK || (wire->code >= 400 && wire->reply->len > 0))
		return g_strdup(wire->reply->str);
	return g_strdup_printf("%s: %s", where,
			       wire->error[0] != '\0' ? wire->error : curl_easy_strerror(result));
}
