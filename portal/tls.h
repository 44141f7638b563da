/* tls.h - the certificate and the key of the portal's own TLS ([Portal] Certificate, Key). */
#pragma once

#include "common/settings.h"

/* TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only. */
#define TLS_PRIORITIES                                                             \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM" \
	":+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

/* Where cards are read: whoever shows the certificate for signatures is to see a page that says so,
 * instead of a broken connection, which %COMPAT lets come to that.  What a certificate is for is
 * judged in portal/card.c. */
#define TLS_CARD_PRIORITIES TLS_PRIORITIES ":%COMPAT"

typedef struct TlsFiles {
	char *certificates; /* PEM: the portal's own, then those between it and the root */
	char *key;          /* PEM */
	gint64 expires;     /* seconds */
} TlsFiles;

/* Reads both, and sees that they belong together, that the certificate holds now, and that it is
 * for the host of Url.  DESK_ERROR_CONFIG names the setting and what is expected. */
TlsFiles *tls_files_read(const Settings *settings, gint64 now, GError **error);
void tls_files_free(TlsFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsFiles, tls_files_free)
