/* oauth2.h - access tokens (RFC 6749) for servers that want XOAUTH2 and no password.
 *
 * Fetched from the token endpoint of an [OAuth2 NAME] group: with the refresh token where
 * there is one, else with the client's own credentials.  A token is kept until a
 * minute before it ends.  A new refresh token that the endpoint hands out is kept as
 * long as the program runs.  Not for two threads at once.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/settings.h"

typedef struct OAuth2 OAuth2;

/* settings are lent and must live as long; folder is what file: secrets are relative to. */
OAuth2 *oauth2_new(const OAuth2Settings *settings, const char *folder);
void oauth2_free(OAuth2 *oauth2);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OAuth2, oauth2_free)

/* An access token, which the caller frees.  now: seconds since 1970.  ret_cached (may be NULL):
 * whether it is one of before.  DESK_ERROR_UNAVAILABLE: the endpoint is away; _NO_PERMISSION: it
 * refuses (the refresh token has ended, wrong client); _CONFIG: address, certificate or secret. */
bool oauth2_token(OAuth2 *oauth2, gint64 now, char **ret_token, bool *ret_cached, GError **error);

/* The server did not take the token: the next one is fetched anew. */
void oauth2_forget(OAuth2 *oauth2);

/* User= of the group; lent, NULL when it has none. */
const char *oauth2_user(const OAuth2 *oauth2);
