/* imap_session.c - connect, greeting, STARTTLS, capabilities, login; IDLE; what failed. */
#include "gateway/imap_session.h"

#include "common/error.h"
#include "gateway/imap_login.h"

#include <string.h>

bool imap_session_can(const ImapSession *session, const char *capability)
{
	return g_hash_table_contains(session->capabilities, capability);
}

void imap_session_allow(ImapSession *session, gint64 bytes)
{
	imap_stream_allow(session->stream, bytes);
}

/* Results after which it is not known where in the conversation we are. */
static bool is_break(int result)
{
	switch (result) {
	case MAILIMAP_ERROR_BAD_STATE:
	case MAILIMAP_ERROR_STREAM:
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_CONNECTION_REFUSED:
	case MAILIMAP_ERROR_MEMORY:
	case MAILIMAP_ERROR_FATAL:
	case MAILIMAP_ERROR_PROTOCOL:
	case MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION:
	case MAILIMAP_ERROR_NEEDS_MORE_DATA:
		return true;
	default:
		return false;
	}
}

/* What the server said to its NO, on one short line. Given. */
static char *server_words(const ImapSession *session)
{
	const char *said = session->imap->imap_response;
	char *words =
		g_utf8_make_valid(said != NULL && *said != '\0' ? said : "it does not say why",
				  said != NULL && *said != '\0' ? (gssize)strnlen(said, 300) : -1);

	for (char *p = words; *p != '\0'; p++)
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	return words;
}

bool imap_session_done(ImapSession *session, int result, const char *what, GError **error)
{
	const GError *failure = imap_stream_error(session->stream);
	g_autofree char *words = NULL;

	if (result == MAILIMAP_NO_ERROR)
		return true;
	if (is_break(result)) {
		session->broken = true;
		g_set_error(
			error, DESK_ERROR, failure != NULL ? failure->code : DESK_ERROR_UNAVAILABLE,
			"cannot %s: %s", what,
			failure != NULL ? failure->message : "the server's answer makes no sense");
		imap_stream_abandon(session->stream);
		return false;
	}
	words = server_words(session);
	g_set_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "cannot %s: the server says: %s",
		    what, words);
	return false;
}

/* Asks for the capabilities; those of before are forgotten. */
static bool session_learn(ImapSession *session, GError **error)
{
	struct mailimap_capability_data *data = NULL;

	imap_session_allow(session, IMAP_ANSWER);
	if (!imap_session_done(session, mailimap_capability(session->imap, &data),
			       "ask what the server can", error))
		return false;
	g_hash_table_remove_all(session->capabilities);
	for (clistiter *i = clist_begin(data->cap_list); i != NULL; i = clist_next(i)) {
		const struct mailimap_capability *one = clist_content(i);
		bool auth = one->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE;
		const char *name = auth ? one->cap_data.cap_auth_type : one->cap_data.cap_name;
		g_autofree char *whole =
			g_strconcat(auth ? "AUTH=" : "", name != NULL ? name : "", NULL);

		g_hash_table_add(session->capabilities, g_ascii_strup(whole, -1));
	}
	mailimap_capability_data_free(data);
	return true;
}

/* TLS on a plain connection. What the server told before it does not count. */
static bool session_starttls(ImapSession *session, const ImapAccount *account, GError **error)
{
	struct mailimap_connection_info *info = session->imap->imap_connection_info;
	int result;

	imap_session_allow(session, IMAP_ANSWER);
	result = mailimap_starttls(session->imap);
	if (result != MAILIMAP_NO_ERROR && !is_break(result)) {
		session->broken = true;
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s port %u: the server does not offer STARTTLS, and without it "
			    "nothing is sent: "
			    "use imaps:// in Source=, or turn TLS on at the server",
			    account->host, account->port);
		return false;
	}
	if (!imap_session_done(session, result, "begin TLS", error))
		return false;
	session->broken = true; /* until it is encrypted */
	if (session->imap->imap_stream->read_buffer_len != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: somebody slips commands in before TLS begins: the connection is "
			    "not used",
			    account->host);
		return false;
	}
	if (!imap_stream_secure(session->stream, account->host, account->mailbox->ca_file, error))
		return false;
	if (info != NULL && info->imap_capability != NULL) {
		mailimap_capability_data_free(info->imap_capability);
		info->imap_capability = NULL;
	}
	session->broken = false;
	return true;
}

static void nothing(size_t current, size_t maximum, void *context)
{
}

/* A connection that is encrypted as the settings want it. */
static bool session_connect(ImapSession *session, const ImapAccount *account, int stop_fd,
			    GError **error)
{
	g_autoptr(ImapStream) stream =
		imap_stream_connect(account->host, account->port, stop_fd, account->silence, error);
	bool starttls = !account->implicit_tls && account->mailbox->tls != TLS_NONE;
	int greeting;

	if (stream == NULL ||
	    (account->implicit_tls &&
	     !imap_stream_secure(stream, account->host, account->mailbox->ca_file, error)))
		return false;
	session->stream = g_steal_pointer(&stream);
	session->imap = mailimap_new(0, NULL);
	/* without a progress callback libetpan does not call the handler of messages */
	mailimap_set_progress_callback(session->imap, nothing, nothing, NULL);
	imap_session_allow(session, IMAP_ANSWER);
	greeting = mailimap_connect(session->imap, imap_stream_wrap(session->stream));
	if (greeting == MAILIMAP_NO_ERROR_AUTHENTICATED && starttls) {
		session->broken = true;
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: the server logs us in before TLS: the connection is not used",
			    account->host);
		return false;
	}
	if (greeting != MAILIMAP_NO_ERROR_AUTHENTICATED &&
	    greeting != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return imap_session_done(
			session, greeting == MAILIMAP_NO_ERROR ? MAILIMAP_ERROR_PARSE : greeting,
			"be greeted", error);
	return !starttls || session_starttls(session, account, error);
}

ImapSession *imap_session_open(ImapAccount *account, int stop_fd, GError **error)
{
	g_autoptr(ImapSession) session = g_new0(ImapSession, 1);

	session->capabilities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!session_connect(session, account, stop_fd, error) || !session_learn(session, error))
		return NULL;
	if (session->imap->imap_state == MAILIMAP_STATE_AUTHENTICATED)
		return g_steal_pointer(&session);
	if (!imap_login(session, account, error) || !session_learn(session, error))
		return NULL;
	return g_steal_pointer(&session);
}

void imap_session_free(ImapSession *session)
{
	if (session == NULL)
		return;
	if (session->imap != NULL) {
		if (session->broken)
			imap_stream_abandon(session->stream);
		else
			imap_stream_hurry(session->stream, 2);
		mailimap_free(session->imap); /* says LOGOUT, closes and frees the stream */
	}
	g_hash_table_unref(session->capabilities);
	g_free(session->prefix);
	g_free(session);
}

/* Not mailimap_idle(): that one takes news told before the "+" for a failure and hangs. */
bool imap_session_idle(ImapSession *session, bool *ret_news, GError **error)
{
	static const char command[] = "IDLE\r\n";
	int result;

	*ret_news = false;
	imap_session_allow(session, IMAP_ANSWER);
	result = mailimap_send_current_tag(session->imap);
	if (result == MAILIMAP_NO_ERROR &&
	    (mailstream_write(session->imap->imap_stream, command, strlen(command)) < 0 ||
	     mailstream_flush(session->imap->imap_stream) < 0))
		result = MAILIMAP_ERROR_STREAM;
	while (result == MAILIMAP_NO_ERROR) {
		const char *line = mailimap_read_line(session->imap);

		if (line == NULL)
			result = MAILIMAP_ERROR_STREAM;
		else if (*line == '+')
			return true;
		else if (*line != '*' || g_ascii_strncasecmp(line, "* BYE", 5) == 0)
			result = MAILIMAP_ERROR_PROTOCOL;
		*ret_news = true;
	}
	return imap_session_done(session, result, "wait for new mail", error);
}

ImapWait imap_session_wait(ImapSession *session, gint64 milliseconds, int stop_fd)
{
	if (session->imap->imap_stream->read_buffer_len > 0)
		return IMAP_WAIT_DATA;
	return imap_stream_wait(session->stream, milliseconds, stop_fd);
}

bool imap_session_idle_end(ImapSession *session, GError **error)
{
	imap_session_allow(session, IMAP_ANSWER);
	return imap_session_done(session, mailimap_idle_done(session->imap),
				 "end the wait for new mail", error);
}
