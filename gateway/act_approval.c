/* act_approval.c - a manager's reply to a request for approval. */
#include "gateway/act.h"
#include "gateway/approval.h"

bool act_approval(Act *act, GError **error)
{
	gint64 id = act->decision->about->id;
	Approval approval = approval_read(act->mail->reply);

	if (!mails_set_case(act->desk->store, act->mail_id, id, false, error))
		return false;
	if (approval == APPROVAL_UNCLEAR)
		return act_notice(act, "unclear", NULL, id, error);
	return case_approve(act->desk->store, id, approval == APPROVAL_YES, act->mail->reply,
			    &act->by, error);
}
