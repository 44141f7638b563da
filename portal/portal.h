/* portal.h - the web pages: what a person sees behind the link in a mail.
 *
 * One thread, one loop, one database connection.  Listens where [Portal] Listen says;
 * TLS is the business of the proxy in front of it.
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

/* Serves until stop_fd becomes readable; then what is under way is ended, at most 5 s.
 * DESK_ERROR_UNAVAILABLE when the address cannot be listened on. */
bool portal_run(const PortalDesk *desk, int stop_fd, GError **error);
