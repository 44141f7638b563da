/* session.c - opens settings, secret, forms, texts and database, in the order in which mistakes are
 * easiest to mend. */
#include "desk/session.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "common/error.h"
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

int session_stop_fd(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}
