/* receive.h - takes mails from a source and keeps them: raw bytes and receipt, before
 * anything reads them.
 *
 * The order, which stands nowhere else: append the bytes of a group of mails, one fdatasync,
 * one commit of their receipts; only then does the source touch the mailbox.
 */
#pragma once

#include "gateway/source.h"
#include "store/store.h"

typedef struct Receiver Receiver;

/* now: called for the time of receipt.  store is lent. */
Receiver *receiver_new(Store *store, gint64 (*now)(void), GError **error);
/* Calls kept(user) after each group that is durable, in the thread that keeps. */
void receiver_on_kept(Receiver *receiver, void (*kept)(gpointer user), gpointer user);
void receiver_free(Receiver *receiver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Receiver, receiver_free)

/* What a source hands its mails to; lent. */
Sink *receiver_sink(Receiver *receiver);
