/* read_auth.h - what a server that we trust found about the sender: RFC 8601. */
#pragma once

#include <gmime/gmime.h>

#include "common/mail.h"

/* The results of the topmost Authentication-Results fields, as long as they are of
 * authserv and stand together; the first of another server, or one below a Received that stands
 * below them, ends them: whoever wrote those may be the sender.  from: domain of the sender's
 * address, preferred among several DKIM signatures that pass, or NULL.  NULL when there
 * are none.  Given. */
Authenticated *authentication_read(GMimeHeaderList *headers, const char *authserv,
				   const char *from);
