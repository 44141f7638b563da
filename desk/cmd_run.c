/* cmd_run.c - `persocontact run`: starts gateway, notifier and portal, and starts them again when
 * they end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "common/notify.h"
#include "desk/session.h"

#define SHORT_LIFE 10  /* a process that lived less long is started again with a growing pause */
#define STOP_SECONDS 9 /* from SIGTERM to SIGKILL */

typedef struct Child {
	const char *name;
	pid_t pid;             /* 0: not running */
	gint64 started, again; /* seconds */
	guint pause;
} Child;

static void child_setup(gpointer user)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool start(Child *child, const char *config, GError **error)
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)child->name, (char *)"--config",
			 (char *)config, NULL };
	/* Only `run` is the service manager's process. */
	g_auto(GStrv) environment = g_environ_unsetenv(g_get_environ(), "NOTIFY_SOCKET");
	GPid pid;

	if (config == NULL)
		argv[2] = NULL;
	if (!g_spawn_async(NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, child_setup, NULL,
			   &pid, error))
		return false;
	child->pid = pid;
	child->started = desk_now();
	log_info("process=%s pid=%d started", child->name, (int)pid);
	return true;
}

static void note_end(Child *child, int status)
{
	child->pid = 0;
	child->pause =
		desk_now() - child->started < SHORT_LIFE ? MIN(MAX(child->pause, 1) * 2, 60) : 1;
	child->again = desk_now() + child->pause;
	log_error("process=%s ended with status %d; starts again in %u s", child->name,
		  WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), child->pause);
}

static void reap(Child *children, size_t count)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < count; i++)
			if (children[i].pid == pid)
				note_end(&children[i], status);
}

/* Waits for its end; who is not done at the time "until" is killed: all of it is repeatable. */
static void wait_stopped(Child *child, gint64 until)
{
	pid_t ended;

	while ((ended = waitpid(child->pid, NULL, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
		if (g_get_monotonic_time() >= until) {
			log_error("process=%s does not stop within %d s; killed", child->name,
				  STOP_SECONDS);
			kill(child->pid, SIGKILL);
			until = G_MAXINT64;
		}
		g_usleep(5000);
	}
}

static void stop_all(Child *children, size_t count)
{
	gint64 until = g_get_monotonic_time() + STOP_SECONDS * G_USEC_PER_SEC;

	for (size_t i = 0; i < count; i++)
		if (children[i].pid != 0)
			kill(children[i].pid, SIGTERM);
	for (size_t i = 0; i < count; i++)
		if (children[i].pid != 0)
			wait_stopped(&children[i], until);
}

int cmd_run(int argc, char **argv, const DeskContext *context)
{
	Child children[] = { { .name = "gateway" }, { .name = "notifier" }, { .name = "portal" } };
	g_auto(Session) session = { 0 };
	int status = 0, stop_fd;
	struct pollfd stop;

	if (!desk_options(
		    &argc, &argv, NULL, "run",
		    "Starts gateway, notifier and portal as processes of their own, and watches them.",
		    &status))
		return status;
	log_open("run", false);
	stop_fd = session_stop_fd();
	if (!session_open(context, &session, &status))
		return status;
	g_autofree char *config = g_strdup(session.settings->path);
	session_close(&session);
	stop = (struct pollfd){ stop_fd, POLLIN, 0 };
	notify_send("READY=1");
	do {
		reap(children, G_N_ELEMENTS(children));
		for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
			g_autoptr(GError) error = NULL;

			if (children[i].pid == 0 && children[i].again <= desk_now() &&
			    !start(&children[i], config, &error))
				log_error("process=%s %s", children[i].name, error->message);
		}
	} while (poll(&stop, 1, 500) <= 0);
	notify_send("STOPPING=1");
	stop_all(children, G_N_ELEMENTS(children));
	close(stop_fd);
	return 0;
}
