/* names_inside.h - the index of names for the upgrade of older databases. */
#pragma once

#include "store/driver.h"

/* Indexes everybody who is there. */
bool names_fill(Driver *driver, GError **error);
