/* cases.h - a case, and the only verbs that change one.
 *
 *   (received) --> incomplete --> awaiting-approval --> open --> assigned --> answered --> closed
 *        |             |                  |              ^ \        |  ^         |            |
 *        +-> redirected|refused|withdrawn +-> refused    |  +----> waiting ------+-- reopen --+
 *
 * The whole list of moves stands in cases_moves.c, behind one door.  Each verb is one
 * transaction: the change, its event (who, when, by which way), and the notices that it
 * owes (store/outbox.h) commit together or not at all.  A verb that the state does not
 * allow changes nothing: DESK_ERROR_DATA with a sentence.
 */
#pragma once

#include "common/answer.h"
#include "common/language.h"
#include "store/people.h"
#include "store/store.h"

typedef enum {
	CASE_RECEIVED,
	CASE_INCOMPLETE,
	CASE_AWAITING_APPROVAL,
	CASE_OPEN,
	CASE_ASSIGNED,
	CASE_WAITING,
	CASE_ANSWERED,
	CASE_CLOSED,
	CASE_REDIRECTED,
	CASE_REFUSED,
	CASE_WITHDRAWN,
	CASE_STATES,
} CaseState;

const char *case_state_name(CaseState state); /* "awaiting-approval" */
bool case_state_of_name(const char *name, CaseState *ret_state);

typedef struct Party {                 /* as they are called on the case */
	gint64 person;                 /* people.id, 0 when none */
	char *number, *name, *address; /* "" */
} Party;

typedef struct Case {
	gint64 id;
	char *number; /* "PC-2026-000123" */
	CaseState state;
	char *form, *subject, *team, *comment;
	Language language;
	Party requester, employee, assignee, approver; /* employee: whom it is about */
	Party deputy;   /* was asked instead of the approver, who is away */
	Party proposed; /* was named as the approver, and is not confirmed by HR yet */
	bool verified;  /* the requester's address was verified when it was opened */
	gint64 opened, changed;
	gint64 closed;  /* when it was answered, closed ... ; 0 */
	gint64 earlier; /* the case that this one continues, 0 */
	guint levels;   /* approvals that are still awaited, where one is */
	gint64 due;     /* until when it should be answered; 0: no day was set */
	gint64 merged;  /* the case that this one goes on in, 0 */
} Case;

/* Whether a person may say yes or no: the approver, and who was asked instead. */
bool case_may_approve(const Case *c, gint64 person);
void case_free(Case *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Case, case_free)

typedef struct CaseDocument {
	gint64 id, part; /* parts.id */
	char *kind;      /* "" for an extra document */
	char *name, *type, *sha256;
	gint64 size, mail; /* mails.id */
	bool is_public;
} CaseDocument;
typedef struct CaseEvent {
	gint64 id, at;
	char *who, *way, *what, *text;
	gint64 mail; /* 0 */
} CaseEvent;
CaseDocument *case_document_new(gint64 part, gint64 mail, const char *kind);
void case_document_free(CaseDocument *document);
void case_event_free(CaseEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaseEvent, case_event_free)

/* ---- looking ---- */
/* NULL in ret_case when there is none. number: "PC-2026-000123" or "123". */
bool case_get(Store *store, gint64 id, Case **ret_case, GError **error);
bool case_find(Store *store, const char *number, Case **ret_case, GError **error);
typedef struct CaseQuery {
	const char *state, *team, *requester /* number or address */;
	guint limit;
	guint states;      /* bits 1 << CaseState, any of them; 0: every state */
	gint64 before;     /* only cases with a smaller id, for the next page; 0: from the newest */
	const char *words; /* is the number, or stands in the subject; NULL or "": any */
	const char *const *forms; /* or the case is on one of these, NULL at the end; may be NULL */
	bool by_change;           /* those that changed last come first */
	guint skip;               /* so many of the first are left out */
	/* of dossier managers */
	char *const *teams;       /* of any of these, or of assignee; NULL: of every team */
	gint64 assignee;          /* people.id: beside teams; alone: only these */
	gint64 due_before;        /* those with a day before this; 0: any */
	const char *organisation; /* those about people of it; NULL: any */
	const char *found; /* all of its words stand together in some text of the case; or NULL */
} CaseQuery;
bool case_list(Store *store, const CaseQuery *query, GPtrArray **ret_cases,
	       GError **error); /* newest first */
bool case_answers(Store *store, gint64 id, GPtrArray **ret_answers, GError **error);
bool case_problems(Store *store, gint64 id, GPtrArray **ret_problems, GError **error);
bool case_documents(Store *store, gint64 id, GPtrArray **ret_documents, GError **error);
/* A request as it stands: what was answered, what is wrong, and the named documents that are there.
 */
typedef struct CaseStands {
	GPtrArray *answers, *problems; /* Answer, Problem */
	GPtrArray *documents;          /* CaseDocument, with a kind or without */
	GPtrArray *kinds, *types;      /* const char *, of those with a kind: lent from documents */
} CaseStands;
bool case_stands(Store *store, gint64 id, CaseStands **ret_stands, GError **error);
void case_stands_free(CaseStands *stands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaseStands, case_stands_free)
bool case_events(Store *store, gint64 id, GPtrArray **ret_events, GError **error);
/* The cases of this requester that are incomplete or waiting, newest first. */
bool case_waiting_of(Store *store, gint64 person, GPtrArray **ret_cases, GError **error);
/* Of this requester, a document with these bytes was sent before: its case, else 0. */
bool case_of_document(Store *store, gint64 person, const char *sha256, gint64 *ret_case,
		      GError **error);

/* ---- changing ---- */
typedef enum { WAY_MAIL, WAY_PAGE, WAY_COMMAND, WAY_DESK } CaseWay;

typedef struct CaseBy {  /* who does it, when, by which way, because of which mail */
	gint64 person;   /* people.id, 0: nobody of the people (an administrator at the console, the
			    desk itself) */
	const char *who; /* as it stands in the event: a person's number, "console", "desk" */
	CaseWay way;
	gint64 mail; /* mails.id of the mail that caused it, 0 */
	gint64 now;
	bool tells_requester_later; /* one mail will tell of several cases: none is owed now */
} CaseBy;

typedef struct CaseOpen {
	const char *form, *subject, *team, *comment;
	Language language;
	const Person *requester;
	const char *requester_address; /* the address it was written from */
	const Person *employee;        /* NULL: the requester */
	const Person *approver;        /* NULL: none */
	guint levels;                  /* how many must approve, one above the other; 0: one */
	bool verified;
	CaseState state; /* INCOMPLETE, AWAITING_APPROVAL, OPEN, REDIRECTED */
	GPtrArray *answers, *problems, *documents; /* Answer, Problem, CaseDocument; may be NULL */
	gint64 earlier;
	const char *warning; /* noted as an event when not NULL */
	bool is_bulk;        /* HR's bulk mail: a digest tells of it, nothing is owed now */
} CaseOpen;

bool case_open(Store *store, const CaseOpen *what, const CaseBy *by, gint64 *ret_case,
	       GError **error);

typedef struct CaseAdd {     /* what a requester sends to a case that is there */
	const char *text;    /* "" when only documents came */
	GPtrArray *answers;  /* replace those of the same field; or NULL */
	GPtrArray *problems; /* all that is still wrong; NULL: left as they are */
	GPtrArray *documents;
	const Person
		*employee;   /* whom an incomplete request is about from now on; NULL: as it was */
	bool completes;      /* nothing is wrong any more */
	bool needs_approval; /* when it completes */
	const char *warning;
} CaseAdd;
/* The requester (or HR for them) writes. incomplete + completes: becomes open / awaiting-approval
 * and the team is told of a new case, the requester what was added; still incomplete: the requester
 * is told what is missing; open, assigned, waiting: whoever has it is told (waiting becomes
 * assigned or open); answered, closed, redirected: reopened. */
bool case_add(Store *store, gint64 id, const CaseAdd *what, const CaseBy *by, GError **error);

bool case_take(Store *store, gint64 id, const CaseBy *by, GError **error);
bool case_answer(Store *store, gint64 id, const char *text, const GPtrArray *documents, bool close,
		 const CaseBy *by, GError **error);
bool case_ask(Store *store, gint64 id, const char *text, const GPtrArray *documents,
	      const CaseBy *by, GError **error);
bool case_note(Store *store, gint64 id, const char *text, const GPtrArray *documents,
	       const CaseBy *by, GError **error);
bool case_hand_on(Store *store, gint64 id, const char *team, const char *note, const CaseBy *by,
		  GError **error);
/* Another form for the case; the problems are what the new form finds missing (noted, the state
 * stays). */
bool case_reform(Store *store, gint64 id, const char *form, const char *team,
		 const GPtrArray *problems, const CaseBy *by, GError **error);
bool case_close(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error);
bool case_reopen(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error);
bool case_refuse(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error);
bool case_withdraw(Store *store, gint64 id, const char *text, const CaseBy *by, GError **error);
bool case_approve(Store *store, gint64 id, bool yes, const char *text, const CaseBy *by,
		  GError **error);
/* ---- the approver whom HR confirms (cases_manager.c) ---- */
/* Whether the case waits until HR has said who approves it. */
bool case_waits_for_manager(const Case *c);
/* Those who may say so: HR of the employee's organisation but the employee; none: the team. */
bool case_confirmers(Store *store, const Case *c, GPtrArray **ret_people, GError **error);
bool case_may_confirm(Store *store, const Case *c, const Person *person, bool *ret_may,
		      GError **error);
/* Why a person cannot approve a case: "self", "left", or NULL: can. */
const char *case_manager_obstacle(const Case *c, const Person *person);
/* HR says who approves: that person is asked. */
bool case_confirm_manager(Store *store, gint64 id, const Person *manager, const CaseBy *by,
			  GError **error);
/* HR says that it is not who was named: the requester is told. */
bool case_refuse_manager(Store *store, gint64 id, const char *text, const CaseBy *by,
			 GError **error);

/* Until when it should be answered: noted, and shown to those who handle it; due 0 takes the day
 * away. day: how people wrote it, for the event. */
bool case_set_due(Store *store, gint64 id, gint64 due, const char *day, const CaseBy *by,
		  GError **error);
/* Closes the case, which goes on in another one of the same requester and employee: its documents
 * and its watchers go there, what is written to it from then on too (case_goes_on_in), and the
 * requester is told.  DESK_ERROR_DATA when the two cannot be one. */
bool case_merge(Store *store, gint64 id, gint64 into, const CaseBy *by, GError **error);
/* Why c cannot go on in target, as the end of a sentence ("is somebody else's"); NULL: it can. */
const char *case_merge_obstacle(const Case *c, const Case *target);
/* The case in which id goes on, through all merges; id itself when it was not merged. */
bool case_goes_on_in(Store *store, gint64 id, gint64 *ret_id, GError **error);
/* A dossier manager follows a case, or no longer: what happens to it by others is told to them. */
bool case_watch(Store *store, gint64 id, bool on, const CaseBy *by, GError **error);
/* The last answer, question, closing or hand-on by somebody other than person after an event;
 * NULL when there is none. */
bool case_done_since(Store *store, gint64 id, gint64 event, const char *not_by,
		     CaseEvent **ret_event, GError **error);
/* A mail of ours came back or was refused: noted on the case, the team told once a recipient and
 * case. */
bool case_bounced(Store *store, gint64 id, const char *recipient, const char *why, gint64 outbox,
		  const CaseBy *by, GError **error);
/* An event without a change: "warning", "dropped" ... */
bool case_event(Store *store, gint64 id, const char *what, const char *text, const CaseBy *by,
		GError **error);
