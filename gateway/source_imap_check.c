/* source_imap_check.c - what an IMAP mailbox is like, in one line for `check`. */
#include "gateway/source_imap.h"

#include "gateway/imap_settle.h"
#include "gateway/source_kinds.h"

/* Whether a folder is there: 1, 0, or -1 with the error. */
static int folder_there(ImapSession *session, const char *name, GError **error)
{
	g_autofree char *folder = imap_settle_folder(session, name, error);
	clist *list = NULL;
	bool there;

	if (folder == NULL)
		return -1;
	imap_session_allow(session, IMAP_ANSWER);
	if (!imap_session_done(session, mailimap_list(session->imap, "", folder, &list),
			       "list the folders", error))
		return -1;
	there = list != NULL && !clist_isempty(list);
	mailimap_list_result_free(list);
	return there ? 1 : 0;
}

static char *check_line(ImapSource *self, GError **error)
{
	const struct mailimap_selection_info *info;
	g_autoptr(GString) line = g_string_new(NULL);
	int there = 1;

	if (!imap_source_ready(self, error))
		return NULL;
	info = self->session->imap->imap_selection_info;
	g_string_append_printf(line, "mailbox %s: %s: %u mails in %s", self->mailbox->name,
			       self->account->host, info->sel_exists, self->account->folder);
	if (imap_session_can(self->session, "IDLE"))
		g_string_append(line, "; IDLE: new mail is seen at once");
	else
		g_string_append_printf(line, "; no IDLE: a look every %u s", self->mailbox->poll);
	if (self->mailbox->after == AFTER_FLAG) {
		g_string_append(
			line,
			self->keywords
				? "; flags can be kept"
				: "; the folder keeps no flags of our own: better use After=move");
		return g_string_free(g_steal_pointer(&line), FALSE);
	}
	if (!imap_session_can(self->session, "MOVE"))
		g_string_append(line,
				imap_session_can(self->session, "UIDPLUS")
					? "; no MOVE: copied, then deleted"
					: "; neither MOVE nor UIDPLUS: taken mails stay, marked as "
					  "deleted");
	else
		g_string_append(line, "; MOVE");
	if (self->mailbox->after == AFTER_MOVE) {
		there = folder_there(self->session, self->mailbox->processed, error);
		g_string_append_printf(line, "; folder %s %s", self->mailbox->processed,
				       there != 0 ? "is there" : "will be made");
	}
	return there >= 0 ? g_string_free(g_steal_pointer(&line), FALSE) : NULL;
}

char *source_imap_check(const Settings *settings, const MailboxSettings *mailbox, GError **error)
{
	g_autoptr(GError) why = NULL;
	Source *source = source_imap_open(settings, mailbox, error);
	char *line;

	if (source == NULL)
		return NULL;
	line = check_line((ImapSource *)source, &why);
	if (line == NULL)
		g_propagate_prefixed_error(error, g_steal_pointer(&why),
					   "mailbox %s: ", mailbox->name);
	source->free(source);
	return line;
}
