/* client.c - whose connection it is. */
#include "portal/client.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#define FORWARDED_MOST 20 /* proxies in a row */
#define UNIX "unix"

GPtrArray *client_proxies(char *const *networks)
{
	GPtrArray *proxies = g_ptr_array_new_with_free_func(g_object_unref);

	for (; networks != NULL && *networks != NULL; networks++)
		if (strcmp(*networks, UNIX) != 0)
			g_ptr_array_add(proxies,
					g_inet_address_mask_new_from_string(*networks, NULL));
	return proxies;
}

static bool is_trusted(const GPtrArray *proxies, const char *address)
{
	g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(address);

	for (guint i = 0; parsed != NULL && i < proxies->len; i++)
		if (g_inet_address_mask_matches(g_ptr_array_index(proxies, i), parsed))
			return true;
	return false;
}

/* A household or an office has a /64 of IPv6. */
static char *shortened(const char *address)
{
	struct in6_addr wide;
	char text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, address, &wide) != 1 || IN6_IS_ADDR_V4MAPPED(&wide))
		return g_strdup(address);
	memset(wide.s6_addr + 8, 0, 8);
	return g_strdup(inet_ntop(AF_INET6, &wide, text, sizeof(text)));
}

char *client_behind(const GPtrArray *proxies, const char *peer, const char *forwarded)
{
	g_auto(GStrv) hops = g_strsplit(forwarded != NULL ? forwarded : "", ",", -1);
	const char *client = peer != NULL ? peer : "unix";
	bool is_believed = peer == NULL || is_trusted(proxies, peer);

	for (guint n = g_strv_length(hops), i = n; is_believed && i > 0 && n - i < FORWARDED_MOST;
	     i--) {
		g_autoptr(GInetAddress) parsed =
			g_inet_address_new_from_string(g_strstrip(hops[i - 1]));

		if (parsed == NULL)
			break;
		client = hops[i - 1];
		is_believed = is_trusted(proxies, client);
	}
	return shortened(client);
}

/* A proxy may add a line of its own behind one that the client sent: all of them count as one. */
static enum MHD_Result add_forwarded(void *user, enum MHD_ValueKind kind, const char *key,
				     const char *value)
{
	GString *forwarded = user;

	if (g_ascii_strcasecmp(key, "X-Forwarded-For") == 0)
		g_string_append_printf(forwarded, "%s%s", forwarded->len > 0 ? "," : "",
				       value != NULL ? value : "");
	return MHD_YES;
}

const char *client_peer(const struct sockaddr *address, char *ret_text)
{
	if (address != NULL && address->sa_family == AF_INET)
		return inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr,
				 ret_text, CLIENT_PEER_BYTES);
	if (address != NULL && address->sa_family == AF_INET6)
		return inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr,
				 ret_text, CLIENT_PEER_BYTES);
	return NULL;
}

static const char *peer_of(const Request *request, char *text)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return client_peer(info != NULL ? info->client_addr : NULL, text);
}

bool client_may_vouch(const GPtrArray *proxies, char *const *networks, const char *peer)
{
	if (peer != NULL)
		return is_trusted(proxies, peer);
	return networks != NULL && g_strv_contains((const char *const *)networks, UNIX);
}

bool client_is_proxy(const Request *request)
{
	char text[CLIENT_PEER_BYTES];

	return client_may_vouch(request->portal->proxies,
				request->portal->desk.settings->trusted_proxies,
				peer_of(request, text));
}

char *client_address(const Request *request)
{
	g_autoptr(GString) forwarded = g_string_new(NULL);
	char text[CLIENT_PEER_BYTES];

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, add_forwarded, forwarded);
	return client_behind(request->portal->proxies, peer_of(request, text), forwarded->str);
}

/* "[::1]:80" is "::1", "Desk.example:443" is "desk.example". */
static char *host_name(const char *host)
{
	gsize length = *host == '[' ? strcspn(host, "]") : strcspn(host, ":/");

	return *host == '[' ? g_ascii_strdown(host + 1, (gssize)MAX(length, 1) - 1)
			    : g_ascii_strdown(host, (gssize)length);
}

bool client_host_is(const char *host, const char *url)
{
	const char *start = strstr(url, "://");
	g_autofree char *ours = host_name(start != NULL ? start + 3 : "");
	g_autofree char *theirs = host_name(host != NULL ? host : "");

	return *theirs != '\0' && strcmp(theirs, ours) == 0;
}

bool client_host_is_ours(const char *host, const char *url)
{
	const char *start = url != NULL ? strstr(url, "://") : NULL;
	g_autofree char *ours = host_name(start != NULL ? start + 3 : "");
	g_autofree char *theirs = NULL;

	if (host == NULL)
		return true;
	theirs = host_name(host);
	return strcmp(theirs, ours) == 0 || strcmp(theirs, "localhost") == 0 ||
	       g_hostname_is_ip_address(theirs);
}

bool client_origin_is_ours(const char *origin, const char *host, const char *url)
{
	const char *start = strstr(origin, "://");
	const char *ours = url != NULL ? strstr(url, "://") : NULL;
	gsize length = ours != NULL ? (gsize)(ours - url) + 3 + strcspn(ours + 3, "/") : 0;

	if (start == NULL || start[3] == '\0')
		return false;
	return g_ascii_strcasecmp(start + 3, host) == 0 ||
	       (length == strlen(origin) && g_ascii_strncasecmp(origin, url, length) == 0);
}

char *client_browser(const char *agent)
{
	static const char *const browsers[][2] = { { "Firefox/", "Firefox" },
						   { "Edg/", "Edge" },
						   { "OPR/", "Opera" },
						   { "Chrome/", "Chrome" },
						   { "Safari/", "Safari" } };
	static const char *const systems[][2] = {
		{ "Android", "Android" }, { "iPhone", "iPhone" },  { "iPad", "iPad" },
		{ "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "Linux", "Linux" }
	};
	const char *browser = NULL, *system = NULL;

	for (gsize i = G_N_ELEMENTS(browsers); agent != NULL && i > 0; i--)
		if (strstr(agent, browsers[i - 1][0]) != NULL)
			browser = browsers[i - 1][1];
	for (gsize i = G_N_ELEMENTS(systems); agent != NULL && i > 0; i--)
		if (strstr(agent, systems[i - 1][0]) != NULL)
			system = systems[i - 1][1];
	if (browser != NULL && system != NULL)
		return g_strdup_printf("%s, %s", browser, system);
	return g_strdup(browser != NULL ? browser : system != NULL ? system : "");
}
