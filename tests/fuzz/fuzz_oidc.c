/* fuzz_oidc.c - what an OpenID provider may say: documents, keys, tokens, claims.  The first
 * letter of the input chooses.  Nothing that our keys did not sign is ever believed. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portal/oidc_key.h"
#include "portal/oidc_metadata.h"
#include "portal/oidc_token.h"

#define ISSUER "https://login.example"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *set, *opener;

static void make_keys(void)
{
	json_t *key = json_object(), *public = json_object(), *other = json_object();

	oidc_key_library();
	opener = json_object();
	if (r_jwk_generate_key_pair(key, public, R_KEY_TYPE_RSA, 2048, "a") != RHN_OK ||
	    r_jwk_generate_key_pair(opener, other, R_KEY_TYPE_RSA, 2048, "b") != RHN_OK)
		abort();
	set = json_pack("{s:[o]}", "keys", public);
	json_decref(key);
	json_decref(other);
}

static const char *const algorithms[] = { "RS256", "PS256", "ES256", "EdDSA", NULL };
static const char *const none[] = { NULL };

static TokenVerdict open_with(const char *token, const json_t *keys, const json_t *decryption)
{
	const TokenRules rules = { .issuer = ISSUER,
				   .client_id = "desk",
				   .nonce = "n",
				   .algorithms = (char *const *)algorithms,
				   .acr_values = (char *const *)none,
				   .decryption = decryption,
				   .now = 1795500000 };
	json_t *claims = NULL;
	g_autoptr(GError) error = NULL;
	TokenVerdict verdict = token_open(token, &rules, keys, &claims, &error);

	if ((verdict == TOKEN_GOOD) != (claims != NULL) || (claims == NULL) != (error != NULL))
		abort();
	if (claims != NULL)
		token_check(claims, &rules, NULL);
	json_decref(claims);
	return verdict;
}

static char *part_of(const char *text)
{
	char *part = g_base64_encode((const guchar *)text, strlen(text));

	g_strdelimit(g_strdelimit(part, "+", '-'), "/", '_');
	part[strcspn(part, "=")] = '\0';
	return part;
}

static void try_token(const char *token)
{
	if (open_with(token, set, NULL) == TOKEN_GOOD ||
	    open_with(token, set, opener) == TOKEN_GOOD)
		abort();
}

/* Header and claims as they are written, a line each, under a signature that is none. */
static void try_parts(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", 2);
	g_autofree char *header = part_of(lines[0] != NULL ? lines[0] : "");
	g_autofree char *claims = part_of(lines[0] != NULL && lines[1] != NULL ? lines[1] : "");
	g_autofree char *token = g_strconcat(header, ".", claims, ".AAAA", NULL);

	try_token(token);
}

static void try_claims(const char *text)
{
	const TokenRules rules = { .issuer = ISSUER,
				   .client_id = "desk",
				   .nonce = "n",
				   .acr_values = (char *const *)none,
				   .now = 1795500000 };
	json_t *claims = json_loads(text, 0, NULL);
	const char *issuer = json_string_value(json_object_get(claims, "iss"));

	if (token_check(claims, &rules, NULL) && g_strcmp0(issuer, ISSUER) != 0)
		abort();
	json_decref(claims);
}

/* Keys of the provider, and a token of its own: good, where it is signed so. */
static void try_keys(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", 2);
	const char *line = lines[0] != NULL ? lines[0] : "";
	json_t *keys = oidc_keys_read(line, strlen(line), NULL);

	if (keys != NULL && lines[0] != NULL && lines[1] != NULL)
		open_with(lines[1], keys, NULL);
	json_decref(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = NULL;

	if (set == NULL)
		make_keys();
	if (size == 0)
		return 0;
	text = g_strndup((const char *)data + 1, size - 1);
	switch (data[0]) {
	case 'm':
		oidc_metadata_free(oidc_metadata_read(text, strlen(text), ISSUER, NULL));
		break;
	case 'k':
		try_keys(text);
		break;
	case 'o':
		json_decref(oidc_key_read(text, NULL));
		break;
	case 'c':
		try_claims(text);
		break;
	case 'p':
		try_parts(text);
		break;
	default:
		try_token(text);
	}
	return 0;
}
