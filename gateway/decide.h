/* decide.h - what a mail is, for whom it speaks, and which case it belongs to.
 *
 * Looks into the database and changes nothing.  gateway/act.h does what was decided.
 * Without a store (`explain` without a database) nobody is known and every form may be used.
 */
#pragma once

#include "common/mail.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/texts.h"
#include "forms/form_fill.h"
#include "store/cases.h"
#include "store/people.h"

typedef struct Desk { /* what the gateway works with; everything is lent */
	const Settings *settings;
	const Forms *forms;
	const Texts *texts;
	const Secret *secret;       /* NULL: no keys can be checked */
	Store *store;               /* NULL: nobody and no case is known */
	struct ReaderPool *readers; /* read mails in processes of their own; NULL: in this one */
	GHashTable *sentences; /* form_sentences(): the desk's own lines are nobody's comment; or
				  NULL */
	bool accepted; /* a dossier manager has looked at the mail: its sender counts as verified */
} Desk;

typedef enum {
	DECISION_REQUEST,
	DECISION_REPLY,
	DECISION_COMMAND,
	DECISION_APPROVAL,
	DECISION_ATTESTATIONS,
	DECISION_HELP,
	DECISION_IGNORED,
	DECISION_HELD,
	DECISION_QUARANTINED,
} DecisionKind;

typedef struct Decision {
	DecisionKind kind;
	char *why;          /* one English word or sentence for the administrator; "" */
	Person *sender;     /* or NULL: unknown */
	char *address;      /* of the sender, normal form; "" */
	bool verified;      /* the sender's address is */
	Case *about;        /* the case, or NULL: none */
	const Form *form;   /* DECISION_REQUEST and ATTESTATIONS; of the case for REPLY; HELP: the
			       template asked for, or NULL */
	const char *notice; /* what is owed to the sender: "menu", "template", "which-case",
			       "stranger"; or NULL */
	const FormCategory *category; /* HELP: the menu of it, or NULL: the whole */
	Language language;            /* never LANGUAGE_NONE */
	Filled *filled;               /* REQUEST, REPLY, ATTESTATIONS; else NULL */
	GPtrArray *documents;         /* Attachment, lent: what counts as a document */
	GPtrArray *kinds;             /* const char *, beside documents: the kind, or NULL */
	GPtrArray *problems;          /* Problem: all that is wrong (REQUEST), or NULL */
	GPtrArray *waiting;           /* Case: "which-case" */
} Decision;

const char *decision_name(DecisionKind kind);

/* False only when the database fails. */
bool decide(const Desk *desk, const Mail *mail, Decision **ret_decision, GError **error);
void decision_free(Decision *decision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decision, decision_free)

/* ---- the steps, each in a file of its own; true: go on unless decision->why was settled ---- */

/* A step answers whether the mail is decided. */
typedef enum { STEP_FAILED, STEP_NEXT, STEP_DECIDED } Step;

Step decide_sender(const Desk *desk, const Mail *mail, Decision *decision,
		   GError **error); /* decide_sender.c */
Step decide_case(const Desk *desk, const Mail *mail, Decision *decision,
		 GError **error); /* decide_case.c */
Step decide_help(const Desk *desk, const Mail *mail, Decision *decision,
		 GError **error); /* decide_help.c */
Step decide_request(const Desk *desk, const Mail *mail, Decision *decision,
		    GError **error); /* decide_request.c */

Step decided(Decision *decision, DecisionKind kind, const char *why);

/* What the writer filled in: form_fill_known with what the desk knows of the sender. */
Filled *decision_fill(const Desk *desk, const Decision *decision, const Form *form,
		      const char *text);
/* The details of the sub-addresses of the desk among the recipients of a mail; char *, given. */
GPtrArray *mail_details(const Desk *desk, const Mail *mail);
