/* compose_data.h - what the templates of texts/NAME.mustache are given, as JSON.
 *
 *   lang, title, hello, number, reply        strings
 *   t.KEY, u.KEY    the sentences "mail.KEY", and a rule below each "-title"
 *   facts, person   {rows: [{label, value}]}
 *   answers         {rows: [{label, value}]}      comment  {lines, indented}
 *   documents, added {rows: [{kind, name, size}], attached | linked}
 *   problems        {rows: [{text}]}
 *   said, answer    {lines: [{line}], indented}   what a person wrote
 *   link            {url, label}
 *   incomplete awaiting open closed yes no team hand-on behalf ...   flags
 *   explanation elsewhere categories cases template commands error
 */
#pragma once

#include "notifier/facts.h"

typedef struct MailPlan { /* what the data is made with, and what the message needs besides */
	const MailDesk *desk;
	const MailFacts *facts;
	gint64 now;
	const char *reply; /* the address of Reply-To */
	const char *link;  /* the whole URL; "" */
	bool is_attached;  /* the documents go with the mail */
	GPtrArray *files;  /* MailFile, lent: those that this mail speaks of */
} MailPlan;

/* What the mail is about: the whole data, and its subject without the tag.  New reference. */
json_t *mail_data(const MailPlan *plan, char **ret_subject);

/* compose_rows.c */
json_t *rows_of_answers(const MailPlan *plan);
json_t *rows_of_documents(const MailPlan *plan);
json_t *rows_of_problems(const MailPlan *plan);
json_t *rows_of_facts(const MailPlan *plan);
json_t *rows_of_person(const MailPlan *plan);
/* compose_bulk.c: {filed, known, dropped, left: {rows: [{n, name, why, person, case}]}, notes} */
json_t *bulk_of(const MailPlan *plan);
/* compose_lists.c */
json_t *list_of_categories(const MailPlan *plan);
json_t *list_of_cases(const MailPlan *plan);
/* compose_commands.c */
json_t *list_of_commands(const MailPlan *plan);
json_t *list_of_open(const MailPlan *plan); /* compose_digest.c: {rows: [{line}]}, or NULL */
json_t *list_of_done(const MailPlan *plan); /* {rows: [{line}]} of command-done, or NULL */
json_t *list_of_template(const MailPlan *plan, char **ret_subject);
json_t *redirect_of(const MailPlan *plan);

/* compose_places.c: the places of all sentences; name: the one to greet.  Given. */
GHashTable *plan_places(const MailPlan *plan, const char *name);
/* name, or other when it is NULL or empty; lent. */
const char *said_or(const char *name, const char *other);

/* {lines: [{line}], indented}; NULL when text is empty. */
json_t *said_of(const char *text);
/* {rows: [...]}; NULL (and rows released) when there are none. */
json_t *wrap_rows(json_t *rows);
void rows_put(json_t *rows, const char *label, const char *value); /* nothing for an empty value */

/* The name of a team in the mail's language; its id, or the desk's name, where there is none. Lent.
 */
const char *plan_team_name(const MailPlan *plan, const char *id);
/* The title of the form of the case (or of the notice), in the mail's language; lent. */
const char *plan_form_title(const MailPlan *plan);
const Form *plan_form(const MailPlan *plan);
/* "23 november 2026 om 10:05", given. */
char *plan_time(const MailPlan *plan, gint64 seconds);
/* "mail.KEY" in the mail's language; lent, places unfilled. */
const char *plan_word(const MailPlan *plan, const char *key);
bool plan_is_kind(const MailPlan *plan, const char *kind);
/* Whether the mail goes to the desk's own people. */
bool plan_is_for_team(const MailPlan *plan);
