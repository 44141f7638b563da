/* demo.h - the mailbox and the outgoing folder of the demo. */
#pragma once

#include "desk/init.h"

typedef struct Outgoing Outgoing; /* the outgoing folder of a desk, and how far it was shown */

Outgoing *outgoing_new(const char *folder);
void outgoing_free(Outgoing *outgoing);

/* Prints each mail that is new since the last call as its reader sees it. */
bool outgoing_show(Outgoing *outgoing, GError **error);

/* Puts a sample mail into the Maildir.  reply_to: the mail is a reply to the latest one that went
 * to this address: @REPLY-TO@, @SUBJECT@ and @MESSAGE-ID@ in it are filled in; NULL: it is no
 * reply. */
bool demo_drop(const char *folder, const char *name, Outgoing *outgoing, const char *reply_to,
	       GError **error);
