/* decide_help.c - mails that ask for the menu or for a template, and say nothing else. */
#include <string.h>

#include "common/text.h"
#include "gateway/decide.h"

/* Folded (text_fold). "" is an empty mail. */
static const char *const help_words[] = {
	"",         "help",        "hulp",        "aide",      "hilfe", "menu",  "info",  "?",
	"aanvraag", "formulieren", "formulaires", "formulare", "forms", "lijst", "liste",
};

static bool is_help_word(const char *folded)
{
	for (size_t i = 0; i < G_N_ELEMENTS(help_words); i++)
		if (strcmp(folded, help_words[i]) == 0)
			return true;
	return false;
}

/* A subject without the prefixes of replies and forwards. */
static const char *bare_subject(const char *subject)
{
	static const char *const prefixes[] = { "re:", "fw:",   "fwd:", "aw:",  "tr:",
						"wg:", "antw:", "rép:", "rep:", "doorst:" };
	bool again = true;

	while (again) {
		again = false;
		subject += strspn(subject, " ");
		for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
			if (g_ascii_strncasecmp(subject, prefixes[i], strlen(prefixes[i])) == 0) {
				subject += strlen(prefixes[i]);
				again = true;
			}
		}
	}
	return subject;
}

static const Form *form_of_details(const Desk *desk, const Mail *mail, bool *ret_menu)
{
	g_autoptr(GPtrArray) details = mail_details(desk, mail);

	*ret_menu = false;
	for (guint i = 0; i < details->len; i++) {
		const Form *form = forms_find(desk->forms, g_ptr_array_index(details, i));
		g_autofree char *folded = text_fold(g_ptr_array_index(details, i));

		if (form != NULL)
			return form;
		*ret_menu = *ret_menu || (*folded != '\0' && is_help_word(folded));
	}
	return NULL;
}

static Step give_template(const Desk *desk, Decision *decision, const Form *form, Language language)
{
	if (language != LANGUAGE_NONE &&
	    (decision->sender == NULL || decision->sender->language == LANGUAGE_NONE))
		decision->language = language;
	if (decision->sender != NULL && (form->roles & decision->sender->roles) == 0) {
		decision->notice = "menu";
		return decided(decision, DECISION_HELP, "form-not-for-this-role");
	}
	decision->form = form;
	decision->notice = "template";
	return decided(decision, DECISION_HELP, "");
}

static Step give_menu(Decision *decision, const FormCategory *category, Language language)
{
	if (language != LANGUAGE_NONE &&
	    (decision->sender == NULL || decision->sender->language == LANGUAGE_NONE))
		decision->language = language;
	decision->category = category;
	decision->notice = "menu";
	return decided(decision, DECISION_HELP, "");
}

/* The subject, or the one line of the text, is all that the mail says. */
Step decide_help(const Desk *desk, const Mail *mail, Decision *decision, GError **error)
{
	const char *subject = bare_subject(mail->subject);
	g_autofree char *text = text_fold(mail->reply);
	g_autofree char *folded = text_fold(subject);
	const char *said = *text != '\0' ? mail->reply : subject;
	bool subject_says_more = *text != '\0' && *folded != '\0' && strcmp(text, folded) != 0;
	const Form *form;
	const FormCategory *category;
	Language language = LANGUAGE_NONE;
	bool menu;

	if (mail->attachments->len > 0 || mail->messages->len > 0 || mail->forward != NULL ||
	    strlen(text) > 120)
		return STEP_NEXT;
	form = form_of_details(desk, mail, &menu);
	if (form != NULL && form->elsewhere == NULL && *text == '\0')
		return give_template(desk, decision, form, language);
	if (form != NULL)
		return STEP_NEXT;
	if (subject_says_more && !is_help_word(folded) && !is_help_word(text))
		return STEP_NEXT;
	if (menu || (is_help_word(text) && (is_help_word(folded) || *text != '\0')))
		return give_menu(decision, NULL, language);
	form = forms_by_name(desk->forms, said, &language);
	if (form != NULL && form->elsewhere == NULL)
		return give_template(desk, decision, form, language);
	category = forms_category_by_name(desk->forms, said, &language);
	return category != NULL ? give_menu(decision, category, language) : STEP_NEXT;
}
