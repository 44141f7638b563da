/* secret.h - the desk's secret, keyed hashes, and random tokens. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Reads "file:PATH" (relative to folder), "env:NAME" or "command:LINE" (first
 * line of its output, run without a shell).  A file's last line end is dropped.
 * NULL with DESK_ERROR_CONFIG when it cannot be had.  The caller frees it. */
char *secret_read(const char *where, const char *folder, GError **error);

typedef struct Secret Secret;

/* A secret of at least 32 bytes, else NULL with DESK_ERROR_CONFIG. */
Secret *secret_new(const char *bytes, gsize length, GError **error);
void secret_free(Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_free)

/* The first characters (at most 51) of the lower-case base32 (RFC 4648 6,
 * without padding) of HMAC-SHA-256 of the NULL-ended list of parts, which are
 * separated by NUL.  Given. */
char *secret_hash(const Secret *secret, guint characters, ...) G_GNUC_NULL_TERMINATED;

/* Compares in a time that depends on the lengths alone. */
bool secret_equal(const char *a, const char *b);

/* A random token of 26 lower-case base32 characters (130 bits). Given. */
char *secret_token(void);

/* SHA-256 of a token as lower-case hex: what the database keeps. Given. */
char *secret_token_hash(const char *token);
