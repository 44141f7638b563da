/* sessions.h - who is looking at the page.
 *
 * The cookie holds a random token; the table keeps its hash alone (secret_token_hash).  A
 * session ends when it was not used for a while, and some time after it began, whatever is done.
 */
#pragma once

#include "store/store.h"

typedef struct PageSession {
	char *id;       /* by which its owner ends it */
	char *holder;   /* "p:NUMBER", "t:TEAM", "a:ADDRESS" */
	gint64 case_id; /* that the link led to, 0 */
	char *browser;  /* what it was begun with, in a few words: "Firefox, Windows" */
	char *way;      /* by which its holder came: "mail" (portal/ways.h) */
	gint64 began, used;
} PageSession;

void page_session_free(PageSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PageSession, page_session_free)

/* Begins a session of at most longest seconds, and forgets those that are over. */
bool session_begin(Store *store, const char *hash, const PageSession *session, gint64 longest,
		   GError **error);
/* NULL in ret_session when there is none, it is over, or was not used for idle seconds.  Counts as
 * use. */
bool session_find(Store *store, const char *hash, gint64 now, gint64 idle,
		  PageSession **ret_session, GError **error);
bool session_end(Store *store, const char *hash, GError **error);
/* Those of a holder, the newest first: GPtrArray of PageSession. */
bool sessions_of(Store *store, const char *holder, gint64 now, gint64 idle,
		 GPtrArray **ret_sessions, GError **error);
/* Ends one of a holder's sessions; id NULL: all but the session of keep_hash ("": all). */
bool sessions_end(Store *store, const char *holder, const char *id, const char *keep_hash,
		  GError **error);
/* Links that were mailed to a holder, or were asked for and are still to be mailed, lead nowhere.
 */
bool links_revoke(Store *store, const char *holder, GError **error);
/* The same, and ends all sessions. */
bool way_in_close(Store *store, const char *holder, GError **error);
