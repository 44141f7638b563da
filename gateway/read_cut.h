/* read_cut.h - a header that is too large, made small enough to be read.
 *
 * The fields that say who writes what to whom, and what the body is, stay wherever they
 * stand; of the others as many as fit. A field that is too long is cut where an address, a
 * parameter or a word ends. What is left keeps the limits of limits.h.
 */
#pragma once

#include "gateway/read_source.h"

/* The message whose header begins at begin: its header made small, a blank line, its body.
 * *ret_body is where the body begins in source, and *ret_kept where it does in the result.
 * Given; NULL when there is not enough memory. */
GByteArray *message_cut(const MailBytes *source, gint64 begin, gint64 *ret_body, gint64 *ret_kept);
