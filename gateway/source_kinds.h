/* source_kinds.h - what the kinds of source share with source.c, and with nobody else. */
#pragma once

#include "gateway/source.h"

Source *source_imap_open(const Settings *settings, const MailboxSettings *mailbox, GError **error);
char *source_imap_check(const Settings *settings, const MailboxSettings *mailbox, GError **error);

Source *source_maildir_open(const Settings *settings, const MailboxSettings *mailbox,
			    GError **error);
char *source_maildir_check(const Settings *settings, const MailboxSettings *mailbox,
			   GError **error);

/* True, with DESK_ERROR_TEMPFAIL, when the program must stop: asked between groups. */
bool source_stopped(const Source *source, GError **error);
