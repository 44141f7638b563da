/* address.h - addr-specs (RFC 5322 3.4.1) and sub-addresses (RFC 5233). */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Whether address may be given to an SMTP server: one "@", no controls, blanks,
 * "<" or ">", at most ADDRESS_BYTES. */
bool address_is_valid(const char *address);

/* address in the form it is compared and kept in: lower case throughout,
 * without surrounding blanks.  The caller frees it. */
char *address_normal(const char *address);

/* The part after the last "@", lower case, "" when there is none; given. */
char *address_domain(const char *address);

/* Whether two domains lie in one organisational domain (RFC 7489 3.2), judged
 * without a list of public suffixes: one equals the other or is below it, and
 * the shorter one has at least two labels. */
bool domain_aligned(const char *a, const char *b);

/* The detail of a sub-address of base ("desk@x" with separator "+":
 * "desk+a-b@x" gives "a-b"), NULL when address is not below base.  An address
 * equal to base gives "".  separator "" knows base alone.  Given. */
char *address_detail(const char *address, const char *base, const char *separator);

/* base with a detail: "desk+a-b@x"; base itself when separator is "". Given. */
char *address_with_detail(const char *base, const char *separator, const char *detail);
