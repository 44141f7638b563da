/* mail_variant.h - a mail as bytes, to hand it from the process that read it to the one that
 * decides.
 *
 * The bytes come from a process that parsed what strangers sent, so they are believed
 * as little as the mail itself: what comes out of mail_unpack keeps every promise of
 * common/mail.h, or nothing comes out.  Both ends are the same program on one machine.
 */
#pragma once

#include "common/mail.h"

#define MAIL_PACKED_BYTES (16 * 1024 * 1024) /* the most that a packed mail may have */

/* Never more than MAIL_PACKED_BYTES: of a mail with more text than that, the texts of the mails in
 * it are left out, then these mails, with a warning.  Given. */
GBytes *mail_pack(const Mail *mail);

/* length: of the raw message; every range must lie in it.  DESK_ERROR_DATA when the bytes are not
 * what mail_pack makes: not in normal form, not UTF-8, too many, too long, outside their range.
 * Given. */
Mail *mail_unpack(GBytes *bytes, gint64 length, GError **error);
