/* read_automatic.c - the headers by which programs own up to what they write. */
#include "gateway/read_automatic.h"

#include <string.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_header.h"

/* A header that says what kind of mail this is.  value: what it begins with, "" for
 * any; except: what it must not begin with, or NULL. */
static const struct {
	const char *name, *value, *except;
	Automatic kind;
} marks[] = {
	{ "Auto-Submitted", "", "no", AUTOMATIC_AUTO_REPLY }, /* RFC 3834 5 */
	{ "X-Autoreply", "", "no", AUTOMATIC_AUTO_REPLY },
	{ "X-Auto-Reply", "", "no", AUTOMATIC_AUTO_REPLY },
	{ "X-Autorespond", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Autoresponder", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Auto-Responder", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-AutoReply-From", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Mail-Autoreply", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-FC-MachineGenerated", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Auto-Response-Suppress", "All", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Auto-Response-Suppress", "OOF", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-MS-Exchange-Inbox-Rules-Loop", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-POST-MessageClass", "9; Autoresponder", NULL, AUTOMATIC_AUTO_REPLY },
	{ "Delivered-To", "Autoresponder", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Loop", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-No-Loop", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-OTRS-Loop", "", "no", AUTOMATIC_AUTO_REPLY },
	{ "X-RT-Loop-Prevention", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Roundup-Loop", "", NULL, AUTOMATIC_AUTO_REPLY },
	{ "Precedence", "auto_reply", NULL, AUTOMATIC_AUTO_REPLY },
	{ "Precedence", "auto-reply", NULL, AUTOMATIC_AUTO_REPLY },
	{ "X-Precedence", "auto_reply", NULL, AUTOMATIC_AUTO_REPLY },
	{ "List-Id", "", NULL, AUTOMATIC_LIST }, /* RFC 2919, RFC 2369 */
	{ "List-Post", "", NULL, AUTOMATIC_LIST },
	{ "List-Unsubscribe", "", NULL, AUTOMATIC_LIST },
	{ "List-Help", "", NULL, AUTOMATIC_LIST },
	{ "Mailing-List", "", NULL, AUTOMATIC_LIST },
	{ "X-Mailing-List", "", NULL, AUTOMATIC_LIST },
	{ "X-BeenThere", "", NULL, AUTOMATIC_LIST },
	{ "Precedence", "list", NULL, AUTOMATIC_LIST },
	{ "Precedence", "bulk", NULL, AUTOMATIC_LIST },
	{ "Precedence", "junk", NULL, AUTOMATIC_LIST },
	{ "X-Precedence", "bulk", NULL, AUTOMATIC_LIST },
};

/* Subjects of absence notes, without accents; a person's answer to one begins with "Re:". */
static const char *const subjects[] = {
	"automatic reply", "auto reply", "autoreply", "out of office", "automatisch antwoord",
	"automatische antwoord", "afwezig", "afwezigheidsmelding", "niet aanwezig",
	"reponse automatique", "message d absence", "absence du bureau", "absent du bureau",
	"automatische antwort", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesend",
	"vacation reply", "auto response", "autoresponder", "out of the office",
};

char *header_get(GMimeHeaderList *headers, const char *name)
{
	GMimeHeader *header = g_mime_header_list_get_header(headers, name);
	const char *raw = header != NULL ? g_mime_header_get_raw_value(header) : NULL;

	return raw != NULL ? header_text(raw, MAIL_SUBJECT_BYTES) : NULL;
}

static bool begins_with(const char *value, const char *start)
{
	return g_ascii_strncasecmp(value, start, strlen(start)) == 0;
}

static bool is_marked(GMimeHeaderList *headers, guint i)
{
	g_autofree char *value = header_get(headers, marks[i].name);

	return value != NULL && begins_with(value, marks[i].value) &&
	       (marks[i].except == NULL || !begins_with(value, marks[i].except));
}

static bool subject_is_automatic(const char *subject)
{
	g_autofree char *folded = text_fold(subject);
	const char *colon = strchr(subject, ':');

	for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
		gsize length = strlen(subjects[i]);

		if (strncmp(folded, subjects[i], length) != 0)
			continue;
		/* "Afwezig: ..." is a note; "Afwezig door ziekte" is a person's request */
		if (folded[length] == '\0' || (colon != NULL && colon - subject <= (long)length + 4))
			return true;
	}
	return false;
}

static bool is_own(const Reading *reading)
{
	const char *own = reading->options->own_address, *separator = reading->options->own_separator;

	for (guint i = 0; own != NULL && i < reading->mail->from->len; i++) {
		Mailbox *from = g_ptr_array_index(reading->mail->from, i);
		g_autofree char *detail =
			address_detail(from->address, own, separator != NULL ? separator : "");

		if (detail != NULL)
			return true;
	}
	return false;
}

Automatic automatic_of(GMimeHeaderList *headers, const Reading *reading)
{
	const Mail *mail = reading->mail;

	if (reading->receipt)
		return AUTOMATIC_RECEIPT;
	if (reading->feedback || is_own(reading))
		return AUTOMATIC_AUTO_REPLY;
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
		if (is_marked(headers, i))
			return marks[i].kind;
	if (mail->return_path != NULL && *mail->return_path == '\0')
		return AUTOMATIC_AUTO_REPLY; /* RFC 5321 4.5.5: not to be answered */
	return subject_is_automatic(mail->subject) ? AUTOMATIC_AUTO_REPLY : AUTOMATIC_NO;
}
