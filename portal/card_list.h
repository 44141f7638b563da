/* card_list.h - one list of revoked certificates (RFC 5280 5).
 *
 * Read by Nettle's iterator over DER in one pass, because GnuTLS 3.7 takes 27 seconds for a list
 * with 50,000 certificates, and 160 MB.  Kept are the serial numbers, 20 bytes each.
 */
#pragma once

#include <glib.h>
#include <gnutls/x509.h>
#include <stdbool.h>

typedef struct CardList CardList;

/* NULL when it is none.  Nothing in it is believed before card_list_is_of. */
CardList *card_list_read(const guint8 *der, gsize length);
void card_list_free(CardList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CardList, card_list_free)

/* Whether issuer signed it. */
bool card_list_is_of(const CardList *list, gnutls_x509_crt_t issuer);
bool card_list_names(const CardList *list, gnutls_x509_crt_t certificate);
/* A critical extension says that it is no whole one: a delta, or for some reasons or certificates
 * only (5.2). */
bool card_list_is_whole(const CardList *list);
bool card_list_holds(const CardList *list, gint64 now);
/* How many it names. */
gsize card_list_length(const CardList *list);
