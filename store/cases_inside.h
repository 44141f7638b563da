/* cases_inside.h - what the files about cases share. */
#pragma once

#include "store/cases.h"
#include "store/inside.h"

/* ---- cases_moves.c: the one door ---- */

typedef enum {
	VERB_ADD,
	VERB_COMPLETE,
	VERB_COMPLETE_APPROVAL,
	VERB_TAKE,
	VERB_ANSWER,
	VERB_ANSWER_CLOSE,
	VERB_ASK,
	VERB_NOTE,
	VERB_HAND_ON,
	VERB_REFORM,
	VERB_CLOSE,
	VERB_REOPEN,
	VERB_REFUSE,
	VERB_WITHDRAW,
	VERB_APPROVE,
	VERB_DISAPPROVE,
	VERB_DUE,
	VERB_MERGE,
	VERBS,
} Verb;

/* Where the verb leads from a state; false when it is not allowed there. */
bool case_move_of(Verb verb, CaseState from, CaseState *ret_to);
/* Moves the case, writes its state and when; DESK_ERROR_DATA when it may not. */
bool case_move(Store *store, Case *c, Verb verb, gint64 now, GError **error);

/* ---- notices.c: who is told of what ---- */

typedef enum {
	HAPPENED_NOTHING,
	HAPPENED_OPENED,
	HAPPENED_OPENED_INCOMPLETE,
	HAPPENED_OPENED_APPROVAL,
	HAPPENED_REDIRECTED,
	HAPPENED_COMPLETED,
	HAPPENED_COMPLETED_APPROVAL,
	HAPPENED_STILL_INCOMPLETE,
	HAPPENED_WROTE,
	HAPPENED_WROTE_AGAIN,
	HAPPENED_ANSWERED,
	HAPPENED_ASKED,
	HAPPENED_CLOSED,
	HAPPENED_REFUSED,
	HAPPENED_REOPENED,
	HAPPENED_WITHDRAWN,
	HAPPENED_WITHDRAWN_APPROVAL, /* the approver had been asked */
	HAPPENED_HANDED_ON,
	HAPPENED_APPROVED,
	HAPPENED_DISAPPROVED,
	HAPPENED_APPROVED_LEVEL,    /* and who stands above is asked */
	HAPPENED_MANAGER_CONFIRMED, /* and is asked */
	HAPPENED_MANAGER_NAMED,     /* by the requester, while the case waits: HR is asked */
	HAPPENED_MANAGER_REFUSED,   /* by HR */
	HAPPENED_MERGED,
	HAPPENED_REMIND_REQUESTER,
	HAPPENED_REMIND_APPROVER,
	HAPPENED_REMIND_TEAM,
	HAPPENINGS,
} Happening;

/* Owes what the table of notices says. data: JSON or NULL. */
bool notices_owe(Store *store, const Case *c, Happening what, gint64 event, const char *data,
		 const CaseBy *by, GError **error);
/* That mail of ours came back: the team is told, but never at one of these addresses (the admins
 * are then, when nobody else is left). */
bool notices_bounced(Store *store, const Case *c, gint64 event, const char *data,
		     const char *const *bouncing, const CaseBy *by, GError **error);
/* Owes one kind about a case to an address that is nobody's of the people. */
bool notices_to_address(Store *store, const Case *c, const char *kind, const char *address,
			gint64 event, const CaseBy *by, GError **error);
/* Owes one kind to the team, or to the admins where nobody configured it; c may be NULL. */
bool notices_to_team(Store *store, const Case *c, const char *kind, gint64 event, const char *data,
		     const CaseBy *by, GError **error);

/* ---- cases_parts.c: what a case consists of ---- */

const char *case_way_name(CaseWay way);
/* A CaseEvent of seven columns: id, at, who, way, what, text, mail.  Given. */
void *event_read(Statement *row);
bool event_put(Store *store, gint64 case_id, const char *what, const char *text, const CaseBy *by,
	       gint64 *ret_event, GError **error);
bool answers_put(Store *store, gint64 case_id, const GPtrArray *answers, GError **error);
bool problems_put(Store *store, gint64 case_id, const GPtrArray *problems, GError **error);
bool documents_put(Store *store, const Case *c, const GPtrArray *documents, bool is_public,
		   GError **error);

/* ---- cases_manager.c: who approves, where the directory does not say ---- */

/* A case that has just come to wait for approval, with its answers: looks for its approver again,
 * and else for whom the requester names, who is proposed. */
bool case_look_for_manager(Store *store, Case *c, const CaseBy *by, GError **error);
/* The same, in the directory alone. */
bool case_look_in_directory(Store *store, Case *c, GError **error);
/* What the requester wrote as the manager (given; "" for nothing), and why nobody could be proposed
 * for it: "unnamed", "nobody", "several", "self", "left", or "". */
bool case_manager_said(Store *store, const Case *c, char **ret_read, const char **ret_why,
		       GError **error);

/* ---- cases.c ---- */

/* Four columns of a party from here on. */
#define PARTY(p)                                                                                  \
	p ".id, " p ".number, " p ".name, (SELECT a.address FROM addresses a WHERE a.person = " p \
	  ".id ORDER BY a.place LIMIT 1)"

#define CASE_SELECT                                                                                                                                                                      \
	"SELECT c.id, c.state, c.form, c.subject, c.team, c.comment, c.language, c.verified,"                                                                                            \
	" c.opened, c.changed, c.closed, c.earlier, c.requester_address, c.due, c.merged, c.levels, " PARTY(                                                                             \
		"r") ", " PARTY("e") ", " PARTY("s") ", " PARTY("v") ", " PARTY("d") ", " PARTY("o") " FROM cases c"                                                                     \
												     " LEFT JOIN people r ON r.id = c.requester LEFT JOIN people e ON e.id = c.employee" \
												     " LEFT JOIN people s ON s.id = c.assignee LEFT JOIN people v ON v.id = c.approver LEFT JOIN people d ON d.id = c.deputy LEFT JOIN people o ON o.id = c.proposed "

/* A Case of CASE_SELECT's columns.  Given. */
void *case_read(Statement *row);
/* "PC-2026-000123", "pc-2026-123" or "123"; ret_year 0 when it is not told. */
bool case_number_parse(const char *number, gint64 *ret_id, gint64 *ret_year);
/* "PC-2026-000123".  Given. */
char *case_number(gint64 id, gint64 opened);
/* The case, or DESK_ERROR_DATA when there is none. */
bool case_load(Store *store, gint64 id, Case **ret_case, GError **error);
