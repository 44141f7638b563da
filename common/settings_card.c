/* settings_card.c - [Card]: what hangs together, and with the rest. */
#include "common/settings_check.h"

#include <string.h>

#include "common/settings_table.h"

static bool wrong(const SettingsFile *file, const char *key, GError **error, const char *why)
{
	return settings_file_wrong(file, "Card", key, error, "%s: %s", key, why);
}

/* A proxy would pass on what anybody claims at the other address, if both were one. */
static bool is_other_host(const Settings *settings)
{
	g_autofree char *card = NULL, *main = NULL;

	return setting_split_url(settings->card.url, NULL, NULL, &card, NULL) &&
	       setting_split_url(settings->url, NULL, NULL, &main, NULL) &&
	       g_ascii_strcasecmp(card, main) != 0;
}

/* How a card reaches the portal: by a listener of its own, or by a proxy's header. */
static bool check_door(const Settings *settings, const SettingsFile *file, GError **error)
{
	const CardSettings *card = &settings->card;

	if ((card->listen == NULL) == (card->header == NULL))
		return wrong(file, "Url", error,
			     "expected Listen (the portal asks for the card) or Header (a proxy"
			     " does) with it, not both");
	if (card->listen != NULL && settings->certificate == NULL)
		return wrong(file, "Listen", error,
			     "expected Certificate and Key in [Portal] with it");
	if (card->listen != NULL && g_str_has_prefix(card->listen, "unix:"))
		return wrong(file, "Listen", error,
			     "there is no TLS on a Unix socket; expected HOST:PORT");
	if (card->listen != NULL && strcmp(card->listen, settings->listen) == 0)
		return wrong(file, "Listen", error, "expected another one than in [Portal]");
	if (card->header == NULL)
		return true;
	if (settings->trusted_proxies == NULL || settings->trusted_proxies[0] == NULL)
		return wrong(file, "Header", error,
			     "nobody is believed; expected TrustedProxies in [Portal] with it");
	return is_other_host(settings) ||
	       wrong(file, "Url", error,
		     "with Header, expected another host than that of Url in [Desk]");
}

static bool is_https_root(const char *url)
{
	g_autofree char *path = NULL;

	return g_str_has_prefix(url, "https://") &&
	       setting_split_url(url, NULL, NULL, NULL, &path) && strlen(path) <= 1;
}

bool settings_check_card(const Settings *settings, const SettingsFile *file, GError **error)
{
	const CardSettings *card = &settings->card;

	if (card->url == NULL)
		return (card->listen == NULL && card->header == NULL &&
			card->authorities == NULL) ||
		       wrong(file,
			     card->listen != NULL   ? "Listen"
			     : card->header != NULL ? "Header"
						    : "Authorities",
			     error, "expected Url with it, where the card is asked for");
	if (!is_https_root(card->url) || !g_str_has_prefix(settings->url, "https://"))
		return wrong(file, "Url", error,
			     "expected https://HOST or https://HOST:PORT, and https:// in [Desk]");
	if (card->authorities == NULL)
		return wrong(file, "Url", error,
			     "expected Authorities with it: who makes the cards");
	if (card->revocation == NULL && !card->accepts_unchecked)
		return wrong(file, "Url", error,
			     "nobody says which cards are revoked, so that every card would be"
			     " refused; expected Revocation, or Unchecked=accept");
	return check_door(settings, file, error);
}
