/* read_fields.h - the header of a message as part of a Mail. */
#pragma once

#include <gmime/gmime.h>

#include "common/mail.h"

/* Fills people, ids, date and subject. Of fields that may stand once the first counts;
 * addresses and ids of several are put together. */
void fields_read(Mail *mail, GMimeHeaderList *headers);
