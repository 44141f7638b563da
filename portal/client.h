/* client.h - whose connection it is, and whether it asked for this desk. */
#pragma once

#include <sys/socket.h>

#include "portal/inside.h"

/* The networks of [Portal] TrustedProxies: GPtrArray of GInetAddressMask. */
GPtrArray *client_proxies(char *const *networks);
#define CLIENT_PEER_BYTES 46
/* The address as text, of at most CLIENT_PEER_BYTES; NULL of a Unix socket. */
const char *client_peer(const struct sockaddr *address, char *ret_text);
/* The address of the one who asks: of the connection, or what a trusted proxy (or whoever may
 * write to a Unix socket) says in X-Forwarded-For, read from its end.  IPv6 by its /64.  Given. */
char *client_address(const Request *request);
/* Whether the connection is that of a trusted proxy, which may say who somebody is.  Who writes to
 * a Unix socket is only one where TrustedProxies names "unix". */
bool client_is_proxy(const Request *request);
/* The same of an address, NULL for a Unix socket; networks: of TrustedProxies.  Pure. */
bool client_may_vouch(const GPtrArray *proxies, char *const *networks, const char *peer);
/* peer: of the connection, NULL for a Unix socket; forwarded: the header or NULL.  Pure. */
char *client_behind(const GPtrArray *proxies, const char *peer, const char *forwarded);
/* Whether Host names the host of the desk's Url, or this machine by an address (which no other
 * site's name can lead to).  host NULL: it was not sent (HTTP/1.0).  Pure. */
bool client_host_is_ours(const char *host, const char *url);
/* Whether a form comes from a page of the desk: origin (RFC 6454 7) is that of its Url, or has the
 * host that the request was sent to, which client_host_is_ours let in.  Pure. */
bool client_origin_is_ours(const char *origin, const char *host, const char *url);
/* Whether it names the host of url, and nothing else will do.  Pure. */
bool client_host_is(const char *host, const char *url);
/* "Firefox, Windows": of a User-Agent in words of our own, "" when it is none we know.  Given. */
char *client_browser(const char *agent);
