/* act_ignored.c - mail of robots: never answered, no case; a bounce of ours is noted on its case.
 */
#include <string.h>

#include "common/key.h"
#include "gateway/act.h"
#include "store/outbox.h"

/* The outgoing mail that came back: by the keyed envelope sender, else by the Message-ID in the
 * report. */
static bool find_notice(Act *act, gint64 *ret_outbox, gint64 *ret_case, GError **error)
{
	g_autoptr(GPtrArray) details = mail_details(act->desk, act->mail);

	*ret_outbox = *ret_case = 0;
	for (guint i = 0; i < details->len && *ret_outbox == 0; i++) {
		KeyPurpose purpose;
		gint64 id;
		g_autofree char *hash = NULL;

		if (!key_parse_detail(g_ptr_array_index(details, i), &purpose, &id, &hash) ||
		    purpose != KEY_BOUNCE)
			continue;
		g_autoptr(Notice) notice = NULL;
		if (!outbox_get(act->desk->store, id, &notice, error))
			return false;
		if (notice != NULL &&
		    key_verify(act->desk->secret, KEY_BOUNCE, id, notice->holder, hash)) {
			*ret_outbox = id;
			*ret_case = notice->case_id;
		}
	}
	for (guint i = 0; i < act->mail->bounces->len && *ret_outbox == 0; i++) {
		const Bounce *bounce = g_ptr_array_index(act->mail->bounces, i);

		if (bounce->original_message_id != NULL &&
		    !mails_find_message_id(act->desk->store, bounce->original_message_id, ret_case,
					   ret_outbox, error))
			return false;
	}
	return true;
}

static bool is_failure(const Mail *mail, const Bounce *bounce)
{
	return bounce != NULL ? g_ascii_strcasecmp(bounce->action, "failed") == 0 ||
					*bounce->action == '\0'
			      : mail->automatic == AUTOMATIC_BOUNCE;
}

bool act_ignored(Act *act, GError **error)
{
	const Bounce *first =
		act->mail->bounces->len > 0 ? g_ptr_array_index(act->mail->bounces, 0) : NULL;
	gint64 outbox, case_id;
	CaseBy desk = act->by;

	if (act->mail->automatic != AUTOMATIC_BOUNCE || !is_failure(act->mail, first))
		return true;
	if (!find_notice(act, &outbox, &case_id, error))
		return false;
	if (outbox != 0) {
		g_autofree char *why = g_strdup_printf("it came back: %s %s",
						       first != NULL ? first->recipient : "",
						       first != NULL ? first->status : "");

		g_strchomp(why);
		if (!outbox_came_back(act->desk->store, outbox, why, error))
			return false;
	}
	if (case_id == 0)
		return true;
	desk.person = 0;
	desk.who = "desk";
	desk.way = WAY_DESK;
	act->case_id = case_id;
	return mails_set_case(act->desk->store, act->mail_id, case_id, false, error) &&
	       case_bounced(act->desk->store, case_id, first != NULL ? first->recipient : "",
			    first != NULL ? first->status : "", outbox, &desk, error);
}
