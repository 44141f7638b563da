/* settings_words.c - values of the configuration that are lists of words. */
#include "common/settings_table.h"

#include <string.h>

static void clear_words(void *place)
{
	g_clear_pointer((char ***)place, g_strfreev);
}

/* Reads words with blanks between them, each of which must be right. */
static bool read_list(const char *value, bool (*is_right)(const char *word), void *place)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	g_autoptr(GStrvBuilder) list = g_strv_builder_new();

	if (setting_has_controls(value))
		return false;
	for (char **word = words; *word != NULL; word++) {
		if (**word == '\0')
			continue;
		if (!is_right(*word))
			return false;
		g_strv_builder_add(list, *word);
	}
	clear_words(place);
	*(char ***)place = g_strv_builder_end(list);
	return true;
}

static bool is_word(const char *word)
{
	return true;
}

static bool read_words(const SettingRow *row, const char *value, const char *folder, void *place)
{
	return read_list(value, is_word, place);
}

/* Signatures by a key pair: "none" and a secret that both sides know are none (RFC 8725 3.1). */
static bool is_algorithm(const char *word)
{
	static const char *const known[] = { "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
					     "ES256", "ES384", "ES512", "EdDSA", NULL };

	return g_strv_contains(known, word);
}

static bool read_algorithms(const SettingRow *row, const char *value, const char *folder,
			    void *place)
{
	return *value != '\0' && read_list(value, is_algorithm, place);
}

/* What the login itself decides cannot be set. */
static bool is_parameter(const char *word)
{
	static const char *const ours[] = { "client_id",
					    "response_type",
					    "response_mode",
					    "redirect_uri",
					    "scope",
					    "state",
					    "nonce",
					    "code_challenge",
					    "request",
					    "code_challenge_method",
					    "request_uri",
					    "acr_values",
					    NULL };
	const char *equals = strchr(word, '=');
	g_autofree char *name = equals != NULL ? g_strndup(word, (gsize)(equals - word)) : NULL;

	return name != NULL && *name != '\0' && strpbrk(name, "&?#%") == NULL &&
	       !g_strv_contains(ours, name);
}

static bool read_parameters(const SettingRow *row, const char *value, const char *folder,
			    void *place)
{
	return read_list(value, is_parameter, place);
}

const SettingType setting_words = {
	.expected = "words with blanks between them",
	.read = read_words,
	.clear = clear_words,
};
const SettingType setting_algorithms = {
	.expected = "some of RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA",
	.read = read_algorithms,
	.clear = clear_words,
};
const SettingType setting_parameters = {
	.expected = "NAME=VALUE with blanks between them, such as prompt=login; none that the login"
		    " itself sets",
	.read = read_parameters,
	.clear = clear_words,
};
