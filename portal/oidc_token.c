/* oidc_token.c - what a token of an OpenID provider says, and whether it may be believed.
 *
 * The header is read here, before the library sees the token: it names the algorithm, and only
 * what is in our lists goes on.  The library gets keys that were copied member by member, so
 * that it finds no address in them that it would fetch.
 */
#include "portal/oidc_token.h"

#include <string.h>

#include "common/error.h"
#include "common/secret.h"
#include "portal/oidc_key.h"

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)
typedef jws_t Jws;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Jws, r_jws_free)
typedef jwe_t Jwe;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Jwe, r_jwe_free)

#define JWS_PARTS 3
#define JWE_PARTS 5

static bool wrong(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool wrong(GError **error, const char *format, ...)
{
	va_list arguments;

	if (error == NULL)
		return false;
	va_start(arguments, format);
	*error = g_error_new_valist(DESK_ERROR, DESK_ERROR_DATA, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- its parts ---- */

/* Base64url without padding (RFC 7515 2) as JSON: an object without double names.  New
 * reference, NULL when it is none. */
static json_t *part_object(const char *part)
{
	gsize length = strlen(part), bytes = 0;
	g_autofree char *text = g_strconcat(part, length % 4 == 2 ? "==" : "=", NULL);
	g_autofree guchar *plain = NULL;
	json_t *object;

	if (length % 4 == 1)
		return NULL;
	if (length % 4 == 0)
		text[length] = '\0';
	g_strdelimit(g_strdelimit(text, "-", '+'), "_", '/');
	plain = g_base64_decode(text, &bytes);
	object = json_loadb((const char *)plain, bytes, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(object))
		g_clear_pointer(&object, json_decref);
	return object;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* Takes a token apart; NULL when it is none of so many parts. */
static char **parts_of(const char *token, guint count)
{
	g_auto(GStrv) parts = NULL;

	if (strlen(token) > TOKEN_BYTES ||
	    strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") !=
		    strlen(token))
		return NULL;
	parts = g_strsplit(token, ".", JWE_PARTS + 1);
	return g_strv_length(parts) == count ? g_steal_pointer(&parts) : NULL;
}

/* RFC 7515 4.1.11: what we do not understand we do not take; and nothing is inflated. */
static bool is_plain_header(const json_t *header, GError **error)
{
	if (json_object_get(header, "crit") != NULL || json_object_get(header, "zip") != NULL ||
	    json_object_get(header, "b64") != NULL)
		return wrong(error, "the token's header asks for an extension");
	return true;
}

/* ---- encrypted ---- */

static bool is_encryption(const json_t *header)
{
	static const char *const keys[] = { "RSA-OAEP", "RSA-OAEP-256", NULL };
	static const char *const contents[] = { "A128CBC-HS256", "A256CBC-HS512", "A128GCM",
						"A256GCM", NULL };

	return g_strv_contains(keys, text_of(header, "alg")) &&
	       g_strv_contains(contents, text_of(header, "enc"));
}

/* The token inside of an encrypted one; given, NULL with error. */
static char *token_decrypt(const char *token, const json_t *key, GError **error)
{
	g_auto(GStrv) parts = parts_of(token, JWE_PARTS);
	g_autoptr(Json) header = parts != NULL ? part_object(parts[0]) : NULL;
	g_autoptr(Json) own = json_deep_copy(key);
	g_autoptr(Jwe) jwe = NULL;
	const guchar *plain;
	size_t length = 0;

	if (header == NULL) {
		wrong(error, "the token is not encrypted, and EncryptionKey= is set");
		return NULL;
	}
	if (!is_plain_header(header, error))
		return NULL;
	if (!is_encryption(header)) {
		wrong(error, "the token is encrypted in a way that is not taken");
		return NULL;
	}
	if (r_jwe_init(&jwe) != RHN_OK ||
	    r_jwe_advanced_compact_parse(jwe, token, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) !=
		    RHN_OK ||
	    r_jwe_decrypt(jwe, own, R_FLAG_IGNORE_REMOTE) != RHN_OK ||
	    (plain = r_jwe_get_payload(jwe, &length)) == NULL || length > TOKEN_BYTES ||
	    memchr(plain, '\0', length) != NULL) {
		wrong(error, "the token cannot be decrypted with EncryptionKey=");
		return NULL;
	}
	return g_strndup((const char *)plain, length);
}

/* ---- signed ---- */

bool token_key_is_for(const json_t *key, const char *algorithm)
{
	const char *type = g_str_has_prefix(algorithm, "ES") ? "EC"
			   : g_str_equal(algorithm, "EdDSA") ? "OKP"
							     : "RSA";

	return g_str_equal(text_of(key, "kty"), type) &&
	       (json_object_get(key, "use") == NULL || g_str_equal(text_of(key, "use"), "sig")) &&
	       (json_object_get(key, "alg") == NULL || g_str_equal(text_of(key, "alg"), algorithm));
}

/* The key of the set that header means: by its kid, or the only one that fits.  Lent, or NULL. */
static const json_t *key_of(const json_t *keys, const json_t *header)
{
	const json_t *kid = json_object_get(header, "kid"), *found = NULL;
	size_t i;
	json_t *key;

	json_array_foreach(json_object_get(keys, "keys"), i, key)
	{
		if (!token_key_is_for(key, text_of(header, "alg")) ||
		    (kid != NULL && !json_equal(kid, json_object_get(key, "kid"))))
			continue;
		if (found != NULL)
			return NULL;
		found = key;
	}
	return found;
}

static bool is_signed_by(const char *token, const json_t *key, GError **error)
{
	g_autoptr(Json) plain = oidc_key_public(key, error);
	g_autoptr(Jws) jws = NULL;

	if (plain == NULL)
		return false;
	if (r_jws_init(&jws) != RHN_OK ||
	    r_jws_advanced_compact_parse(jws, token, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) !=
		    RHN_OK ||
	    r_jws_verify_signature(jws, plain, R_FLAG_IGNORE_REMOTE) != RHN_OK)
		return wrong(error, "the token's signature is wrong");
	return true;
}

static TokenVerdict verify(const char *token, const TokenRules *rules, const json_t *keys,
			   json_t **ret_claims, GError **error)
{
	g_auto(GStrv) parts = parts_of(token, JWS_PARTS);
	g_autoptr(Json) header = parts != NULL ? part_object(parts[0]) : NULL;
	const char *algorithm = text_of(header, "alg"), *type = text_of(header, "typ");
	const json_t *key;

	if (header == NULL) {
		wrong(error, "the token is no signed one%s",
		      rules->decryption == NULL ? ", or is encrypted without EncryptionKey=" : "");
		return TOKEN_BAD;
	}
	if (!is_plain_header(header, error))
		return TOKEN_BAD;
	if (!g_strv_contains((const char *const *)rules->algorithms, algorithm)) {
		wrong(error, "the token is not signed by one of Algorithms=");
		return TOKEN_BAD;
	}
	if (json_object_get(header, "typ") != NULL && g_ascii_strcasecmp(type, "JWT") != 0) {
		wrong(error, "the token is of another type");
		return TOKEN_BAD;
	}
	key = key_of(keys, header);
	if (key == NULL) {
		wrong(error, "the token is signed with a key that the provider does not show");
		return TOKEN_KEY_UNKNOWN;
	}
	if (!is_signed_by(token, key, error))
		return json_object_get(header, "kid") == NULL ? TOKEN_KEY_UNKNOWN : TOKEN_BAD;
	*ret_claims = part_object(parts[1]);
	if (*ret_claims == NULL)
		wrong(error, "the token holds no claims");
	return *ret_claims != NULL ? TOKEN_GOOD : TOKEN_BAD;
}

TokenVerdict token_open(const char *token, const TokenRules *rules, const json_t *keys,
			json_t **ret_claims, GError **error)
{
	g_autofree char *inside = NULL;

	if (rules->decryption == NULL)
		return verify(token, rules, keys, ret_claims, error);
	inside = token_decrypt(token, rules->decryption, error);
	return inside != NULL ? verify(inside, rules, keys, ret_claims, error) : TOKEN_BAD;
}

/* ---- its claims ---- */

/* aud: the client, alone or among others; then azp says for whom it is. */
static bool is_for_us(const json_t *claims, const TokenRules *rules)
{
	const json_t *audience = json_object_get(claims, "aud"), *one;
	bool is_named = g_str_equal(text_of(claims, "aud"), rules->client_id);
	size_t i;

	json_array_foreach(audience, i, one) is_named =
		is_named || g_strcmp0(json_string_value(one), rules->client_id) == 0;
	if (!is_named)
		return false;
	if (json_object_get(claims, "azp") == NULL)
		return json_array_size(audience) <= 1;
	return g_str_equal(text_of(claims, "azp"), rules->client_id);
}

/* A time of the claims, or missing where there is none that can be. */
static double time_of(const json_t *claims, const char *name, double missing)
{
	const json_t *value = json_object_get(claims, name);

	return json_is_number(value) ? json_number_value(value) : missing;
}

static bool check_times(const json_t *claims, gint64 now, GError **error)
{
	double at = (double)now, issued = time_of(claims, "iat", G_MAXDOUBLE);

	if (!(time_of(claims, "exp", 0) > at - TOKEN_SKEW))
		return wrong(error, "the token is over");
	if (!(issued <= at + TOKEN_SKEW))
		return wrong(error, "the token is of the future: is the clock right?");
	if (!(issued >= at - TOKEN_OLDEST - TOKEN_SKEW))
		return wrong(error, "the token is too old: is the clock right?");
	if (!(time_of(claims, "nbf", 0) <= at + TOKEN_SKEW))
		return wrong(error, "the token does not count yet: is the clock right?");
	return true;
}

bool token_check(const json_t *claims, const TokenRules *rules, GError **error)
{
	gsize subject = strlen(text_of(claims, "sub"));

	if (!g_str_equal(text_of(claims, "iss"), rules->issuer))
		return wrong(error, "the token is of another issuer than Issuer=");
	if (!is_for_us(claims, rules))
		return wrong(error, "the token is for another client than ClientId=");
	if (!check_times(claims, rules->now, error))
		return false;
	if (!secret_equal(text_of(claims, "nonce"), rules->nonce))
		return wrong(error, "the token is of another sign-in");
	if (subject == 0 || subject > 255)
		return wrong(error, "the token names no subject");
	if (rules->acr_values[0] != NULL &&
	    !g_strv_contains((const char *const *)rules->acr_values, text_of(claims, "acr")))
		return wrong(error, "the person was not authenticated by one of AcrValues=");
	return true;
}
