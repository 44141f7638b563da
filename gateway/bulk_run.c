/* bulk_run.c - the items of bulk mails, one transaction each. */
#include <string.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "gateway/bulk.h"
#include "gateway/bulk_pdf.h"
#include "gateway/bulk_place.h"
#include "gateway/bulk_place_pdf.h"

#define PATIENCE (2 * G_USEC_PER_SEC) /* then other mails have their turn */

/* The text of one item's PDF, read while no transaction is open. */
typedef struct PdfText {
	gint64 bulk, place, round;
	char *text; /* NULL: none is read */
	ReaderPool *pool;
} PdfText;

typedef struct Item {
	const Desk *desk;
	const Bulk *bulk;
	BulkItem *row;
	Person *hr;
	json_t *clues;
	gint64 now;
	const PdfText *pdf;
	bool by_pdf;    /* its text said whose it is */
	bool wants_pdf; /* nothing was settled: its text is to be read first */
} Item;

static const char *clue(const Item *item, const char *name)
{
	const char *said = json_string_value(json_object_get(item->clues, name));

	return said != NULL ? said : "";
}

static bool settle(Item *item, const char *state, const char *why, const char *hint, gint64 person,
		   gint64 filed, GError **error)
{
	const BulkItem now = { .place = item->row->place,
			       .state = (char *)state,
			       .why = (char *)why,
			       .hint = (char *)(hint != NULL ? hint : ""),
			       .person = person,
			       .filed = filed };

	return bulk_settle(item->desk->store, item->bulk->id, &now, item->bulk->round, error);
}

/* Whose it is when nothing says so but the bytes, which were sent before. */
static bool place_by_bytes(Item *item, Placing *placing, GError **error)
{
	gint64 person = 0;

	if (!bulk_known_in(item->desk->store, item->hr->organisation, item->row->sha256, &person,
			   error))
		return false;
	if (person == 0)
		return true;
	placing_clear(placing);
	placing->why = "";
	placing->hint = g_strdup("");
	return people_find_id(item->desk->store, person, &placing->person, error);
}

/* Whose it is when nothing but the document itself may say so; what HR says of it, in a list or a
 * reply, is never overruled. */
static bool place_by_pdf(Item *item, Placing *placing, GError **error)
{
	const PdfText *pdf = item->pdf;
	g_autoptr(PartRow) part = NULL;

	if (*clue(item, "number") != '\0' || *clue(item, "name") != '\0' ||
	    (!placing_says_nothing(placing) && strcmp(placing->why, "manager") != 0))
		return true;
	if (pdf->text != NULL && pdf->bulk == item->bulk->id && pdf->place == item->row->place &&
	    pdf->round == item->bulk->round) {
		bool done = bulk_place_pdf(item->desk->store, item->hr, pdf->text, placing, error);

		item->by_pdf = placing->person != NULL;
		return done;
	}
	if (!parts_get(item->desk->store, item->row->part, &part, error))
		return false;
	item->wants_pdf = part != NULL && bulk_pdf_is_wanted(item->desk, part);
	return true;
}

static bool file_it(Item *item, gint64 employee_id, BulkPlan *plan, GError **error)
{
	Store *store = item->desk->store;
	CaseBy by = { .person = item->hr->id,
		      .who = item->hr->number,
		      .way = WAY_MAIL,
		      .mail = item->bulk->mail,
		      .now = item->now,
		      .tells_requester_later = true };
	g_autoptr(Person) employee = NULL;
	g_autoptr(PartRow) part = NULL;
	gint64 filed = 0;

	if (plan->why != NULL)
		return settle(item, "open", plan->why, plan->hint, employee_id, 0, error);
	if (!people_find_id(store, employee_id, &employee, error) ||
	    !parts_get(store, item->row->part, &part, error))
		return false;
	if (employee == NULL || part == NULL)
		return settle(item, "failed", "unreadable", NULL, 0, 0, error);
	return bulk_file(item->desk, employee, plan, part, &by, &filed, error) &&
	       settle(item, "filed", item->by_pdf ? "pdf" : "", NULL, employee->id, filed, error);
}

/* HR's reply names the case. */
static bool deal_with_case(Item *item, GError **error)
{
	g_auto(BulkPlan) plan = { 0 };
	g_autoptr(Person) employee = NULL;

	if (!case_find(item->desk->store, clue(item, "case"), &plan.to, error) ||
	    (plan.to != NULL &&
	     !people_find_id(item->desk->store, plan.to->employee.person, &employee, error)))
		return false;
	if (employee == NULL || strcmp(employee->organisation, item->hr->organisation) != 0 ||
	    plan.to->state >= CASE_ANSWERED)
		return settle(item, "open", "unknown-case", NULL, 0, 0, error);
	plan.kind = NULL;
	return file_it(item, employee->id, &plan, error);
}

static bool deal(Item *item, GError **error)
{
	Store *store = item->desk->store;
	const BulkClue clues = { .number = clue(item, "number"),
				 .name = clue(item, "name"),
				 .file = item->row->name,
				 .sender = clue(item, "sender"),
				 .said = clue(item, "said") };
	g_auto(Placing) placing = { 0 };
	g_auto(BulkPlan) plan = { 0 };
	gint64 known = 0;

	if (*clue(item, "case") != '\0')
		return deal_with_case(item, error);
	if (!bulk_place(store, item->hr, &clues, &placing, error) ||
	    (placing.person == NULL && !place_by_bytes(item, &placing, error)) ||
	    (placing.person == NULL && !place_by_pdf(item, &placing, error)))
		return false;
	if (item->wants_pdf)
		return true;
	if (placing.person == NULL)
		return settle(item, "open", placing.why, placing.hint, 0, 0, error);
	if (!bulk_known_of(store, placing.person->id, item->row->sha256, &known, error))
		return false;
	if (known != 0)
		return settle(item, "known", "", NULL, placing.person->id, known, error);
	return bulk_plan(item->desk, placing.person->id, item->row->name, clue(item, "said"), &plan,
			 error) &&
	       file_it(item, placing.person->id, &plan, error);
}

static bool step_item(const Desk *desk, const Bulk *bulk, BulkItem *row, gint64 now,
		      const PdfText *pdf, bool *ret_wants_pdf, GError **error)
{
	Item item = { .desk = desk, .bulk = bulk, .row = row, .now = now, .pdf = pdf };
	bool done = people_find_id(desk->store, bulk->hr, &item.hr, error);

	item.clues = json_loads(row->clues, 0, NULL);
	if (done && item.hr != NULL)
		done = deal(&item, error);
	else if (done)
		done = settle(&item, "failed", "no-hr", NULL, 0, 0, error);
	*ret_wants_pdf = item.wants_pdf;
	json_decref(item.clues);
	person_free(item.hr);
	return done;
}

/* One step within the transaction that is open; *ret_place of the item, 0: the round was ended. */
static bool step(const Desk *desk, gint64 now, const PdfText *pdf, bool *ret_more, Bulk **ret_bulk,
		 BulkItem **ret_item, bool *ret_wants_pdf, GError **error)
{
	*ret_more = false;
	if (!bulk_running(desk->store, ret_bulk, error))
		return false;
	if (*ret_bulk == NULL)
		return true;
	*ret_more = true;
	if (!bulk_next_item(desk->store, (*ret_bulk)->id, ret_item, error))
		return false;
	if (*ret_item == NULL)
		return bulk_finish(desk, *ret_bulk, now, error);
	return step_item(desk, *ret_bulk, *ret_item, now, pdf, ret_wants_pdf, error);
}

static bool commit_or_rollback(Store *store, bool done, GError **error)
{
	if (done && store_commit(store, error))
		return true;
	store_rollback(store);
	return false;
}

/* What goes wrong with one item is told in the digest, and harms no other. */
static bool fail_item(const Desk *desk, const Bulk *bulk, const BulkItem *row, GError **error)
{
	const BulkItem failed = { .place = row->place,
				  .state = (char *)"failed",
				  .why = (char *)"fault",
				  .hint = (char *)"" };

	if (!store_begin(desk->store, error))
		return false;
	return commit_or_rollback(desk->store,
				  bulk_settle(desk->store, bulk->id, &failed, bulk->round, error),
				  error);
}

/* Reads the item's PDF for the next step, which finds the same item again. */
static bool read_pdf(const Desk *desk, const Bulk *bulk, const BulkItem *item, PdfText *pdf,
		     GError **error)
{
	g_autoptr(PartRow) part = NULL;

	g_clear_pointer(&pdf->text, g_free);
	if (!parts_get(desk->store, item->part, &part, error))
		return false;
	pdf->bulk = bulk->id;
	pdf->place = item->place;
	pdf->round = bulk->round;
	if (part != NULL)
		return bulk_pdf_text(desk, part, &pdf->pool, &pdf->text, error);
	pdf->text = g_strdup("");
	return true;
}

static bool step_alone(const Desk *desk, gint64 now, PdfText *pdf, bool *ret_more, GError **error)
{
	g_autoptr(Bulk) bulk = NULL;
	g_autoptr(BulkItem) item = NULL;
	g_autoptr(GError) mistake = NULL;
	bool wants_pdf = false;

	if (!store_begin(desk->store, error))
		return false;
	if (commit_or_rollback(desk->store,
			       step(desk, now, pdf, ret_more, &bulk, &item, &wants_pdf, &mistake),
			       &mistake)) {
		if (wants_pdf)
			return read_pdf(desk, bulk, item, pdf, error);
		g_clear_pointer(&pdf->text, g_free);
		if (item != NULL)
			FAILPOINT("bulk.item");
		return true;
	}
	if (item != NULL && (g_error_matches(mistake, DESK_ERROR, DESK_ERROR_DATA) ||
			     g_error_matches(mistake, DESK_ERROR, DESK_ERROR_SOFTWARE))) {
		log_error("bulk=%" G_GINT64_FORMAT " item=%" G_GINT64_FORMAT " %s", bulk->id,
			  item->place, mistake->message);
		*ret_more = true;
		return fail_item(desk, bulk, item, error);
	}
	if (bulk != NULL && item == NULL &&
	    (g_error_matches(mistake, DESK_ERROR, DESK_ERROR_DATA) ||
	     g_error_matches(mistake, DESK_ERROR, DESK_ERROR_SOFTWARE))) {
		log_error("bulk=%" G_GINT64_FORMAT " not ended: %s", bulk->id, mistake->message);
		return bulk_set_state(desk->store, bulk->id, "done", bulk->round, error);
	}
	g_propagate_error(error, g_steal_pointer(&mistake));
	return false;
}

bool bulk_run(const Desk *desk, gint64 now, guint most, guint *ret_done, GError **error)
{
	gint64 until = g_get_monotonic_time() + PATIENCE;
	PdfText pdf = { 0 };
	bool more = true, done = true;

	*ret_done = 0;
	while (done && more &&
	       (pdf.text != NULL || (*ret_done < most && g_get_monotonic_time() < until))) {
		g_autoptr(Bulk) waits = NULL;

		/* without the write lock: mostly there is nothing */
		done = bulk_running(desk->store, &waits, error);
		if (!done || waits == NULL)
			break;
		done = step_alone(desk, now, &pdf, &more, error);
		*ret_done += done && more;
	}
	g_free(pdf.text);
	readers_free(pdf.pool);
	return done;
}
