/* facts.h - all that one mail is about, read from the store before it is written. */
#pragma once

#include <jansson.h>

#include "common/secret.h"
#include "forms/form_fill.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/receipts.h"

typedef struct MailDesk { /* what mails are made with; everything is lent */
	const Settings *settings;
	const Forms *forms;
	const Texts *texts;
	const Secret *secret;
	Store *store;
	struct MailCache *cache; /* of this thread; or NULL: all is made anew for each mail */
} MailDesk;

typedef struct MailFile { /* a document, and where its bytes lie */
	CaseDocument *document;
	PartRow *part; /* NULL: not known */
	RawRange raw;  /* of the mail that it is a part of */
} MailFile;

typedef struct MailFacts {
	const Notice *notice;          /* lent */
	Language language;             /* of the mail: never LANGUAGE_NONE */
	json_t *data;                  /* of the notice, an object */
	Case *about;                   /* NULL: no case */
	GPtrArray *answers, *problems; /* Answer, Problem */
	GPtrArray *files;              /* MailFile: all documents of the case */
	GPtrArray *cases;              /* Case: which-case */
	char *event;                   /* what happened: CaseEvent what; "" */
	gint64 event_at;               /* when; 0 */
	char *text;                    /* what was written; "" */
	char *writer;      /* who did it, when a person other than the requester; or NULL */
	Person *recipient; /* NULL: nobody known (a team's address, a stranger) */
	Person *requester, *employee; /* with organisation; NULL: not known any more */
	char *earlier;                /* number of the case before, or NULL */
	MailRow *cause;               /* the mail that caused it, or NULL */
	char *references;             /* "<a@x> <b@x>": the thread, oldest first; "" */
	char *in_reply_to;            /* "<a@x>", or "" */
} MailFacts;

/* Reads what the notice is about.  False when the database fails; a case that is gone
 * leaves about NULL. */
bool mail_facts_read(const MailDesk *desk, const Notice *notice, MailFacts **ret_facts,
		     GError **error);
MailFacts *mail_facts_new(const Notice *notice);
void mail_facts_free(MailFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailFacts, mail_facts_free)
void mail_file_free(MailFile *file);

/* A string of the notice's data, lent; "" when there is none. */
const char *mail_facts_said(const MailFacts *facts, const char *name);

/* Notices about a mail at the door, which carry no key of a case. */
bool notice_is_keyless(const Notice *notice);

/* thread.c: the ids of References in a header block, at most the last of them; given as
 * "<a@x> <b@x>", "" when there are none.  Pure. */
char *thread_references(const char *header, gsize length);
/* Whether id (without <>) may stand in a header of ours. */
bool thread_is_id(const char *id);
/* Fills references and in_reply_to of facts from the cause and the case's first mail to the
 * recipient. */
bool thread_read(const MailDesk *desk, MailFacts *facts, GError **error);
