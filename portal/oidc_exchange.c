/* oidc_exchange.c - a code for tokens, and whom they name (OpenID Connect Core 3.1.3, 5.3). */
#include "portal/oidc_inside.h"

#include <string.h>

#include "common/error.h"
#include "common/national_number.h"
#include "common/text.h"

/* The error code of an answer (RFC 6749 5.2), on one short line; given. */
static char *code_of(const json_t *answer)
{
	const char *code = json_string_value(json_object_get(answer, "error"));

	return text_one_line(code != NULL ? code : "no reason", 60);
}

static OidcOutcome refused(long status, const json_t *answer, GError **error)
{
	g_autofree char *code = code_of(answer);

	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
		    "the token endpoint gives no id_token: HTTP status %ld, %s%s", status, code,
		    strcmp(code, "invalid_client") == 0
			    ? ": check ClientId=, ClientSecret= and PrivateKey="
			    : "");
	return status >= 400 && status < 500 && status != 429 ? OIDC_REFUSED : OIDC_AWAY;
}

/* The answer of the token endpoint, with an id_token in it. */
static OidcOutcome ask_tokens(OidcProvider *provider, const OidcMetadata *metadata,
			      const OidcCode *code, const OidcWait *wait, json_t **ret_answer,
			      GError **error)
{
	g_autoptr(GString) form = g_string_new(NULL), body = g_string_new(NULL);
	g_autofree char *header = NULL;
	g_autoptr(Json) answer = NULL;
	Fetch want = { .what = "the token endpoint", .url = metadata->token };
	OidcOutcome outcome;
	long status = 0;

	fetch_field(form, "grant_type", "authorization_code");
	fetch_field(form, "code", code->code);
	fetch_field(form, "redirect_uri", code->redirect_uri);
	fetch_field(form, "code_verifier", code->verifier);
	if (!client_add(provider, metadata, code->now, form, &header, error))
		return OIDC_AWAY;
	want.form = form->str;
	want.header = header;
	outcome = provider_ask(provider, wait, &want, body, &status, error);
	if (outcome != OIDC_DONE)
		return outcome;
	answer = json_loadb(body->str, body->len, JSON_REJECT_DUPLICATES, NULL);
	if (status != 200 || json_string_value(json_object_get(answer, "id_token")) == NULL)
		return refused(status, answer, error);
	*ret_answer = g_steal_pointer(&answer);
	return OIDC_DONE;
}

/* Core 5.3: the claims of the UserInfo answer, JSON or a token; of the same subject. */
static OidcOutcome ask_userinfo(OidcProvider *provider, const OidcMetadata *metadata,
				const json_t *tokens, const json_t *claims, const TokenRules *rules,
				const OidcWait *wait, json_t **ret_more, GError **error)
{
	const char *access = json_string_value(json_object_get(tokens, "access_token"));
	g_autofree char *header =
		g_strconcat("Authorization: Bearer ", access != NULL ? access : "", NULL);
	Fetch want = { .what = "the UserInfo endpoint",
		       .url = metadata->userinfo,
		       .header = header };
	g_autoptr(GString) body = g_string_new(NULL);
	g_autoptr(Json) more = NULL;
	OidcOutcome outcome;
	long status = 0;

	if (metadata->userinfo == NULL || access == NULL || !g_str_is_ascii(access) ||
	    strpbrk(access, "\r\n") != NULL)
		return OIDC_DONE;
	outcome = provider_ask(provider, wait, &want, body, &status, error);
	if (outcome != OIDC_DONE)
		return outcome;
	if (status == 200 && *g_strstrip(body->str) == '{')
		more = json_loads(body->str, JSON_REJECT_DUPLICATES, NULL);
	else if (status == 200)
		outcome = provider_open_token(provider, metadata, body->str, rules, wait, &more,
					      error);
	if (outcome != OIDC_DONE)
		return outcome;
	if (json_object_get(more, "sub") == NULL ||
	    !json_equal(json_object_get(more, "sub"), json_object_get(claims, "sub"))) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the UserInfo endpoint: HTTP status %ld, and not of the same subject",
			    status);
		return OIDC_REFUSED;
	}
	*ret_more = g_steal_pointer(&more);
	return OIDC_DONE;
}

/* Whom the claims name, or NULL. */
static char *who_of(const OpenIdSettings *openid, const json_t *claims)
{
	const char *value = json_string_value(json_object_get(claims, openid->claim));
	const json_t *verified = json_object_get(claims, "email_verified");

	if (value == NULL)
		return NULL;
	if (openid->who == OPENID_NATIONAL_NUMBER)
		return national_number_digits(value);
	if (!json_is_true(verified) && g_strcmp0(json_string_value(verified), "true") != 0)
		return NULL;
	return g_strdup(value);
}

/* From the id_token, or where it does not say, from the UserInfo endpoint. */
static OidcOutcome name(OidcProvider *provider, const OidcMetadata *metadata, const json_t *tokens,
			const TokenRules *rules, const OidcWait *wait, char **ret_who,
			GError **error)
{
	const char *token = json_string_value(json_object_get(tokens, "id_token"));
	g_autoptr(Json) claims = NULL, more = NULL;
	OidcOutcome outcome =
		provider_open_token(provider, metadata, token, rules, wait, &claims, error);

	if (outcome != OIDC_DONE)
		return outcome;
	if (!token_check(claims, rules, error))
		return OIDC_REFUSED;
	*ret_who = who_of(provider->openid, claims);
	if (*ret_who == NULL && json_object_get(claims, provider->openid->claim) == NULL) {
		outcome =
			ask_userinfo(provider, metadata, tokens, claims, rules, wait, &more, error);
		if (outcome != OIDC_DONE)
			return outcome;
		*ret_who = who_of(provider->openid, more);
	}
	if (*ret_who != NULL)
		return OIDC_DONE;
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "the claim %s is not there, is not what Who= says, or is not verified",
		    provider->openid->claim);
	return OIDC_UNNAMED;
}

OidcOutcome oidc_provider_exchange(OidcProvider *provider, const OidcCode *code,
				   const OidcWait *wait, char **ret_who, GError **error)
{
	const OpenIdSettings *openid = provider->openid;
	g_autoptr(Json) tokens = NULL, key = NULL;
	g_autoptr(OidcMetadata) metadata = NULL;
	TokenRules rules = { .issuer = openid->issuer,
			     .client_id = openid->client_id,
			     .nonce = code->nonce,
			     .algorithms = openid->algorithms,
			     .acr_values = openid->acr_values,
			     .now = code->now };
	OidcOutcome outcome = oidc_provider_is_known(provider)
				      ? OIDC_DONE
				      : oidc_provider_discover(provider, wait, error);

	if (outcome != OIDC_DONE)
		return outcome;
	metadata = provider_known(provider);
	if (openid->encryption_key != NULL) {
		key = client_key(provider, "EncryptionKey", openid->encryption_key, error);
		if (key == NULL)
			return OIDC_AWAY;
		rules.decryption = key;
	}
	outcome = ask_tokens(provider, metadata, code, wait, &tokens, error);
	return outcome == OIDC_DONE ? name(provider, metadata, tokens, &rules, wait, ret_who, error)
				    : outcome;
}
