/* notifier.h - the loop that sends what is owed.
 *
 * claim due rows -> render those that were not -> make the bytes durable, commit -> send
 * -> settle.  Nothing is sent that was not committed; what was rendered once is sent as it
 * is until the server takes or refuses it.  A notice that cannot be rendered waits an
 * hour and holds up no other.
 */
#pragma once

#include "common/secret.h"
#include "common/settings.h"
#include "common/texts.h"
#include "forms/form.h"
#include "store/store.h"

/* once: sends all that is due now and returns; false with DESK_ERROR_UNAVAILABLE when the
 * server is away.  Else runs until stop_fd becomes readable (-1: never), and lives through a
 * locked database, a full disk, and a server that is away.  False at the start with
 * DESK_ERROR_CONFIG or _CANT_CREATE (see notifier/sender.h). */
bool notifier_run(const Settings *settings, Store *store, const Forms *forms, const Texts *texts,
		  const Secret *secret, bool once, int stop_fd, GError **error);

/* For `persocontact check`: whether mail could be sent now; connects, TLS, login, sends nothing.
 * One sentence, given; NULL with an error that says what is wrong. */
char *sender_check(const Settings *settings, GError **error);
