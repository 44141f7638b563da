/* test_oidc_token.c - which tokens are believed: signature, keys, encryption, claims, as tables. */
#include "portal/oidc_token.h"

#include <string.h>

#include "common/error.h"
#include "portal/oidc_key.h"
#include "portal/oidc_metadata.h"

#define NOW ((gint64)1795500000)
#define ISSUER "https://login.example"
#define GOOD                                                                              \
	"{\"iss\":\"" ISSUER "\",\"aud\":\"desk\",\"sub\":\"1\",\"nonce\":\"n\",\"exp\":" \
	"1795500300,\"iat\":1795500000}"

/* Keys are made once: it takes a while. */
static json_t *first, *second, *curve, *opener, *small;

static json_t *make_key(int type, guint bits, const char *kid)
{
	json_t *private = json_object(), *public = json_object();

	g_assert_cmpint(r_jwk_generate_key_pair(private, public, type, bits, kid), ==, RHN_OK);
	json_decref(public);
	return private;
}

static json_t *public_of(const json_t *key)
{
	json_t *public = json_object();

	g_assert_cmpint(r_jwk_extract_pubkey((json_t *)key, public, 0), ==, RHN_OK);
	return public;
}

static char *part_of(const char *text)
{
	char *part = g_base64_encode((const guchar *)text, strlen(text));

	g_strdelimit(g_strdelimit(part, "+", '-'), "/", '_');
	part[strcspn(part, "=")] = '\0';
	return part;
}

/* A token whose header is told by what is set in jws. */
static char *sign(const json_t *key, const char *header, const char *claims)
{
	json_t *own = json_deep_copy(key);
	g_autofree char *given = NULL;
	jws_t *jws;
	char *token;

	json_object_del(own, "kid"); /* the library would put it into the header */
	r_jws_init(&jws);
	g_assert_cmpint(r_jws_set_full_header_json_str(jws, header), ==, RHN_OK);
	r_jws_set_payload(jws, (const guchar *)claims, strlen(claims));
	token = r_jws_serialize(jws, own, R_FLAG_IGNORE_REMOTE);
	g_assert_nonnull(token);
	given = g_strdup(token);
	r_free(token);
	r_jws_free(jws);
	json_decref(own);
	return g_steal_pointer(&given);
}

static char *encrypt(const json_t *key, jwa_alg algorithm, jwa_enc encryption, const char *header,
		     const char *inside)
{
	json_t *public = public_of(key);
	char *token, *given;
	jwe_t *jwe;

	r_jwe_init(&jwe);
	if (header != NULL)
		r_jwe_set_full_header_json_str(jwe, header);
	r_jwe_set_alg(jwe, algorithm);
	r_jwe_set_enc(jwe, encryption);
	r_jwe_set_payload(jwe, (const guchar *)inside, strlen(inside));
	token = r_jwe_serialize(jwe, public, R_FLAG_IGNORE_REMOTE);
	g_assert_nonnull(token);
	given = g_strdup(token);
	r_free(token);
	r_jwe_free(jwe);
	json_decref(public);
	return given;
}

static const char *const algorithms[] = { "RS256", "PS256", "ES256", NULL };
static const char *const no_words[] = { NULL };

static TokenRules rules_of(const json_t *decryption)
{
	return (TokenRules){ .issuer = ISSUER,
			     .client_id = "desk",
			     .nonce = "n",
			     .algorithms = (char *const *)algorithms,
			     .acr_values = (char *const *)no_words,
			     .decryption = decryption,
			     .now = NOW };
}

/* A JWK set of public halves; NULL ends it. */
static json_t *set_of(const json_t *one, const json_t *other)
{
	json_t *set = json_pack("{s:[]}", "keys");

	if (one != NULL)
		json_array_append_new(json_object_get(set, "keys"), public_of(one));
	if (other != NULL)
		json_array_append_new(json_object_get(set, "keys"), public_of(other));
	return set;
}

static void check(const char *what, const char *token, const TokenRules *rules, json_t *keys,
		  TokenVerdict verdict, const char *said)
{
	json_t *claims = NULL;
	GError *error = NULL;

	g_test_message("%s", what);
	g_assert_cmpint(token_open(token, rules, keys, &claims, &error), ==, verdict);
	if (verdict == TOKEN_GOOD) {
		g_assert_no_error(error);
		g_assert_cmpstr(json_string_value(json_object_get(claims, "sub")), ==, "1");
		json_decref(claims);
	} else {
		g_assert_null(claims);
		g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
		if (strstr(error->message, said) == NULL)
			g_error("%s: \"%s\" does not say \"%s\"", what, error->message, said);
		g_error_free(error);
	}
}

/* ---- signatures ---- */

static void test_signatures(void)
{
	const struct {
		const char *what;
		const json_t *signer;
		const char *header;
		const json_t *one, *other; /* that the provider shows */
		TokenVerdict verdict;
		const char *said;
	} rows[] = {
		{ "signed by its key", first, "{\"alg\":\"RS256\",\"kid\":\"first\"}", first,
		  second, TOKEN_GOOD, NULL },
		{ "by the other one", second, "{\"alg\":\"RS256\",\"kid\":\"second\"}", first,
		  second, TOKEN_GOOD, NULL },
		{ "with padding by salt", first, "{\"alg\":\"PS256\",\"kid\":\"first\"}", first,
		  second, TOKEN_GOOD, NULL },
		{ "by a curve", curve, "{\"alg\":\"ES256\",\"kid\":\"curve\"}", first, curve,
		  TOKEN_GOOD, NULL },
		{ "of type JWT", first, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", first, NULL,
		  TOKEN_GOOD, NULL },
		{ "without kid, one key", first, "{\"alg\":\"RS256\"}", first, NULL, TOKEN_GOOD,
		  NULL },
		{ "without kid, one key that fits", curve, "{\"alg\":\"ES256\"}", first, curve,
		  TOKEN_GOOD, NULL },
		{ "without kid, two keys", first, "{\"alg\":\"RS256\"}", first, second,
		  TOKEN_KEY_UNKNOWN, "does not show" },
		{ "without kid, an old key", second, "{\"alg\":\"RS256\"}", first, NULL,
		  TOKEN_KEY_UNKNOWN, "signature is wrong" },
		{ "a new kid", second, "{\"alg\":\"RS256\",\"kid\":\"third\"}", first, second,
		  TOKEN_KEY_UNKNOWN, "does not show" },
		{ "another's kid", second, "{\"alg\":\"RS256\",\"kid\":\"first\"}", first, second,
		  TOKEN_BAD, "signature is wrong" },
		{ "a kid of another type", curve, "{\"alg\":\"ES256\",\"kid\":\"first\"}", first,
		  curve, TOKEN_KEY_UNKNOWN, "does not show" },
		{ "no keys at all", first, "{\"alg\":\"RS256\",\"kid\":\"first\"}", NULL, NULL,
		  TOKEN_KEY_UNKNOWN, "does not show" },
		{ "not in the list", first, "{\"alg\":\"RS512\",\"kid\":\"first\"}", first, NULL,
		  TOKEN_BAD, "Algorithms=" },
		{ "critical extensions", first,
		  "{\"alg\":\"RS256\",\"kid\":\"first\",\"crit\":[\"exp\"],\"exp\":1}", first, NULL,
		  TOKEN_BAD, "extension" },
		{ "of another type", first, "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", first, NULL,
		  TOKEN_BAD, "another type" },
		{ "a short key", small, "{\"alg\":\"RS256\",\"kid\":\"small\"}", small, NULL,
		  TOKEN_BAD, "2048 bits" },
	};
	const TokenRules rules = rules_of(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *token = sign(rows[i].signer, rows[i].header, GOOD);
		json_t *keys = set_of(rows[i].one, rows[i].other);

		check(rows[i].what, token, &rules, keys, rows[i].verdict, rows[i].said);
		json_decref(keys);
	}
}

/* The public key as the secret of an HMAC: every form in which it is public. */
static char *hmac_token(const char *secret, gsize length)
{
	g_autofree char *head = part_of("{\"alg\":\"HS256\",\"kid\":\"first\"}");
	g_autofree char *body = part_of(GOOD), *signed_part = g_strconcat(head, ".", body, NULL);
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)secret, length);
	guint8 digest[32];
	gsize size = sizeof(digest);
	g_autofree char *base64 = NULL;

	g_hmac_update(hmac, (const guchar *)signed_part, -1);
	g_hmac_get_digest(hmac, digest, &size);
	base64 = g_base64_encode(digest, size);
	g_strdelimit(g_strdelimit(base64, "+", '-'), "/", '_');
	base64[strcspn(base64, "=")] = '\0';
	return g_strconcat(signed_part, ".", base64, NULL);
}

static void test_forged(void)
{
	const TokenRules rules = rules_of(NULL);
	json_t *keys = set_of(first, second), *public = public_of(first);
	g_autofree char *good = sign(first, "{\"alg\":\"RS256\",\"kid\":\"first\"}", GOOD);
	g_auto(GStrv) parts = g_strsplit(good, ".", -1);
	g_autofree char *body = part_of(GOOD);
	g_autofree char *none = part_of("{\"alg\":\"none\"}"), *odd = part_of("{\"alg\":\"NoNe\"}");
	g_autofree char *list = part_of("[]"),
			*twice = part_of("{\"alg\":\"none\",\"alg\":\"RS256\"}");
	g_autofree char *other_body = part_of("{\"sub\":\"2\"}");
	g_autofree char *json = json_dumps(public, JSON_COMPACT);
	guchar pem[4096];
	size_t length = sizeof(pem);
	g_autofree char *huge = g_strnfill(TOKEN_BYTES + 1, 'a');

	r_jwk_export_to_pem_der(public, R_FORMAT_PEM, pem, &length, 0);
	const struct {
		const char *what;
		char *token;
	} rows[] = {
		{ "alg none", g_strconcat(none, ".", body, ".", NULL) },
		{ "alg none, signed by another's",
		  g_strconcat(none, ".", body, ".", parts[2], NULL) },
		{ "none in other letters", g_strconcat(odd, ".", body, ".", NULL) },
		{ "two names of the algorithm",
		  g_strconcat(twice, ".", body, ".", parts[2], NULL) },
		{ "HS256 with the key as PEM", hmac_token((const char *)pem, length) },
		{ "HS256 with the key as JSON", hmac_token(json, strlen(json)) },
		{ "other claims under the signature",
		  g_strconcat(parts[0], ".", other_body, ".", parts[2], NULL) },
		{ "no signature", g_strconcat(parts[0], ".", parts[1], ".", NULL) },
		{ "half a signature", g_strconcat(parts[0], ".", parts[1], ".abcd", NULL) },
		{ "two parts", g_strconcat(parts[0], ".", parts[1], NULL) },
		{ "four parts", g_strconcat(good, ".", parts[2], NULL) },
		{ "five parts", g_strconcat(good, ".", parts[2], ".", parts[2], NULL) },
		{ "a header that is a list", g_strconcat(list, ".", body, ".", parts[2], NULL) },
		{ "a blank in it", g_strconcat(good, " ", NULL) },
		{ "padding", g_strconcat(good, "=", NULL) },
		{ "nothing", g_strdup("") },
		{ "dots", g_strdup("..") },
		{ "JSON", g_strdup(GOOD) },
		{ "too long", g_strconcat(huge, ".", huge, ".a", NULL) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *claims = NULL;

		g_test_message("%s", rows[i].what);
		g_assert_cmpint(token_open(rows[i].token, &rules, keys, &claims, NULL), ==,
				TOKEN_BAD);
		g_assert_null(claims);
		g_free(rows[i].token);
	}
	json_decref(keys);
	json_decref(public);
}

/* A key that the token brings itself, or an address of one, is not looked at. */
static void test_own_keys(void)
{
	const TokenRules rules = rules_of(NULL);
	json_t *public = public_of(second), *keys = set_of(first, NULL);
	json_t *header = json_pack("{s:s, s:O, s:s, s:s}", "alg", "RS256", "jwk", public, "jku",
				   "https://evil.example/keys", "x5u", "https://evil.example/x");
	g_autofree char *text = json_dumps(header, JSON_COMPACT), *token = sign(second, text, GOOD);

	check("a key in the header", token, &rules, keys, TOKEN_KEY_UNKNOWN, "signature is wrong");
	json_decref(header);
	json_decref(keys);
	json_decref(public);
}

/* ---- encrypted ---- */

static void test_encrypted(void)
{
	g_autofree char *plain = sign(first, "{\"alg\":\"RS256\",\"kid\":\"first\"}", GOOD);
	g_autofree char *none = part_of("{\"alg\":\"none\"}"), *body = part_of(GOOD);
	g_autofree char *unsigned_one = g_strconcat(none, ".", body, ".", NULL);
	const struct {
		const char *what;
		const json_t *reader; /* NULL: encryption is not set */
		const json_t *receiver;
		jwa_alg algorithm;
		jwa_enc encryption;
		const char *header, *inside;
		TokenVerdict verdict;
		const char *said;
	} rows[] = {
		{ "as itsme has it", opener, opener, R_JWA_ALG_RSA_OAEP_256, R_JWA_ENC_A128CBC,
		  "{\"cty\":\"JWT\"}", plain, TOKEN_GOOD, NULL },
		{ "OAEP with SHA-1", opener, opener, R_JWA_ALG_RSA_OAEP, R_JWA_ENC_A256CBC, NULL,
		  plain, TOKEN_GOOD, NULL },
		{ "GCM", opener, opener, R_JWA_ALG_RSA_OAEP, R_JWA_ENC_A256GCM, NULL, plain,
		  TOKEN_GOOD, NULL },
		{ "for another", opener, second, R_JWA_ALG_RSA_OAEP, R_JWA_ENC_A128CBC, NULL, plain,
		  TOKEN_BAD, "cannot be decrypted" },
		{ "by PKCS #1 1.5", opener, opener, R_JWA_ALG_RSA1_5, R_JWA_ENC_A128CBC, NULL,
		  plain, TOKEN_BAD, "in a way that is not taken" },
		{ "not signed inside", opener, opener, R_JWA_ALG_RSA_OAEP, R_JWA_ENC_A128CBC, NULL,
		  unsigned_one, TOKEN_BAD, "Algorithms=" },
		{ "claims alone inside", opener, opener, R_JWA_ALG_RSA_OAEP, R_JWA_ENC_A128CBC,
		  NULL, GOOD, TOKEN_BAD, "no signed one" },
		{ "compressed", opener, opener, R_JWA_ALG_RSA_OAEP, R_JWA_ENC_A128CBC,
		  "{\"zip\":\"DEF\"}", plain, TOKEN_BAD, "extension" },
		{ "not encrypted where it must be", opener, NULL, 0, 0, NULL, plain, TOKEN_BAD,
		  "is not encrypted" },
		{ "encrypted where it is not set", NULL, opener, R_JWA_ALG_RSA_OAEP,
		  R_JWA_ENC_A128CBC, NULL, plain, TOKEN_BAD, "without EncryptionKey=" },
	};
	json_t *keys = set_of(first, second);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const TokenRules rules = rules_of(rows[i].reader);
		g_autofree char *token =
			rows[i].receiver != NULL
				? encrypt(rows[i].receiver, rows[i].algorithm, rows[i].encryption,
					  rows[i].header, rows[i].inside)
				: g_strdup(rows[i].inside);

		check(rows[i].what, token, &rules, keys, rows[i].verdict, rows[i].said);
	}
	json_decref(keys);
}

/* ---- claims ---- */

static void test_claims(void)
{
	static const char *const levels[] = { "high", "highest", NULL };
	static const struct {
		const char *what, *change; /* laid over GOOD; null takes out */
		const char *said;          /* NULL: it is good */
		bool leveled;
	} rows[] = {
		{ "as it should be", "{}", NULL, false },
		{ "another issuer", "{\"iss\":\"https://evil.example\"}", "issuer", false },
		{ "an issuer with a slash", "{\"iss\":\"" ISSUER "/\"}", "issuer", false },
		{ "an issuer in capitals", "{\"iss\":\"HTTPS://login.example\"}", "issuer", false },
		{ "no issuer", "{\"iss\":null}", "issuer", false },
		{ "another client", "{\"aud\":\"other\"}", "client", false },
		{ "no audience", "{\"aud\":null}", "client", false },
		{ "an audience that is a number", "{\"aud\":7}", "client", false },
		{ "a list of us", "{\"aud\":[\"desk\"]}", NULL, false },
		{ "a list of others", "{\"aud\":[\"a\",\"b\"]}", "client", false },
		{ "an empty list", "{\"aud\":[]}", "client", false },
		{ "us among others, and it does not say who asked", "{\"aud\":[\"desk\",\"a\"]}",
		  "client", false },
		{ "us among others, and we asked", "{\"aud\":[\"desk\",\"a\"],\"azp\":\"desk\"}",
		  NULL, false },
		{ "us among others, and another asked", "{\"aud\":[\"desk\",\"a\"],\"azp\":\"a\"}",
		  "client", false },
		{ "for us, and another asked", "{\"azp\":\"a\"}", "client", false },
		{ "over", "{\"exp\":1795499940}", "over", false },
		{ "over by less than clocks differ", "{\"exp\":1795499941}", NULL, false },
		{ "without end", "{\"exp\":null}", "over", false },
		{ "an end in words", "{\"exp\":\"1795500300\"}", "over", false },
		{ "of the future", "{\"iat\":1795500061}", "future", false },
		{ "of a clock that is a minute ahead", "{\"iat\":1795500060}", NULL, false },
		{ "old", "{\"iat\":1795499339}", "too old", false },
		{ "without a time", "{\"iat\":null}", "future", false },
		{ "a time that is huge", "{\"iat\":1e300}", "future", false },
		{ "not yet", "{\"nbf\":1795500061}", "not count yet", false },
		{ "from now", "{\"nbf\":1795500000}", NULL, false },
		{ "of another sign-in", "{\"nonce\":\"m\"}", "another sign-in", false },
		{ "of no sign-in", "{\"nonce\":null}", "another sign-in", false },
		{ "a longer nonce", "{\"nonce\":\"nn\"}", "another sign-in", false },
		{ "no subject", "{\"sub\":null}", "subject", false },
		{ "an empty subject", "{\"sub\":\"\"}", "subject", false },
		{ "a level that is asked for", "{\"acr\":\"highest\"}", NULL, true },
		{ "a lower level", "{\"acr\":\"low\"}", "AcrValues=", true },
		{ "no level", "{}", "AcrValues=", true },
		{ "a level where none is asked for", "{\"acr\":\"low\"}", NULL, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *claims = json_loads(GOOD, 0, NULL);
		json_t *change = json_loads(rows[i].change, 0, NULL), *value;
		TokenRules rules = rules_of(NULL);
		const char *name;
		GError *error = NULL;

		if (rows[i].leveled)
			rules.acr_values = (char *const *)levels;
		json_object_foreach(change, name, value) if (json_is_null(value))
			json_object_del(claims, name);
		else json_object_set(claims, name, value);
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(token_check(claims, &rules, &error), ==, rows[i].said == NULL);
		if (rows[i].said != NULL)
			g_assert_nonnull(strstr(error->message, rows[i].said));
		g_clear_error(&error);
		json_decref(claims);
		json_decref(change);
	}
}

/* ---- keys and documents ---- */

static void test_keys(void)
{
	guchar pem[8192];
	size_t length = sizeof(pem) - 1;
	g_autofree char *jwk = json_dumps(first, 0), *weak = json_dumps(small, 0), *token = NULL;
	json_t *public = public_of(first), *key, *half, *claims, *keys;
	const TokenRules rules = rules_of(NULL);
	g_autofree char *open_text = json_dumps(public, 0);
	GError *error = NULL;
	const char *const wrong[] = {
		"",
		"x",
		"{}",
		"[]",
		"{\"kty\":\"RSA\"}",
		open_text,
		weak,
		"{\"kty\":\"oct\",\"k\":\"AAAA\"}",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
	};

	r_jwk_export_to_pem_der(first, R_FORMAT_PEM, pem, &length, 0);
	pem[length] = '\0';
	key = oidc_key_read((const char *)pem, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(strlen(json_string_value(json_object_get(key, "kid"))), >, 20);
	half = oidc_key_public(key, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_object_size(half), ==, 4); /* kty n e kid */
	/* what is signed with it is believed by who has the half */
	claims = json_loads(GOOD, 0, NULL);
	token = oidc_key_sign(key, claims, &error);
	g_assert_no_error(error);
	keys = json_pack("{s:[O]}", "keys", half);
	check("signed by us", token, &rules, keys, TOKEN_GOOD, NULL);
	json_decref(keys);
	json_decref(claims);
	json_decref(half);
	json_decref(key);
	key = oidc_key_read(jwk, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(json_string_value(json_object_get(key, "kid")), ==, "first");
	json_decref(key);
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_test_message("%s", wrong[i]);
		g_assert_null(oidc_key_read(wrong[i], &error));
		g_assert_error(error, DESK_ERROR, DESK_ERROR_CONFIG);
		g_clear_error(&error);
	}
	json_decref(public);
}

#define DOCUMENT                                                                         \
	"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"https://a.example/a\"," \
	"\"token_endpoint\":\"http://127.0.0.1:1/t\",\"jwks_uri\":\"https://a.example/k\""

static void test_metadata(void)
{
	static const struct {
		const char *what, *text;
		bool is_good;
	} rows[] = {
		{ "the least", DOCUMENT "}", true },
		{ "with an end for UserInfo",
		  DOCUMENT ",\"userinfo_endpoint\":\"https://a.example\"}", true },
		{ "one that is none", DOCUMENT ",\"userinfo_endpoint\":\"x\"}", false },
		{ "one that is a number", DOCUMENT ",\"userinfo_endpoint\":1}", false },
		{ "two of a name", DOCUMENT ",\"issuer\":\"" ISSUER "\"}", false },
		{ "cut", DOCUMENT, false },
		{ "more behind it", DOCUMENT "}x", false },
		{ "a list", "[]", false },
		{ "nothing", "", false },
		{ "deep", "[[[[[[[[[[[[[[[[[[[[", false },
		{ "another issuer", "{\"issuer\":\"https://login.example/\"}", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_autoptr(OidcMetadata) metadata =
			oidc_metadata_read(rows[i].text, strlen(rows[i].text), ISSUER, &error);

		g_test_message("%s", rows[i].what);
		g_assert_cmpint(metadata != NULL, ==, rows[i].is_good);
		g_assert_cmpint(error == NULL, ==, rows[i].is_good);
		g_clear_error(&error);
	}
	g_assert_null(oidc_keys_read("{}", 2, NULL));
	g_assert_null(oidc_keys_read("{\"keys\":{}}", 11, NULL));
	json_decref(oidc_keys_read("{\"keys\":[]}", 11, NULL));
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	oidc_key_library();
	first = make_key(R_KEY_TYPE_RSA, 2048, "first");
	second = make_key(R_KEY_TYPE_RSA, 2048, "second");
	opener = make_key(R_KEY_TYPE_RSA, 2048, "opener");
	small = make_key(R_KEY_TYPE_RSA, 1024, "small");
	curve = make_key(R_KEY_TYPE_EC, 256, "curve");
	g_test_add_func("/oidc/signatures", test_signatures);
	g_test_add_func("/oidc/forged", test_forged);
	g_test_add_func("/oidc/own-keys", test_own_keys);
	g_test_add_func("/oidc/encrypted", test_encrypted);
	g_test_add_func("/oidc/claims", test_claims);
	g_test_add_func("/oidc/keys", test_keys);
	g_test_add_func("/oidc/metadata", test_metadata);
	status = g_test_run();
	json_decref(first);
	json_decref(second);
	json_decref(opener);
	json_decref(small);
	json_decref(curve);
	return status;
}
