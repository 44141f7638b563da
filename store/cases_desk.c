/* cases_desk.c - what the desk itself notes on a case. */
#include "store/cases.h"

#include <jansson.h>

#include "store/cases_inside.h"
#include "store/outbox.h"

bool case_event(Store *store, gint64 id, const char *what, const char *text, const CaseBy *by,
		GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, event_put(store, id, what, text, by, NULL, error), error);
}

/* Whether the team was told already that mails to this recipient about this case come back. */
static bool was_told(Store *store, gint64 id, const char *data, gint64 *ret_found, GError **error)
{
	static const char sql[] = "SELECT id FROM outbox WHERE case_id = :case AND kind = 'bounced'"
				  " AND data = :data LIMIT 1";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":case", id);
	bind_text(select, ":data", data);
	return statement_number(select, ret_found, error);
}

/* A mail about mails that come back is not told of again: the team's own address may be the fault.
 */
static bool is_about_bounce(Store *store, gint64 outbox, gint64 *ret_found, GError **error)
{
	g_autoptr(Statement) select =
		statement(store, "SELECT id FROM outbox WHERE id = :id AND kind = 'bounced'");

	bind_number(select, ":id", outbox);
	return statement_number(select, ret_found, error);
}

static bool bounced(Store *store, gint64 id, const char *recipient, const char *why, gint64 outbox,
		    const CaseBy *by, GError **error)
{
	g_autoptr(Case) c = NULL;
	json_t *json = json_pack("{s:s}", "recipient", recipient);
	g_autofree char *data = json_dumps(json, JSON_COMPACT);
	g_autofree char *text = g_strdup_printf("%s: %s", recipient, why != NULL ? why : "");
	g_autoptr(Notice) notice = NULL;
	const char *bouncing[3] = { recipient, NULL, NULL };
	gint64 told = 0, event = 0;

	json_decref(json);
	if (outbox != 0 && !outbox_get(store, outbox, &notice, error))
		return false;
	if (notice != NULL) /* the reported address may be where that one is forwarded to */
		bouncing[1] = notice->to;
	if (!case_load(store, id, &c, error) || !was_told(store, id, data, &told, error) ||
	    (told == 0 && !is_about_bounce(store, outbox, &told, error)) ||
	    !event_put(store, id, "bounced", text, by, &event, error))
		return false;
	return told != 0 || notices_bounced(store, c, event, data, bouncing, by, error);
}

bool case_bounced(Store *store, gint64 id, const char *recipient, const char *why, gint64 outbox,
		  const CaseBy *by, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, bounced(store, id, recipient, why, outbox, by, error), error);
}
