/* portal.h - the web pages: what a person sees behind the link in a mail.
 *
 * One thread, one loop, one database connection.  Listens where [Portal] Listen says, with its own
 * TLS where Certificate is set, else behind a proxy that does it.
 */
#pragma once

#include "common/secret.h"
#include "common/settings.h"
#include "common/texts.h"
#include "forms/form.h"
#include "store/store.h"

typedef struct PortalDesk { /* what pages are made with; everything is lent */
	const Settings *settings;
	const Forms *forms;
	const Texts *texts;
	const Secret *secret;
	Store *store;
} PortalDesk;

typedef struct PortalDoor PortalDoor; /* what the portal listens on, and proves itself with */

/* DESK_ERROR_UNAVAILABLE when the address cannot be listened on, DESK_ERROR_CONFIG when certificate
 * and key cannot serve. */
PortalDoor *portal_door_open(const Settings *settings, GError **error);
void portal_door_free(PortalDoor *door);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PortalDoor, portal_door_free)
/* The program begins anew in our place: the sockets stay open for it. */
void portal_door_keep(const PortalDoor *door);
/* Whether the files that settings name would serve, without opening anything. */
bool portal_door_check(const Settings *settings, GError **error);
/* What there is to say of them, a sentence; NULL: nothing.  Given. */
char *portal_door_describe(const Settings *settings, GError **error);

/* The same of the card's authorities and lists; false, with a sentence and no error: no list holds
 * now, so that every card is refused.  ret_line: given, NULL where cards are no way in. */
bool portal_card_describe(const Settings *settings, char **ret_line, GError **error);

/* Serves until stop_fd becomes readable; then what is under way is ended, at most 5 s, and who
 * connects waits for the next who serves. */
bool portal_run(const PortalDesk *desk, PortalDoor *door, int stop_fd, GError **error);
