/* replay_rows.c - rows that are taken over from one database into another. */
#include "store/replay.h"

#include <string.h>

#include "store/inside.h"
#include "store/names_inside.h"
#include "store/receipts.h"

#define COLUMNS_MOST 16

/* One table: read in order, written as it is.  put has :c0, :c1 ... */
typedef struct Copied {
	const char *select, *put;
	int columns;
} Copied;

static const Copied people[] = {
	{ "SELECT code, name_nl, name_fr, name_de, name_en, domains FROM organisations ORDER BY code",
	  "INSERT INTO organisations (code, name_nl, name_fr, name_de, name_en, domains)"
	  " VALUES (:c0, :c1, :c2, :c3, :c4, :c5) ON CONFLICT DO NOTHING",
	  6 },
	{ "SELECT id, name_nl, name_fr, name_de, name_en, address, remind FROM teams ORDER BY id",
	  "INSERT INTO teams (id, name_nl, name_fr, name_de, name_en, address, remind)"
	  " VALUES (:c0, :c1, :c2, :c3, :c4, :c5, :c6) ON CONFLICT DO NOTHING",
	  7 },
	{ "SELECT id, number, name, folded, organisation, manager, national_number, language, roles, left_at"
	  " FROM people ORDER BY id",
	  "INSERT INTO people (id, number, name, folded, organisation, manager, national_number, language,"
	  " roles, left_at) VALUES (:c0, :c1, :c2, :c3, :c4, :c5, :c6, :c7, :c8, NULLIF(:c9, ''))",
	  10 },
	{ "SELECT address, person, place FROM addresses ORDER BY address",
	  "INSERT INTO addresses (address, person, place) VALUES (:c0, :c1, :c2)", 3 },
	{ "SELECT id, person, first, last, begins, ends, substitute FROM absences ORDER BY id",
	  "INSERT INTO absences (id, person, first, last, begins, ends, substitute)"
	  " VALUES (:c0, :c1, :c2, :c3, :c4, :c5, :c6)",
	  7 },
	{ "SELECT person, team, place FROM person_teams ORDER BY person, place",
	  "INSERT INTO person_teams (person, team, place) VALUES (:c0, :c1, :c2)", 3 },
};

static const char receipt_select[] =
	"SELECT id, mailbox, uidvalidity, uid, received, segment, raw_offset, raw_length, sha256, why"
	" FROM receipts WHERE id = :id";
/* That a mail was too large to be taken was known before it was read. */
static const char receipt_put[] =
	"INSERT INTO receipts (id, mailbox, uidvalidity, uid, received, segment, raw_offset, raw_length,"
	" sha256, state, decision, why, message_id, case_id, mail_id, tries, claimed) VALUES (:c0, :c1, :c2,"
	" :c3, :c4, :c5, :c6, :c7, :c8, 'received', '', CASE WHEN :c9 LIKE '" RECEIPT_TOO_LARGE
	"%' THEN"
	" :c9 ELSE '' END, '', NULL, NULL, 0, 0)";

/* Columns are bound as text: the type of the column makes numbers of them again. */
static bool put_row(Store *to, const Copied *copied, Statement *row, GError **error)
{
	g_autoptr(Statement) put = statement(to, copied->put);

	for (int i = 0; i < copied->columns && i < COLUMNS_MOST; i++) {
		g_autofree char *name = g_strdup_printf(":c%d", i);

		bind_text(put, name, column_text(row, i));
	}
	return statement_run(put, error);
}

static bool copy_rows(Store *to, const Copied *copied, Statement *select, GError **error)
{
	Step step;

	while ((step = statement_step(select, error)) == STEP_ROW)
		if (!put_row(to, copied, select, error))
			return false;
	return step == STEP_DONE;
}

static bool copy_people(Store *from, Store *to, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
		g_autoptr(Statement) select = statement(from, people[i].select);

		if (!copy_rows(to, &people[i], select, error))
			return false;
	}
	return names_fill(to->driver, error); /* found by name, too */
}

bool replay_people(Store *from, Store *to, GError **error)
{
	return verb_begin(to, error) && verb_end(to, copy_people(from, to, error), error);
}

bool replay_receipt(Store *from, Store *to, gint64 receipt, GError **error)
{
	const Copied copied = { receipt_select, receipt_put, 10 };
	g_autoptr(Statement) select = statement(from, receipt_select);

	bind_number(select, ":id", receipt);
	return copy_rows(to, &copied, select, error);
}

/* ---- what went out ---- */

/* The same notice in the new database: the oldest of its kind to this address that was not sent. */
static bool find_notice(Store *to, Statement *mail, gint64 *ret_id, GError **error)
{
	static const char sql[] =
		"SELECT id FROM outbox WHERE recipient = :to AND kind = :kind AND COALESCE(case_id, 0) = :case"
		" AND mail IS NULL ORDER BY id LIMIT 1";
	g_autoptr(Statement) select = statement(to, sql);

	bind_text(select, ":to", column_text(mail, 11));
	bind_text(select, ":kind", column_text(mail, 12));
	bind_number(select, ":case", column_number(mail, 9));
	*ret_id = 0;
	return statement_number(select, ret_id, error);
}

static bool put_sent(Store *to, Statement *mail, gint64 notice, GError **error)
{
	static const char put_mail[] =
		"INSERT INTO mails (segment, raw_offset, raw_length, sha256, message_id, direction, sender,"
		" recipients, subject, body, at, case_id, is_public, receipt, outbox) VALUES (:segment, :offset,"
		" :length, :sha256, :message_id, 'out', :sender, :recipients, '', '', :at, :case, :public, NULL,"
		" :outbox) RETURNING id";
	static const char put_notice[] = "UPDATE outbox SET mail = :mail, message_id = :message_id,"
					 " state = 'sent' WHERE id = :id";
	g_autoptr(Statement) put = statement(to, put_mail), update = statement(to, put_notice);
	gint64 id = 0;

	bind_number(put, ":segment", column_number(mail, 0));
	bind_number(put, ":offset", column_number(mail, 1));
	bind_number(put, ":length", column_number(mail, 2));
	bind_text(put, ":sha256", column_text(mail, 3));
	bind_text(put, ":message_id", column_text(mail, 4));
	bind_text(put, ":sender", column_text(mail, 5));
	bind_text(put, ":recipients", column_text(mail, 6));
	bind_number(put, ":at", column_number(mail, 7));
	bind_number(put, ":public", column_number(mail, 8));
	bind_id(put, ":case", column_number(mail, 9));
	bind_id(put, ":outbox", notice);
	if (!statement_number(put, &id, error))
		return false;
	bind_number(update, ":mail", id);
	bind_text(update, ":message_id", column_text(mail, 4));
	bind_number(update, ":id", notice);
	return statement_run(update, error);
}

bool replay_sent(Store *from, Store *to, gint64 mail, GError **error)
{
	static const char sql[] =
		"SELECT m.segment, m.raw_offset, m.raw_length, m.sha256, m.message_id, m.sender, m.recipients,"
		" m.at, m.is_public, m.case_id, o.id, o.recipient, o.kind FROM mails m"
		" JOIN outbox o ON o.id = m.outbox WHERE m.id = :id";
	g_autoptr(Statement) select = statement(from, sql);
	gint64 notice;
	Step step;

	bind_number(select, ":id", mail);
	step = statement_step(select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	if (!find_notice(to, select, &notice, error))
		return false;
	return notice == 0 ||
	       (verb_begin(to, error) && verb_end(to, put_sent(to, select, notice, error), error));
}
