/* imap_login.h - says who we are to an IMAP server, in the way that it offers. */
#pragma once

#include "gateway/imap_session.h"

/* XOAUTH2 when the account has OAuth2=; else AUTHENTICATE PLAIN (RFC 4616) where it is offered,
 * else LOGIN.  DESK_ERROR_NO_PERMISSION: refused; _CONFIG: no secret, or no way in common. */
bool imap_login(ImapSession *session, ImapAccount *account, GError **error);
