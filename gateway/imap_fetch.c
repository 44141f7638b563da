/* imap_fetch.c - UID FETCH, streamed: libetpan hands over the body while it comes.
 *
 * The handler of bodies is not told whose they are; the handler of messages, which
 * runs when a FETCH response is over, is.  So a body goes to the sink at once, and is
 * ended, or left to be dropped, when the UID is known.  Structure and envelope
 * are never asked for: libetpan's parser of them can be made to overrun the stack.
 */
#include "gateway/imap_fetch.h"

#include "common/error.h"
#include "common/limits.h"

#include <stdlib.h>

typedef struct Fetch {
	ImapMail *mails;
	guint count;
	Feed *feed; /* NULL: sizes alone */
	const char *mailbox;
	gint64 uidvalidity;
	bool header_only;
	guint hollow;  /* mails without the text that they have */
	GError *error; /* of the sink */
} Fetch;

struct mailimap_set *imap_set_new(const ImapMail *mails, guint count)
{
	struct mailimap_set *set = mailimap_set_new_empty();

	for (guint i = 0; i < count;) {
		guint first = i++;

		while (i < count && mails[i].uid == mails[i - 1].uid + 1)
			i++;
		mailimap_set_add_interval(set, mails[first].uid, mails[i - 1].uid);
	}
	return set;
}

static int compare_uids(const void *a, const void *b)
{
	const ImapMail *left = a, *right = b;

	return left->uid < right->uid ? -1 : left->uid > right->uid;
}

static ImapMail *fetch_find(const Fetch *fetch, guint32 uid)
{
	ImapMail wanted = { .uid = uid };

	return bsearch(&wanted, fetch->mails, fetch->count, sizeof wanted, compare_uids);
}

/* INTERNALDATE as seconds since 1970; 0 when it is no date. */
static gint64 seconds_of(const struct mailimap_date_time *date)
{
	int zone = abs(date->dt_zone);
	gint64 offset = (zone / 100 * 60 + zone % 100) * 60 * (date->dt_zone < 0 ? -1 : 1);
	g_autoptr(GDateTime) time =
		g_date_time_new_utc(date->dt_year, date->dt_month, date->dt_day, date->dt_hour,
				    date->dt_min, MIN(date->dt_sec, 59));

	return time != NULL ? g_date_time_to_unix(time) - offset : 0;
}

/* What one FETCH response tells; false for one without a UID (flags that changed). */
static bool response_read(const struct mailimap_msg_att *response, ImapMail *told, bool *ret_body)
{
	*ret_body = false;
	for (clistiter *i = clist_begin(response->att_list); i != NULL; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);
		const struct mailimap_msg_att_static *what = item->att_data.att_static;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		if (what->att_type == MAILIMAP_MSG_ATT_UID)
			told->uid = what->att_data.att_uid;
		else if (what->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
			told->size = what->att_data.att_rfc822_size;
		else if (what->att_type == MAILIMAP_MSG_ATT_INTERNALDATE)
			told->received = seconds_of(what->att_data.att_internal_date);
		else if (what->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
			*ret_body = true;
	}
	return told->uid != 0;
}

static void take_size(struct mailimap_msg_att *response, void *user)
{
	Fetch *fetch = user;
	ImapMail told = { 0 }, *mail;
	bool body;

	if (!response_read(response, &told, &body) || (mail = fetch_find(fetch, told.uid)) == NULL)
		return;
	mail->size = MAX(mail->size, told.size);
	if (told.received != 0)
		mail->received = told.received;
	mail->there = true;
}

static bool take_bytes(int type, struct mailimap_msg_att_body_section *section, const char *bytes,
		       size_t length, void *user)
{
	Fetch *fetch = user;
	Feed *feed = fetch->feed;

	if (fetch->error != NULL || (!feed->open && !feed_begin(feed, &fetch->error)))
		return false;
	if (fetch->header_only)
		length = (size_t)CLAMP(MAIL_HEADER_BYTES - feed->size, 0, (gint64)length);
	return feed_bytes(feed, bytes, length, &fetch->error);
}

/* A FETCH response is over: its body, if it had one, is whole. */
static void take_mail(struct mailimap_msg_att *response, void *user)
{
	Fetch *fetch = user;
	ImapMail told = { 0 }, *mail;
	bool told_uid, body;
	g_autofree char *uid = NULL;
	SourceMail whole;

	told_uid = response_read(response, &told, &body);
	if (fetch->error != NULL || !body)
		return;
	mail = told_uid ? fetch_find(fetch, told.uid) : NULL;
	if (mail == NULL || mail->taken) {
		fetch->feed->open = false; /* not asked for: the next begin drops it */
		return;
	}
	if (!fetch->feed->open && mail->size > 0) {
		fetch->hollow++; /* NIL: another program expunged it meanwhile, or it is damaged */
		return;
	}
	if (!fetch->feed->open && !feed_begin(fetch->feed, &fetch->error))
		return;
	uid = g_strdup_printf("%u", mail->uid);
	whole = (SourceMail){ .mailbox = fetch->mailbox,
			      .uidvalidity = fetch->uidvalidity,
			      .uid = uid,
			      .received = mail->received,
			      .oversize = fetch->header_only,
			      .size = mail->size };
	mail->taken = feed_end(fetch->feed, &whole, &fetch->error);
	mail->size = whole.size; /* it may be larger than the server said */
}

/* One UID FETCH with the handlers of this file. */
static int fetch_run(ImapSession *session, Fetch *fetch, struct mailimap_fetch_type *what,
		     gint64 bytes)
{
	struct mailimap_set *set = imap_set_new(fetch->mails, fetch->count);
	clist *list = NULL;
	int result;

	imap_session_allow(session, bytes);
	mailimap_set_msg_att_handler(session->imap, fetch->feed != NULL ? take_mail : take_size,
				     fetch);
	mailimap_set_msg_body_handler(session->imap, fetch->feed != NULL ? take_bytes : NULL,
				      fetch);
	result = mailimap_uid_fetch(session->imap, set, what, &list);
	mailimap_set_msg_att_handler(session->imap, NULL, NULL);
	mailimap_set_msg_body_handler(session->imap, NULL, NULL);
	if (result == MAILIMAP_NO_ERROR && list != NULL) /* after a NO libetpan freed it already */
		mailimap_fetch_list_free(list);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	return result;
}

static struct mailimap_fetch_type *fetch_type_new(struct mailimap_fetch_att *first,
						  struct mailimap_fetch_att *second)
{
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();

	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(what, first);
	if (second != NULL)
		mailimap_fetch_type_new_fetch_att_list_add(what, second);
	return what;
}

bool imap_fetch_sizes(ImapSession *session, ImapMail *mails, guint count, GError **error)
{
	Fetch fetch = { .mails = mails, .count = count };
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;

	for (guint i = 0; i < count; i++)
		mails[i].received = now; /* for a server that tells no date */
	return imap_session_done(session,
				 fetch_run(session, &fetch,
					   fetch_type_new(mailimap_fetch_att_new_rfc822_size(),
							  mailimap_fetch_att_new_internaldate()),
					   IMAP_ANSWER + (gint64)count * 1024),
				 "ask for the sizes of mails", error);
}

bool imap_fetch_mails(ImapSession *session, Feed *feed, const char *mailbox, gint64 uidvalidity,
		      ImapMail *mails, guint count, bool header_only, GError **error)
{
	Fetch fetch = { .mails = mails,
			.count = count,
			.feed = feed,
			.mailbox = mailbox,
			.uidvalidity = uidvalidity,
			.header_only = header_only };
	struct mailimap_section *section =
		header_only ? mailimap_section_new_header() : mailimap_section_new(NULL);
	gint64 bytes = IMAP_ANSWER;
	int result;

	/* some servers reckon sizes without the line ends: twice is enough for all */
	for (guint i = 0; i < count; i++)
		bytes += header_only ? 4 * MAIL_HEADER_BYTES : 2 * mails[i].size + 1024;
	feed->open = false;
	result = fetch_run(session, &fetch,
			   fetch_type_new(mailimap_fetch_att_new_body_peek_section(section), NULL),
			   bytes);
	feed->open = false;
	if (fetch.error == NULL) {
		if (!imap_session_done(session, result, "fetch mails", error))
			return false;
		if (fetch.hollow > 0)
			g_set_error_literal(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE,
					    "cannot fetch mails: the server gives no text of it");
		return fetch.hollow == 0;
	}
	session->broken = true; /* stopped in the middle of a body */
	imap_stream_abandon(session->stream);
	g_propagate_error(error, fetch.error);
	return false;
}
