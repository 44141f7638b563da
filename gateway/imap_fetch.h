/* imap_fetch.h - gets mails out of the selected folder, many in one command. */
#pragma once

#include "gateway/feed.h"
#include "gateway/imap_session.h"

typedef struct ImapMail {
	guint32 uid;
	gint64 size;     /* RFC822.SIZE */
	gint64 received; /* INTERNALDATE */
	bool known;      /* has a receipt already */
	bool there;      /* the server told of it */
	bool taken;      /* the sink has it whole */
} ImapMail;

/* The UIDs of the mails as IMAP writes them, in runs. Given. */
struct mailimap_set *imap_set_new(const ImapMail *mails, guint count);

/* Sets size, received and there of the mails, which are in the order of their UIDs. */
bool imap_fetch_sizes(ImapSession *session, ImapMail *mails, guint count, GError **error);

/* Gives the mails to the feed's sink in one command, and sets taken; only their headers when
 * header_only.  A mail that is gone is not taken, and no error.  An error with
 * session->broken unset: the server refused some, or gave no text (those taken are whole). */
bool imap_fetch_mails(ImapSession *session, Feed *feed, const char *mailbox, gint64 uidvalidity,
		      ImapMail *mails, guint count, bool header_only, GError **error);
