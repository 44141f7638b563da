/* source_imap.c - an IMAP folder as a source of mails.
 *
 * A connection that failed is opened anew at the next call.
 */
#include "gateway/source_imap.h"

#include "common/error.h"
#include "gateway/imap_settle.h"
#include "gateway/source_kinds.h"

#include <poll.h>

#define IDLE_SECONDS (25 * 60) /* RFC 2177: servers may leave after 30 minutes */

static void imap_free(Source *source)
{
	ImapSource *self = (ImapSource *)source;

	imap_session_free(self->session);
	imap_account_free(self->account);
	g_clear_error(&self->refused);
	g_free(self);
}

/* A flag of our own may be set: \* or the keyword is among the permanent flags. */
static bool keeps_keywords(const struct mailimap_selection_info *info)
{
	if (info->sel_perm_flags == NULL)
		return true; /* RFC 3501 7.1: then all can be kept */
	for (clistiter *i = clist_begin(info->sel_perm_flags); i != NULL; i = clist_next(i)) {
		const struct mailimap_flag_perm *flag = clist_content(i);

		if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL ||
		    (flag->fl_flag != NULL && flag->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
		     g_ascii_strcasecmp(flag->fl_flag->fl_data.fl_keyword, IMAP_KEYWORD) == 0))
			return true;
	}
	return false;
}

/* Selects the folder, and learns what is new about it. */
static bool imap_select(ImapSource *self, GError **error)
{
	g_autofree char *folder = imap_folder_name(self->account->folder);
	const struct mailimap_selection_info *info;
	g_autoptr(GError) why = NULL;

	imap_session_allow(self->session, IMAP_ANSWER);
	if (!imap_session_done(self->session, mailimap_select(self->session->imap, folder),
			       "open the folder", &why)) {
		if (self->session->broken)
			g_propagate_error(error, g_steal_pointer(&why));
		else
			g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
				    "the folder %s: %s: check Source=", self->account->folder,
				    why->message);
		return false;
	}
	info = self->session->imap->imap_selection_info;
	if (info->sel_perm == MAILIMAP_MAILBOX_READONLY) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_PERMISSION,
			    "the folder %s may only be read: the desk must move, flag or delete "
			    "mails in it",
			    self->account->folder);
		return false;
	}
	self->keywords = keeps_keywords(info);
	self->uidvalidity = info->sel_uidvalidity;
	return true;
}

bool imap_source_ready(ImapSource *self, GError **error)
{
	if (self->session != NULL && self->session->broken)
		g_clear_pointer(&self->session, imap_session_free);
	if (self->session != NULL)
		return true;
	self->session = imap_session_open(self->account, self->source.stop_fd, error);
	if (self->session == NULL)
		return false;
	if (imap_select(self, error))
		return true;
	g_clear_pointer(&self->session, imap_session_free);
	return false;
}

static bool imap_take(Source *source, Sink *sink, guint *ret_taken, GError **error)
{
	ImapSource *self = (ImapSource *)source;
	g_autoptr(GError) why = NULL;

	*ret_taken = 0;
	if (imap_source_take(self, sink, ret_taken, &why))
		return true;
	/* whatever it was, the next call begins anew (the folder may be another by then);
	 * but for a mail that stays, and hinders nobody */
	if (self->refused == NULL)
		g_clear_pointer(&self->session, imap_session_free);
	g_propagate_prefixed_error(error, g_steal_pointer(&why), "mailbox %s: ", source->name);
	return false;
}

static bool imap_list(Source *source, GPtrArray **ret_uids, GError **error)
{
	ImapSource *self = (ImapSource *)source;
	g_autoptr(GPtrArray) uids = g_ptr_array_new_with_free_func((GDestroyNotify)source_uid_free);
	g_autoptr(GError) why = NULL;

	if (imap_source_list(self, uids, &why)) {
		*ret_uids = g_steal_pointer(&uids);
		return true;
	}
	g_clear_pointer(&self->session, imap_session_free);
	g_propagate_prefixed_error(error, g_steal_pointer(&why), "mailbox %s: ", source->name);
	return false;
}

/* IDLE for milliseconds at most; any word of the server ends it. */
static bool wait_idle(ImapSource *self, gint64 milliseconds, int stop_fd, GError **error)
{
	bool news = false;

	if (!imap_session_idle(self->session, &news, error))
		return false;
	if (!news && imap_session_wait(self->session, milliseconds, stop_fd) == IMAP_WAIT_STOP) {
		self->session->broken = true; /* no time to take leave */
		return true;
	}
	return imap_session_idle_end(self->session, error);
}

static bool imap_wait(Source *source, guint seconds, int stop_fd, GError **error)
{
	ImapSource *self = (ImapSource *)source;
	g_autoptr(GError) why = NULL;
	bool idle;

	if (!imap_source_ready(self, &why)) {
		g_propagate_prefixed_error(error, g_steal_pointer(&why),
					   "mailbox %s: ", source->name);
		return false;
	}
	idle = imap_session_can(self->session, "IDLE");
	if (seconds == 0)
		return true;
	if (!idle) {
		gint64 pause = MIN((gint64)seconds * 1000,
				   settings_pause(self->settings, self->mailbox->poll));
		struct pollfd stop = { .fd = stop_fd, .events = POLLIN };

		poll(&stop, 1, (int)MIN(pause, G_MAXINT));
		return true;
	}
	if (wait_idle(self, (gint64)MIN(seconds, IDLE_SECONDS) * 1000, stop_fd, &why))
		return true;
	g_clear_pointer(&self->session, imap_session_free);
	g_propagate_prefixed_error(error, g_steal_pointer(&why), "mailbox %s: ", source->name);
	return false;
}

Source *source_imap_open(const Settings *settings, const MailboxSettings *mailbox, GError **error)
{
	ImapAccount *account = imap_account_new(settings, mailbox, error);
	ImapSource *self;

	if (account == NULL)
		return NULL;
	self = g_new0(ImapSource, 1);
	self->source = (Source){ .name = mailbox->name,
				 .stop_fd = -1,
				 .take = imap_take,
				 .list = imap_list,
				 .wait = imap_wait,
				 .free = imap_free };
	self->settings = settings;
	self->mailbox = mailbox;
	self->account = account;
	return &self->source;
}
