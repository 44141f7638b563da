/* maildir.h - the files of a Maildir (new/ and cur/). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "gateway/feed.h"

typedef struct MaildirEntry {
	char *name;   /* of the file */
	char *unique; /* the part before ":2," */
	bool is_new;  /* lies in new/, else in cur/ */
} MaildirEntry;

/* Whether path is a folder with new/ and cur/ in it. */
bool is_maildir(const char *path);

/* The mails, oldest name first: GPtrArray of MaildirEntry, or NULL when a folder cannot be read. */
GPtrArray *maildir_list(const char *path, GError **error);

/* The entry's path. Given. */
char *maildir_path(const char *path, const MaildirEntry *entry);

/* Opens a mail that is a plain file; -1 with errno (EINVAL: it is none).  Sets the size and the
 * time of mail.  flags: O_NOFOLLOW, or 0. */
int mail_file_open(const char *path, int flags, SourceMail *mail);

/* Gives one mail to the feed.  *ret_gone when the file is not there any more (renamed or taken by
 * another program), is still being written, or is no plain file: then it is no error, and nothing
 * was given. */
bool maildir_take(const char *path, const MaildirEntry *entry, Feed *feed, const char *mailbox,
		  bool *ret_gone, SourceMail *ret_mail, GError **error);
