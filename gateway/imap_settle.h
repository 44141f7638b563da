/* imap_settle.h - what becomes of a mail in its folder once it is received: After= */
#pragma once

#include "gateway/imap_fetch.h"

#define IMAP_KEYWORD "$PersoContact"

/* Moves, flags or deletes the mails, many in one command.  An oversize mail, of which only the
 * header was kept, is never deleted: it moves to the folder Quarantine=.  Folders are made when
 * absent.  keywords: the folder keeps flags of our own. */
bool imap_settle(ImapSession *session, const MailboxSettings *mailbox, bool keywords,
		 const ImapMail *mails, guint count, GError **error);

/* A folder's name as the server wants it: IMAP's spelling, below the personal namespace
 * (RFC 2342) where that has a prefix such as "INBOX.". Given, NULL when the session broke. */
char *imap_settle_folder(ImapSession *session, const char *name, GError **error);
