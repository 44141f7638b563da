/* decide_case.c - which case a mail belongs to, by three keys, and what its writer may do there.
 *
 * The keys: the recipient address, the tag in the subject, the Message-IDs of ours in References
 * and In-Reply-To.  The first two carry a hash that is bound to case and person.  Keys that name
 * different cases, a key of somebody else, a key that is not ours: held, never silently added.
 */
#include <string.h>

#include "common/key.h"
#include "gateway/absence.h"
#include "gateway/decide.h"
#include "store/receipts.h"

typedef struct Keys {
	gint64 id;     /* the case, 0: none */
	gint64 other;  /* another one that a key names, 0: none */
	bool disagree; /* keys name more than these two */
	bool damaged;  /* a recipient address was meant as a key, and is none */
	char *hash;    /* of the recipient address, else of the subject; NULL: references alone */
	bool in_recipient;  /* the hash stood in the recipient address */
	bool in_references; /* a Message-ID of ours in References or In-Reply-To */
} Keys;

static void keys_clear(Keys *keys)
{
	g_free(keys->hash);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keys, keys_clear)

static void keys_add(Keys *keys, gint64 id, char *hash, bool in_recipient)
{
	if (keys->id == 0)
		keys->id = id;
	else if (keys->id != id && keys->other != 0 && keys->other != id)
		keys->disagree = true;
	else if (keys->id != id)
		keys->other = id;
	if (keys->hash == NULL && hash != NULL) {
		keys->hash = g_steal_pointer(&hash);
		keys->in_recipient = in_recipient;
	}
	g_free(hash);
}

static void find_in_recipients(const Desk *desk, const Mail *mail, Keys *keys)
{
	g_autoptr(GPtrArray) details = mail_details(desk, mail);

	for (guint i = 0; i < details->len; i++) {
		KeyPurpose purpose;
		gint64 id;
		char *hash;

		if (!key_parse_detail(g_ptr_array_index(details, i), &purpose, &id, &hash)) {
			keys->damaged =
				keys->damaged || key_is_damaged(g_ptr_array_index(details, i));
			continue;
		}
		if (purpose == KEY_CASE)
			keys_add(keys, id, hash, true);
		else
			g_free(hash);
	}
}

static bool find_in_subject(const Desk *desk, const Mail *mail, Keys *keys, GError **error)
{
	g_autofree char *number = NULL, *hash = NULL;
	g_autoptr(Case) found = NULL;

	if (!key_parse_subject(mail->subject, &number, &hash))
		return true;
	if (!case_find(desk->store, number, &found, error))
		return false;
	if (found != NULL)
		keys_add(keys, found->id, g_steal_pointer(&hash), false);
	return true;
}

static bool find_in_references(const Desk *desk, char **ids, Keys *keys, GError **error)
{
	for (guint i = 0; ids[i] != NULL; i++) {
		gint64 id = 0, outbox = 0;

		if (!mails_find_message_id(desk->store, ids[i], &id, &outbox, error))
			return false;
		if (id == 0)
			continue;
		keys_add(keys, id, NULL, false);
		keys->in_references = true;
	}
	return true;
}

static bool hash_is_of(const Desk *desk, const Keys *keys, const char *kind, const char *who)
{
	g_autofree char *holder = g_strconcat(kind, who, NULL);

	return *who != '\0' && key_verify(desk->secret, KEY_CASE, keys->id, holder, keys->hash);
}

/* Whether the key was issued to this very person, or to a team that the person is in. */
static bool key_is_of_person(const Desk *desk, const Keys *keys, const Person *person)
{
	if (hash_is_of(desk, keys, "p:", person->number))
		return true;
	if ((person->roles & PERSON_DOSSIER_MANAGER) == 0)
		return false;
	for (guint i = 0; person->teams != NULL && person->teams[i] != NULL; i++)
		if (hash_is_of(desk, keys, "t:", person->teams[i]))
			return true;
	return false;
}

static bool is_party(const Case *about, const Person *person)
{
	return about->requester.person == person->id || about->employee.person == person->id ||
	       case_may_approve(about, person->id) || about->assignee.person == person->id ||
	       ((person->roles & PERSON_DOSSIER_MANAGER) != 0 &&
		person_in_team(person, about->team));
}

static bool is_requester(const Case *about, const Person *person)
{
	return about->requester.person == person->id || about->employee.person == person->id;
}

/* HR that is asked who approves; a dossier manager who is, and writes commands, gives commands. */
static Step decide_confirming(const Desk *desk, const Mail *mail, Decision *decision,
			      GError **error)
{
	const Person *person = decision->sender;
	const char *text = mail->reply + strspn(mail->reply, " \t\r\n");
	bool may = false;

	if (!case_may_confirm(desk->store, decision->about, person, &may, error))
		return STEP_FAILED;
	if (!may || (*text == '#' && (person->roles & PERSON_DOSSIER_MANAGER) != 0))
		return STEP_NEXT;
	return decision->verified ? decided(decision, DECISION_APPROVAL, "")
				  : decided(decision, DECISION_HELD, "approval-not-verified");
}

/* Somebody with no part in the case: HR may be asked about it, or have been. */
static Step decide_outside(const Desk *desk, const Mail *mail, Decision *decision, GError **error)
{
	const Case *about = decision->about;
	g_autoptr(Person) employee = NULL;
	Step step = decide_confirming(desk, mail, decision, error);

	if (step != STEP_NEXT)
		return step;
	if (!people_find_id(desk->store, about->employee.person, &employee, error))
		return STEP_FAILED;
	return employee != NULL && person_is_hr_of(decision->sender, employee->organisation)
		       ? decided(decision, DECISION_HELD, "decided-already")
		       : decided(decision, DECISION_HELD, "not-a-party");
}

/* What a person with a right key, or known by references, is to this case. */
static Step decide_part(const Desk *desk, const Mail *mail, Decision *decision, bool by_key,
			GError **error)
{
	const Person *person = decision->sender;
	const Case *about = decision->about;

	decision->form = forms_find(desk->forms, about->form);
	if (case_waits_for_manager(about)) {
		Step step = decide_confirming(desk, mail, decision, error);

		if (step != STEP_NEXT)
			return step;
	}
	if (case_may_approve(about, person->id) && about->state == CASE_AWAITING_APPROVAL)
		return decision->verified
			       ? decided(decision, DECISION_APPROVAL, "")
			       : decided(decision, DECISION_HELD, "approval-not-verified");
	if (is_requester(about, person)) {
		if (decision->verified ||
		    (by_key && desk->settings->unverified == UNVERIFIED_ACCEPT) ||
		    desk->settings->unverified == UNVERIFIED_ACCEPT)
			return decided(decision, DECISION_REPLY, "");
		return decided(decision, DECISION_HELD, "not-verified");
	}
	if ((person->roles & PERSON_DOSSIER_MANAGER) != 0)
		return decision->verified
			       ? decided(decision, DECISION_COMMAND, "")
			       : decided(decision, DECISION_HELD, "dossier-manager-not-verified");
	if (case_may_approve(about, person->id))
		return decided(decision, DECISION_HELD, "decided-already");
	return decide_outside(desk, mail, decision, error);
}

/* The case that the keys name, or in which it goes on; two cases that were made one agree. */
static bool find_about(const Desk *desk, Keys *keys, Case **ret_about, GError **error)
{
	gint64 id = 0, other = 0;

	if (!case_goes_on_in(desk->store, keys->id, &id, error) ||
	    (keys->other != 0 && !case_goes_on_in(desk->store, keys->other, &other, error)))
		return false;
	keys->disagree = keys->disagree || (keys->other != 0 && other != id);
	return case_get(desk->store, id, ret_about, error);
}

static Step decide_by_keys(const Desk *desk, const Mail *mail, Decision *decision, Keys *keys,
			   GError **error)
{
	if (!find_about(desk, keys, &decision->about, error))
		return STEP_FAILED;
	if (decision->about == NULL)
		return decided(decision, DECISION_HELD, "no-such-case");
	if (keys->disagree)
		return decided(decision, DECISION_HELD, "keys-disagree");
	/* A number that somebody typed is no key: it may lead a requester, and nobody else. */
	if (keys->hash == NULL && !keys->in_references &&
	    !is_requester(decision->about, decision->sender))
		return decided(decision, DECISION_HELD, "no-key");
	if (keys->hash == NULL)
		return is_party(decision->about, decision->sender)
			       ? decide_part(desk, mail, decision, false, error)
			       : decide_outside(desk, mail, decision, error);
	if (desk->secret == NULL || !key_is_of_person(desk, keys, decision->sender))
		return decided(decision, DECISION_HELD, "key-of-another");
	if (keys->in_recipient && hash_is_of(desk, keys, "p:", decision->sender->number))
		decision->verified = true;
	return decide_part(desk, mail, decision, true, error);
}

/* A program's note that its owner is away is no answer to the requester. */
static Step not_absence(const Desk *desk, const Mail *mail, Decision *decision, Step step)
{
	if (step == STEP_DECIDED && decision->kind == DECISION_COMMAND && !desk->accepted &&
	    is_absence_note(mail->reply))
		return decided(decision, DECISION_HELD, "absence-note");
	return step;
}

Step decide_case(const Desk *desk, const Mail *mail, Decision *decision, GError **error)
{
	g_auto(Keys) keys = { 0 };

	if (desk->store == NULL)
		return STEP_NEXT;
	find_in_recipients(desk, mail, &keys);
	if (!find_in_subject(desk, mail, &keys, error) ||
	    !find_in_references(desk, mail->in_reply_to, &keys, error) ||
	    !find_in_references(desk, mail->references, &keys, error))
		return STEP_FAILED;
	if (keys.id != 0)
		return not_absence(desk, mail, decision,
				   decide_by_keys(desk, mail, decision, &keys, error));
	return keys.damaged ? decided(decision, DECISION_HELD, "key-damaged") : STEP_NEXT;
}
