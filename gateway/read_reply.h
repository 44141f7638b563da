/* read_reply.h - what a person wrote now, without what the mail quotes and without a signature. */
#pragma once

#include <glib.h>

/* Quoted lines, what follows "-----Original Message-----" or a block of From, Sent,
 * To, Subject, the line "On ... wrote:", and a signature (below "-- ", or such as
 * "Sent from my iPhone") are left out, in the languages and ways of known mail
 * programs.  Answers between and below quoted lines stay.  A text that is a quotation
 * throughout gives "".  Given. */
char *reply_text(const char *text);
