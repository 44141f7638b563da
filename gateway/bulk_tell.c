/* bulk_tell.c - the end of a round: HR's digest, a mail to each employee, and the bulk's own case.
 */
#include <string.h>

#include "gateway/bulk.h"

#define DIGEST_LINES 400
#define QUESTION_BYTES 4000

typedef struct Telling {
	const Desk *desk;
	const Bulk *bulk;
	GPtrArray *items; /* BulkItem */
	Person *hr;
	CaseBy by;
} Telling;

static bool is_state(const BulkItem *item, const char *state)
{
	return strcmp(item->state, state) == 0;
}

static bool is_left(const BulkItem *item)
{
	return is_state(item, "open") || is_state(item, "failed");
}

/* ---- the employees ---- */

static json_t *filed_of(const Telling *telling, gint64 person)
{
	json_t *rows = json_array();

	for (guint i = 0; i < telling->items->len; i++) {
		const BulkItem *item = g_ptr_array_index(telling->items, i);

		if (is_state(item, "filed") && item->person == person &&
		    item->changed == telling->bulk->round)
			json_array_append_new(rows,
					      json_pack("{s:s, s:s}", "number", item->filed_number,
							"name", item->name));
	}
	return rows;
}

/* Owes a mail of the bulk; data is taken. */
static bool owe(const Telling *telling, NoticePut put, const char *number, json_t *data,
		GError **error)
{
	g_autofree char *holder = g_strconcat("p:", number, NULL);
	char *json = json_dumps(data, JSON_COMPACT);
	bool done;

	put.holder = holder;
	put.data = json;
	put.automatic = true;
	put.now = telling->by.now;
	done = outbox_put(telling->desk->store, &put, error);
	free(json);
	json_decref(data);
	return done;
}

static bool tell_person(const Telling *telling, const BulkItem *first, GError **error)
{
	g_autoptr(Person) person = NULL;
	json_t *data;

	if (!people_find_id(telling->desk->store, first->person, &person, error))
		return false;
	if (person == NULL || person->left || person->addresses == NULL ||
	    person->addresses[0] == NULL)
		return true;
	data = json_pack("{s:s, s:o}", "hr", telling->hr != NULL ? telling->hr->name : "", "filed",
			 filed_of(telling, person->id));
	return owe(telling,
		   (NoticePut){ .case_id = first->filed,
				.kind = "bulk-filed",
				.to = person->addresses[0],
				.language = person->language },
		   person->number, data, error);
}

static bool tell_people(const Telling *telling, GError **error)
{
	g_autoptr(GHashTable) told = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < telling->items->len; i++) {
		const BulkItem *item = g_ptr_array_index(telling->items, i);

		if (!is_state(item, "filed") || item->changed != telling->bulk->round ||
		    !g_hash_table_add(told, (gpointer)&item->person))
			continue;
		if (!tell_person(telling, item, error))
			return false;
	}
	return true;
}

/* ---- the digest ---- */

static json_t *line_of(const BulkItem *item)
{
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "n", (json_int_t)item->place, "name",
			 item->name, "why", item->why, "hint", item->hint, "person",
			 item->person_name, "number", item->filed_number);
}

/* Of the round, all that is in a state; and all that is left, whenever it came. */
static json_t *lines_of(const Telling *telling, const char *state)
{
	json_t *lines = json_array();

	for (guint i = 0; i < telling->items->len; i++) {
		const BulkItem *item = g_ptr_array_index(telling->items, i);
		json_t *line;

		if (!is_state(item, state) ||
		    (!is_left(item) && item->changed != telling->bulk->round) ||
		    json_array_size(lines) >= DIGEST_LINES)
			continue;
		line = line_of(item);
		if (line != NULL)
			json_array_append_new(lines, line);
	}
	return lines;
}

static guint count_left(const Telling *telling)
{
	guint left = 0;

	for (guint i = 0; i < telling->items->len; i++)
		left += is_left(g_ptr_array_index(telling->items, i));
	return left;
}

static bool tell_hr(const Telling *telling, const Case *c, GError **error)
{
	static const char *const states[] = { "filed", "known", "dropped", "open", "failed" };
	json_t *data = json_pack("{s:I, s:I}", "round", (json_int_t)telling->bulk->round, "total",
				 (json_int_t)telling->items->len);

	for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
		json_object_set_new(data, states[i], lines_of(telling, states[i]));
	if (telling->bulk->round == 1)
		json_object_set_new(data, "notes", json_loads(telling->bulk->notes, 0, NULL));
	return owe(telling,
		   (NoticePut){ .case_id = c->id,
				.cause = telling->bulk->round == 1 ? telling->bulk->mail : 0,
				.kind = "bulk-digest",
				.to = c->requester.address,
				.language = c->language },
		   telling->hr->number, data, error);
}

/* What HR is asked about, as the page shows it: the numbered lines.  Given. */
static char *question_of(const Telling *telling)
{
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < telling->items->len && lines->len < QUESTION_BYTES; i++) {
		const BulkItem *item = g_ptr_array_index(telling->items, i);

		if (is_left(item))
			g_string_append_printf(lines, "%s%" G_GINT64_FORMAT ": %s",
					       lines->len > 0 ? "\n" : "", item->place, item->name);
	}
	return g_string_free(lines, FALSE);
}

static bool move_case(const Telling *telling, const Case *c, guint left, GError **error)
{
	Store *store = telling->desk->store;
	const Bulk *bulk = telling->bulk;
	g_autofree char *question = question_of(telling);

	if (!bulk_set_state(store, bulk->id, left > 0 ? "asking" : "done", bulk->round, error))
		return false;
	if (left > 0 && (c->state == CASE_OPEN || c->state == CASE_ASSIGNED))
		return case_ask(store, c->id, question, NULL, &telling->by, error);
	if (left == 0 && (c->state == CASE_OPEN || c->state == CASE_ASSIGNED ||
			  c->state == CASE_WAITING || c->state == CASE_ANSWERED))
		return case_close(store, c->id, "", &telling->by, error);
	return true;
}

bool bulk_finish(const Desk *desk, const Bulk *bulk, gint64 now, GError **error)
{
	Telling telling = {
		.desk = desk,
		.bulk = bulk,
		.by = { .who = "desk", .way = WAY_DESK, .now = now, .tells_requester_later = true },
	};
	g_autoptr(Case) c = NULL;
	bool done = bulk_items(desk->store, bulk->id, &telling.items, error) &&
		    people_find_id(desk->store, bulk->hr, &telling.hr, error) &&
		    case_get(desk->store, bulk->id, &c, error);

	if (done && c != NULL && telling.hr != NULL)
		done = tell_people(&telling, error) && tell_hr(&telling, c, error) &&
		       move_case(&telling, c, count_left(&telling), error);
	else if (done)
		done = bulk_set_state(desk->store, bulk->id, "done", bulk->round, error);
	g_clear_pointer(&telling.items, g_ptr_array_unref);
	person_free(telling.hr);
	return done;
}
