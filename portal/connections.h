/* connections.h - deadlines of our own: libmicrohttpd's timeout starts anew with every byte,
 * so a client that sends one now and then would stay for ever.
 *
 * A request has REQUEST_SECONDS to be there as a whole, its body one more second for every
 * BODY_RATE bytes that came; an answer has as long to be taken from piece to piece.
 */
#pragma once

#include <glib.h>
#include <microhttpd.h>
#include <sys/socket.h>

#define REQUEST_SECONDS 20
#define ANSWER_SECONDS 60
#define NEW_SECONDS 2 /* within which the first request of a connection is expected at the end */
#define CONNECTIONS_EACH 400 /* of one address that is no proxy: an office of many may have one */
#define BODY_RATE (16 * 1024)

GHashTable *connections_new(void);

/* Those of one listener. */
typedef struct ConnectionKind {
	GHashTable *connections;
	gint64 first;  /* seconds until the first request is there: people may have to type a PIN */
	gint64 second; /* microseconds of one: fewer by TestClock */
	const GPtrArray *proxies; /* of client.h */
} ConnectionKind;

/* For MHD_start_daemon, whether one more from an address is accepted; user: a ConnectionKind. */
enum MHD_Result connections_welcome(void *user, const struct sockaddr *address, socklen_t length);

/* For MHD_OPTION_NOTIFY_CONNECTION; user: a ConnectionKind. */
void connections_notify(void *user, struct MHD_Connection *connection, void **context,
			enum MHD_ConnectionNotificationCode code);
/* A request begins (or its connection waits for the next), its body has come this far, its
 * answer goes on. */
void connection_waits(struct MHD_Connection *connection);
void connection_came(struct MHD_Connection *connection, gsize bytes);
void connection_answers(struct MHD_Connection *connection);
/* Shuts those whose time is over; gives how many are in the middle of a request, or
 * about to make their first. */
guint connections_tend(GHashTable *connections);
