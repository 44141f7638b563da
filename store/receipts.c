/* receipts.c - one row for each mail that reached a mailbox. */
#include "store/receipts.h"

#include <string.h>

#include "common/error.h"
#include "store/inside.h"
#include "store/rows.h"

#define SHA256_LEAST 8 /* digits by which a mail may be named */

void receipt_free(Receipt *receipt)
{
	if (receipt == NULL)
		return;
	g_free(receipt->mailbox);
	g_free(receipt->uid);
	g_free(receipt->state);
	g_free(receipt->decision);
	g_free(receipt->why);
	g_free(receipt->message_id);
	g_free(receipt);
}

#define RECEIPT_COLUMNS                                                                            \
	"id, mailbox, uidvalidity, uid, received, segment, raw_offset, raw_length, sha256, state," \
	" decision, why, message_id, case_id, mail_id, tries"
#define RECEIPT_SELECT "SELECT " RECEIPT_COLUMNS " FROM receipts "

static void *receipt_read(Statement *row)
{
	Receipt *receipt = g_new0(Receipt, 1);

	receipt->id = column_number(row, 0);
	receipt->mailbox = column_given(row, 1);
	receipt->uidvalidity = column_number(row, 2);
	receipt->uid = column_given(row, 3);
	receipt->received = column_number(row, 4);
	receipt->raw = column_range(row, 5);
	receipt->state = column_given(row, 9);
	receipt->decision = column_given(row, 10);
	receipt->why = column_given(row, 11);
	receipt->message_id = column_given(row, 12);
	receipt->case_id = column_number(row, 13);
	receipt->mail_id = column_number(row, 14);
	receipt->tries = column_number(row, 15);
	return receipt;
}

bool receipts_known(Store *store, const char *mailbox, gint64 uidvalidity, const char *uid,
		    bool *ret_known, GError **error)
{
	static const char sql[] = "SELECT id FROM receipts WHERE mailbox = :mailbox"
				  " AND uidvalidity = :uidvalidity AND uid = :uid";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 id = 0;

	bind_text(select, ":mailbox", mailbox);
	bind_number(select, ":uidvalidity", uidvalidity);
	bind_text(select, ":uid", uid);
	if (!statement_number(select, &id, error))
		return false;
	*ret_known = id != 0;
	return true;
}

bool receipts_put(Store *store, const Receipt *receipt, GError **error)
{
	static const char sql[] =
		"INSERT INTO receipts (mailbox, uidvalidity, uid, received, segment, raw_offset,"
		" raw_length, sha256, state, decision, why, message_id, case_id, mail_id, tries, claimed)"
		" VALUES (:mailbox, :uidvalidity, :uid, :received, :segment, :offset, :length, :sha256,"
		" :state, :decision, :why, :message_id, :case, :mail, 0, 0)"
		" ON CONFLICT (mailbox, uidvalidity, uid) DO NOTHING";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":mailbox", receipt->mailbox);
	bind_number(put, ":uidvalidity", receipt->uidvalidity);
	bind_text(put, ":uid", receipt->uid);
	bind_number(put, ":received", receipt->received);
	bind_range(put, &receipt->raw);
	bind_text(put, ":state", receipt->state != NULL ? receipt->state : "received");
	bind_text(put, ":decision", receipt->decision);
	bind_text(put, ":why", receipt->why);
	bind_text(put, ":message_id", receipt->message_id);
	bind_id(put, ":case", receipt->case_id);
	bind_id(put, ":mail", receipt->mail_id);
	return statement_run(put, error);
}

static bool claim(Store *store, gint64 now, guint seconds, guint limit, GPtrArray **ret_receipts,
		  GError **error)
{
	static const char due[] = RECEIPT_SELECT "WHERE state = 'received' AND (claimed <= :now"
						 " OR claimed > :never) ORDER BY id LIMIT :limit";
	static const char take[] =
		"UPDATE receipts SET claimed = :until, tries = tries + 1 WHERE id = :id";
	g_autoptr(GPtrArray) receipts = NULL;
	g_autoptr(Statement) select = statement(store, due);

	bind_number(select, ":now", now);
	bind_number(select, ":never", now + CLAIM_MOST);
	bind_number(select, ":limit", limit);
	if (!statement_rows(select, receipt_read, (GDestroyNotify)receipt_free, &receipts, error))
		return false;
	for (guint i = 0; i < receipts->len; i++) {
		Receipt *receipt = receipts->pdata[i];
		g_autoptr(Statement) update = statement(store, take);

		bind_number(update, ":until", now + seconds);
		bind_number(update, ":id", receipt->id);
		if (!statement_run(update, error))
			return false;
		receipt->tries++;
	}
	*ret_receipts = g_steal_pointer(&receipts);
	return true;
}

/* Two gateways never have one receipt: the write lock is held from the look to the claim. */
bool receipts_claim(Store *store, gint64 now, guint seconds, guint limit, GPtrArray **ret_receipts,
		    GError **error)
{
	g_autoptr(GPtrArray) receipts = NULL;

	if (!verb_begin(store, error) ||
	    !verb_end(store, claim(store, now, seconds, limit, &receipts, error), error))
		return false;
	*ret_receipts = g_steal_pointer(&receipts);
	return true;
}

/* The first receipt of the bytes is the mail, and all later ones repeat it, whether it is read
 * already or another gateway is about to: so two never both count as new. */
bool receipts_duplicate(Store *store, const Receipt *receipt, gint64 *ret_id, GError **error)
{
	static const char sql[] =
		"SELECT MIN(id) FROM receipts WHERE sha256 = :sha256 AND id < :id";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 id = 0;

	bind_text(select, ":sha256", receipt->raw.sha256);
	bind_number(select, ":id", receipt->id);
	if (!statement_number(select, &id, error))
		return false;
	*ret_id = id;
	return true;
}

bool receipts_repeat(Store *store, gint64 id, gint64 first, GError **error)
{
	static const char sql[] =
		"UPDATE receipts SET state = 'done', decision = 'ignored', why = 'duplicate',"
		" claimed = 0, message_id = COALESCE((SELECT f.message_id FROM receipts f"
		" WHERE f.id = :first), message_id) WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":first", first);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

bool receipts_settle(Store *store, gint64 id, const char *state, const char *decision,
		     const char *why, gint64 case_id, gint64 mail_id, GError **error)
{
	static const char sql[] =
		"UPDATE receipts SET state = :state, decision = :decision, why = :why,"
		" case_id = COALESCE(:case, case_id), mail_id = COALESCE(:mail, mail_id), claimed = 0"
		" WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":state", state);
	bind_text(update, ":decision", decision);
	bind_text(update, ":why", why);
	bind_id(update, ":case", case_id);
	bind_id(update, ":mail", mail_id);
	bind_number(update, ":id", id);
	return statement_run(update, error);
}

bool receipts_ours(Store *store, const Receipt *receipt, bool *ret_ours, GError **error)
{
	static const char sql[] = "SELECT COUNT(*) FROM receipts"
				  " WHERE id = :id AND state = 'received' AND tries = :tries";
	g_autoptr(Statement) select = statement(store, sql);
	gint64 count = 0;

	bind_number(select, ":id", receipt->id);
	bind_number(select, ":tries", receipt->tries);
	if (!statement_number(select, &count, error))
		return false;
	*ret_ours = count == 1;
	return true;
}

bool receipts_keep(Store *store, const Receipt *receipt, gint64 until, GError **error)
{
	static const char sql[] = "UPDATE receipts SET claimed = :until"
				  " WHERE id = :id AND state = 'received' AND tries = :tries";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":until", until);
	bind_number(update, ":id", receipt->id);
	bind_number(update, ":tries", receipt->tries);
	return statement_run(update, error);
}

bool receipts_release(Store *store, gint64 id, GError **error)
{
	static const char sql[] = "UPDATE receipts SET claimed = 0, tries = tries - 1"
				  " WHERE id = :id AND state = 'received' AND tries > 0";
	g_autoptr(Statement) update = statement(store, sql);

	bind_number(update, ":id", id);
	return statement_run(update, error);
}

bool receipts_list(Store *store, const char *state, guint limit, GPtrArray **ret_receipts,
		   GError **error)
{
	static const char *const texts[2][2] = {
		{ RECEIPT_SELECT "ORDER BY id LIMIT :limit",
		  RECEIPT_SELECT "ORDER BY id DESC LIMIT :limit" },
		{ RECEIPT_SELECT "WHERE state = :state ORDER BY id LIMIT :limit",
		  RECEIPT_SELECT "WHERE state = :state ORDER BY id DESC LIMIT :limit" },
	};
	g_autoptr(Statement) select = statement(store, texts[state != NULL][limit > 0]);

	if (state != NULL)
		bind_text(select, ":state", state);
	bind_number(select, ":limit", limit > 0 ? limit : G_MAXINT64);
	return statement_rows(select, receipt_read, (GDestroyNotify)receipt_free, ret_receipts,
			      error);
}

/* ---- by what people call it ---- */

static bool find_by_number(Store *store, gint64 number, GPtrArray **ret_receipts, GError **error)
{
	g_autoptr(Statement) select = statement(store, RECEIPT_SELECT "WHERE id = :id");

	bind_number(select, ":id", number);
	return statement_rows(select, receipt_read, (GDestroyNotify)receipt_free, ret_receipts,
			      error);
}

/* Those whose SHA-256 begins so: a range of an index. */
static bool find_by_sha256(Store *store, const char *digits, GPtrArray **ret_receipts,
			   GError **error)
{
	static const char sql[] =
		RECEIPT_SELECT "WHERE sha256 >= :from AND sha256 < :to ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);
	g_autofree char *from = g_ascii_strdown(digits, -1);
	g_autofree char *to = g_strconcat(from, "g", NULL);

	bind_text(select, ":from", from);
	bind_text(select, ":to", to);
	return statement_rows(select, receipt_read, (GDestroyNotify)receipt_free, ret_receipts,
			      error);
}

static bool find_by_message_id(Store *store, const char *id, GPtrArray **ret_receipts,
			       GError **error)
{
	static const char sql[] =
		RECEIPT_SELECT "WHERE message_id = :id AND message_id <> '' ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":id", id);
	return statement_rows(select, receipt_read, (GDestroyNotify)receipt_free, ret_receipts,
			      error);
}

static char *without_brackets(const char *what)
{
	gsize length = strlen(what);

	return length > 2 && what[0] == '<' && what[length - 1] == '>'
		       ? g_strndup(what + 1, length - 2)
		       : g_strdup(what);
}

bool receipts_find(Store *store, const char *what, GPtrArray **ret_receipts, GError **error)
{
	g_autofree char *id = without_brackets(what);
	g_autoptr(GPtrArray) found = NULL;
	gsize digits = strspn(id, "0123456789"), hex = strspn(id, "0123456789abcdefABCDEF");
	gsize length = strlen(id);

	if (length > 0 && length < 19 && digits == length &&
	    !find_by_number(store, g_ascii_strtoll(id, NULL, 10), &found, error))
		return false;
	if ((found == NULL || found->len == 0) && length >= SHA256_LEAST && length <= 64 &&
	    hex == length) {
		g_clear_pointer(&found, g_ptr_array_unref);
		if (!find_by_sha256(store, id, &found, error))
			return false;
	}
	if (found == NULL || found->len == 0) {
		g_clear_pointer(&found, g_ptr_array_unref);
		if (!find_by_message_id(store, id, &found, error))
			return false;
	}
	*ret_receipts = g_steal_pointer(&found);
	return true;
}
