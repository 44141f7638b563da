/* sender_smtp.h - what the answer of an SMTP server means.  Pure; for sender_smtp.c and its test.
 */
#pragma once

#include <curl/curl.h>

#include "notifier/sender.h"

/* How far a transaction came: the last command that was sent (RFC 5321 4.1.1). */
typedef enum {
	SMTP_CONNECT, /* connecting, greeting, EHLO, STARTTLS, AUTH */
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA, /* also the mail itself and the answer to it */
} SmtpPhase;

typedef struct SmtpOutcome {
	SendResult result;
	bool away; /* the server or our account, not this mail */
} SmtpOutcome;

/* code: the last reply's, 0 when there was none. */
SmtpOutcome smtp_outcome(CURLcode result, long code, SmtpPhase phase);
/* Whether a kept connection had died meanwhile: then the mail goes again, at once, over a fresh
 * one. */
bool smtp_was_stale(CURLcode result, long code, bool is_fresh, bool has_sent_data);
/* The phase that a command line begins; phase itself when it is none of those. */
SmtpPhase smtp_phase_of(SmtpPhase phase, const char *command, size_t length);
