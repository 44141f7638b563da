/* imap_login.c - LOGIN, AUTHENTICATE PLAIN and XOAUTH2, with libetpan's public primitives.
 *
 * libetpan's own AUTHENTICATE loads the plug-ins of Cyrus SASL, and hangs on the
 * challenge with which a server explains why a token is refused.
 */
#include "gateway/imap_login.h"

#include "common/error.h"
#include "common/secret.h"

#include <string.h>

static bool stream_says(ImapSession *session, const char *text)
{
	mailstream *out = session->imap->imap_stream;

	return mailstream_write(out, text, strlen(text)) >= 0 && mailstream_flush(out) >= 0;
}

/* The tagged answer whose line was just read. */
static int answer_of(ImapSession *session)
{
	struct mailimap_response *response = NULL;
	const struct mailimap_response_done *end;
	int result = mailimap_parse_response(session->imap, &response);

	if (result != MAILIMAP_NO_ERROR)
		return result;
	end = response->rsp_resp_done;
	if (end->rsp_type != MAILIMAP_RESP_DONE_TYPE_TAGGED)
		result = MAILIMAP_ERROR_FATAL;
	else if (end->rsp_data.rsp_tagged->rsp_cond_state->rsp_type != MAILIMAP_RESP_COND_STATE_OK)
		result = MAILIMAP_ERROR_LOGIN;
	mailimap_response_free(response);
	return result;
}

/* AUTHENTICATE with one message of ours: at once (SASL-IR, RFC 4959) or at the first
 * challenge.  A further challenge tells why it is refused, and wants an empty line. */
static int authenticate(ImapSession *session, const char *mechanism, const char *message)
{
	bool at_once = imap_session_can(session, "SASL-IR"), sent = at_once;
	g_autofree char *command = g_strdup_printf("AUTHENTICATE %s%s%s\r\n", mechanism,
						   at_once ? " " : "", at_once ? message : "");
	g_autofree char *line = g_strconcat(message, "\r\n", NULL);
	int result = mailimap_send_current_tag(session->imap);

	if (result != MAILIMAP_NO_ERROR)
		return result;
	if (!stream_says(session, command))
		return MAILIMAP_ERROR_STREAM;
	for (int challenges = 0; challenges < 4; challenges++) {
		const char *answer = mailimap_read_line(session->imap);

		if (answer == NULL)
			return MAILIMAP_ERROR_STREAM;
		if (*answer != '+') {
			result = answer_of(session);
			if (result == MAILIMAP_NO_ERROR)
				session->imap->imap_state = MAILIMAP_STATE_AUTHENTICATED;
			return result;
		}
		if (!stream_says(session, sent ? "\r\n" : line))
			return MAILIMAP_ERROR_STREAM;
		sent = true;
	}
	return MAILIMAP_ERROR_PROTOCOL;
}

/* RFC 4616: NUL user NUL password. */
static int authenticate_plain(ImapSession *session, const char *user, const char *password)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *message = NULL;

	g_byte_array_append(bytes, (const guint8 *)"", 1);
	g_byte_array_append(bytes, (const guint8 *)user, (guint)strlen(user) + 1);
	g_byte_array_append(bytes, (const guint8 *)password, (guint)strlen(password));
	message = g_base64_encode(bytes->data, bytes->len);
	return authenticate(session, "PLAIN", message);
}

static int authenticate_xoauth2(ImapSession *session, const char *user, const char *token)
{
	g_autofree char *plain = g_strdup_printf("user=%s\001auth=Bearer %s\001\001", user, token);
	g_autofree char *message = g_base64_encode((const guchar *)plain, strlen(plain));

	return authenticate(session, "XOAUTH2", message);
}

/* Whether the NO is about the server's health and not about us (RFC 5530). */
static bool is_passing(const ImapSession *session)
{
	const struct mailimap_response_info *info = session->imap->imap_response_info;
	const char *code = info != NULL ? info->rsp_atom : NULL;

	return code != NULL &&
	       (g_ascii_strcasecmp(code, "UNAVAILABLE") == 0 ||
		g_ascii_strcasecmp(code, "INUSE") == 0 || g_ascii_strcasecmp(code, "LIMIT") == 0 ||
		g_ascii_strcasecmp(code, "SERVERBUG") == 0);
}

/* True when result is success; a refusal says what to look at. */
static bool login_done(ImapSession *session, const ImapAccount *account, const char *user,
		       int result, const char *advice, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (imap_session_done(session, result, "log in", &why))
		return true;
	if (session->broken || is_passing(session))
		g_set_error(error, DESK_ERROR, why->code, "%s: %s", account->host, why->message);
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_PERMISSION,
			    "%s: the login of \"%s\" is refused: %s (%s)", account->host, user,
			    strstr(why->message, "says: ") != NULL
				    ? strstr(why->message, "says: ") + 6
				    : why->message,
			    advice);
	return false;
}

static bool login_password(ImapSession *session, ImapAccount *account, GError **error)
{
	const char *where = account->mailbox->password;
	g_autofree char *password =
		where != NULL ? secret_read(where, account->secrets, error) : g_strdup("");
	int result;

	if (password == NULL)
		return false;
	if (strpbrk(password, "\r\n") != NULL || strpbrk(account->user, "\r\n") != NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "the password has a line end in it: %s", where);
		return false;
	}
	imap_session_allow(session, IMAP_ANSWER);
	mailstream_set_privacy(session->imap->imap_stream, 0);
	if (imap_session_can(session, "AUTH=PLAIN")) {
		result = authenticate_plain(session, account->user, password);
	} else if (!imap_session_can(session, "LOGINDISABLED")) {
		result = mailimap_login(session->imap, account->user, password);
	} else {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: the server takes no password (neither PLAIN nor LOGIN): "
			    "set OAuth2=, or allow one at "
			    "the server",
			    account->host);
		return false;
	}
	mailstream_set_privacy(session->imap->imap_stream, 1);
	return login_done(session, account, account->user, result,
			  where != NULL ? "check the user in Source=, and Password="
					: "no Password= is set",
			  error);
}

static bool login_oauth2(ImapSession *session, ImapAccount *account, GError **error)
{
	const char *named = oauth2_user(account->oauth2);
	const char *user = named != NULL ? named : account->user;
	g_autoptr(GError) refused = NULL;

	if (!imap_session_can(session, "AUTH=XOAUTH2")) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "%s: the server does not offer XOAUTH2: set Password= and not OAuth2=",
			    account->host);
		return false;
	}
	/* a token of before may have been revoked: then once more with a fresh one */
	for (bool fresh = false;; fresh = true) {
		g_autofree char *token = NULL;
		bool cached = false;
		int result;

		if (!oauth2_token(account->oauth2, g_get_real_time() / G_USEC_PER_SEC, &token,
				  &cached, error))
			return false;
		imap_session_allow(session, IMAP_ANSWER);
		mailstream_set_privacy(session->imap->imap_stream, 0);
		result = authenticate_xoauth2(session, user, token);
		mailstream_set_privacy(session->imap->imap_stream, 1);
		g_clear_error(&refused);
		if (login_done(session, account, user, result,
			       "the token was given, but the server does not take it: check "
			       "User= and Scope= of "
			       "the OAuth2 group",
			       &refused))
			return true;
		oauth2_forget(account->oauth2);
		if (fresh || !cached ||
		    !g_error_matches(refused, DESK_ERROR, DESK_ERROR_NO_PERMISSION))
			break;
	}
	g_propagate_error(error, g_steal_pointer(&refused));
	return false;
}

bool imap_login(ImapSession *session, ImapAccount *account, GError **error)
{
	return account->oauth2 != NULL ? login_oauth2(session, account, error)
				       : login_password(session, account, error);
}
