/* mails.c - mails as the desk keeps them, and their attachments. */
#include "store/receipts.h"

#include "common/part_decode.h"
#include "common/key.h"
#include "store/inside.h"
#include "store/rows.h"

void mail_row_free(MailRow *row)
{
	if (row == NULL)
		return;
	g_free(row->message_id);
	g_free(row->direction);
	g_free(row->from);
	g_free(row->to);
	g_free(row->subject);
	g_free(row->text);
	g_free(row);
}

void part_row_free(PartRow *row)
{
	if (row == NULL)
		return;
	g_free(row->name);
	g_free(row->type);
	g_free(row->sha256);
	g_free(row);
}

#define MAIL_SELECT                                                                          \
	"SELECT id, segment, raw_offset, raw_length, sha256, message_id, direction, sender," \
	" recipients, subject, body, at, case_id, is_public, receipt FROM mails "

static void *mail_read(Statement *row)
{
	MailRow *mail = g_new0(MailRow, 1);

	mail->id = column_number(row, 0);
	mail->raw = column_range(row, 1);
	mail->message_id = column_given(row, 5);
	mail->direction = column_given(row, 6);
	mail->from = column_given(row, 7);
	mail->to = column_given(row, 8);
	mail->subject = column_given(row, 9);
	mail->text = column_given(row, 10);
	mail->at = column_number(row, 11);
	mail->case_id = column_number(row, 12);
	mail->is_public = column_number(row, 13) != 0;
	mail->receipt = column_number(row, 14);
	return mail;
}

/* ---- writing ---- */

static bool insert_mail(Store *store, MailRow *row, GError **error)
{
	static const char sql[] =
		"INSERT INTO mails (segment, raw_offset, raw_length, sha256, message_id, direction, sender,"
		" recipients, subject, body, at, case_id, is_public, receipt, outbox)"
		" VALUES (:segment, :offset, :length, :sha256, :message_id, :direction, :sender,"
		" :recipients, :subject, :body, :at, :case, :public, :receipt, NULL) RETURNING id";
	/* what others write may quote what only they may have; ours is not shown to others */
	g_autofree char *shown = strcmp(row->direction, "in") == 0 ? key_hide(row->text) : NULL;
	g_autoptr(Statement) put = statement(store, sql);

	bind_range(put, &row->raw);
	bind_text(put, ":message_id", row->message_id);
	bind_text(put, ":direction", row->direction);
	bind_text(put, ":sender", row->from);
	bind_text(put, ":recipients", row->to);
	bind_text(put, ":subject", row->subject);
	bind_text(put, ":body", shown != NULL ? shown : row->text);
	bind_number(put, ":at", row->at);
	bind_id(put, ":case", row->case_id);
	bind_number(put, ":public", row->is_public);
	bind_id(put, ":receipt", row->receipt);
	return statement_number(put, &row->id, error);
}

/* What was read is known by its receipt, too. */
static bool tell_receipt(Store *store, const MailRow *row, GError **error)
{
	static const char sql[] = "UPDATE receipts SET message_id = :message_id, mail_id = :mail"
				  " WHERE id = :id";
	g_autoptr(Statement) update = NULL;

	if (row->receipt == 0)
		return true;
	update = statement(store, sql);
	bind_text(update, ":message_id", row->message_id);
	bind_number(update, ":mail", row->id);
	bind_number(update, ":id", row->receipt);
	return statement_run(update, error);
}

static bool insert_part(Store *store, gint64 mail, const Attachment *attachment, GError **error)
{
	static const char sql[] =
		"INSERT INTO parts (mail_id, name, type, sha256, size, range_offset, range_length,"
		" encoding, is_inline, container, inners) VALUES (:mail, :name, :type, :sha256, :size,"
		" :offset, :length, :encoding, :inline, :container, :inners)";
	g_autoptr(Statement) put = statement(store, sql);
	g_autofree char *inners = part_inners_text(&attachment->range);

	bind_number(put, ":mail", mail);
	bind_text(put, ":name", attachment->name);
	bind_text(put, ":type", attachment->type);
	bind_text(put, ":sha256", attachment->sha256);
	bind_number(put, ":size", attachment->size);
	bind_number(put, ":offset", attachment->range.offset);
	bind_number(put, ":length", attachment->range.length);
	bind_number(put, ":encoding", attachment->range.encoding);
	bind_number(put, ":inline", attachment->is_inline);
	bind_text(put, ":container", attachment->from);
	bind_text(put, ":inners", inners);
	return statement_run(put, error);
}

static bool put_all(Store *store, MailRow *row, const GPtrArray *attachments, GError **error)
{
	if (!insert_mail(store, row, error) || !tell_receipt(store, row, error))
		return false;
	for (guint i = 0; attachments != NULL && i < attachments->len; i++)
		if (!insert_part(store, row->id, attachments->pdata[i], error))
			return false;
	return true;
}

bool mails_put(Store *store, MailRow *row, const GPtrArray *attachments, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, put_all(store, row, attachments, error), error);
}

bool mails_set_case(Store *store, gint64 mail_id, gint64 case_id, bool is_public, GError **error)
{
	static const char sql[] =
		"UPDATE mails SET case_id = :case, is_public = :public WHERE id = :id";
	g_autoptr(Statement) update = statement(store, sql);

	bind_id(update, ":case", case_id);
	bind_number(update, ":public", is_public);
	bind_number(update, ":id", mail_id);
	return statement_run(update, error);
}

/* ---- looking ---- */

bool mails_get(Store *store, gint64 id, MailRow **ret_row, GError **error)
{
	g_autoptr(Statement) select = statement(store, MAIL_SELECT "WHERE id = :id");

	bind_number(select, ":id", id);
	return statement_row(select, mail_read, (void **)ret_row, error);
}

bool mails_by_person(Store *store, gint64 person, gint64 before, guint limit, GPtrArray **ret_rows,
		     GError **error)
{
	/* by the index of senders; what is not shown is not read */
	static const char sql[] = MAIL_SELECT
		"WHERE id IN (SELECT id FROM mails WHERE direction = 'in' AND sender IN"
		" (SELECT address FROM addresses WHERE person = :person) AND is_public <> 0"
		" AND id < :before AND +case_id IN (SELECT id FROM cases WHERE requester = :person)"
		" ORDER BY id DESC LIMIT :limit) ORDER BY id DESC";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":person", person);
	bind_number(select, ":before", before > 0 ? before : G_MAXINT64);
	bind_number(select, ":limit", limit);
	return statement_rows(select, mail_read, (GDestroyNotify)mail_row_free, ret_rows, error);
}

bool mails_received_as(Store *store, const char *message_id, gint64 except_receipt, guint limit,
		       GPtrArray **ret_rows, GError **error)
{
	static const char sql[] =
		MAIL_SELECT "WHERE message_id = :id AND message_id <> '' AND direction = 'in'"
			    " AND receipt <> :receipt ORDER BY id LIMIT :limit";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":id", message_id);
	bind_number(select, ":receipt", except_receipt);
	bind_number(select, ":limit", limit);
	return statement_rows(select, mail_read, (GDestroyNotify)mail_row_free, ret_rows, error);
}

bool mails_of_case(Store *store, gint64 case_id, GPtrArray **ret_rows, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, MAIL_SELECT "WHERE case_id = :case ORDER BY id");

	bind_number(select, ":case", case_id);
	return statement_rows(select, mail_read, (GDestroyNotify)mail_row_free, ret_rows, error);
}

/* Ours come first: anybody can write any Message-ID into a mail. */
bool mails_find_message_id(Store *store, const char *message_id, gint64 *ret_case,
			   gint64 *ret_outbox, GError **error)
{
	static const char sql[] = "SELECT case_id, outbox FROM mails"
				  " WHERE message_id = :id AND message_id <> ''"
				  " ORDER BY direction DESC, id LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);
	Step step;

	bind_text(select, ":id", message_id);
	step = statement_step(select, error);
	if (step == STEP_ERROR)
		return false;
	if (ret_case != NULL)
		*ret_case = step == STEP_ROW ? column_number(select, 0) : 0;
	if (ret_outbox != NULL)
		*ret_outbox = step == STEP_ROW ? column_number(select, 1) : 0;
	return true;
}

static void *part_read(Statement *row)
{
	PartRow *part = g_new0(PartRow, 1);

	*part = (PartRow){ .id = column_number(row, 0),
			   .mail_id = column_number(row, 1),
			   .name = column_given(row, 2),
			   .type = column_given(row, 3),
			   .sha256 = column_given(row, 4),
			   .size = column_number(row, 5),
			   .is_inline = column_number(row, 9) != 0 };
	part->range.offset = column_number(row, 6);
	part->range.length = column_number(row, 7);
	part->range.encoding = (Encoding)column_number(row, 8);
	if (!part_inners_parse(column_text(row, 10), &part->range))
		part->range.length = 0; /* nobody can say where it lies */
	return part;
}

bool parts_of_mail(Store *store, gint64 mail_id, GPtrArray **ret_parts, GError **error)
{
	static const char sql[] =
		"SELECT id, mail_id, name, type, sha256, size, range_offset, range_length,"
		" encoding, is_inline, inners FROM parts WHERE mail_id = :mail ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":mail", mail_id);
	return statement_rows(select, part_read, (GDestroyNotify)part_row_free, ret_parts, error);
}

bool parts_get(Store *store, gint64 id, PartRow **ret_part, GError **error)
{
	static const char sql[] =
		"SELECT id, mail_id, name, type, sha256, size, range_offset, range_length,"
		" encoding, is_inline, inners FROM parts WHERE id = :id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":id", id);
	return statement_row(select, part_read, (void **)ret_part, error);
}
