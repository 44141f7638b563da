/* smtp_wire.h - one connection to an SMTP server: an easy handle, and the mail that it carries. */
#pragma once

#include "common/oauth2.h"
#include "notifier/sender_smtp.h"

#define WIRE_MAIL_SECONDS 65L /* the longest time of one mail */

typedef struct Wire {
	CURL *easy;
	struct curl_slist *to;
	SendJob *job; /* NULL: idle */
	gint64 at, began;
	SmtpPhase phase;
	bool has_sent_data, is_second;
	bool is_over; /* QUIT was sent: what is said now is not about the mail */
	long code;
	GString *reply;
	char error[CURL_ERROR_SIZE];
} Wire;

/* What holds for every transfer: where, TLS, how long.  wire must not move after this. */
void wire_open(Wire *wire, const char *url, const Settings *settings);
void wire_close(Wire *wire);
/* Who we are: token for XOAUTH2, else a password; either may be NULL. */
void wire_login(Wire *wire, const char *user, const char *password, const char *token);
/* Forgets the transfer before. */
void wire_reset(Wire *wire);
/* Makes the handle ready for job, over a connection of its own when it is the second try. */
void wire_load(Wire *wire, SendJob *job, bool is_second);
/* What the server said, else "where: what libcurl found".  Given. */
char *wire_words(const Wire *wire, CURLcode result, const char *where);
