/* cases_parts.c - what a case consists of: answers, problems, documents, events. */
#include "store/cases.h"

#include "common/error.h"
#include "common/key.h"
#include "store/cases_inside.h"
#include "store/chain_inside.h"

CaseDocument *case_document_new(gint64 part, gint64 mail, const char *kind)
{
	CaseDocument *document = g_new0(CaseDocument, 1);

	document->part = part;
	document->mail = mail;
	document->kind = g_strdup(kind != NULL ? kind : "");
	return document;
}

void case_document_free(CaseDocument *document)
{
	if (document == NULL)
		return;
	g_free(document->kind);
	g_free(document->name);
	g_free(document->type);
	g_free(document->sha256);
	g_free(document);
}

void case_event_free(CaseEvent *event)
{
	if (event == NULL)
		return;
	g_free(event->who);
	g_free(event->way);
	g_free(event->what);
	g_free(event->text);
	g_free(event);
}

/* ---- looking ---- */

static void *answer_read(Statement *row)
{
	return answer_new(column_text(row, 0), column_text(row, 1), column_text(row, 2));
}

bool case_answers(Store *store, gint64 id, GPtrArray **ret_answers, GError **error)
{
	static const char sql[] =
		"SELECT field, value, typed FROM answers WHERE case_id = :case ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", id);
	return statement_rows(select, answer_read, (GDestroyNotify)answer_free, ret_answers, error);
}

static void *problem_read(Statement *row)
{
	return problem_new(column_text(row, 0), column_text(row, 1), column_text(row, 2));
}

bool case_problems(Store *store, gint64 id, GPtrArray **ret_problems, GError **error)
{
	static const char sql[] =
		"SELECT field, code, typed FROM problems WHERE case_id = :case ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", id);
	return statement_rows(select, problem_read, (GDestroyNotify)problem_free, ret_problems,
			      error);
}

static void *document_read(Statement *row)
{
	CaseDocument *document = case_document_new(column_number(row, 1), column_number(row, 2),
						   column_text(row, 3));

	document->id = column_number(row, 0);
	document->is_public = column_number(row, 4) != 0;
	document->name = column_given(row, 5);
	document->type = column_given(row, 6);
	document->sha256 = column_given(row, 7);
	document->size = column_number(row, 8);
	return document;
}

bool case_documents(Store *store, gint64 id, GPtrArray **ret_documents, GError **error)
{
	static const char sql[] =
		"SELECT d.id, d.part, d.mail, d.kind, d.is_public, p.name, p.type, p.sha256, p.size"
		" FROM documents d JOIN parts p ON p.id = d.part WHERE d.case_id = :case ORDER BY d.id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", id);
	return statement_rows(select, document_read, (GDestroyNotify)case_document_free,
			      ret_documents, error);
}

void *event_read(Statement *row)
{
	CaseEvent *event = g_new0(CaseEvent, 1);

	*event = (CaseEvent){ .id = column_number(row, 0),
			      .at = column_number(row, 1),
			      .who = column_given(row, 2),
			      .way = column_given(row, 3),
			      .what = column_given(row, 4),
			      .text = column_given(row, 5),
			      .mail = column_number(row, 6) };
	return event;
}

bool case_stands(Store *store, gint64 id, CaseStands **ret_stands, GError **error)
{
	g_autoptr(CaseStands) stands = g_new0(CaseStands, 1);

	if (!case_answers(store, id, &stands->answers, error) ||
	    !case_problems(store, id, &stands->problems, error) ||
	    !case_documents(store, id, &stands->documents, error))
		return false;
	stands->kinds = g_ptr_array_new();
	stands->types = g_ptr_array_new();
	for (guint i = 0; i < stands->documents->len; i++) {
		const CaseDocument *document = g_ptr_array_index(stands->documents, i);

		if (*document->kind == '\0')
			continue;
		g_ptr_array_add(stands->kinds, document->kind);
		g_ptr_array_add(stands->types, document->type);
	}
	*ret_stands = g_steal_pointer(&stands);
	return true;
}

void case_stands_free(CaseStands *stands)
{
	if (stands == NULL)
		return;
	g_clear_pointer(&stands->answers, g_ptr_array_unref);
	g_clear_pointer(&stands->problems, g_ptr_array_unref);
	g_clear_pointer(&stands->kinds, g_ptr_array_unref);
	g_clear_pointer(&stands->types, g_ptr_array_unref);
	g_clear_pointer(&stands->documents, g_ptr_array_unref);
	g_free(stands);
}

bool case_events(Store *store, gint64 id, GPtrArray **ret_events, GError **error)
{
	static const char sql[] = "SELECT id, at, who, way, what, text, mail FROM events"
				  " WHERE case_id = :case ORDER BY id";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", id);
	return statement_rows(select, event_read, (GDestroyNotify)case_event_free, ret_events,
			      error);
}

/* ---- writing ---- */

const char *case_way_name(CaseWay way)
{
	static const char *const names[] = { [WAY_MAIL] = "mail",
					     [WAY_PAGE] = "page",
					     [WAY_COMMAND] = "command",
					     [WAY_DESK] = "desk" };

	return names[way];
}

static bool insert_event(Store *store, const ChainEvent *event, const char *chain, GError **error)
{
	static const char sql[] =
		"INSERT INTO events (id, case_id, at, who, way, what, text, mail, chain)"
		" VALUES (:id, :case, :at, :who, :way, :what, :text, :mail, :chain)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_number(put, ":id", event->id);
	bind_number(put, ":case", event->case_id);
	bind_number(put, ":at", event->at);
	bind_text(put, ":who", event->who);
	bind_text(put, ":way", event->way);
	bind_text(put, ":what", event->what);
	bind_text(put, ":text", event->text);
	bind_id(put, ":mail", event->mail);
	bind_text(put, ":chain", chain);
	return statement_run(put, error);
}

/* The verb has the write lock: nobody comes between the last event and this one. */
bool event_put(Store *store, gint64 case_id, const char *what, const char *text, const CaseBy *by,
	       gint64 *ret_event, GError **error)
{
	g_autofree char *shown = key_hide(text != NULL ? text : "");
	ChainEvent event = { .case_id = case_id,
			     .at = by->now,
			     .mail = by->mail,
			     .who = by->who != NULL ? by->who : "",
			     .way = case_way_name(by->way),
			     .what = what,
			     .text = shown };
	char chain[CHAIN_DIGITS + 1];
	gint64 last;

	if (!chain_last(store->driver, &last, chain, error))
		return false;
	event.id = last + 1;
	chain_of(chain, &event, chain);
	if (!insert_event(store, &event, chain, error))
		return false;
	if (ret_event != NULL)
		*ret_event = event.id;
	return true;
}

bool answers_put(Store *store, gint64 case_id, const GPtrArray *answers, GError **error)
{
	static const char sql[] =
		"INSERT INTO answers (case_id, field, value, typed)"
		" VALUES (:case, :field, :value, :typed)"
		" ON CONFLICT (case_id, field) DO UPDATE SET value = excluded.value,"
		" typed = excluded.typed";

	for (guint i = 0; answers != NULL && i < answers->len; i++) {
		const Answer *answer = answers->pdata[i];
		g_autoptr(Statement) put = statement(store, sql);

		bind_number(put, ":case", case_id);
		bind_text(put, ":field", answer->field);
		bind_text(put, ":value", answer->value);
		bind_text(put, ":typed", answer->read);
		if (!statement_run(put, error))
			return false;
	}
	return true;
}

bool problems_put(Store *store, gint64 case_id, const GPtrArray *problems, GError **error)
{
	static const char sql[] = "INSERT INTO problems (case_id, field, code, typed)"
				  " VALUES (:case, :field, :code, :typed)";
	g_autoptr(Statement) clear = statement(store, "DELETE FROM problems WHERE case_id = :case");

	bind_number(clear, ":case", case_id);
	if (!statement_run(clear, error))
		return false;
	for (guint i = 0; problems != NULL && i < problems->len; i++) {
		const Problem *problem = problems->pdata[i];
		g_autoptr(Statement) put = statement(store, sql);

		bind_number(put, ":case", case_id);
		bind_text(put, ":field", problem->field);
		bind_text(put, ":code", problem->code);
		bind_text(put, ":typed", problem->read);
		if (!statement_run(put, error))
			return false;
	}
	return true;
}

bool documents_put(Store *store, const Case *c, const GPtrArray *documents, bool is_public,
		   GError **error)
{
	static const char sql[] =
		"INSERT INTO documents (case_id, requester, part, mail, kind, sha256, is_public)"
		" SELECT :case, :requester, p.id, :mail, :kind, p.sha256, :public FROM parts p"
		" WHERE p.id = :part";

	for (guint i = 0; documents != NULL && i < documents->len; i++) {
		const CaseDocument *document = documents->pdata[i];
		g_autoptr(Statement) put = statement(store, sql);
		gint64 rows = 0;

		bind_number(put, ":case", c->id);
		bind_id(put, ":requester", c->requester.person);
		bind_number(put, ":mail", document->mail);
		bind_text(put, ":kind", document->kind);
		bind_number(put, ":public", is_public);
		bind_number(put, ":part", document->part);
		if (!statement_changed(put, &rows, error))
			return false;
		if (rows == 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE,
				    "there is no part %" G_GINT64_FORMAT, document->part);
			return false;
		}
	}
	return true;
}
