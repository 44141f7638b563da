/* imap_take.c - takes what is in an IMAP folder.
 *
 * UID SEARCH, then for each block of UIDs: which are known, how large they are, and in
 * groups: fetch, keep, settle.  It ends when the server told of nothing new since the
 * last search, so that IDLE may begin without missing a mail.
 */
#include "gateway/source_imap.h"

#include "common/error.h"
#include "common/limits.h"
#include "gateway/imap_settle.h"
#include "gateway/source_kinds.h"

#include <string.h>

#define BLOCK_UIDS 250 /* UIDs whose sizes are asked for at once */

static gint compare_mails(gconstpointer a, gconstpointer b)
{
	const ImapMail *left = a, *right = b;

	return left->uid < right->uid ? -1 : left->uid > right->uid;
}

/* What to look for: all, or what does not carry our mark. */
static struct mailimap_search_key *search_key(const ImapSource *self)
{
	bool moves = self->mailbox->after != AFTER_FLAG;
	struct mailimap_search_key *key;

	if (!moves && self->keywords)
		return mailimap_search_key_new_unkeyword(strdup(IMAP_KEYWORD));
	key = mailimap_search_key_new_all();
	if (moves && !imap_session_can(self->session, "UIDPLUS") &&
	    !imap_session_can(self->session, "MOVE"))
		key->sk_type = MAILIMAP_SEARCH_KEY_UNDELETED;
	return key;
}

/* Lets the server tell what changed: a search looks at the folder as it was told last. */
static bool imap_refresh(ImapSource *self, GError **error)
{
	imap_session_allow(self->session, IMAP_ANSWER);
	return imap_session_done(self->session, mailimap_noop(self->session->imap),
				 "look at the folder", error);
}

/* The mails to look at, in the order of their UIDs: GArray of ImapMail. */
static bool imap_search(ImapSource *self, GArray *mails, GError **error)
{
	struct mailimap_search_key *key = search_key(self);
	mailimap *imap = self->session->imap;
	clist *found = NULL;
	int result;

	imap_session_allow(self->session,
			   IMAP_ANSWER + (gint64)imap->imap_selection_info->sel_exists * 12);
	imap->imap_selection_info->sel_has_exists = 0;
	result = mailimap_uid_search(imap, NULL, key, &found);
	mailimap_search_key_free(key);
	g_array_set_size(mails, 0);
	if (!imap_session_done(self->session, result, "search for mails", error))
		return false;
	for (clistiter *i = clist_begin(found); i != NULL; i = clist_next(i)) {
		ImapMail mail = { .uid = *(const guint32 *)clist_content(i) };

		if (mail.uid != 0) /* RFC 3501 9: there is no such UID, and it would mean all */
			g_array_append_val(mails, mail);
	}
	mailimap_search_result_free(found);
	g_array_sort(mails, compare_mails);
	return true;
}

/* The server said no, and the session goes on. */
static bool is_refusal(const ImapSource *self, const GError *why)
{
	return !self->session->broken && g_error_matches(why, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
}

/* Fetches mails one by one after the server refused some of them together.  What another program
 * moved away meanwhile is not there any more, and no error. */
static bool fetch_single(ImapSource *self, Feed *feed, GArray *group, bool header_only,
			 GError **error)
{
	if (!imap_refresh(self, error))
		return false;
	for (guint i = 0; i < group->len; i++) {
		ImapMail *mail = &g_array_index(group, ImapMail, i);
		g_autoptr(GError) why = NULL;

		if (mail->taken || imap_fetch_mails(self->session, feed, self->mailbox->name,
						    self->uidvalidity, mail, 1, header_only, &why))
			continue;
		if (!is_refusal(self, why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		g_clear_error(&self->refused);
		g_set_error(&self->refused, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
			    "the mail with UID %u stays in the mailbox: %s", mail->uid,
			    why->message);
	}
	return true;
}

/* Fetches a group, keeps it, and only then touches the mailbox. */
static bool take_group(ImapSource *self, Sink *sink, GArray *group, bool header_only, guint *taken,
		       GError **error)
{
	g_auto(Feed) feed;
	g_autoptr(GError) why = NULL;

	feed_init(&feed, sink);
	if (!imap_fetch_mails(self->session, &feed, self->mailbox->name, self->uidvalidity,
			      (ImapMail *)group->data, group->len, header_only, &why)) {
		if (!is_refusal(self, why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (!fetch_single(self, &feed, group, header_only, error))
			return false;
	}
	for (guint i = group->len; i-- > 0;)
		if (!g_array_index(group, ImapMail, i).taken)
			g_array_remove_index(group, i);
	if (group->len == 0)
		return true;
	if (!sink->keep(sink, error))
		return false;
	*taken += group->len;
	return imap_settle(self->session, self->mailbox, self->keywords,
			   (const ImapMail *)group->data, group->len, error);
}

/* The mails of a block that have no receipt yet: in groups that one command fetches. */
static bool take_unknown(ImapSource *self, Sink *sink, const GArray *block, guint *taken,
			 GError **error)
{
	g_autoptr(GArray) group = g_array_new(FALSE, FALSE, sizeof(ImapMail));

	for (guint i = 0; i < block->len;) {
		gint64 bytes = 0;
		bool header_only = false;

		g_array_set_size(group, 0);
		while (i < block->len && group->len < MIN(FETCH_UIDS, GROUP_MAILS)) {
			const ImapMail *mail = &g_array_index(block, ImapMail, i);
			bool oversize = mail->size > MAIL_BYTES;

			if (group->len > 0 &&
			    (oversize || header_only || bytes + mail->size > MAIL_BYTES))
				break;
			i++;
			if (mail->known || !mail->there)
				continue;
			header_only = oversize;
			bytes += mail->size;
			g_array_append_val(group, *mail);
		}
		if (group->len > 0 && (source_stopped(&self->source, error) ||
				       !take_group(self, sink, group, header_only, taken, error)))
			return false;
	}
	return true;
}

/* Settles what has a receipt already: a crash came between the receipt and the mailbox. */
static bool settle_known(ImapSource *self, const GArray *block, GError **error)
{
	g_autoptr(GArray) known = g_array_new(FALSE, FALSE, sizeof(ImapMail));

	if (self->mailbox->after == AFTER_FLAG && !self->keywords)
		return true; /* nothing shows that it is settled: it would be again and again */
	for (guint i = 0; i < block->len; i++)
		if (g_array_index(block, ImapMail, i).known &&
		    g_array_index(block, ImapMail, i).there)
			g_array_append_val(known, g_array_index(block, ImapMail, i));
	return known->len == 0 || imap_settle(self->session, self->mailbox, self->keywords,
					      (const ImapMail *)known->data, known->len, error);
}

static bool take_block(ImapSource *self, Sink *sink, GArray *block, guint *taken, GError **error)
{
	for (guint i = 0; i < block->len; i++) {
		ImapMail *mail = &g_array_index(block, ImapMail, i);
		g_autofree char *uid = g_strdup_printf("%u", mail->uid);

		if (!sink->known(sink, self->mailbox->name, self->uidvalidity, uid, &mail->known,
				 error))
			return false;
	}
	return imap_fetch_sizes(self->session, (ImapMail *)block->data, block->len, error) &&
	       settle_known(self, block, error) && take_unknown(self, sink, block, taken, error);
}

bool imap_source_take(ImapSource *self, Sink *sink, guint *taken, GError **error)
{
	g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(ImapMail));

	g_clear_error(&self->refused);
	if (!imap_source_ready(self, error) || !imap_refresh(self, error))
		return false;
	do {
		if (!imap_search(self, mails, error))
			return false;
		for (guint i = 0; i < mails->len; i += BLOCK_UIDS) {
			g_autoptr(GArray) block = g_array_new(FALSE, FALSE, sizeof(ImapMail));

			g_array_append_vals(block, &g_array_index(mails, ImapMail, i),
					    MIN(BLOCK_UIDS, mails->len - i));
			if (!take_block(self, sink, block, taken, error))
				return false;
		}
	} while (self->session->imap->imap_selection_info->sel_has_exists);
	if (self->refused == NULL)
		return true;
	g_propagate_error(error, g_error_copy(self->refused));
	return false;
}

static void list_mail(const ImapSource *self, const ImapMail *mail, GPtrArray *uids)
{
	SourceUid *uid;

	if (!mail->there)
		return;
	uid = g_new0(SourceUid, 1);
	*uid = (SourceUid){ .uidvalidity = self->uidvalidity,
			    .uid = g_strdup_printf("%u", mail->uid),
			    .received = mail->received };
	g_ptr_array_add(uids, uid);
}

bool imap_source_list(ImapSource *self, GPtrArray *uids, GError **error)
{
	g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(ImapMail));

	if (!imap_source_ready(self, error) || !imap_refresh(self, error))
		return false;
	if (self->mailbox->after == AFTER_FLAG && !self->keywords)
		return true;
	if (!imap_search(self, mails, error))
		return false;
	for (guint i = 0; i < mails->len; i += BLOCK_UIDS)
		if (!imap_fetch_sizes(self->session, &g_array_index(mails, ImapMail, i),
				      MIN(BLOCK_UIDS, mails->len - i), error))
			return false;
	for (guint i = 0; i < mails->len; i++)
		list_mail(self, &g_array_index(mails, ImapMail, i), uids);
	return true;
}
