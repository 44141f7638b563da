/* key.h - the keyed hashes by which a reply finds its case.
 *
 * A key is bound to a case, to whom it was issued and to a purpose:
 *     desk+c123.HASH@desk.example     the reply address of a notice
 *     desk+b456.HASH@desk.example     the envelope sender of outgoing mail 456
 *     [PC-2026-000123 HASH]           the tag in the subject
 * holder is a person's number ("p:12345678"), a team ("t:absence") or an
 * address ("a:x@y").
 */
#pragma once

#include "common/secret.h"

typedef enum { KEY_CASE = 'c', KEY_BOUNCE = 'b' } KeyPurpose;

#define KEY_CHARACTERS 13 /* 65 bits */

/* The hash alone; given. */
char *key_hash(const Secret *secret, KeyPurpose purpose, gint64 id, const char *holder);

/* "c123.HASH"; given. */
char *key_detail(const Secret *secret, KeyPurpose purpose, gint64 id, const char *holder);

/* Takes "c123.hash" apart; false when detail is no key. ret_hash is given. */
bool key_parse_detail(const char *detail, KeyPurpose *ret_purpose, gint64 *ret_id, char **ret_hash);

/* Whether detail was meant as a key and something is wrong with it: "c123.has", "c123". */
bool key_is_damaged(const char *detail);

/* text without what opens a case to whoever reads it: links with a token, keyed reply addresses,
 * the hash of a subject's tag. People quote our mails, and what they write goes to others.  Given.
 */
char *key_hide(const char *text);

/* The first "[PC-2026-000123 HASH]" or "[PC-2026-000123]" in a subject; false
 * when there is none.  ret_number is given; ret_hash is given, NULL where the
 * tag has none. */
bool key_parse_subject(const char *subject, char **ret_number, char **ret_hash);

/* Whether hash is the key of purpose, id and holder; constant time. */
bool key_verify(const Secret *secret, KeyPurpose purpose, gint64 id, const char *holder,
		const char *hash);
