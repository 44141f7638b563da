/* cmd_gateway.c - `persocontact gateway` and `persocontact notifier`. */
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "common/service.h"
#include "desk/daily.h"
#include "desk/session.h"
#include "gateway/gateway.h"
#include "notifier/notifier.h"
#include "store/raw_sizes.h"

typedef bool (*Work)(Session *session, bool once, int stop_fd, GError **error);

/* What is gone from raw/ is said at once, not when somebody asks for it or the day is over. */
static void look_at_segments(Store *store)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	if (!raw_sizes_check(store, findings, &error))
		log_warning("the segments were not looked at: %s", error->message);
	for (guint i = 0; i < findings->len; i++)
		log_error("%s", (const char *)g_ptr_array_index(findings, i));
}

static bool work_gateway(Session *session, bool once, int stop_fd, GError **error)
{
	Daily *daily;
	bool done;

	look_at_segments(session->store);
	daily = once ? NULL : daily_start(session->settings, stop_fd);
	done = gateway_run(&session->desk, once, stop_fd, error);
	daily_free(daily);
	return done;
}

static bool work_notifier(Session *session, bool once, int stop_fd, GError **error)
{
	return notifier_run(session->settings, session->store, session->forms, session->texts,
			    session->secret, once, stop_fd, error);
}

static int serve(int argc, char **argv, const DeskContext *context, Work work, const char *summary)
{
	g_auto(Session) session = { 0 };
	g_autoptr(GError) error = NULL;
	gboolean once = FALSE, debug = FALSE;
	const GOptionEntry entries[] = {
		{ "once", 0, 0, G_OPTION_ARG_NONE, &once, "Do what is there now, then stop", NULL },
		{ "debug", 0, 0, G_OPTION_ARG_NONE, &debug, "Log each step", NULL },
		G_OPTION_ENTRY_NULL,
	};
	const char *name = argv[0];
	g_autofree char *usage = g_strdup_printf("%s [--once] [--debug]", name);
	int status = 0, stop_fd;
	bool done;

	if (!desk_options(&argc, &argv, entries, usage, summary, &status))
		return status;
	if (argc > 1)
		return desk_usage(name, "\"%s\" is not expected", argv[1]);
	log_open(name, debug);
	stop_fd = session_stop_fd();
	if (!session_open(context, &session, &status))
		return status;
	service_notify("READY=1");
	do
		done = work(&session, once, stop_fd, &error);
	while (done && !once && session_goes_on(context, &session, stop_fd));
	close(stop_fd);
	return done ? 0 : desk_fail(error);
}

int cmd_gateway(int argc, char **argv, const DeskContext *context)
{
	return serve(argc, argv, context, work_gateway,
		     "Receives the mails of all mailboxes, reads them, and moves their cases.");
}

int cmd_notifier(int argc, char **argv, const DeskContext *context)
{
	return serve(argc, argv, context, work_notifier, "Sends the notices that are owed.");
}
