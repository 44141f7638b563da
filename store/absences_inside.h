/* absences_inside.h - what writing people and writing absences share. */
#pragma once

#include "store/absences.h"

/* Within a transaction; NULL: the person is here. */
bool absence_put(Store *store, gint64 person, const Absence *absence, gint64 now, GError **error);
