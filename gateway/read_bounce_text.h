/* read_bounce_text.h - bounces that say in sentences what RFC 3464 has fields for. */
#pragma once

#include "gateway/read_walk.h"

/* Whether the mail is such a bounce, by who sends it and how it speaks; then its recipients
 * and codes are added to mail->bounces and mail->automatic is set. */
void bounce_read_text(Reading *reading, GMimeHeaderList *headers);

/* The first RFC 3463 code in text ("5.1.1"), else one made of an SMTP reply ("550" gives
 * "5.0.0"), else "". Given. */
char *status_in_text(const char *text);
