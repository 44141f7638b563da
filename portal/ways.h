/* ways.h - the ways into the page: one table, each way by setting.
 *
 * A way that is not configured is not offered, and its paths answer as if they were not there.
 * Whichever way somebody came, the session begins here, and says so in the list of sessions.
 */
#pragma once

#include "portal/inside.h"

#define WAY_OPENID "openid:" /* and the NAME of [OpenID NAME] */
#define WAY_MAIL "mail"      /* a link in a mail; asked for on the page, or in the mail of a case */
#define WAY_CARD "card"      /* an electronic identity card (portal/card.h) */

/* What way somebody came, as it is kept with the session: the name of a row of the table, and
 * ":ID" where a way is several.  As words for the viewer; given. */
char *way_words(const Request *request, const char *way);

/* The ways that are offered beside the form for a mailed link: [{"path", "text"}], the path below
 * the desk's own.  New reference. */
json_t *ways_buttons(const Request *request);

/* Where a way is to lead afterwards: the page of our own that the query's "to" names and that may
 * be asked for in this way, else My cases.  Lent. */
const char *way_target(const Request *request);
/* path with that target behind it as "to", where there is one.  Given. */
char *way_path(const Request *request, const char *path);

/* Whether a link to My cases may be asked for. */
bool ways_mail_is_on(const Settings *settings);

/* Begins a new session for a holder ("p:NUMBER" ...), and ends the one that the browser had.
 * case_id: that the way leads to, 0.  ret_cookie: a Set-Cookie value, given. */
bool way_enter(Request *request, const char *holder, gint64 case_id, const char *way,
	       char **ret_cookie, GError **error);
