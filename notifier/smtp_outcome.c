/* smtp_outcome.c - what the answer of an SMTP server means for a mail.
 *
 * Before MAIL FROM the fault lies with the server or our account, and touches every
 * mail.  From there on it is about this one: 4xx and a broken connection may pass; 5xx
 * about the recipient or the content is for good.  5xx about our own sender address
 * would lose every mail at once, so that is "later", but for a mail that is too large.
 */
#include "notifier/sender_smtp.h"

#include <glib.h>

SmtpOutcome smtp_outcome(CURLcode result, long code, SmtpPhase phase)
{
	if (result == CURLE_OK)
		return (SmtpOutcome){ SEND_DONE, false };
	if (result == CURLE_READ_ERROR || result == CURLE_ABORTED_BY_CALLBACK)
		return (SmtpOutcome){ SEND_LATER, false };
	if (phase == SMTP_CONNECT || code == 530)
		return (SmtpOutcome){ SEND_LATER, true };
	if (code / 100 == 5 && (phase != SMTP_MAIL || code == 552))
		return (SmtpOutcome){ SEND_NEVER, false };
	return (SmtpOutcome){ SEND_LATER, false };
}

bool smtp_was_stale(CURLcode result, long code, bool is_fresh, bool has_sent_data)
{
	return result != CURLE_OK && !is_fresh && !has_sent_data && (code == 0 || code == 421);
}

SmtpPhase smtp_phase_of(SmtpPhase phase, const char *command, size_t length)
{
	static const struct {
		const char *word;
		SmtpPhase phase;
	} words[] = {
		{ "EHLO ", SMTP_CONNECT }, { "HELO ", SMTP_CONNECT }, { "MAIL FROM:", SMTP_MAIL },
		{ "RCPT TO:", SMTP_RCPT }, { "DATA", SMTP_DATA },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (length >= strlen(words[i].word) &&
		    g_ascii_strncasecmp(command, words[i].word, strlen(words[i].word)) == 0)
			return words[i].phase;
	return phase;
}
