/* source.c - which kind of source a mailbox is, by the beginning of Source= */
#include "gateway/source_kinds.h"

#include "common/error.h"

#include <poll.h>

static const struct Kind {
	const char *scheme;
	Source *(*open)(const Settings *settings, const MailboxSettings *mailbox, GError **error);
	char *(*check)(const Settings *settings, const MailboxSettings *mailbox, GError **error);
} kinds[] = {
	{ "imaps://", source_imap_open, source_imap_check },
	{ "imap://", source_imap_open, source_imap_check },
	{ "maildir:", source_maildir_open, source_maildir_check },
};

static const struct Kind *kind_of(const MailboxSettings *mailbox, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(mailbox->source, kinds[i].scheme))
			return &kinds[i];
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
		    "[Mailbox %s] Source=%s: expected imaps://, imap:// or maildir:", mailbox->name,
		    mailbox->source);
	return NULL;
}

Source *source_open(const Settings *settings, const MailboxSettings *mailbox, GError **error)
{
	const struct Kind *kind = kind_of(mailbox, error);
	Source *source = kind != NULL ? kind->open(settings, mailbox, error) : NULL;

	if (source != NULL) {
		source->name = mailbox->name;
		source->stop_fd = -1;
	}
	return source;
}

void source_free(Source *source)
{
	if (source != NULL)
		source->free(source);
}

void source_uid_free(SourceUid *uid)
{
	if (uid == NULL)
		return;
	g_free(uid->uid);
	g_free(uid);
}

char *source_check(const Settings *settings, const MailboxSettings *mailbox, GError **error)
{
	const struct Kind *kind = kind_of(mailbox, error);

	return kind != NULL ? kind->check(settings, mailbox, error) : NULL;
}

bool source_stopped(const Source *source, GError **error)
{
	struct pollfd stop = { .fd = source->stop_fd, .events = POLLIN };

	if (source->stop_fd < 0 || poll(&stop, 1, 0) <= 0)
		return false;
	g_set_error_literal(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "stopped");
	return true;
}
