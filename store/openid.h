/* openid.h - sign-ins that are under way at an OpenID provider.
 *
 * Each is known by a random state that goes to the provider and comes back, and belongs to the
 * browser that began it: both are kept as hashes (secret_token_hash).  It counts once, for
 * OPENID_SECONDS, and no more than OPENID_MOST are kept: the oldest go first.
 */
#pragma once

#include "store/store.h"

#define OPENID_SECONDS (10 * 60)
#define OPENID_MOST 20000

typedef struct OpenIdAsk {
	char *provider; /* of [OpenID NAME] */
	char *nonce, *verifier;
	char *target; /* the page that it is to lead to */
	char *before; /* hash of the session that the browser had, "": none */
} OpenIdAsk;

void openid_ask_free(OpenIdAsk *ask);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OpenIdAsk, openid_ask_free)

bool openid_put(Store *store, const char *state_hash, const char *browser_hash,
		const OpenIdAsk *ask, gint64 now, GError **error);
/* Takes it out.  NULL in ret_ask: unknown, of another browser or provider, over, or already taken;
 * one that is of another browser stays for that one. */
bool openid_take(Store *store, const char *state_hash, const char *browser_hash,
		 const char *provider, gint64 now, OpenIdAsk **ret_ask, GError **error);
