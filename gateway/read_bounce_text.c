/* read_bounce_text.c - the habits of mail systems that have no standard report. */
#include "gateway/read_bounce_text.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_automatic.h"
#include "gateway/read_header.h"

#define TEXT_LOOK (64 * 1024)
#define RECIPIENTS 100

/* Who sends bounces: what the local part or the name holds. */
static const char *const senders[] = { "mailer-daemon",
				       "mail delivery",
				       "postmaster",
				       "mailerdaemon",
				       "mail-daemon",
				       "maildelivery",
				       "mail.delivery",
				       "mdaemon",
				       "system administrator",
				       "delivery subsystem",
				       "microsoft exchange",
				       "mailadmin",
				       "no-reply-bounce",
				       "mail administrator",
				       "mailsystem",
				       "mail system",
				       "mmdf",
				       "post_master" };

/* Who sends nothing else. */
static const char *const daemons[] = { "mailer-daemon", "mail delivery subsystem",
				       "mail delivery system" };

/* How subjects begin that nothing else has, as text_fold writes them. */
static const char *const sure_subjects[] = { "undelivered mail returned to sender",
					     "delivery status notification failure",
					     "mail delivery failed returning message to sender",
					     "returned mail see transcript for details",
					     "undeliverable",
					     "onbestelbaar",
					     "non remis",
					     "unzustellbar",
					     "failure notice",
					     "mail delivery failed" };

/* What their subjects hold, as text_fold writes it. */
static const char *const failed_subjects[] = { "undeliver",
					       "delivery failure",
					       "delivery status notification",
					       "returned mail",
					       "failure notice",
					       "mail delivery failed",
					       "delivery failed",
					       "mail delivery problem",
					       "mail system error",
					       "delivery notification",
					       "non remis",
					       "unzustellbar",
					       "onbestelbaar",
					       "non delivery",
					       "nondeliverable",
					       "mail could not be delivered",
					       "delivery error",
					       "mail error",
					       "returning message to sender",
					       "returned to sender",
					       "failed mail",
					       "mail failure",
					       "user unknown",
					       "message undeliverable",
					       "rejected",
					       "bounced",
					       "message delivery failure",
					       "remise impossible",
					       "notificacao de falha",
					       "nicht zugestellt",
					       "mail undeliverable",
					       "not delivered",
					       "could not be delivered",
					       "error sending",
					       "kan ikke leveres",
					       "delivery report",
					       "failed delivery",
					       "invalid recipient",
					       "problem delivering",
					       "fallo",
					       "unable to deliver",
					       "mancato recapito",
					       "no such user",
					       "wurde nicht",
					       "smtp error",
					       "delivery has failed",
					       "your message could not",
					       "delivery attempt",
					       "delivery unsuccessful",
					       "mail not delivered",
					       "mail returned",
					       "nao entregue",
					       "message not",
					       "returned",
					       "bericht niet",
					       "permanent failure",
					       "there was an error sending",
					       "status notification failure",
					       "mail delivery error",
					       "message rejected",
					       "unbekannte",
					       "failure delivery" };

static const char *const delayed_subjects[] = { "delayed",
						"delay",
						"warning message",
						"could not send message for",
						"not yet",
						"delivery temporarily suspended",
						"still being retried",
						"verzogert",
						"vertraagd",
						"retarde" };

/* How their texts speak, in lower case. */
static const char *const failed_words[] = { "could not be delivered",
					    "couldn't be delivered",
					    "undeliverable",
					    "delivery failed",
					    "user unknown",
					    "unknown user",
					    "does not exist",
					    "permanent error",
					    "permanent fatal error",
					    "not be delivered",
					    "no such user",
					    "mailbox unavailable",
					    "mailbox is full",
					    "over quota",
					    "quota exceeded",
					    "returned to sender",
					    "unable to deliver",
					    "following addresses failed",
					    "did not reach the following",
					    "did not reach",
					    "delivery to the following",
					    "rejected",
					    "undelivered",
					    "address rejected",
					    "recipient rejected",
					    "relaying denied",
					    "invalid recipient",
					    "unrouteable",
					    "unrouted",
					    "host unknown",
					    "account has been disabled",
					    "non remis",
					    "nicht zugestellt",
					    "mailbox full",
					    "delivery error",
					    "unknown recipient",
					    "recipient unknown",
					    "not listed in",
					    "failed permanently",
					    "account that you tried",
					    "no longer",
					    "exceeds",
					    "failed to deliver",
					    "not found",
					    "bounced",
					    "cannot be delivered",
					    "can not be delivered",
					    "unknown address",
					    "invalid address",
					    "delivery failure",
					    "is not valid",
					    "host not found",
					    "was not delivered",
					    "failed",
					    "unable to",
					    "refused" };

static const char *const delayed_words[] = { "will be retried",
					     "will keep trying",
					     "still trying",
					     "will continue to",
					     "has been delayed",
					     "will retry",
					     "not yet been delivered",
					     "have not been able to deliver",
					     "delivery attempts will continue",
					     "you do not need to resend",
					     "this is a warning message only",
					     "temporarily deferred" };

static bool holds(const char *text, const char *const *list, gsize count)
{
	for (gsize i = 0; text != NULL && i < count; i++)
		if (strstr(text, list[i]) != NULL)
			return true;
	return false;
}

static bool is_code_end(char c)
{
	return !g_ascii_isdigit(c) && c != '.';
}

char *status_in_text(const char *text)
{
	const char *smtp = NULL;

	for (const char *p = text; *p != '\0'; p++) {
		gsize subject, detail;

		if (p > text && (g_ascii_isalnum(p[-1]) || p[-1] == '.'))
			continue;
		if (*p != '2' && *p != '4' && *p != '5')
			continue;
		if (p[1] == '.') {
			subject = strspn(p + 2, "0123456789");
			if (subject < 1 || subject > 3 || p[2 + subject] != '.')
				continue;
			detail = strspn(p + 3 + subject, "0123456789");
			if (detail >= 1 && detail <= 3 &&
			    (is_code_end(p[3 + subject + detail]) ||
			     (p[3 + subject + detail] == '.' &&
			      !g_ascii_isdigit(p[4 + subject + detail]))))
				return g_strndup(p, 3 + subject + detail);
		} else if (smtp == NULL && *p != '2' && g_ascii_isdigit(p[1]) && p[1] <= '5' &&
			   g_ascii_isdigit(p[2]) && strchr(" -:,;#", p[3]) != NULL) {
			smtp = p;
		}
	}
	return smtp != NULL ? g_strdup_printf("%c.0.0", *smtp) : g_strdup("");
}

static bool is_from(GMimeHeaderList *headers, const char *const *list, gsize count)
{
	static const char *const fields[] = { "From", "Sender", "Return-Path" };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *value = header_get(headers, fields[i]);
		g_autofree char *lower = value != NULL ? g_utf8_strdown(value, -1) : NULL;

		if (holds(lower, list, count))
			return true;
	}
	return false;
}

static bool is_sure_subject(const char *folded)
{
	for (guint i = 0; i < G_N_ELEMENTS(sure_subjects); i++)
		if (g_str_has_prefix(folded, sure_subjects[i]))
			return true;
	return false;
}

/* What the mail says of its own, without the message that came back below it. */
static char *own_words(const Reading *reading, char **rest)
{
	static const char *const below[] = {
		"\n--- below this line is a copy",
		"\n----- original message follows",
		"\nreturn-path:",
		"\nreceived: ",
		"\n----- message header follows",
		"\n------ this is a copy of",
		"\n----- unsent message follows",
		"\n--- the header of the original",
		"\n   ----- original message",
		"\n------ the body of the message",
		"\noriginal message headers",
		"message headers follow",
		"unsent message follows",
		"\n--- enclosed are the original headers",
		"\n----- message headers follow",
		"\n--- message headers",
		"\n-----original message",
		"\n----- original",
		"\n--- original message",
		"\nthe header of the original message is following",
		"\nmessage headers:",
		"\ncontent of the message",
		"\n--- returned message",
		"\noriginal-recipient;",
		"\n----- start of message",
		"\n--- undelivered message",
		"\nthe original message was",
		"\n------ this is a copy",
		"\nmessage header follows",
	};
	g_autofree char *cut = text_cut(reading->mail->text, TEXT_LOOK);
	g_autofree char *lower = g_ascii_strdown(cut, -1);
	gsize end = strlen(cut);

	for (guint i = 0; i < G_N_ELEMENTS(below); i++) {
		const char *found = strstr(lower, below[i]);

		if (found != NULL && found > lower + 20)
			end = MIN(end, (gsize)(found - lower));
	}
	*rest = g_strdup(cut + end);
	cut[end] = '\0';
	return g_steal_pointer(&cut);
}

static bool is_atext(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

/* Adds the address around at; what is no address by its form is left. */
static void add_address(GHashTable *seen, GPtrArray *found, const char *text, const char *at,
			bool skip)
{
	const char *start = at, *end = at + 1;
	g_autofree char *address = NULL, *lower = NULL;

	while (start > text && is_atext(start[-1]))
		start--;
	while (g_ascii_isalnum(*end) || *end == '-' || *end == '.' || *end == '_')
		end++;
	while (end > at + 1 && !g_ascii_isalnum(end[-1]))
		end--;
	while (start < at && strchr("'.=/", *start) != NULL)
		start++;
	if (g_ascii_strncasecmp(start, "smtp:", 5) == 0)
		start += 5;
	if (start == at || memchr(at, '.', (gsize)(end - at)) == NULL ||
	    end - start > ADDRESS_BYTES)
		return;
	address = g_strndup(start, (gsize)(end - start));
	lower = g_ascii_strdown(address, -1);
	if (found->len >= RECIPIENTS || !g_hash_table_add(seen, g_steal_pointer(&lower)) || skip)
		return;
	g_ptr_array_add(found, g_steal_pointer(&address));
}

/* Addresses that text names, but those of the sender, the daemon and the host. */
static GPtrArray *addresses_in(const char *text, const Reading *reading, bool even_known)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const GPtrArray *const known[] = { reading->mail->from, reading->mail->to };

	for (guint k = 0; !even_known && k < G_N_ELEMENTS(known); k++)
		for (guint i = 0; i < known[k]->len; i++) {
			Mailbox *mailbox = g_ptr_array_index(known[k], i);

			g_hash_table_add(seen, g_ascii_strdown(mailbox->address, -1));
		}
	for (const char *p = strchr(text, '@'); p != NULL; p = strchr(p + 1, '@')) {
		const char *line = p;
		g_autofree char *head = NULL;
		bool skip;

		while (line > text && line[-1] != '\n' && p - line < 200)
			line--;
		head = g_ascii_strdown(line, p - line);
		/* whom to ask, what it was called, who wrote it: not here, nor further down */
		skip = strstr(head, "message-id") != NULL || strstr(head, "postmaster@") != NULL ||
		       strstr(head, "contact ") != NULL || strstr(head, "from:") != NULL ||
		       strstr(head, "mail from") != NULL || strstr(head, "sender:") != NULL ||
		       strstr(head, "http") != NULL || strstr(head, "in-reply-to") != NULL ||
		       strstr(head, "envelope-id") != NULL ||
		       strstr(head, "generated from") != NULL ||
		       g_str_has_suffix(head, "postmaster") ||
		       g_str_has_suffix(head, "mailer-daemon");
		add_address(seen, found, text, p, skip);
	}
	return found;
}

static void add_bounce(Mail *mail, const char *recipient, const char *action, const char *status)
{
	Bounce *bounce = bounce_new();

	g_free(bounce->recipient);
	g_free(bounce->action);
	g_free(bounce->status);
	bounce->recipient = g_strdup(recipient);
	bounce->action = g_strdup(action);
	bounce->status = g_strdup(status);
	g_ptr_array_add(mail->bounces, bounce);
}

/* To whom the message that came back was sent, where its header is there. rest: the text
 * below the daemon's words. */
static GPtrArray *recipients_of_returned(const Reading *reading, const char *rest)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	const char *to = strcasestr(rest, "\nto:");
	g_autofree char *line = to != NULL ? g_strndup(to + 4, strcspn(to + 4, "\n")) : NULL;
	g_autoptr(GPtrArray) boxes = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);

	if (line != NULL && strlen(line) < MAIL_SUBJECT_BYTES)
		header_mailboxes(line, boxes);
	for (guint i = 0; i < boxes->len && found->len < RECIPIENTS; i++) {
		Mailbox *box = g_ptr_array_index(boxes, i);

		if (strchr(box->address, '@') != NULL)
			g_ptr_array_add(found, g_strdup(box->address));
	}

	for (guint i = 0; i < reading->mail->messages->len; i++) {
		Mail *inner = g_ptr_array_index(reading->mail->messages, i);

		for (guint t = 0; t < inner->to->len && found->len < RECIPIENTS; t++) {
			Mailbox *box = g_ptr_array_index(inner->to, t);

			if (strchr(box->address, '@') != NULL)
				g_ptr_array_add(found, g_strdup(box->address));
		}
	}
	return found;
}

static void add_recipients(Reading *reading, GMimeHeaderList *headers, const char *words,
			   const char *rest, const char *action)
{
	g_autofree char *named = header_get(headers, "X-Failed-Recipients");
	g_autofree char *status = status_in_text(words);
	g_autoptr(GPtrArray) found = NULL;

	if (*status == '\0' &&
	    (strcasestr(words, "deferred") != NULL || strcmp(action, "delayed") == 0)) {
		g_free(status);
		status = g_strdup("4.0.0");
	}

	if (named != NULL) {
		g_auto(GStrv) list = g_strsplit_set(named, ", ", RECIPIENTS);

		for (guint i = 0; list[i] != NULL; i++)
			if (strchr(list[i], '@') != NULL)
				add_bounce(reading->mail, list[i], action, status);
	}
	if (reading->mail->bounces->len > 0)
		return;
	found = addresses_in(words, reading, false);
	if (found->len == 0) {
		g_ptr_array_unref(found);
		found = recipients_of_returned(reading, rest);
	}
	if (found->len == 0) {
		g_ptr_array_unref(found);
		found = addresses_in(words, reading, true);
	}
	for (guint i = 0; i < found->len; i++)
		add_bounce(reading->mail, g_ptr_array_index(found, i), action, status);
}

void bounce_read_text(Reading *reading, GMimeHeaderList *headers)
{
	Mail *mail = reading->mail;
	g_autofree char *failed = header_get(headers, "X-Failed-Recipients");
	g_autofree char *subject = text_fold(mail->subject);
	g_autofree char *rest = NULL, *words = NULL, *lower = NULL;
	bool null_sender = mail->return_path != NULL && *mail->return_path == '\0';
	bool sender = null_sender || is_from(headers, senders, G_N_ELEMENTS(senders));
	bool sure = failed != NULL || reading->report || is_sure_subject(subject) ||
		    is_from(headers, daemons, G_N_ELEMENTS(daemons));
	bool subject_fails, words_fail, subject_delays, words_delay, delayed;

	if (!sender && !sure)
		return;
	words = own_words(reading, &rest);
	lower = g_ascii_strdown(words, -1);
	subject_fails = holds(subject, failed_subjects, G_N_ELEMENTS(failed_subjects));
	subject_delays = holds(subject, delayed_subjects, G_N_ELEMENTS(delayed_subjects));
	words_fail = holds(lower, failed_words, G_N_ELEMENTS(failed_words));
	words_delay = holds(lower, delayed_words, G_N_ELEMENTS(delayed_words));
	if (!sure && !subject_fails && !subject_delays && !words_fail && !words_delay)
		return;
	delayed = subject_delays || (words_delay && !subject_fails);
	mail->automatic = delayed ? AUTOMATIC_DELAYED : AUTOMATIC_BOUNCE;
	add_recipients(reading, headers, words, rest, delayed ? "delayed" : "failed");
}
