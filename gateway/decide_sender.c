/* decide_sender.c - who writes, and whether that is sure.
 *
 * Verified is an address of which the border that we trust (RFC 8601) says dmarc=pass, or
 * dkim=pass or spf=pass in the organisational domain of From; or a valid S/MIME signature by
 * that address.  (A key in the recipient address counts too: decide_case.c.)
 */
#include <string.h>

#include "common/address.h"
#include "gateway/decide.h"

static bool is_pass(const char *result)
{
	return strcmp(result, "pass") == 0;
}

static bool is_verified(const Mail *mail, const char *from)
{
	const Authenticated *auth = mail->authenticated;
	g_autofree char *domain = address_domain(from);

	if (mail->signature != NULL && mail->signature->valid) {
		g_autofree char *by = address_normal(mail->signature->by);

		if (strcmp(by, from) == 0)
			return true;
	}
	if (auth == NULL)
		return false;
	return is_pass(auth->dmarc) ||
	       (is_pass(auth->dkim) && domain_aligned(auth->dkim_domain, domain)) ||
	       (is_pass(auth->spf) && domain_aligned(auth->spf_domain, domain));
}

/* Employees and HR belong to an affiliated organisation; the desk's own people need none. */
static bool is_affiliated(const Desk *desk, const Person *person)
{
	if (person->left)
		return false;
	if ((person->roles & (PERSON_DOSSIER_MANAGER | PERSON_ADMIN)) != 0)
		return true;
	return settings_organisation(desk->settings, person->organisation) != NULL;
}

static Step decide_stranger(const Desk *desk, Decision *decision)
{
	switch (desk->settings->strangers) {
	case STRANGERS_HOLD:
		return decided(decision, DECISION_HELD, "stranger");
	case STRANGERS_IGNORE:
		return decided(decision, DECISION_IGNORED, "stranger");
	default:
		decision->notice = "stranger";
		return decided(decision, DECISION_IGNORED, "stranger");
	}
}

Step decide_sender(const Desk *desk, const Mail *mail, Decision *decision, GError **error)
{
	const Mailbox *from;

	if (mail->from->len != 1 && !(desk->accepted && mail->from->len > 1))
		return decided(decision, DECISION_HELD,
			       mail->from->len == 0 ? "no-sender" : "several-senders");
	from = g_ptr_array_index(mail->from, 0);
	g_free(decision->address);
	decision->address = address_normal(from->address);
	decision->verified = desk->accepted || is_verified(mail, decision->address);
	if (!desk->accepted && mail->authenticated != NULL &&
	    strcmp(mail->authenticated->dmarc, "fail") == 0)
		return decided(decision, DECISION_HELD, "dmarc-fail");
	if (mail->sender != NULL && !decision->verified) {
		g_autofree char *sender = address_normal(mail->sender->address);

		if (strcmp(sender, decision->address) != 0)
			return decided(decision, DECISION_HELD, "sender-differs");
	}
	if (desk->store == NULL)
		return STEP_NEXT;
	if (!address_is_valid(decision->address))
		return decided(decision, DECISION_HELD, "no-sender");
	if (!people_find_address(desk->store, decision->address, &decision->sender, error))
		return STEP_FAILED;
	if (decision->sender == NULL || !is_affiliated(desk, decision->sender))
		return decide_stranger(desk, decision);
	if (decision->sender->language != LANGUAGE_NONE)
		decision->language = decision->sender->language;
	return STEP_NEXT;
}
