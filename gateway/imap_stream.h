/* imap_stream.h - the connection to an IMAP server, as libetpan reads and writes it.
 *
 * libetpan's own streams check no certificate, spin at an end of file inside a
 * literal and wait for ever for a server that trickles.  This one verifies
 * certificate and host name inside the TLS handshake (before a byte of IMAP
 * leaves), gives each command a largest number of bytes and a moment by which it
 * must be over, leaves a server that says nothing for a while, wakes
 * when the program must stop, and takes an end of file for an error.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include <libetpan/libetpan.h>

#define IMAP_SILENCE 60          /* seconds a server may say nothing */
#define IMAP_SILENCE_LEAST 10    /* also when a test makes pauses short: logins may be slow */
#define IMAP_SLOWEST (16 * 1024) /* bytes a second: slower than this is left */
#define IMAP_ANSWER (256 * 1024) /* bytes of an answer that carries no mail */

typedef struct ImapStream ImapStream;

/* Connects to host (a name or an address) and port.  stop_fd (or -1): readable when
 * the program must stop.  silence: the seconds that the server may say nothing.  NULL with
 * DESK_ERROR_UNAVAILABLE. */
ImapStream *imap_stream_connect(const char *host, guint16 port, int stop_fd, guint silence,
				GError **error);

/* Begins TLS (1.2 or 1.3) with SNI; trusts ca_file, or the system's authorities when NULL.
 * DESK_ERROR_CONFIG: the certificate is not trusted, not for host, or out of date;
 * DESK_ERROR_UNAVAILABLE: anything else. */
bool imap_stream_secure(ImapStream *stream, const char *host, const char *ca_file, GError **error);

/* The stream for mailimap_connect(); from then on libetpan owns it, and frees it. */
mailstream *imap_stream_wrap(ImapStream *stream);

/* A command begins: at most bytes may come, in a time that fits them. */
void imap_stream_allow(ImapStream *stream, gint64 bytes);

/* What is left to do must be over in seconds. */
void imap_stream_hurry(ImapStream *stream, guint seconds);

/* No byte goes in or out any more (a broken connection must not wait for a LOGOUT). */
void imap_stream_abandon(ImapStream *stream);

/* Why the last reading or writing failed; lent, NULL when nothing did. */
const GError *imap_stream_error(const ImapStream *stream);

typedef enum { IMAP_WAIT_NOTHING, IMAP_WAIT_DATA, IMAP_WAIT_STOP } ImapWait;

/* Waits until bytes are there, stop_fd is readable, or milliseconds are over. */
ImapWait imap_stream_wait(ImapStream *stream, gint64 milliseconds, int stop_fd);

/* Only for a stream that was never wrapped. */
void imap_stream_free(ImapStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapStream, imap_stream_free)
