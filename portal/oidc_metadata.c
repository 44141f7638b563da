/* oidc_metadata.c - what an OpenID provider says of itself. */
#include "portal/oidc_metadata.h"

#include <string.h>

#include "common/error.h"
#include "common/settings_table.h"

#define KEYS_MOST 100
#define ADDRESS_BYTES 2000

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

void oidc_metadata_free(OidcMetadata *metadata)
{
	if (metadata == NULL)
		return;
	g_free(metadata->authorization);
	g_free(metadata->token);
	g_free(metadata->keys);
	g_free(metadata->userinfo);
	g_free(metadata);
}

/* https, or http to this machine; printable, and without a fragment. */
static bool is_address(const char *url)
{
	g_autofree char *scheme = NULL, *user = NULL, *host = NULL;

	if (strlen(url) > ADDRESS_BYTES || strpbrk(url, "# \"<>\\") != NULL ||
	    !g_str_is_ascii(url) || !setting_split_url(url, &scheme, &user, &host, NULL) ||
	    user != NULL)
		return false;
	return strcmp(scheme, "https") == 0 ||
	       (strcmp(scheme, "http") == 0 && setting_is_loopback(host));
}

/* False with error when there is an address that is none, or none that must be there. */
static bool take_address(const json_t *document, const char *name, bool is_needed,
			 char **ret_address, GError **error)
{
	const json_t *value = json_object_get(document, name);
	const char *address = json_string_value(value);

	if (value == NULL && !is_needed)
		return true;
	if (address == NULL || !is_address(address)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the provider's document: expected an https:// address as %s", name);
		return false;
	}
	*ret_address = g_strdup(address);
	return true;
}

static bool has(const json_t *list, const char *word)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i,
			   one) if (g_strcmp0(json_string_value(one), word) == 0) return true;
	return false;
}

/* A new reference, NULL with error when text is no object. */
static json_t *read_object(const char *text, gsize length, const char *what, GError **error)
{
	json_t *object = length <= METADATA_BYTES
				 ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL)
				 : NULL;

	if (json_is_object(object))
		return object;
	json_decref(object);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "the provider's %s: expected a JSON object",
		    what);
	return NULL;
}

OidcMetadata *oidc_metadata_read(const char *text, gsize length, const char *issuer, GError **error)
{
	g_autoptr(Json) document = read_object(text, length, "document", error);
	g_autoptr(OidcMetadata) metadata = g_new0(OidcMetadata, 1);
	const json_t *methods;

	if (document == NULL)
		return NULL;
	if (g_strcmp0(json_string_value(json_object_get(document, "issuer")), issuer) != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
			    "the provider's document names another issuer than Issuer=%s (the "
			    "letters must be the same)",
			    issuer);
		return NULL;
	}
	if (!take_address(document, "authorization_endpoint", true, &metadata->authorization,
			  error) ||
	    !take_address(document, "token_endpoint", true, &metadata->token, error) ||
	    !take_address(document, "jwks_uri", true, &metadata->keys, error) ||
	    !take_address(document, "userinfo_endpoint", false, &metadata->userinfo, error))
		return NULL;
	metadata->names_issuer = json_is_true(
		json_object_get(document, "authorization_response_iss_parameter_supported"));
	metadata->takes_claims =
		json_is_true(json_object_get(document, "claims_parameter_supported"));
	methods = json_object_get(document, "token_endpoint_auth_methods_supported");
	metadata->posts_secret = has(methods, "client_secret_post");
	return g_steal_pointer(&metadata);
}

json_t *oidc_keys_read(const char *text, gsize length, GError **error)
{
	g_autoptr(Json) document = read_object(text, length, "keys", error);
	const json_t *keys = json_object_get(document, "keys");

	if (document == NULL)
		return NULL;
	if (json_is_array(keys) && json_array_size(keys) <= KEYS_MOST)
		return g_steal_pointer(&document);
	g_set_error(error, DESK_ERROR, DESK_ERROR_DATA,
		    "the provider's keys: expected at most %d in \"keys\"", KEYS_MOST);
	return NULL;
}
