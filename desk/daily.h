/* daily.h - what a gateway does by itself once a day: it looks the desk over (look_over.h). */
#pragma once

#include "common/settings.h"

/* A thread with a database connection of its own. Of several gateways on one database one does it.
 * What is found is a line in the log, and one mail to the admins.  settings are lent. */
typedef struct Daily Daily;
Daily *daily_start(const Settings *settings, int stop_fd);
void daily_free(Daily *daily); /* waits until it has ended; NULL is nothing */
