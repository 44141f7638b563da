/* card_lists.h - the lists of revoked certificates (RFC 5280 5), kept in memory.
 *
 * [Card] Revocation names a file or a folder of files, in PEM or DER.  Somebody else fetches them,
 * every few hours; what has changed is read anew before it is used.
 */
#pragma once

#include <gnutls/x509.h>

#include "common/settings.h"

typedef enum {
	LIST_NONE,    /* there is none of this issuer that holds now */
	LIST_CLEAN,   /* one that holds now does not name it */
	LIST_REVOKED, /* one names it, whether it still holds or not */
} ListAnswer;

typedef struct CardLists CardLists;

CardLists *card_lists_new(const char *path); /* NULL: there are none */
void card_lists_free(CardLists *lists);
/* Looks whether files came, changed or went, and reads these; one that cannot be read is said. */
void card_lists_refresh(CardLists *lists);
ListAnswer card_lists_ask(const CardLists *lists, gnutls_x509_crt_t certificate,
			  gnutls_x509_crt_t issuer, gint64 now);
/* Whether there is a list of this issuer that holds now. */
bool card_lists_has(const CardLists *lists, gnutls_x509_crt_t issuer, gint64 now);
/* How many lists there are, and how many of them hold now. */
void card_lists_count(const CardLists *lists, gint64 now, guint *ret_all, guint *ret_holding);
