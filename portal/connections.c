/* connections.c - deadlines of our own. */
#include "portal/connections.h"

#include <stdbool.h>
#include <sys/socket.h>

#include "common/log.h"

typedef struct Connection {
	int fd;
	gint64 began, deadline; /* monotonic, microseconds */
	bool is_busy;           /* a request is read or answered */
	bool is_new;            /* it had no request yet */
	bool is_patient;        /* its handshake was waited for: its time begins with the request */
} Connection;

GHashTable *connections_new(void)
{
	return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
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
	self->deadline = self->began + REQUEST_SECONDS * G_USEC_PER_SEC;
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
	self->is_new = true;
	begin(self);
	self->is_patient = kind->first > REQUEST_SECONDS;
	self->deadline = self->began + kind->first * G_USEC_PER_SEC;
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
		self->began + (REQUEST_SECONDS + (gint64)(bytes / BODY_RATE)) * G_USEC_PER_SEC;
}

void connection_answers(struct MHD_Connection *connection)
{
	Connection *self = of(connection);

	if (self == NULL)
		return;
	self->is_busy = true;
	self->deadline = g_get_monotonic_time() + ANSWER_SECONDS * G_USEC_PER_SEC;
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
