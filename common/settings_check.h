/* settings_check.h - what one value of the configuration asks of another. */
#pragma once

#include "common/settings.h"
#include "common/settings_file.h"

/* Checks settings as a whole, and fills what follows from other values (From,
 * names).  False with DESK_ERROR_CONFIG. */
bool settings_check(Settings *settings, const SettingsFile *file, GError **error);

/* What [Card] asks of the rest, and the rest of it. */
bool settings_check_card(const Settings *settings, const SettingsFile *file, GError **error);
