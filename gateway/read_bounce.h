/* read_bounce.h - mail that comes back: RFC 3464 reports, and bounces in free form. */
#pragma once

#include "gateway/read_walk.h"

/* Fills mail->bounces, and sets mail->automatic where the mail is a bounce, a warning of a
 * delay, or a report of success (AUTOMATIC_RECEIPT). */
void bounce_read(Reading *reading, GMimeHeaderList *headers);
