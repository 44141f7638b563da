/* access.h - who may do what with a case: the only place where this is decided.  Pure.
 *
 * A viewer came by a link that was mailed to a holder: a person ("p:1001"), a team
 * ("t:absence") or an address ("a:x@y").  A person may see every case in which the person
 * has a part; a team or an address only the case of the link.
 */
#pragma once

#include "store/cases.h"

typedef struct Viewer {
	const char *holder;
	gint64 case_id;       /* of the link, 0: none */
	const Person *person; /* NULL: the holder is no person (any more) */
} Viewer;

typedef enum { /* bits: somebody may have several parts in a case */
	       PART_REQUESTER = 1 << 0,
	       PART_APPROVER = 1 << 1,
	       PART_TEAM = 1 << 2,    /* may see how it is handled */
	       PART_HANDLER = 1 << 3, /* a person of the team: handles it */
} CasePart;

typedef enum {
	ACT_VIEW,   /* the request, its state and its public documents */
	ACT_FOLLOW, /* what was written to and fro */
	ACT_INSIDE, /* internal notes and their documents */
	ACT_WRITE,
	ACT_WITHDRAW,
	ACT_REOPEN,
	ACT_APPROVE,
	/* of who handles it; what each of them needs of the case stands in access.c */
	ACT_TAKE,
	ACT_ANSWER,
	ACT_ANSWER_CLOSE,
	ACT_ASK,
	ACT_NOTE,
	ACT_HAND_ON,
	ACT_REFORM,
	ACT_CLOSE,
	ACT_BRING_BACK, /* reopen, at any time */
	ACT_SET_DUE,
	ACT_MERGE,
	PAGE_ACTS,
} PageAct;

/* The parts that viewer has in the case; viewer NULL: none. */
guint access_parts(const Viewer *viewer, const Case *c);

/* reopen: seconds after its end within which a requester may write to a case that is over. */
bool access_may(const Viewer *viewer, const Case *c, PageAct act, gint64 now, gint64 reopen);

/* Whether viewer handles cases at all: a dossier manager with teams. */
bool access_handles(const Viewer *viewer);

/* Whether viewer may ask on a form of these roles; is_affiliated: the viewer's organisation is. */
bool access_may_use(const Viewer *viewer, bool is_affiliated, guint roles);
