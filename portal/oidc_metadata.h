/* oidc_metadata.h - what an OpenID provider says of itself (OpenID Connect Discovery 3).  Pure. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#define METADATA_BYTES (256 * 1024) /* of a document, and of a set of keys */

typedef struct OidcMetadata {
	char *authorization, *token, *keys;
	char *userinfo;    /* NULL: it has none */
	bool names_issuer; /* iss comes with each answer (RFC 9207) */
	bool takes_claims; /* the parameter claims */
	bool posts_secret; /* the client's secret goes in the form; else by HTTP Basic */
} OidcMetadata;

/* NULL with DESK_ERROR_DATA: no such document, of another issuer, or an address that is not https
 * (http on this machine alone). */
OidcMetadata *oidc_metadata_read(const char *text, gsize length, const char *issuer,
				 GError **error);
void oidc_metadata_free(OidcMetadata *metadata);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OidcMetadata, oidc_metadata_free)

/* A set of keys (RFC 7517 5) with at most 100 of them.  New reference; NULL as above. */
json_t *oidc_keys_read(const char *text, gsize length, GError **error);
