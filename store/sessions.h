/* sessions.h - who is looking at the page.
 *
 * The cookie holds a random token; the table keeps its hash alone (secret_token_hash).  A
 * session ends when it was not used for SESSION_IDLE, and SESSION_LONGEST after it began.
 */
#pragma once

#include "store/store.h"

#define SESSION_IDLE (2 * 60 * 60)
#define SESSION_LONGEST (12 * 60 * 60)

typedef struct PageSession {
	char *holder;   /* "p:NUMBER", "t:TEAM", "a:ADDRESS" */
	gint64 case_id; /* that the link led to, 0 */
	gint64 began, used;
} PageSession;

void page_session_free(PageSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PageSession, page_session_free)

/* Begins a session, and forgets those that are over. */
bool session_begin(Store *store, const char *hash, const char *holder, gint64 case_id, gint64 now,
		   GError **error);
/* NULL in ret_session when there is none or it is over.  Counts as use. */
bool session_find(Store *store, const char *hash, gint64 now, PageSession **ret_session,
		  GError **error);
bool session_end(Store *store, const char *hash, GError **error);
