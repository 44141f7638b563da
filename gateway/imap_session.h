/* imap_session.h - a session with an IMAP server: connected, encrypted, logged in.
 *
 * The seam between the desk and libetpan.  A command is: imap_session_allow(),
 * the call of libetpan, imap_session_done().  When session->broken is set nothing
 * more can be done with it: free it and open another.
 */
#pragma once

#include "common/oauth2.h"
#include "common/settings.h"
#include "gateway/imap_stream.h"

/* Where to go and as whom, out of a [Mailbox ...] group. */
typedef struct ImapAccount {
	const MailboxSettings *mailbox; /* lent */
	const char *secrets;            /* folder that file: secrets are relative to, lent */
	bool implicit_tls;              /* imaps:// */
	char *host, *user, *folder;     /* folder in UTF-8 */
	guint16 port;
	guint silence;  /* seconds that the server may say nothing */
	OAuth2 *oauth2; /* or NULL; keeps the token between sessions */
} ImapAccount;

/* Reads Source= (imaps://user@host:port/folder, %-escaped; folder INBOX when absent).
 * DESK_ERROR_CONFIG says what is wrong with it. */
ImapAccount *imap_account_new(const Settings *settings, const MailboxSettings *mailbox,
			      GError **error);
void imap_account_free(ImapAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapAccount, imap_account_free)

/* A folder's name as IMAP writes it: modified UTF-7 (RFC 3501 5.1.3). Given. */
char *imap_folder_name(const char *name);

typedef struct ImapSession {
	mailimap *imap;
	ImapStream *stream;       /* belongs to imap */
	GHashTable *capabilities; /* in capitals; those told after the login */
	char *prefix;             /* of the personal namespace; NULL until it was asked for */
	bool broken;
} ImapSession;

/* Connects, encrypts, logs in.  stop_fd (or -1): readable when the program must stop.
 * DESK_ERROR_UNAVAILABLE: the server is away; _NO_PERMISSION: it refuses the login;
 * _CONFIG: certificate, host name, no STARTTLS, a secret that cannot be had. */
ImapSession *imap_session_open(ImapAccount *account, int stop_fd, GError **error);
/* Says LOGOUT when the session is sound, and waits two seconds at most. */
void imap_session_free(ImapSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSession, imap_session_free)

/* "IDLE", "MOVE", "UIDPLUS", "AUTH=PLAIN" ... */
bool imap_session_can(const ImapSession *session, const char *capability);

/* Before each command: the bytes its answer may have (IMAP_ANSWER, and mails). */
void imap_session_allow(ImapSession *session, gint64 bytes);

/* True when result (of a call of libetpan) is success.  Else an error that says what was
 * being done ("move mails to Processed") and why it failed. */
bool imap_session_done(ImapSession *session, int result, const char *what, GError **error);

/* Begins IDLE; *ret_news when the server had something to tell already.  After it
 * imap_session_wait(), then imap_session_idle_end(). */
bool imap_session_idle(ImapSession *session, bool *ret_news, GError **error);
ImapWait imap_session_wait(ImapSession *session, gint64 milliseconds, int stop_fd);
bool imap_session_idle_end(ImapSession *session, GError **error);
