/* chain_inside.h - how an event is bound to the one before it. */
#pragma once

#include "store/chain.h"
#include "store/driver.h"

typedef struct ChainEvent { /* what is hashed; texts are lent */
	gint64 id, case_id, at, mail;
	const char *who, *way, *what, *text;
} ChainEvent;

/* ret_chain: CHAIN_DIGITS + 1 bytes; may be before. */
void chain_of(const char *before, const ChainEvent *event, char *ret_chain);
/* The last event and its chain; 0 and "" when there is none. */
bool chain_last(Driver *driver, gint64 *ret_id, char *ret_chain, GError **error);
/* Gives all events their chain: a database that is older than it. */
bool chain_fill(Driver *driver, GError **error);
