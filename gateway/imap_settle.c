/* imap_settle.c - UID MOVE (RFC 6851), else UID COPY and \Deleted; flags; UID EXPUNGE (RFC 4315).
 *
 * A plain EXPUNGE would also take what somebody else marked as deleted, and is never
 * sent: on a server without UIDPLUS our mails stay marked, and are not looked at again.
 */
#include "gateway/imap_settle.h"

#include "common/failpoint.h"
#include "common/limits.h"

#include <string.h>

static bool store_flags(ImapSession *session, struct mailimap_set *set, struct mailimap_flag *first,
			struct mailimap_flag *second, GError **error)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	struct mailimap_store_att_flags *change;
	int result;

	mailimap_flag_list_add(flags, first);
	if (second != NULL)
		mailimap_flag_list_add(flags, second);
	change = mailimap_store_att_flags_new_add_flags_silent(flags);
	imap_session_allow(session, IMAP_ANSWER);
	result = mailimap_uid_store(session->imap, set, change);
	mailimap_store_att_flags_free(change);
	return imap_session_done(session, result, "mark mails as taken", error);
}

static bool remove_mails(ImapSession *session, struct mailimap_set *set, GError **error)
{
	if (!store_flags(session, set, mailimap_flag_new_deleted(), NULL, error))
		return false;
	if (!imap_session_can(session, "UIDPLUS"))
		return true;
	imap_session_allow(session, IMAP_ANSWER);
	return imap_session_done(session, mailimap_uid_expunge(session->imap, set),
				 "expunge taken mails", error);
}

/* Learns the prefix of the personal namespace, "" when there is none; asked once a session. */
static bool learn_prefix(ImapSession *session, GError **error)
{
	struct mailimap_namespace_data *spaces = NULL;
	const struct mailimap_namespace_info *first;
	g_autoptr(GError) why = NULL;

	if (session->prefix != NULL)
		return true;
	imap_session_allow(session, IMAP_ANSWER);
	if (imap_session_can(session, "NAMESPACE") &&
	    !imap_session_done(session, mailimap_namespace(session->imap, &spaces),
			       "ask for the namespace", &why) &&
	    session->broken) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (spaces != NULL && spaces->ns_personal != NULL &&
	    !clist_isempty(spaces->ns_personal->ns_data_list)) {
		first = clist_content(clist_begin(spaces->ns_personal->ns_data_list));
		session->prefix = g_strdup(first->ns_prefix);
	}
	if (spaces != NULL)
		mailimap_namespace_data_free(spaces);
	if (session->prefix == NULL)
		session->prefix = g_strdup("");
	return true;
}

char *imap_settle_folder(ImapSession *session, const char *name, GError **error)
{
	g_autofree char *spelled = imap_folder_name(name);
	bool whole;

	if (!learn_prefix(session, error))
		return NULL;
	whole = g_ascii_strncasecmp(spelled, session->prefix, strlen(session->prefix)) == 0;
	return g_strconcat(whole ? "" : session->prefix, spelled, NULL);
}

/* One try; the result of libetpan. */
static int move_once(ImapSession *session, struct mailimap_set *set, const char *folder)
{
	struct mailimap_set *from = NULL, *to = NULL;
	uint32_t uidvalidity = 0;
	int result;

	imap_session_allow(session, IMAP_ANSWER);
	if (!imap_session_can(session, "MOVE"))
		return mailimap_uid_copy(session->imap, set, folder);
	result = mailimap_uidplus_uid_move(session->imap, set, folder, &uidvalidity, &from, &to);
	g_clear_pointer(&from, mailimap_set_free);
	g_clear_pointer(&to, mailimap_set_free);
	return result;
}

static bool is_move_refused(int result)
{
	return result == MAILIMAP_ERROR_UID_MOVE || result == MAILIMAP_ERROR_UID_COPY ||
	       result == MAILIMAP_ERROR_MOVE || result == MAILIMAP_ERROR_COPY;
}

/* Makes the folder, which may be there already: false only when the session broke. */
static bool make_folder(ImapSession *session, const char *folder, GError **error)
{
	g_autoptr(GError) why = NULL;

	imap_session_allow(session, IMAP_ANSWER);
	if (imap_session_done(session, mailimap_create(session->imap, folder), "make a folder",
			      &why)) {
		imap_session_allow(session, IMAP_ANSWER);
		mailimap_subscribe(session->imap, folder);
	} else if (session->broken) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	return true;
}

/* A refusal means that the folder is not there yet, or that another gateway moved some of the mails
 * just now: then the server must tell so before the rest can be moved. */
static bool move_mails(ImapSession *session, struct mailimap_set *set, const char *name,
		       GError **error)
{
	g_autofree char *folder = imap_settle_folder(session, name, error);
	g_autofree char *what = g_strdup_printf("move mails to the folder %s", name);
	int result;

	if (folder == NULL)
		return false;
	result = move_once(session, set, folder);
	for (int tries = 0; tries < 3 && is_move_refused(result); tries++) {
		if (tries == 0 && !make_folder(session, folder, error))
			return false;
		imap_session_allow(session, IMAP_ANSWER);
		if (!imap_session_done(session, mailimap_noop(session->imap), what, error))
			return false;
		result = move_once(session, set, folder);
	}
	if (!imap_session_done(session, result, what, error))
		return false;
	FAILPOINT("mailbox.moved");
	return imap_session_can(session, "MOVE") || remove_mails(session, set, error);
}

static bool settle_set(ImapSession *session, const MailboxSettings *mailbox, bool keywords,
		       bool oversize, struct mailimap_set *set, GError **error)
{
	switch (mailbox->after) {
	case AFTER_FLAG:
		return store_flags(session, set, mailimap_flag_new_seen(),
				   keywords ? mailimap_flag_new_flag_keyword(strdup(IMAP_KEYWORD))
					    : NULL,
				   error);
	case AFTER_DELETE:
		if (!oversize)
			return remove_mails(session, set, error);
		break;
	default:
		break;
	}
	return move_mails(session, set, oversize ? mailbox->quarantine : mailbox->processed, error);
}

bool imap_settle(ImapSession *session, const MailboxSettings *mailbox, bool keywords,
		 const ImapMail *mails, guint count, GError **error)
{
	bool well = true;

	FAILPOINT("mailbox.kept");
	for (int oversize = 0; oversize < 2 && well; oversize++) {
		g_autoptr(GArray) some = g_array_new(FALSE, FALSE, sizeof(ImapMail));
		struct mailimap_set *set;

		for (guint i = 0; i < count; i++)
			if ((mails[i].size > MAIL_BYTES) == (oversize != 0))
				g_array_append_val(some, mails[i]);
		if (some->len == 0)
			continue;
		set = imap_set_new((const ImapMail *)some->data, some->len);
		well = settle_set(session, mailbox, keywords, oversize != 0, set, error);
		mailimap_set_free(set);
	}
	FAILPOINT("mailbox.settled");
	return well;
}
