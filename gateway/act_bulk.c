/* act_bulk.c - a bulk mail of HR opens a bulk; a reply settles items of it. */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "gateway/bulk.h"
#include "gateway/bulk_items.h"

#define SETTLE_BYTES 200

static bool open_bulk(Act *act, gint64 id, GError **error)
{
	g_autoptr(GPtrArray) attachments = act_attachments(act);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autofree char *notes = NULL;
	g_autoptr(GPtrArray) items = bulk_collect(act->mail, attachments,
						  act->parts != NULL ? act->parts : none, &notes);
	const Bulk bulk = {
		.id = id, .mail = act->mail_id, .hr = act->decision->sender->id, .notes = notes
	};

	return bulk_open(act->desk->store, &bulk, items, error);
}

bool act_attestations(Act *act, GError **error)
{
	const Decision *decision = act->decision;
	g_autoptr(GPtrArray) documents = NULL;
	g_autofree char *subject = NULL;
	CaseOpen open = {
		.form = decision->form->id,
		.team = decision->form->team != NULL ? decision->form->team : "",
		.comment = act->mail->reply,
		.language = decision->language,
		.requester = decision->sender,
		.requester_address = decision->address,
		.verified = decision->verified,
		.state = CASE_OPEN,
		.is_bulk = true,
	};

	if (bulk_count(act->mail) == 0)
		return act_request(act, error);
	documents = act_documents(act, decision->kinds);
	subject = text_one_line(act->mail->subject, 200);
	open.documents = documents;
	open.subject = *subject != '\0' ? subject : decision->form->title[decision->language];
	return case_open(act->desk->store, &open, &act->by, &act->case_id, error) &&
	       open_bulk(act, act->case_id, error) &&
	       mails_set_case(act->desk->store, act->mail_id, act->case_id, true, error);
}

/* ---- the reply ---- */

static bool is_drop(const char *said)
{
	static const char *const words[] = { "drop",       "laat vallen", "weglaten",
					     "verwijder",  "verwijderen", "negeer",
					     "abandonner", "ignorer",     "supprimer",
					     "weglassen",  "entfernen",   "verwerfen",
					     "ignore",     NULL };
	g_autofree char *folded = text_fold(said);

	return g_strv_contains(words, folded);
}

/* "3: 12345678", "3) Jan Peeters", "3 = drop".  said is given. */
static bool parse_line(const char *line, gint64 *ret_place, char **ret_said)
{
	char *end = NULL;
	guint64 place;

	line += strspn(line, " \t*>-");
	if (!g_ascii_isdigit(*line))
		return false;
	place = g_ascii_strtoull(line, &end, 10);
	if (end - line > 4 || place == 0)
		return false;
	end += strspn(end, " \t");
	if (*end == '\0' || strchr(":)=.", *end) == NULL)
		return false;
	*ret_said = text_one_line(end + 1, SETTLE_BYTES);
	g_strstrip(*ret_said);
	if (**ret_said == '\0') {
		g_clear_pointer(ret_said, g_free);
		return false;
	}
	*ret_place = (gint64)place;
	return true;
}

/* What HR says stands in the place of all other clues but what the file is. */
static char *clues_of(const char *said)
{
	bool is_number = strspn(said, "0123456789") == strlen(said);
	bool is_case = g_ascii_strncasecmp(said, "PC-", 3) == 0;
	json_t *clues = json_pack("{s:s}", is_case ? "case" : is_number ? "number" : "name", said);
	char *json = json_dumps(clues, JSON_COMPACT);
	char *text = g_strdup(json != NULL ? json : "{}");

	free(json);
	json_decref(clues);
	return text;
}

static bool settle_line(Act *act, const Bulk *bulk, gint64 place, const char *said, guint *settled,
			GError **error)
{
	Store *store = act->desk->store;
	bool done = false;

	if (is_drop(said)) {
		if (!bulk_drop(store, bulk->id, place, bulk->round + 1, &done, error))
			return false;
	} else {
		g_autofree char *clues = clues_of(said);

		if (!bulk_again(store, bulk->id, place, clues, &done, error))
			return false;
	}
	*settled += done;
	return true;
}

/* *lines: how many there were, whether or not they settled anything. */
static bool settle_lines(Act *act, const Bulk *bulk, guint *lines, guint *settled, GError **error)
{
	g_auto(GStrv) split = g_strsplit(act->mail->reply, "\n", -1);

	for (guint i = 0; split[i] != NULL; i++) {
		g_autofree char *said = NULL;
		gint64 place;

		if (!parse_line(split[i], &place, &said))
			continue;
		++*lines;
		if (!settle_line(act, bulk, place, said, settled, error))
			return false;
	}
	return true;
}

bool act_bulk_reply(Act *act, bool *ret_handled, GError **error)
{
	Store *store = act->desk->store;
	const Decision *decision = act->decision;
	g_autoptr(Bulk) bulk = NULL;
	guint lines = 0, settled = 0;

	*ret_handled = false;
	if (!bulk_get(store, decision->about->id, &bulk, error))
		return false;
	if (bulk == NULL)
		return true;
	if (!decision->verified) {
		*ret_handled = true;
		return act_held(act, "hr-not-verified", bulk->id, error);
	}
	if (!settle_lines(act, bulk, &lines, &settled, error))
		return false;
	if (lines == 0 || (settled == 0 && strcmp(bulk->state, "asking") != 0))
		return true;
	*ret_handled = true;
	return mails_set_case(store, act->mail_id, bulk->id, true, error) &&
	       case_event(store, bulk->id, "settled", act->mail->reply, &act->by, error) &&
	       (settled == 0 || bulk_set_state(store, bulk->id, "running", bulk->round + 1, error));
}
