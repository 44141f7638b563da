/* settings_find.c - looking things up in the settings. */
#include "common/settings.h"

#include <string.h>

const char *localised(Localised const name, Language language)
{
	if (language >= 0 && language < LANGUAGES && name[language] != NULL)
		return name[language];
	for (int l = 0; l < LANGUAGES; l++) /* LANGUAGE_NL, the bare key, first */
		if (name[l] != NULL)
			return name[l];
	return "";
}

/* The struct whose first member, its name, equals name; lent, or NULL. */
static const void *find(const GPtrArray *items, const char *name)
{
	for (guint i = 0; name != NULL && i < items->len; i++)
		if (strcmp(*(char *const *)g_ptr_array_index(items, i), name) == 0)
			return g_ptr_array_index(items, i);
	return NULL;
}

const TeamSettings *settings_team(const Settings *settings, const char *id)
{
	return find(settings->teams, id);
}

const OrganisationSettings *settings_organisation(const Settings *settings, const char *code)
{
	return find(settings->organisations, code);
}

const ElsewhereSettings *settings_elsewhere(const Settings *settings, const char *id)
{
	return find(settings->elsewhere, id);
}

const OAuth2Settings *settings_oauth2(const Settings *settings, const char *name)
{
	return find(settings->oauth2, name);
}

const OpenIdSettings *settings_openid(const Settings *settings, const char *name)
{
	return find(settings->openid, name);
}

guint settings_pause(const Settings *settings, double seconds)
{
	return (guint)CLAMP(seconds * 1000 / settings->test_clock, 10, (double)G_MAXINT);
}
