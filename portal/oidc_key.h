/* oidc_key.h - keys as JSON (RFC 7517): those of the desk, and those of a provider. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <rhonabwy.h>
#include <stdbool.h>

/* Once, before any other thread: the library's own beginnings. */
void oidc_key_library(void);

/* A private key out of a text that is PEM or a JWK; it gets a kid (RFC 7638) where it has none.
 * New reference; NULL with DESK_ERROR_CONFIG. */
json_t *oidc_key_read(const char *text, GError **error);
/* The public half: the members that make the key, and kid; nothing that leads elsewhere.  New
 * reference; NULL with DESK_ERROR_DATA when it is no RSA key of 2048 bits or more, EC or OKP. */
json_t *oidc_key_public(const json_t *key, GError **error);
/* A JWT of claims, signed with a private key (RS256, ES256 or what its alg says).  Given; NULL
 * with DESK_ERROR_CONFIG. */
char *oidc_key_sign(const json_t *key, const json_t *claims, GError **error);
