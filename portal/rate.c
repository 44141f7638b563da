/* rate.c - the generic cell rate algorithm over a table of bounded size. */
#include "portal/rate.h"

#define KEYS_MOST 50000u

GHashTable *rates_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean is_full_again(gpointer key, gpointer value, gpointer now_ms)
{
	return *(const gint64 *)value <= *(const gint64 *)now_ms;
}

/* Those that have not asked for a while count no longer; a flood of keys begins anew. */
static void make_room(GHashTable *rates, gint64 now_ms)
{
	if (g_hash_table_size(rates) < KEYS_MOST)
		return;
	g_hash_table_foreach_remove(rates, is_full_again, &now_ms);
	if (g_hash_table_size(rates) >= KEYS_MOST)
		g_hash_table_remove_all(rates);
}

bool rate_take(GHashTable *rates, const char *key, const Rate *rate, gint64 now_ms,
	       gint64 *ret_wait)
{
	gint64 *full = g_hash_table_lookup(rates, key);
	gint64 span = rate->seconds * 1000, next;

	if (full == NULL) {
		make_room(rates, now_ms);
		full = g_new0(gint64, 1);
		g_hash_table_insert(rates, g_strdup(key), full);
	}
	next = MAX(*full, now_ms) + MAX(span / rate->count, 1);
	*ret_wait = MAX(next - span - now_ms + 999, 0) / 1000;
	if (*ret_wait > 0)
		return false;
	*full = next;
	return true;
}
