/* portal.c - the loop: libmicrohttpd inside our own poll, so that everything is one thread. */
#include "portal/portal.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "common/service.h"
#include "portal/client.h"
#include "portal/connections.h"
#include "portal/door.h"
#include "portal/drafts.h"
#include "portal/http.h"
#include "portal/oidc_work.h"
#include "portal/rate.h"
#include "store/bucket.h"

#define CONNECTIONS 800u
#define DESCRIPTORS 4096 /* connections, and what uploads and documents need besides */
#define IDLE_SECONDS 15u
/* memory of a connection, which its header must fit in */
#define HEADER_BYTES ((size_t)64 * 1024)
#define FAREWELL_SECONDS 5
#define CARD_SECONDS 180u         /* within which a PIN is typed */
#define CARD_CONNECTIONS_EACH 20u /* of one address */

static void G_GNUC_PRINTF(2, 0) on_message(void *user, const char *format, va_list values)
{
	g_autofree char *message = g_strdup_vprintf(format, values);

	log_debug("http: %s", g_strchomp(message));
}

/* A name with a NUL in it is not cut there: it stays as it was written, and names nothing. */
static size_t unescape(void *user, struct MHD_Connection *connection, char *text)
{
	return strstr(text, "%00") != NULL ? strlen(text) : MHD_http_unescape(text);
}

/* The path of the desk's Url without a "/" at its end. */
static char *base_of(const char *url)
{
	const char *host = url != NULL ? strstr(url, "://") : NULL;
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
	char *base = g_strdup(path != NULL ? path : "");

	while (g_str_has_suffix(base, "/"))
		base[strlen(base) - 1] = '\0';
	return base;
}

static void portal_open(Portal *portal, const PortalDesk *desk)
{
	portal->desk = *desk;
	portal->base = base_of(desk->settings->url);
	portal->is_https =
		desk->settings->url != NULL && g_str_has_prefix(desk->settings->url, "https://");
	portal->cookie = portal->is_https ? "__Host-persocontact" : "persocontact";
	portal->connections = connections_new();
	portal->rates = rates_new();
	portal->proxies = client_proxies(desk->settings->trusted_proxies);
	portal->zone = g_time_zone_new_identifier(desk->settings->time_zone);
	portal->oidc = oidc_work_new(desk->settings);
}

static void portal_close(Portal *portal)
{
	g_clear_pointer(&portal->drafts, drafts_free);
	g_clear_pointer(&portal->raw, raw_writer_free);
	g_clear_pointer(&portal->connections, g_hash_table_unref);
	g_clear_pointer(&portal->rates, g_hash_table_unref);
	g_clear_pointer(&portal->proxies, g_ptr_array_unref);
	g_clear_pointer(&portal->oidc, oidc_work_free);
	g_clear_pointer(&portal->base, g_free);
	g_clear_pointer(&portal->zone, g_time_zone_unref);
	for (gsize i = 0; i < G_N_ELEMENTS(portal->words); i++)
		g_clear_pointer(&portal->words[i], json_decref);
}

typedef struct Listener {
	struct MHD_Daemon *daemon;
	int epoll_fd;
	ConnectionKind kind;
} Listener;

/* The first is the portal; the second, if any, asks for the card. */
typedef struct Listeners {
	Listener all[2];
	guint count;
} Listeners;

/* fd stays ours. authorities: those whose cards are asked for, or NULL. */
static bool start(Listener *listener, Portal *portal, int fd, const TlsFiles *files,
		  const char *authorities)
{
	const bool is_card = authorities != NULL;
	const unsigned plain = MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, files != NULL ? files->certificates : NULL },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, files != NULL ? files->key : NULL },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		  (void *)(is_card ? TLS_CARD_PRIORITIES : TLS_PRIORITIES) },
		{ is_card ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, (void *)authorities },
		{ MHD_OPTION_PER_IP_CONNECTION_LIMIT, CARD_CONNECTIONS_EACH, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	listener->kind = (ConnectionKind){
		.connections = portal->connections,
		.first = is_card ? CARD_SECONDS : REQUEST_SECONDS,
		.second = (gint64)((double)G_USEC_PER_SEC / portal->desk.settings->test_clock),
		.proxies = portal->proxies,
	};
	listener->daemon = MHD_start_daemon(
		files != NULL ? plain | MHD_USE_TLS : plain, 0, connections_welcome,
		&listener->kind, http_request, portal, MHD_OPTION_EXTERNAL_LOGGER, on_message, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
		is_card ? CARD_SECONDS : IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		HEADER_BYTES, MHD_OPTION_NOTIFY_COMPLETED, http_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, connections_notify, &listener->kind, MHD_OPTION_ARRAY,
		files != NULL ? tls : tls + 5, MHD_OPTION_END);
	if (listener->daemon == NULL)
		return false;
	listener->epoll_fd =
		MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	return true;
}

static void stop(Listeners *listeners)
{
	for (guint i = 0; i < listeners->count; i++)
		MHD_stop_daemon(listeners->all[i].daemon);
	listeners->count = 0;
}

static bool start_all(Listeners *listeners, Portal *portal, const PortalDoor *door, GError **error)
{
	bool done = start(&listeners->all[0], portal, door->fd, door->files, NULL);

	listeners->count = done ? 1 : 0;
	if (done && door->card_fd >= 0) {
		done = start(&listeners->all[1], portal, door->card_fd, door->files,
			     card_judge_authorities(door->judge));
		listeners->count += done ? 1 : 0;
		portal->card = listeners->all[1].daemon;
	}
	if (done)
		return true;
	stop(listeners);
	g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "the web server cannot be started");
	return false;
}

/* One turn: waits for the web or for the stop, works off what is there. */
static bool turn(const Listeners *listeners, int stop_fd, Portal *portal)
{
	struct pollfd fds[4] = { { stop_fd, POLLIN, 0 },
				 { oidc_work_fd(portal->oidc), POLLIN, 0 } };
	MHD_UNSIGNED_LONG_LONG wait = 1000;

	for (guint i = 0; i < listeners->count; i++) {
		MHD_UNSIGNED_LONG_LONG due = 1000;

		fds[i + 2] = (struct pollfd){ listeners->all[i].epoll_fd, POLLIN, 0 };
		if (MHD_get_timeout(listeners->all[i].daemon, &due) == MHD_YES)
			wait = MIN(wait, due);
	}
	if (poll(fds, listeners->count + 2, (int)wait) < 0 && errno != EINTR)
		log_warning_rarely(60, "poll: %s", g_strerror(errno));
	oidc_work_tend(portal->oidc);
	for (guint i = 0; i < listeners->count; i++)
		MHD_run(listeners->all[i].daemon);
	service_alive();
	return fds[0].revents == 0;
}

static void say_goodbye(const Listeners *listeners, Portal *portal)
{
	gint64 end = g_get_monotonic_time() + FAREWELL_SECONDS * G_USEC_PER_SEC;

	while (connections_tend(portal->connections) > 0 && g_get_monotonic_time() < end)
		turn(listeners, -1, portal);
}

static bool serve(Portal *portal, const PortalDoor *door, int stop_fd, GError **error)
{
	Listeners listeners = { 0 };

	if (!start_all(&listeners, portal, door, error))
		return false;
	while (turn(&listeners, stop_fd, portal))
		connections_tend(portal->connections);
	for (guint i = 0; i < listeners.count; i++)
		MHD_quiesce_daemon(listeners.all[i].daemon);
	oidc_work_stop(portal->oidc);
	say_goodbye(&listeners, portal);
	stop(&listeners);
	return true;
}

/* As many descriptors as the connections may need, where the system lets us. */
static void take_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = MIN(limit.rlim_max, DESCRIPTORS);
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_warning("the limit of descriptors stays as it was: %s", g_strerror(errno));
}

bool portal_run(const PortalDesk *desk, PortalDoor *door, int stop_fd, GError **error)
{
	Portal portal = { 0 };
	bool done;

	if (!bucket_set(desk->store, LINK_BUCKET, desk->settings->links_per_hour, error))
		return false;
	log_info("listens on %s%s", door->where, door->files != NULL ? " with TLS" : "");
	if (door->card_fd >= 0)
		log_info("asks for the identity card on %s", door->card_where);
	service_notify("READY=1");
	take_descriptors();
	portal_open(&portal, desk);
	portal.judge = door->judge;
	done = serve(&portal, door, stop_fd, error);
	portal_close(&portal);
	return done;
}
