/* copy.h - a mail that is here already, having come by another path.
 *
 * A server that did not hear our 250 sends a mail again; one that is sent to two addresses of the
 * desk is delivered twice.  Neither has the bytes of the first: each path writes its trace above
 * the mail (RFC 5321 4.4: Return-Path, Received; Delivered-To and its like).  Everything below the
 * trace, and what the server found out about the sender, is the same.
 */
#pragma once

#include "gateway/decide.h"
#include "gateway/read_source.h"
#include "store/receipts.h"

/* The first receipt of which this one is a copy, 0 when there is none: by Message-ID, then by what
 * somebody wrote, byte by byte.  False when the database or the disk fails; an earlier mail whose
 * bytes are damaged is no copy of anything. */
bool copy_find(const Desk *desk, const Mail *mail, const Receipt *receipt, gint64 *ret_first,
	       GError **error);

/* Whether two raw messages differ in their trace alone.  separator: of sub-addresses; a recipient
 * address that has one tells which case is meant, and is no mere trace.  DESK_ERROR_IO. */
bool copy_is(const MailBytes *left, const MailBytes *right, const char *separator, bool *ret_is,
	     GError **error);
