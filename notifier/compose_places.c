/* compose_places.c - what the {places} of the sentences of a mail stand for. */
#include "notifier/compose_data.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "forms/canned.h"
#include "notifier/compose_words.h"

const char *said_or(const char *name, const char *other)
{
	return name != NULL && *name != '\0' ? name : other;
}

const char *plan_team_name(const MailPlan *plan, const char *id)
{
	const TeamSettings *team = settings_team(plan->desk->settings, id);

	return team != NULL ? said_or(localised(team->name, plan->facts->language), id)
			    : localised(plan->desk->settings->name, plan->facts->language);
}

static char *names_of_teams(const MailPlan *plan)
{
	const GPtrArray *teams = plan->desk->settings->teams;
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < teams->len; i++) {
		const TeamSettings *team = g_ptr_array_index(teams, i);

		g_string_append_printf(names, "%s%s (%s)", i > 0 ? ", " : "", team->id,
				       plan_team_name(plan, team->id));
	}
	return g_string_free(names, FALSE);
}

/* The canned answers that the case's team may send. */
static char *names_of_canned(const MailPlan *plan)
{
	const GPtrArray *all = plan->desk->forms->canned;
	GString *names = g_string_new(NULL);

	for (guint i = 0; plan->facts->about != NULL && i < all->len; i++) {
		const Canned *canned = g_ptr_array_index(all, i);

		if (canned_is_for(canned, plan->facts->about->team))
			g_string_append_printf(names, "%s%s (%s)", names->len > 0 ? ", " : "",
					       canned->id, canned->title[plan->facts->language]);
	}
	return g_string_free(names, FALSE);
}

/* {proposed} {proposed-name} {read} {hint}: who may be the approver. */
static void put_manager_places(const MailPlan *plan, GHashTable *places)
{
	const Party *proposed = &plan->facts->about->proposed;
	g_autofree char *whole =
		g_strdup_printf("%s (%s), %s", proposed->name, proposed->number, proposed->address);

	places_put(places, "proposed", proposed->person != 0 ? whole : "");
	places_put(places, "proposed-name", proposed->person != 0 ? proposed->name : "");
	places_put(places, "read", mail_facts_said(plan->facts, "read"));
	places_put(places, "hint", mail_facts_said(plan->facts, "hint"));
}

/* {number} {form} {team} and who is who. */
static void put_case_places(const MailPlan *plan, GHashTable *places)
{
	const Case *about = plan->facts->about;
	const char *nobody = plan_word(plan, "nobody-known");
	const char *requester =
		said_or(about->requester.name, said_or(about->requester.address, nobody));
	g_autofree char *state = g_strconcat("state-", case_state_name(about->state), NULL);
	const char *decides = plan_is_kind(plan, "decided") ? "approver-nobody" : "your-manager";

	places_put(places, "number", about->number);
	places_put(places, "form", plan_form_title(plan));
	places_put(places, "state", plan_word(plan, state));
	places_put(places, "team", plan_team_name(plan, about->team));
	places_put(places, "requester",
		   plan_is_kind(plan, "wrote") ? said_or(plan->facts->writer, requester)
					       : requester);
	places_put(places, "employee", said_or(about->employee.name, requester));
	places_put(places, "approver", said_or(about->approver.name, plan_word(plan, decides)));
	places_put(places, "earlier", plan->facts->earlier);
	put_manager_places(plan, places);
}

/* {other} {who} {happened} {when}: of what somebody else did. */
static void put_event_places(const MailPlan *plan, GHashTable *places)
{
	const MailFacts *facts = plan->facts;
	g_autofree char *key = g_strconcat("page.event-", facts->event, NULL);
	const char *happened = texts_find(plan->desk->texts, facts->language, key);
	g_autofree char *when = plan_time(plan, facts->event_at);

	places_put(places, "other", facts->text);
	places_put(
		places, "who",
		said_or(facts->writer, facts->about != NULL ? facts->about->requester.name : ""));
	places_put(places, "happened", happened != NULL ? happened : facts->event);
	places_put(places, "when", when);
}

/* {size} {most}: of a mail that was too large. */
static void put_size_places(const MailPlan *plan, GHashTable *places)
{
	char point = plan->facts->language == LANGUAGE_EN ? '.' : ',';
	g_autofree char *size =
		text_size(json_integer_value(json_object_get(plan->facts->data, "size")), point);
	g_autofree char *most = text_size(MAIL_BYTES, point);

	places_put(places, "size", size);
	places_put(places, "most", most);
}

/* {new} {open-count} {late-count} {team-name} {organisation}: of a digest. */
static void put_digest_places(const MailPlan *plan, GHashTable *places)
{
	static const struct {
		const char *place, *key;
	} numbers[] = {
		{ "new", "new" }, { "open", "open" }, { "late", "late" }, { "waiting", "waiting" }
	};
	const char *name = mail_facts_said(plan->facts, "name");
	const OrganisationSettings *organisation =
		settings_organisation(plan->desk->settings, name);

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *text = g_strdup_printf(
			"%" JSON_INTEGER_FORMAT,
			json_integer_value(json_object_get(plan->facts->data, numbers[i].key)));

		places_put(places, numbers[i].place, text);
	}
	places_put(places, "organisation",
		   organisation != NULL ? localised(organisation->name, plan->facts->language)
					: name);
	if (plan_is_kind(plan, "digest"))
		places_put(places, "team", plan_team_name(plan, name));
}

GHashTable *plan_places(const MailPlan *plan, const char *name)
{
	const Settings *settings = plan->desk->settings;
	g_autofree char *days = g_strdup_printf("%u", settings->link_days);
	g_autofree char *count =
		g_strdup_printf("%" JSON_INTEGER_FORMAT,
				json_integer_value(json_object_get(plan->facts->data, "count")));
	g_autofree char *teams = names_of_teams(plan);
	g_autofree char *canned = names_of_canned(plan);
	GHashTable *places = places_new();

	places_put(places, "desk", localised(settings->name, plan->facts->language));
	places_put(places, "address", settings->address);
	places_put(places, "days", days);
	places_put(places, "count", count);
	put_digest_places(plan, places);
	places_put(places, "teams", teams);
	places_put(places, "canned", canned);
	places_put(places, "reply", plan->reply);
	places_put(places, "name", name);
	places_put(places, "recipient",
		   said_or(mail_facts_said(plan->facts, "recipient"),
			   plan_word(plan, "nobody-known")));
	put_size_places(plan, places);
	put_event_places(plan, places);
	if (plan->facts->about != NULL)
		put_case_places(plan, places);
	return places;
}
