/* read_auth.h - what a server that we trust found about the sender: RFC 8601. */
#pragma once

#include <gmime/gmime.h>

#include "common/mail.h"

/* The results of the topmost Authentication-Results field of authserv, and of it alone: whoever
 * wrote one below it may be the sender.  from: domain of the sender's address, preferred among
 * several DKIM signatures that pass, or NULL.  NULL when there is none.  Given. */
Authenticated *authentication_read(GMimeHeaderList *headers, const char *authserv,
				   const char *from);
