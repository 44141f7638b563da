/* read.h - reads a mail: bytes in, a Mail out, nothing decided and nothing touched.
 *
 * A pure function of the bytes and the options: no database, no network, no
 * other file, so that it can move into a process without rights.  It never fails:
 * what cannot be read gives a Mail with unreadable set and a warning why.
 */
#pragma once

#include "common/mail.h"

typedef struct ReadOptions {
	const char *trust_authserv; /* whose Authentication-Results count, or NULL: none do */
	const char *own_address;    /* the desk's address, to know its own mails by, or NULL */
	const char *own_separator;  /* of sub-addresses, "+" */
	bool reads_pdf;             /* of a pool of readers: they read PDFs, and no mails */
} ReadOptions;

/* Once in a process, before any thread reads. */
void mail_read_init(void);

/* fd: open for reading; the mail lies at offset, length bytes.  Given. */
Mail *mail_read(int fd, gint64 offset, gint64 length, const ReadOptions *options);

/* The decoded bytes of an attachment, written to out_fd piece by piece in bounded
 * memory. base: where the raw message begins in fd. */
bool part_decode(int fd, gint64 base, const PartRange *range, int out_fd, GError **error);
