/* cmd_portal.c - `persocontact portal`: the page behind the link in the mails. */
#include <signal.h>
#include <unistd.h>

#include "common/log.h"
#include "desk/session.h"
#include "portal/portal.h"

static void keep_door(void *door)
{
	portal_door_keep(door);
}

int cmd_portal(int argc, char **argv, const DeskContext *context)
{
	g_auto(Session) session = { 0 };
	g_autoptr(PortalDoor) door = NULL;
	g_autoptr(GError) error = NULL;
	gboolean debug = FALSE;
	const GOptionEntry entries[] = {
		{ "debug", 0, 0, G_OPTION_ARG_NONE, &debug, "Log each step", NULL },
		G_OPTION_ENTRY_NULL,
	};
	int status = 0, stop_fd;
	bool done = true;

	if (!desk_options(&argc, &argv, entries, "portal [--debug]",
			  "Shows people their cases on the page behind the link in the mails.",
			  &status))
		return status;
	if (argc > 1)
		return desk_usage("portal", "\"%s\" is not expected", argv[1]);
	log_open("portal", debug);
	stop_fd = session_stop_fd();
	signal(SIGPIPE, SIG_IGN);
	if (!session_open(context, &session, &status))
		return status;
	PortalDesk desk = { .settings = session.settings,
			    .forms = session.forms,
			    .texts = session.texts,
			    .secret = session.secret,
			    .store = session.store };
	door = portal_door_open(session.settings, &error);
	if (door == NULL)
		return desk_fail(error);
	session.is_good = portal_door_check;
	session.before_anew = keep_door;
	session.user = door;
	do
		done = portal_run(&desk, door, stop_fd, &error);
	while (done && session_goes_on(context, &session, stop_fd));
	close(stop_fd);
	return done ? 0 : desk_fail(error);
}
