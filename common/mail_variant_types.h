/* mail_variant_types.h - the GVariant types of a packed mail and the most it may hold; for the two
 * ends alone.
 *
 * The mails in a mail stand behind it in the order of reading, each with the count
 * of those right in it: no type refers to itself, so no depth has to be believed.
 */
#pragma once

#include "common/limits.h"

#define MAILBOX_TYPE "(ss)"
#define MAILBOXES_TYPE "a" MAILBOX_TYPE
#define ATTACHMENT_TYPE "(ssxsbss(xxua(xxu))ms)"
#define BOUNCE_TYPE "(sssms)"
#define FORWARD_TYPE "(" MAILBOX_TYPE MAILBOXES_TYPE MAILBOXES_TYPE "sss)"
#define ADDRESSED_TYPE \
	"(" MAILBOXES_TYPE MAILBOXES_TYPE MAILBOXES_TYPE MAILBOXES_TYPE "m" MAILBOX_TYPE "asms)"
#define NAMED_TYPE "(xsmsasasx)"
#define WRITTEN_TYPE "(sssbub)"
#define MAIL_TYPE                                                                        \
	"(" NAMED_TYPE ADDRESSED_TYPE WRITTEN_TYPE "a" ATTACHMENT_TYPE "um" FORWARD_TYPE \
	"ua" BOUNCE_TYPE "m(sbsms)m(sssss)as)"
#define MAILS_TYPE "a" MAIL_TYPE

#define LINE_BYTES 65536 /* one line: a subject, a name, an id */
#define TEXT_BYTES (2 * MAIL_TEXT_BYTES)
#define MAILS (MAIL_PARTS + 1)
#define ATTACHMENTS 10000 /* of one mail */
#define BOUNCES 1000
#define WARNINGS 102
#define DEPTH (MAIL_DEPTH + 14)
