/* bulk.c - the rows of HR's bulk mails. */
#include "store/bulk.h"

#include "store/cases.h"
#include "store/cases_inside.h"

void bulk_free(Bulk *bulk)
{
	if (bulk == NULL)
		return;
	g_free(bulk->state);
	g_free(bulk->notes);
	g_free(bulk);
}

void bulk_item_free(BulkItem *item)
{
	if (item == NULL)
		return;
	g_free(item->name);
	g_free(item->sha256);
	g_free(item->clues);
	g_free(item->state);
	g_free(item->why);
	g_free(item->hint);
	g_free(item->filed_number);
	g_free(item->person_name);
	g_free(item);
}

/* ---- beginning ---- */

static bool insert_item(Store *store, gint64 id, const BulkItem *item, GError **error)
{
	static const char sql[] =
		"INSERT INTO bulk_items (case_id, place, part, name, sha256, clues, state, why, hint,"
		" person, filed, changed) VALUES (:case, :place, :part, :name, :sha256, :clues, :state,"
		" :why, '', NULL, NULL, 1)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_number(put, ":case", id);
	bind_number(put, ":place", item->place);
	bind_id(put, ":part", item->part);
	bind_text(put, ":name", item->name);
	bind_text(put, ":sha256", item->sha256);
	bind_text(put, ":clues", item->clues);
	bind_text(put, ":state", item->state);
	bind_text(put, ":why", item->why);
	return statement_run(put, error);
}

static bool insert_all(Store *store, const Bulk *bulk, const GPtrArray *items, GError **error)
{
	static const char sql[] = "INSERT INTO bulks (case_id, mail, hr, state, round, notes)"
				  " VALUES (:case, :mail, :hr, 'running', 1, :notes)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_number(put, ":case", bulk->id);
	bind_number(put, ":mail", bulk->mail);
	bind_number(put, ":hr", bulk->hr);
	bind_text(put, ":notes", bulk->notes);
	if (!statement_run(put, error))
		return false;
	for (guint i = 0; i < items->len; i++)
		if (!insert_item(store, bulk->id, g_ptr_array_index(items, i), error))
			return false;
	return true;
}

bool bulk_open(Store *store, const Bulk *bulk, const GPtrArray *items, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, insert_all(store, bulk, items, error), error);
}

/* ---- looking ---- */

#define BULK_SELECT "SELECT case_id, mail, hr, state, round, notes FROM bulks "

static void *bulk_read(Statement *row)
{
	Bulk *bulk = g_new0(Bulk, 1);

	*bulk = (Bulk){ .id = column_number(row, 0),
			.mail = column_number(row, 1),
			.hr = column_number(row, 2),
			.state = column_given(row, 3),
			.round = column_number(row, 4),
			.notes = column_given(row, 5) };
	return bulk;
}

bool bulk_get(Store *store, gint64 id, Bulk **ret_bulk, GError **error)
{
	g_autoptr(Statement) select = statement(store, BULK_SELECT "WHERE case_id = :case");

	bind_number(select, ":case", id);
	return statement_row(select, bulk_read, (void **)ret_bulk, error);
}

bool bulk_running(Store *store, Bulk **ret_bulk, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, BULK_SELECT "WHERE state = 'running' ORDER BY case_id LIMIT 1");

	return statement_row(select, bulk_read, (void **)ret_bulk, error);
}

#define ITEM_SELECT                                                                            \
	"SELECT i.place, i.part, i.name, i.sha256, i.clues, i.state, i.why, i.hint, i.person," \
	" i.filed, i.changed, c.opened, p.name FROM bulk_items i"                              \
	" LEFT JOIN cases c ON c.id = i.filed LEFT JOIN people p ON p.id = i.person "

static void *item_read(Statement *row)
{
	BulkItem *item = g_new0(BulkItem, 1);

	*item = (BulkItem){ .place = column_number(row, 0),
			    .part = column_number(row, 1),
			    .name = column_given(row, 2),
			    .sha256 = column_given(row, 3),
			    .clues = column_given(row, 4),
			    .state = column_given(row, 5),
			    .why = column_given(row, 6),
			    .hint = column_given(row, 7),
			    .person = column_number(row, 8),
			    .filed = column_number(row, 9),
			    .changed = column_number(row, 10),
			    .person_name = column_given(row, 12) };
	item->filed_number =
		item->filed != 0 ? case_number(item->filed, column_number(row, 11)) : g_strdup("");
	return item;
}

bool bulk_items(Store *store, gint64 id, GPtrArray **ret_items, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, ITEM_SELECT "WHERE i.case_id = :case ORDER BY i.place");

	bind_number(select, ":case", id);
	return statement_rows(select, item_read, (GDestroyNotify)bulk_item_free, ret_items, error);
}

bool bulk_next_item(Store *store, gint64 id, BulkItem **ret_item, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, ITEM_SELECT "WHERE i.case_id = :case AND i.state = 'waiting'"
					     " ORDER BY i.place LIMIT 1");

	bind_number(select, ":case", id);
	return statement_row(select, item_read, (void **)ret_item, error);
}

/* ---- settling ---- */

bool bulk_settle(Store *store, gint64 id, const BulkItem *item, gint64 round, GError **error)
{
	static const char sql[] =
		"UPDATE bulk_items SET state = :state, why = :why, hint = :hint, person = :person,"
		" filed = :filed, changed = :round WHERE case_id = :case AND place = :place";
	g_autoptr(Statement) update = statement(store, sql);

	bind_text(update, ":state", item->state);
	bind_text(update, ":why", item->why);
	bind_text(update, ":hint", item->hint);
	bind_id(update, ":person", item->person);
	bind_id(update, ":filed", item->filed);
	bind_number(update, ":round", round);
	bind_number(update, ":case", id);
	bind_number(update, ":place", item->place);
	return statement_run(update, error);
}

static bool change_one(Statement *update, gint64 id, gint64 place, bool *ret_done, GError **error)
{
	gint64 rows = 0;

	bind_number(update, ":case", id);
	bind_number(update, ":place", place);
	if (!statement_changed(update, &rows, error))
		return false;
	*ret_done = rows > 0;
	return true;
}

bool bulk_again(Store *store, gint64 id, gint64 place, const char *clues, bool *ret_done,
		GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE bulk_items SET state = 'waiting', clues = :clues"
				 " WHERE case_id = :case AND place = :place AND state = 'open'");

	bind_text(update, ":clues", clues);
	return change_one(update, id, place, ret_done, error);
}

bool bulk_drop(Store *store, gint64 id, gint64 place, gint64 round, bool *ret_done, GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE bulk_items SET state = 'dropped', why = '', hint = '',"
				 " changed = :round WHERE case_id = :case AND place = :place"
				 " AND state IN ('open', 'failed')");

	bind_number(update, ":round", round);
	return change_one(update, id, place, ret_done, error);
}

bool bulk_set_state(Store *store, gint64 id, const char *state, gint64 round, GError **error)
{
	g_autoptr(Statement) update = statement(
		store, "UPDATE bulks SET state = :state, round = :round WHERE case_id = :case");

	bind_text(update, ":state", state);
	bind_number(update, ":round", round);
	bind_number(update, ":case", id);
	return statement_run(update, error);
}

/* ---- the same bytes ---- */

bool bulk_known_of(Store *store, gint64 person, const char *sha256, gint64 *ret_case,
		   GError **error)
{
	static const char sql[] =
		"SELECT d.case_id FROM documents d JOIN cases c ON c.id = d.case_id"
		" WHERE d.sha256 = :sha256 AND c.employee = :person"
		" AND NOT EXISTS (SELECT 1 FROM bulks b WHERE b.case_id = c.id) ORDER BY d.id LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":sha256", sha256);
	bind_number(select, ":person", person);
	return statement_number(select, ret_case, error);
}

bool bulk_known_in(Store *store, const char *organisation, const char *sha256, gint64 *ret_person,
		   GError **error)
{
	static const char sql[] =
		"SELECT CASE WHEN MIN(p.id) = MAX(p.id) THEN MIN(p.id) ELSE 0 END FROM documents d"
		" JOIN cases c ON c.id = d.case_id JOIN people p ON p.id = c.employee"
		" WHERE d.sha256 = :sha256 AND p.organisation = :organisation"
		" AND NOT EXISTS (SELECT 1 FROM bulks b WHERE b.case_id = c.id)";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":sha256", sha256);
	bind_text(select, ":organisation", organisation);
	return statement_number(select, ret_person, error);
}
