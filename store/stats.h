/* stats.h - how many there are of what. */
#pragma once

#include "store/store.h"

typedef struct Count {
	const char *of; /* "cases", "mails", "held", "notices", "people": static */
	char *state;    /* "" where there is none */
	gint64 count;
} Count;

void count_free(Count *count);
/* All counts, in a fixed order; GPtrArray of Count. Reads whole tables. */
bool store_counts(Store *store, GPtrArray **ret_counts, GError **error);
