/* receive.c - raw bytes first, then the receipts, then the mailbox.
 *
 * A crash before the commit leaves bytes that no row names (cut off later) and a mail
 * that is still in its mailbox; a crash after it leaves a receipt by which the mail is
 * known when the source comes back, so that it is only settled.
 */
#include "gateway/receive.h"

#include <string.h>

#include "common/failpoint.h"
#include "common/limits.h"
#include "store/receipts.h"

struct Receiver {
	Sink sink; /* first: a Sink * is a Receiver * */
	Store *store;
	RawWriter *writer;
	gint64 (*now)(void);
	GPtrArray *group; /* Receipt */
	void (*kept)(gpointer user);
	gpointer kept_user;
};

static bool receiver_known(Sink *sink, const char *mailbox, gint64 uidvalidity, const char *uid,
			   bool *ret_known, GError **error)
{
	Receiver *self = (Receiver *)sink;

	return receipts_known(self->store, mailbox, uidvalidity, uid, ret_known, error);
}

static bool receiver_begin(Sink *sink, GError **error)
{
	return raw_begin(((Receiver *)sink)->writer, error);
}

static bool receiver_bytes(Sink *sink, const void *bytes, gsize length, GError **error)
{
	return raw_append(((Receiver *)sink)->writer, bytes, length, error);
}

static bool receiver_end(Sink *sink, const SourceMail *mail, GError **error)
{
	Receiver *self = (Receiver *)sink;
	g_autoptr(Receipt) receipt = g_new0(Receipt, 1);

	if (!raw_end(self->writer, &receipt->raw, error))
		return false;
	FAILPOINT("receive.appended");
	receipt->mailbox = g_strdup(mail->mailbox);
	receipt->uid = g_strdup(mail->uid);
	receipt->uidvalidity = mail->uidvalidity;
	receipt->received = self->now();
	receipt->state = g_strdup("received");
	receipt->decision = g_strdup("");
	receipt->why = mail->oversize
			       ? g_strdup_printf(RECEIPT_TOO_LARGE "%" G_GINT64_FORMAT, mail->size)
			       : g_strdup("");
	receipt->message_id = g_strdup("");
	g_ptr_array_add(self->group, g_steal_pointer(&receipt));
	return true;
}

static bool put_group(Receiver *self, GError **error)
{
	if (!store_begin(self->store, error))
		return false;
	for (guint i = 0; i < self->group->len; i++) {
		if (!receipts_put(self->store, g_ptr_array_index(self->group, i), error)) {
			store_rollback(self->store);
			return false;
		}
	}
	FAILPOINT("receive.put");
	if (store_commit(self->store, error)) {
		FAILPOINT("receive.committed");
		return true;
	}
	store_rollback(self->store);
	return false;
}

/* The bytes are durable before a row names them. */
static bool sync_group(Receiver *self, GError **error)
{
	FAILPOINT("receive.fetched");
	if (!raw_sync(self->writer, error))
		return false;
	FAILPOINT("receive.synced");
	return true;
}

static bool receiver_keep(Sink *sink, GError **error)
{
	Receiver *self = (Receiver *)sink;
	bool kept = self->group->len == 0 || (sync_group(self, error) && put_group(self, error));

	if (!kept)
		raw_rewind(self->writer);
	else if (self->group->len > 0 && self->kept != NULL)
		self->kept(self->kept_user);
	g_ptr_array_set_size(self->group, 0);
	return kept;
}

Receiver *receiver_new(Store *store, gint64 (*now)(void), GError **error)
{
	g_autoptr(Receiver) self = g_new0(Receiver, 1);

	self->sink = (Sink){ receiver_known, receiver_begin, receiver_bytes, receiver_end,
			     receiver_keep };
	self->store = store;
	self->now = now;
	self->group = g_ptr_array_new_with_free_func((GDestroyNotify)receipt_free);
	self->writer = raw_writer_open(store, error);
	return self->writer != NULL ? g_steal_pointer(&self) : NULL;
}

void receiver_on_kept(Receiver *receiver, void (*kept)(gpointer user), gpointer user)
{
	receiver->kept = kept;
	receiver->kept_user = user;
}

void receiver_free(Receiver *receiver)
{
	if (receiver == NULL)
		return;
	raw_writer_free(receiver->writer);
	g_ptr_array_unref(receiver->group);
	g_free(receiver);
}

Sink *receiver_sink(Receiver *receiver)
{
	return &receiver->sink;
}
