/* oidc_provider.c - an OpenID provider: its documents, and the address where a sign-in begins. */
#include "portal/oidc_provider.h"

#include <string.h>

#include "common/error.h"
#include "portal/oidc_inside.h"
#include "portal/oidc_key.h"

#define DOCUMENT_LIFE (60 * 60) /* seconds */
#define OWN_LIFE 60
#define KEYS_PAUSE 30 /* at least so many seconds between two looks for a new key */

OidcProvider *oidc_provider_new(const Settings *settings, const OpenIdSettings *openid)
{
	OidcProvider *provider = g_new0(OidcProvider, 1);

	oidc_key_library();
	provider->settings = settings;
	provider->openid = openid;
	g_mutex_init(&provider->lock);
	return provider;
}

void oidc_provider_free(OidcProvider *provider)
{
	if (provider == NULL)
		return;
	oidc_metadata_free(provider->metadata);
	json_decref(provider->keys);
	g_free(provider->own_keys);
	g_mutex_clear(&provider->lock);
	g_free(provider);
}

const OpenIdSettings *oidc_provider_settings(const OidcProvider *provider)
{
	return provider->openid;
}

static bool is_younger(const OidcProvider *provider, gint64 read, double seconds)
{
	gint64 life = (gint64)settings_pause(provider->settings, seconds) * 1000;

	return read != 0 && g_get_monotonic_time() - read < life;
}

bool oidc_provider_is_known(OidcProvider *provider)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);

	return provider->metadata != NULL &&
	       is_younger(provider, provider->metadata_read, DOCUMENT_LIFE);
}

char *oidc_provider_own_keys_known(OidcProvider *provider)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);

	return is_younger(provider, provider->own_read, OWN_LIFE) ? g_strdup(provider->own_keys)
								  : NULL;
}

bool oidc_provider_names_issuer(OidcProvider *provider)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);

	return provider->metadata != NULL && provider->metadata->names_issuer;
}

/* A copy of what is known, or NULL; the caller frees it. */
OidcMetadata *provider_known(OidcProvider *provider)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);
	OidcMetadata *copy;

	if (provider->metadata == NULL)
		return NULL;
	copy = g_memdup2(provider->metadata, sizeof(*copy));
	copy->authorization = g_strdup(copy->authorization);
	copy->token = g_strdup(copy->token);
	copy->keys = g_strdup(copy->keys);
	copy->userinfo = g_strdup(copy->userinfo);
	return copy;
}

/* ---- the address to which the browser goes ---- */

static char *challenge_of(const char *verifier)
{
	guint8 digest[32];
	gsize length = sizeof(digest);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	char *text;

	g_checksum_update(sum, (const guchar *)verifier, (gssize)strlen(verifier));
	g_checksum_get_digest(sum, digest, &length);
	text = g_base64_encode(digest, length);
	g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

static bool has_parameter(const OpenIdSettings *openid, const char *name)
{
	for (char *const *parameter = openid->parameters; *parameter != NULL; parameter++)
		if (g_str_has_prefix(*parameter, name) && (*parameter)[strlen(name)] == '=')
			return true;
	return false;
}

/* {"id_token": {CLAIM: null, ...}}: that it stands in the id_token. */
static char *claims_wanted(const OpenIdSettings *openid)
{
	g_autoptr(Json) wanted = json_pack("{s:{s:n}}", "id_token", openid->claim);

	if (openid->who == OPENID_ADDRESS)
		json_object_set_new(json_object_get(wanted, "id_token"), "email_verified",
				    json_null());
	return json_dumps(wanted, JSON_COMPACT);
}

static void add_parameters(GString *query, const OpenIdSettings *openid)
{
	for (char *const *parameter = openid->parameters; *parameter != NULL; parameter++) {
		const char *equals = strchr(*parameter, '=');
		g_autofree char *name = g_strndup(*parameter, (gsize)(equals - *parameter));

		fetch_field(query, name, equals + 1);
	}
}

char *oidc_provider_address(OidcProvider *provider, const OidcRequest *request)
{
	const OpenIdSettings *openid = provider->openid;
	g_autoptr(OidcMetadata) metadata = provider_known(provider);
	g_autoptr(GString) query = g_string_new(NULL);
	g_autofree char *challenge = challenge_of(request->verifier), *claims = NULL,
			*levels = NULL;

	if (metadata == NULL)
		return NULL;
	levels = g_strjoinv(" ", openid->acr_values);
	fetch_field(query, "response_type", "code");
	fetch_field(query, "client_id", openid->client_id);
	fetch_field(query, "redirect_uri", request->redirect_uri);
	fetch_field(query, "scope", openid->scope);
	fetch_field(query, "state", request->state);
	fetch_field(query, "nonce", request->nonce);
	fetch_field(query, "code_challenge", challenge);
	fetch_field(query, "code_challenge_method", "S256");
	fetch_field(query, "acr_values", levels);
	if (!has_parameter(openid, "ui_locales"))
		fetch_field(query, "ui_locales", request->language);
	if (metadata->takes_claims && !has_parameter(openid, "claims")) {
		claims = claims_wanted(openid);
		fetch_field(query, "claims", claims);
	}
	add_parameters(query, openid);
	return g_strconcat(metadata->authorization,
			   strchr(metadata->authorization, '?') != NULL ? "&" : "?", query->str,
			   NULL);
}

/* ---- what waits ---- */

/* One request, in what time is left. */
OidcOutcome provider_ask(const OidcProvider *provider, const OidcWait *wait, Fetch *what,
			 GString *body, long *ret_status, GError **error)
{
	gint64 left = (wait->deadline - g_get_monotonic_time()) / 1000;

	what->ca_file = provider->openid->ca_file;
	what->most = METADATA_BYTES;
	what->is_cancelled = wait->is_cancelled;
	what->milliseconds = (guint)CLAMP(left, 1, 60 * 1000);
	return fetch(what, body, ret_status, error) ? OIDC_DONE : OIDC_AWAY;
}

/* A document of the provider by GET. */
static OidcOutcome get(const OidcProvider *provider, const OidcWait *wait, const char *url,
		       const char *what, GString *body, GError **error)
{
	Fetch want = { .what = what, .url = url };
	long status = 0;
	OidcOutcome outcome = provider_ask(provider, wait, &want, body, &status, error);

	if (outcome != OIDC_DONE || status == 200)
		return outcome;
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "%s: %s: HTTP status %ld", url, what,
		    status);
	return OIDC_AWAY;
}

OidcOutcome oidc_provider_discover(OidcProvider *provider, const OidcWait *wait, GError **error)
{
	const char *issuer = provider->openid->issuer;
	g_autofree char *url = g_strconcat(issuer, g_str_has_suffix(issuer, "/") ? "" : "/",
					   ".well-known/openid-configuration", NULL);
	g_autoptr(GString) body = g_string_new(NULL);
	OidcOutcome outcome = get(provider, wait, url, "the provider's document", body, error);
	OidcMetadata *metadata;

	if (outcome != OIDC_DONE)
		return outcome;
	metadata = oidc_metadata_read(body->str, body->len, issuer, error);
	if (metadata == NULL)
		return OIDC_REFUSED;
	g_mutex_lock(&provider->lock);
	oidc_metadata_free(provider->metadata);
	provider->metadata = metadata;
	provider->metadata_read = g_get_monotonic_time();
	g_mutex_unlock(&provider->lock);
	return OIDC_DONE;
}

OidcOutcome provider_fetch_keys(OidcProvider *provider, const OidcMetadata *metadata,
				const OidcWait *wait, GError **error)
{
	g_autoptr(GString) body = g_string_new(NULL);
	OidcOutcome outcome =
		get(provider, wait, metadata->keys, "the provider's keys", body, error);
	json_t *keys;

	if (outcome != OIDC_DONE)
		return outcome;
	keys = oidc_keys_read(body->str, body->len, error);
	if (keys == NULL)
		return OIDC_REFUSED;
	g_mutex_lock(&provider->lock);
	json_decref(provider->keys);
	provider->keys = keys;
	provider->keys_read = g_get_monotonic_time();
	g_mutex_unlock(&provider->lock);
	return OIDC_DONE;
}

/* A reference of one's own to the set as it is now; nobody changes a set. */
static json_t *keys_now(OidcProvider *provider, bool *ret_may_look)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&provider->lock);

	*ret_may_look = !is_younger(provider, provider->keys_read, KEYS_PAUSE);
	return json_incref(provider->keys);
}

/* Opens a token; a key that is not known is looked for once, not too often. */
OidcOutcome provider_open_token(OidcProvider *provider, const OidcMetadata *metadata,
				const char *token, const TokenRules *rules, const OidcWait *wait,
				json_t **ret_claims, GError **error)
{
	for (int looks = 0;; looks++) {
		bool may_look = false;
		g_autoptr(Json) keys = keys_now(provider, &may_look);
		g_autoptr(GError) why = NULL;
		TokenVerdict verdict = keys != NULL
					       ? token_open(token, rules, keys, ret_claims, &why)
					       : TOKEN_KEY_UNKNOWN;
		OidcOutcome outcome;

		if (verdict == TOKEN_GOOD)
			return OIDC_DONE;
		if (verdict == TOKEN_BAD || looks > 0 || (keys != NULL && !may_look)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return OIDC_REFUSED;
		}
		outcome = provider_fetch_keys(provider, metadata, wait, error);
		if (outcome != OIDC_DONE)
			return outcome;
	}
}
