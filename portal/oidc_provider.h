/* oidc_provider.h - an OpenID provider: its documents, and what is asked of it.
 *
 * What asks the provider takes as long as the provider does, up to the deadline of its OidcWait,
 * and is called in a thread of its own (oidc_work.h); the rest never waits.  One provider may be
 * asked by several threads at once.
 */
#pragma once

#include "common/settings.h"
#include "portal/oidc_metadata.h"

typedef struct OidcProvider OidcProvider;

typedef struct OidcWait {
	gint64 deadline;          /* monotonic, microseconds */
	const gint *is_cancelled; /* read atomically */
} OidcWait;

typedef enum {
	OIDC_DONE,
	OIDC_AWAY,    /* the provider does not answer, or with what is no answer */
	OIDC_REFUSED, /* it does not take the code or the client, or what it says is not believed */
	OIDC_UNNAMED, /* the claim is not there, or not verified */
} OidcOutcome;

/* settings are lent and must live as long. */
OidcProvider *oidc_provider_new(const Settings *settings, const OpenIdSettings *openid);
void oidc_provider_free(OidcProvider *provider);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OidcProvider, oidc_provider_free)
const OpenIdSettings *oidc_provider_settings(const OidcProvider *provider);

/* Whether its document is known and not too old. */
bool oidc_provider_is_known(OidcProvider *provider);
/* Whether its answers must carry iss. */
bool oidc_provider_names_issuer(OidcProvider *provider);

typedef struct OidcRequest {
	const char *redirect_uri, *state, *nonce, *verifier, *language;
} OidcRequest;
/* The address to which the browser goes (Core 3.1.2.1, with PKCE S256); given.  NULL when the
 * document is not known. */
char *oidc_provider_address(OidcProvider *provider, const OidcRequest *request);

/* ---- these wait ---- */

/* Reads its document. */
OidcOutcome oidc_provider_discover(OidcProvider *provider, const OidcWait *wait, GError **error);

typedef struct OidcCode {
	const char *code, *redirect_uri, *nonce, *verifier;
	gint64 now; /* seconds since 1970 */
} OidcCode;
/* Exchanges the code for tokens and believes or does not believe them.  ret_who: the address, or
 * the 11 digits of the national number; given. */
OidcOutcome oidc_provider_exchange(OidcProvider *provider, const OidcCode *code,
				   const OidcWait *wait, char **ret_who, GError **error);

/* For `persocontact check`: tries its documents and the desk's own secrets.  A line about it,
 * given; NULL with error when somebody must do something. */
char *oidc_provider_check(OidcProvider *provider, const OidcWait *wait, GError **error);

/* The public halves of the desk's own keys, as a JWK set; given, NULL with DESK_ERROR_CONFIG. */
char *oidc_provider_own_keys(OidcProvider *provider, GError **error);
/* The same without waiting: as they were less than a minute ago; NULL: they must be read. */
char *oidc_provider_own_keys_known(OidcProvider *provider);
