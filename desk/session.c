/* session.c - opens settings, secret, forms, texts and database, in the order in which mistakes are
 * easiest to mend. */
#include "desk/session.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "common/service.h"
#include "gateway/gateway.h"

static Secret *read_secret(const Settings *settings, GError **error)
{
	g_autofree char *bytes = secret_read(settings->secret, settings->folder, error);

	return bytes != NULL ? secret_new(bytes, strlen(bytes), error) : NULL;
}

bool session_open(const DeskContext *context, Session *session, int *ret_status)
{
	g_autoptr(GError) error = NULL;

	memset(session, 0, sizeof(*session));
	session->settings = desk_settings(context, ret_status);
	if (session->settings == NULL)
		return false;
	session->secret = read_secret(session->settings, &error);
	if (session->secret == NULL) {
		*ret_status = desk_fail(error);
		return false;
	}
	session->forms = desk_forms(session->settings, ret_status);
	session->texts = session->forms != NULL ? desk_texts(ret_status) : NULL;
	session->store = session->texts != NULL
				 ? desk_store(session->settings, STORE_CREATE, ret_status)
				 : NULL;
	if (session->store == NULL)
		return false;
	session->readers = gateway_readers(session->settings, &error);
	if (session->readers == NULL) {
		*ret_status = desk_fail(error);
		return false;
	}
	session->sentences = form_sentences(session->texts);
	session->desk = (Desk){ .settings = session->settings,
				.forms = session->forms,
				.texts = session->texts,
				.secret = session->secret,
				.store = session->store,
				.readers = session->readers,
				.sentences = session->sentences };
	return true;
}

void session_close(Session *session)
{
	readers_free(session->readers);
	store_free(session->store);
	g_clear_pointer(&session->sentences, g_hash_table_unref);
	texts_free(session->texts);
	forms_free(session->forms);
	secret_free(session->secret);
	settings_free(session->settings);
	memset(session, 0, sizeof(*session));
}

static bool is_at_terminal; /* when it began */

bool session_is_reload(guint32 signal)
{
	return signal == SIGHUP && !is_at_terminal;
}

int session_stop_fd(void)
{
	sigset_t signals;

	is_at_terminal = desk_is_terminal(STDIN_FILENO) || desk_is_terminal(STDERR_FILENO);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Whether all that a process reads at its beginning is good; what is wrong is said. */
static bool is_good(const DeskContext *context, const Session *session)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Forms) forms = NULL;
	g_autoptr(Texts) texts = NULL;
	g_autoptr(Secret) secret = NULL;
	int status = 0;

	settings = desk_settings(context, &status);
	if (settings == NULL)
		return false;
	secret = read_secret(settings, &error);
	if (secret == NULL || (session->is_good != NULL && !session->is_good(settings, &error))) {
		desk_fail(error);
		return false;
	}
	forms = desk_forms(settings, &status);
	texts = forms != NULL ? desk_texts(&status) : NULL;
	return texts != NULL;
}

/* The same program with the same words, in our place; comes back only when that is not possible. */
static void begin_anew(const Session *session)
{
	g_autofree char *line = NULL;
	gsize length = 0;
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	if (!g_file_get_contents("/proc/self/cmdline", &line, &length, NULL) || length == 0)
		return;
	for (const char *word = line; word < line + length; word += strlen(word) + 1)
		g_ptr_array_add(words, (gpointer)word);
	g_ptr_array_add(words, NULL);
	if (session->before_anew != NULL)
		session->before_anew(session->user);
	execv("/proc/self/exe", (char **)words->pdata);
}

bool session_goes_on(const DeskContext *context, Session *session, int stop_fd)
{
	struct signalfd_siginfo signal;
	bool reloads = false;

	while (read(stop_fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (!session_is_reload(signal.ssi_signo)) {
			service_notify("STOPPING=1");
			return false;
		}
		reloads = true;
	}
	if (!reloads)
		return false;
	if (is_good(context, session)) {
		log_info("SIGHUP: the configuration is taken up anew");
		service_notify("RELOADING=1");
		g_clear_pointer(&session->readers, readers_free); /* they would be left to us */
		begin_anew(session);
		log_error("it cannot begin anew: %s", g_strerror(errno));
		return false;
	}
	log_warning("SIGHUP: it goes on with the configuration that it has");
	return true;
}
