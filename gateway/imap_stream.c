/* imap_stream.c - a driver for libetpan's streams over a socket and GnuTLS.
 *
 * One wait function knows the deadline and the stop descriptor, and everything
 * that can block goes through it.  The first failure is kept, and ends the
 * stream: what comes after it fails at once.
 */
#include "gateway/imap_stream.h"

#include "common/error.h"
#include "gateway/dial.h"
#include "gateway/imap_nesting.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_SECONDS 30

struct ImapStream {
	int fd, stop_fd;
	guint silence;        /* seconds */
	gnutls_session_t tls; /* NULL: plain */
	gnutls_certificate_credentials_t trust;
	gint64 deadline; /* of the command, monotonic microseconds */
	gint64 budget;   /* bytes that may still come */
	ImapNesting nesting;
	GError *failure;
};

/* Keeps the first failure; -1 for the driver's functions. */
static int stream_fail(ImapStream *stream, DeskError code, const char *sentence)
{
	if (stream->failure == NULL)
		stream->failure = g_error_new_literal(DESK_ERROR, code, sentence);
	return -1;
}

void imap_stream_allow(ImapStream *stream, gint64 bytes)
{
	stream->budget = bytes;
	stream->deadline =
		g_get_monotonic_time() + (stream->silence + bytes / IMAP_SLOWEST) * G_USEC_PER_SEC;
}

void imap_stream_hurry(ImapStream *stream, guint seconds)
{
	stream->budget = IMAP_ANSWER;
	stream->deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
}

void imap_stream_abandon(ImapStream *stream)
{
	stream_fail(stream, DESK_ERROR_UNAVAILABLE, "the connection was given up");
}

const GError *imap_stream_error(const ImapStream *stream)
{
	return stream->failure;
}

/* 0 when fd is ready within silence and deadline, else -1 with the failure set. */
static int stream_ready(ImapStream *stream, short events)
{
	gint64 silence = g_get_monotonic_time() + (gint64)stream->silence * G_USEC_PER_SEC;

	switch (wait_ready(stream->fd, events, stream->stop_fd, MIN(silence, stream->deadline))) {
	case READY_YES:
		return 0;
	case READY_NOT:
		return stream_fail(stream, DESK_ERROR_UNAVAILABLE,
				   silence <= stream->deadline ? "the server says nothing any more"
							       : "the server is too slow");
	case READY_STOP:
		return stream_fail(stream, DESK_ERROR_TEMPFAIL, "stopped");
	default:
		return stream_fail(stream, DESK_ERROR_UNAVAILABLE, g_strerror(errno));
	}
}

/* One try to read: the bytes, 0 when it would block, -1 with the failure set. */
static ssize_t read_once(ImapStream *stream, void *buffer, size_t size)
{
	ssize_t got = stream->tls != NULL ? gnutls_record_recv(stream->tls, buffer, size)
					  : recv(stream->fd, buffer, size, 0);

	if (got > 0)
		return got;
	if (got == 0)
		return stream_fail(stream, DESK_ERROR_UNAVAILABLE,
				   "the server closed the connection");
	if (stream->tls != NULL)
		return gnutls_error_is_fatal((int)got) == 0
			       ? 0
			       : stream_fail(stream, DESK_ERROR_UNAVAILABLE,
					     gnutls_strerror((int)got));
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
		       ? 0
		       : stream_fail(stream, DESK_ERROR_UNAVAILABLE, g_strerror(errno));
}

static ssize_t driver_read(mailstream_low *low, void *buffer, size_t size)
{
	ImapStream *stream = low->data;

	while (stream->failure == NULL && size > 0) {
		ssize_t got;

		if (stream->budget <= 0)
			return stream_fail(stream, DESK_ERROR_UNAVAILABLE,
					   "the server sends more than was asked for");
		if (g_get_monotonic_time() > stream->deadline)
			return stream_fail(stream, DESK_ERROR_UNAVAILABLE,
					   "the server is too slow");
		got = read_once(stream, buffer, size);
		if (got != 0) {
			stream->budget -= MAX(got, 0);
			if (got > 0 && !imap_nesting_fits(&stream->nesting, buffer, (size_t)got))
				return stream_fail(stream, DESK_ERROR_UNAVAILABLE,
						   "the server's answer makes no sense");
			return got;
		}
		if (stream_ready(stream, POLLIN) < 0)
			return -1;
	}
	return -1;
}

static ssize_t driver_write(mailstream_low *low, const void *bytes, size_t size)
{
	ImapStream *stream = low->data;

	while (stream->failure == NULL) {
		ssize_t put = stream->tls != NULL ? gnutls_record_send(stream->tls, bytes, size)
						  : send(stream->fd, bytes, size, MSG_NOSIGNAL);

		if (put >= 0)
			return put;
		if (stream->tls != NULL && gnutls_error_is_fatal((int)put) != 0)
			return stream_fail(stream, DESK_ERROR_UNAVAILABLE,
					   gnutls_strerror((int)put));
		if (stream->tls == NULL && errno != EAGAIN && errno != EWOULDBLOCK &&
		    errno != EINTR)
			return stream_fail(stream, DESK_ERROR_UNAVAILABLE, g_strerror(errno));
		if (stream_ready(stream, POLLOUT) < 0)
			return -1;
	}
	return -1;
}

static int driver_close(mailstream_low *low)
{
	ImapStream *stream = low->data;

	if (stream->tls != NULL && stream->failure == NULL)
		gnutls_bye(stream->tls, GNUTLS_SHUT_WR);
	return 0;
}

static int driver_descriptor(mailstream_low *low)
{
	return ((ImapStream *)low->data)->fd;
}

static void driver_free(mailstream_low *low)
{
	imap_stream_free(low->data);
	free(low);
}

static void driver_cancel(mailstream_low *low)
{
	imap_stream_abandon(low->data);
}

mailstream *imap_stream_wrap(ImapStream *stream)
{
	static mailstream_low_driver driver = {
		.mailstream_read = driver_read,
		.mailstream_write = driver_write,
		.mailstream_close = driver_close,
		.mailstream_get_fd = driver_descriptor,
		.mailstream_free = driver_free,
		.mailstream_cancel = driver_cancel,
	};

	return mailstream_new(mailstream_low_new(stream, &driver), 16 * 1024);
}

void imap_stream_free(ImapStream *stream)
{
	if (stream == NULL)
		return;
	if (stream->tls != NULL)
		gnutls_deinit(stream->tls);
	if (stream->trust != NULL)
		gnutls_certificate_free_credentials(stream->trust);
	if (stream->fd >= 0)
		close(stream->fd);
	g_clear_error(&stream->failure);
	g_free(stream);
}

ImapWait imap_stream_wait(ImapStream *stream, gint64 milliseconds, int stop_fd)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	if (stream->tls != NULL && gnutls_record_check_pending(stream->tls) > 0)
		return IMAP_WAIT_DATA;
	switch (wait_ready(stream->fd, POLLIN, stop_fd, until)) {
	case READY_STOP:
		return IMAP_WAIT_STOP;
	case READY_NOT:
		return IMAP_WAIT_NOTHING;
	default: /* also when it failed: reading tells why */
		return IMAP_WAIT_DATA;
	}
}

ImapStream *imap_stream_connect(const char *host, guint16 port, int stop_fd, guint silence,
				GError **error)
{
	int fd = dial(host, port, stop_fd, CONNECT_SECONDS, error);
	ImapStream *stream;

	if (fd < 0)
		return NULL;
	stream = g_new0(ImapStream, 1);
	stream->fd = fd;
	stream->stop_fd = stop_fd;
	stream->silence = silence;
	imap_stream_allow(stream, IMAP_ANSWER);
	return stream;
}

/* The authorities that are trusted. */
static bool trust_load(ImapStream *stream, const char *ca_file, GError **error)
{
	int count;

	if (stream->trust == NULL && gnutls_certificate_allocate_credentials(&stream->trust) < 0)
		g_error("no memory for credentials");
	count = ca_file != NULL ? gnutls_certificate_set_x509_trust_file(stream->trust, ca_file,
									 GNUTLS_X509_FMT_PEM)
				: gnutls_certificate_set_x509_system_trust(stream->trust);
	if (count > 0)
		return true;
	if (ca_file != NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "CaFile=%s: no certificate can be read from it%s%s", ca_file,
			    count < 0 ? ": " : "", count < 0 ? gnutls_strerror(count) : "");
	else
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_CONFIG,
			"the system trusts no certificate authority: install ca-certificates, or "
			"set CaFile=");
	return false;
}

/* The sentence for a handshake that failed. */
static void handshake_error(ImapStream *stream, int why, const char *host, const char *ca_file,
			    GError **error)
{
	unsigned status = gnutls_session_get_verify_cert_status(stream->tls);
	gnutls_datum_t text = { 0 };

	if (stream->failure != NULL) {
		g_set_error(error, DESK_ERROR, stream->failure->code, "%s: no TLS: %s", host,
			    stream->failure->message);
	} else if (why != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "%s: no TLS: %s (imaps:// is usually port 993, imap:// with STARTTLS "
			    "port 143)",
			    host, gnutls_strerror(why));
	} else if ((status & GNUTLS_CERT_UNEXPECTED_OWNER) != 0) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_CONFIG,
			"%s: the certificate of the server is for another host name: write that "
			"name in Source=, or "
			"give the server a certificate for this one",
			host);
	} else {
		gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0);
		g_strchomp((char *)text.data);
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: the certificate of the server is not trusted: %s Set CaFile= to "
			    "the authority that "
			    "issued it (now: %s)",
			    host, (const char *)text.data,
			    ca_file != NULL ? ca_file : "the system's");
		gnutls_free(text.data);
	}
}

bool imap_stream_secure(ImapStream *stream, const char *host, const char *ca_file, GError **error)
{
	int done;

	if (!trust_load(stream, ca_file, error))
		return false;
	if (gnutls_init(&stream->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
		g_error("no memory for TLS");
	gnutls_priority_set_direct(stream->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL);
	gnutls_credentials_set(stream->tls, GNUTLS_CRD_CERTIFICATE, stream->trust);
	if (!g_hostname_is_ip_address(host))
		gnutls_server_name_set(stream->tls, GNUTLS_NAME_DNS, host, strlen(host));
	gnutls_session_set_verify_cert(stream->tls, host, 0);
	gnutls_transport_set_int(stream->tls, stream->fd);
	gnutls_handshake_set_timeout(stream->tls, GNUTLS_INDEFINITE_TIMEOUT); /* ours counts */
	imap_stream_allow(stream, IMAP_ANSWER);
	do {
		done = gnutls_handshake(stream->tls);
		if (done == GNUTLS_E_AGAIN &&
		    stream_ready(stream,
				 gnutls_record_get_direction(stream->tls) != 0 ? POLLOUT : POLLIN) <
			    0)
			break;
	} while (done < 0 && gnutls_error_is_fatal(done) == 0);
	if (done == 0)
		return true;
	handshake_error(stream, done, host, ca_file, error);
	return false;
}
