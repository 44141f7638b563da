/* session.h - everything a long-running command works with, opened together. */
#pragma once

#include "desk/desk.h"
#include "gateway/decide.h"
#include "gateway/reader.h"

typedef struct Session {
	Settings *settings;
	Store *store;
	Forms *forms;
	Texts *texts;
	Secret *secret;
	GHashTable *sentences;
	ReaderPool *readers; /* no process of it runs before a mail is read */
	Desk desk;           /* the same, as the gateway wants it */
	/* Of a program that has more to look at in a new configuration, and more to hand on to the
	 * one that begins anew in its place; or NULL. */
	bool (*is_good)(const Settings *settings, GError **error);
	void (*before_anew)(void *user);
	void *user;
} Session;

/* Opens what the configuration names (the database is made when there is none) and says what is
 * wrong.  False: *ret_status. */
bool session_open(const DeskContext *context, Session *session, int *ret_status);
void session_close(Session *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_close)

/* A descriptor that becomes readable at SIGTERM, SIGINT or SIGHUP; made once in a process, before
 * threads. */
int session_stop_fd(void);

/* After the work of a process has ended because of it: whether to do it once more.  SIGHUP takes up
 * a configuration that has changed: when settings, secret, forms and texts are good, the program
 * begins anew in its place (same process, same arguments); else what is wrong is said, and it goes
 * on with what it has.  False after SIGTERM and SIGINT. */
bool session_goes_on(const DeskContext *context, Session *session, int stop_fd);
/* Whether a signal that was read from the descriptor asks for this; where the program was started
 * at a terminal, SIGHUP says that the terminal is gone, and ends it. */
bool session_is_reload(guint32 signal);
