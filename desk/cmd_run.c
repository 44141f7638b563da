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
#include "common/service.h"
#include "desk/session.h"

#define SILENCE 120 /* seconds after which a child that says nothing is killed */
#define SILENCE_LEAST 6
#define STOP_SECONDS 9 /* from SIGTERM to SIGKILL */
#define SHORT_LIFE 10  /* a process that lived less long is started again with a growing pause */

typedef struct Child {
	const char *name;
	pid_t pid;             /* 0: not running */
	gint64 started, again; /* seconds */
	guint pause;
	int life_fd;   /* on which it tells that it lives; -1: it cannot */
	char *life;    /* its address */
	guint silence; /* seconds that it may say nothing */
	gint64 alive;  /* when it was heard last */
} Child;

static void child_setup(gpointer user)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What the child hears of us: where to tell that it lives, and how often. */
static char **child_environment(const Child *child)
{
	g_autofree char *silence =
		g_strdup_printf("%" G_GINT64_FORMAT, (gint64)child->silence * G_USEC_PER_SEC);
	char **environment = g_get_environ();

	environment = g_environ_unsetenv(environment, "WATCHDOG_PID");
	if (child->life_fd < 0) {
		environment = g_environ_unsetenv(environment, "WATCHDOG_USEC");
		return g_environ_unsetenv(environment, "NOTIFY_SOCKET");
	}
	environment = g_environ_setenv(environment, "WATCHDOG_USEC", silence, TRUE);
	return g_environ_setenv(environment, "NOTIFY_SOCKET", child->life, TRUE);
}

/* A child whose main loop does not turn any more is as good as dead. */
static void tend(Child *child)
{
	if (child->life_fd < 0 || child->pid == 0)
		return;
	if (service_heard(child->life_fd))
		child->alive = g_get_monotonic_time();
	if (g_get_monotonic_time() - child->alive < (gint64)child->silence * G_USEC_PER_SEC)
		return;
	log_error("process=%s said nothing for %u s: it is killed", child->name, child->silence);
	child->alive = g_get_monotonic_time();
	kill(child->pid, SIGKILL);
}

static void signal_all(const Child *children, size_t count, int number)
{
	for (size_t i = 0; i < count; i++)
		if (children[i].pid != 0)
			kill(children[i].pid, number);
}

static bool start(Child *child, const char *config, GError **error)
{
	g_auto(GStrv) environment = child_environment(child);
	char *argv[] = { (char *)"/proc/self/exe", (char *)child->name, (char *)"--config",
			 (char *)config, NULL };
	GPid pid;

	if (config == NULL)
		argv[2] = NULL;
	if (!g_spawn_async(NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, child_setup, NULL,
			   &pid, error))
		return false;
	child->pid = pid;
	child->alive = g_get_monotonic_time();
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

	signal_all(children, count, SIGTERM);
	for (size_t i = 0; i < count; i++)
		if (children[i].pid != 0)
			wait_stopped(&children[i], until);
}

/* SIGHUP: each child looks at the configuration by itself, and goes on with the old one when the
 * new one is bad.  False: we are to end. */
static bool hears_reload(const Child *children, size_t count, int stop_fd)
{
	struct signalfd_siginfo heard;

	while (read(stop_fd, &heard, sizeof(heard)) == (ssize_t)sizeof(heard)) {
		if (!session_is_reload(heard.ssi_signo))
			return false;
		signal_all(children, count, SIGHUP);
	}
	return true;
}

static void watch(Child *children, size_t count, const char *config, int stop_fd)
{
	struct pollfd stop = { stop_fd, POLLIN, 0 };

	do {
		service_alive();
		reap(children, count);
		for (size_t i = 0; i < count; i++) {
			g_autoptr(GError) error = NULL;

			tend(&children[i]);
			if (children[i].pid == 0 && children[i].again <= desk_now() &&
			    !start(&children[i], config, &error))
				log_error("process=%s %s", children[i].name, error->message);
		}
	} while (poll(&stop, 1, 500) <= 0 || hears_reload(children, count, stop_fd));
	service_notify("STOPPING=1");
}

int cmd_run(int argc, char **argv, const DeskContext *context)
{
	Child children[] = { { .name = "gateway" }, { .name = "notifier" }, { .name = "portal" } };
	g_auto(Session) session = { 0 };
	int status = 0, stop_fd;

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
	guint silence = MAX(settings_pause(session.settings, SILENCE) / 1000, SILENCE_LEAST);

	session_close(&session);
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
		g_autoptr(GError) error = NULL;

		children[i].silence = silence;
		children[i].life_fd = service_listen(&children[i].life, &error);
		if (children[i].life_fd < 0)
			log_warning("process=%s is not watched: %s", children[i].name,
				    error->message);
	}
	service_notify("READY=1");
	watch(children, G_N_ELEMENTS(children), config, stop_fd);
	stop_all(children, G_N_ELEMENTS(children));
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
		if (children[i].life_fd >= 0)
			close(children[i].life_fd);
		g_free(children[i].life);
	}
	close(stop_fd);
	return 0;
}
