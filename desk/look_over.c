/* look_over.c - mailboxes against receipts, receipts against outcomes. */
#include "desk/look_over.h"

#include <string.h>

#include "desk/desk.h"
#include "gateway/source.h"

#define PATIENCE 300 /* seconds that a mail may lie in the mailbox */

typedef struct Look {
	const Settings *settings;
	Store *store;
	LookOver *over;
} Look;

static void say(Look *look, const char *of, const char *text)
{
	g_ptr_array_add(look->over->of, g_strdup(of));
	g_ptr_array_add(look->over->texts, g_strdup(text));
}

/* ---- mailboxes ---- */

static bool check_mail(Look *look, const MailboxSettings *mailbox, const SourceUid *mail,
		       GError **error)
{
	gint64 patience = settings_pause(look->settings, PATIENCE) / 1000, received,
	       now = desk_now();
	g_autofree char *of = g_strdup_printf("mailbox %s", mailbox->name);
	g_autofree char *name =
		mail->uidvalidity == 0
			? g_strdup_printf("mail %s", mail->uid)
			: g_strdup_printf("mail %s (UIDVALIDITY %" G_GINT64_FORMAT ")", mail->uid,
					  mail->uidvalidity);
	g_autofree char *text = NULL;

	if (!reconcile_receipt(look->store, mailbox->name, mail->uidvalidity, mail->uid, &received,
			       error))
		return false;
	look->over->mails++;
	if (received == 0 && mail->received + patience < now)
		text = g_strdup_printf("%s has no receipt", name);
	else if (received != 0 && received + patience < now)
		text = g_strdup_printf("%s has a receipt, and was not %s", name,
				       mailbox->after == AFTER_MOVE   ? "moved"
				       : mailbox->after == AFTER_FLAG ? "flagged"
								      : "deleted");
	if (text != NULL)
		say(look, of, text);
	return true;
}

/* A mailbox that is away is a finding as any other; false: the database failed. */
static bool check_mailbox(Look *look, const MailboxSettings *mailbox, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GPtrArray) uids = NULL;
	g_autofree char *of = g_strdup_printf("mailbox %s", mailbox->name);
	Source *source = source_open(look->settings, mailbox, &why);
	bool listed = source != NULL && source->list(source, &uids, &why);
	bool done = true;

	source_free(source);
	if (!listed) {
		const char *sentence = why->message;

		if (g_str_has_prefix(sentence, of) && g_str_has_prefix(sentence + strlen(of), ": "))
			sentence += strlen(of) + 2;
		say(look, of, sentence);
		return true;
	}
	for (guint i = 0; done && i < uids->len; i++)
		done = check_mail(look, mailbox, g_ptr_array_index(uids, i), error);
	return done;
}

bool look_over(const Settings *settings, Store *store, LookOver *ret_look, GError **error)
{
	Look look = { settings, store, ret_look };

	*ret_look = (LookOver){ .of = g_ptr_array_new_with_free_func(g_free),
				.texts = g_ptr_array_new_with_free_func(g_free) };
	for (guint i = 0; i < settings->mailboxes->len; i++)
		if (!check_mailbox(&look, g_ptr_array_index(settings->mailboxes, i), error))
			return false;
	if (!reconcile_look(store, desk_now(), &ret_look->findings, error))
		return false;
	for (guint i = 0; i < ret_look->findings->len; i++)
		say(&look, "desk", ((Finding *)ret_look->findings->pdata[i])->text);
	return true;
}

void look_over_clear(LookOver *look)
{
	g_clear_pointer(&look->of, g_ptr_array_unref);
	g_clear_pointer(&look->texts, g_ptr_array_unref);
	g_clear_pointer(&look->findings, g_ptr_array_unref);
}
