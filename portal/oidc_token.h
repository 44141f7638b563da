/* oidc_token.h - what a token of an OpenID provider says, and whether it may be believed.
 *
 * JWS and JWE in their compact form (RFC 7515, 7516) by keys of the provider's own document
 * alone: whatever keys or addresses of keys a token brings are not looked at.  Pure: nothing is
 * fetched, and the time is a parameter.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#define TOKEN_BYTES (64 * 1024)
#define TOKEN_SKEW 60          /* seconds by which clocks may differ */
#define TOKEN_OLDEST (10 * 60) /* an id_token is as new as its sign-in */

typedef enum {
	TOKEN_GOOD,
	TOKEN_BAD,
	TOKEN_KEY_UNKNOWN, /* it may be signed with a key that is newer than keys */
} TokenVerdict;

typedef struct TokenRules {
	const char *issuer, *client_id, *nonce;
	char *const *algorithms;  /* of signatures */
	char *const *acr_values;  /* empty: any */
	const json_t *decryption; /* a private JWK for which tokens must be encrypted; NULL: not */
	gint64 now;
} TokenRules;

/* Opens (where rules say so) and verifies token by the "keys" of a JWK set; its claims in
 * ret_claims, a new reference.  Else error, DESK_ERROR_DATA, says what is wrong with it. */
TokenVerdict token_open(const char *token, const TokenRules *rules, const json_t *keys,
			json_t **ret_claims, GError **error);

/* Whether a key of a set may have signed by an algorithm. */
bool token_key_is_for(const json_t *key, const char *algorithm);

/* OpenID Connect Core 3.1.3.7: issuer, audience, times, nonce, acr. */
bool token_check(const json_t *claims, const TokenRules *rules, GError **error);
