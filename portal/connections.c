/* connections.c - deadlines of our own. */
#include "portal/connections.h"

#include <stdbool.h>
#include <sys/socket.h>

#include "common/log.h"
#include "portal/client.h"

typedef struct Connection {
	int fd;
	char *peer;             /* its address as client.h counts it; NULL: of a Unix socket */
	gint64 began, deadline; /* monotonic, microseconds */
	gint64 second;          /* microseconds: fewer by TestClock */
	bool is_busy;           /* a request is read or answered */
	bool is_new;            /* it had no request yet */
	bool is_patient;        /* its handshake was waited for: its time begins with the request */
} Connection;

static void connection_free(void *connection)
{
	g_free(((Connection *)connection)->peer);
	g_free(connection);
}

GHashTable *connections_new(void)
{
	return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, connection_free);
}

/* A trusted proxy stands for many people. */
enum MHD_Result connections_welcome(void *user, const struct sockaddr *address, socklen_t length)
{
	const ConnectionKind *kind = user;
	char text[CLIENT_PEER_BYTES];
	g_autofree char *peer = NULL;
	GHashTableIter all;
	gpointer value;
	guint count = 0;

	if (client_peer(address, text) == NULL || client_may_vouch(kind->proxies, NULL, text))
		return MHD_YES;
	peer = client_behind(kind->proxies, text, NULL);
	g_hash_table_iter_init(&all, kind->connections);
	while (g_hash_table_iter_next(&all, NULL, &value))
		count += g_strcmp0(((Connection *)value)->peer, peer) == 0 ? 1 : 0;
	return count < CONNECTIONS_EACH ? MHD_YES : MHD_NO;
}

static char *peer_of(const ConnectionKind *kind, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char text[CLIENT_PEER_BYTES];

	if (info == NULL || client_peer(info->client_addr, text) == NULL)
		return NULL;
	return client_behind(kind->proxies, text, NULL);
}

static Connection *of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void begin(Connection *self)
{
	self->began = g_get_monotonic_time();
	self->deadline = self->began + REQUEST_SECONDS * self->second;
	self->is_busy = false;
}

void connections_notify(void *user, struct MHD_Connection *connection, void **context,
			enum MHD_ConnectionNotificationCode code)
{
	const ConnectionKind *kind = user;
	const union MHD_ConnectionInfo *info;
	Connection *self;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		g_hash_table_remove(kind->connections, *context);
		*context = NULL;
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	self = g_new0(Connection, 1);
	self->fd = info != NULL ? info->connect_fd : -1;
	self->peer = peer_of(kind, connection);
	self->second = kind->second;
	self->is_new = true;
	begin(self);
	self->is_patient = kind->first > REQUEST_SECONDS;
	self->deadline = self->began + kind->first * self->second;
	*context = self;
	g_hash_table_insert(kind->connections, self, self);
}

void connection_waits(struct MHD_Connection *connection)
{
	Connection *self = of(connection);

	if (self != NULL)
		begin(self);
}

void connection_came(struct MHD_Connection *connection, gsize bytes)
{
	Connection *self = of(connection);

	if (self == NULL)
		return;
	if (self->is_new && self->is_patient)
		self->began = g_get_monotonic_time();
	self->is_busy = true;
	self->is_new = false;
	self->deadline =
		self->began + (REQUEST_SECONDS + (gint64)(bytes / BODY_RATE)) * self->second;
}

void connection_answers(struct MHD_Connection *connection)
{
	Connection *self = of(connection);

	if (self == NULL)
		return;
	self->is_busy = true;
	self->deadline = g_get_monotonic_time() + ANSWER_SECONDS * self->second;
}

static bool is_under_way(const Connection *self, gint64 now)
{
	return self->is_busy || (self->is_new && now - self->began < NEW_SECONDS * G_USEC_PER_SEC);
}

guint connections_tend(GHashTable *connections)
{
	gint64 now = g_get_monotonic_time();
	GHashTableIter all;
	gpointer value;
	guint busy = 0;

	g_hash_table_iter_init(&all, connections);
	while (g_hash_table_iter_next(&all, NULL, &value)) {
		Connection *self = value;

		busy += is_under_way(self, now) ? 1 : 0;
		if (self->deadline == 0 || now < self->deadline)
			continue;
		log_debug("connection=%d is too slow", self->fd);
		shutdown(self->fd, SHUT_RDWR);
		self->deadline = 0;
		self->is_busy = false;
	}
	return busy;
}
