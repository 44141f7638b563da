/* oidc_client.c - by what the desk shows a provider that it is the desk. */
#include "portal/oidc_inside.h"

#include <string.h>

#include "common/error.h"
#include "common/secret.h"
#include "portal/oidc_key.h"

#define ASSERTION_LIFE 120 /* seconds */

json_t *client_key(const OidcProvider *provider, const char *name, const char *where,
		   GError **error)
{
	g_autofree char *text = secret_read(where, provider->settings->folder, error);
	json_t *key = text != NULL ? oidc_key_read(text, error) : NULL;

	if (key == NULL)
		g_prefix_error(error, "%s: ", name);
	return key;
}

/* keys is taken; a copy of them. */
static char *keep_own_keys(OidcProvider *provider, char *keys)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);

	g_free(provider->own_keys);
	provider->own_keys = keys;
	provider->own_read = g_get_monotonic_time();
	return g_strdup(keys);
}

char *oidc_provider_own_keys(OidcProvider *provider, GError **error)
{
	const OpenIdSettings *openid = provider->openid;
	const struct {
		const char *name, *where, *use;
	} own[] = { { "PrivateKey", openid->private_key, "sig" },
		    { "EncryptionKey", openid->encryption_key, "enc" } };
	g_autoptr(Json) set = json_pack("{s:[]}", "keys");

	for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
		g_autoptr(Json) key = NULL;
		json_t *public;

		if (own[i].where == NULL)
			continue;
		key = client_key(provider, own[i].name, own[i].where, error);
		public = key != NULL ? oidc_key_public(key, error) : NULL;
		if (public == NULL)
			return NULL;
		json_object_set_new(public, "use", json_string(own[i].use));
		json_array_append_new(json_object_get(set, "keys"), public);
	}
	return keep_own_keys(provider, json_dumps(set, JSON_COMPACT));
}

/* RFC 7523 3: that it is us, signed. */
static bool add_assertion(const OidcProvider *provider, const OidcMetadata *metadata, gint64 now,
			  GString *form, GError **error)
{
	const OpenIdSettings *openid = provider->openid;
	g_autoptr(Json) key = client_key(provider, "PrivateKey", openid->private_key, error);
	g_autofree char *id = secret_token(), *token = NULL;
	g_autoptr(Json) claims =
		json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", openid->client_id, "sub",
			  openid->client_id, "aud", metadata->token, "jti", id, "iat",
			  (json_int_t)now, "exp", (json_int_t)(now + ASSERTION_LIFE));

	if (key == NULL || (token = oidc_key_sign(key, claims, error)) == NULL)
		return false;
	fetch_field(form, "client_id", openid->client_id);
	fetch_field(form, "client_assertion_type",
		    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	fetch_field(form, "client_assertion", token);
	return true;
}

/* RFC 6749 2.3.1: both halves are escaped as in a form. */
static char *basic_of(const char *id, const char *secret)
{
	g_autoptr(GString) pair = g_string_new(NULL);
	g_autofree char *base64 = NULL;

	g_string_append_uri_escaped(pair, id, NULL, false);
	g_string_append_c(pair, ':');
	g_string_append_uri_escaped(pair, secret, NULL, false);
	base64 = g_base64_encode((const guchar *)pair->str, pair->len);
	return g_strconcat("Authorization: Basic ", base64, NULL);
}

bool client_add(const OidcProvider *provider, const OidcMetadata *metadata, gint64 now,
		GString *form, char **ret_header, GError **error)
{
	const OpenIdSettings *openid = provider->openid;
	g_autofree char *secret = NULL;

	if (openid->private_key != NULL)
		return add_assertion(provider, metadata, now, form, error);
	secret = secret_read(openid->client_secret, provider->settings->folder, error);
	if (secret == NULL)
		return false;
	if (!metadata->posts_secret) {
		*ret_header = basic_of(openid->client_id, secret);
		return true;
	}
	fetch_field(form, "client_id", openid->client_id);
	fetch_field(form, "client_secret", secret);
	return true;
}

/* How many of the provider's keys can sign by one of Algorithms=. */
static guint usable_keys(OidcProvider *provider)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);
	const json_t *key;
	guint usable = 0;
	size_t i;

	json_array_foreach(json_object_get(provider->keys, "keys"), i, key)
	{
		bool fits = false;

		for (char *const *name = provider->openid->algorithms; *name != NULL; name++)
			fits = fits || token_key_is_for(key, *name);
		usable += fits ? 1 : 0;
	}
	return usable;
}

/* The secret itself is let go of at once. */
static bool has_secret(const OidcProvider *provider, GError **error)
{
	const char *where = provider->openid->client_secret;
	g_autofree char *secret =
		where != NULL ? secret_read(where, provider->settings->folder, error) : NULL;
	bool is_there = where == NULL || secret != NULL;

	if (!is_there)
		g_prefix_error(error, "ClientSecret: ");
	return is_there;
}

char *oidc_provider_check(OidcProvider *provider, const OidcWait *wait, GError **error)
{
	const OpenIdSettings *openid = provider->openid;
	g_autofree char *keys = oidc_provider_own_keys(provider, error);
	g_autoptr(OidcMetadata) metadata = NULL;
	guint usable;

	if (keys == NULL || !has_secret(provider, error) ||
	    oidc_provider_discover(provider, wait, error) != OIDC_DONE)
		return NULL;
	metadata = provider_known(provider);
	if (provider_fetch_keys(provider, metadata, wait, error) != OIDC_DONE)
		return NULL;
	usable = usable_keys(provider);
	if (usable > 0)
		return g_strdup_printf("%s: %u keys; comes back to %s/login/%s/callback",
				       openid->issuer, usable, provider->settings->url,
				       openid->name);
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
		    "%s: the provider shows no key for Algorithms=", metadata->keys);
	return NULL;
}
