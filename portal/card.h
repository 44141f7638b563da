/* card.h - is this certificate the authentication certificate of an electronic identity card that
 * we believe, and whose?
 *
 * Who shows a certificate has already proved in TLS that the card is theirs.  What is judged here
 * (RFC 5280): a chain to a root of [Card] Authorities, the time, revocation of everything below the
 * root, what the certificate is for, and the national number in its subject's serialNumber
 * (2.5.4.5).  All of it again, whatever a proxy has looked at before.
 */
#pragma once

#include <gnutls/x509.h>

#include "common/settings.h"

#define CARD_SENT_MOST 4              /* certificates that a client sends, its own first */
#define CARD_HEADER_BYTES (24 * 1024) /* of a proxy's header */
#define CARD_BYTES (16 * 1024)        /* of a certificate */

typedef enum {
	CARD_GOOD,
	CARD_NONE,       /* no certificate came */
	CARD_UNREADABLE, /* what came is no certificate, or its signature is not as it must be */
	CARD_FOREIGN,    /* of no authority that we believe */
	CARD_EARLY,
	CARD_EXPIRED,
	CARD_REVOKED,
	CARD_UNCHECKED, /* nobody can say now whether it is revoked */
	CARD_PURPOSE,   /* not for authentication: the one for signatures, or of something else */
	CARD_NUMBER,    /* without a national number that can be one */
	CARD_VERDICTS,
} CardVerdict;

/* "expired": for the log and for the keys of the texts; lent. */
const char *card_verdict_name(CardVerdict verdict);

typedef struct CardJudge CardJudge;

/* Reads the authorities, DESK_ERROR_CONFIG when they cannot serve; the lists of what is revoked are
 * read when they are needed, and again when their files have changed.  settings: lent. */
CardJudge *card_judge_new(const Settings *settings, GError **error);
void card_judge_free(CardJudge *judge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CardJudge, card_judge_free)

/* The authorities in PEM; lent. */
const char *card_judge_authorities(const CardJudge *judge);
/* How many of both there are, in a sentence; given.  False when no list of what is revoked holds
 * now, and without one every card is refused. */
bool card_judge_describe(CardJudge *judge, gint64 now, char **ret_line);

/* sent: certificates in DER, the card's own first, then in any order those above it; count 0:
 * CARD_NONE.  *ret_number: the 11 digits, only when it is CARD_GOOD; given. */
CardVerdict card_judge(CardJudge *judge, const gnutls_datum_t *sent, guint count, gint64 now,
		       char **ret_number);

/* What a proxy puts in its header: a PEM certificate, URL-encoded (nginx's
 * $ssl_client_escaped_cert) or with its line ends as blanks or tabs, or a byte sequence in colons
 * (RFC 9440).  The DER of it, NULL when it is none; given. Pure. */
GBytes *card_header_read(const char *value);
