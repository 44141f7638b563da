/* act_approval.c - a manager's reply to a request for approval, or HR's to the question who the
 * manager is.
 */
#include <string.h>

#include "common/text.h"
#include "gateway/act.h"
#include "gateway/approval.h"
#include "gateway/bulk_place.h"

#define LINES 3
#define LINE_BYTES 300

/* ---- who the manager is ---- */

typedef struct Confirming {
	Act *act;
	const Case *about;
	Approval approval;
	Person *named; /* whom HR names, or NULL */
	char *hint;    /* whom else it may mean; "" */
} Confirming;

static void confirming_clear(Confirming *self)
{
	person_free(self->named);
	g_free(self->hint);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Confirming, confirming_clear)

/* HR is told why nothing was decided, and asked again. */
static bool ask_again(Confirming *self, const char *why, GError **error)
{
	json_t *data =
		json_pack("{s:b, s:s, s:s}", "no-approver", 1, "manager", why, "hint", self->hint);

	return act_notice(self->act, "confirm-manager", data, self->about->id, error);
}

/* "mia@minfin.example", or within brackets. */
static bool read_address(Confirming *self, const Person *asker, const char *line, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(line, " ,;:<>()[]\t", -1);

	for (guint i = 0; words[i] != NULL && self->named == NULL; i++) {
		g_autoptr(Person) person = NULL;

		if (strchr(words[i], '@') == NULL)
			continue;
		if (g_str_has_suffix(words[i], "."))
			words[i][strlen(words[i]) - 1] = '\0';
		if (!people_find_address(self->act->desk->store, words[i], &person, error))
			return false;
		if (person != NULL && strcmp(person->organisation, asker->organisation) == 0)
			self->named = g_steal_pointer(&person);
	}
	return true;
}

/* As a correction of a bulk mail is read: by number, or by the whole name that only one has; only
 * in the employee's organisation. */
static bool read_line(Confirming *self, const Person *asker, const char *line, GError **error)
{
	const BulkClue clue = { .number = "", .name = line, .file = "", .sender = "", .said = "" };
	g_auto(Placing) placing = { 0 };

	if (!read_address(self, asker, line, error))
		return false;
	if (self->named != NULL)
		return true;
	if (!bulk_place(self->act->desk->store, asker, &clue, &placing, error))
		return false;
	if (placing.person != NULL &&
	    !people_find_id(self->act->desk->store, placing.person->id, &self->named, error))
		return false; /* with all addresses */
	if (placing.hint != NULL && *placing.hint != '\0') {
		g_free(self->hint);
		self->hint = g_strdup(placing.hint);
	}
	return true;
}

/* In the first line, else in one that follows: there the writer's own name is a signature. */
static bool read_named(Confirming *self, GError **error)
{
	Store *store = self->act->desk->store;
	g_auto(GStrv) lines = g_strsplit(self->act->mail->reply, "\n", -1);
	g_autoptr(Person) employee = NULL;
	guint read = 0;

	if (!people_find_id(store,
			    self->about->employee.person != 0 ? self->about->employee.person
							      : self->about->requester.person,
			    &employee, error))
		return false;
	for (guint i = 0; employee != NULL && self->named == NULL && *self->hint == '\0' &&
			  lines[i] != NULL && read < LINES;
	     i++) {
		g_autofree char *line = text_one_line(lines[i], LINE_BYTES);

		if (*g_strstrip(line) == '\0')
			continue;
		if (!read_line(self, employee, line, error))
			return false;
		if (self->named != NULL && read > 0 &&
		    self->named->id == self->act->decision->sender->id)
			g_clear_pointer(&self->named, person_free);
		read++;
	}
	return true;
}

static bool confirm(Confirming *self, const Person *manager, GError **error)
{
	const char *why = case_manager_obstacle(self->about, manager);

	return why != NULL ? ask_again(self, why, error)
			   : case_confirm_manager(self->act->desk->store, self->about->id, manager,
						  &self->act->by, error);
}

static bool confirm_proposed(Confirming *self, GError **error)
{
	g_autoptr(Person) manager = NULL;

	if (!people_find_id(self->act->desk->store, self->about->proposed.person, &manager, error))
		return false;
	return manager == NULL ? ask_again(self, "left", error) : confirm(self, manager, error);
}

static bool act_on(Confirming *self, GError **error)
{
	gint64 proposed = self->about->proposed.person;
	bool same = self->named != NULL && self->named->id == proposed;
	bool other = self->named != NULL && !same;

	if (other)
		return self->approval == APPROVAL_YES && proposed != 0
			       ? ask_again(self, "unclear", error)
			       : confirm(self, self->named, error);
	if (*self->hint != '\0' && self->approval != APPROVAL_YES)
		return ask_again(self, "several", error);
	if (proposed != 0 &&
	    (self->approval == APPROVAL_YES || (same && self->approval == APPROVAL_UNCLEAR)))
		return confirm_proposed(self, error);
	if (self->approval != APPROVAL_NO)
		return ask_again(self, proposed != 0 ? "unclear" : "unnamed", error);
	return (proposed == 0 ||
		case_refuse_manager(self->act->desk->store, self->about->id, self->act->mail->reply,
				    &self->act->by, error)) &&
	       ask_again(self, "refused", error);
}

/* What one says to "is that right?" and to no request: the whole first line, with or without a
 * yes before it. */
static bool is_right(const char *reply)
{
	static const char *const words[] = {
		"klopt",           "dat klopt",      "juist",        "dat is juist",
		"correct",         "dat is correct", "inderdaad",    "exact",
		"c est exact",     "c est correct",  "c est juste",  "en effet",
		"stimmt",          "das stimmt",     "richtig",      "das ist richtig",
		"genau",           "that is right",  "that s right", "right",
		"that is correct", "that s correct", "indeed",       NULL,
	};
	static const char *const yes[] = { "ja ", "oui ", "yes ", "jawohl " };
	const char *begin = reply + strspn(reply, " \t\r\n");
	g_autofree char *line = g_strndup(begin, strcspn(begin, "\n"));
	g_autofree char *folded = text_fold(line);
	const char *rest = folded;

	for (gsize i = 0; i < G_N_ELEMENTS(yes) && rest == folded; i++)
		if (g_str_has_prefix(folded, yes[i]))
			rest = folded + strlen(yes[i]);
	return strchr(line, '?') == NULL && g_strv_contains(words, rest);
}

static Approval confirming_read(const char *reply)
{
	Approval approval = approval_read(reply);

	return approval == APPROVAL_UNCLEAR && is_right(reply) ? APPROVAL_YES : approval;
}

static bool act_confirm(Act *act, GError **error)
{
	g_auto(Confirming) self = { .act = act,
				    .about = act->decision->about,
				    .approval = confirming_read(act->mail->reply),
				    .hint = g_strdup("") };

	return read_named(&self, error) && act_on(&self, error);
}

/* ---- yes or no ---- */

bool act_approval(Act *act, GError **error)
{
	gint64 id = act->decision->about->id;
	Approval approval = approval_read(act->mail->reply);

	if (!mails_set_case(act->desk->store, act->mail_id, id, false, error))
		return false;
	if (case_waits_for_manager(act->decision->about))
		return act_confirm(act, error);
	if (approval == APPROVAL_UNCLEAR)
		return act_notice(act, "unclear", NULL, id, error);
	return case_approve(act->desk->store, id, approval == APPROVAL_YES, act->mail->reply,
			    &act->by, error);
}
