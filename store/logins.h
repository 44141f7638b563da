/* logins.h - links to My cases that somebody asked for on the page.
 *
 * A login is noted whether the address is known or not, so that both take as long.  Only the
 * newest login of a person counts: a new one kills the link of the one before.  The browser that
 * asked opens the link at once; any other one must give the code of the mail, LOGIN_TRIES times.
 */
#pragma once

#include "common/secret.h"
#include "store/people.h"

#define LOGIN_TRIES 5
#define LOGIN_PER_HOUR 3 /* mails to one person */

typedef struct Login {
	gint64 id;
	char *holder, *browser;
	gint64 asked;
	guint tries;
} Login;

void login_free(Login *login);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Login, login_free)

/* person NULL: nobody has the address, or no mail may go there.  Owes the mail ("link") to address
 * and forgets logins older than keep seconds. */
bool login_ask(Store *store, const Person *person, const char *address, const char *browser_hash,
	       gint64 now, gint64 keep, GError **error);
/* NULL in ret_login: unknown, replaced by a newer one, or tried too often. */
bool login_find(Store *store, gint64 id, Login **ret_login, GError **error);
/* A wrong code was given. */
bool login_failed(Store *store, gint64 id, GError **error);
/* The code of the mail: "abcd-efgh".  Given. */
char *login_code(const Secret *secret, gint64 id);
/* Whether what somebody typed is the code: case, blanks and dashes do not count. */
bool login_is_code(const Secret *secret, gint64 id, const char *typed);
