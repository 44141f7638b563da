/* oidc_key.c - keys as JSON: those of the desk, and those of a provider. */
#include "portal/oidc_key.h"

#include <string.h>

#include "common/error.h"

#define RSA_BYTES_LEAST (2048 / 8)
#define RSA_BYTES_MOST (8192 / 8)

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)
typedef jws_t Jws;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Jws, r_jws_free)

void oidc_key_library(void)
{
	static gsize once;

	if (g_once_init_enter(&once)) {
		r_global_init();
		g_once_init_leave(&once, 1);
	}
}

static const char *text_of(const json_t *key, const char *name)
{
	const char *text = json_string_value(json_object_get(key, name));

	return text != NULL ? text : "";
}

/* "AAAA" of base64url is three bytes. */
static bool is_long_enough(const json_t *key)
{
	gsize length = strlen(text_of(key, "n"));

	return length >= (RSA_BYTES_LEAST * 4 + 2) / 3 && length <= (RSA_BYTES_MOST * 4 + 2) / 3;
}

json_t *oidc_key_public(const json_t *key, GError **error)
{
	static const struct {
		const char *type, *members[4];
	} kinds[] = {
		{ "RSA", { "n", "e" } },
		{ "EC", { "crv", "x", "y" } },
		{ "OKP", { "crv", "x" } },
	};
	g_autoptr(Json) public = json_object();
	gsize k = 0;

	while (k < G_N_ELEMENTS(kinds) && strcmp(kinds[k].type, text_of(key, "kty")) != 0)
		k++;
	if (k == G_N_ELEMENTS(kinds) || (k == 0 && !is_long_enough(key))) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "a key is no RSA key of 2048 bits or more, EC or OKP key");
		return NULL;
	}
	json_object_set_new(public, "kty", json_string(kinds[k].type));
	for (const char *const *member = kinds[k].members; *member != NULL; member++)
		json_object_set_new(public, *member, json_string(text_of(key, *member)));
	if (*text_of(key, "kid") != '\0')
		json_object_set_new(public, "kid", json_string(text_of(key, "kid")));
	if (r_jwk_is_valid(public) == RHN_OK)
		return g_steal_pointer(&public);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "a key is broken");
	return NULL;
}

json_t *oidc_key_read(const char *text, GError **error)
{
	g_autoptr(Json) key = json_object(), public = NULL;
	bool is_pem = strstr(text, "-----BEGIN") != NULL;
	bool done = is_pem ? r_jwk_import_from_pem_der(key, R_X509_TYPE_PRIVKEY, R_FORMAT_PEM,
						       (const guchar *)text, strlen(text)) == RHN_OK
			   : r_jwk_import_from_json_str(key, text) == RHN_OK;
	char *thumb;

	if (!done || (r_jwk_key_type(key, NULL, R_FLAG_IGNORE_REMOTE) & R_KEY_TYPE_PRIVATE) == 0 ||
	    (public = oidc_key_public(key, NULL)) == NULL) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_CONFIG,
			"expected a private key as PEM or JWK: RSA of 2048 bits or more, or EC");
		return NULL;
	}
	if (*text_of(key, "kid") != '\0')
		return g_steal_pointer(&key);
	thumb = r_jwk_thumbprint(public, R_JWK_THUMB_SHA256, R_FLAG_IGNORE_REMOTE);
	json_object_set_new(key, "kid", json_string(thumb != NULL ? thumb : ""));
	r_free(thumb);
	return g_steal_pointer(&key);
}

static jwa_alg algorithm_of(const json_t *key)
{
	const char *curve = text_of(key, "crv");
	jwa_alg named = r_str_to_jwa_alg(text_of(key, "alg"));

	if (named == R_JWA_ALG_PS256 || named == R_JWA_ALG_RS256)
		return named;
	if (strcmp(text_of(key, "kty"), "RSA") == 0)
		return R_JWA_ALG_RS256;
	if (strcmp(text_of(key, "kty"), "OKP") == 0)
		return R_JWA_ALG_EDDSA;
	return strcmp(curve, "P-521") == 0   ? R_JWA_ALG_ES512
	       : strcmp(curve, "P-384") == 0 ? R_JWA_ALG_ES384
					     : R_JWA_ALG_ES256;
}

char *oidc_key_sign(const json_t *key, const json_t *claims, GError **error)
{
	g_autofree char *payload = json_dumps(claims, JSON_COMPACT), *given = NULL;
	g_autoptr(Json) own = json_deep_copy(key);
	g_autoptr(Jws) jws = NULL;
	char *token = NULL;

	if (r_jws_init(&jws) == RHN_OK && r_jws_set_alg(jws, algorithm_of(key)) == RHN_OK &&
	    r_jws_set_header_str_value(jws, "typ", "JWT") == RHN_OK &&
	    r_jws_set_header_str_value(jws, "kid", text_of(key, "kid")) == RHN_OK &&
	    r_jws_set_payload(jws, (const guchar *)payload, strlen(payload)) == RHN_OK)
		token = r_jws_serialize(jws, own, R_FLAG_IGNORE_REMOTE);
	if (token == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "PrivateKey: it cannot be signed with this key");
	given = g_strdup(token);
	r_free(token);
	return g_steal_pointer(&given);
}
