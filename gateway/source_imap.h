/* source_imap.h - what the files of the IMAP source share; for others it is gateway/source.h. */
#pragma once

#include "gateway/imap_session.h"
#include "gateway/source.h"

typedef struct ImapSource {
	Source source;
	const Settings *settings;       /* lent */
	const MailboxSettings *mailbox; /* lent */
	ImapAccount *account;
	ImapSession *session; /* or NULL */
	bool keywords;        /* the folder keeps flags of our own */
	gint64 uidvalidity;
	GError *refused; /* a mail that the server does not hand out, while the others go on */
} ImapSource;

/* Connected, and the folder selected; false with DESK_ERROR_CONFIG when there is no such folder,
 * _NO_PERMISSION when it may only be read, and what imap_session_open() says. */
bool imap_source_ready(ImapSource *self, GError **error);

/* imap_take.c: takes all mails that are there; adds to *taken what was kept. */
bool imap_source_take(ImapSource *self, Sink *sink, guint *taken, GError **error);
/* imap_take.c: the mails that a take would look at, in the order of their UIDs, with their dates.
 */
bool imap_source_list(ImapSource *self, GPtrArray *uids, GError **error);
