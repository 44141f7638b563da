/* oidc_inside.h - what the files of a provider share: oidc_provider.c has its documents,
 * oidc_client.c who the desk is, oidc_exchange.c what is asked and believed. */
#pragma once

#include "common/fetch.h"
#include "portal/oidc_provider.h"
#include "portal/oidc_token.h"

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

struct OidcProvider {
	const Settings *settings;
	const OpenIdSettings *openid;
	GMutex lock; /* of what follows; never held while something is fetched */
	OidcMetadata *metadata;
	gint64 metadata_read; /* monotonic, microseconds */
	json_t *keys;
	gint64 keys_read;
	char *own_keys; /* the public halves of the desk's own, as they are shown */
	gint64 own_read;
};

/* A copy of what is known, or NULL; the caller frees it. */
OidcMetadata *provider_known(OidcProvider *provider);

/* One request, in what time is left; the CA, the limit and the time are filled in. */
OidcOutcome provider_ask(const OidcProvider *provider, const OidcWait *wait, Fetch *what,
			 GString *body, long *ret_status, GError **error);

/* Fetches the provider's keys anew. */
OidcOutcome provider_fetch_keys(OidcProvider *provider, const OidcMetadata *metadata,
				const OidcWait *wait, GError **error);

/* Opens a token with the provider's keys; one that is not known is looked for once, not too
 * often. */
OidcOutcome provider_open_token(OidcProvider *provider, const OidcMetadata *metadata,
				const char *token, const TokenRules *rules, const OidcWait *wait,
				json_t **ret_claims, GError **error);

/* A private key of the desk; name of the setting.  New reference. */
json_t *client_key(const OidcProvider *provider, const char *name, const char *where,
		   GError **error);

/* Adds to form what shows the token endpoint that it is the desk that asks, or gives a header that
 * does. */
bool client_add(const OidcProvider *provider, const OidcMetadata *metadata, gint64 now,
		GString *form, char **ret_header, GError **error);
