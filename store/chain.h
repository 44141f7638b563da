/* chain.h - the chain of events: each carries a hash of itself and of the one before.
 *
 * An event's chain is the SHA-256 (hexadecimal) of, each followed by a zero byte: the chain of the
 * event before it in the order of the whole table ("" for the first), and its own id, case, at,
 * who, way, what, text, mail (numbers in digits, 0 for none).
 */
#pragma once

#include "store/store.h"

#define CHAIN_DIGITS 64

/* Follows the chain to the end or to the first event that does not fit, which is a sentence (char
 * *) in findings.  ret_last (CHAIN_DIGITS + 1 bytes): the chain of the last event that fits, ""
 * when there is none: kept elsewhere, it shows later that nothing before it was changed. */
bool chain_verify(Store *store, guint *ret_events, char *ret_last, GPtrArray *findings,
		  GError **error);
