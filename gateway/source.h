/* source.h - where mails come from: IMAP, Maildir, mbox, files, standard input.
 *
 * A source hands over mails in groups.  It gives the bytes of each piece by piece
 * (so that a large mail never lies in memory), then asks for the group to be kept
 * (receipts committed); only when that returned true does it touch the mailbox.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/settings.h"

typedef struct SourceMail {  /* identity of a mail in its mailbox */
	const char *mailbox; /* its name in the configuration, "inbox"; "ingest" for files */
	gint64 uidvalidity;
	const char *uid; /* IMAP UID in digits; Maildir: the unique part of the file's name */
	gint64 received; /* INTERNALDATE or the file's time, seconds since 1970 */
	bool oversize;   /* larger than MAIL_BYTES: only its header was given */
	gint64 size;     /* as the mailbox tells it */
} SourceMail;

/* What takes the mails: gateway/receive.h. */
typedef struct Sink Sink;
struct Sink {
	/* Whether this mail has a receipt already: then it is settled without being fetched. */
	bool (*known)(Sink *sink, const char *mailbox, gint64 uidvalidity, const char *uid,
		      bool *ret_known, GError **error);
	bool (*begin)(Sink *sink, GError **error);
	bool (*bytes)(Sink *sink, const void *bytes, gsize length, GError **error);
	/* The mail is whole; a begin without end (connection lost) is dropped by the next begin or
	 * keep. */
	bool (*end)(Sink *sink, const SourceMail *mail, GError **error);
	/* Makes the group durable. After true the source may mark its mails. */
	bool (*keep)(Sink *sink, GError **error);
};

typedef struct SourceUid { /* a mail that lies in the folder now */
	gint64 uidvalidity;
	char *uid;
	gint64 received; /* INTERNALDATE, or the file's time; 0 when it is not told */
} SourceUid;

void source_uid_free(SourceUid *uid);

typedef struct Source Source;
struct Source {
	const char *name; /* lent from the settings */
	int stop_fd; /* -1 after source_open; the caller may set it: when it becomes readable, take
		      * ends early with DESK_ERROR_TEMPFAIL instead of waiting for a server */
	/* Takes all mails that are there now, group by group (GROUP_MAILS).  A mail whose
	 * receipt is known is only settled.  Sets *ret_taken.  False: connection or database
	 * failed; nothing that was not kept has been touched. */
	bool (*take)(Source *source, Sink *sink, guint *ret_taken, GError **error);
	/* The mails in the folder that do not show what After= makes of a mail that was received:
	 * for move and delete all that are there, for flag those without the mark (none where the
	 * folder keeps no mark).  GPtrArray of SourceUid in order.  Nothing is touched. */
	bool (*list)(Source *source, GPtrArray **ret_uids, GError **error);
	/* Waits until there may be something new, at most seconds (0: just looks), or until stop_fd
	 * becomes readable. */
	bool (*wait)(Source *source, guint seconds, int stop_fd, GError **error);
	void (*free)(Source *source);
};

/* The source of a [Mailbox ...] group. Does not connect yet. */
Source *source_open(const Settings *settings, const MailboxSettings *mailbox, GError **error);
void source_free(Source *source);

/* Tries to reach and open the mailbox and reports one line on what is there, for `check`. Given. */
char *source_check(const Settings *settings, const MailboxSettings *mailbox, GError **error);

/* gateway/source_files.c: takes the mails of one path: an .eml file, an mbox, a Maildir or a folder
 * of .eml files, or "-" (standard input: one mail, or an mbox when it begins with "From ").  Mails
 * of files are not moved or marked.  progress (may be NULL) is called after each group. */
bool files_take(const char *path, Sink *sink, guint *ret_taken,
		void (*progress)(guint taken, void *user), void *user, GError **error);
